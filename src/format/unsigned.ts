// Whole numbers from 0 to 2^32 − 1 in the narrowest width that holds all of them.
//
//   numbers(n) := width:u8 (1, 2, 4), then n numbers at a multiple of the width
//
// Knows nothing of what they count.

import type { ByteReader, ByteWriter, Numbers, NumbersType } from './bytes.js';
import { copyNumbers, greatest } from './loops.js';

/** The types for numbers that are not negative, narrowest first. */
export const UNSIGNED: readonly NumbersType[] = [Uint8Array, Uint16Array, Uint32Array];

/** The type for numbers up to `high`. */
export function unsignedType(high: number): NumbersType {
  return UNSIGNED[high < 0x100 ? 0 : high < 0x1_0000 ? 1 : 2] as NumbersType;
}

/** The type of a width in bytes, or undefined. */
export function unsignedOfWidth(width: number): NumbersType | undefined {
  return UNSIGNED[width === 1 ? 0 : width === 2 ? 1 : width === 4 ? 2 : 3];
}

/**
 * Writes `length` numbers; how many is known from the context. The array may be used again. `high` is the greatest, where it is
 * known.
 */
export function encodeUnsigned(
  writer: ByteWriter,
  numbers: ArrayLike<number>,
  length: number,
  high = greatest(numbers, length),
): void {
  if (length === 0) return;
  const Type = unsignedType(high);
  const out = new Type(writer.room(length * Type.BYTES_PER_ELEMENT), 0, length);
  fill(out, numbers, length);
  writer.u8(out.BYTES_PER_ELEMENT);
  writer.numbers(out);
}

/** Fewer numbers are copied one by one. */
const BULK = 32;

/** Puts the first `length` numbers into an array of that length. */
export function fill(into: Numbers, numbers: ArrayLike<number>, length: number): void {
  if (length >= BULK && ArrayBuffer.isView(numbers))
    into.set(numbers.length === length ? numbers : (numbers as Float64Array).subarray(0, length));
  else copyNumbers(numbers, into, length);
}

/** Reads `count` numbers. */
export function decodeUnsigned(reader: ByteReader, count: number): Numbers {
  if (count === 0) return new Uint8Array(0);
  const width = reader.u8();
  const Type = unsignedOfWidth(width);
  if (Type === undefined) throw reader.corrupt(`numbers ${width} bytes wide`);
  return reader.numbers(Type, count);
}
