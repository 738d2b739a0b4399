// Bytes in and out: varints, strings, typed arrays, little-endian, every read checked against the end.
//
// Knows nothing of what the bytes mean.

import { CorruptSnapshotError } from '../errors.js';

const IS_LITTLE_ENDIAN = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/** A typed array of numbers as columns use them. */
export type Numbers =
  | Int8Array
  | Int16Array
  | Int32Array
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | Float64Array;

type NumbersConstructor = new (buffer: ArrayBuffer) => Numbers;

/** Writes into one growing buffer. */
export class ByteWriter {
  /** Cells that were written without bytes of their own; see `columns.ts`. */
  freeCells = 0;
  private buffer = Buffer.allocUnsafeSlow(256);
  private at = 0;

  /** What was written; valid until the next write. */
  bytes(): Uint8Array {
    return new Uint8Array(this.buffer.buffer, this.buffer.byteOffset, this.at);
  }

  get length(): number {
    return this.at;
  }

  u8(value: number): void {
    this.room(1);
    this.buffer[this.at++] = value;
  }

  /** A whole number from 0 to 2^53 − 1, seven bits a byte, low bits first. */
  varint(value: number): void {
    this.room(8);
    let rest = value;
    while (rest >= 0x80) {
      this.buffer[this.at++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.buffer[this.at++] = rest;
  }

  f64(value: number): void {
    this.room(8);
    this.at = this.buffer.writeDoubleLE(value, this.at);
  }

  raw(bytes: Uint8Array): void {
    this.room(bytes.length);
    this.buffer.set(bytes, this.at);
    this.at += bytes.length;
  }

  /** A text in UTF-16 units, its length in units first. Lone surrogates survive. */
  text(text: string): void {
    this.varint(text.length);
    this.room(text.length * 2);
    this.at += this.buffer.write(text, this.at, 'utf16le');
  }

  /** The elements of a typed array, little-endian. */
  numbers(array: Numbers): void {
    const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
    this.raw(
      IS_LITTLE_ENDIAN || array.BYTES_PER_ELEMENT === 1 ? bytes : swapped(bytes, array.BYTES_PER_ELEMENT),
    );
  }

  /** Reserves `count` bytes and returns them to be filled. */
  space(count: number): Buffer {
    this.room(count);
    const space = this.buffer.subarray(this.at, this.at + count);
    this.at += count;
    return space;
  }

  private room(count: number): void {
    const needed = this.at + count;
    if (needed <= this.buffer.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(needed, this.buffer.length * 2));
    this.buffer.copy(grown, 0, 0, this.at);
    this.buffer = grown;
  }
}

/** Reads what {@link ByteWriter} wrote. Throws SNAPSHOT_STRUCTURE past the end or on a malformed number. */
export class ByteReader {
  private readonly buffer: Buffer;
  private at = 0;
  /** For messages: the section that is read. */
  private readonly name: string;

  /** Cells that were read without bytes of their own; see `columns.ts`. */
  freeCells = 0;

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

  f64(): number {
    this.need(8);
    const value = this.buffer.readDoubleLE(this.at);
    this.at += 8;
    return value;
  }

  /** A view on `count` bytes. */
  raw(count: number): Buffer {
    this.need(count);
    const view = this.buffer.subarray(this.at, this.at + count);
    this.at += count;
    return view;
  }

  text(): string {
    const units = this.count(2, 'UTF-16 units');
    return this.raw(units * 2).toString('utf16le');
  }

  /** A typed array of `count` elements, copied so that it is aligned. */
  numbers(Type: NumbersConstructor & { readonly BYTES_PER_ELEMENT: number }, count: number): Numbers {
    const width = Type.BYTES_PER_ELEMENT;
    this.need(count * width);
    const copy = new Uint8Array(count * width);
    copy.set(this.raw(count * width));
    return new Type((IS_LITTLE_ENDIAN || width === 1 ? copy : swapped(copy, width)).buffer as ArrayBuffer);
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
