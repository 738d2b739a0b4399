// Goal: many whole numbers become the same bytes whether V8's conversions tell their width, as in a first save, or a loop does.
// Method: a module of its own for each way; numbers at the borders of every width, at every place of a part, random ones, and
// runs, as many as are just worth writing and one more.

import { expect, test, vi } from 'vitest';
import { MANY_NUMBERS, narrowestType } from '../../src/format/narrowest.js';
import { Column, TAG } from '../../src/graph/column.js';

const SIGNED = [Int8Array, Int16Array, Int32Array];
const UNSIGNED = [Uint8Array, Uint16Array, Uint32Array];
const COUNT = MANY_NUMBERS + 77;

test('the narrowest type is that of the number that needs most', () => {
  const cases: [number, number, readonly (typeof SIGNED)[number][] | readonly (typeof UNSIGNED)[number][]][] =
    [
      [127, 1, SIGNED],
      [-128, 1, SIGNED],
      [128, 2, SIGNED],
      [-129, 2, SIGNED],
      [32767, 2, SIGNED],
      [-32768, 2, SIGNED],
      [32768, 4, SIGNED],
      [-32769, 4, SIGNED],
      [2 ** 31 - 1, 4, SIGNED],
      [255, 1, UNSIGNED],
      [256, 2, UNSIGNED],
      [65535, 2, UNSIGNED],
      [65536, 4, UNSIGNED],
      [2 ** 32 - 1, 4, UNSIGNED],
    ];
  for (const [value, width, types] of cases) {
    for (const at of [0, 4095, 4096, COUNT - 1]) {
      const numbers = new Float64Array(COUNT + 5);
      numbers[at] = value;
      // What lies behind is not looked at.
      numbers[COUNT] = 2 ** 31 - 1;
      expect(narrowestType(numbers, COUNT, types).BYTES_PER_ELEMENT, `${value} at ${at}`).toBe(width);
    }
  }
});

test('the bytes of a column are the same both ways', async () => {
  const random = (below: number) => Math.floor(Math.random() * below);
  const runs = (count: number, length: number) =>
    Array.from({ length: count }, (_, run) => Array.from({ length }, (_, i) => run * 1000 + i)).flat();
  const lists = [
    Array.from({ length: COUNT }, () => random(200) - 100),
    Array.from({ length: COUNT }, () => random(60_000) - 30_000),
    Array.from({ length: COUNT }, () => random(2 ** 32) - 2 ** 31),
    Array.from({ length: COUNT }, (_, i) => i),
    // Of 20,000 numbers of four bytes, 10,000 runs are too many, and one less is not.
    [...runs(9_999, 2), 5, 6],
    runs(10_000, 2),
    runs(2_000, 10),
  ];
  for (const list of lists) {
    const many = await encoded(list, 1);
    const warm = await encoded(list, 80);
    expect(many.equals(warm)).toBe(true);
  }
});

// How it is written after so many other columns of the process.
async function encoded(list: readonly number[], times: number): Promise<Buffer> {
  vi.resetModules();
  const { ByteWriter } = await import('../../src/format/bytes.js');
  const { encodeCells } = await import('../../src/format/columns.js');
  let bytes = Buffer.alloc(0);
  for (let i = 0; i < times; i++) {
    const column = new Column();
    for (const value of list) column.push(TAG.int, value);
    const writer = new ByteWriter();
    encodeCells(writer, column);
    bytes = Buffer.concat(writer.take());
  }
  return bytes;
}
