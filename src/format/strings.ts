// The string table in bytes: lengths first, then all one-byte strings behind one another, then all two-byte ones.
//
//   count     varint
//   a string  varint: its length in UTF-16 units × 2, plus 1 when any unit is above 0xFF
//   latin1    the one-byte strings, a byte a unit
//   utf16     the two-byte strings, little-endian
//
// How V8 happens to hold a string does not matter: the units decide. Lone surrogates survive.

import { LimitError } from '../errors.js';
import type { Limits } from '../limits.js';
import { ByteReader, ByteWriter } from './bytes.js';

const TWO_BYTE = /[^\0-\xff]/;
/** Strings are joined in pieces of at most this many units and written at once. */
const ROPE_UNITS = 1 << 24;

/** Writes the string table. */
export function encodeStrings(strings: readonly string[]): Uint8Array {
  const writer = new ByteWriter();
  const wide: string[] = [];
  const narrow: string[] = [];
  writer.varint(strings.length);
  for (const text of strings) {
    const isWide = TWO_BYTE.test(text);
    (isWide ? wide : narrow).push(text);
    writer.varint(text.length * 2 + (isWide ? 1 : 0));
  }
  writeJoined(writer, narrow, 'latin1', 1);
  writeJoined(writer, wide, 'utf16le', 2);
  return writer.bytes();
}

function writeJoined(
  writer: ByteWriter,
  strings: readonly string[],
  encoding: BufferEncoding,
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
    writer.space(units * width).write(piece, encoding);
    from = to;
  }
}

/** Reads the string table. */
export function decodeStrings(bytes: Uint8Array, limits: Limits): string[] {
  const reader = new ByteReader(bytes, 'strings');
  const count = reader.count(1, 'strings');
  const heads: number[] = [];
  const units = [0, 0];
  for (let i = 0; i < count; i++) {
    const head = reader.varint();
    if (head / 2 > limits.stringUnitsMax) {
      throw new LimitError(
        'LIMIT_EXCEEDED',
        `a string of ${Math.floor(head / 2)} units; the limit is ${limits.stringUnitsMax}`,
      );
    }
    heads.push(head);
    units[head & 1]! += Math.floor(head / 2);
  }
  const narrow = new JoinedReader(reader.raw(units[0] as number), 1);
  const wide = new JoinedReader(reader.raw((units[1] as number) * 2), 2);
  reader.end();
  return heads.map((head) => ((head & 1) === 1 ? wide : narrow).next(Math.floor(head / 2)));
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
