// Goal: a primitive in a line of the journal comes back as it was.
// Method: odd ones and drawn ones, through JSON and back, compared by `Object.is`.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readPrimitive, writePrimitive } from '../../../src/session/autosave/primitives.js';

const there = (value: unknown): unknown => readPrimitive(JSON.parse(JSON.stringify(writePrimitive(value))));

test('odd primitives come back', () => {
  const odd = [0, -0, NaN, Infinity, -Infinity, 5e-324, 2 ** 53 + 2, 0n, -1n, -(2n ** 200n), 2n ** 64n];
  for (const value of [...odd, undefined, null, true, false, '', '\ud800', '\u2028\0', 'NaN', '-0', '1n'])
    expect(Object.is(there(value), value), String(value)).toBe(true);
});

test('drawn primitives come back', () => {
  const drawn = fc.oneof(
    fc.double(),
    fc.bigInt(),
    fc.string({ unit: 'binary' }),
    fc.boolean(),
    fc.constant(null),
  );
  fc.assert(fc.property(drawn, (value) => Object.is(there(value), value)));
});
