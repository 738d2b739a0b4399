// Goal: numbers in header and table are those that Node's own methods write and read.
// Method: borders of every width and random numbers, compared with the methods of Buffer.

import { expect, test } from 'vitest';
import { putU16, putU32, putU53, u16At, u32At, u64At } from '../../src/format/little-endian.js';
import { latin1Of, utf8Of, utf16Of, writeLatin1, writeUtf16 } from '../../src/format/native-text.js';

const BORDERS = [0, 1, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0x8000, 0xffff];

test('numbers of 16, 32 and 53 bits are written and read as Buffer does it', () => {
  const wide = [2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1];
  const wider = [
    2 ** 32,
    2 ** 40 + 5,
    2 ** 53 - 1,
    ...Array.from({ length: 50 }, () => randomBelow(2 ** 53)),
  ];
  for (const value of [...BORDERS, ...wide, ...wider]) {
    const [ours, theirs] = [Buffer.alloc(17), Buffer.alloc(17)];
    if (value < 2 ** 16) {
      putU16(ours, 1, value);
      theirs.writeUInt16LE(value, 1);
      expect(u16At(theirs, 1)).toBe(value);
    }
    if (value < 2 ** 32) {
      putU32(ours, 3, value);
      theirs.writeUInt32LE(value, 3);
      expect(u32At(theirs, 3)).toBe(value);
    }
    putU53(ours, 9, value);
    theirs.writeBigUInt64LE(BigInt(value), 9);
    expect(u64At(theirs, 9)).toBe(value);
    expect(ours.equals(theirs)).toBe(true);
  }
});

test('a number of 64 bits that is too large for the file is seen as such', () => {
  const bytes = Buffer.alloc(8);
  for (const value of [2n ** 53n, 2n ** 53n + 1n, 2n ** 64n - 1n]) {
    bytes.writeBigUInt64LE(value);
    expect(u64At(bytes, 0)).toBeGreaterThan(Number.MAX_SAFE_INTEGER);
  }
});

test('texts become the bytes that `write` makes, at the place, and come back', () => {
  for (const text of ['', 'plain', 'caf\u00e9 \u00ff\u0000', 'x'.repeat(5000)]) {
    const [ours, theirs] = [Buffer.alloc(text.length + 4), Buffer.alloc(text.length + 4)];
    writeLatin1(ours, text, 2);
    theirs.write(text, 2, 'latin1');
    expect(ours.equals(theirs)).toBe(true);
    expect(latin1Of(ours, 2, text.length + 2)).toBe(text);
  }
  for (const text of ['', 'Київ', '🙂\ud800 alone', 'я'.repeat(5000)]) {
    const [ours, theirs] = [Buffer.alloc(text.length * 2 + 4), Buffer.alloc(text.length * 2 + 4)];
    writeUtf16(ours, text, 2);
    theirs.write(text, 2, 'utf16le');
    expect(ours.equals(theirs)).toBe(true);
    expect(utf16Of(ours, 2, text.length * 2 + 2)).toBe(text);
  }
  expect(utf8Of(Buffer.from('{"name":"Київ 🙂"}'))).toBe('{"name":"Київ 🙂"}');
});

function randomBelow(limit: number): number {
  return Math.floor(Math.random() * limit);
}
