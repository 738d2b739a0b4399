// Goal: of a damaged snapshot everything comes back whose part of the file is whole, and nothing else does.
// Method: a session of some names (shared parts, closures, classes, buffers) cut at every byte and with every byte flipped;
// what each name needs is read off the whole file with the code that loading uses. What comes back is compared strictly
// with the original, all names together, so that sharing shows. A usual run tries every 67th byte;
// `npm run torture` tries each. Then: signatures, values, repairs, files with another file in them.

import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CorruptSnapshotError, StoreError } from '../../src/errors.js';
import { SECTION } from '../../src/format/container.js';
import { openSnapshot } from '../../src/format/index.js';
import { dumps, repair, salvage } from '../../src/index.js';
import { differences } from '../helpers/same.js';
import { reportRow, scaled } from '../helpers/torture.js';
import { expectedNames, flipped, NAMES, needsOf, sampleBytes, sampleValues } from './salvage-sample.js';

const STRIDE = scaled(67, 1);
const TIMEOUT_MS = scaled(60_000, 1_200_000);

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'brine-salvage-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const original = sampleValues();
const bytes = sampleBytes(original);
const needs = needsOf(bytes);

/** Salvages, and checks that what comes back is what it was. */
async function checked(damaged: Uint8Array, where: string): Promise<Set<string>> {
  const { value, recovered, lost } = await salvage<Record<string, any>>(damaged, { mode: 'trusted' });
  const back = new Set(recovered);
  expect([...back, ...lost.map(({ name }) => name)].sort(), where).toEqual([...NAMES].sort());
  const both = (values: Record<string, any>): Record<string, unknown> =>
    Object.fromEntries(recovered.map((name) => [name, values[name]]));
  expect(differences(both(original), both(value)), where).toEqual([]);
  if (back.has('counter')) expect(value['counter'].get(), where).toBe(7);
  if (back.has('points')) expect(value['points'][1].sum(), where).toBe(33);
  for (const { name, reason } of lost) {
    expect(reason, where).toMatch(/^section "[a-z]+" \(bytes \d+-\d+\) is damaged: /);
    expect(() => value[name].anything, where).toThrow(reason);
  }
  return back;
}

test('the sample is of some size, and comes back whole', async () => {
  expect(bytes.length).toBeGreaterThan(6000);
  const { damage, lost, recovered, isExact } = await salvage(bytes);
  expect({ damage, lost, isExact }).toEqual({ damage: [], lost: [], isExact: true });
  expect(recovered).toEqual(NAMES);
  expect(await checked(bytes, 'whole')).toEqual(new Set(NAMES));
});

test(
  `every ${STRIDE}th byte flipped: what does not need it comes back, and nothing wrong does`,
  async () => {
    let partial = 0;
    for (let at = 0; at < bytes.length; at += STRIDE) {
      const back = await checked(flipped(bytes, at), `byte ${at}`);
      expect(back, `byte ${at}`).toEqual(expectedNames(needs, at, at + 1));
      if (back.size > 0 && back.size < NAMES.length) partial++;
    }
    expect(partial, 'damage that takes some names and not others').toBeGreaterThan(bytes.length / STRIDE / 5);
    const trials = Math.ceil(bytes.length / STRIDE);
    const result = `0 wrong values; nothing lost in ${trials - partial}, some names in ${partial}`;
    reportRow({ what: 'bytes of a session flipped', trials, result });
  },
  TIMEOUT_MS,
);

test(
  `cut at every ${STRIDE}th byte: what lies before comes back, and nothing wrong does`,
  async () => {
    const { sections } = openSnapshot(bytes).container;
    const head = (sections[1]?.offset as number) + (sections[1]?.bytes as number);
    const sizes = new Set<number>();
    for (let length = 0; length < bytes.length; length += STRIDE) {
      const cut = bytes.subarray(0, length);
      if (length < head) {
        const found = await checked(cut, `cut at ${length}`).catch((error: unknown) => error);
        if (found instanceof Set) expect(found).toEqual(new Set());
        else expect(found, `cut at ${length}`).toBeInstanceOf(CorruptSnapshotError);
        continue;
      }
      const back = await checked(cut, `cut at ${length}`);
      expect(back, `cut at ${length}`).toEqual(expectedNames(needs, length, bytes.length));
      sizes.add(back.size);
    }
    expect(sizes.size, 'the more is there the more comes back').toBeGreaterThan(4);
    const result = '0 wrong values; every name before the cut came back';
    reportRow({ what: 'cuts of a session', trials: Math.ceil(bytes.length / STRIDE), result });
  },
  TIMEOUT_MS,
);

describe('damage that takes nothing', () => {
  const { sections } = openSnapshot(bytes).container;
  const [meta, index, code] = sections as [(typeof sections)[0], (typeof sections)[0], (typeof sections)[0]];
  const spare = sections.find(({ kind }) => kind === SECTION.spare) as (typeof sections)[0];
  const base = sections.find(({ kind }) => kind === SECTION.stripe) as (typeof sections)[0];
  test.each([
    ['the magic', 1],
    ['the header', 17],
    ['a checksum of the header', 25],
    ['the table', 40],
    ['the description', meta.offset + 20],
    ['the index', index.offset + 3],
    ['the lengths of texts', code.offset],
    ['what every name needs', base.offset + 9],
    ['the spare', spare.offset + 60],
    ['the magic of the spare', spare.offset + 3],
  ])('%s: the file is put back byte for byte', async (_, at) => {
    const path = join(folder, 'exact.pkl');
    writeFileSync(path, flipped(bytes, at));
    const report = await repair(path, { target: join(folder, 'exact.out.pkl'), isOverwriting: true });
    expect(report).toMatchObject({ isExact: true, lost: [], recovered: NAMES });
    expect(report.damage).toHaveLength(1);
    expect(report.damage[0]).toMatchObject({ from: at, to: at + 1, isMended: true });
    expect(readFileSync(report.target as string).equals(bytes)).toBe(true);
  });

  test('several of them at once', async () => {
    const damaged = [0, 33, 90, meta.offset + 1, index.offset + 1].reduce(flipped, bytes);
    expect(await checked(damaged, 'head, meta and index')).toEqual(new Set(NAMES));
  });

  test('the first bytes of the file overwritten, as by a lost sector', async () => {
    const damaged = Uint8Array.from(bytes).fill(0, 0, 512);
    expect(await checked(damaged, '512 zeros')).toEqual(new Set(NAMES));
  });

  test('bytes behind the end', async () => {
    expect(await checked(Buffer.concat([bytes, Buffer.alloc(1000, 7)]), 'a tail')).toEqual(new Set(NAMES));
  });
});

