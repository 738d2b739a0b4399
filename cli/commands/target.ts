// Where a command that writes a new file puts it: never over something by accident, and under a passphrase where the file
// that it comes from was.

import { existsSync } from 'node:fs';
import { told } from '../../src/session/progress.js';
import type { ProgressListener } from '../../src/session/types.js';
import { replaceFile } from '../../src/store/index.js';
import { encrypted } from '../../src/trust/index.js';
import { displayName } from '../display-name.js';
import { CommandError, UsageError } from '../errors.js';
import { passphrase } from './passphrase.js';

/** How a new file is written. */
export interface Writing {
  /** Put it in the place of one that exists. */
  readonly force?: boolean | undefined;
  /** Encrypt it with the passphrase of the environment. */
  readonly isEncrypted?: boolean;
  /** Told how many bytes were written, of `total` where that is known. */
  readonly onProgress?: ProgressListener | undefined;
  readonly total?: number | undefined;
}

/** Throws a `CommandError` for a target that exists, unless it may be replaced. */
export function checkTarget(target: string, { force = false }: Writing): void {
  if (force || !existsSync(target)) return;
  throw new CommandError(
    `${displayName(target)} exists, and was not replaced`,
    'give another name, or --force to replace it',
  );
}

/** Writes a new file, whole or not at all. */
export async function writeTarget(
  target: string,
  chunks: Iterable<Uint8Array>,
  writing: Writing,
): Promise<void> {
  checkTarget(target, writing);
  const { onProgress, total } = writing;
  const watched = onProgress === undefined ? chunks : told(chunks, { onProgress, total });
  await replaceFile(target, writing.isEncrypted === true ? encrypted(watched, secretGiven()) : watched);
}

/** The passphrase of the environment. Throws a `UsageError` when there is none. */
export function secretGiven(): string {
  const { passphrase: given } = passphrase();
  if (given !== undefined) return given;
  throw new UsageError('--encrypt needs a passphrase', 'set BRINE_PASSPHRASE before you start brine');
}
