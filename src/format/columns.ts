// Columns in bytes: each in the narrowest form that holds it. The number of cells is known from the context.
//
//   form      what follows
//   0 same    tag, number                                     all cells are equal
//   1 tags    a tag byte a cell                               no cell needs a number
//   2 numbers tag, width, the numbers                         one tag, numbers of one width
//   3 mixed   a tag byte a cell; then, for each tag that occurs and needs numbers, in the order of the tags:
//             width, the numbers of its cells
//
// Widths: 1, 2, 4 bytes signed for `int` and unsigned for indices and ids; 8 is a double. See docs/FORMAT.md.

import { type Cells, isNumberless, type ListCells, numberAt, TAG, TAG_COUNT } from '../graph/column.js';
import type { ByteReader, ByteWriter, Numbers } from './bytes.js';

const FORM = { same: 0, tags: 1, numbers: 2, mixed: 3 } as const;
const NO_TAGS = new Uint8Array(0);

/** Writes a column. */
export function encodeCells(writer: ByteWriter, cells: Cells): void {
  const { length, uniformTag, tags, numbers } = cells;
  if (length === 0) return;
  const isFree = mayBeFree(length, writer.freeCells, writer.length);
  if (uniformTag >= 0 && isNumberless(uniformTag) && !isFree) {
    writer.u8(FORM.tags);
    writer.raw(new Uint8Array(length).fill(uniformTag));
    return;
  }
  if (uniformTag >= 0 && isFree && (isNumberless(uniformTag) || allSame(numbers, length))) {
    writer.freeCells += length;
    writer.u8(FORM.same);
    writer.u8(uniformTag);
    if (!isNumberless(uniformTag)) encodeNumbers(writer, uniformTag, [numbers[0] as number], 1);
    return;
  }
  if (uniformTag >= 0) {
    writer.u8(FORM.numbers);
    writer.u8(uniformTag);
    encodeNumbers(writer, uniformTag, numbers, length);
    return;
  }
  encodeMixed(writer, tags, numbers, length);
}

// Cells of a column of form `same` take no bytes, and a few bytes must not make a reader fill the memory: all of them
// together may be so many, and some more for each byte of the section up to here.
const FREE_CELLS = 2 ** 22;
const FREE_CELLS_PER_BYTE = 8;

function mayBeFree(length: number, freeCells: number, bytes: number): boolean {
  return freeCells + length <= FREE_CELLS + FREE_CELLS_PER_BYTE * bytes;
}

function encodeMixed(writer: ByteWriter, tags: Uint8Array, numbers: ArrayLike<number>, length: number): void {
  const counts = new Uint32Array(TAG_COUNT);
  for (let i = 0; i < length; i++) counts[tags[i] as number]!++;
  const needing = [...counts.keys()].filter((tag) => !isNumberless(tag) && (counts[tag] as number) > 0);
  writer.u8(needing.length === 0 ? FORM.tags : FORM.mixed);
  writer.raw(tags.subarray(0, length));
  for (const tag of needing) {
    const own = new Float64Array(counts[tag] as number);
    let at = 0;
    for (let i = 0; i < length; i++) if (tags[i] === tag) own[at++] = numbers[i] as number;
    encodeNumbers(writer, tag, own, own.length);
  }
}

function allSame(numbers: ArrayLike<number>, length: number): boolean {
  const first = numbers[0] as number;
  for (let i = 1; i < length; i++) if (!Object.is(numbers[i], first)) return false;
  return true;
}

function encodeNumbers(writer: ByteWriter, tag: number, numbers: ArrayLike<number>, length: number): void {
  const Type = tag === TAG.double ? Float64Array : narrowest(tag, numbers, length);
  writer.u8(Type.BYTES_PER_ELEMENT);
  const out = new Type(length);
  if (numbers instanceof Float64Array)
    out.set(numbers.length === length ? numbers : numbers.subarray(0, length));
  else for (let i = 0; i < length; i++) out[i] = numbers[i] as number;
  if (tag === TAG.double) canonicalNaNs(out as Float64Array);
  writer.numbers(out);
}

// NaNs have many bit patterns and one meaning; equal graphs must give equal bytes.
function canonicalNaNs(numbers: Float64Array): void {
  for (let i = 0; i < numbers.length; i++) if (Number.isNaN(numbers[i])) numbers[i] = Number.NaN;
}

function narrowest(tag: number, numbers: ArrayLike<number>, length: number): NumbersType {
  let low = 0;
  let high = 0;
  for (let i = 0; i < length; i++) {
    const value = numbers[i] as number;
    if (value < low) low = value;
    else if (value > high) high = value;
  }
  const types = typesOf(tag);
  if (tag === TAG.int)
    return types[low >= -0x80 && high < 0x80 ? 0 : low >= -0x8000 && high < 0x8000 ? 1 : 2] as NumbersType;
  return types[high < 0x100 ? 0 : high < 0x1_0000 ? 1 : 2] as NumbersType;
}

interface NumbersType {
  new (length: number): Numbers;
  new (buffer: ArrayBuffer): Numbers;
  readonly BYTES_PER_ELEMENT: number;
}

