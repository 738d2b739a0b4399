// Columns in bytes: each in the narrowest form that holds it. The number of cells is known from the context.
//
//   form      what follows
//   0 same    tag, payload(1)                                 all cells are equal
//   1 tags    a tag byte a cell                               no cell has a payload
//   2 uniform tag, payload(cells)                             one tag, and it has a payload
//   3 mixed   a tag byte a cell; then, for each tag that occurs and has one, in the order of the tags, the payload of its
//             cells
//   4 runs    tags as runs, payloads as above                 equal tags follow each other
//
// A column of int and double cells alone, with at least one double in eight, is uniform: all of it is doubles.
//
// A payload is numbers in one width (or runs of numbers that follow each other), or texts. See docs/FORMAT.md.

import {
  type Cells,
  DOUBLES_PART,
  isNumberless,
  type ListCells,
  numberAt,
  TAG,
  TAG_COUNT,
} from '../graph/column.js';
import type { Limits } from '../limits.js';
import type { ByteReader, ByteWriter, Numbers, NumbersType } from './bytes.js';
import { type FreeCells, mayBeFree } from './free-cells.js';
import {
  add,
  countRuns,
  countTags,
  fillRange,
  fillRanges,
  firstOther,
  gather,
  greatest,
  greatestOfRuns,
  mendNaNs,
  scatter,
  survey,
  surveyed,
} from './loops.js';
import { MANY_NUMBERS, narrowestType } from './narrowest.js';
import { decodeRuns, encodeKnownRuns, encodeRuns, RUNS, runsMax } from './runs.js';
import {
  bareCells,
  countTagRuns,
  decodeTagRuns,
  encodeTagRuns,
  gatherRuns,
  onlyRun,
  RUN_CELLS,
  scatterRuns,
  spreadTags,
  type TagRuns,
  tagRunsOf,
} from './tag-runs.js';
import { decodeTexts, encodeTexts } from './texts.js';
import { fill, UNSIGNED, unsignedOfWidth, unsignedType } from './unsigned.js';

const FORM = { same: 0, tags: 1, uniform: 2, mixed: 3, runs: 4 } as const;
/** A process that has written so many numbers goes on writing: its loops are compiled by then. */
const WARM_NUMBERS = 1 << 20;
const NO_TAGS = new Uint8Array(0);
const NO_TEXTS: readonly string[] = [];

/** Writes a column. */
export function encodeCells(writer: ByteWriter, cells: Cells): void {
  const { length, uniformTag, tags, numbers } = cells;
  if (length === 0) return;
  if (uniformTag < 0) return encodeMixed(writer, cells);
  const isFree = mayBeFree(length, writer.freeCells, writer.bytesBefore + writer.length);
  if (isNumberless(uniformTag)) {
    if (!isFree) {
      writer.u8(FORM.tags);
      writer.copied(tags.subarray(0, length));
      return;
    }
    writer.freeCells += length;
    writer.u8(FORM.same);
    writer.u8(uniformTag);
    return;
  }
  if (isFree && allSame(numbers, length)) {
    writer.freeCells += length;
    writer.u8(FORM.same);
    writer.u8(uniformTag);
    encodePayload(writer, uniformTag, cells, numbers, 1);
    return;
  }
  writer.u8(FORM.uniform);
  writer.u8(uniformTag);
  encodePayload(writer, uniformTag, cells, numbers, length);
}

function encodeMixed(writer: ByteWriter, cells: Cells): void {
  const { tags, numbers, length } = cells;
  const counts = new Uint32Array(TAG_COUNT);
  const runs = countTags(tags, length, counts);
  const doubles = counts[TAG.double] as number;
  if (doubles + (counts[TAG.int] as number) === length && doubles * DOUBLES_PART >= length) {
    writer.u8(FORM.uniform);
    writer.u8(TAG.double);
    return encodeDoubles(writer, cells, numbers as Float64Array, length);
  }
  const tagRuns = runs * RUN_CELLS <= length ? tagRunsOf(tags, length, runs) : undefined;
  const bare = bareCells(counts);
  if (tagRuns !== undefined && mayBeFree(bare, writer.freeCells, writer.bytesBefore + writer.length)) {
    writer.freeCells += bare;
    writer.u8(FORM.runs);
    encodeTagRuns(writer, tagRuns);
    return encodePayloads(writer, cells, counts, (tag, count) => {
      const place = onlyRun(tagRuns, tag);
      // What lies in one piece is written as it lies.
      if (place >= 0) return (numbers as Float64Array).subarray(place, place + count);
      const own = writer.numbersRoom(count);
      gatherRuns(tagRuns, tag, numbers as Float64Array, own);
      return own;
    });
  }
  writer.u8(bare < length ? FORM.mixed : FORM.tags);
  writer.copied(tags.subarray(0, length));
  encodePayloads(writer, cells, counts, (tag, count) => {
    const own = writer.numbersRoom(count);
    gather(cells, tag, own);
    return own;
  });
}

