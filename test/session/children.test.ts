// Goal: looking into a value shows what it holds, one level down, whatever it is, and runs nothing of it.
// Method: values of every kind that has children; getters, traps and iterators that would tell if they ran.

import { expect, test } from 'vitest';
import { childrenOf, isOpenable } from '../../src/session/children.js';

const labels = (value: unknown, max = 100): string[] =>
  childrenOf(value, max).shown.map(({ label }) => label);

test('properties, elements, entries and symbols are told as paths are written', () => {
  expect(labels({ a: 1, 'two words': 2, [Symbol('s')]: 3 })).toEqual(['.a', '["two words"]', '[Symbol(s)]']);
  expect(labels(Object.assign([1, 2], { extra: true }))).toEqual(['[0]', '[1]', '.extra']);
  expect(
    labels(
      new Map<unknown, unknown>([
        ['k', 1],
        [{ x: 1 }, 2],
      ]),
    ),
  ).toEqual(['.get("k")', '.get({ x: 1 })']);
  expect(labels(new Set(['a', 'b']))).toEqual(['{0}', '{1}']);
  expect(labels(new Uint8Array(3))).toEqual(['[0]', '[1]', '[2]']);
  expect(labels(Object.assign(() => 1, { own: 1 }))).toEqual(['.own']);
});

test('each child has a type, a preview, its value, and says whether there is more below', () => {
  const inner = { deep: 1 };
  expect(childrenOf({ inner, n: -0, text: 'x' }, 10).shown).toEqual([
    { label: '.inner', type: 'Object{1}', preview: '{ deep: 1 }', value: inner, isOpenable: true },
    { label: '.n', type: 'number', preview: '-0', value: -0, isOpenable: false },
    { label: '.text', type: 'string', preview: '"x"', value: 'x', isOpenable: false },
  ]);
});

test('holes and accessors are named and not read', () => {
  let calls = 0;
  const { shown } = childrenOf([1, , 3], 10);
  expect(shown.map(({ type }) => type)).toEqual(['number', 'hole', 'number']);
  const holder = {
    get secret() {
      return ++calls;
    },
  };
  expect(childrenOf(holder, 10).shown).toEqual([
    { label: '.secret', type: 'accessor', preview: '', value: undefined, isOpenable: false },
  ]);
  expect(calls).toBe(0);
});

test('nothing of the value runs: no trap, no iterator, no patched method', () => {
  let calls = 0;
  const count = (): never => {
    calls++;
    throw new Error('ran');
  };
  const trap = new Proxy(
    {},
    { get: count, ownKeys: count, getOwnPropertyDescriptor: count, getPrototypeOf: count },
  );
  expect(isOpenable(trap)).toBe(false);
  expect(childrenOf(trap, 10)).toEqual({ shown: [], more: 0 });
  expect(labels({ trap })).toEqual(['.trap']);
  class Odd extends Map {
    override [Symbol.iterator] = count;
    override entries = count;
    override get size(): number {
      return count();
    }
  }
  expect(labels(new Odd())).toContain('.entries');
  expect(calls).toBe(0);
});

test('of much, a part is shown and the rest counted', () => {
  expect(childrenOf(new Array(5000).fill(0), 10)).toMatchObject({ shown: { length: 10 }, more: 4990 });
  expect(childrenOf(new Set(Array.from({ length: 50 }, (_, i) => i)), 20)).toMatchObject({ more: 30 });
  const wide = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`k${i}`, i]));
  expect(childrenOf(wide, 20)).toMatchObject({ shown: { length: 20 }, more: 30 });
  expect(childrenOf(2 ** 32, 10)).toEqual({ shown: [], more: 0 });
});
