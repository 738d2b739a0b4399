// Goal: the memo gives every value the place that was set, whatever the values hold, however V8 holds them, and however
// many there are.
// Method: Maps that are full after three entries (the real limit is met by `bench/scale.mjs`); random objects asked for
// again after V8 gave them other hidden classes, compared with a Map; objects that all hold the same, some and eight times as many.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ClassSite, Memo } from '../../src/pickle/memo.js';
import { Places } from '../../src/pickle/places.js';
import { growthOf } from '../helpers/growing.js';
import { testSeed } from '../helpers/seed.js';

test('values are found in Maps that are full and in the newest', () => {
  const memo = new Memo({ entriesMax: 3 });
  const values = Array.from({ length: 10 }, (_, id) => ({ id }));
  values.forEach((value, place) => {
    expect(memo.get(value)).toBeUndefined();
    memo.set(value, place);
  });
  expect(values.map((value) => memo.get(value))).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(memo.get({})).toBeUndefined();
  expect(memo.find(values[0] as object)).toBe(0);
});

test('the last number set counts, wherever the first is', () => {
  const memo = new Memo({ entriesMax: 2 });
  const values = [Symbol('a'), Symbol('b'), Symbol('c')];
  values.forEach((value, place) => {
    memo.set(value, place);
  });
  memo.set(values[0], 7);
  expect(memo.get(values[0])).toBe(7);
});

/** A memo and its queue, which learn of values as a walk does. */
class Herd {
  readonly places = new Places();
  readonly memo: Memo;

  constructor(contentsAfter = 0) {
    this.memo = new Memo({ places: this.places, contentsAfter });
  }

  /** The place that a walk would find or give. */
  meet(value: unknown, site?: ClassSite): number {
    const known = this.memo.get(value, site);
    if (known !== undefined) return known;
    const place = this.places.push(value, -1);
    this.memo.add(value, place);
    return place;
  }
}

let getterRuns = 0;
class Point {
  constructor(
    readonly x: unknown,
    readonly id: unknown,
  ) {}
}

const CONTENTS: readonly unknown[] = [
  0,
  1,
  -0,
  7,
  0.5,
  -1,
  Number.NaN,
  2 ** 40,
  'a',
  '',
  'long enough text',
  null,
  {},
];

/** Makes a value of one of many shapes that holds `a` and `b`. */
const SHAPES: readonly ((a: unknown, b: unknown) => unknown)[] = [
  (a, b) => ({ id: a, b }),
  (a, b) => ({ a, b }),
  (a) => ({ only: a }),
  (a, b) => new Point(a, b),
  (a, b) => Object.freeze({ id: a, b, frozen: 1 }),
  (a, b) => ({ id: a, b, 0: 'index', 7: 1 }),
  (a, b) => Object.assign(Object.create(null) as object, { id: a, b }),
  (a, b) => Object.defineProperty({ b }, 'id', { value: a }),
  (_, b) => Object.defineProperty({ b }, 'id', { get: () => ++getterRuns, enumerable: true }),
  (a, b) => [a, b],
  (a) => new Date(typeof a === 'number' ? a : Number.NaN),
  (a) => Object.assign(new Date(5), { id: a }),
  (a, b) => new Map([[a, b]]),
  (a, b) => new Proxy({ id: a, b }, { get: () => ++getterRuns, ownKeys: () => [String(++getterRuns)] }),
  (a, b) => {
    const slow: Record<string, unknown> = { gone: 1, id: a, b };
    delete slow['gone'];
    return slow;
  },
  () => ({}),
  (a) => () => a,
  (a) => Object(Number(a)),
  (a) => Object.assign(new Error('e'), { id: a }),
  (a, b) => ({ [Symbol.iterator]: b, id: a }),
  (a) => new Uint8Array(Number(a) === 1 ? 4 : 2),
];

/** What V8 may do to the hidden class of an object that is only looked at, and of others beside it. */
const LOOKS: readonly ((value: object) => void)[] = [
  (value) => void Object.keys(value).length,
  (value) => void Object.create(value),
  (value) => void Reflect.ownKeys(value),
  // A double where ints were: objects of the old hidden class go over to the new one when they are read.
  () => void [{ id: 0.5, b: 0.5 }, { a: 0.5, b: {} }, { only: 'x' }, new Point({}, 0.5)],
];

