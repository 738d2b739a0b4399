// Goal: brine's own work sees the built-ins as they were, and the session never notices.
// Method: patches of every form are made, looked at from inside and outside of the work, and taken off again.

import { afterEach, describe, expect, test } from 'vitest';
import {
  defineSessionGlobal,
  sessionGlobal,
  setAsideNow,
  withPristineBuiltins,
  withSessionBuiltins,
  withSessionGlobal,
} from '../../src/realm/pristine.js';

const undo: (() => void)[] = [];
afterEach(() => {
  for (const step of undo.splice(0).reverse()) step();
});

/** Changes a property for the time of one test. */
function patch(object: object, key: string | symbol, descriptor: PropertyDescriptor): void {
  const before = Object.getOwnPropertyDescriptor(object, key);
  undo.push(() => {
    if (before === undefined) Reflect.deleteProperty(object, key);
    else Object.defineProperty(object, key, before);
  });
  Object.defineProperty(object, key, { configurable: true, ...descriptor });
}

const push = Array.prototype.push;
const MapOriginal = Map;

describe('built-ins', () => {
  test('a replaced method is the original inside and the replacement outside', () => {
    const mine = (): number => -1;
    patch(Array.prototype, 'push', { value: mine, writable: true });
    expect(withPristineBuiltins(() => Array.prototype.push === push)).toBe(true);
    expect(Array.prototype.push).toBe(mine);
  });

  test('a deleted method is there inside and gone outside', () => {
    patch(String.prototype, 'trim', { value: 1 });
    Reflect.deleteProperty(String.prototype, 'trim');
    expect(withPristineBuiltins(() => ' a '.trim())).toBe('a');
    expect(Object.hasOwn(String.prototype, 'trim')).toBe(false);
  });

  test('what was added to the prototypes of everything is gone inside', () => {
    let calls = 0;
    patch(Object.prototype, 'odd', { set: () => calls++ });
    patch(Array.prototype, '0', { set: () => calls++ });
    withPristineBuiltins(() => {
      const object: Record<string, unknown> = {};
      object['odd'] = 1;
      const array: unknown[] = [];
      array[0] = 1;
      expect([object['odd'], array.length]).toEqual([1, 1]);
    });
    expect(calls).toBe(0);
    expect(Object.hasOwn(Object.prototype, 'odd')).toBe(true);
  });

  test('user code in the middle of the work has the built-ins of the session', () => {
    const mine = (): number => -1;
    patch(Array.prototype, 'push', { value: mine, writable: true });
    withPristineBuiltins(() => {
      expect(withSessionBuiltins(() => [].push() === -1)).toBe(true);
      expect(Array.prototype.push).toBe(push);
    });
  });

  test('everything is put back when the work throws, and nested work changes nothing', () => {
    patch(Math, 'max', { value: () => 'mine', writable: true });
    expect(() =>
      withPristineBuiltins(() => {
        withPristineBuiltins(() => expect(Math.max(1, 2)).toBe(2));
        expect(setAsideNow().some(({ object, key }) => object === Math && key === 'max')).toBe(true);
        throw new Error('stop');
      }),
    ).toThrow('stop');
    expect((Math.max as () => unknown)()).toBe('mine');
    expect(setAsideNow()).toEqual([]);
  });

  test('a property that cannot be changed is left alone', () => {
    const locked = Object.freeze(Object.create(null) as object);
    expect(withPristineBuiltins(() => locked)).toBe(locked);
  });
});

describe('names of the session that are those of built-ins', () => {
  test('inside they are the built-ins, and the session can still look at its own', () => {
    patch(globalThis, 'Map', { value: 'mine', writable: true });
    withPristineBuiltins(() => {
      expect(Map).toBe(MapOriginal);
      expect(sessionGlobal('Map')?.value).toBe('mine');
      expect(Map).toBe(MapOriginal);
    });
    expect(Map).toBe('mine');
  });

  test('what the work defines for the session is there afterwards', () => {
    patch(globalThis, 'Map', { value: MapOriginal, writable: true });
    patch(globalThis, 'Set', { value: 'before', writable: true });
    withPristineBuiltins(() => {
      defineSessionGlobal('Map', { value: 'new', writable: true, configurable: true });
      defineSessionGlobal('Set', { value: 'other', writable: true, configurable: true });
      expect(Map).toBe(MapOriginal);
    });
    expect([globalThis.Map, globalThis.Set]).toEqual(['new', 'other']);
  });

  test('what the work removes or restores for the session stays so', () => {
    patch(globalThis, 'Set', { value: 'mine', writable: true });
    patch(globalThis, 'Map', { value: 'mine', writable: true });
    withPristineBuiltins(() => {
      withSessionGlobal('Set', () => Reflect.deleteProperty(globalThis, 'Set'));
      defineSessionGlobal('Map', { value: MapOriginal, writable: true, configurable: true });
    });
    expect('Set' in globalThis).toBe(false);
    expect(Map).toBe(MapOriginal);
  });
});
