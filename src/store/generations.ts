// The generations of a named session: files `8.pkl`, `9.pkl` in a folder, one a save, none of them ever written again.
//
// A new save never touches the ones before it, so no kill can lose what was acknowledged; the oldest go when the new one
// is safe. Knows nothing of what is in them, nor where the folder is.

import { join } from 'node:path';
import { errnoOf } from './errno.js';
import type { Io } from './io.js';
import { type Steps, settle } from './steps.js';

/** One save. */
export interface Generation {
  readonly generation: number;
  readonly bytes: number;
  /** Milliseconds since the epoch. */
  readonly savedAtMs: number;
}

/** How many saves are kept. The newest always is. */
export interface Keeping {
  /** Default: 5. */
  readonly countMax?: number;
  /** The most bytes of all of them together. Default: 1 GiB. */
  readonly bytesMax?: number;
}

/** What is kept when nothing else is said. */
export const KEEPING: Required<Keeping> = { countMax: 5, bytesMax: 2 ** 30 };

/** The name of a generation's file. */
export function generationFile(generation: number): string {
  return `${generation}.pkl`;
}

/** The saves in a folder, oldest first; none when there is no folder. Links and folders are not among them. */
export function* generationsIn(io: Io, folder: string): Steps<Generation[]> {
  const found: Generation[] = [];
  for (const name of yield* namesIn(io, folder)) {
    const [, number] = /^([1-9]\d{0,14})\.pkl$/u.exec(name) ?? [];
    if (number === undefined) continue;
    try {
      const { kind, sizeBytes, modifiedAtMs } = yield* settle(io.statPath(join(folder, name)));
      if (kind !== 'file') continue;
      found.push({ generation: Number(number), bytes: sizeBytes, savedAtMs: modifiedAtMs });
    } catch {} // Another process has just removed it.
  }
  return found.sort((a, b) => a.generation - b.generation);
}

/** Those of the saves that are beyond what is kept, oldest first; never the newest. */
export function beyondKept(generations: readonly Generation[], keeping: Keeping = {}): Generation[] {
  const { countMax, bytesMax } = { ...KEEPING, ...keeping };
  const newestFirst = generations.toReversed();
  let bytes = 0;
  const kept = newestFirst.findIndex((one, index) => {
    bytes += one.bytes;
    return index > 0 && (index >= countMax || bytes > bytesMax);
  });
  return kept < 0 ? [] : newestFirst.slice(kept).reverse();
}

/** Removes the oldest saves beyond what is kept; returns their numbers. What cannot be removed stays until the next time. */
export function* pruneGenerations(io: Io, folder: string, keeping: Keeping = {}): Steps<number[]> {
  const removed: number[] = [];
  for (const { generation } of beyondKept(yield* generationsIn(io, folder), keeping)) {
    try {
      yield* settle(io.unlink(join(folder, generationFile(generation))));
      removed.push(generation);
    } catch {} // It is there at the next save, too.
  }
  return removed;
}

function* namesIn(io: Io, folder: string): Steps<readonly string[]> {
  try {
    return yield* settle(io.list(folder));
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return [];
    throw error;
  }
}
