// Replaces a file so that at every moment the old one or the new one is there, whole.
//
//   0  sweep    what killed saves left in the folder, once a process (`sweep-temps.ts`)
//   1  create   a temporary file in the same folder, which must not exist, readable by its owner only
//   2  write    until every byte is counted; a write that takes nothing is an error
//   3  owner    and permissions of the old file, so that a save does not open or close it to others
//   4  flush    the file to the disk
//   5  check    that it has the size that was written
//   6  close    whose error counts: some file systems report a full disk only here
//   7  rename   over the old file
//   8  flush    the folder, so that the rename outlives a power cut; only then is the save done
//
// When a step up to 7 fails the temporary file is removed and the old file is as it was. Hard links to the old file
// keep the old content. Knows nothing of what the bytes mean.

import { join } from 'node:path';
import { BrineError, StoreError } from '../errors.js';
import { errnoHint, errnoOf, errnoText } from './errno.js';
import { findTarget, type Target } from './find-target.js';
import { begun, finished } from './half-written.js';
import type { FileStat, Io, IoHandle, IoSync } from './io.js';
import { isReal, realIo, realIoSync } from './io-real.js';
import { runSteps, runStepsSync, type Steps, settle } from './steps.js';
import { sweepOnce } from './sweep-temps.js';
import { tempNameFor } from './temp-name.js';

/** What is to be written, in order. A lone array of bytes is one chunk. */
export type Chunks = Uint8Array | Iterable<Uint8Array>;

/** Options of {@link replaceFile}. */
export interface ReplaceOptions {
  /** The disk. Default: the real one. */
  readonly io?: Io;
  /** Permissions of a file that does not exist yet, exactly (no umask). Default: `0o600`. */
  readonly mode?: number;
}

/** Options of {@link replaceFileSync}. */
export interface ReplaceOptionsSync extends ReplaceOptions {
  readonly io?: IoSync;
}

const TEMP_MODE = 0o600;
const TEMP_TRIES_MAX = 5;
const CREATING = 'creating the temporary file';
const RENAMING = 'renaming';
const RENAME_WAITS_MS = [10, 20, 40, 80, 160, 320, 640];

/**
 * Writes a file, or replaces it, so that a crash, a full disk or a power cut at any moment leaves the old file or the
 * new one, never a part of one. Resolves only when the disk has confirmed both the bytes and the name.
 *
 * Costs two flushes (some milliseconds). Follows symbolic links and keeps them; keeps the permissions of an existing
 * file, and its owner where allowed. Refuses folders, devices, pipes and files that this process may not write to.
 *
 * @param path    The file. Its folder must exist.
 * @param chunks  The bytes. If producing them throws a `BrineError`, that is thrown; the old file is untouched.
 * @param options The permissions of a new file. Default: `{ mode: 0o600 }`.
 * @throws {StoreError} `STORE_WRITE`: nothing was changed. `STORE_DURABILITY`: the new file is in place (or may be:
 *                      the message says which), but the disk did not confirm that it stays.
 * @example
 *   await replaceFile('work.pkl', [header, body]);
 */
export function replaceFile(
  path: string,
  chunks: Chunks | AsyncIterable<Uint8Array>,
  options: ReplaceOptions = {},
): Promise<void> {
  return runSteps(replaceSteps(options.io ?? realIo, path, { chunks, mode: options.mode ?? TEMP_MODE }));
}

/**
 * {@link replaceFile}, blocking: for exits and signals, where nothing asynchronous finishes any more.
 *
 * @throws {StoreError} `STORE_WRITE` | `STORE_DURABILITY`, as there.
 * @example
 *   process.on('exit', () => replaceFileSync('autosave.pkl', bytes));
 */
export function replaceFileSync(path: string, chunks: Chunks, options: ReplaceOptionsSync = {}): void {
  runStepsSync(replaceSteps(options.io ?? realIoSync, path, { chunks, mode: options.mode ?? TEMP_MODE }));
}

/** What a save writes, and the permissions of a new file. */
export interface Content {
  readonly chunks: Chunks | AsyncIterable<Uint8Array>;
  readonly mode: number;
  /** True in folders of brine's own: a link there is refused, not followed. */
  readonly isOwn?: boolean;
}

// Where a save stands, so that a failure can be named and cleaned up.
interface Progress {
  step: string;
  target: Target | undefined;
  tempPath: string | undefined;
  handle: IoHandle | undefined;
}

