// Appends lines to a journal: each is with the system at once, so that it outlives this process, and on the disk a moment
// later, so that it outlives a power cut; nobody waits for that. Knows nothing of what the lines say.

import { closeSync, fdatasync, fdatasyncSync, openSync, writeSync } from 'node:fs';
import { areBuiltinsPristine, withPristineBuiltins } from '../../realm/pristine.js';

/** The lines of one file. */
export class JournalWriter {
  readonly #file: number;
  readonly #onTrouble: (error: unknown) => void;
  #isSyncing = false;
  /** Something was written that no flush has begun for. */
  #isDirty = false;
  #isClosed = false;

  /** Makes the file, which must not exist. `onTrouble` is called once; nothing is written after that. */
  constructor(path: string, onTrouble: (error: unknown) => void) {
    this.#file = openSync(path, 'ax', 0o600);
    this.#onTrouble = onTrouble;
  }

  /** Appends a line, which ends in a newline. */
  append(line: string): void {
    if (this.#isClosed) return;
    try {
      withPristineBuiltins(() => writeAll(this.#file, Buffer.from(line)));
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
      withPristineBuiltins(() => fdatasyncSync(this.#file));
      this.#isDirty = false;
    } catch (error) {
      this.#stop(error);
    }
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    if (!this.#isSyncing) closeSync(this.#file);
  }

  #sync(): void {
    this.#isSyncing = true;
    this.#isDirty = false;
    fdatasync(this.#file, (error) => {
      this.#isSyncing = false;
      if (this.#isClosed) closeSync(this.#file);
      else if (error !== null) this.#stop(error);
      else if (this.#isDirty) this.#sync();
    });
  }

  #stop(error: unknown): void {
    if (this.#isClosed) return;
    this.close();
    this.#onTrouble(error);
  }
}

function writeAll(file: number, bytes: Uint8Array): void {
  let offset = 0;
  while (offset < bytes.length) offset += writeSync(file, bytes, offset);
}
