// Goal: the queue of a walk keeps every value, parent and number of a hidden class, whatever chunk they are in, and runs end with their chunk.
// Method: more values than a chunk holds, each asked for; a herd that is larger than a chunk, saved and loaded.

import { expect, test } from 'vitest';
import { dumps, loads } from '../../src/index.js';
import { CHUNK, Places } from '../../src/pickle/places.js';

test('values, parents and numbers of hidden classes are found in every chunk', () => {
  const places = new Places();
  const count = CHUNK * 2 + 3;
  for (let i = 0; i < count; i++) expect(places.push(i * 2, i - 7, i % 65)).toBe(i);
  expect(places.count).toBe(count);
  for (const place of [0, 1, 255, 256, 1023, 1024, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, count - 1]) {
    expect([places.value(place), places.parent(place)]).toEqual([place * 2, place - 7]);
    expect(places.classNumber(place)).toBe(place % 65);
    expect(places.chunk(place)[place % CHUNK]).toBe(place * 2);
  }
  expect([0, CHUNK - 1, CHUNK, count - 1].map((place) => places.chunkEnd(place))).toEqual([
    CHUNK,
    CHUNK,
    2 * CHUNK,
    count,
  ]);
});

test('places that were forgotten are given again', () => {
  const places = new Places();
  places.push('a', -1);
  places.push('b', 0, 7);
  places.truncate(1);
  expect([places.count, places.push('c', 0), places.value(1), places.chunkEnd(0)]).toEqual([1, 1, 'c', 2]);
  expect(places.classNumber(1)).toBe(0);
});

test('a run that is longer than a chunk is whole', () => {
  const shared = { all: 1 };
  const herd = Array.from({ length: CHUNK * 2 + 100 }, (_, id) => ({ id, shared }));
  const copy = loads(dumps(herd)) as typeof herd;
  expect(copy.length).toBe(herd.length);
  expect(copy.findIndex(({ id, shared: one }, i) => id !== i || one !== copy[0]?.shared)).toBe(-1);
});
