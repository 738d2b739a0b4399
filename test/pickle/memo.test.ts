// Goal: the memo holds more values than one Map of V8's may, and finds each.
// Method: Maps that are full after three entries; the real limit is met by `bench/scale.mjs`.

import { expect, test } from 'vitest';
import { Memo } from '../../src/pickle/memo.js';

test('values are found in Maps that are full and in the newest', () => {
  const memo = new Memo(3);
  const values = Array.from({ length: 10 }, (_, id) => ({ id }));
  values.forEach((value, place) => {
    expect(memo.get(value)).toBeUndefined();
    memo.set(value, place);
  });
  expect(values.map((value) => memo.get(value))).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(memo.get({})).toBeUndefined();
});

test('the last number set counts, wherever the first is', () => {
  const memo = new Memo(2);
  const values = [Symbol('a'), Symbol('b'), Symbol('c')];
  values.forEach((value, place) => {
    memo.set(value, place);
  });
  memo.set(values[0], 7);
  expect(memo.get(values[0])).toBe(7);
});
