// Goal: a transfer that breaks goes on where it was, and never takes more memory than some parts.
// Method: a server in this process that breaks connections on demand and writes down what it was asked; for memory, a child
// process that copies and says what it had at most.

import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { copyStored, fileStore, httpStore, memoryStore, type Store } from '../../src/stores/index.js';
import { content, errorOf, isSame } from '../store/sample.js';
import { FileServer } from './file-server.js';
import type { Running } from './servers.js';

let server: FileServer;
let running: Running;
let store: Store;
let folder: string;
beforeEach(async () => {
  server = new FileServer();
  running = await server.start();
  store = httpStore(running.address, { partBytes: 1000 });
  folder = mkdtempSync(join(tmpdir(), 'brine-transfer-'));
});
afterEach(async () => {
  await running.close();
  rmSync(folder, { recursive: true, force: true });
});

async function all(from: Store, key: string, offset = 0): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of from.get(key, { offset })) pieces.push(piece);
  return Buffer.concat(pieces);
}

const FILE = content(9, 500_000);

test('a download that breaks asks for the rest, and only for the rest', async () => {
  server.files.set('/work.pkl', Buffer.from(FILE));
  server.breakAfterBytes = 130_000;
  server.breaks = 3;
  expect(isSame(await all(store, 'work.pkl'), FILE)).toBe(true);
  const ranges = server.asked
    .filter((line) => / \d+-$/u.test(line))
    .map((line) => Number(/(\d+)-$/u.exec(line)?.[1]));
  expect(ranges.length).toBeGreaterThanOrEqual(3);
  expect(ranges).toEqual([...ranges].sort((a, b) => a - b));
  expect(ranges.every((offset) => offset > 0)).toBe(true);
});

test('of a server that knows no ranges, what is there is passed over', async () => {
  server.files.set('/work.pkl', Buffer.from(FILE));
  server.knowsRanges = false;
  server.breakAfterBytes = 300_000;
  server.breaks = 2;
  expect(isSame(await all(store, 'work.pkl'), FILE)).toBe(true);
  expect(isSame(await all(store, 'work.pkl', 499_000), FILE.subarray(499_000))).toBe(true);
});

test('a file that is replaced while it comes is an error, never a mixture', async () => {
  server.files.set('/work.pkl', Buffer.from(FILE));
  server.breakAfterBytes = 130_000;
  server.breaks = 1;
  const error = await errorOf(async () => {
    for await (const _ of store.get('work.pkl'))
      server.files.set('/work.pkl', Buffer.from(content(8, 500_000)));
  });
  expect(error).toMatchObject({ code: 'STORE_READ' });
  expect((error as Error).message).toContain('replaced');
});

test('a server that breaks without end is an error in the end', async () => {
  server.files.set('/work.pkl', Buffer.from(FILE));
  server.breakAfterBytes = 0;
  server.breaks = 1000;
  const impatient = httpStore(running.address, { partBytes: 1000, retriesMax: 1 });
  expect(await errorOf(() => all(impatient, 'work.pkl'))).toMatchObject({ code: 'STORE_READ' });
});

test('an answer that ends early is no whole file', async () => {
  const cut = httpStore(running.address, { partBytes: 10_000_000, retriesMax: 0 });
  server.files.set('/work.pkl', Buffer.from(FILE));
  server.breakAfterBytes = 499_999;
  server.breaks = 9;
  expect(await errorOf(() => all(cut, 'work.pkl'))).toMatchObject({ code: 'STORE_READ' });
});

test('a server that is busy, and an upload whose connection breaks, are tried again', async () => {
  server.busy = 2;
  server.putsBefore = 1;
  server.putBreaks = 1;
  await store.put('work.pkl', FILE.subarray(0, 3000));
  expect(isSame(await all(store, 'work.pkl'), FILE.subarray(0, 3000))).toBe(true);
});

test('an upload that ended is made again without the parts that arrived', async () => {
  const impatient = httpStore(running.address, { partBytes: 10_000, retriesMax: 0 });
  server.putsBefore = 30;
  server.putBreaks = 1;
  expect(await errorOf(() => impatient.put('work.pkl', FILE))).toMatchObject({ code: 'STORE_WRITE' });
  expect(server.files.has('/work.pkl')).toBe(false);
  expect(server.receivedBytes).toBe(300_000);
  await impatient.put('work.pkl', FILE);
  // The rest, and which parts there are.
  expect(server.receivedBytes).toBeLessThan(500_000 + 5000);
  expect(isSame(await all(impatient, 'work.pkl'), FILE)).toBe(true);
});

