// Goal: salvaging a hostile damaged file ends in what survives or in one of our errors: nothing of it runs, nothing takes
// long, and memory follows the size of the file.
// Method: snapshots that have a spare are changed in their sections and in the spare, sealed again with right checksums, and
// then damaged on purpose, so that mending uses what they say of themselves; in processes that may do nothing. The worst that
// was thought of besides: a spare that says it is large inside, a table that says so, and padding that is wrong everywhere.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { constants, crc32, deflateRawSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ENTRY_BYTES, HEADER_BYTES, SECTION } from '../../src/format/container.js';
import { CONFINED } from '../helpers/confined.js';
import { bundleLibrary, type LibraryBundle } from '../helpers/library-bundle.js';
import { reseal, sectionsOf } from '../helpers/reseal.js';
import { testSeed } from '../helpers/seed.js';
import { scaled } from '../helpers/torture.js';
import { spareSealed } from './damaged-mutants.js';

const RUNS = scaled(1500, 200_000);
const GOLDENS = ['session', 'stripes', 'pool'].map((name) =>
  fileURLToPath(new URL(`../../snapshots/1/${name}.pkl`, import.meta.url)),
);
const session = readFileSync(GOLDENS[0] as string);

let lib: LibraryBundle;
beforeAll(async () => {
  lib = await bundleLibrary(['test/attacks/child.ts', 'test/attacks/damaged-mutants.ts']);
});
afterAll(() => lib.remove());

const FLAGS = [...CONFINED, '--max-old-space-size=256'];

test(`damaged mutants end in a value or an error of brine's (seed ${testSeed}, ${RUNS} runs)`, {
  timeout: 3_600_000,
}, async () => {
  const program = `
    import { readFileSync } from 'node:fs';
    const originals = ${JSON.stringify(GOLDENS)}.map((file) => readFileSync(file));
    // Node makes some globals when they are first asked for.
    for (const name of Object.getOwnPropertyNames(globalThis)) globalThis[name];
    lib.setTraps();
    const report = await lib.salvageMutants(originals, ${testSeed}, ${RUNS});
    process.stdout.write(JSON.stringify({ ...report, changed: lib.changedBuiltins(), mib: process.resourceUsage().maxRSS / 1024 }));`;
  const told = JSON.parse(await lib.run(program, { flags: FLAGS, timeoutMs: 3_600_000 }));
  expect(told.faults).toEqual([]);
  expect(told.changed).toEqual([]);
  expect(told.mib).toBeLessThan(512);
  expect(told.endings.value).toBeGreaterThan(RUNS / 20);
  expect(told.mended).toBeGreaterThan(RUNS / 50);
});

const spareAt = (file: Buffer): number => {
  const count = file.readUInt32LE(12);
  for (let i = 0; i < count; i++) {
    const entry = HEADER_BYTES + i * ENTRY_BYTES;
    if (file.readUInt16LE(entry) === SECTION.spare) return Number(file.readBigUInt64LE(entry + 8));
  }
  throw new Error('no spare');
};

const WORST: readonly (readonly [what: string, make: () => Buffer])[] = [
  [
    'a spare of 2 MiB that is 2 GiB inside',
    () => {
      // Blocks that are not the last one of their stream can be put behind each other.
      const zeros = deflateRawSync(Buffer.alloc(2 ** 26), { finishFlush: constants.Z_FULL_FLUSH });
      const content = Buffer.concat([...Array.from({ length: 32 }, () => zeros), deflateRawSync('')]);
      const file = Buffer.from(reseal(sectionsOf(session)));
      const at = spareAt(file);
      const spare = Buffer.concat([file.subarray(at, at + 56), content]);
      const fields = [at, spare.length, at + spare.length, content.length, 2 ** 31];
      fields.forEach((field, i) => void spare.writeBigUInt64LE(BigInt(field), 8 + i * 8));
      const made = Buffer.concat([file.subarray(0, at), spareSealed(spare)]);
      // The table is damaged, so that the spare is looked for.
      made[HEADER_BYTES + 3]! ^= 0xff;
      return made;
    },
  ],
  [
    'wrong padding behind each of 60,000 sections',
    () => {
      const one = { kind: SECTION.blobs, isCritical: true, bytes: Buffer.from([1]) };
      const list = [...sectionsOf(session), ...Array.from({ length: 60_000 }, () => one)];
      const file = Buffer.from(reseal(list));
      for (let i = 0; i < 60_000; i++) {
        const entry = HEADER_BYTES + (list.length - 60_000 + i) * ENTRY_BYTES;
        file[Number(file.readBigUInt64LE(entry + 8)) + 1] = 7;
      }
      return file;
    },
  ],
  [
    'code of a terabyte in the table of a file that was cut',
    () => {
      const all = sectionsOf(session).filter(({ kind }) => kind !== SECTION.signature);
      const isCode = ({ kind }: { kind: number }): boolean => kind === SECTION.code;
      const file = Buffer.from(reseal([...all.filter((one) => !isCode(one)), ...all.filter(isCode)]));
      const [at, count] = [spareAt(file), file.readUInt32LE(12)];
      file.writeBigUInt64LE(BigInt(at), at + 8);
      file.writeBigUInt64LE(BigInt(2 ** 40), at + 24);
      const spareEntry = HEADER_BYTES + (count - 2) * ENTRY_BYTES;
      const spare = file.subarray(at, at + Number(file.readBigUInt64LE(spareEntry + 16)));
      file.writeUInt32LE(crc32(spareSealed(spare)), spareEntry + 4);
      const entry = spareEntry + ENTRY_BYTES;
      const bytes = file.readBigUInt64LE(entry + 16) + 2n ** 39n;
      for (const field of [16, 24]) file.writeBigUInt64LE(bytes, entry + field);
      file.writeBigUInt64LE(file.readBigUInt64LE(entry + 8) + bytes, 16);
      file.writeUInt32LE(crc32(file.subarray(HEADER_BYTES, entry + ENTRY_BYTES)), 24);
      file.writeUInt32LE(crc32(file.subarray(0, 28)), 28);
      return file;
    },
  ],
];

test.each(WORST)('%s: soon done, in little memory', async (what, make) => {
  const file = make();
  const path = join(lib.folder, `${what.replaceAll(/\W/g, '')}.pkl`);
  writeFileSync(path, file);
  const program = `
    import { readFileSync } from 'node:fs';
    const bytes = readFileSync(${JSON.stringify(path)});
    lib.setTraps();
    const before = process.resourceUsage().maxRSS;
    const told = await lib.salvaged(bytes);
    const mib = (process.resourceUsage().maxRSS - before) / 1024;
    process.stdout.write(JSON.stringify({ ...told, mib }));`;
  const { faults, cpuMs, mib } = JSON.parse(await lib.run(program, { flags: FLAGS }));
  expect(faults).toEqual([]);
  expect(cpuMs).toBeLessThan(1000 + (1000 * file.length) / 2 ** 20);
  expect(mib).toBeLessThan(96 + (20 * file.length) / 2 ** 20);
});
