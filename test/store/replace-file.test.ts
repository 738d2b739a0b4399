// Goal: what a save does when nothing goes wrong, and what it refuses.
// Method: small saves on the real disk in a fresh folder, and on the disk in memory for what needs another user.

import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { PicklingError } from '../../src/errors.js';
import { faultyIo } from '../../src/store/io-faulty.js';
import { MemoryIo } from '../../src/store/io-memory.js';
import { replaceFile, replaceFileSync } from '../../src/store/replace-file.js';
import { chunksOf, content, errorOf, expectStoreError, isSame, tempsIn } from './sample.js';

const isWindows = process.platform === 'win32';
let folder = '';
let path = '';

beforeEach(() => {
  folder = fs.mkdtempSync(join(tmpdir(), 'brine-store-'));
  path = join(folder, 'work.pkl');
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

const bytes = content(1, 100_000);

test('a new file holds every chunk in order, and nothing else is left in the folder', async () => {
  await replaceFile(path, chunksOf(bytes, 4096));
  expect(isSame(fs.readFileSync(path), bytes)).toBe(true);
  expect(fs.readdirSync(folder)).toEqual(['work.pkl']);
});

test('the blocking form writes the same', () => {
  replaceFileSync(path, chunksOf(bytes, 4096));
  expect(isSame(fs.readFileSync(path), bytes)).toBe(true);
  expect(fs.readdirSync(folder)).toEqual(['work.pkl']);
});

test('chunks may come from a generator, an async generator, be empty, or be one array of bytes', async () => {
  async function* slowly() {
    for (const chunk of chunksOf(bytes, 30_000)) yield await Promise.resolve(chunk);
  }
  function* quickly() {
    yield new Uint8Array(0);
    yield* chunksOf(bytes, 30_000);
  }
  for (const chunks of [slowly(), quickly(), bytes]) {
    await replaceFile(path, chunks);
    expect(isSame(fs.readFileSync(path), bytes)).toBe(true);
  }
  await replaceFile(path, []);
  expect(fs.statSync(path).size).toBe(0);
});

test.skipIf(isWindows)('a new file is readable by its owner only, or has the mode asked for', async () => {
  await replaceFile(path, bytes);
  expect(fs.statSync(path).mode & 0o777).toBe(0o600);
  await replaceFile(join(folder, 'open.pkl'), bytes, { mode: 0o666 });
  expect(fs.statSync(join(folder, 'open.pkl')).mode & 0o777).toBe(0o666);
});

test.skipIf(isWindows)('an existing file keeps its permissions', async () => {
  fs.writeFileSync(path, 'old');
  fs.chmodSync(path, 0o640);
  await replaceFile(path, bytes);
  expect(fs.statSync(path).mode & 0o777).toBe(0o640);
  replaceFileSync(path, bytes, { mode: 0o666 });
  expect(fs.statSync(path).mode & 0o777).toBe(0o640);
});

test('an existing file keeps its owner, and where it cannot, its group rights go to nobody new', async () => {
  const io = new MemoryIo();
  io.uid = 1000;
  io.put('/work.pkl', bytes, 0o664);
  io.uid = 0;
  await replaceFile('/work.pkl', bytes, { io });
  expect(io.statPath('/work.pkl')).toMatchObject({ uid: 1000, gid: 1000, mode: 0o664 });
  io.uid = 1001;
  await replaceFile('/work.pkl', bytes, { io });
  expect(io.statPath('/work.pkl')).toMatchObject({ uid: 1001, gid: 1001, mode: 0o644 });
});

test.skipIf(isWindows)(
  'a symbolic link stays one: the file it leads to is replaced, in its own folder',
  async () => {
    fs.mkdirSync(join(folder, 'deep'));
    fs.writeFileSync(join(folder, 'deep', 'real.pkl'), 'old');
    fs.symlinkSync(join('deep', 'real.pkl'), join(folder, 'middle'));
    fs.symlinkSync('middle', path);
    await replaceFile(path, bytes);
    expect(fs.lstatSync(path).isSymbolicLink()).toBe(true);
    expect(isSame(fs.readFileSync(join(folder, 'deep', 'real.pkl')), bytes)).toBe(true);
    expect(fs.readdirSync(join(folder, 'deep'))).toEqual(['real.pkl']);
  },
);

test.skipIf(isWindows)(
  'a link through a linked folder with .. in it leads where the system says',
  async () => {
    fs.mkdirSync(join(folder, 'a', 'b'), { recursive: true });
    fs.symlinkSync(join('a', 'b'), join(folder, 'short'));
    fs.symlinkSync('../goal.pkl', join(folder, 'a', 'b', 'link.pkl'));
    await replaceFile(join(folder, 'short', 'link.pkl'), bytes);
    expect(isSame(fs.readFileSync(join(folder, 'a', 'goal.pkl')), bytes)).toBe(true);
    expect(fs.existsSync(join(folder, 'goal.pkl'))).toBe(false);
  },
);

test.skipIf(isWindows)(
  'a link that leads nowhere yet gets its goal; one that goes in a circle is an error',
  async () => {
    fs.symlinkSync('later.pkl', path);
    await replaceFile(path, bytes);
    expect(isSame(fs.readFileSync(join(folder, 'later.pkl')), bytes)).toBe(true);
    fs.symlinkSync('circle', join(folder, 'circle'));
    const error = expectStoreError(
      await errorOf(() => replaceFile(join(folder, 'circle'), bytes)),
      'STORE_WRITE',
    );
    expect(error.message).toContain('ELOOP');
  },
);

test('names that are no file are refused with a way out', async () => {
  fs.mkdirSync(join(folder, 'deep'));
  const cases = [
    { at: join(folder, 'deep'), says: /it is a folder/ },
    { at: `${join(folder, 'deep')}/`, says: /does not name a file/ },
    { at: '', says: /does not name a file/ },
    { at: join(folder, 'missing', 'work.pkl'), says: /ENOENT/ },
    { at: `${path}\0`, says: /null bytes/ },
  ];
  for (const { at, says } of cases) {
    const error = expectStoreError(await errorOf(() => replaceFile(at, bytes)), 'STORE_WRITE');
    expect(error.message).toMatch(says);
    expect(error.path).toBe(at);
  }
  const missing = await errorOf(() => replaceFile(join(folder, 'missing', 'work.pkl'), bytes));
  expect((missing as { hint: string }).hint).toContain('does not exist: create it');
});

test.skipIf(isWindows)('a device is not replaced by a file', async () => {
  const error = expectStoreError(await errorOf(() => replaceFile('/dev/null', bytes)), 'STORE_WRITE');
  expect(error.message).toContain('device');
  expect(fs.statSync('/dev/null').isCharacterDevice()).toBe(true);
});

test('a write-protected file is not replaced, though a rename could', async () => {
  const io = new MemoryIo();
  io.put('/work.pkl', content(2, 10), 0o444);
  const error = expectStoreError(await errorOf(() => replaceFile('/work.pkl', bytes, { io })), 'STORE_WRITE');
  expect(error.message).toContain('write-protected');
  expect(isSame(io.get('/work.pkl'), content(2, 10))).toBe(true);
});

test('when producing the bytes fails, the old file stays and the producer is told to stop', async () => {
  await replaceFile(path, bytes);
  const pickling = new PicklingError('PICKLE_UNSAVABLE', 'no');
  let stops = 0;
  function* failing(error: unknown) {
    try {
      yield content(3, 50_000);
      throw error;
    } finally {
      stops += 1;
    }
  }
  expect(await errorOf(() => replaceFile(path, failing(pickling)))).toBe(pickling);
  expectStoreError(await errorOf(() => replaceFile(path, failing(new RangeError('x')))), 'STORE_WRITE');
  expectStoreError(await errorOf(() => replaceFile(path, ['text'] as never)), 'STORE_WRITE');
  expectStoreError(await errorOf(() => replaceFile(path, 42 as never)), 'STORE_WRITE');
  expect(stops).toBe(2);
  expect(isSame(fs.readFileSync(path), bytes)).toBe(true);
  expect(fs.readdirSync(folder)).toEqual(['work.pkl']);
});

test('a name of 255 bytes can be saved', async () => {
  const long = join(folder, `${'ü'.repeat(125)}.pkl`);
  await replaceFile(long, bytes);
  expect(isSame(fs.readFileSync(long), bytes)).toBe(true);
});

test('twenty saves of one file at once: one of them wins, whole', async () => {
  const contents = Array.from({ length: 20 }, (_, seed) => content(seed, 200_000 + seed));
  await Promise.all(contents.map((one) => replaceFile(path, chunksOf(one, 5000))));
  const now = fs.readFileSync(path);
  expect(contents.some((one) => isSame(one, now))).toBe(true);
  expect(fs.readdirSync(folder)).toEqual(['work.pkl']);
});

test('on Windows a rename that is refused for a moment is tried again, and not for ever', async () => {
  for (const refusals of [3, 1000]) {
    const disk = new MemoryIo({ isWindows: true });
    disk.put('/work.pkl', content(1, 10));
    const io = faultyIo(disk, ({ name, indexOfName }) =>
      name === 'rename' && indexOfName < refusals ? { kind: 'errno', code: 'EPERM' } : undefined,
    );
    const error = await errorOf(() => replaceFile('/work.pkl', bytes, { io }));
    if (refusals === 3) expect(error).toBeUndefined();
    else expectStoreError(error, 'STORE_WRITE');
    expect(isSame(disk.get('/work.pkl'), refusals === 3 ? bytes : content(1, 10))).toBe(true);
    expect(tempsIn(disk)).toEqual([]);
  }
});

test('a temporary name that is taken is not touched: another is chosen', async () => {
  const disk = new MemoryIo();
  const io = faultyIo(disk, ({ name, indexOfName }) =>
    name === 'open' && indexOfName < 2 ? { kind: 'errno', code: 'EEXIST' } : undefined,
  );
  await replaceFile('/work.pkl', bytes, { io });
  expect(isSame(disk.get('/work.pkl'), bytes)).toBe(true);
});
