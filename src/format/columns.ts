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
import {
  type CheckedRuns,
  checkRuns,
  encodeKnownRuns,
  encodeRuns,
  RUNS,
  runsMax,
  spreadRuns,
} from './runs.js';
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
import { checkTexts, encodeTexts, type Texts } from './texts.js';
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
  /** The greatest id that a cell named since whoever reads said 0. */
  reach: number;
}

/** A column that was read and checked, and takes memory when it is opened: anew each time. */
export interface LateCells {
  readonly length: number;
  open(): Cells;
}

/** Columns of fewer cells are opened when they are read. */
export const LATE_CELLS = 1 << 12;

/** The cells of a column. */
export function opened(column: Cells | LateCells): Cells {
  return 'open' in column ? column.open() : column;
}

/** Reads a column of `length` cells; every index is checked. */
export function decodeCells(reader: ByteReader, length: number, bounds: CellBounds): Cells {
  return opened(checkCells(reader, length, bounds));
}

/** As {@link decodeCells}, but a column of many cells that does not lie in the bytes as it is used is opened later. */
export function checkCells(reader: ByteReader, length: number, bounds: CellBounds): Cells | LateCells {
  if (length === 0) return made(0, TAG.undefined, NO_TAGS, NO_TAGS);
  const form = reader.u8();
  switch (form) {
    case FORM.same:
      return decodeSame(reader, length, bounds);
    case FORM.tags:
      return made(length, -1, decodeBareTags(reader, length), NO_TAGS);
    case FORM.uniform:
      return checkUniform(reader, length, bounds);
    case FORM.mixed:
      return checkMixed(reader, length, bounds);
    case FORM.runs:
      return checkMixedRuns(reader, length, bounds);
    default:
      throw reader.corrupt(`column form ${form} is unknown`);
  }
}

function late(length: number, open: () => Cells): Cells | LateCells {
  return length < LATE_CELLS ? open() : { length, open };
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
    const { texts } = checkTexts(reader, 1, bounds.limits)();
    return made(length, tag, NO_TAGS, [0], texts, true);
  }
  const value = numbersOf(checkNumbers(reader, tag, 1, bounds))[0] as number;
  return made(length, tag, NO_TAGS, [value], NO_TEXTS, true);
}

function checkUniform(reader: ByteReader, length: number, bounds: CellBounds): Cells | LateCells {
  const tag = decodeTag(reader);
  if (isNumberless(tag)) throw reader.corrupt(`tag ${tag} has no payload`);
  if (tag === TAG.string || tag === TAG.bigint) {
    const textsOf = checkTexts(reader, length, bounds.limits);
    return late(length, () => {
      const { texts, indices } = textsOf();
      return made(length, tag, NO_TAGS, indices ?? NO_TAGS, texts, false, indices === undefined);
    });
  }
  const numbers = checkNumbers(reader, tag, length, bounds);
  if (!('starts' in numbers)) return made(length, tag, NO_TAGS, numbers);
  return late(length, () => made(length, tag, NO_TAGS, spreadRuns(numbers)));
}

function checkMixed(reader: ByteReader, length: number, bounds: CellBounds): Cells | LateCells {
  const tags = decodeTags(reader, length);
  const counts = new Uint32Array(TAG_COUNT);
  countTags(tags, length, counts);
  const payloads = checkPayloads(reader, counts, bounds);
  return late(length, () => mixed(tags, payloads, (own, tag, numbers) => scatter(own, tag, tags, numbers)));
}

function checkMixedRuns(reader: ByteReader, length: number, bounds: CellBounds): Cells | LateCells {
  const runs: TagRuns = decodeTagRuns(reader, length);
  const counts = countTagRuns(runs);
  bounds.free.charge(reader, bareCells(counts));
  const payloads = checkPayloads(reader, counts, bounds);
  return late(length, () =>
    mixed(spreadTags(runs, length), payloads, (own, tag, numbers) => scatterRuns(runs, tag, own, numbers)),
  );
}

/** What the cells with one tag of a column hold. */
interface Payload {
  readonly tag: number;
  readonly count: number;
  /** Undefined for texts. */
  readonly numbers: Numbers | CheckedRuns | undefined;
  readonly texts: (() => Texts) | undefined;
}

