// Goal: a saved file that was cut short or in which one bit turned is never opened, and says what is wrong with it.
// Method: every golden, cut at sampled bytes and with sampled bits turned, all of its header and table among them; the error
// must be the one for that place. `npm run torture:damage` takes every byte and every bit.

import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ROOT } from '../docs/markdown.js';
import { testSeed } from '../helpers/seed.js';
import { type Complaint, Damage } from './damage.js';

const FOLDER = `${ROOT}/snapshots`;
const files = readdirSync(FOLDER, { recursive: true })
  .map(String)
  .filter((file) => file.endsWith('.pkl'))
  .sort();
const CUTS = 120;
const FLIPS = 300;

// The first ones all, the others in equal steps from a place that the seed decides.
function sampled(count: number, all: number, first: number): number[] {
  const places = Array.from({ length: Math.min(first, all) }, (_, i) => i);
  const step = Math.max(1, Math.floor((all - places.length) / count));
  for (let at = places.length + (testSeed % step); at < all; at += step) places.push(at);
  return places;
}

describe.each(files)('%s', (file) => {
  const damage = new Damage(readFileSync(`${FOLDER}/${file}`));

  test(`every sampled cut is noticed (seed ${testSeed})`, () => {
    const found = sampled(CUTS, damage.cuts, 70).map((length): Complaint => damage.cut(length));
    expect(found.filter((complaint) => complaint !== undefined)).toEqual([]);
    expect(damage.cut(damage.cuts - 1)).toBeUndefined();
  });

  test(`every sampled bit is noticed, by the error of its place (seed ${testSeed})`, () => {
    const found = sampled(FLIPS, damage.bits, 8 * 32).map((bit): Complaint => damage.flip(bit));
    expect(found.filter((complaint) => complaint !== undefined)).toEqual([]);
  });
});

test('there are goldens, and what is undamaged is a complaint', () => {
  expect(files.length).toBeGreaterThan(12);
  const damage = new Damage(readFileSync(`${FOLDER}/${files[0]}`));
  expect(damage.cut(damage.cuts)).toMatch(/was opened/);
});
