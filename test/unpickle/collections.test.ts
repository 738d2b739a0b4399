// Goal: Maps, Sets, Dates and short arrays come back whole and in order, whatever they hold and however much, also what leads back
// to them and what somebody has added to their classes.
// Method: collections of sizes around the number of entries that are read at once, with keys and values of every sort in turn,
// themselves among them; compared strictly, as trusted and as data.

import { expect, test } from 'vitest';
import { dumps, loads } from '../../src/index.js';
import { differences } from '../helpers/same.js';

const SIZES = [0, 1, 2, 7, 1023, 1024, 1025, 2047, 2048, 2049, 5000];

function partOf(i: number, shared: object): unknown {
  const parts = [
    i,
    `text ${i}`,
    i / 3 + 0.1,
    BigInt(i),
    { i },
    null,
    undefined,
    i % 2 === 0,
    shared,
    [i],
    new Date(i),
    -0,
  ];
  return parts[i % parts.length];
}

function check(value: unknown): void {
  const bytes = dumps(value);
  expect(differences(value, loads(bytes))).toEqual([]);
  expect(differences(value, loads(bytes, { mode: 'data' }))).toEqual([]);
}

test.each(SIZES)('of %d entries', (size) => {
  const map = new Map<unknown, unknown>();
  const set = new Set<unknown>();
  for (let i = 0; i < size; i++) {
    map.set(i % 12 > 7 ? { key: i } : `key ${i}`, partOf(i, map));
    set.add(i % 12 === 8 ? set : partOf(i, set));
  }
  check(map);
  check(set);
  check([new Map([[1, map]]), map, new Set([set, map]), set]);
});

test('many of few entries, of one sort each and mixed', () => {
  const small = Array.from({ length: 3000 }, (_, i) => {
    const size = i % 5;
    const entries = Array.from({ length: size }, (__, k) => [k, i % 3 === 0 ? `text ${k}` : i] as const);
    return i % 2 === 0 ? new Map<unknown, unknown>(entries) : new Set<unknown>(entries.flat());
  });
  check(small);
  check(new Map(small.map((one, i) => [`name ${i}`, one])));
});

test('short arrays of every sort, and such that lead back', () => {
  const lists: unknown[] = [];
  for (let i = 0; i < 3000; i++) {
    const length = i % 7;
    const of = [
      (k: number) => `tag ${(i + k) % 4}`,
      (k: number) => i + k,
      (k: number) => i + k / 3,
      () => lists,
      (k: number) => lists[i - 1 - k],
      (k: number) => ({ k }),
      (k: number) => (k % 2 === 0 ? `tag ${k}` : k),
    ][i % 5 === 0 ? (i / 5) % 7 : i % 7] as (k: number) => unknown;
    lists.push(Array.from({ length }, (_, k) => of(k)));
  }
  check(lists);
});

test('all texts of a list are its own', () => {
  const bytes = dumps(Array.from({ length: 300 }, (_, i) => `text ${i}`));
  const one = loads<string[]>(bytes);
  one[0] = 'changed';
  one.push('more');
  expect(loads<string[]>(bytes)).toEqual(Array.from({ length: 300 }, (_, i) => `text ${i}`));
});

test('of classes of their own, with properties, and frozen', () => {
  class Bag extends Map<unknown, unknown> {
    override set(): this {
      throw new Error('the class runs while it is loaded');
    }
  }
  const bag = Map.prototype.set.call(new Bag(), 'a', 1);
  const named = Object.assign(new Map([['a', 1]]), { named: true });
  const value = [
    named,
    Object.freeze(new Set([1])),
    Object.assign(new Date(5), { zone: 'utc' }),
    new Date(Number.NaN),
  ];
  check(value);
  const copy = loads<Map<unknown, unknown>>(dumps(bag));
  expect([...Map.prototype.entries.call(copy)]).toEqual([['a', 1]]);
});