/** The steps of {@link replaceFile}, for procedures that do more around it. */
export function* replaceSteps(io: Io, path: string, content: Content): Steps<void> {
  const progress: Progress = {
    step: 'looking at the place',
    target: undefined,
    tempPath: undefined,
    handle: undefined,
  };
  try {
    yield* writeAndRename(io, { path, content, progress });
  } catch (error) {
    const left = yield* cleanUp(io, progress);
    if (left === 'gone' && progress.step === RENAMING) throw renameInDoubt(path, error);
    throw error instanceof BrineError ? error : writeError(path, { error, progress, left });
  }
  try {
    yield* syncFolder(io, progress.target!.folder);
  } catch (error) {
    throw notDurable(path, error);
  }
}

interface Work {
  readonly path: string;
  readonly content: Content;
  readonly progress: Progress;
}

function* writeAndRename(io: Io, { path, content, progress }: Work): Steps<void> {
  const target = yield* findTarget(io, path, content.isOwn);
  progress.target = target;
  yield* sweepOnce(io, target.folder);

  progress.step = CREATING;
  const handle = yield* createTemp(io, target, progress);

  progress.step = 'writing';
  const sizeBytes = yield* writeChunks(io, handle, content.chunks);

  progress.step = 'setting the permissions';
  yield* setOwnerAndMode(io, handle, { old: target.old, modeOfNew: content.mode });

  progress.step = 'flushing to the disk';
  yield* settle(io.sync(handle));

  progress.step = 'checking the size';
  const written = yield* settle(io.stat(handle));
  if (written.sizeBytes !== sizeBytes) {
    throw new Error(`the file has ${written.sizeBytes} bytes, ${sizeBytes} were written`);
  }

  progress.step = 'closing';
  progress.handle = undefined; // A close that fails has closed all the same.
  yield* settle(io.close(handle));

  progress.step = RENAMING;
  yield* renamePatiently(io, progress.tempPath!, target.path);
}

function* createTemp(io: Io, target: Target, progress: Progress): Steps<IoHandle> {
  for (let tries = 1; ; tries++) {
    // Ours from before it is there: a call may have made it and failed all the same.
    progress.tempPath = join(target.folder, tempNameFor(target.name));
    if (isReal(io)) begun(progress.tempPath);
    try {
      progress.handle = yield* settle(io.open(progress.tempPath, 'wx', TEMP_MODE));
      return progress.handle;
    } catch (error) {
      if (errnoOf(error) !== 'EEXIST') throw error;
      finished(progress.tempPath);
      progress.tempPath = undefined; // Somebody else's.
      if (tries === TEMP_TRIES_MAX) throw error;
    }
  }
}

function* writeChunks(io: Io, handle: IoHandle, chunks: Content['chunks']): Steps<number> {
  const iterator = iterate(chunks);
  let sizeBytes = 0;
  let isDone = false;
  try {
    for (;;) {
      const next = yield* settle(iterator.next());
      if (next.done) {
        isDone = true;
        return sizeBytes;
      }
      if (!(next.value instanceof Uint8Array)) throw new TypeError('a chunk is not a Uint8Array');
      yield* writeAll(io, handle, next.value);
      sizeBytes += next.value.length;
    }
  } finally {
    if (!isDone) yield* stopQuietly(iterator);
  }
}

type ChunkIterator = Iterator<Uint8Array> | AsyncIterator<Uint8Array>;

function iterate(chunks: Content['chunks']): ChunkIterator {
  if (chunks instanceof Uint8Array) return [chunks].values();
  if (Symbol.asyncIterator in chunks) return chunks[Symbol.asyncIterator]();
  return chunks[Symbol.iterator]();
}

// The producer is told that no more is wanted; what it says to that cannot matter more than the error on the way.
function* stopQuietly(iterator: ChunkIterator): Steps<void> {
  try {
    if (iterator.return !== undefined) yield* settle<unknown>(iterator.return());
  } catch {}
}

function* writeAll(io: Io, handle: IoHandle, bytes: Uint8Array): Steps<void> {
  let offset = 0;
  while (offset < bytes.length) {
    const taken = yield* settle(io.write(handle, bytes.subarray(offset)));
    if (!(taken > 0)) throw new Error(`the disk took ${offset} of ${bytes.length} bytes and then no more`);
    offset += taken;
  }
}

