// Goal: inspecting a file says everything of a small one and answers at once for one of any size, running nothing.
// Method: a session with modules, code, a secret and a pin; a file of 1 GB with a hole in the place of its values, of which
// every byte that is read would have the wrong checksum.

import { closeSync, ftruncateSync, openSync, readFileSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bytesOf, openSnapshot } from '../../src/format/index.js';
import { sealWith } from '../../src/format/sealing.js';
import { brine, pipe, temporaryFolder } from '../helpers/brine.js';

const folder = temporaryFolder();
afterAll(() => folder.remove());
const here = { cwd: folder.path, env: { BRINE_HOME: join(folder.path, 'home') } };
const LARGE_BYTES = 1e9;

beforeAll(async () => {
  const input = `import { sep } from 'node:path'
const token = 'ghp_${'a1'.repeat(18)}', big = new Uint8Array(5e6)
function area(r) {
  return r * r
}
let db = new MessageChannel()
.pin db "connect()"
globalThis.ran = []; const trap = { get boom() { ran.push(1) } }
.save small.pkl`;
  expect(await pipe(input, here)).toMatchObject({ code: 0 });
});

// The same sections, but that the largest one has a gigabyte; its bytes are never given.
function makeLarge(): void {
  const given = readFileSync(join(folder.path, 'small.pkl'));
  const reader = openSnapshot(given);
  const sections = reader.container.sections.flatMap(({ kind, isCritical, crc, bytes }, place) => {
    if (kind === 6 || kind === 7) return [];
    const isLarge = bytes > 4e6;
    const own = isLarge ? undefined : reader.section(place);
    const piece = { length: isLarge ? LARGE_BYTES : bytes, read: () => [own ?? new Uint8Array()] };
    return [{ kind, isCritical, crc, pieces: [piece] }];
  });
  const file = openSync(join(folder.path, 'large.pkl'), 'w');
  let at = 0;
  for (const piece of sealWith(sections, { signer: undefined, spare: undefined })) {
    if (piece.length < LARGE_BYTES) {
      let from = at;
      for (const bytes of bytesOf([piece])) from += writeSync(file, bytes, 0, bytes.length, from);
    }
    at += piece.length;
  }
  ftruncateSync(file, at);
  closeSync(file);
}

test('a small file is told in full', async () => {
  const { stdout, stderr, code } = await brine(['inspect', 'small.pkl', '--all'], here);
  expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
  expect(stdout).toMatch(/small\.pkl {3}snapshot v1 {3}5\.0 MB\n {2}signed by you/);
  expect(stdout).toMatch(/\n {2}saved \d{4}-\d\d-\d\dT.* on .*, by brine .*, Node /);
  expect(stdout).toMatch(/\n {2}module {2}node:path/);
  expect(stdout).toMatch(/\n {2}code +function +\d+ B +\[stdin\]:3 +function area\(r\) \{ …/);
  expect(stdout).toMatch(/\n {2}secret\? {2}token {2}GitHub token/);
  expect(stdout).toMatch(/\n {2}pinned {4}db {2}connect\(\)|\n {2}pinned {2}db {2}connect\(\)/);
  expect(stdout).toMatch(/\nbig +const +Uint8Array.* 5\.0 MB/);
  expect((await brine(['inspect', 'small.pkl', '--code'], here)).stdout).toContain('\n      return r * r\n');
});

test('a file of 1 GB is told in no more time, and what was not looked into is said', async () => {
  makeLarge();
  expect(statSync(join(folder.path, 'large.pkl')).size).toBeGreaterThan(LARGE_BYTES);
  const timed = async (file: string): Promise<number> => {
    const start = performance.now();
    const { stdout, stderr } = await brine(['inspect', file], here);
    expect(stderr).toBe('');
    expect(stdout).toContain('  not looked into  1 parts with');
    return performance.now() - start;
  };
  // In turn, and the least of each: what else the machine does must not count.
  let [small, large] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let round = 0; round < 4 && !(large < small * 2 + 500); round++) {
    small = Math.min(small, await timed('small.pkl'));
    large = Math.min(large, await timed('large.pkl'));
  }
  expect(large).toBeLessThan(small * 2 + 500);
  const found = JSON.parse((await brine(['inspect', 'large.pkl', '--json'], here)).stdout);
  expect(found).toMatchObject({ unread: { groups: 1, bytes: expect.any(Number) }, isData: false });
  expect(found.unread.bytes).toBeGreaterThan(LARGE_BYTES);
  expect((await brine(['inspect', 'large.pkl', '--all'], here)).code).toBe(3);
});
