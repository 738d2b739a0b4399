// The real disk: the calls of the seam on node:fs, once without blocking the event loop and once blocking.
//
// Adds nothing to the calls but their shape. Knows nothing of protocols or retries.

import fs from 'node:fs';
import { promisify } from 'node:util';
import type { FileStat, Io, IoHandle, IoSync } from './io.js';

const isWindows = process.platform === 'win32';
// One call may not ask for 2 GiB or more.
const CALL_BYTES_MAX = 2 ** 30;

const fsOpen = promisify(fs.open);
const fsRead = promisify(fs.read);
const fsWrite = promisify(fs.write);
const fsChown = promisify(fs.fchown);
const fsChmod = promisify(fs.fchmod);
const fsSync = promisify(fs.fsync);
const fsStat = promisify(fs.fstat);
const fsClose = promisify(fs.close);

/** The disk, with promises. */
export const realIo: Io = {
  isWindows,
  open: (path, flags, mode) => fsOpen(path, flags, mode),
  read: async (handle, into) => (await fsRead(fd(handle), into, 0, callBytes(into), null)).bytesRead,
  readAt: async (handle, into, offset) =>
    (await fsRead(fd(handle), into, 0, callBytes(into), offset)).bytesRead,
  write: async (handle, bytes) => (await fsWrite(fd(handle), bytes, 0, callBytes(bytes), null)).bytesWritten,
  setOwner: (handle, { uid, gid }) => fsChown(fd(handle), uid, gid),
  setMode: (handle, mode) => fsChmod(fd(handle), mode),
  sync: (handle) => fsSync(fd(handle)),
  stat: async (handle) => statOf(await fsStat(fd(handle))),
  close: (handle) => fsClose(fd(handle)),
  statPath: async (path) => statOf(await fs.promises.lstat(path)),
  readLink: (path) => fs.promises.readlink(path),
  checkWritable: (path) => fs.promises.access(path, fs.constants.W_OK),
  rename: (from, to) => fs.promises.rename(from, to),
  unlink: (path) => fs.promises.unlink(path),
  list: (folder) => fs.promises.readdir(folder),
  isAlive,
  sleep: (durationMs) => new Promise((resolve) => setTimeout(resolve, durationMs)),
};

/** The disk, blocking: for exits and signals, where nothing asynchronous finishes any more. */
export const realIoSync: IoSync = {
  isWindows,
  open: (path, flags, mode) => fs.openSync(path, flags, mode),
  read: (handle, into) => fs.readSync(fd(handle), into, 0, callBytes(into), null),
  readAt: (handle, into, offset) => fs.readSync(fd(handle), into, 0, callBytes(into), offset),
  write: (handle, bytes) => fs.writeSync(fd(handle), bytes, 0, callBytes(bytes), null),
  setOwner: (handle, { uid, gid }) => fs.fchownSync(fd(handle), uid, gid),
  setMode: (handle, mode) => fs.fchmodSync(fd(handle), mode),
  sync: (handle) => fs.fsyncSync(fd(handle)),
  stat: (handle) => statOf(fs.fstatSync(fd(handle))),
  close: (handle) => fs.closeSync(fd(handle)),
  statPath: (path) => statOf(fs.lstatSync(path)),
  readLink: (path) => fs.readlinkSync(path),
  checkWritable: (path) => fs.accessSync(path, fs.constants.W_OK),
  rename: (from, to) => fs.renameSync(from, to),
  unlink: (path) => fs.unlinkSync(path),
  list: (folder) => fs.readdirSync(folder),
  isAlive,
  sleep: (durationMs) => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, durationMs),
};

function fd(handle: IoHandle): number {
  return handle as number;
}

function callBytes(bytes: Uint8Array): number {
  return Math.min(bytes.length, CALL_BYTES_MAX);
}

function statOf(stat: fs.Stats): FileStat {
  const kind = stat.isFile()
    ? 'file'
    : stat.isDirectory()
      ? 'folder'
      : stat.isSymbolicLink()
        ? 'link'
        : 'other';
  const { size: sizeBytes, uid, gid, mtimeMs: modifiedAtMs } = stat;
  return { kind, sizeBytes, mode: stat.mode & 0o777, uid, gid, modifiedAtMs };
}

// A process that may not be signalled is alive all the same.
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

/** True for the real disk. */
export function isReal(io: Io | IoSync): boolean {
  return io === realIo || io === realIoSync;
}
