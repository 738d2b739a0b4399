// A file held open and read piece by piece, so that a large one need not be in memory.
//
// What was opened stays what is read: a file that is replaced meanwhile is read as it was. Works blocking, because what is
// read late is asked for by a property that is touched. Knows nothing of what the bytes mean.

import { StoreError } from '../errors.js';
import { errnoHint, errnoText } from './errno.js';
import type { IoHandle, IoSync } from './io.js';
import { realIoSync } from './io-real.js';

/** An open file, as bytes that can be read from any place. */
export interface OpenFile {
  /** How many bytes it had when it was opened. */
  readonly bytes: number;
  /** Reads bytes that are there into memory of their own. */
  read(offset: number, length: number): Uint8Array;
  /** As `read`: what it gives belongs to whoever asked. */
  ownBytes(offset: number, length: number): Uint8Array;
  /** Ends it; reading throws from then on. Doing it twice is no error. It ends by itself when nobody holds it any more. */
  close(): void;
}

/** Options of {@link openFile}. */
export interface OpenOptions {
  /** The disk. Default: the real one. */
  readonly io?: IoSync;
}

/**
 * Opens a file for reading from any place; undefined when it is none that could be (a pipe, a device, a folder, or one
 * that is not there), for which reading it whole says what is wrong.
 *
 * @example
 *   const file = openFile('work.pkl');
 */
export function openFile(path: string, options: OpenOptions = {}): OpenFile | undefined {
  const { io = realIoSync } = options;
  let handle: IoHandle;
  try {
    handle = io.open(path, 'r', 0);
  } catch {
    return undefined;
  }
  try {
    const stat = io.stat(handle);
    if (stat.kind === 'file') return new Opened(io, path, handle, stat.sizeBytes);
  } catch {} // Reading it whole fails in the same way, and says so.
  io.close(handle);
  return undefined;
}

// Whoever drops what is unread need not know that a file is behind it.
const dropped = new FinalizationRegistry(({ io, handle }: { io: IoSync; handle: IoHandle }) => {
  closeQuietly(io, handle);
});

function closeQuietly(io: IoSync, handle: IoHandle): void {
  try {
    io.close(handle);
  } catch {} // What was read was read.
}

class Opened implements OpenFile {
  readonly bytes: number;
  private readonly io: IoSync;
  private readonly path: string;
  private handle: IoHandle | undefined;

  constructor(io: IoSync, path: string, handle: IoHandle, bytes: number) {
    this.io = io;
    this.path = path;
    this.handle = handle;
    this.bytes = bytes;
    dropped.register(this, { io, handle }, this);
  }

  read(offset: number, length: number): Uint8Array {
    if (this.handle === undefined) throw this.failure(new Error('it was closed'));
    const into = new Uint8Array(length);
    let done = 0;
    while (done < length) {
      let taken: number;
      try {
        taken = this.io.readAt(this.handle, into.subarray(done), offset + done);
      } catch (error) {
        throw this.failure(error);
      }
      if (taken === 0)
        throw this.failure(new Error(`it ended after ${offset + done} of ${this.bytes} bytes`));
      done += taken;
    }
    return into;
  }

  ownBytes(offset: number, length: number): Uint8Array {
    return this.read(offset, length);
  }

  close(): void {
    const { handle } = this;
    this.handle = undefined;
    if (handle === undefined) return;
    dropped.unregister(this);
    closeQuietly(this.io, handle);
  }

  private failure(error: unknown): StoreError {
    return new StoreError('STORE_READ', `cannot read "${this.path}": ${errnoText(error)}`, {
      path: this.path,
      hint: errnoHint(error),
      cause: error,
    });
  }
}
