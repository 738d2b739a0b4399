// A session in a store: what is there before a save, and what is there for a load, on this machine while it is read.
//
// The head of a snapshot says whose save it is and when; it is read piece by piece, whatever the size of the rest. What is
// small is loaded from memory, what is large from a private file that nobody else can open. Knows nothing of live values.

// A session in a store: what is there before a save, and what is there for a load, on this machine while it is read.
//
// The head of a snapshot says whose save it is and when; it is read piece by piece, whatever the size of the rest. What is
// small is loaded from memory, what is large from a private file that nobody else can open. Knows nothing of live values.

import fs, { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LimitError, StoreError } from '../errors.js';
import { type ByteSource, openSnapshot } from '../format/index.js';
import { type OpenFile, openFile } from '../store/index.js';
import type { InStore } from '../stores/copy.js';
import type { Stored } from '../stores/store.js';
import { ENCRYPTED_HEAD_BYTES, encryptedGeneration } from '../trust/index.js';
import type { NamedSession, Place } from './places.js';

/** A session under a key of a store; what `openStore` gives is one. */
export interface StoredSession extends InStore {
  /** What messages and reports call it. Default: the name of the store and the key. */
  readonly shown?: string;
  /** What is there as a file of this machine, where whoever loads it has fetched it already. */
  readonly copy?: { readonly path: string; readonly newest: Stored };
}

/** True for a session in a store. */
export function isStored(target: string | NamedSession | StoredSession): target is StoredSession {
  return typeof target === 'object' && 'store' in target;
}

/** How messages call it. */
export function shownStored({ store, key, shown }: StoredSession): string {
  return shown ?? `${store.name}: ${key}`;
}

/** What tells one place from another. */
export function keyOfStored({ store, key }: StoredSession): string {
  return `${store.name} ${key}`;
}

/** What is under a key before a save. */
export interface StoredLook {
  readonly stored: Stored;
  /** The number of that save; 0 when nothing says it. */
  readonly generation: number;
  /** Undefined when nothing says it. */
  readonly savedAtMs: number | undefined;
}

// What most heads have.
const HEAD_BYTES = 1 << 16;
const ROUNDS_MAX = 8;
/** A snapshot up to this size is loaded from memory. */
const MEMORY_BYTES_MAX = 4 * 2 ** 20;

/** Looks at the newest save; undefined when there is none. */
export async function lookStored({ store, key }: StoredSession): Promise<StoredLook | undefined> {
  const stored = await store.stat(key);
  if (stored === undefined) return undefined;
  const head = await headOf({ store, key }, stored);
  return {
    stored,
    generation: stored.generation ?? head.generation,
    savedAtMs: head.savedAtMs ?? stored.modifiedAtMs,
  };
}

async function headOf(
  { store, key }: InStore,
  { bytes }: Stored,
): Promise<{ generation: number; savedAtMs: number | undefined }> {
  const parts = [
    { offset: 0, bytes: await store.read(key, { offset: 0, length: Math.min(bytes, HEAD_BYTES) }) },
  ];
  const encrypted = encryptedGeneration((parts[0] as Part).bytes.subarray(0, ENCRYPTED_HEAD_BYTES));
  if (encrypted !== undefined) return { generation: encrypted, savedAtMs: undefined };
  for (let round = 0; round < ROUNDS_MAX; round++) {
    try {
      const session = openSnapshot(new PartialSource(bytes, parts)).meta.session;
      return { generation: session?.generation ?? 0, savedAtMs: session?.savedAtMs };
    } catch (error) {
      if (!(error instanceof Missing)) break; // No snapshot, or a damaged one.
      const { offset, length } = error;
      if (length > MEMORY_BYTES_MAX) break;
      parts.push({ offset, bytes: await store.read(key, { offset, length }) });
    }
  }
  return { generation: 0, savedAtMs: undefined };
}

interface Part {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

// Asked for what has not been fetched yet.
class Missing extends Error {
  readonly offset: number;
  readonly length: number;
  constructor(offset: number, length: number) {
    super('not fetched yet');
    this.offset = offset;
    this.length = length;
  }
}

class PartialSource implements ByteSource {
  readonly bytes: number;
  private readonly parts: readonly Part[];

  constructor(bytes: number, parts: readonly Part[]) {
    this.bytes = bytes;
    this.parts = parts;
  }

