// What stands where a save is to go: a file that is no snapshot was made by something else, and is not replaced unasked.

import { open } from 'node:fs/promises';
import { isSnapshot, KIND_BYTES, kindOfFile } from '../../src/format/index.js';
import { isEncrypted } from '../../src/trust/index.js';
import { displayName } from '../display-name.js';
import { CommandError } from '../errors.js';

/** The first bytes of a file; undefined when there is none that can be read. */
export async function startOf(file: string): Promise<Uint8Array | undefined> {
  const start = new Uint8Array(KIND_BYTES);
  try {
    const handle = await open(file);
    try {
      const { bytesRead } = await handle.read(start, 0, KIND_BYTES, 0);
      return start.subarray(0, bytesRead);
    } finally {
      await handle.close();
    }
  } catch {
    // Whoever reads or writes there says what is wrong.
    return undefined;
  }
}

/** Throws a `CommandError` for a file with something in it that is no snapshot. */
export async function keepForeign(file: string): Promise<void> {
  const start = await startOf(file);
  if (start === undefined || start.length === 0 || isSnapshot(start) || isEncrypted(start)) return;
  const kind = kindOfFile(start)?.name ?? 'no snapshot';
  throw new CommandError(
    `${displayName(file)} is ${kind}, and was not replaced`,
    'choose another name, or --overwrite replaces it',
  );
}
