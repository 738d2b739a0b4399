// Goal: the place of a loop over one of the engine's iterators is told exactly, said to be a guess, or not told.
// Method: heads of loops with what they got last, over objects that have it once, twice, not at all; no getter runs. And a
// generator over a list that others hold, whose save reports it.

import { parse } from 'acorn';
import { expect, test } from 'vitest';
import { dumps, loads } from '../../../src/index.js';
import type { Range } from '../../../src/pickle/capture/ranges.js';
import { toldItem } from '../../../src/pickle/capture/told-items.js';

const typed = new Uint8Array([7, 8, 9]);
const twice = [1, 2, 2, 3];
const records = [
  { id: 1, tag: 'x' },
  { id: 2, tag: 'x' },
];
const trap = [1, 2];
Object.defineProperty(trap, 0, {
  get() {
    throw new Error('a getter ran');
  },
});

function told(head: string, object: object, got: Record<string, unknown>, isAlone = false): unknown {
  return tellOf(head, { of: 'elements', object, isAlone }, got);
}

function tellOf(head: string, range: Range, got: Record<string, unknown>): unknown {
  const { body } = parse(`for (${head}) {}`, { ecmaVersion: 'latest' });
  const found = toldItem(range, body[0], (name) => (name in got ? { value: got[name] } : null));
  return found === null ? null : [found.item[0], found.item[2], found.isGuess];
}

test.each([
  ['an element that is there once', 'const x of list', twice, { x: 3 }, ['values', 4, true]],
  ['an element that is there twice', 'const x of list', twice, { x: 2 }, null],
  ['an element that is gone', 'const x of list', twice, { x: 9 }, null],
  ['a hole', 'const x of list', [1, , 2], { x: undefined }, ['values', 2, true]],
  ['a number that is none', 'const x of list', [1, Number.NaN], { x: Number.NaN }, ['values', 2, true]],
  ['a typed array', 'const x of list', typed, { x: 8 }, ['values', 2, true]],
  ['an accessor among the elements', 'const x of list', trap, { x: 2 }, null],
  ['parts of an element', 'const { id, tag: t } of list', records, { id: 2, t: 'x' }, ['values', 2, true]],
  ['a part that two have', 'const { tag } of list', records, { tag: 'x' }, null],
  ['a variable that may be an older one', 'const x of list', twice, {}, null],
  ['a variable of another place', 'x of list', twice, { x: 3 }, null],
  ['entries', 'const [i, x] of list.entries()', twice, { i: 2, x: 2 }, ['entries', 3, false]],
  ['entries whose element is another by now', 'const [i, x] of list.entries()', twice, { i: 2, x: 7 }, null],
  ['numbers of entries alone', 'const [i] of list.entries()', ['a', 'b'], { i: 1 }, ['entries', 2, false]],
  ['keys', 'const i of list.keys()', twice, { i: 0 }, ['keys', 1, false]],
  ['keys of a list that has their numbers elsewhere', 'const i of list.keys()', [1, 0], { i: 1 }, null],
  ['a number behind the end', 'const i of list.keys()', ['a'], { i: 4 }, null],
] as const)('%s', (_about, head, object, got, wanted) => {
  expect(told(head, object, got)).toEqual(wanted);
});

test.each([
  ['const x of [1, 2]', false],
  ['const x of [...list]', false],
  ['const x of Object.keys(o)', false],
  ['const x of list.map((x) => x)', false],
  ['const x of list', true],
  ['const x of make()', true],
])('whether elements may have been moved: %s', (head, isGuess) => {
  expect(told(head, [1, 2], { x: 1 }, true)).toEqual(['values', 1, isGuess]);
  expect(told(head, [1, 2], { x: 1 }, false)).toEqual(['values', 1, true]);
});

test('strings and matches', () => {
  const text = 'abca';
  expect(tellOf('const c of s', { of: 'string', text }, { c: 'c' })).toEqual(['string', 3, false]);
  expect(tellOf('const c of s', { of: 'string', text }, { c: 'a' })).toBeNull();
  expect(tellOf('const m of s', { of: 'matches', regexp: /a/g, text }, {})).toEqual(['matches', text, false]);
  expect(toldItem({ of: 'matches', regexp: /a/, text }, {}, () => null)?.item[1]).toBeUndefined();
});

test('a generator over a list that others hold says what its place rests on; over one of its own it need not', () => {
  const list = ['a', 'b', 'c'];
  const its = [
    (function* (all: string[]) {
      for (const x of all) yield x;
    })(list),
    (function* () {
      for (const x of [...list]) yield x;
    })(),
  ];
  for (const it of its) it.next();
  const changes: string[] = [];
  const bytes = dumps([its, list], { onChange: ({ path, reason }) => changes.push(`${path}: ${reason}`) });
  expect(changes).toEqual([
    expect.stringMatching(/^\[0\]\[0\]: It stands in a loop over an array, and V8 does not show/u),
  ]);
  const [back, same] = loads(bytes) as [Iterable<string>[], string[]];
  same.push('d');
  expect(back.map((it) => [...it])).toEqual([
    ['b', 'c', 'd'],
    ['b', 'c'],
  ]);
});
