// Numbers that follow each other, as runs: where each starts and how long it is. A list of values found one after the other
// takes a few bytes this way, whatever its length.
//
//   runs := width:u8 (0) count:varint starts:i32/u32 × count lengths:u32 × count      at multiples of 4
//
// Knows nothing of what the numbers mean.

import type { ByteReader, ByteWriter, Numbers } from './bytes.js';
import { mayBeFree } from './free-cells.js';
import { fillRange, fillRuns, splitRuns } from './loops.js';

/** Stands in place of a width. */
export const RUNS = 0;
const BYTES_A_RUN = 8;

/** From so many runs on, `length` numbers of `width` bytes each are shorter as they are. */
export function runsMax(length: number, width: number): number {
  return Math.ceil((length * width) / BYTES_A_RUN);
}

/** Writes numbers as runs where that is shorter than `width` bytes each, and says whether it was. */
export function encodeRuns(
  writer: ByteWriter,
  numbers: ArrayLike<number>,
  length: number,
  runs: number,
  width: number,
): boolean {
  if (!areShorter(writer, length, runs, width)) return false;
  const starts = new Uint32Array(runs);
  const lengths = new Uint32Array(runs);
  fillRuns(numbers, length, starts, lengths);
  write(writer, length, starts, lengths);
  return true;
}

/** As {@link encodeRuns}, for what is held as a start and a length a run already. */
export function encodeKnownRuns(
  writer: ByteWriter,
  known: readonly number[],
  length: number,
  width: number,
): boolean {
  const runs = known.length / 2;
  if (!areShorter(writer, length, runs, width)) return false;
  const starts = new Uint32Array(runs);
  const lengths = new Uint32Array(runs);
  splitRuns(known, starts, lengths);
  write(writer, length, starts, lengths);
  return true;
}

function areShorter(writer: ByteWriter, length: number, runs: number, width: number): boolean {
  if (runs * BYTES_A_RUN >= length * width) return false;
  return mayBeFree(length, writer.freeCells, writer.bytesBefore + writer.length);
}

function write(writer: ByteWriter, length: number, starts: Uint32Array, lengths: Uint32Array): void {
  writer.freeCells += length;
  writer.u8(RUNS);
  writer.varint(starts.length);
  writer.numbers(starts);
  writer.numbers(lengths);
}

/** Runs that were read and checked; {@link spreadRuns} makes numbers of them. */
export interface CheckedRuns {
  /** How many numbers they are together. */
  readonly length: number;
  /** The greatest of them, or less than any. */
  readonly high: number;
  readonly isSigned: boolean;
  readonly starts: Numbers;
  readonly lengths: Numbers;
}

/** Reads runs of `count` numbers together; for unsigned ones all must be below `bound`. */
export function checkRuns(reader: ByteReader, count: number, isSigned: boolean, bound: number): CheckedRuns {
  const runs = reader.count(BYTES_A_RUN, 'runs');
  const starts = reader.numbers(isSigned ? Int32Array : Uint32Array, runs);
  const lengths = reader.numbers(Uint32Array, runs);
  const end = isSigned ? 2 ** 31 : bound;
  let left = count;
  let greatest = -(2 ** 31) - 1;
  for (let run = 0; run < runs; run++) {
    const start = starts[run] as number;
    const length = lengths[run] as number;
    if (length > left) throw reader.corrupt('runs are longer than their column');
    if (start + length > end) throw reader.corrupt(`a cell names number ${start + length - 1} of ${end}`);
    if (start + length - 1 > greatest) greatest = start + length - 1;
    left -= length;
  }
  if (left !== 0) throw reader.corrupt('runs are shorter than their column');
  return { length: count, high: greatest, isSigned, starts, lengths };
}

/** The numbers of runs. */
export function spreadRuns({ length, isSigned, starts, lengths }: CheckedRuns): Numbers {
  const out = isSigned ? new Int32Array(length) : new Uint32Array(length);
  let at = 0;
  for (let run = 0; run < starts.length; run++)
    at = fillRange(out, at, starts[run] as number, lengths[run] as number);
  return out;
}
