// The names of temporary files: `.work.pkl.<pid>-<n>-<host><random>.tmp`, beside the file they will become.
//
// The name says whose it is, so that what a killed process left can be told from a save that is going on. Knows nothing
// of how the files are written or removed.

import { createHash, randomBytes } from 'node:crypto';
import { hostname } from 'node:os';

// Of the 255 bytes that common file systems allow, what the rest of the name leaves, rounded down.
const NAME_BYTES_MAX = 190;
const PATTERN = /^\..*\.(\d+)-(\d+)-([0-9a-f]{4})([0-9a-f]{16})\.tmp$/su;

let count = 0;

/** What the name of a temporary file tells. */
export interface TempOwner {
  readonly pid: number;
  /** Four hexadecimal digits of a hash of the machine's name. */
  readonly host: string;
}

/** A fresh name for a temporary file that is to become `name`. */
export function tempNameFor(name: string): string {
  count += 1;
  const random = randomBytes(8).toString('hex');
  return `.${clip(name)}.${process.pid}-${count}-${hostTag()}${random}.tmp`;
}

/** Whose temporary file it is by its name; undefined for any other name. */
export function tempOwnerOf(name: string): TempOwner | undefined {
  const match = PATTERN.exec(name);
  return match === null ? undefined : { pid: Number(match[1]), host: match[3]! };
}

/** This machine's part in the names: process numbers mean nothing to another machine or container. */
export function hostTag(): string {
  return createHash('sha256').update(hostname()).digest('hex').slice(0, 4);
}

// Cuts at a whole character.
function clip(name: string): string {
  let clipped = '';
  let bytes = 0;
  for (const character of name) {
    bytes += Buffer.byteLength(character);
    if (bytes > NAME_BYTES_MAX) break;
    clipped += character;
  }
  return clipped;
}
