// Removes the temporary files that killed saves left behind, and never one of a save that is going on.
//
// A file is left over when its process does not run any more. Process numbers are used again and mean nothing to other
// machines, so: a file with this process's own number is left over if it is older than the process, and one of another
// machine (a shared folder, a container) if nobody has written to it for a day. Knows nothing of what was being saved.

import { join } from 'node:path';
import { StoreError } from '../errors.js';
import { errnoHint, errnoOf, errnoText } from './errno.js';
import type { Io } from './io.js';
import { realIo } from './io-real.js';
import { runSteps, type Steps, settle } from './steps.js';
import { hostTag, type TempOwner, tempOwnerOf } from './temp-name.js';

/** Options of {@link sweepTemps}. */
export interface SweepOptions {
  /** The disk. Default: the real one. */
  readonly io?: Io;
  /** The time, in milliseconds since the epoch. Default: now. */
  readonly nowMs?: number;
  /** Remove nothing, say what would be. Default: false. */
  readonly isDryRun?: boolean;
}

const FOREIGN_AGE_MS_MIN = 24 * 60 * 60 * 1000;
// How far the clocks of a file system and of the process may be apart.
const CLOCK_SLACK_MS = 5000;

/**
 * Removes what killed saves left in a folder. Reads the folder once; opens nothing. A folder that does not exist is
 * as good as swept, and a file that cannot be removed is left.
 *
 * @param folder  The folder, as it was given to saves: `dirname(path)`.
 * @returns The names that were removed, sorted.
 * @throws {StoreError} `STORE_READ` when the folder cannot be listed.
 * @example
 *   await sweepTemps('.'); // ['.work.pkl.4711-1-9f3c0a1b2c3d.tmp']
 */
export function sweepTemps(folder: string, options: SweepOptions = {}): Promise<readonly string[]> {
  const { io = realIo, nowMs = Date.now(), isDryRun = false } = options;
  return runSteps(sweepSteps(io, folder, nowMs, isDryRun));
}

// The folders that this process has swept, by disk.
const sweptFolders = new WeakMap<Io, Set<string>>();

/**
 * Sweeps a folder that this process saves to for the first time: what a killed process left has to go before new bytes
 * need its room. What goes wrong here is no failure of the save.
 */
export function* sweepOnce(io: Io, folder: string): Steps<void> {
  const swept = sweptFolders.get(io) ?? new Set();
  if (swept.has(folder)) return;
  sweptFolders.set(io, swept.add(folder));
  try {
    yield* sweepSteps(io, folder, Date.now());
  } catch {} // The save says what is wrong with the folder.
}

function* sweepSteps(io: Io, folder: string, nowMs: number, isDryRun = false): Steps<readonly string[]> {
  const removed: string[] = [];
  for (const name of yield* namesIn(io, folder)) {
    const owner = tempOwnerOf(name);
    if (owner === undefined) continue;
    try {
      const path = join(folder, name);
      const stat = yield* settle(io.statPath(path));
      if (stat.kind !== 'file') continue;
      if (!(yield* isLeftOver(io, owner, { modifiedAtMs: stat.modifiedAtMs, nowMs }))) continue;
      if (!isDryRun) yield* settle(io.unlink(path));
      removed.push(name);
    } catch {} // Somebody else removed it, or keeps it: not ours to insist.
  }
  return removed.sort();
}

function* namesIn(io: Io, folder: string): Steps<readonly string[]> {
  try {
    return yield* settle(io.list(folder));
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return [];
    throw new StoreError('STORE_READ', `cannot list the folder "${folder}": ${errnoText(error)}`, {
      path: folder,
      hint: errnoHint(error),
      cause: error,
    });
  }
}

function* isLeftOver(
  io: Io,
  owner: TempOwner,
  { modifiedAtMs, nowMs }: { modifiedAtMs: number; nowMs: number },
): Steps<boolean> {
  if (owner.host !== hostTag()) return nowMs - modifiedAtMs > FOREIGN_AGE_MS_MIN;
  if (owner.pid === process.pid) {
    const startedAtMs = nowMs - process.uptime() * 1000;
    return modifiedAtMs < startedAtMs - CLOCK_SLACK_MS;
  }
  return !(yield* settle(io.isAlive(owner.pid)));
}
