// Files that are no snapshots: what one is instead.

import { open } from 'node:fs/promises';
import { CorruptSnapshotError } from '../../src/errors.js';
import { isSnapshot, KIND_BYTES, kindOfFile } from '../../src/format/index.js';
import { isEncrypted } from '../../src/trust/index.js';
import { displayName } from '../display-name.js';

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

/** Throws SNAPSHOT_MAGIC for the start of a file that is something else. What tells nothing may be a snapshot that is damaged. */
export function checkKind(word: string, start: Uint8Array): void {
  const kind = isSnapshot(start) || isEncrypted(start) ? undefined : kindOfFile(start);
  if (kind === undefined) return;
  const shown = displayName(word);
  throw new CorruptSnapshotError('SNAPSHOT_MAGIC', `${shown} is ${kind.name}, not a brine snapshot`, {
    offset: 0,
    hint: kind.hint.replaceAll('<file>', shown),
  });
}

/** Throws an error of a load or a repair again; one that says that it is no snapshot with the name of the file. */
export async function namedError(error: unknown, file: string): Promise<never> {
  if (error instanceof CorruptSnapshotError && error.code === 'SNAPSHOT_MAGIC') {
    const start = await startOf(file);
    if (start !== undefined) checkKind(file, start);
  }
  throw error;
}
