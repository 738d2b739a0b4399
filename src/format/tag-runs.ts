// Tags that repeat, as runs: what a column holds that many lists share, each list with items of one sort.
//
//   tagRuns := count:varint tag:u8 × count lengths:numbers(count)
//
// Knows nothing of payloads.

import { isNumberless, TAG_COUNT } from '../graph/column.js';
import type { ByteReader, ByteWriter, Numbers } from './bytes.js';
import { fillTagRuns, greatest } from './loops.js';
import { decodeUnsigned, encodeUnsigned } from './unsigned.js';

/** Tags are written as runs when these are at least so long, on average. */
export const RUN_CELLS = 8;

/** Runs of cells with one tag. */
export interface TagRuns {
  readonly tags: Uint8Array;
  readonly lengths: Numbers;
}

/** The runs of some tags; how many there are is known. */
export function tagRunsOf(tags: Uint8Array, length: number, runs: number): TagRuns {
  const found = { tags: new Uint8Array(runs), lengths: new Uint32Array(runs) };
  fillTagRuns(tags, length, found.tags, found.lengths);
  return found;
}

/** Writes runs. */
export function encodeTagRuns(writer: ByteWriter, { tags, lengths }: TagRuns): void {
  writer.varint(tags.length);
  writer.raw(tags);
  encodeUnsigned(writer, lengths, lengths.length);
}

/** Reads runs of `length` cells together. */
export function decodeTagRuns(reader: ByteReader, length: number): TagRuns {
  const count = reader.count(2, 'runs of tags');
  const tags = Uint8Array.prototype.slice.call(reader.raw(count));
  const high = greatest(tags, count);
  if (high >= TAG_COUNT) throw reader.corrupt(`tag ${high} is unknown`);
  const lengths = decodeUnsigned(reader, count);
  let left = length;
  for (let run = 0; run < count; run++) {
    left -= lengths[run] as number;
    if (lengths[run] === 0 || left < 0) throw reader.corrupt('runs of tags do not fit their column');
  }
  if (left !== 0) throw reader.corrupt('runs of tags are shorter than their column');
  return { tags, lengths };
}

/** How many cells have each tag. */
export function countTagRuns({ tags, lengths }: TagRuns): Uint32Array {
  const counts = new Uint32Array(TAG_COUNT);
  for (let run = 0; run < tags.length; run++) counts[tags[run] as number]! += lengths[run] as number;
  return counts;
}

/** How many cells have no payload. */
export function bareCells(counts: Uint32Array): number {
  let cells = 0;
  for (let tag = 0; tag < TAG_COUNT; tag++) if (isNumberless(tag)) cells += counts[tag] as number;
  return cells;
}

/** A tag a cell. */
export function spreadTags({ tags, lengths }: TagRuns, length: number): Uint8Array {
  const out = new Uint8Array(length);
  let at = 0;
  for (let run = 0; run < tags.length; run++) {
    const end = at + (lengths[run] as number);
    out.fill(tags[run] as number, at, end);
    at = end;
  }
  return out;
}

/** Where the one run of a tag begins; -1 when there are several. */
export function onlyRun({ tags, lengths }: TagRuns, tag: number): number {
  const run = tags.indexOf(tag);
  if (run < 0 || tags.indexOf(tag, run + 1) >= 0) return -1;
  let place = 0;
  for (let i = 0; i < run; i++) place += lengths[i] as number;
  return place;
}

/** The numbers of the cells with a tag, in order. */
export function gatherRuns(
  { tags, lengths }: TagRuns,
  tag: number,
  from: Float64Array,
  into: Float64Array,
): void {
  let place = 0;
  let at = 0;
  for (let run = 0; run < tags.length; run++) {
    const length = lengths[run] as number;
    if (tags[run] === tag) {
      into.set(from.subarray(place, place + length), at);
      at += length;
    }
    place += length;
  }
}

/** Puts the numbers of the cells with a tag into their places. */
export function scatterRuns(
  { tags, lengths }: TagRuns,
  tag: number,
  from: Numbers,
  into: Float64Array,
): void {
  let place = 0;
  let at = 0;
  for (let run = 0; run < tags.length; run++) {
    const length = lengths[run] as number;
    if (tags[run] === tag) {
      into.set(from.subarray(at, at + length), place);
      at += length;
    }
    place += length;
  }
}