function encodePayloads(
  writer: ByteWriter,
  cells: Cells,
  counts: Uint32Array,
  gathered: (tag: number, count: number) => Float64Array,
): void {
  for (let tag = 0; tag < TAG_COUNT; tag++) {
    const count = counts[tag] as number;
    if (isNumberless(tag) || count === 0) continue;
    encodePayload(writer, tag, cells, gathered(tag, count), count);
  }
}

function allSame(numbers: ArrayLike<number>, length: number): boolean {
  const first = numbers[0] as number;
  if (length > 1 && !Object.is(numbers[length - 1], first)) return false;
  return firstOther(numbers, length, first) === length;
}

function encodePayload(
  writer: ByteWriter,
  tag: number,
  cells: Cells,
  numbers: ArrayLike<number>,
  length: number,
): void {
  if (tag === TAG.string || tag === TAG.bigint) encodeTexts(writer, cells, numbers, length);
  else if (tag === TAG.double) encodeDoubles(writer, cells, numbers as Float64Array, length);
  else encodeWhole(writer, tag, numbers, length);
}

// NaNs have many bit patterns and one meaning; equal graphs must give equal bytes.
function encodeDoubles(writer: ByteWriter, cells: Cells, numbers: Float64Array, length: number): void {
  const column = cells.numbers as Float64Array;
  const isColumn = numbers.buffer === column.buffer;
  if (!isColumn || !areSane(cells, (numbers.byteOffset - column.byteOffset) / 8, length))
    mendNaNs(numbers, length);
  writer.u8(8);
  const isKept = writer.numbers(numbers.subarray(0, length));
  if (!isKept || !isColumn || cells.isTaken === true) return;
  cells.isTaken = true;
  writer.lent.push(column);
}

function areSane({ sane, saneFrom }: Cells, from: number, length: number): boolean {
  return sane !== undefined && saneFrom !== undefined && saneFrom <= from && sane >= from + length;
}

/** Numbers that were written without a loop that looks at each. */
let looked = 0;

function encodeWhole(writer: ByteWriter, tag: number, numbers: ArrayLike<number>, length: number): void {
  if (length >= MANY_NUMBERS && looked < WARM_NUMBERS && numbers instanceof Float64Array) {
    looked += length;
    const Type = narrowestType(numbers, length, tag === TAG.int ? SIGNED : UNSIGNED);
    const { BYTES_PER_ELEMENT: width } = Type;
    // Of more runs than this, none are written.
    const runs = countRuns(numbers, length, runsMax(length, width));
    if (!encodeRuns(writer, numbers, length, runs, width)) encodeAs(writer, Type, numbers, length);
    return;
  }
  survey(numbers, length);
  const { low, high, runs } = surveyed;
  const Type = tag === TAG.int ? signedType(low, high) : unsignedType(high);
  if (encodeRuns(writer, numbers, length, runs, Type.BYTES_PER_ELEMENT)) return;
  encodeAs(writer, Type, numbers, length);
}

function encodeAs(writer: ByteWriter, Type: NumbersType, numbers: ArrayLike<number>, length: number): void {
  writer.u8(Type.BYTES_PER_ELEMENT);
  const out = new Type(writer.room(length * Type.BYTES_PER_ELEMENT), 0, length);
  fill(out, numbers, length);
  writer.numbers(out);
}

const SIGNED: readonly NumbersType[] = [Int8Array, Int16Array, Int32Array];

function signedType(low: number, high: number): NumbersType {
  return SIGNED[low >= -0x80 && high < 0x80 ? 0 : low >= -0x8000 && high < 0x8000 ? 1 : 2] as NumbersType;
}

