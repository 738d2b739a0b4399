// Appends lines to a journal: each is with the system at once, so that it outlives this process, and on the disk a moment
// later, with the names that lead to it, so that it outlives a power cut; nobody waits for that. Knows nothing of what the lines
// say.

import { fsync } from 'node:fs';
import { areBuiltinsPristine, withPristineBuiltins } from '../../realm/pristine.js';
import type { IoHandle, IoSync } from '../../store/io.js';
import { realIoSync } from '../../store/io-real.js';

/** Where a journal is written, and how. */
export interface JournalPlace {
  readonly path: string;
  /** Folders that were made for it: they are flushed with the first line. */
  readonly folders: readonly string[];
  /** Default: the real disk. */
  readonly io?: IoSync;
  /** Flushes in the background. Default: the real disk's. */
  readonly syncLater?: (handle: IoHandle, done: (error: unknown) => void) => void;
}

const syncReal = (handle: IoHandle, done: (error: unknown) => void): void => fsync(handle as number, done);

/** The lines of one file. */
export class JournalWriter {
  readonly #io: IoSync;
  readonly #syncLater: NonNullable<JournalPlace['syncLater']>;
  readonly #file: IoHandle;
  readonly #onTrouble: (error: unknown) => void;
  /** Folders whose entries may not be on the disk. */
  #folders: readonly string[];
  #isSyncing = false;
  /** Something was written that no flush has begun for. */
  #isDirty = false;
  #isClosed = false;

  /** Makes the file, which must not exist. `onTrouble` is called once; nothing is written after that. */
  constructor(place: JournalPlace, onTrouble: (error: unknown) => void) {
    this.#io = place.io ?? realIoSync;
    this.#syncLater = place.syncLater ?? syncReal;
    this.#file = this.#io.open(place.path, 'wx', 0o600);
    this.#folders = this.#io.isWindows ? [] : place.folders;
    this.#onTrouble = onTrouble;
  }

  /** Appends a line, which ends in a newline. */
  append(line: string): void {
    if (this.#isClosed) return;
    try {
      withPristineBuiltins(() => this.#write(Buffer.from(line)));
    } catch (error) {
      return this.#stop(error);
    }
    this.#isDirty = true;
    // What runs later would trip over built-ins that the session has replaced.
    if (!areBuiltinsPristine()) this.flush();
    else if (!this.#isSyncing) this.#sync();
  }

  /** Returns when the disk has confirmed every line. */
  flush(): void {
    if (this.#isClosed) return;
    try {
      withPristineBuiltins(() => {
        for (const folder of this.#folders) this.#flushFolder(folder);
        this.#io.sync(this.#file);
      });
      this.#folders = [];
      this.#isDirty = false;
    } catch (error) {
      this.#stop(error);
    }
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    if (!this.#isSyncing) this.#closeFile();
  }

  // First the folders, one after the other, then what was written until now.
  #sync(): void {
    this.#isSyncing = true;
    const [folder] = this.#folders;
    if (folder === undefined) {
      this.#isDirty = false;
      return this.#syncLater(this.#file, (error) => this.#synced(error));
    }
    let handle: IoHandle;
    try {
      handle = this.#io.open(folder, 'r', 0);
    } catch (error) {
      return this.#synced(error);
    }
    this.#syncLater(handle, (error) => {
      this.#closeQuietly(handle);
      this.#folders = this.#folders.filter((one) => one !== folder);
      this.#synced(error);
    });
  }

  #synced(error: unknown): void {
    this.#isSyncing = false;
    if (this.#isClosed) return this.#closeFile();
    if (error !== null && error !== undefined) return this.#stop(error);
    if (this.#isDirty) this.#sync();
  }

  #write(bytes: Uint8Array): void {
    for (let offset = 0; offset < bytes.length; ) {
      const taken = this.#io.write(this.#file, bytes.subarray(offset));
      if (taken === 0) throw Object.assign(new Error('the disk takes nothing more'), { code: 'ENOSPC' });
      offset += taken;
    }
  }

  #flushFolder(folder: string): void {
    const handle = this.#io.open(folder, 'r', 0);
    try {
      this.#io.sync(handle);
    } finally {
      this.#closeQuietly(handle);
    }
  }

  #closeFile(): void {
    this.#closeQuietly(this.#file);
  }

  // What is lost by a close that fails was not flushed, and nobody was told that it was.
  #closeQuietly(handle: IoHandle): void {
    try {
      this.#io.close(handle);
    } catch {}
  }

  #stop(error: unknown): void {
    if (this.#isClosed) return;
    this.close();
    this.#onTrouble(error);
  }
}