  read(offset: number, length: number): Uint8Array {
    const part = this.parts.find(
      (one) => one.offset <= offset && one.offset + one.bytes.length >= offset + length,
    );
    if (part === undefined) throw new Missing(offset, length);
    // What is read starts at a multiple of 8.
    return Uint8Array.prototype.slice.call(part.bytes, offset - part.offset, offset - part.offset + length);
  }
}

/** Options of {@link fetchStored}. */
export interface FetchOptions {
  /** The most that is fetched, in bytes. */
  readonly bytesMax: number;
  readonly onProgress?: ((bytes: number, total: number) => void) | undefined;
}

/** The bytes of a session in a store, in memory or in an open file that ends with it. */
export async function fetchStored(
  target: StoredSession,
  options: FetchOptions,
): Promise<{ readonly bytes: Uint8Array | OpenFile; readonly newest: Stored }> {
  const { copy } = target;
  if (copy !== undefined) {
    const file = openFile(copy.path);
    if (file === undefined) throw gone(target);
    return { bytes: file, newest: copy.newest };
  }
  const { store, key, generation } = target;
  const which = generation === undefined ? {} : { generation };
  const stored = await store.stat(key, which);
  if (stored === undefined) throw nothing(target);
  const newest = await newestOf(target, stored);
  if (stored.bytes <= MEMORY_BYTES_MAX) {
    const pieces: Uint8Array[] = [];
    let bytes = 0;
    for await (const piece of store.get(key, which)) {
      bytes += piece.length;
      if (bytes > options.bytesMax) throw tooLarge(target, options.bytesMax);
      pieces.push(piece);
    }
    return { bytes: Uint8Array.from(Buffer.concat(pieces)), newest };
  }
  const folder = privateFolder();
  try {
    const path = join(folder, 'snapshot');
    await fetchTo(target, path, options);
    const file = openFile(path);
    if (file === undefined) throw gone(target);
    return { bytes: file, newest };
  } finally {
    // What is open stays readable where the system allows that; elsewhere it goes when the process ends.
    removeLater(folder);
  }
}

// Whoever loads an older save knows that there are newer ones.
async function newestOf({ store, key, generation }: StoredSession, stored: Stored): Promise<Stored> {
  return generation === undefined ? stored : ((await store.stat(key)) ?? stored);
}

/** Fetches a session into a new file that only its owner can read; says what its store has now. */
export async function fetchTo(
  target: StoredSession,
  path: string,
  { bytesMax, onProgress }: FetchOptions,
): Promise<Stored> {
  const { store, key, generation } = target;
  const which = generation === undefined ? {} : { generation };
  const stored = await store.stat(key, which);
  if (stored === undefined) throw nothing(target);
  const handle = await fs.promises.open(path, 'wx', 0o600);
  try {
    let bytes = 0;
    for await (const piece of store.get(key, which)) {
      bytes += piece.length;
      if (bytes > bytesMax) throw tooLarge(target, bytesMax);
      for (let at = 0; at < piece.length; ) at += (await handle.write(piece, at)).bytesWritten;
      onProgress?.(bytes, stored.bytes);
    }
  } finally {
    await handle.close();
  }
  return newestOf(target, stored);
}

/** A new folder that only this user can look into; it goes when the process ends, if nobody removes it before. */
export function privateFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'brine-'));
  leftovers.add(folder);
  if (leftovers.size === 1) process.once('exit', removePrivateFolders);
  return folder;
}

const leftovers = new Set<string>();

/** Removes a folder of {@link privateFolder} as far as that is possible now. */
export function removeLater(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true });
    leftovers.delete(folder);
  } catch {} // At the end of the process.
}

/** Removes all folders of {@link privateFolder}, for the end of the process. */
export function removePrivateFolders(): void {
  for (const folder of leftovers) removeLater(folder);
}

function nothing(target: StoredSession): StoreError {
  return new StoreError('STORE_READ', `there is nothing at ${shownStored(target)}`, {
    path: target.key,
    hint: 'check the address',
  });
}

function gone(target: StoredSession): StoreError {
  return new StoreError('STORE_READ', `the copy of ${shownStored(target)} is gone`, {
    hint: 'load it again',
  });
}

function tooLarge(target: StoredSession, bytesMax: number): LimitError {
  return new LimitError(
    'LIMIT_EXCEEDED',
    `${shownStored(target)} has more than ${bytesMax} bytes, which is the limit`,
    { hint: 'raise fileBytesMax if you trust where it comes from' },
  );
}

/** A key of a store as a place for a save; `before` is what is there. */
export function storedPlace(
  target: StoredSession,
  before: StoredLook | undefined,
): Pick<Place, 'key' | 'shownAs' | 'look' | 'targetFor'> {
  const shown = shownStored(target);
  const stamp = before && {
    generation: before.generation,
    savedAtMs: before.savedAtMs,
    bytes: before.stored.bytes,
    modifiedAtMs: before.stored.modifiedAtMs ?? 0,
  };
  return {
    key: keyOfStored(target),
    shownAs: shown,
    look: () => stamp,
    targetFor: (generation) => (target.store.keepsGenerations ? `${shown}@${generation}` : shown),
  };
}

/** The error for a save over what somebody else saved. */
export function storedConflict(shown: string): StoreError {
  return new StoreError('STORE_CONFLICT', `"${shown}" has another content, saved by somebody else`, {
    path: shown,
    hint: 'look at it with .load or merge it with .save --merge; --overwrite (onConflict: "overwrite") replaces it',
  });
}
