// Reads a whole file, and says what to do when it cannot.
//
// Works on pipes and devices too (`brine load /dev/stdin`). A file that is replaced meanwhile is read as it was; one
// that shrinks meanwhile is an error. Knows nothing of what the bytes mean.

import { basename, dirname } from 'node:path';
import { BrineError, LimitError, StoreError } from '../errors.js';
import { DEFAULT_LIMITS } from '../limits.js';
import { nearestName } from '../nearest-name.js';
import { errnoHint, errnoOf, errnoText } from './errno.js';
import type { FileStat, Io, IoHandle, IoSync } from './io.js';
import { realIo, realIoSync } from './io-real.js';
import { runSteps, runStepsSync, type Steps, settle } from './steps.js';

/** Options of {@link readFileBytes}. */
export interface ReadOptions {
  /** The disk. Default: the real one. */
  readonly io?: Io;
  /** The most that is read, in bytes. Default: `DEFAULT_LIMITS.fileBytesMax`. */
  readonly bytesMax?: number;
}

/** Options of {@link readFileBytesSync}. */
export interface ReadOptionsSync extends ReadOptions {
  readonly io?: IoSync;
}

const PIPE_BYTES_FIRST = 64 * 1024;

/**
 * Reads a whole file into memory of its own (at offset 0 of a buffer that nothing else uses).
 *
 * @param path    The file, pipe or device.
 * @param options The limit on its size. Default: `{ bytesMax: DEFAULT_LIMITS.fileBytesMax }`.
 * @returns The bytes.
 * @throws {StoreError} `STORE_READ`, with the errno in words; for a name that does not exist the nearest one that does.
 * @throws {LimitError} `LIMIT_EXCEEDED` when the file is larger than the limit.
 * @example
 *   const bytes = await readFileBytes('work.pkl');
 */
export function readFileBytes(path: string, options: ReadOptions = {}): Promise<Uint8Array> {
  const { io = realIo, bytesMax = DEFAULT_LIMITS.fileBytesMax } = options;
  return runSteps(readSteps(io, path, bytesMax));
}

/**
 * {@link readFileBytes}, blocking.
 *
 * @throws {StoreError} `STORE_READ`
 * @throws {LimitError} `LIMIT_EXCEEDED`
 * @example
 *   const bytes = readFileBytesSync('work.pkl');
 */
export function readFileBytesSync(path: string, options: ReadOptionsSync = {}): Uint8Array {
  const { io = realIoSync, bytesMax = DEFAULT_LIMITS.fileBytesMax } = options;
  return runStepsSync(readSteps(io, path, bytesMax));
}

function* readSteps(io: Io, path: string, bytesMax: number): Steps<Uint8Array> {
  let handle: IoHandle | undefined;
  try {
    handle = yield* settle(io.open(path, 'r', 0));
    const stat = yield* settle(io.stat(handle));
    if (stat.kind === 'folder') throw Object.assign(new Error('is a folder'), { code: 'EISDIR' });
    checkSize(path, stat.sizeBytes, bytesMax);
    return yield* readAll(io, handle, { path, stat, bytesMax });
  } catch (error) {
    if (error instanceof BrineError) throw error;
    throw readError(path, error, yield* hintFor(io, path, error));
  } finally {
    if (handle !== undefined) yield* closeQuietly(io, handle);
  }
}

interface Whole {
  readonly path: string;
  readonly stat: FileStat;
  readonly bytesMax: number;
}

// One byte more than the file should have, so that its end is seen without growing.
function* readAll(io: Io, handle: IoHandle, { path, stat, bytesMax }: Whole): Steps<Uint8Array> {
  let bytes = new Uint8Array(stat.sizeBytes > 0 ? stat.sizeBytes + 1 : PIPE_BYTES_FIRST);
  let length = 0;
  for (;;) {
    if (length === bytes.length) bytes = grown(bytes);
    const taken = yield* settle(io.read(handle, bytes.subarray(length)));
    if (taken === 0) break;
    length += taken;
    checkSize(path, length, bytesMax);
  }
  if (stat.kind === 'file' && length < stat.sizeBytes) {
    throw new Error(`it had ${stat.sizeBytes} bytes when it was opened and ended after ${length}`);
  }
  return bytes.subarray(0, length);
}

function grown(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(bytes.length * 2);
  larger.set(bytes);
  return larger;
}

function checkSize(path: string, sizeBytes: number, bytesMax: number): void {
  if (sizeBytes <= bytesMax) return;
  throw new LimitError(
    'LIMIT_EXCEEDED',
    `"${path}" has ${sizeBytes} bytes or more, the limit is ${bytesMax}`,
    {
      path,
      hint: 'raise the limit if you trust the file',
    },
  );
}

function* closeQuietly(io: Io, handle: IoHandle): Steps<void> {
  try {
    yield* settle(io.close(handle));
  } catch {} // What was read was read.
}

// — errors —

function readError(path: string, error: unknown, hint: string): StoreError {
  return new StoreError('STORE_READ', `cannot read "${path}": ${errnoText(error)}`, {
    path,
    hint,
    cause: error,
  });
}

function* hintFor(io: Io, path: string, error: unknown): Steps<string> {
  if (error instanceof RangeError) return 'it does not fit into memory';
  if (errnoOf(error) !== 'ENOENT') return errnoHint(error);
  const folder = dirname(path);
  try {
    const names = yield* settle(io.list(folder));
    const nearest = nearestName(
      basename(path),
      names.filter((name) => !name.startsWith('.')),
    );
    if (nearest !== undefined) return `did you mean "${nearest}"?`;
    const where = folder === '.' ? 'this folder' : `the folder "${folder}"`;
    return `check the name; nothing in ${where} is called like that`;
  } catch (listError) {
    return errnoOf(listError) === 'ENOENT' ? `the folder "${folder}" does not exist` : errnoHint(error);
  }
}
