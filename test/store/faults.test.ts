// Goal: whatever single call of the disk fails, the file is the old one or the new one, whole, and nothing is left over.
// Method: count the calls of a save that works; then fail each of them with each code, once it is not made and once it
// is made and reports failure, in both forms of the save, over no file, an old file and a link; and every write short.

import { expect, test } from 'vitest';
import type { StoreError } from '../../src/errors.js';
import { type Fault, type FaultyCall, type FaultyIo, faultyIo } from '../../src/store/io-faulty.js';
import { MemoryIo } from '../../src/store/io-memory.js';
import { replaceFile, replaceFileSync } from '../../src/store/replace-file.js';
import { reportRow } from '../helpers/torture.js';
import { chunksOf, content, errorOf, expectStoreError, tempsIn, which } from './sample.js';

const CODES = ['EIO', 'ENOSPC', 'EACCES', 'EMFILE', 'EROFS'];
const before = content(1, 3000);
const after = content(2, 5000);

interface Start {
  readonly name: string;
  readonly old: Uint8Array | undefined;
  prepare(): MemoryIo;
}

const STARTS: readonly Start[] = [
  { name: 'a new file', old: undefined, prepare: () => new MemoryIo() },
  {
    name: 'an old file',
    old: before,
    prepare() {
      const disk = new MemoryIo();
      disk.put('/work.pkl', before, 0o644);
      return disk;
    },
  },
  {
    name: "a link to somebody else's file",
    old: before,
    prepare() {
      const disk = new MemoryIo({ folders: ['/', '/deep'] });
      disk.uid = 7;
      disk.put('/deep/real.pkl', before, 0o644);
      disk.uid = 0;
      disk.putLink('/work.pkl', 'deep/real.pkl');
      return disk;
    },
  },
];

async function saveOn(disk: MemoryIo, isBlocking: boolean, plan: (call: FaultyCall) => Fault | undefined) {
  const io = faultyIo(disk, plan);
  const chunks = chunksOf(after, 1000);
  const error = await errorOf(() =>
    isBlocking ? replaceFileSync('/work.pkl', chunks, { io }) : replaceFile('/work.pkl', chunks, { io }),
  );
  return { io, error };
}

function contentOf(disk: MemoryIo, start: Start): Uint8Array | undefined {
  return disk.get(start.name.startsWith('a link') ? '/deep/real.pkl' : '/work.pkl');
}

for (const start of STARTS) {
  for (const isBlocking of [false, true]) {
    const form = isBlocking ? 'blocking' : 'with promises';

    test(`${start.name}, ${form}: every call failing leaves old or new, and says which`, async () => {
      const calls = (await saveOn(start.prepare(), isBlocking, () => undefined)).io.calls;
      expect(calls.length).toBeGreaterThan(12);
      const found: Record<string, number> = { old: 0, new: 0 };
      for (const kind of ['errno', 'lie'] as const) {
        for (const code of CODES) {
          for (const { index, name } of calls) {
            const disk = start.prepare();
            const { io, error } = await saveOn(disk, isBlocking, (call) =>
              call.index === index ? { kind, code } : undefined,
            );
            const state = which(contentOf(disk, start), start.old, after);
            const replay = `call ${index} (${name}), ${kind} ${code}: ${state}, ${error}`;
            expect(state, replay).not.toBe('torn');
            found[state] = (found[state] ?? 0) + 1;
            expect(tempsIn(disk), replay).toEqual([]);
            expect(disk.list('/').length, replay).toBeLessThanOrEqual(1);
            expect(disk.openCount, replay).toBe(kind === 'lie' && name === 'open' ? 1 : 0);
            // A handle that is closed twice closes somebody else's file.
            expect(countOf(io, 'close'), replay).toBeLessThanOrEqual(countOf(io, 'open'));
            checkReport(error, { state, code, replay });
          }
        }
      }
      reportRow({
        what: `every n-th call of a save failing, over ${start.name}, ${form}`,
        trials: calls.length * CODES.length * 2,
        result: `0 torn, 0 left over (${found['old']} old, ${found['new']} new)`,
      });
    });

    test(`${start.name}, ${form}: short writes are continued, and writes that take nothing are an error`, async () => {
      for (const bytes of [0, 1, 999]) {
        for (let at = 0; at < 5; at++) {
          const disk = start.prepare();
          const { error } = await saveOn(disk, isBlocking, (call) =>
            call.name === 'write' && call.indexOfName === at ? { kind: 'short', bytes } : undefined,
          );
          const state = which(contentOf(disk, start), start.old, after);
          expect(state, `write ${at} took ${bytes}`).toBe(bytes === 0 ? 'old' : 'new');
          expect(tempsIn(disk)).toEqual([]);
          if (bytes === 0) expectStoreError(error, 'STORE_WRITE');
          else expect(error).toBeUndefined();
        }
      }
    });
  }
}