/** What numbers in cells may reach, and what may be made of few bytes. */
export interface CellBounds {
  readonly ids: number;
  readonly blobs: number;
  readonly links: number;
  readonly free: FreeCells;
  readonly limits: Limits;
}

/** Reads a column of `length` cells; every index is checked. */
export function decodeCells(reader: ByteReader, length: number, bounds: CellBounds): Cells {
  if (length === 0) return made(0, TAG.undefined, NO_TAGS, NO_TAGS);
  const form = reader.u8();
  switch (form) {
    case FORM.same:
      return decodeSame(reader, length, bounds);
    case FORM.tags:
      return made(length, -1, decodeBareTags(reader, length), NO_TAGS);
    case FORM.uniform:
      return decodeUniform(reader, length, bounds);
    case FORM.mixed:
      return decodeMixed(reader, length, bounds);
    case FORM.runs:
      return decodeMixedRuns(reader, length, bounds);
    default:
      throw reader.corrupt(`column form ${form} is unknown`);
  }
}

function made(
  length: number,
  uniformTag: number,
  tags: Uint8Array,
  numbers: ArrayLike<number>,
  texts = NO_TEXTS,
  isConstant = false,
  isInOrder = false,
): Cells {
  return { length, uniformTag, tags, numbers, isConstant, texts, isInOrder };
}

function decodeSame(reader: ByteReader, length: number, bounds: CellBounds): Cells {
  bounds.free.charge(reader, length);
  const tag = decodeTag(reader);
  if (isNumberless(tag)) return made(length, tag, NO_TAGS, NO_TAGS);
  if (tag === TAG.string || tag === TAG.bigint) {
    const { texts } = decodeTexts(reader, 1, bounds.limits);
    return made(length, tag, NO_TAGS, [0], texts, true);
  }
  const value = decodeNumbers(reader, tag, 1, bounds)[0] as number;
  return made(length, tag, NO_TAGS, [value], NO_TEXTS, true);
}

function decodeUniform(reader: ByteReader, length: number, bounds: CellBounds): Cells {
  const tag = decodeTag(reader);
  if (isNumberless(tag)) throw reader.corrupt(`tag ${tag} has no payload`);
  if (tag === TAG.string || tag === TAG.bigint) {
    const { texts, indices } = decodeTexts(reader, length, bounds.limits);
    return made(length, tag, NO_TAGS, indices ?? NO_TAGS, texts, false, indices === undefined);
  }
  return made(length, tag, NO_TAGS, decodeNumbers(reader, tag, length, bounds));
}

function decodeMixed(reader: ByteReader, length: number, bounds: CellBounds): Cells {
  const tags = decodeTags(reader, length);
  const counts = new Uint32Array(TAG_COUNT);
  countTags(tags, length, counts);
  return decodePayloads(reader, tags, counts, bounds, (own, tag, numbers) =>
    scatter(own, tag, tags, numbers),
  );
}

function decodeMixedRuns(reader: ByteReader, length: number, bounds: CellBounds): Cells {
  const runs: TagRuns = decodeTagRuns(reader, length);
  const counts = countTagRuns(runs);
  bounds.free.charge(reader, bareCells(counts));
  const tags = spreadTags(runs, length);
  return decodePayloads(reader, tags, counts, bounds, (own, tag, numbers) =>
    scatterRuns(runs, tag, own, numbers),
  );
}

function decodePayloads(
  reader: ByteReader,
  tags: Uint8Array,
  counts: Uint32Array,
  bounds: CellBounds,
  scatterInto: (own: Numbers, tag: number, numbers: Float64Array) => void,
): Cells {
  const { length } = tags;
  const numbers = new Float64Array(length);
  let texts: readonly string[] = NO_TEXTS;
  for (let tag = 0; tag < TAG_COUNT; tag++) {
    const count = counts[tag] as number;
    if (count === 0 || isNumberless(tag)) continue;
    if (tag !== TAG.string && tag !== TAG.bigint) {
      scatterInto(decodeNumbers(reader, tag, count, bounds), tag, numbers);
      continue;
    }
    const own = decodeTexts(reader, count, bounds.limits);
    const first = texts.length;
    texts = first === 0 ? own.texts : texts.concat(own.texts);
    const indices = new Uint32Array(count);
    if (own.indices === undefined) fillRange(indices, 0, first, count);
    else add(own.indices, first, indices);
    scatterInto(indices, tag, numbers);
  }
  return made(length, -1, tags, numbers, texts);
}