test('a save of which most is as before sends what differs', async () => {
  const parts = httpStore(running.address, { partBytes: 10_000 });
  await parts.put('work.pkl', FILE);
  const [before, changed] = [server.receivedBytes, Buffer.from(FILE)];
  changed[123_456] = (changed[123_456] as number) ^ 1;
  await parts.put('work.pkl', changed);
  expect(server.receivedBytes - before).toBeLessThan(10_000 + 5000);
  expect(isSame(await all(parts, 'work.pkl'), changed)).toBe(true);
  // The part that nobody names any more is gone.
  expect([...server.files.keys()].filter((path) => path.includes('.parts/'))).toHaveLength(50);
});

test('a part that is missing or damaged is an error', async () => {
  await store.put('work.pkl', FILE.subarray(0, 2500));
  const [path, bytes] = [...server.files].find(([name]) => name.includes('.parts/')) as [string, Buffer];
  server.files.set(path, Buffer.concat([bytes.subarray(1), Buffer.of(0)]));
  expect(await errorOf(() => all(httpStore(running.address), 'work.pkl'))).toMatchObject({
    code: 'STORE_READ',
  });
  server.files.delete(path);
  expect(await errorOf(() => all(httpStore(running.address), 'work.pkl'))).toMatchObject({
    code: 'STORE_READ',
  });
});

test('a manifest from a stranger is checked before it is believed', async () => {
  const good = {
    brine: 'parts/1',
    bytes: 3,
    partBytes: 2,
    savedAtMs: 1,
    parts: ['a'.repeat(64), 'b'.repeat(64)],
  };
  for (const bad of [
    { ...good, bytes: 1e300 },
    { ...good, bytes: -1 },
    { ...good, partBytes: 0 },
    { ...good, partBytes: 2 ** 40 },
    { ...good, parts: ['../../secret', 'b'.repeat(64)] },
    { ...good, parts: ['a'.repeat(64)] },
    { ...good, parts: 'x' },
    { brine: 'parts/1', x: 1 },
  ]) {
    server.files.set('/work.pkl', Buffer.from(JSON.stringify(bad)));
    expect(await errorOf(() => all(store, 'work.pkl')), JSON.stringify(bad)).toMatchObject({
      code: 'STORE_READ',
    });
  }
  server.files.set('/work.pkl', Buffer.from('{"brine":"parts/1",'));
  expect(await errorOf(() => all(store, 'work.pkl'))).toMatchObject({ code: 'STORE_READ' });
});

test('copying goes from any store to any other, with its progress', async () => {
  const files = fileStore(folder);
  await files.put('work.pkl', FILE);
  const told: string[] = [];
  await copyStored(
    { store: files, key: 'work.pkl' },
    { store, key: 'copy' },
    {
      onProgress: (bytes, total) => told.push(`${bytes}/${total}`),
    },
  );
  expect(told.at(-1)).toBe('500000/500000');
  const memory = memoryStore();
  await copyStored({ store, key: 'copy' }, { store: memory, key: 'a' }, { ifVersion: null });
  expect(isSame(await all(memory, 'a'), FILE)).toBe(true);
  const again = copyStored({ store, key: 'copy' }, { store: memory, key: 'a' }, { ifVersion: null });
  expect(await errorOf(() => again)).toMatchObject({ code: 'STORE_CONFLICT' });
});

// More than the process could hold in what it may grow by.
const LARGE_BYTES = Number(process.env['BRINE_TEST_LARGE_MIB'] ?? 192) * 2 ** 20;
const GROWTH_BYTES_MAX = 110 * 2 ** 20;

test('there and back, a large file never is in memory as a whole', async () => {
  const file = join(folder, 'large.bin');
  const part = content(3, 2 ** 20);
  for (let at = 0; at < LARGE_BYTES; at += part.length) {
    new DataView(part.buffer).setUint32(0, at);
    writeFileSync(file, part, { flag: 'a' });
  }
  const child = fileURLToPath(new URL('copy-child.mjs', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--expose-gc',
    child,
    folder,
    running.address,
  ]);
  const { growthBytes, isSame: same } = JSON.parse(stdout) as { growthBytes: number; isSame: boolean };
  expect(same).toBe(true);
  expect(growthBytes).toBeLessThan(GROWTH_BYTES_MAX);
});
