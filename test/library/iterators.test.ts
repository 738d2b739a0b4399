// Goal: an iterator of a Map or Set goes on where it stood and over the same collection, whatever that inherits from.
// Method: iterators part-way, saved with their collections and without; the collections grow after loading.

import { expect, test } from 'vitest';
import { dumps, loads } from '../../src/library/index.js';

const { entries, set: mapSet } = Map.prototype;
const { values, add: setAdd } = Set.prototype;

function started<T>(iterator: Iterator<T>): Iterator<T> {
  iterator.next();
  return iterator;
}

const prototypes: readonly [string, object | null][] = [
  ['its own prototype', Map.prototype],
  ['null', null],
  ['a plain object', { other: 1 }],
];

for (const [name, proto] of prototypes) {
  test(`a Map that inherits from ${name} is the one that its iterator goes over`, () => {
    const map = Object.setPrototypeOf(
      new Map([
        [1, 'a'],
        [2, 'b'],
        [3, 'c'],
      ]),
      proto,
    ) as Map<number, string>;
    const copy = loads<any>(dumps({ iterator: started(Reflect.apply(entries, map, [])), map }));
    Reflect.apply(mapSet, copy.map, [4, 'd']);
    expect([...copy.iterator]).toEqual([
      [2, 'b'],
      [3, 'c'],
      [4, 'd'],
    ]);
  });
}

test('a Set that inherits from null, too, and the collections are as they were', () => {
  const set = Object.setPrototypeOf(new Set([1, 2, 3]), null) as Set<number>;
  const iterator = started(Reflect.apply(values, set, []) as Iterator<number>);
  const copy = loads<any>(dumps({ set, iterator }));
  Reflect.apply(setAdd, copy.set, [4]);
  expect([...copy.iterator]).toEqual([2, 3, 4]);
  expect([...Reflect.apply(values, set, [])]).toEqual([1, 2, 3]);
  expect(iterator.next()).toEqual({ value: 2, done: false });
});

test('what is left of a collection that nobody else has comes back', () => {
  expect([
    ...loads<any>(
      dumps(
        started(
          new Map([
            [1, 2],
            [3, 4],
          ]).keys(),
        ),
      ),
    ),
  ]).toEqual([3]);
  expect([...loads<any>(dumps(started(new Set(['a', 'b']).values())))]).toEqual(['b']);
});
