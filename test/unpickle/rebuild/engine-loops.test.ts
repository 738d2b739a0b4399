// Goal: what a restored loop goes over gives what the engine's own iterator would from the same place on.
// Method: both are taken side by side, from every place, also while what they go over grows, shrinks and is past.

import { expect, test } from 'vitest';
import { type GivenRange, isGivenRange, nextOfRange } from '../../../src/unpickle/rebuild/engine-loops.js';

function stepsOf(
  next: () => { value?: unknown; done?: boolean },
  disturb: (step: number) => void = () => {},
): unknown[] {
  return Array.from({ length: 8 }, (_, step) => {
    disturb(step);
    const { value, done } = next();
    return [value, done];
  });
}

const disturbances: ((list: unknown[], step: number) => void)[] = [
  () => {},
  (list, step) => void (step < 3 && list.push(step)),
  (list, step) => void (step === 1 && list.splice(0, 2)),
  (list, step) => void (step === 4 && list.push('late')),
];

test.each(['values', 'keys', 'entries'] as const)('%s of a list', (gives) => {
  for (const disturb of disturbances) {
    for (let from = 0; from <= 4; from++) {
      const [ours, theirs] = [
        ['a', 'b', , 'd'],
        ['a', 'b', , 'd'],
      ];
      const real = theirs[gives]();
      for (let i = 0; i < from; i++) real.next();
      const given: GivenRange = [gives, ours, from];
      expect(isGivenRange(given)).toBe(true);
      const got = stepsOf(
        () => nextOfRange(given),
        (step) => disturb(ours, step),
      );
      expect(got, `from ${from}`).toEqual(
        stepsOf(
          () => real.next(),
          (step) => disturb(theirs, step),
        ),
      );
    }
  }
});

test('characters of a string, also of two units', () => {
  const text = 'a😀b\ud800c';
  for (const [from, taken] of [
    [0, 0],
    [1, 1],
    [3, 2],
    [6, 5],
  ] as const) {
    const real = text[Symbol.iterator]();
    for (let i = 0; i < taken; i++) real.next();
    const given: GivenRange = ['string', text, from];
    expect(stepsOf(() => nextOfRange(given))).toEqual(stepsOf(() => real.next()));
  }
});

test.each([/[a-z](\d)?/g, /(?:)/g, /(?:)/gu, /x*/gv, /😀|/gu])('matches of %s', (regexp) => {
  const text = 'a1😀b2';
  for (let taken = 0; taken < 4; taken++) {
    const real = text.matchAll(regexp);
    const given: GivenRange = ['matches', new RegExp(regexp), text];
    for (let i = 0; i < taken; i++) expect(nextOfRange(given)).toEqual(real.next());
    expect(stepsOf(() => nextOfRange(given))).toEqual(stepsOf(() => real.next()));
  }
});

test('an array that is an iterator is none', () => {
  const iterator = Object.assign(['values', [], 0], { next: () => ({ done: true }) });
  expect([
    isGivenRange(iterator),
    isGivenRange(['other', [], 0]),
    isGivenRange([{}, new Set().values()]),
  ]).toEqual([false, false, false]);
});
