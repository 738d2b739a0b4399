// Folders that brine keeps for its user: made for nobody else, and told when others could put something there.
//
// A folder counts as the user's own when it is a real folder of theirs that others cannot write to. Knows nothing of what
// lies in it.

import { closeSync, fsyncSync, lstatSync, mkdirSync, openSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

const FOLDER_MODE = 0o700;

/** Why a folder cannot be relied on, and what to do. */
export interface Reason {
  readonly why: string;
  readonly hint: string;
}

/**
 * Makes a folder, with those above it, readable by nobody else. Their names are on the disk when it returns, so that what is put
 * there outlives a power cut. Throws what the system throws.
 */
export function makeOwnFolder(folder: string): void {
  const first = mkdirSync(folder, { recursive: true, mode: FOLDER_MODE });
  if (first === undefined || process.platform === 'win32') return;
  for (let made = resolve(folder); ; made = dirname(made)) {
    flush(dirname(made));
    if (made === resolve(first) || made === dirname(made)) return;
  }
}

// A folder that is not one's own may be closed to reading; then nothing can be done.
function flush(folder: string): void {
  let handle: number;
  try {
    handle = openSync(folder, 'r');
  } catch {
    return;
  }
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** Why others could put something into a folder that is there, or undefined. Throws what the system throws. */
export function othersIn(folder: string): Reason | undefined {
  const stat = lstatSync(folder);
  if (stat.isSymbolicLink()) return { why: 'it is a link', hint: 'put the folder itself there' };
  if (!stat.isDirectory()) return { why: 'it is no folder', hint: 'remove what is there' };
  // Windows answers by access lists, which these numbers do not show.
  if (process.getuid === undefined) return undefined;
  if (stat.uid !== process.getuid())
    return { why: 'it belongs to another user', hint: 'remove it, or choose a folder of your own' };
  if ((stat.mode & 0o022) !== 0)
    return { why: 'others may write there', hint: `make it yours alone: chmod 700 "${folder}"` };
  return undefined;
}