test(`any values have the places that a Map gives them (seed ${testSeed})`, () => {
  const recipe = fc.record({
    made: fc.array(fc.tuple(fc.nat(SHAPES.length - 1), fc.nat(12), fc.nat(12)), { maxLength: 120 }),
    asked: fc.array(fc.tuple(fc.nat(), fc.nat(LOOKS.length)), { maxLength: 200 }),
    after: fc.nat(20),
    ends: fc.option(fc.nat(200)),
  });
  fc.assert(
    fc.property(recipe, ({ made, asked, after, ends }) => {
      const values = made.map(([shape, a, b]) => SHAPES[shape]!(CONTENTS[a], CONTENTS[b]));
      const herd = new Herd(after);
      const map = new Map<unknown, number>();
      getterRuns = 0;
      const sites: ClassSite[] = [
        { hiddenClass: undefined, classBefore: undefined },
        { hiddenClass: undefined, classBefore: undefined },
      ];
      let met = 0;
      const check = (value: unknown): void => {
        const place = herd.meet(value, sites[met++ % 3]);
        if (!map.has(value)) map.set(value, map.size);
        expect(place).toBe(map.get(value));
      };
      for (const value of values) check(value);
      asked.forEach(([which, look], i) => {
        if (values.length === 0) return;
        const value = values[which % values.length];
        const isProxy = made[which % values.length]![0] === 13;
        if (!isProxy && typeof value === 'object') LOOKS[look]?.(value as object);
        if (i === ends) herd.memo.endContents();
        check(value);
        if (typeof value === 'object') expect(herd.memo.find(value as object)).toBe(map.get(value));
      });
      for (const value of values) check(value);
      expect(getterRuns).toBe(0);
    }),
    { seed: testSeed, numRuns: 200 },
  );
});

describe('objects that their fields do not tell apart', () => {
  const alike: [string, (i: number) => object][] = [
    ['one id for all', () => ({ id: 7, name: 'same' })],
    ['a few ids', (i) => ({ id: i % 5, name: 'same' })],
    ['ids in blocks', (i) => ({ id: (i % 300) * 65_536, name: `n${i % 20}` })],
    ['an id for two', (i) => ({ id: i >> 1 })],
    ['an id that is no number for most', (i) => ({ id: i === 0 ? 1 : null })],
    ['the id in a text', (i) => ({ id: `evt_${i % 4000}_suffix`, type: 'x' })],
    ['dates of one moment', () => new Date(0)],
    ['nothing else than an object', (i) => ({ child: [i] })],
  ];

  test.each(alike)('are found and cost no more than a few Maps: %s', (_, make) => {
    const growth = growthOf(
      (length, work) => {
        const values = Array.from({ length }, (_, i) => make(i));
        const herd = new Herd();
        let first: unknown;
        let again: unknown;
        work(() => {
          first = values.map((value) => herd.meet(value));
          again = values.map((value) => herd.meet(value));
        });
        expect(first).toEqual(values.map((_, i) => i));
        expect(again).toEqual(first);
      },
      [5_000, 40_000],
    );
    // Looking at all for each would be 64.
    expect(growth).toBeLessThan(32);
  });
});

test('more kinds of objects than are learnt are found all the same', () => {
  const values = Array.from({ length: 20_000 }, (_, i) => ({
    id: i,
    [`key${i % 500}`]: 1,
    [`k${i % 7}`]: 2,
  }));
  const herd = new Herd();
  const first = values.map((value) => herd.meet(value));
  expect(values.map((value) => herd.meet(value))).toEqual(first);
  expect(new Set(first).size).toBe(values.length);
});

test('after the end of contents objects are found although they changed', () => {
  const herd = new Herd();
  const values = Array.from({ length: 1000 }, (_, id) => ({ id }));
  const first = values.map((value) => herd.meet(value));
  herd.memo.endContents();
  for (const value of values) value.id = 5;
  expect(values.map((value) => herd.meet(value))).toEqual(first);
  expect(herd.meet({ id: 5 })).toBe(values.length);
});
