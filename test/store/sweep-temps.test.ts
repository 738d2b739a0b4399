// Goal: what killed saves left is removed, and nothing else ever is.
// Method: a folder with every kind of neighbour, on the disk in memory; once on the real one.

import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { faultyIo } from '../../src/store/io-faulty.js';
import { MemoryIo } from '../../src/store/io-memory.js';
import { replaceFileSync } from '../../src/store/replace-file.js';
import { sweepTemps } from '../../src/store/sweep-temps.js';
import { hostTag, tempNameFor, tempOwnerOf } from '../../src/store/temp-name.js';
import { content, errorOf, expectStoreError } from './sample.js';

const DAY_MS = 24 * 60 * 60 * 1000;
const here = hostTag();
const elsewhere = here === '0000' ? '0001' : '0000';
const nobody = 999_999_999;

test('a temporary name says whose it is, for any name of a file', () => {
  for (const name of [
    'work.pkl',
    '.hidden',
    'a.1-2-3.tmp',
    'with space\n',
    '日本',
    'x'.repeat(255),
    '😀'.repeat(63),
  ]) {
    const temp = tempNameFor(name);
    expect(tempOwnerOf(temp), temp).toEqual({ pid: process.pid, host: here });
    expect(Buffer.byteLength(temp)).toBeLessThanOrEqual(255);
    expect(temp).not.toBe(tempNameFor(name));
  }
  expect(tempNameFor('work.pkl')).toMatch(/^\.work\.pkl\.\d+-\d+-[0-9a-f]{20}\.tmp$/);
});

test('only what nobody is writing any more is removed', async () => {
  const disk = new MemoryIo({ alive: [4711] });
  const nowMs = disk.nowMs;
  const put = (name: string, ageMs: number) => {
    disk.nowMs = nowMs - ageMs;
    disk.put(`/${name}`, content(1, 10));
    return name;
  };
  const leftOver = [
    put(`.work.pkl.${nobody}-1-${here}0000000000000001.tmp`, 0),
    put(`.work.pkl.${process.pid}-1-${here}0000000000000002.tmp`, 400 * DAY_MS),
    put(`.work.pkl.4711-1-${elsewhere}0000000000000003.tmp`, 2 * DAY_MS),
  ];
  const kept = [
    put('work.pkl', 400 * DAY_MS),
    put(`.work.pkl.4711-1-${here}0000000000000004.tmp`, 400 * DAY_MS),
    put(`.work.pkl.${process.pid}-1-${here}0000000000000005.tmp`, 0),
    put(`.work.pkl.${nobody}-1-${elsewhere}0000000000000006.tmp`, 0.9 * DAY_MS),
    put(`work.pkl.${nobody}-1-${here}0000000000000007.tmp`, 400 * DAY_MS),
    put(`.work.pkl.${nobody}-1-${here}0000000.tmp`, 400 * DAY_MS),
    put(`.work.pkl.${nobody}-1-${here}0000000000000008.tmp.bak`, 400 * DAY_MS),
    put('.other.tmp', 400 * DAY_MS),
  ];
  disk.putLink(`/.work.pkl.${nobody}-1-${here}0000000000000009.tmp`, '/work.pkl');
  disk.nowMs = nowMs;
  expect(await sweepTemps('/', { io: disk, nowMs })).toEqual(leftOver.sort());
  for (const name of kept) expect(disk.get(`/${name}`), name).toBeDefined();
  expect(disk.list('/')).toHaveLength(kept.length + 1);
});

test('a folder that is not there is swept; one that cannot be listed is an error; a file that stays is not', async () => {
  const disk = new MemoryIo();
  expect(await sweepTemps('/missing', { io: disk })).toEqual([]);
  disk.put(`/.work.pkl.${nobody}-1-${here}0000000000000001.tmp`, content(1, 1));
  const failing = (call: string) =>
    faultyIo(disk, ({ name }) => (name === call ? { kind: 'errno', code: 'EACCES' } : undefined));
  expectStoreError(await errorOf(() => sweepTemps('/', { io: failing('list') })), 'STORE_READ');
  expect(await sweepTemps('/', { io: failing('unlink') })).toEqual([]);
  expect(await sweepTemps('/', { io: failing('statPath') })).toEqual([]);
});

test('on the real disk: the file of a process that ended goes, the one of this process stays', async () => {
  const folder = fs.mkdtempSync(join(tmpdir(), 'brine-sweep-'));
  try {
    const ended = spawnSync(process.execPath, ['-e', '0']).pid;
    const dead = `.work.pkl.${ended}-1-${here}0000000000000001.tmp`;
    const own = tempNameFor('work.pkl');
    for (const name of [dead, own, 'work.pkl']) fs.writeFileSync(join(folder, name), 'x');
    expect(await sweepTemps(folder)).toEqual([dead]);
    expect(fs.readdirSync(folder).sort()).toEqual([own, 'work.pkl'].sort());
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
});

test('the first save into a folder sweeps it, before it needs the room', () => {
  const disk = new MemoryIo({ capacityBytes: 1000 });
  disk.put(`/.work.pkl.${nobody}-1-${here}0000000000000001.tmp`, content(1, 900));
  replaceFileSync('/work.pkl', content(2, 500), { io: disk });
  expect(disk.list('/')).toEqual(['work.pkl']);
});