function decodeTags(reader: ByteReader, length: number): Uint8Array {
  const view = reader.raw(length);
  const tags = new Uint8Array(view.buffer, view.byteOffset, length);
  const high = greatest(tags, length);
  if (high >= TAG_COUNT) throw reader.corrupt(`tag ${high} is unknown`);
  return tags;
}

function decodeBareTags(reader: ByteReader, length: number): Uint8Array {
  const tags = decodeTags(reader, length);
  for (let i = 0; i < length; i++)
    if (!isNumberless(tags[i] as number)) throw reader.corrupt(`tag ${tags[i]} needs a payload`);
  return tags;
}

function decodeTag(reader: ByteReader): number {
  const tag = reader.u8();
  if (tag >= TAG_COUNT) throw reader.corrupt(`tag ${tag} is unknown`);
  return tag;
}

function decodeNumbers(reader: ByteReader, tag: number, count: number, bounds: CellBounds): Numbers {
  const width = reader.u8();
  if (tag === TAG.double) {
    if (width !== 8) throw reader.corrupt(`doubles ${width} bytes wide`);
    return reader.numbers(Float64Array, count);
  }
  if (width === RUNS) {
    bounds.free.charge(reader, count);
    return decodeRuns(reader, count, tag === TAG.int, boundOf(tag, bounds));
  }
  const Type =
    tag === TAG.int ? SIGNED.find((type) => type.BYTES_PER_ELEMENT === width) : unsignedOfWidth(width);
  if (Type === undefined) throw reader.corrupt(`numbers ${width} bytes wide`);
  const numbers = reader.numbers(Type, count);
  if (tag !== TAG.int) checkBound(reader, numbers, boundOf(tag, bounds));
  return numbers;
}

function boundOf(tag: number, bounds: CellBounds): number {
  return tag === TAG.ref ? bounds.ids : tag === TAG.blob ? bounds.blobs : bounds.links;
}

function checkBound(reader: ByteReader, numbers: Numbers, bound: number): void {
  const high = greatest(numbers, numbers.length);
  if (high >= bound) throw reader.corrupt(`a cell names number ${high} of ${bound}`);
}

/** Writes ids that are known to be whole numbers, as the payload of references. */
export function encodeIds(writer: ByteWriter, numbers: ArrayLike<number>, length: number): void {
  if (length > 0) encodeWhole(writer, TAG.ref, numbers, length);
}

/** As {@link encodeIds}, for ids held as the start and the length of each of their runs. */
export function encodeIdRuns(writer: ByteWriter, runs: readonly number[], length: number): void {
  if (length === 0) return;
  const Type = unsignedType(greatestOfRuns(runs));
  if (encodeKnownRuns(writer, runs, length, Type.BYTES_PER_ELEMENT)) return;
  const ids = new Uint32Array(length);
  fillRanges(ids, runs);
  encodeAs(writer, Type, ids, length);
}

/** Reads `count` ids below `bound`. */
export function decodeIds(reader: ByteReader, count: number, bounds: CellBounds): Numbers {
  return count === 0 ? NO_TAGS : decodeNumbers(reader, TAG.ref, count, bounds);
}

/** Writes a list column. */
export function encodeList(writer: ByteWriter, list: ListCells): void {
  encodeCells(writer, list.lengths);
  encodeCells(writer, list.items);
}

/** Reads a list column of `rows` lists; how many items there are follows from the lengths. */
export function decodeList(reader: ByteReader, rows: number, bounds: CellBounds): ListCells {
  const lengths = decodeCells(reader, rows, bounds);
  if (rows > 0 && lengths.uniformTag !== TAG.int) throw reader.corrupt('a list length is no number');
  let total = 0;
  for (let i = 0; i < rows; i++) {
    const length = numberAt(lengths, i);
    if (length < 0) throw reader.corrupt('a list has a negative length');
    total += length;
    if (total > bounds.limits.valuesMax)
      throw reader.corrupt(`more than ${bounds.limits.valuesMax} list items`);
  }
  return { lengths, items: decodeCells(reader, total, bounds) };
}
