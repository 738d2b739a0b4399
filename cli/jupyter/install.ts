// `brine jupyter install` and `uninstall`: tells Jupyter of the kernel, and takes that back. Touches no kernel of somebody else.

import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { displayJson, displayName } from '../display-name.js';
import { CommandError } from '../errors.js';
import { printOut } from '../out.js';
import { specFolder, specOf, whoseSpec } from './spec.js';
import { loadZeromq } from './zeromq.js';

/** What the command line says. */
export interface JupyterFlags {
  readonly name: string;
  readonly prefix?: string;
  readonly json?: boolean;
}

/** The program, beside the chunk that the build makes of this file. */
const SCRIPT = new URL('../cli/main.js', import.meta.url);

/** Writes the kernel's folder. Throws a `CommandError` when there is one of somebody else, or when zeromq is missing. */
export async function install({ name, prefix, json }: JupyterFlags): Promise<void> {
  const folder = specFolder(name, prefix);
  await loadZeromq();
  if (whoseSpec(folder) === 'other') throw notOurs(folder);
  const spec = specOf(fileURLToPath(SCRIPT), name.toLowerCase());
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'kernel.json'), `${JSON.stringify(spec, undefined, 2)}\n`);
  if (json === true) printOut(displayJson({ name: name.toLowerCase(), folder, ...spec }));
  else {
    printOut(`installed ${displayName(name.toLowerCase())} in ${displayName(folder)}`);
    printOut(`  jupyter console --kernel ${displayName(name.toLowerCase())}, or choose it in a notebook`);
  }
}

/** Removes it again. */
export function uninstall({ name, prefix, json }: JupyterFlags): void {
  const folder = specFolder(name, prefix);
  const whose = whoseSpec(folder);
  if (whose === 'nobody')
    throw new CommandError(
      `there is no kernel in ${displayName(folder)}`,
      'jupyter kernelspec list shows where they are',
    );
  if (whose === 'other') throw notOurs(folder);
  rmSync(folder, { recursive: true });
  if (json === true) printOut(displayJson({ name: name.toLowerCase(), folder }));
  else printOut(`removed ${displayName(folder)}`);
}

function notOurs(folder: string): CommandError {
  return new CommandError(
    `the kernel in ${displayName(folder)} is not one of brine`,
    '--name takes another name',
  );
}