test('a repaired file opens like any other, has tombstones for what is lost, and can be damaged again', async () => {
  const { sections } = openSnapshot(bytes).container;
  const stripe = sections.filter(({ kind }) => kind === SECTION.stripe).at(-1) as (typeof sections)[0];
  const path = join(folder, 'work.pkl');
  const damaged = flipped(bytes, stripe.offset + 2);
  writeFileSync(path, damaged);
  const report = await repair(path);
  expect(report.target).toBe(join(folder, 'work.repaired.pkl'));
  expect(report).toMatchObject({ isExact: false, signed: undefined, damagedFile: undefined });
  expect(report.lost.length).toBeGreaterThan(0);
  expect(readFileSync(path).equals(Buffer.from(damaged)), 'the damaged file is kept').toBe(true);
  const again = readFileSync(report.target as string);
  openSnapshot(again).checkRest();
  const gone = new Set(report.lost.map(({ name }) => name));
  const { meta } = openSnapshot(again);
  expect(new Set(meta.session?.losses.map(({ name }) => name))).toEqual(gone);
  expect((await salvage(again)).damage).toEqual([]);
  // A tombstone is a value like any other now, and what was lost before is not lost again.
  const second = await salvage<Record<string, any>>(flipped(again, 40), { mode: 'trusted' });
  expect(second.lost).toEqual([]);
  for (const name of gone) expect(() => second.value[name].x).toThrow('is damaged');
});

test('a repair writes over nothing unless it is told to', async () => {
  const path = join(folder, 'mine.pkl');
  writeFileSync(path, flipped(bytes, 20));
  writeFileSync(join(folder, 'mine.repaired.pkl'), 'mine');
  await expect(repair(path)).rejects.toThrow(StoreError);
  await expect(repair(path)).rejects.toMatchObject({ code: 'STORE_WRITE' });
  const first = await repair(path, { isInPlace: true });
  expect(first).toMatchObject({ target: path, damagedFile: join(folder, 'mine.damaged.pkl') });
  expect(readFileSync(path).equals(bytes)).toBe(true);
  expect(readFileSync(first.damagedFile as string).equals(Buffer.from(flipped(bytes, 20)))).toBe(true);
  copyFileSync(first.damagedFile as string, path);
  expect(await repair(path, { isInPlace: true })).toMatchObject({
    damagedFile: join(folder, 'mine.damaged-2.pkl'),
  });
  expect(readFileSync(join(folder, 'mine.repaired.pkl'), 'utf8')).toBe('mine');
});

test('a file that is whole is left alone', async () => {
  const path = join(folder, 'whole.pkl');
  writeFileSync(path, bytes);
  expect(await repair(path)).toMatchObject({ damage: [], target: undefined, recovered: NAMES });
  expect(existsSync(join(folder, 'whole.repaired.pkl'))).toBe(false);
});

test('a value comes back whole or not at all', async () => {
  const value = { text: 'x'.repeat(70_000), list: Array.from({ length: 300 }, (_, i) => ({ i })) };
  const large = dumps(value);
  const { sections } = openSnapshot(large).container;
  expect(sections.at(-1)?.kind, 'a large value has a spare').toBe(SECTION.spare);
  for (const place of [0, 1, 2, 3, sections.length - 1]) {
    const found = await salvage(flipped(large, sections[place]?.offset as number));
    expect(found).toMatchObject({ lost: [], isExact: true });
    expect(differences(value, found.value)).toEqual([]);
  }
  await expect(salvage(flipped(large, (sections[4]?.offset as number) + 50))).rejects.toMatchObject({
    code: 'SNAPSHOT_CHECKSUM',
    message: expect.stringContaining('nothing of the value is left to load: section "stripe" (bytes '),
  });
  expect((await salvage<{ a: number }>(flipped(dumps({ a: 1 }), 9))).value).toEqual({ a: 1 });
});

test('a file that lies in a buffer of the file is not taken for it', async () => {
  const inner = dumps({ text: 'y'.repeat(70_000) });
  const outer = sampleBytes({ ...original, table: Uint8Array.from(inner) });
  for (const at of [3, 40]) {
    const found = await salvage<Record<string, any>>(flipped(outer, at), { mode: 'trusted' });
    expect(found.lost).toEqual([]);
    expect(Buffer.from(found.value['table'] as Uint8Array).equals(Buffer.from(inner))).toBe(true);
  }
});

test('what is no snapshot is none', async () => {
  for (const other of [new Uint8Array(0), Buffer.from('text '.repeat(100)), Buffer.alloc(5000)])
    await expect(salvage(other)).rejects.toBeInstanceOf(CorruptSnapshotError);
});
