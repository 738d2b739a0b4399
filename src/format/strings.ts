// Strings in bytes: their lengths, then all one-byte strings behind one another, then all two-byte ones.
//
//   strings(n) := wide:u8 heads:numbers(n) latin1 utf16?
//
// `wide` is 0 when no string has a unit above 0xFF: a head is then a length in UTF-16 units. Otherwise a head is twice the
// length, plus 1 for a string that has one, and those follow at a multiple of 2. How V8 happens to hold a string does not
// matter: the units decide. Lone surrogates survive.

import { LimitError } from '../errors.js';
import type { Limits } from '../limits.js';
import type { ByteReader, ByteWriter, Numbers } from './bytes.js';
import { cut, lengthsOf, sumOf } from './loops.js';
import { decodeUnsigned, encodeUnsigned } from './unsigned.js';

const WIDE = /[^\0-\xff]/;
/** Strings are joined in pieces of at most this many units and written at once. */
const ROPE_UNITS = 1 << 24;
/** So many strings are written at once. */
const ROPE_STRINGS = 512;

/** Writes strings; how many is known from the context. */
export function encodeStrings(writer: ByteWriter, strings: readonly string[]): void {
  const count = strings.length;
  if (count === 0) return;
  const heads = new Uint32Array(count);
  const units = lengthsOf(strings, heads);
  const bytes = units <= ROPE_UNITS ? narrowBytes(strings, units) : undefined;
  if (bytes === undefined) return encodeBoth(writer, strings, heads);
  writer.u8(0);
  encodeUnsigned(writer, heads, count);
  writer.raw(bytes);
}

// Strings in small ropes, which is faster than one by one and than all at once; undefined when one has a unit above 0xFF.
function narrowBytes(strings: readonly string[], units: number): Uint8Array | undefined {
  const bytes = Buffer.allocUnsafeSlow(units);
  const count = strings.length;
  let at = 0;
  for (let i = 0; i < count; ) {
    const end = Math.min(i + ROPE_STRINGS, count);
    let rope = '';
    for (; i < end; i++) rope += strings[i] as string;
    if (WIDE.test(rope)) return undefined;
    at += bytes.write(rope, at, 'latin1');
  }
  return bytes;
}

function encodeBoth(writer: ByteWriter, strings: readonly string[], heads: Uint32Array): void {
  const narrow: string[] = [];
  const wide: string[] = [];
  for (let i = 0; i < strings.length; i++) {
    const text = strings[i] as string;
    const isWide = WIDE.test(text);
    (isWide ? wide : narrow).push(text);
    heads[i] = text.length * 2 + (isWide ? 1 : 0);
  }
  writer.u8(wide.length > 0 ? 1 : 0);
  if (wide.length === 0) for (let i = 0; i < heads.length; i++) heads[i] = (heads[i] as number) >>> 1;
  encodeUnsigned(writer, heads, heads.length);
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
  if (count === 0) return [];
  if (count > limits.stringsMax) throw tooMany(count, limits);
  const mode = reader.u8();
  if (mode > 1) throw reader.corrupt(`strings of mode ${mode}`);
  const heads = decodeUnsigned(reader, count);
  return mode === 0 ? decodeNarrow(reader, heads, limits) : decodeBoth(reader, heads, limits);
}

function decodeNarrow(reader: ByteReader, lengths: Numbers, limits: Limits): string[] {
  const count = lengths.length;
  const units = sumOf(lengths, limits.stringUnitsMax);
  if (units < 0) throw tooLong(-units, limits);
  const bytes = reader.raw(units);
  const strings: string[] = new Array(count);
  if (units > ROPE_UNITS) return cutUp(new JoinedReader(bytes, 1), lengths, strings);
  const joined = bytes.toString('latin1');
  cut(joined, lengths, strings);
  return strings;
}

function cutUp(joined: JoinedReader, lengths: Numbers, strings: string[]): string[] {
  for (let i = 0; i < lengths.length; i++) strings[i] = joined.next(lengths[i] as number);
  return strings;
}

function decodeBoth(reader: ByteReader, heads: Numbers, limits: Limits): string[] {
  const units = [0, 0];
  for (let i = 0; i < heads.length; i++) {
    const head = heads[i] as number;
    if (head >>> 1 > limits.stringUnitsMax) throw tooLong(head >>> 1, limits);
    units[head & 1]! += head >>> 1;
  }
  const narrow = new JoinedReader(reader.raw(units[0] as number), 1);
  reader.align(2);
  const wide = new JoinedReader(reader.raw((units[1] as number) * 2), 2);
  const strings: string[] = new Array(heads.length);
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
    const text = this.bytes.toString(this.width === 1 ? 'latin1' : 'utf16le', this.at, end);
    this.at = end;
    return text;
  }
}