const SIGNED: readonly NumbersType[] = [Int8Array, Int16Array, Int32Array];
const UNSIGNED: readonly NumbersType[] = [Uint8Array, Uint16Array, Uint32Array];

function typesOf(tag: number): readonly NumbersType[] {
  return tag === TAG.int ? SIGNED : UNSIGNED;
}

/** What indices in cells may reach. */
export interface CellBounds {
  readonly strings: number;
  readonly ids: number;
  readonly blobs: number;
}

/** Reads a column of `length` cells; every index is checked. */
export function decodeCells(reader: ByteReader, length: number, bounds: CellBounds): Cells {
  if (length === 0)
    return { length, uniformTag: TAG.undefined, tags: NO_TAGS, numbers: NO_TAGS, isConstant: false };
  const form = reader.u8();
  switch (form) {
    case FORM.same:
      return decodeSame(reader, length, bounds);
    case FORM.tags:
      return {
        length,
        uniformTag: -1,
        tags: decodeTags(reader, length),
        numbers: NO_TAGS,
        isConstant: false,
      };
    case FORM.numbers: {
      const tag = decodeTag(reader);
      if (isNumberless(tag)) throw reader.corrupt(`tag ${tag} has no numbers`);
      return {
        length,
        uniformTag: tag,
        tags: NO_TAGS,
        numbers: decodeNumbers(reader, tag, length, bounds),
        isConstant: false,
      };
    }
    case FORM.mixed:
      return decodeMixed(reader, length, bounds);
    default:
      throw reader.corrupt(`column form ${form} is unknown`);
  }
}

function decodeSame(reader: ByteReader, length: number, bounds: CellBounds): Cells {
  if (!mayBeFree(length, reader.freeCells, reader.offset - 1))
    throw reader.corrupt(`${length} equal cells are more than a section of this size may have`);
  reader.freeCells += length;
  const tag = decodeTag(reader);
  if (isNumberless(tag))
    return { length, uniformTag: tag, tags: NO_TAGS, numbers: NO_TAGS, isConstant: false };
  const value = decodeNumbers(reader, tag, 1, bounds)[0] as number;
  return { length, uniformTag: tag, tags: NO_TAGS, numbers: [value], isConstant: true };
}

function decodeMixed(reader: ByteReader, length: number, bounds: CellBounds): Cells {
  const tags = decodeTags(reader, length);
  const counts = new Uint32Array(TAG_COUNT);
  for (let i = 0; i < length; i++) counts[tags[i] as number]!++;
  const numbers = new Float64Array(length);
  for (let tag = 0; tag < TAG_COUNT; tag++) {
    const count = counts[tag] as number;
    if (count === 0 || isNumberless(tag)) continue;
    const own = decodeNumbers(reader, tag, count, bounds);
    let at = 0;
    for (let i = 0; i < length; i++) if (tags[i] === tag) numbers[i] = own[at++] as number;
  }
  return { length, uniformTag: -1, tags, numbers, isConstant: false };
}

function decodeTags(reader: ByteReader, length: number): Uint8Array {
  const tags = new Uint8Array(reader.raw(length));
  for (let i = 0; i < length; i++)
    if ((tags[i] as number) >= TAG_COUNT) throw reader.corrupt(`tag ${tags[i]} is unknown`);
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
  const Type = typesOf(tag).find((type) => type.BYTES_PER_ELEMENT === width);
  if (Type === undefined) throw reader.corrupt(`numbers ${width} bytes wide`);
  const numbers = reader.numbers(Type, count);
  checkBounds(reader, tag, numbers, bounds);
  return numbers;
}

function checkBounds(reader: ByteReader, tag: number, numbers: Numbers, bounds: CellBounds): void {
  if (tag === TAG.int) return;
  const bound = tag === TAG.ref ? bounds.ids : tag === TAG.blob ? bounds.blobs : bounds.strings;
  for (let i = 0; i < numbers.length; i++) {
    if ((numbers[i] as number) >= bound)
      throw reader.corrupt(`a cell names number ${numbers[i]} of ${bound}`);
  }
}

/** Writes a list column. */
export function encodeList(writer: ByteWriter, list: ListCells): void {
  encodeCells(writer, list.lengths);
  encodeCells(writer, list.items);
}

/** Reads a list column of `rows` lists; how many items there are follows from the lengths. */
export function decodeList(
  reader: ByteReader,
  rows: number,
  bounds: CellBounds,
  itemsMax: number,
): ListCells {
  const lengths = decodeCells(reader, rows, bounds);
  if (rows > 0 && lengths.uniformTag !== TAG.int) throw reader.corrupt('a list length is no number');
  let total = 0;
  for (let i = 0; i < rows; i++) {
    const length = numberAt(lengths, i);
    if (length < 0) throw reader.corrupt('a list has a negative length');
    total += length;
    if (total > itemsMax) throw reader.corrupt(`more than ${itemsMax} list items`);
  }
  return { lengths, items: decodeCells(reader, total, bounds) };
}
