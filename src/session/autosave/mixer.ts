// Mixes numbers, texts and bytes into 64 bits, to tell whether two walks over a graph met the same. Good against accidents,
// not against people. Knows nothing of values.

import { Buffer } from 'node:buffer';
import { crc32 } from 'node:zlib';

/** A longer text is mixed in by its length and the checksums of its halves. */
const SHORT_TEXT_MAX = 64;

const double = new Float64Array(1);
const halves = new Uint32Array(double.buffer);

/** What was mixed in so far. */
export class Mixer {
  #left = 0x9e3779b9 | 0;
  #right = 0x85ebca6b | 0;

  /** A whole number of at most 32 bits. */
  word(word: number): void {
    const left = Math.imul(this.#left ^ word, 0x9e3779b1);
    this.#left = (left << 13) | (left >>> 19);
    const right = Math.imul((this.#right + word) | 0, 0x85ebca77);
    this.#right = (right ^ (right >>> 15) ^ this.#left) | 0;
  }

  number(number: number): void {
    double[0] = number;
    this.word(halves[0] as number);
    this.word(halves[1] as number);
  }

  text(text: string): void {
    this.word(text.length);
    if (text.length > SHORT_TEXT_MAX) return this.bytes(Buffer.from(text, 'utf16le'));
    for (let index = 0; index < text.length; index++) this.word(text.charCodeAt(index));
  }

  bytes(bytes: Uint8Array): void {
    const middle = bytes.byteLength >>> 1;
    this.word(bytes.byteLength);
    this.word(crc32(bytes.subarray(0, middle)) | 0);
    this.word(crc32(bytes.subarray(middle)) | 0);
  }

  /** Both halves. */
  words(): readonly [number, number] {
    return [this.#left, this.#right];
  }

  /** Sixteen digits. */
  digest(): string {
    return hex(this.#left) + hex(this.#right);
  }
}

function hex(word: number): string {
  return (word >>> 0).toString(16).padStart(8, '0');
}
