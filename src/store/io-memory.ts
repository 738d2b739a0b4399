// A disk in memory that can lose power, harsher than a real one.
//
// What the disk may do with everything that was not flushed, each thing on its own and in any order:
//   - a write is kept, dropped, cut short, or replaced by garbage; a dropped one may leave zeros;
//   - a change of permissions or owner is kept or dropped;
//   - a new name, a removal, a rename is kept or dropped; a rename may also leave the file under both names.
// What it may not do: damage what was flushed, or half-do a rename's replacing of a file. `sync` of a file does not
// flush its name; `sync` of its folder does. Folders are flat and made up front; links work in the last place of a path.
// Knows nothing of the protocols that are tried on it.

import { posix } from 'node:path';
import type { FileStat, IoHandle, IoSync } from './io.js';
import type { Random } from './random.js';

interface Attributes {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

class MemoryFile {
  bytes = new Uint8Array(0);
  flushed = new Uint8Array(0);
  pending: { offset: number; bytes: Uint8Array }[] = [];
  attributes: Attributes;
  flushedAttributes: Attributes;
  modifiedAtMs: number;
  readonly goal: string | undefined;

  constructor(attributes: Attributes, modifiedAtMs: number, goal?: string) {
    this.attributes = this.flushedAttributes = attributes;
    this.modifiedAtMs = modifiedAtMs;
    this.goal = goal;
  }
}

// What a folder did since it was flushed: `remove` is taken away, then `file` is put at `name`.
interface FolderChange {
  readonly remove: string | undefined;
  readonly name: string | undefined;
  readonly file: MemoryFile | undefined;
}

class MemoryFolder {
  entries = new Map<string, MemoryFile>();
  flushed = new Map<string, MemoryFile>();
  pending: FolderChange[] = [];
}

interface MemoryHandle {
  readonly file: MemoryFile | undefined;
  readonly folder: MemoryFolder | undefined;
  position: number;
}

/** Options of {@link MemoryIo}. */
export interface MemoryOptions {
  /** The folders that exist. Default: `['/']`. */
  readonly folders?: readonly string[];
  /** How many bytes all files may have together; beyond, writes are short and then `ENOSPC`. Default: no limit. */
  readonly capacityBytes?: number;
  /** Default: false. */
  readonly isWindows?: boolean;
  /** Processes that run. Default: none but this one. */
  readonly alive?: readonly number[];
}

/** A disk in memory. Blocking, so it serves both kinds of callers. */
export class MemoryIo implements IoSync {
  readonly isWindows: boolean;
  /** The clock of the file system, in milliseconds since the epoch; set it at will. */
  nowMs = Date.now();
  /** What new files get as owner; set it at will. */
  uid = 0;
  readonly #folders = new Map<string, MemoryFolder>();
  readonly #open = new Set<MemoryHandle>();
  readonly #capacityBytes: number;
  readonly #alive: ReadonlySet<number>;

  constructor(options: MemoryOptions = {}) {
    this.isWindows = options.isWindows ?? false;
    this.#capacityBytes = options.capacityBytes ?? Number.POSITIVE_INFINITY;
    this.#alive = new Set([process.pid, ...(options.alive ?? [])]);
    for (const folder of options.folders ?? ['/'])
      this.#folders.set(posix.resolve('/', folder), new MemoryFolder());
  }

  /** How many handles are open: a leak when nothing runs. */
  get openCount(): number {
    return this.#open.size;
  }

  /** Puts a file there, flushed. */
  put(path: string, bytes: Uint8Array, mode = 0o600): void {
    const file = new MemoryFile({ mode, uid: this.uid, gid: this.uid }, this.nowMs);
    file.bytes = file.flushed = bytes.slice();
    this.#place(path, file);
  }

  /** Puts a symbolic link there, flushed. */
  putLink(path: string, goal: string): void {
    this.#place(path, new MemoryFile({ mode: 0o777, uid: 0, gid: 0 }, this.nowMs, goal));
  }

  /** The bytes of a file as a reader sees them now; undefined when there is none. */
  get(path: string): Uint8Array | undefined {
    const { folder, name } = this.#locate(path);
    return folder.entries.get(name)?.bytes;
  }

