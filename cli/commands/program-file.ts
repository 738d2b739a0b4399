// A file of JavaScript or TypeScript, read to be run; for one that is something else, what it is and what to do with it.

import { Buffer } from 'node:buffer';
import { isSnapshot, kindOfFile } from '../../src/format/index.js';
import { readFileBytes } from '../../src/store/index.js';
import { isEncrypted } from '../../src/trust/index.js';
import { displayName } from '../display-name.js';
import { UsageError } from '../errors.js';

/** The text of a program. Throws an error of the command line for what is none. */
export async function readProgram(file: string): Promise<string> {
  const { buffer, byteOffset, byteLength } = await readFileBytes(file);
  const bytes = Buffer.from(buffer, byteOffset, byteLength);
  const shown = displayName(file);
  if (isSnapshot(bytes) || isEncrypted(bytes))
    throw new UsageError(
      `${shown} is a snapshot, not a program`,
      `brine ${shown} opens it; brine run script.js --load ${shown} runs a program with it; brine inspect ${shown} says what it holds`,
    );
  const kind = kindOfFile(bytes);
  const isText =
    kind !== undefined && ['JavaScript or TypeScript', 'JSON', 'a text file'].includes(kind.name);
  if (isText || bytes.length === 0 || !bytes.includes(0))
    return bytes.toString('utf8').replace(/^\ufeff/, '');
  throw new UsageError(`${shown} is ${kind?.name ?? 'no text'}, not a program`, kind?.hint);
}
