// Bytes in and out: varints, texts, typed arrays at multiples of their width, little-endian, every read checked against the
// end.
//
// What is written lies in pieces, so that nothing large is copied and no buffer has to hold everything. Knows nothing of
// what the bytes mean.

import { CorruptSnapshotError } from '../errors.js';
import { takeNumbers } from '../graph/rooms.js';
import { writeLatin1, writeUtf16 } from './native-text.js';

/** True where numbers in memory lie as those of the file do. */
export const IS_LITTLE_ENDIAN = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;
const PIECE_BYTES_FIRST = 512;
const PIECE_BYTES_MAX = 1 << 20;
/** Arrays of more bytes become pieces of their own. */
const OWN_PIECE_BYTES = 1 << 14;
/** Where arrays of less are put together; they are copied at once. */
const SMALL = new ArrayBuffer(OWN_PIECE_BYTES);

/** A typed array of numbers as columns use them. */
export type Numbers =
  | Int8Array
  | Int16Array
  | Int32Array
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | Float64Array;

/** A kind of typed array. */
export interface NumbersType {
  new (length: number): Numbers;
  new (buffer: ArrayBufferLike, byteOffset?: number, length?: number): Numbers;
  readonly BYTES_PER_ELEMENT: number;
}

/** Writes into growing pieces. */
export class ByteWriter {
  /** Cells that were written without bytes of their own; see `columns.ts`. */
  freeCells = 0;
  /** Bytes of the file before this writer's; see `columns.ts`. */
  bytesBefore = 0;
  /** Rooms that pieces are in: nobody may use them until all pieces are used. */
  readonly lent: Float64Array[] = [];
  private readonly pieces: Uint8Array[] = [];
  private piecesBytes = 0;
  private buffer = Buffer.allocUnsafeSlow(PIECE_BYTES_FIRST);
  /** What of the buffer is in a piece already. */
  private from = 0;
  private at = 0;

  /** What was written, in order. The writer is of no use afterwards. */
  take(): Uint8Array[] {
    this.cut();
    return this.pieces;
  }

  get length(): number {
    return this.piecesBytes + this.at - this.from;
  }

  u8(value: number): void {
    this.need(1);
    this.buffer[this.at++] = value;
  }

