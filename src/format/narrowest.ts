// The narrowest type that holds many whole numbers, found by V8's own conversions: numbers that come back as they were fit.
// A loop that looks at each would be interpreted in the first save of a process, where this takes a tenth of the time.
//
// Knows nothing of what the numbers mean.

import type { Numbers, NumbersType } from './bytes.js';

/** Fewer numbers are looked at one by one. */
export const MANY_NUMBERS = 1 << 14;
const PART = 1 << 12;

let there: ArrayBuffer | undefined;
let back: Float64Array | undefined;

/** The first of the types, narrowest first, that holds all of the numbers; the last is not tried. */
export function narrowestType(
  numbers: Float64Array,
  length: number,
  types: readonly NumbersType[],
): NumbersType {
  there ??= new ArrayBuffer(PART * 2);
  back ??= new Float64Array(PART);
  let at = 0;
  let narrow = 0;
  while (at < length && narrow + 1 < types.length) {
    const part = numbers.subarray(at, Math.min(at + PART, length));
    if (isHeld(part, new (types[narrow] as NumbersType)(there, 0, part.length), back)) at += PART;
    else narrow++;
  }
  return types[narrow] as NumbersType;
}

function isHeld(part: Float64Array, narrow: Numbers, wide: Float64Array): boolean {
  narrow.set(part);
  wide.set(narrow);
  const bytes = part.length * 8;
  const now = new Uint8Array(wide.buffer, 0, bytes);
  return Buffer.compare(now, new Uint8Array(part.buffer, part.byteOffset, bytes)) === 0;
}
