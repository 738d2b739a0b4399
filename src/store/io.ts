// The file-system seam of the store: exactly the calls it makes, so that a test can stand in for the disk.
//
// Implementations: `io-real.ts` (node:fs), `io-memory.ts` (a disk that can crash), `io-faulty.ts` (fails on demand).
// Every call throws an error with a `code` such as `ENOSPC`, as node:fs does. Knows nothing of snapshots.

/** An open file or folder; only the implementation that gave it knows what is in it. */
export type IoHandle = unknown;

/** What stands at a path. */
export type FileKind = 'file' | 'folder' | 'link' | 'other';

/** What a call to `stat` or `statPath` tells. */
export interface FileStat {
  readonly kind: FileKind;
  readonly sizeBytes: number;
  /** Permission bits only, for example `0o600`. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Milliseconds since the epoch. */
  readonly modifiedAtMs: number;
}

/** The calls, each finished when it returns. */
export interface IoSync {
  /** True where a rename may be refused while somebody has the file open, and folders cannot be flushed. */
  readonly isWindows: boolean;
  /** `wx` creates a file that must not exist and never follows a link; `r` opens a file or a folder. */
  open(path: string, flags: 'r' | 'wx', mode: number): IoHandle;
  /** Reads from where the last read ended; 0 at the end of the file. */
  read(handle: IoHandle, into: Uint8Array): number;
  /** Reads from a place of the file; 0 at its end. */
  readAt(handle: IoHandle, into: Uint8Array, offset: number): number;
  /** Appends; returns how many bytes were taken, which may be fewer than given. */
  write(handle: IoHandle, bytes: Uint8Array): number;
  setOwner(handle: IoHandle, owner: { readonly uid: number; readonly gid: number }): void;
  setMode(handle: IoHandle, mode: number): void;
  /** Returns only when the disk has confirmed the file, or the entries of the folder. */
  sync(handle: IoHandle): void;
  stat(handle: IoHandle): FileStat;
  close(handle: IoHandle): void;
  /** Does not follow a link in the last place. */
  statPath(path: string): FileStat;
  readLink(path: string): string;
  /** Throws unless this process may write to the existing file. */
  checkWritable(path: string): void;
  rename(from: string, to: string): void;
  unlink(path: string): void;
  /** The names in a folder, in no order. */
  list(folder: string): readonly string[];
  /** Whether a process of this number runs on this machine. */
  isAlive(pid: number): boolean;
  sleep(durationMs: number): void;
}

/** The same calls, each either finished when it returns or a promise of it. Every {@link IoSync} is one. */
export type Io = {
  readonly [Name in keyof IoSync]: IoSync[Name] extends (...inputs: infer Inputs) => infer Result
    ? (...inputs: Inputs) => Result | Promise<Result>
    : IoSync[Name];
};
