// Goal: what V8 tells without its debugger is what a function uses, what it is bound to and the private members of an object, in
// the same order at each look; what only a frame tells is said to be missing.
// Method: one open reader; each value is changed, and asked before and after.

import { afterAll, expect, test } from 'vitest';
import { type Inside, InsideReader } from '../../../src/pickle/capture/insides.js';
import { runGlobalEval } from '../../../src/realm/compile.js';

const reader = InsideReader.open() as InsideReader;
afterAll(() => reader.close());

const inside = (value: unknown): Inside => reader.functions([value as Function])[0] as Inside;
const run = (text: string): any => runGlobalEval(text);

test('variables that a function uses, of the nearest scope that has them', () => {
  const [next, other, inner] = run(`(() => {
    let n = 0, list = [], unused = 1;
    const deeper = () => { let n = 'inner'; return () => [n, list] };
    return [() => ++n, () => list, deeper()];
  })()`);
  expect(inside(next)).toEqual({ parts: ['n', 0], unread: undefined });
  next();
  expect(inside(next).parts).toEqual(['n', 1]);
  expect(inside(other).parts[1]).toBe(other());
  expect(inside(inner).parts).toEqual(['list', other(), 'n', 'inner']);
  expect(inside(run('() => globalThis')).parts).toEqual([]);
});

test('a direct eval may use everything, a with block is looked into, a dead zone is told', () => {
  const all = run('(() => { let a = 1, b = 2; return (text) => eval(text) })()');
  expect(inside(all).parts).toEqual(['a', 1, 'b', 2]);
  const held = { x: 1 };
  const within = run('(held) => { with (held) { return () => x } }')(held);
  expect(inside(within).parts[0]).toBe(held);
  let early: unknown;
  run('(take) => { take(() => late); let late = 1 }')((fn: unknown) => {
    early = inside(fn).parts[1];
  });
  expect(typeof early === 'symbol' || early === undefined).toBe(true);
});

test('bound parts; and what is not told is said', () => {
  const receiver = {};
  const bound = inside.bind(receiver, 1);
  expect(inside(bound)).toEqual({ parts: [inside, receiver, 1], unread: undefined });
  expect(inside(run('(function () { return () => this })')()).unread).toBe('frame');
  expect(inside(run('(function () { return () => arguments })')()).unread).toBe('frame');
  expect(inside(Math.max).unread).toBe('native');
  const frozen = Object.freeze(Object.setPrototypeOf(() => 1, new Proxy(() => 1, {})));
  expect(inside(frozen).unread).toBe('text');
});

test('private members, also two of one name', () => {
  const both = run(`(() => {
    class Above { #n = 1; above() { this.#n++ } get #never() { throw 1 } }
    return new (class extends Above { #n = 'two'; #m })();
  })()`);
  const values = (): unknown[] => reader.privates(both).parts.filter((part) => typeof part !== 'function');
  const before = values();
  expect(before).toEqual(expect.arrayContaining([1, 'two', '#n', '#m']));
  both.above();
  expect(values()).toEqual(before.map((one) => (one === 1 ? 2 : one)));
});

test('slots: a settled promise, what an iterator has left', async () => {
  const slots = ['[[PromiseState]]', '[[PromiseResult]]'];
  const result = { a: 1 };
  const promise = Promise.resolve(result);
  await promise;
  expect(reader.slots(promise, slots).parts).toEqual(['fulfilled', result]);
  expect(reader.slots(new Promise(() => {}), slots).parts).toEqual(['pending', undefined]);
  const left = new Set(['a', 'b']).values();
  left.next();
  expect(JSON.stringify(reader.slots(left, ['[[Entries]]']).parts)).toContain('"b"');
});