  /** Loses power: decides by `random` what of everything unflushed has reached the disk, and forgets all handles. */
  crash(random: Random): void {
    this.#open.clear();
    const files = new Set<MemoryFile>();
    for (const folder of this.#folders.values()) {
      for (const file of folder.entries.values()) files.add(file);
      for (const file of folder.flushed.values()) files.add(file);
      for (const { file } of folder.pending) if (file !== undefined) files.add(file);
      crashFolder(folder, random);
    }
    for (const file of files) crashFile(file, random);
  }

  open(path: string, flags: 'r' | 'wx', mode: number): IoHandle {
    const asFolder = this.#folders.get(posix.resolve('/', path));
    if (asFolder !== undefined) {
      if (flags === 'wx') throw errno('EEXIST', path);
      return this.#track({ file: undefined, folder: asFolder, position: 0 });
    }
    const { folder, name } = this.#locate(path);
    let file = folder.entries.get(name);
    if (flags === 'wx') {
      if (file !== undefined) throw errno('EEXIST', path);
      file = new MemoryFile({ mode, uid: this.uid, gid: this.uid }, this.nowMs);
      change(folder, { remove: undefined, name, file });
    }
    if (file === undefined) throw errno('ENOENT', path);
    if (file.goal !== undefined) return this.open(posix.resolve(posix.dirname(path), file.goal), flags, mode);
    return this.#track({ file, folder: undefined, position: 0 });
  }

  read(handle: IoHandle, into: Uint8Array): number {
    const opened = this.#opened(handle);
    const part = fileOf(opened).bytes.subarray(opened.position, opened.position + into.length);
    into.set(part);
    opened.position += part.length;
    return part.length;
  }

