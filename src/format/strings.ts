// Strings in bytes: their lengths, then all one-byte strings behind one another, then all two-byte ones.
//
//   strings(n) := wide:u8 heads:numbers(n) latin1 utf16?
//
// `wide` is 0 when no string has a unit above 0xFF: a head is then a length in UTF-16 units. Otherwise a head is twice the
// length, plus 1 for a string that has one, and those follow at a multiple of 2. How V8 happens to hold a string does not
// matter: the units decide. Lone surrogates survive.

import { LimitError } from '../errors.js';
import { packedTexts } from '../graph/packed.js';
import type { Limits } from '../limits.js';
import { type ByteReader, type ByteWriter, IS_LITTLE_ENDIAN, type Numbers } from './bytes.js';
import { cut, cutBoth, doubled, lengthsOf, measured, parted, sumOf } from './loops.js';
import { latin1Of, utf16Of, writeLatin1, writeUtf16 } from './native-text.js';
import { decodeUnsigned, encodeUnsigned } from './unsigned.js';

const WIDE = /[^\0-\xff]/;
/** Strings are joined in pieces of at most this many units and written at once. */
const ROPE_UNITS = 1 << 24;
/** So many strings are written at once, or what has so many units. */
const ROPE_STRINGS = 512;
const ROPE_UNITS_USUAL = 1 << 16;
/** Strings of fewer units together are one rope. */
const FEW_UNITS = 1 << 12;

/** Writes strings; how many is known from the context. */
export function encodeStrings(writer: ByteWriter, strings: readonly string[]): void {
  const count = strings.length;
  if (count === 0) return;
  const heads = headsFor(count);
  lengthsOf(strings, heads, count);
  const { units, longest } = measured;
  if (units > ROPE_UNITS || !IS_LITTLE_ENDIAN) return encodeLarge(writer, strings, heads);
  const rope = units < FEW_UNITS && count <= ROPE_STRINGS ? ropeOf(strings, 0, count) : undefined;
  if (rope === undefined || WIDE.test(rope)) return encodeRopes(writer, strings, heads, { units, longest });
  writer.u8(0);
  encodeUnsigned(writer, heads, count, longest);
  writer.encoded(rope, 'latin1', units);
}

/** Lists of at most so many strings use the same memory for their lengths. */
const HEADS_KEPT = 1 << 17;
let headsKept = new Uint32Array(ROPE_STRINGS);

function headsFor(count: number): Uint32Array {
  if (count > HEADS_KEPT) return new Uint32Array(count);
  if (count > headsKept.length) headsKept = new Uint32Array(2 ** (32 - Math.clz32(count - 1)));
  return headsKept;
}

function ropeOf(strings: readonly string[], from: number, to: number): string {
  let rope = '';
  for (let i = from; i < to; i++) rope += strings[i] as string;
  return rope;
}

/** Strings that were written by a process, up to those after which what writes them is compiled. */
let written = 0;
const WARM_STRINGS = 1 << 17;
/** So many units are joined to one text at most. */
const JOINED_UNITS = 1 << 22;

// Strings in small ropes, which is faster than one by one and than all at once. A rope with a unit above 0xFF is taken apart
// in memory: of each string by itself, V8 would have to be asked. Such ropes, and all of a process that has not written many,
// are joined by V8's own method.
function encodeRopes(
  writer: ByteWriter,
  strings: readonly string[],
  heads: Uint32Array,
  { units, longest }: { readonly units: number; readonly longest: number },
): void {
  const count = strings.length;
  const isWarm = written >= WARM_STRINGS;
  if (!isWarm) written += count;
  const narrow = Buffer.from(writer.ownRoom(units), 0, units);
  let wide: Uint16Array | undefined;
  let narrowUnits = 0;
  let wideUnits = 0;
  let to = 0;
  for (let i = 0; i < count; i = to) {
    to =
      longest <= ROPE_UNITS_USUAL / ROPE_STRINGS
        ? Math.min(i + ROPE_STRINGS, count)
        : ropeEnd(heads, i, count);
    // When the first were narrow, so are the others as a rule: at once they leave less garbage. That is tried once.
    const isRest = i > 0 && i <= ROPE_STRINGS && !isWarm && wide === undefined && units <= JOINED_UNITS;
    let rope = isRest ? join(strings, i, count) : '';
    if (isRest && !WIDE.test(rope)) to = count;
    else rope = isWarm && wide === undefined ? ropeOf(strings, i, to) : join(strings, i, to);
    if (!WIDE.test(rope)) {
      writeLatin1(narrow, rope, narrowUnits);
      narrowUnits += rope.length;
      if (wide !== undefined) doubled(heads, i, to);
      continue;
    }
    if (wide === undefined) {
      wide = new Uint16Array(writer.ownRoom(units * 2), 0, units);
      doubled(heads, 0, i);
    }
    // Behind what is there, so that it is only moved where something narrow stands before it.
    const bytes = Buffer.from(wide.buffer, wideUnits * 2, (units - wideUnits) * 2);
    writeUtf16(bytes, rope, 0);
    const before = wideUnits;
    wideUnits = parted(wide, wideUnits, heads, i, to, narrow, narrowUnits);
    narrowUnits += rope.length - (wideUnits - before);
  }
  writer.u8(wide === undefined ? 0 : 1);
  // The greatest head is of one of the longest; whether that one is wide makes no difference to the width.
  encodeUnsigned(writer, heads, count, wide === undefined ? longest : longest * 2);
  writer.raw(narrow.subarray(0, narrowUnits));
  if (wide === undefined) return;
  writer.align(2);
  writer.raw(new Uint8Array(wide.buffer, 0, wideUnits * 2));
}