function countOf(io: FaultyIo, name: string): number {
  return io.calls.filter((call) => call.name === name).length;
}

function checkReport(
  error: unknown,
  { state, code, replay }: { state: string; code: string; replay: string },
): void {
  // Not being allowed to give a file away is no error; everything else has to be reported.
  if (error === undefined) {
    expect(state, replay).toBe('new');
    return;
  }
  const report = expectStoreError(error, (error as StoreError).code);
  if (state === 'new') expect(report.code, replay).toBe('STORE_DURABILITY');
  else expect(['STORE_WRITE', 'STORE_DURABILITY'], replay).toContain(report.code);
  expect(report.message, replay).toContain(code);
  expect(report.message, replay).toContain('/work.pkl');
  if (report.code === 'STORE_WRITE')
    expect((report.cause as { code: string } | undefined)?.code ?? code).toBe(code);
}

test('a full disk, in every size between nothing and enough', async () => {
  for (let free = 0; free < after.length; free += 250) {
    const disk = new MemoryIo({ capacityBytes: before.length + free });
    disk.put('/work.pkl', before);
    const error = await errorOf(() => replaceFile('/work.pkl', [after], { io: disk }));
    expect(expectStoreError(error, 'STORE_WRITE').message).toContain('ENOSPC');
    expect(which(disk.get('/work.pkl'), before, after)).toBe('old');
    expect(tempsIn(disk)).toEqual([]);
  }
});

test('a folder that cannot be flushed is reported; one whose file system knows no flushing is not', async () => {
  const outcomes: Record<string, string | undefined> = {};
  for (const code of ['EIO', 'EINVAL', 'ENOTSUP']) {
    const { error } = await saveOn(new MemoryIo(), false, (call) =>
      call.name === 'sync' && call.indexOfName === 1 ? { kind: 'errno', code } : undefined,
    );
    outcomes[code] = (error as StoreError | undefined)?.code;
  }
  expect(outcomes).toEqual({ EIO: 'STORE_DURABILITY', EINVAL: undefined, ENOTSUP: undefined });
});

test('when the temporary file cannot be removed either, its name is in the hint', async () => {
  const disk = new MemoryIo();
  const { error } = await saveOn(disk, false, ({ name }) =>
    name === 'sync' || name === 'unlink' ? { kind: 'errno', code: 'EIO' } : undefined,
  );
  const [temp] = tempsIn(disk);
  expect(expectStoreError(error, 'STORE_WRITE').hint).toContain(temp);
});

test('the message says the step, the path, the code in words, and that the old file is untouched', async () => {
  const disk = new MemoryIo();
  disk.put('/work.pkl', before);
  const { error } = await saveOn(disk, false, ({ name }) =>
    name === 'sync' ? { kind: 'errno', code: 'ENOSPC' } : undefined,
  );
  expect((error as StoreError).message).toBe(
    'cannot save "/work.pkl": flushing to the disk failed: no space left on the disk (ENOSPC); the previous file is untouched',
  );
  expect((error as StoreError).hint).toBe('free some space or choose another disk');
});

test('a disk that says it took more than it did is found out by the size', async () => {
  const disk = new MemoryIo();
  disk.put('/work.pkl', before);
  const io = { ...faultyIo(disk, () => undefined), write: boast };
  function boast(handle: unknown, bytes: Uint8Array): number {
    disk.write(handle, bytes.subarray(1));
    return bytes.length;
  }
  const error = expectStoreError(
    await errorOf(() => replaceFile('/work.pkl', [after], { io })),
    'STORE_WRITE',
  );
  expect(error.message).toContain('the file has 4999 bytes, 5000 were written');
  expect(which(disk.get('/work.pkl'), before, after)).toBe('old');
  expect(tempsIn(disk)).toEqual([]);
});

test('when the disk fails in the middle, the producer of the bytes is told to stop', async () => {
  let stops = 0;
  function* producing() {
    try {
      for (;;) yield content(1, 100);
    } finally {
      stops += 1;
    }
  }
  async function* slowly() {
    yield* producing();
  }
  for (const chunks of [producing(), slowly()]) {
    const io = new MemoryIo({ capacityBytes: 1050 });
    expectStoreError(await errorOf(() => replaceFile('/work.pkl', chunks, { io })), 'STORE_WRITE');
  }
  expect(stops).toBe(2);
});

test('temporary names that are all taken are an error, and none of them is removed', async () => {
  const { io, error } = await saveOn(new MemoryIo(), false, ({ name }) =>
    name === 'open' ? { kind: 'errno', code: 'EEXIST' } : undefined,
  );
  expectStoreError(error, 'STORE_WRITE');
  expect(countOf(io, 'open')).toBe(5);
  expect(countOf(io, 'unlink')).toBe(0);
});