  readAt(handle: IoHandle, into: Uint8Array, offset: number): number {
    const part = fileOf(this.#opened(handle)).bytes.subarray(offset, offset + into.length);
    into.set(part);
    return part.length;
  }

  write(handle: IoHandle, bytes: Uint8Array): number {
    const opened = this.#opened(handle);
    const file = fileOf(opened);
    const taken = bytes.slice(
      0,
      Math.max(0, Math.min(bytes.length, this.#capacityBytes - this.#usedBytes())),
    );
    if (taken.length === 0 && bytes.length > 0) throw errno('ENOSPC', '');
    const write = { offset: opened.position, bytes: taken };
    file.pending.push(write);
    file.bytes = written(file.bytes, write);
    file.modifiedAtMs = this.nowMs;
    opened.position += taken.length;
    return taken.length;
  }

  setOwner(handle: IoHandle, owner: { readonly uid: number; readonly gid: number }): void {
    if (this.uid !== 0) throw errno('EPERM', '');
    const file = fileOf(this.#opened(handle));
    file.attributes = { ...file.attributes, uid: owner.uid, gid: owner.gid };
  }

  setMode(handle: IoHandle, mode: number): void {
    const file = fileOf(this.#opened(handle));
    file.attributes = { ...file.attributes, mode };
  }

  sync(handle: IoHandle): void {
    const { file, folder } = this.#opened(handle);
    if (file !== undefined) {
      file.flushed = file.bytes;
      file.flushedAttributes = file.attributes;
      file.pending = [];
    }
    if (folder !== undefined) {
      folder.flushed = new Map(folder.entries);
      folder.pending = [];
    }
  }

  stat(handle: IoHandle): FileStat {
    const { file, folder } = this.#opened(handle);
    return folder === undefined ? statOf(file!) : FOLDER_STAT;
  }

  close(handle: IoHandle): void {
    this.#open.delete(this.#opened(handle));
  }

  statPath(path: string): FileStat {
    if (this.#folders.has(posix.resolve('/', path))) return FOLDER_STAT;
    const { folder, name } = this.#locate(path);
    const file = folder.entries.get(name);
    if (file === undefined) throw errno('ENOENT', path);
    return statOf(file);
  }

  readLink(path: string): string {
    const { folder, name } = this.#locate(path);
    const goal = folder.entries.get(name)?.goal;
    if (goal === undefined) throw errno('EINVAL', path);
    return goal;
  }

  checkWritable(path: string): void {
    if ((this.statPath(path).mode & 0o200) === 0) throw errno('EACCES', path);
  }

  rename(from: string, to: string): void {
    const source = this.#locate(from);
    const goal = this.#locate(to);
    const file = source.folder.entries.get(source.name);
    if (file === undefined) throw errno('ENOENT', from);
    if (source.folder !== goal.folder) throw errno('EXDEV', from);
    change(source.folder, { remove: source.name, name: goal.name, file });
  }

  unlink(path: string): void {
    const { folder, name } = this.#locate(path);
    if (!folder.entries.has(name)) throw errno('ENOENT', path);
    change(folder, { remove: name, name: undefined, file: undefined });
  }

  list(folder: string): readonly string[] {
    const found = this.#folders.get(posix.resolve('/', folder));
    if (found === undefined) throw errno('ENOENT', folder);
    return [...found.entries.keys()];
  }

  isAlive(pid: number): boolean {
    return this.#alive.has(pid);
  }

  sleep(durationMs: number): void {
    this.nowMs += durationMs;
  }

  #place(path: string, file: MemoryFile): void {
    const { folder, name } = this.#locate(path);
    folder.entries.set(name, file);
    folder.flushed.set(name, file);
  }

  #locate(path: string): { folder: MemoryFolder; name: string } {
    const whole = posix.resolve('/', path);
    const folder = this.#folders.get(posix.dirname(whole));
    if (folder === undefined) throw errno('ENOENT', path);
    return { folder, name: posix.basename(whole) };
  }

  #track(handle: MemoryHandle): MemoryHandle {
    this.#open.add(handle);
    return handle;
  }

  #opened(handle: IoHandle): MemoryHandle {
    if (!this.#open.has(handle as MemoryHandle)) throw errno('EBADF', '');
    return handle as MemoryHandle;
  }

  #usedBytes(): number {
    let used = 0;
    for (const folder of this.#folders.values()) {
      for (const file of folder.entries.values()) used += file.bytes.length;
    }
    return used;
  }
}

const FOLDER_STAT: FileStat = { kind: 'folder', sizeBytes: 0, mode: 0o700, uid: 0, gid: 0, modifiedAtMs: 0 };

function statOf(file: MemoryFile): FileStat {
  const kind = file.goal === undefined ? 'file' : 'link';
  return { kind, sizeBytes: file.bytes.length, ...file.attributes, modifiedAtMs: file.modifiedAtMs };
}

function fileOf(handle: MemoryHandle): MemoryFile {
  if (handle.file === undefined) throw errno('EISDIR', '');
  return handle.file;
}

function change(folder: MemoryFolder, made: FolderChange): void {
  folder.pending.push(made);
  apply(folder.entries, made);
}

function apply(entries: Map<string, MemoryFile>, { remove, name, file }: FolderChange): void {
  if (remove !== undefined) entries.delete(remove);
  if (name !== undefined && file !== undefined) entries.set(name, file);
}

function crashFolder(folder: MemoryFolder, random: Random): void {
  const entries = new Map(folder.flushed);
  for (const made of folder.pending) {
    const fate = random(5);
    if (fate < 2) continue;
    const isBothNames = fate === 2 && made.name !== undefined;
    apply(entries, isBothNames ? { ...made, remove: undefined } : made);
  }
  folder.entries = entries;
  folder.flushed = new Map(entries);
  folder.pending = [];
}

function crashFile(file: MemoryFile, random: Random): void {
  let bytes = file.flushed;
  for (const write of file.pending) bytes = written(bytes, afterCrash(write, random));
  file.bytes = file.flushed = bytes;
  file.pending = [];
  file.attributes = file.flushedAttributes = random(2) === 0 ? file.attributes : file.flushedAttributes;
}

function afterCrash(
  { offset, bytes }: { offset: number; bytes: Uint8Array },
  random: Random,
): { offset: number; bytes: Uint8Array } {
  switch (random(5)) {
    case 0:
      return { offset: 0, bytes: new Uint8Array(0) };
    case 1:
      return { offset, bytes: bytes.subarray(0, random(bytes.length + 1)) };
    case 2:
      return { offset, bytes: new Uint8Array(bytes.length) };
    case 3:
      return { offset, bytes: bytes.map(() => random(256)) };
    default:
      return { offset, bytes };
  }
}

function written(
  base: Uint8Array<ArrayBuffer>,
  { offset, bytes }: { offset: number; bytes: Uint8Array },
): Uint8Array<ArrayBuffer> {
  const result = new Uint8Array(Math.max(base.length, offset + bytes.length));
  result.set(base);
  result.set(bytes, offset);
  return result;
}

function errno(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: ${path}`), { code });
}
