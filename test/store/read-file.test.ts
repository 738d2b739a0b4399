// Goal: a file is read whole or not at all, and an error tells what to do.
// Method: real files, pipes and mistakes; the disk in memory for faults.

import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { LimitError } from '../../src/errors.js';
import { faultyIo } from '../../src/store/io-faulty.js';
import { MemoryIo } from '../../src/store/io-memory.js';
import { realIoSync } from '../../src/store/io-real.js';
import { readFileBytes, readFileBytesSync } from '../../src/store/read-file.js';
import { content, errorOf, expectStoreError, isSame } from './sample.js';

const isWindows = process.platform === 'win32';
let folder = '';

beforeEach(() => {
  folder = fs.mkdtempSync(join(tmpdir(), 'brine-read-'));
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

test('files of any size come back byte for byte, in a buffer of their own', async () => {
  for (const size of [0, 1, 65_535, 65_536, 65_537, 1_000_000]) {
    const path = join(folder, `size-${size}`);
    fs.writeFileSync(path, content(size, size));
    for (const bytes of [await readFileBytes(path), readFileBytesSync(path)]) {
      expect(isSame(bytes, content(size, size)), `${size} bytes`).toBe(true);
      expect(bytes.byteOffset).toBe(0);
      expect(bytes).not.toBeInstanceOf(Buffer);
    }
  }
});

test.skipIf(isWindows)('a pipe is read to its end', async () => {
  const pipe = join(folder, 'pipe');
  execFileSync('mkfifo', [pipe]);
  const whole = content(3, 300_000);
  fs.writeFileSync(join(folder, 'whole'), whole);
  const writer = spawn('sh', ['-c', 'cat "$0/whole" > "$0/pipe"', folder], { stdio: 'ignore' });
  const closed = new Promise((resolve) => writer.on('close', resolve));
  expect(isSame(await readFileBytes(pipe), whole)).toBe(true);
  await closed;
});

test('reading in small pieces gives the same', () => {
  const path = join(folder, 'work.pkl');
  fs.writeFileSync(path, content(4, 10_000));
  const io = {
    ...realIoSync,
    read: (handle: unknown, into: Uint8Array) => realIoSync.read(handle, into.subarray(0, 7)),
  };
  expect(isSame(readFileBytesSync(path, { io }), content(4, 10_000))).toBe(true);
});

test('a name that does not exist gets the nearest one that does', async () => {
  fs.writeFileSync(join(folder, 'work.pkl'), '');
  fs.writeFileSync(join(folder, '.wrok.pkl.1-1-0123456789ab.tmp'), '');
  const cases = [
    { name: 'wrok.pkl', hint: 'did you mean "work.pkl"?' },
    { name: 'Work.PKL', hint: 'did you mean "work.pkl"?' },
    { name: 'work', hint: 'did you mean "work.pkl"?' },
    {
      name: 'utterly-different',
      hint: `check the name; nothing in the folder "${folder}" is called like that`,
    },
    { name: join('no', 'work.pkl'), hint: `the folder "${join(folder, 'no')}" does not exist` },
  ];
  for (const { name, hint } of cases) {
    const path = join(folder, name);
    if (fs.existsSync(path)) continue; // A file system that does not tell case apart.
    const error = expectStoreError(await errorOf(() => readFileBytes(path)), 'STORE_READ');
    expect(error.hint).toBe(hint);
    expect(error.message).toBe(`cannot read "${path}": no such file or folder (ENOENT)`);
    expectStoreError(await errorOf(() => readFileBytesSync(path)), 'STORE_READ');
  }
});

test('a folder, a name with a null byte, and no string at all are told apart', async () => {
  const asFolder = expectStoreError(await errorOf(() => readFileBytes(folder)), 'STORE_READ');
  expect(asFolder.message).toContain('it is a folder (EISDIR)');
  expect(asFolder.hint).toBe('name a file in it');
  expectStoreError(await errorOf(() => readFileBytes('a\0b')), 'STORE_READ');
  expectStoreError(await errorOf(() => readFileBytes(undefined as never)), 'STORE_READ');
});

test('every call failing gives one kind of error, with its code in words, and leaks nothing', async () => {
  const disk = new MemoryIo();
  disk.put('/work.pkl', content(5, 1000));
  const counting = faultyIo(disk, () => undefined);
  readFileBytesSync('/work.pkl', { io: counting });
  for (const { index, name } of counting.calls) {
    for (const code of ['EIO', 'EACCES', 'EMFILE', 'ESTALE']) {
      const io = faultyIo(disk, (call) => (call.index === index ? { kind: 'errno', code } : undefined));
      const error = await errorOf(() => readFileBytes('/work.pkl', { io }));
      if (name === 'close') expect(error).toBeUndefined();
      else expect(expectStoreError(error, 'STORE_READ').message).toContain(`(${code})`);
      expect(disk.openCount, `${name} ${code}`).toBe(0);
    }
  }
});

test('a file that shrinks while it is read is an error, one that grows is read to its end', async () => {
  const disk = new MemoryIo();
  disk.put('/work.pkl', content(6, 1000));
  const claiming = (sizeBytes: number) =>
    new Proxy(disk, {
      get: (target, name) => {
        if (name === 'stat') return (handle: unknown) => ({ ...target.stat(handle), sizeBytes });
        const value = Reflect.get(target, name, target);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
  const error = await errorOf(() => readFileBytes('/work.pkl', { io: claiming(2000) }));
  expect(expectStoreError(error, 'STORE_READ').message).toContain(
    'had 2000 bytes when it was opened and ended after 1000',
  );
  expect(isSame(await readFileBytes('/work.pkl', { io: claiming(10) }), content(6, 1000))).toBe(true);
});

test('a file over the limit is refused before it is read, and one that hides its size while', async () => {
  const path = join(folder, 'work.pkl');
  fs.writeFileSync(path, content(7, 1000));
  expect((await readFileBytes(path, { bytesMax: 1000 })).length).toBe(1000);
  const error = await errorOf(() => readFileBytes(path, { bytesMax: 999 }));
  expect(error).toBeInstanceOf(LimitError);
  expect((error as LimitError).code).toBe('LIMIT_EXCEEDED');
  expect((error as LimitError).message).toContain('the limit is 999');
  if (isWindows) return;
  expect(await errorOf(() => readFileBytes('/dev/zero', { bytesMax: 100_000 }))).toBeInstanceOf(LimitError);
});

test('a file too large for memory is reported, not thrown as the engine does', async () => {
  const disk = new MemoryIo();
  disk.put('/work.pkl', content(8, 10));
  const io = faultyIo(disk, () => undefined);
  const huge = { ...io, stat: (handle: unknown) => ({ ...io.stat(handle), sizeBytes: 2 ** 52 }) };
  const error = await errorOf(() => readFileBytes('/work.pkl', { io: huge, bytesMax: 2 ** 53 }));
  expect(expectStoreError(error, 'STORE_READ').hint).toBe('it does not fit into memory');
});
