// Goal: ids that are held as runs are written as the same ids one by one would be.
// Method: random runs, long and short, of small and large ids, and none; the bytes of both ways are compared, and those that
// take no bytes of their own are counted alike.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ByteWriter } from '../../src/format/bytes.js';
import { encodeIdRuns, encodeIds } from '../../src/format/columns.js';
import { RowIds } from '../../src/graph/row-ids.js';
import { testSeed } from '../helpers/seed.js';

const seed = testSeed;

const runs = fc.array(
  fc.record({
    gap: fc.oneof(fc.nat(3), fc.nat(300), fc.nat(70_000)),
    length: fc.oneof(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 500 })),
  }),
  { maxLength: 60 },
);

function written(write: (writer: ByteWriter) => void): { bytes: Buffer; freeCells: number } {
  const writer = new ByteWriter();
  // Room in the ration of cells without bytes.
  writer.bytesBefore = 1 << 20;
  write(writer);
  return { bytes: Buffer.concat(writer.take()), freeCells: writer.freeCells };
}

test(`runs of ids have the bytes of the ids (seed ${seed})`, () => {
  let shorter = 0;
  const property = fc.property(runs, (list) => {
    const ids = new RowIds();
    const all: number[] = [];
    let next = 0;
    for (const { gap, length } of list) {
      next += gap;
      if (length === 1) ids.push(next);
      else ids.pushRun(next, length);
      for (let i = 0; i < length; i++) all.push(next++);
    }
    expect(ids.length).toBe(all.length);
    const asRuns = written((writer) => encodeIdRuns(writer, ids.runs, ids.length));
    const oneByOne = written((writer) => encodeIds(writer, all, all.length));
    expect(asRuns.bytes.equals(oneByOne.bytes)).toBe(true);
    expect(asRuns.freeCells).toBe(oneByOne.freeCells);
    if (asRuns.freeCells > 0) shorter++;
  });
  fc.assert(property, { seed, numRuns: 300 });
  // Both forms were met.
  expect(shorter).toBeGreaterThan(20);
  expect(shorter).toBeLessThan(300);
});