function join(strings: readonly string[], from: number, to: number): string {
  return strings.slice(from, to).join('');
}

function ropeEnd(lengths: Uint32Array, from: number, count: number): number {
  const end = Math.min(from + ROPE_STRINGS, count);
  let units = 0;
  for (let i = from; i < end; i++) {
    units += lengths[i] as number;
    if (units > ROPE_UNITS_USUAL) return i + 1;
  }
  return end;
}

// Strings that are too many or too long for memory at once, or on a machine that has units of two bytes the other way round.
function encodeLarge(writer: ByteWriter, strings: readonly string[], heads: Uint32Array): void {
  const count = strings.length;
  const narrow: string[] = [];
  const wide: string[] = [];
  for (let i = 0; i < count; i++) {
    const text = strings[i] as string;
    const isWide = WIDE.test(text);
    (isWide ? wide : narrow).push(text);
    heads[i] = text.length * 2 + (isWide ? 1 : 0);
  }
  writer.u8(wide.length > 0 ? 1 : 0);
  if (wide.length === 0) for (let i = 0; i < count; i++) heads[i] = (heads[i] as number) >>> 1;
  encodeUnsigned(writer, heads, count);
  writeJoined(writer, narrow, 'latin1', 1);
  if (wide.length === 0) return;
  writer.align(2);
  writeJoined(writer, wide, 'utf16le', 2);
}

function writeJoined(
  writer: ByteWriter,
  strings: readonly string[],
  encoding: 'latin1' | 'utf16le',
  width: number,
): void {
  let from = 0;
  while (from < strings.length) {
    let to = from;
    let units = 0;
    while (to < strings.length && (to === from || units + (strings[to] as string).length <= ROPE_UNITS)) {
      units += (strings[to++] as string).length;
    }
    const piece = to - from === 1 ? (strings[from] as string) : strings.slice(from, to).join('');
    writer.encoded(piece, encoding, units * width);
    from = to;
  }
}

/** Reads `count` strings. */
export function decodeStrings(reader: ByteReader, count: number, limits: Limits): string[] {
  return count === 0 ? [] : checkStrings(reader, count, limits)();
}

/** Passes over `count` strings, one or more, and checks their lengths; what it returns makes them. */
export function checkStrings(reader: ByteReader, count: number, limits: Limits): () => string[] {
  if (count > limits.stringsMax) throw tooMany(count, limits);
  const mode = reader.u8();
  if (mode > 1) throw reader.corrupt(`strings of mode ${mode}`);
  const heads = decodeUnsigned(reader, count);
  return mode === 0 ? checkNarrow(reader, heads, limits) : checkBoth(reader, heads, limits);
}

function checkNarrow(reader: ByteReader, lengths: Numbers, limits: Limits): () => string[] {
  const units = sumOf(lengths, limits.stringUnitsMax);
  if (units < 0) throw tooLong(-units, limits);
  const bytes = reader.raw(units);
  return () => {
    const strings = packedTexts(lengths.length);
    if (units > ROPE_UNITS) return cutUp(new JoinedReader(bytes, 1), lengths, strings);
    cut(latin1Of(bytes, 0, units), lengths, strings);
    return strings;
  };
}

