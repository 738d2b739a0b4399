// Goal: a preview shows the first bit of a value, is short, safe to print, cheap, and runs nothing of the value's.
// Method: a table of values; values whose getters, traps, iterators and conversions throw; large ones, timed.

import { expect, test } from 'vitest';
import { shortType } from '../../src/session/preview.js';
import { PREVIEW_CHARACTERS_MAX, valuePreview } from '../../src/session/value-preview.js';
import { growthOf } from '../helpers/growing.js';

class Point {
  x = 1;
}

test.each([
  ['undefined', undefined, 'undefined'],
  ['-0', -0, '-0'],
  ['a text', 'a "b"\n', '"a \\"b\\"\\n"'],
  ['a bigint', 5n, '5n'],
  ['a large bigint', 2n ** 100_000n, 'bigint'],
  ['a symbol', Symbol('s'), 'Symbol(s)'],
  ['a list', [1, 'a', [2], new Point(), null, undefined, 3], '[ 1, "a", Array, Point, null, undefined, … ]'],
  ['a hole', [, 1], '[ hole, 1 ]'],
  ['nothing', [], '[]'],
  ['an object', { id: 1, at: new Point() }, '{ id: 1, at: Point }'],
  ['an instance', new Point(), '{ x: 1 }'],
  ['a map', new Map([['a', [1]]]), '{ "a" => Array }'],
  ['a set', new Set([1, 2]), '{ 1, 2 }'],
  ['numbers', new Uint8Array(100), '[ 0, 0, 0, 0, 0, 0, … ]'],
  ['a date', new Date(0), '1970-01-01T00:00:00.000Z'],
  ['no date', new Date(Number.NaN), 'Invalid Date'],
  ['an expression', /a+/g, '/a+/'],
  ['an error', new RangeError('no'), '"no"'],
] as [string, unknown, string][])('of %s', (_, value, text) => {
  expect(valuePreview(value)).toBe(text);
});

test('a generator has its kind, wherever it stands', () => {
  const generate = function* () {
    yield 1;
  };
  const started = generate();
  started.next();
  expect(shortType(started)).toBe('Generator');
  expect(shortType(Object.setPrototypeOf(generate(), null))).toBe('Generator');
  expect(shortType((async function* () {})())).toBe('AsyncGenerator');
  expect(shortType(Object.create(generate.prototype))).toBe('Object{0}');
});

test('of a function it is the start of its text', () => {
  expect(valuePreview((a: number) => a + 1)).toMatch(/^\(?a\)? => a \+ 1$/);
});

test('nothing of the value runs', () => {
  const bomb = (): never => {
    throw new Error('it ran');
  };
  const traps = Object.fromEntries(Reflect.ownKeys(Reflect).map((trap) => [trap, bomb]));
  const odd = {
    get a() {
      return bomb();
    },
    toString: bomb,
    toJSON: bomb,
    [Symbol.iterator]: bomb,
    get [Symbol.toStringTag]() {
      return bomb();
    },
  };
  expect(valuePreview(odd)).toBe('{ a: accessor, toString: function, toJSON: function }');
  expect(valuePreview(new Proxy({}, traps))).toBe('');
  expect(valuePreview([new Proxy([], traps)])).toBe('[ object ]');
  const map = Object.assign(new Map([[odd, 1]]), { entries: bomb, [Symbol.iterator]: bomb });
  expect(valuePreview(map)).toBe('{ Object => 1 }');
  const bytes = new Uint8Array(1);
  Object.defineProperty(bytes, 'length', { get: bomb });
  expect(valuePreview(bytes)).toBe('[ 0 ]');
});

test('it is short and has no characters that do not show', () => {
  for (const value of [
    'x'.repeat(1e6),
    { [`\u001b[2J${'k'.repeat(1000)}`]: '\u202e' },
    ['\u009b', '\ud800'],
  ]) {
    const text = valuePreview(value);
    expect([...text].length).toBeLessThanOrEqual(PREVIEW_CHARACTERS_MAX);
    expect(text).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
  }
});

test('a large value costs no more than a small one', () => {
  const growth = growthOf(
    (length, work) => {
      const list = Array.from({ length }, (_, i) => i);
      const values = [list, new Map(list.map((i) => [i, i]))];
      work(() => {
        for (let i = 0; i < 1000; i++) for (const value of values) valuePreview(value);
      });
    },
    [1000, 1_000_000],
  );
  expect(growth).toBeLessThan(5);
});
