// Goal: two graphs count as alike when a program could not tell their values apart, and as different when it could.
// Method: pairs of values pickled apart; the same value made twice is alike, each change of one is found and named by its
// path.

import { expect, test } from 'vitest';
import { openSnapshot } from '../../src/format/index.js';
import { graphDifference } from '../../src/graph/same-graph.js';
import { dumps } from '../../src/index.js';

function difference(x: unknown, y: unknown): string | undefined {
  const [a, b] = [x, y].map((value) => {
    const reader = openSnapshot(dumps(value));
    const graph = reader.graph([...reader.index.groups.keys()], () => undefined);
    return { graph, id: graph.idOf(reader.index.rootLinks[0] as { group: number; id: number }) as number };
  }) as [{ graph: any; id: number }, { graph: any; id: number }];
  return graphDifference(a.graph, a.id, b.graph, b.id);
}

const cyclic = (n: number): object => {
  const value: Record<string, unknown> = { n };
  value['self'] = value;
  return value;
};
const shared = { a: 1 };
const counter =
  (count: number): (() => number) =>
  () =>
    ++count;

const PAIRS: readonly [what: string, make: () => unknown, other: () => unknown, path: string][] = [
  ['a number', () => ({ a: { b: 1 } }), () => ({ a: { b: 2 } }), '.a.b: another number'],
  ['minus zero', () => [0.5, 0], () => [0.5, -0], '<items>[1]: another number'],
  ['a text', () => ['x'], () => ['y'], '<items>[0]: another text'],
  ['a kind', () => ({ a: [] }), () => ({ a: {} }), '.a: another kind or shape'],
  ['a primitive for another', () => ({ a: null }), () => ({ a: undefined }), '.a: another kind of value'],
  ['the order of keys', () => ({ a: 1, b: 2 }), () => ({ b: 2, a: 1 }), 'the value: another kind or shape'],
  ['an attribute', () => ({ a: 1 }), () => Object.freeze({ a: 1 }), 'the value: another kind or shape'],
  ['a length', () => new Set([1]), () => new Set([1, 2]), '<items>: another length'],
  ['sharing', () => [shared, shared], () => [{ a: 1 }, { a: 1 }], 'it is shared with something else'],
  ['a cycle', () => cyclic(1), () => cyclic(2), '.n: another number'],
  ['bytes', () => Uint8Array.of(1, 2), () => Uint8Array.of(1, 3), 'other bytes'],
  ['a text of code', () => () => 1, () => () => 2, 'another text of code'],
  ['a captured variable', () => counter(1), () => counter(2), 'another number'],
  [
    'a private field',
    () =>
      new (class {
        #x = 1;
        y = () => this.#x;
      })(),
    () => ({}),
    ': ',
  ],
  ['a hole', () => [1, , 3], () => [1, undefined, 3], '<items>[1]: another kind of value'],
];

test.each(PAIRS)('%s', (_, make, other, path) => {
  expect(difference(make(), make())).toBeUndefined();
  expect(difference(make(), other())).toContain(path);
  expect(difference(other(), make())).toBeDefined();
});

test('a long list is compared without recursion', () => {
  const chain = (end: unknown): unknown => {
    let list: unknown = end;
    for (let i = 0; i < 50_000; i++) list = { next: list };
    return list;
  };
  expect(difference(chain(1), chain(1))).toBeUndefined();
  expect(difference(chain(1), chain(2))).toContain('another number');
});