function checkPayloads(reader: ByteReader, counts: Uint32Array, bounds: CellBounds): Payload[] {
  const payloads: Payload[] = [];
  for (let tag = 0; tag < TAG_COUNT; tag++) {
    const count = counts[tag] as number;
    if (count === 0 || isNumberless(tag)) continue;
    const isText = tag === TAG.string || tag === TAG.bigint;
    const texts = isText ? checkTexts(reader, count, bounds.limits) : undefined;
    const numbers = isText ? undefined : checkNumbers(reader, tag, count, bounds);
    payloads.push({ tag, count, numbers, texts });
  }
  return payloads;
}

function mixed(
  tags: Uint8Array,
  payloads: readonly Payload[],
  scatterInto: (own: Numbers, tag: number, numbers: Float64Array) => void,
): Cells {
  const { length } = tags;
  const numbers = new Float64Array(length);
  let texts: readonly string[] = NO_TEXTS;
  for (const { tag, count, numbers: known, texts: textsOf } of payloads) {
    if (textsOf === undefined) {
      scatterInto(numbersOf(known as Numbers | CheckedRuns), tag, numbers);
      continue;
    }
    const own = textsOf();
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

/** The numbers of a payload. */
export function numbersOf(numbers: Numbers | CheckedRuns): Numbers {
  return 'starts' in numbers ? spreadRuns(numbers) : numbers;
}

function checkNumbers(
  reader: ByteReader,
  tag: number,
  count: number,
  bounds: CellBounds,
): Numbers | CheckedRuns {
  const width = reader.u8();
  if (tag === TAG.double) {
    if (width !== 8) throw reader.corrupt(`doubles ${width} bytes wide`);
    return reader.numbers(Float64Array, count);
  }
  if (width === RUNS) {
    bounds.free.charge(reader, count);
    const runs = checkRuns(reader, count, tag === TAG.int, boundOf(tag, bounds));
    if (tag === TAG.ref && runs.high > bounds.reach) bounds.reach = runs.high;
    return runs;
  }
  const Type =
    tag === TAG.int ? SIGNED.find((type) => type.BYTES_PER_ELEMENT === width) : unsignedOfWidth(width);
  if (Type === undefined) throw reader.corrupt(`numbers ${width} bytes wide`);
  const numbers = reader.numbers(Type, count);
  if (tag === TAG.int) return numbers;
  const high = greatest(numbers, count);
  const bound = boundOf(tag, bounds);
  if (high >= bound) throw reader.corrupt(`a cell names number ${high} of ${bound}`);
  if (tag === TAG.ref && high > bounds.reach) bounds.reach = high;
  return numbers;
}

function boundOf(tag: number, bounds: CellBounds): number {
  return tag === TAG.ref ? bounds.ids : tag === TAG.blob ? bounds.blobs : bounds.links;
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
  return numbersOf(checkIds(reader, count, bounds));
}

/** As {@link decodeIds}; runs stay runs. */
export function checkIds(reader: ByteReader, count: number, bounds: CellBounds): Numbers | CheckedRuns {
  return count === 0 ? NO_TAGS : checkNumbers(reader, TAG.ref, count, bounds);
}

/** Writes a list column. */
export function encodeList(writer: ByteWriter, list: ListCells): void {
  encodeCells(writer, list.lengths);
  encodeCells(writer, list.items);
}

/** A list column that was read and checked. */
export interface CheckedList {
  readonly lengths: Cells | LateCells;
  readonly items: Cells | LateCells;
}

/** Reads a list column of `rows` lists; how many items there are follows from the lengths. */
export function checkList(reader: ByteReader, rows: number, bounds: CellBounds): CheckedList {
  const column = checkCells(reader, rows, bounds);
  const lengths = opened(column);
  if (rows > 0 && lengths.uniformTag !== TAG.int) throw reader.corrupt('a list length is no number');
  let total = 0;
  for (let i = 0; i < rows; i++) {
    const length = numberAt(lengths, i);
    if (length < 0) throw reader.corrupt('a list has a negative length');
    total += length;
    if (total > bounds.limits.valuesMax)
      throw reader.corrupt(`more than ${bounds.limits.valuesMax} list items`);
  }
  return { lengths: column, items: checkCells(reader, total, bounds) };
}
