// One value in and one out for `brine eval` and `brine run`: `--input` and `--dump`, where `-` is the input and the output.
//
// What a program prints while its value goes to the output goes to the error output, so that nothing mixes with it.

import process from 'node:process';
import { Pickler } from '../src/library/pickler.js';
import { Unpickler } from '../src/library/unpickler.js';
import { passphrase } from './commands/passphrase.js';
import type { RunFlags } from './open-flags.js';

/** Reads a value. Its code runs when this user signed it, or somebody whom they trust, or when the flags say so. */
export async function readValue(from: string, { trust, data, allow = [] }: RunFlags): Promise<unknown> {
  const how =
    trust === true
      ? { mode: 'trusted' as const }
      : allow.length > 0
        ? { allow }
        : data === true
          ? { mode: 'data' as const }
          : { mode: 'trusted' as const, keys: ['trusted'] };
  const unpickler = new Unpickler({ ...how, ...passphrase() });
  const { value } = await unpickler.load(from === '-' ? process.stdin : from);
  return value;
}

/** Writes a value, signed so that this user can read it. */
export async function writeValue(value: unknown, to: string, output: NodeJS.WritableStream): Promise<void> {
  await new Pickler({ sign: 'own' }).dump(value, to === '-' ? output : to);
}

/** Sends what is printed from here on to the error output; gives the output as it was. */
export function divertOutput(): NodeJS.WritableStream {
  const { stdout, stderr } = process;
  const write = stdout.write.bind(stdout) as NodeJS.WritableStream['write'];
  const own = Object.create(stdout, { write: { value: write } }) as NodeJS.WritableStream;
  stdout.write = stderr.write.bind(stderr) as typeof stdout.write;
  return own;
}
