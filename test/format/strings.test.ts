// Goal: texts become the same bytes whether V8 joins them, as in a first save, or ropes are made of them, and they come back.
// Method: lists of narrow and wide texts in every mixture, at the borders of ropes and widths; a module of its own for each way;
// the bytes beside those of a writer that takes them one by one.

import { expect, test, vi } from 'vitest';
import { DEFAULT_LIMITS } from '../../src/limits.js';

const WARM_STRINGS = 1 << 17;
const WIDE = ['Київ', '🙂', 'naïve — yes', '\ud800', 'ж'.repeat(200)];
const NARROW = ['', 'a', 'café', 'plain text, then nothing', 'x'.repeat(300), '\xff\0'];

const lists: [string, string[]][] = [
  ['few', ['a', 'é', 'ж']],
  ['narrow', listOf(3000, () => false)],
  ['wide', listOf(3000, () => true)],
  ['one wide in the second rope', listOf(3000, (i) => i === 700)],
  ['one wide in the last', listOf(3000, (i) => i === 2999)],
  ['wide first', listOf(3000, (i) => i === 0)],
  ['by turns', listOf(3000, (i) => i % 3 === 0)],
  ['half a rope each', listOf(3000, (i) => i % 512 < 256)],
  ['exactly one rope', listOf(512, (i) => i > 500)],
  ['one more', listOf(513, (i) => i === 512)],
  ['of 127 units', Array.from({ length: 600 }, (_, i) => (i % 2 === 0 ? 'ж' : 'a').repeat(127))],
  ['of 128 units', Array.from({ length: 600 }, (_, i) => (i % 2 === 0 ? 'ж' : 'a').repeat(128))],
  [
    'wide of 127 and narrow of 128',
    Array.from({ length: 600 }, (_, i) => (i === 3 ? 'a'.repeat(128) : 'ж'.repeat(127))),
  ],
  ['long', Array.from({ length: 700 }, (_, i) => (i % 7 === 0 ? 'ж' : 'a').repeat(3000 + i))],
];

function listOf(count: number, isWide: (i: number) => boolean): string[] {
  return Array.from({ length: count }, (_, i) => {
    const words = isWide(i) ? WIDE : NARROW;
    return `${i % 5 === 0 ? '' : i}${words[i % words.length]}`;
  });
}

test.each(lists)('%s', async (_, list) => {
  const first = await encoded(list, 0);
  const warm = await encoded(list, WARM_STRINGS);
  expect(first.equals(plain(list)), 'in a first save').toBe(true);
  expect(warm.equals(first), 'in a later one').toBe(true);
  const { ByteReader } = await import('../../src/format/bytes.js');
  const { decodeStrings } = await import('../../src/format/strings.js');
  const copy = decodeStrings(new ByteReader(new Uint8Array(first), 'test'), list.length, DEFAULT_LIMITS);
  expect(copy).toEqual(list);
});

// How it is written when the process has written so many texts before.
async function encoded(list: readonly string[], before: number): Promise<Buffer> {
  vi.resetModules();
  const { ByteWriter } = await import('../../src/format/bytes.js');
  const { encodeStrings } = await import('../../src/format/strings.js');
  if (before > 0) encodeStrings(new ByteWriter(), new Array(before).fill('some text'));
  const writer = new ByteWriter();
  encodeStrings(writer, list);
  return Buffer.concat(writer.take());
}

// As docs/FORMAT.md says it.
function plain(list: readonly string[]): Buffer {
  const isWide = (text: string) =>
    Array.from({ length: text.length }, (_, i) => text.charCodeAt(i)).some((unit) => unit > 0xff);
  const hasWide = list.some(isWide);
  const heads = list.map((text) => (hasWide ? text.length * 2 + (isWide(text) ? 1 : 0) : text.length));
  const high = Math.max(...heads);
  const width = high < 0x100 ? 1 : high < 0x1_0000 ? 2 : 4;
  const pieces = [Buffer.from([hasWide ? 1 : 0, width])];
  if (width === 4) pieces.push(Buffer.alloc(2));
  const numbers = Buffer.alloc(heads.length * width);
  heads.forEach((head, i) => numbers.writeUIntLE(head, i * width, width));
  pieces.push(numbers, ...list.filter((text) => !isWide(text)).map((text) => Buffer.from(text, 'latin1')));
  if (!hasWide) return Buffer.concat(pieces);
  if (Buffer.concat(pieces).length % 2 === 1) pieces.push(Buffer.alloc(1));
  return Buffer.concat([...pieces, ...list.filter(isWide).map((text) => Buffer.from(text, 'utf16le'))]);
}
