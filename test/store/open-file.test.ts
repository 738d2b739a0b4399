// Goal: a file held open is read from any place, whole or not at all.
// Method: the real disk, and disks that end early, take short reads or fail.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { IoSync } from '../../src/store/io.js';
import { realIoSync } from '../../src/store/io-real.js';
import { openFile } from '../../src/store/open-file.js';

let folder: string;
let path: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'brine-open-'));
  path = join(folder, 'file');
  writeFileSync(path, Buffer.from(Array.from({ length: 100 }, (_, i) => i)));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const withRead = (readAt: IoSync['readAt']): IoSync => ({ ...realIoSync, readAt });

test('reads what is asked for, in memory of its own', () => {
  const file = openFile(path)!;
  expect(file.bytes).toBe(100);
  const bytes = file.read(10, 5);
  expect([...bytes]).toEqual([10, 11, 12, 13, 14]);
  expect(bytes.buffer.byteLength).toBe(5);
  expect([...file.ownBytes(98, 2)]).toEqual([98, 99]);
  file.close();
  file.close();
  expect(() => file.read(0, 1)).toThrow(expect.objectContaining({ code: 'STORE_READ' }));
});

test('goes on after a short read', () => {
  const io = withRead((handle, into, offset) => realIoSync.readAt(handle, into.subarray(0, 3), offset));
  const file = openFile(path, { io })!;
  expect([...file.read(0, 100)]).toEqual(Array.from({ length: 100 }, (_, i) => i));
  file.close();
});

test.each([
  ['ends early', (): number => 0, /ended after 0 of 100 bytes/],
  [
    'fails',
    (): number => {
      throw Object.assign(new Error('EIO'), { code: 'EIO' });
    },
    /cannot read/,
  ],
] as [string, () => number, RegExp][])('says so when the disk %s', (_, readAt, message) => {
  const file = openFile(path, { io: withRead(readAt) })!;
  expect(() => file.read(0, 10)).toThrow(message);
  expect(() => file.read(0, 10)).toThrow(expect.objectContaining({ code: 'STORE_READ' }));
  file.close();
});

test('what is no file is not opened', () => {
  expect(openFile(folder)).toBeUndefined();
  expect(openFile(join(folder, 'none'))).toBeUndefined();
});