function cutUp(joined: JoinedReader, lengths: Numbers, strings: string[]): string[] {
  for (let i = 0; i < lengths.length; i++) strings[i] = joined.next(lengths[i] as number);
  return strings;
}

function checkBoth(reader: ByteReader, heads: Numbers, limits: Limits): () => string[] {
  const units: [number, number] = [0, 0];
  for (let i = 0; i < heads.length; i++) {
    const head = heads[i] as number;
    if (head >>> 1 > limits.stringUnitsMax) throw tooLong(head >>> 1, limits);
    units[(head & 1) as 0 | 1] += head >>> 1;
  }
  const narrow = reader.raw(units[0]);
  reader.align(2);
  const wide = reader.raw(units[1] * 2);
  return () => bothOf(narrow, wide, heads);
}

function bothOf(narrowBytes: Buffer, wideBytes: Buffer, heads: Numbers): string[] {
  const strings = packedTexts(heads.length);
  if (narrowBytes.length <= ROPE_UNITS && wideBytes.length <= ROPE_UNITS * 2) {
    const narrowText = latin1Of(narrowBytes, 0, narrowBytes.length);
    cutBoth(narrowText, utf16Of(wideBytes, 0, wideBytes.length), heads, strings);
    return strings;
  }
  const narrow = new JoinedReader(narrowBytes, 1);
  const wide = new JoinedReader(wideBytes, 2);
  for (let i = 0; i < heads.length; i++) {
    const head = heads[i] as number;
    strings[i] = ((head & 1) === 1 ? wide : narrow).next(head >>> 1);
  }
  return strings;
}

/** Where the bytes of `count` strings are in what is read, and how many bytes come before them. */
export function stringPlaces(
  reader: ByteReader,
  count: number,
): { readonly headBytes: number; readonly places: readonly (readonly [number, number])[] } {
  if (count === 0) return { headBytes: reader.offset, places: [] };
  const isBoth = reader.u8() === 1;
  const heads = decodeUnsigned(reader, count);
  const headBytes = reader.offset;
  const unitsOf = (head: number): number => (isBoth ? head >>> 1 : head);
  const isWide = (head: number): boolean => isBoth && (head & 1) === 1;
  let narrowAt = headBytes;
  let narrowEnd = headBytes;
  for (const head of heads) if (!isWide(head)) narrowEnd += unitsOf(head);
  let wideAt = narrowEnd + (narrowEnd % 2);
  const places = Array.from(heads, (head): [number, number] => {
    if (isWide(head)) return [wideAt, (wideAt += unitsOf(head) * 2)];
    return [narrowAt, (narrowAt += unitsOf(head))];
  });
  return { headBytes, places };
}

function tooMany(count: number, limits: Limits): LimitError {
  return new LimitError('LIMIT_EXCEEDED', `${count} strings; the limit is ${limits.stringsMax}`, {
    hint: 'raise stringsMax if you trust the file',
  });
}

function tooLong(units: number, limits: Limits): LimitError {
  return new LimitError(
    'LIMIT_EXCEEDED',
    `a string of ${units} units; the limit is ${limits.stringUnitsMax}`,
    { hint: 'raise stringUnitsMax if you trust the file' },
  );
}

// One long string is made per piece and cut up, which is faster than making each by itself.
class JoinedReader {
  private readonly bytes: Buffer;
  private readonly width: 1 | 2;
  private at = 0;
  private piece = '';
  private pieceAt = 0;

  constructor(bytes: Buffer, width: 1 | 2) {
    this.bytes = bytes;
    this.width = width;
  }

  next(units: number): string {
    if (units > ROPE_UNITS) return this.direct(units);
    if (this.pieceAt + units > this.piece.length) this.load(units);
    const text = this.piece.substring(this.pieceAt, this.pieceAt + units);
    this.pieceAt += units;
    return text;
  }

  private direct(units: number): string {
    this.at -= (this.piece.length - this.pieceAt) * this.width;
    this.piece = '';
    this.pieceAt = 0;
    return this.slice(units);
  }

  private load(units: number): void {
    this.at -= (this.piece.length - this.pieceAt) * this.width;
    const left = (this.bytes.length - this.at) / this.width;
    this.piece = this.slice(Math.max(units, Math.min(left, ROPE_UNITS)));
    this.pieceAt = 0;
  }

  private slice(units: number): string {
    const end = this.at + units * this.width;
    const text = (this.width === 1 ? latin1Of : utf16Of)(this.bytes, this.at, end);
    this.at = end;
    return text;
  }
}