function* setOwnerAndMode(
  io: Io,
  handle: IoHandle,
  { old, modeOfNew }: { old: FileStat | undefined; modeOfNew: number },
): Steps<void> {
  if (old === undefined) {
    if (modeOfNew !== TEMP_MODE) yield* settle(io.setMode(handle, modeOfNew));
    return;
  }
  const fresh = yield* settle(io.stat(handle));
  let mode = old.mode;
  if (fresh.uid !== old.uid || fresh.gid !== old.gid) {
    // Where the group cannot be kept, the new group may do what everybody may.
    if (!(yield* isOwnerSet(io, handle, old))) mode = (mode & 0o707) | ((mode & 0o007) << 3);
  }
  if (mode !== fresh.mode) yield* settle(io.setMode(handle, mode));
}

function* isOwnerSet(io: Io, handle: IoHandle, old: FileStat): Steps<boolean> {
  try {
    yield* settle(io.setOwner(handle, old));
    return true;
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === 'EPERM' || errno === 'EINVAL' || errno === 'ENOTSUP') return false;
    throw error;
  }
}

// On Windows a virus scanner or a reader may hold the old file for a moment.
function* renamePatiently(io: Io, from: string, to: string): Steps<void> {
  for (let tries = 0; ; tries++) {
    try {
      yield* settle(io.rename(from, to));
      finished(from);
      return;
    } catch (error) {
      const waitMs = RENAME_WAITS_MS[tries];
      const errno = errnoOf(error);
      const isPassing = errno === 'EPERM' || errno === 'EACCES' || errno === 'EBUSY';
      if (!io.isWindows || !isPassing || waitMs === undefined) throw error;
      yield* settle(io.sleep(waitMs));
    }
  }
}

// Some file systems know no flushing of folders and say so; there is nothing better to be had there.
function* syncFolder(io: Io, folder: string): Steps<void> {
  if (io.isWindows) return;
  const handle = yield* settle(io.open(folder, 'r', 0));
  try {
    yield* settle(io.sync(handle));
  } catch (error) {
    const errno = errnoOf(error);
    if (errno !== 'EINVAL' && errno !== 'ENOTSUP' && errno !== 'ENOSYS') throw error;
  } finally {
    yield* settle(io.close(handle));
  }
}

// What became of the temporary file: `removed` also when there was none; `gone` when somebody else took it.
type Left = 'removed' | 'gone' | 'left';

function* cleanUp(io: Io, progress: Progress): Steps<Left> {
  if (progress.handle !== undefined) {
    try {
      yield* settle(io.close(progress.handle));
    } catch {} // The file is thrown away.
  }
  if (progress.tempPath === undefined) return 'removed';
  finished(progress.tempPath);
  try {
    yield* settle(io.unlink(progress.tempPath));
    return 'removed';
  } catch (error) {
    return errnoOf(error) === 'ENOENT' ? 'gone' : 'left';
  }
}

// — errors —

function writeError(
  path: string,
  { error, progress, left }: { error: unknown; progress: Progress; left: Left },
): StoreError {
  const { target, tempPath } = progress;
  const outcome = target?.old === undefined ? '' : '; the previous file is untouched';
  let hint = errnoHint(error);
  if (errnoOf(error) === 'ENOENT' && target !== undefined) {
    hint =
      progress.step === CREATING
        ? `the folder "${target.folder}" does not exist: create it, or choose another place`
        : 'the folder or the temporary file was removed during the save: try again';
  }
  if (left === 'left') hint += `; "${tempPath}" is left over and can be removed`;
  return new StoreError(
    'STORE_WRITE',
    `cannot save "${path}": ${progress.step} failed: ${errnoText(error)}${outcome}`,
    { path, hint, cause: error },
  );
}

// A network file system may report that a rename failed which it did.
function renameInDoubt(path: string, error: unknown): StoreError {
  return new StoreError(
    'STORE_DURABILITY',
    `"${path}" may or may not have been replaced: renaming reported: ${errnoText(error)}`,
    { path, hint: 'save again; both the previous and the new content are whole', cause: error },
  );
}

function notDurable(path: string, error: unknown): StoreError {
  return new StoreError(
    'STORE_DURABILITY',
    `"${path}" is saved, but the disk did not confirm it: flushing its folder failed: ${errnoText(error)}`,
    {
      path,
      hint: 'save again before relying on it: a power cut could bring back the previous file',
      cause: error,
    },
  );
}
