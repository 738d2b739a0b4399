// What the store's tests share: recognisable contents, and ways to look at an outcome.

import { expect } from 'vitest';
import { StoreError } from '../../src/errors.js';
import type { MemoryIo } from '../../src/store/io-memory.js';

/** A text of some bytes that no other seed or length gives. */
export function content(seed: number, sizeBytes: number): Uint8Array {
  const bytes = new Uint8Array(sizeBytes);
  for (let i = 0; i < sizeBytes; i++) bytes[i] = (seed * 131 + i * 7 + (i >> 8)) & 255;
  return bytes;
}

/** Cuts bytes into chunks of at most a size. */
export function chunksOf(bytes: Uint8Array, chunkBytes: number): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += chunkBytes) chunks.push(bytes.subarray(at, at + chunkBytes));
  return chunks;
}

/** Whether two byte arrays are equal; undefined is equal to undefined only. */
export function isSame(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return Buffer.compare(a, b) === 0;
}

/** Which of the two a file holds: `old`, `new`, or `torn` for anything else. */
export function which(now: Uint8Array | undefined, old: Uint8Array | undefined, fresh: Uint8Array): string {
  if (isSame(now, fresh)) return 'new';
  return isSame(now, old) ? 'old' : 'torn';
}

/** What a call throws; undefined when it throws nothing. */
export async function errorOf(run: () => unknown): Promise<unknown> {
  try {
    await run();
    return undefined;
  } catch (error) {
    return error;
  }
}

/** Expects an error of the store with a code, and gives it back. */
export function expectStoreError(error: unknown, code: string): StoreError {
  expect(error).toBeInstanceOf(StoreError);
  expect((error as StoreError).code).toBe(code);
  expect((error as StoreError).hint).toBeTruthy();
  return error as StoreError;
}

/** The temporary files in a folder of a disk in memory. */
export function tempsIn(io: MemoryIo, folder = '/'): readonly string[] {
  return io.list(folder).filter((name) => name.endsWith('.tmp'));
}