  /** A whole number from 0 to 2^53 − 1, seven bits a byte, low bits first. */
  varint(value: number): void {
    this.need(8);
    let rest = value;
    while (rest >= 0x80) {
      this.buffer[this.at++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.buffer[this.at++] = rest;
  }

  /** Bytes as they are. Large ones are not copied, so that they must not change any more, and it says so. */
  raw(bytes: Uint8Array): boolean {
    if (bytes.length >= OWN_PIECE_BYTES) {
      this.cut();
      this.pieces.push(bytes);
      this.piecesBytes += bytes.length;
      return true;
    }
    this.need(bytes.length);
    this.buffer.set(bytes, this.at);
    this.at += bytes.length;
    return false;
  }

  /** Bytes that may change afterwards. */
  copied(bytes: Uint8Array): void {
    if (bytes.length < OWN_PIECE_BYTES) {
      this.raw(bytes);
      return;
    }
    const copy = new Uint8Array(this.room(bytes.length), 0, bytes.length);
    copy.set(bytes);
    this.raw(copy);
  }

  /**
   * Memory for at least so many bytes, which go to {@link raw} or {@link numbers} before it is asked again. What it held
   * before is still in it.
   */
  room(bytes: number): ArrayBuffer {
    return bytes < OWN_PIECE_BYTES ? SMALL : (this.numbersRoom(Math.ceil(bytes / 8)).buffer as ArrayBuffer);
  }

  /** As {@link room}, but not the same memory at the next call. */
  ownRoom(bytes: number): ArrayBuffer {
    return bytes < OWN_PIECE_BYTES ? new ArrayBuffer(bytes) : this.room(bytes);
  }

  /** Memory for at least so many numbers. */
  numbersRoom(count: number): Float64Array {
    const room = takeNumbers(count);
    this.lent.push(room);
    return room;
  }

  /** Zeros up to a multiple of `width` from the start. */
  align(width: number): void {
    const missing = (width - (this.length % width)) % width;
    this.need(missing);
    for (let i = 0; i < missing; i++) this.buffer[this.at++] = 0;
  }

  /** The elements of a typed array at a multiple of their width, as {@link raw}. */
  numbers(array: Numbers): boolean {
    const width = array.BYTES_PER_ELEMENT;
    this.align(width);
    const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
    return this.raw(IS_LITTLE_ENDIAN || width === 1 ? bytes : swapped(bytes, width));
  }

  /** A text of `bytes` bytes in an encoding. */
  encoded(text: string, encoding: 'latin1' | 'utf16le', bytes: number): void {
    if (bytes < OWN_PIECE_BYTES) {
      this.need(bytes);
      this.text(this.buffer, text, this.at, encoding);
      this.at += bytes;
      return;
    }
    const piece = Buffer.from(this.room(bytes), 0, bytes);
    this.text(piece, text, 0, encoding);
    this.raw(piece);
  }

  private text(into: Buffer, text: string, at: number, encoding: 'latin1' | 'utf16le'): void {
    if (encoding === 'latin1') writeLatin1(into, text, at);
    else writeUtf16(into, text, at);
  }

  private need(count: number): void {
    if (this.at + count <= this.buffer.length) return;
    const bytes = Math.max(count, Math.min(this.buffer.length * 2, PIECE_BYTES_MAX));
    this.cut();
    this.buffer =
      bytes < OWN_PIECE_BYTES ? Buffer.allocUnsafeSlow(bytes) : Buffer.from(this.room(bytes), 0, bytes);
    this.from = 0;
    this.at = 0;
  }

  private cut(): void {
    if (this.at === this.from) return;
    this.pieces.push(this.buffer.subarray(this.from, this.at));
    this.piecesBytes += this.at - this.from;
    this.from = this.at;
  }
}

/** Reads what {@link ByteWriter} wrote. Throws SNAPSHOT_STRUCTURE past the end or on a malformed number. */
export class ByteReader {
  private readonly buffer: Buffer;
  private at = 0;
  /** For messages: the section that is read. */
  private readonly name: string;

  constructor(bytes: Uint8Array, name: string) {
    this.buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.name = name;
  }

  /** Bytes read so far. */
  get offset(): number {
    return this.at;
  }

  get remaining(): number {
    return this.buffer.length - this.at;
  }

  u8(): number {
    this.need(1);
    return this.buffer[this.at++] as number;
  }

  varint(): number {
    let value = 0;
    let scale = 1;
    for (let i = 0; i < 8; i++) {
      const byte = this.u8();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) {
        if (value > Number.MAX_SAFE_INTEGER) break;
        return value;
      }
      scale *= 0x80;
    }
    throw this.corrupt('a number is too long');
  }

  /** A varint that counts things of at least `bytesEach` bytes which must still fit. */
  count(bytesEach: number, what: string): number {
    const count = this.varint();
    if (count * bytesEach > this.remaining) {
      throw this.corrupt(`${count} ${what} do not fit into the ${this.remaining} bytes that are left`);
    }
    return count;
  }

  /** A view on `count` bytes. */
  raw(count: number): Buffer {
    this.need(count);
    const view = this.buffer.subarray(this.at, this.at + count);
    this.at += count;
    return view;
  }

  /** Passes over zeros up to a multiple of `width` from the start. */
  align(width: number): void {
    const missing = (width - (this.at % width)) % width;
    if (missing === 0) return;
    for (const byte of this.raw(missing)) if (byte !== 0) throw this.corrupt('padding is not zero');
  }

  /** A typed array of `count` elements; a view on the bytes where the machine allows. */
  numbers(Type: NumbersType, count: number): Numbers {
    const width = Type.BYTES_PER_ELEMENT;
    this.align(width);
    const bytes = this.raw(count * width);
    if (width === 1 || (IS_LITTLE_ENDIAN && bytes.byteOffset % width === 0)) {
      return new Type(bytes.buffer, bytes.byteOffset, count);
    }
    const copy = Uint8Array.prototype.slice.call(bytes);
    return new Type((IS_LITTLE_ENDIAN ? copy : swapped(copy, width)).buffer);
  }

  /** Throws unless everything was read. */
  end(): void {
    if (this.remaining !== 0) throw this.corrupt(`${this.remaining} bytes are left over`);
  }

  corrupt(why: string): CorruptSnapshotError {
    return new CorruptSnapshotError(
      'SNAPSHOT_STRUCTURE',
      `section "${this.name}" contradicts itself: ${why}`,
      {
        offset: this.at,
        hint: 'the checksum is right, so it was written this way: by a broken or hostile program',
      },
    );
  }

  private need(count: number): void {
    if (count > this.remaining)
      throw this.corrupt(`${count} bytes are needed and ${this.remaining} are left`);
  }
}

function swapped(bytes: Uint8Array, width: number): Uint8Array {
  const copy = new Uint8Array(bytes);
  for (let i = 0; i < copy.length; i += width) copy.subarray(i, i + width).reverse();
  return copy;
}
