// `.load`: brings a snapshot's names back, or runs a script as one program, by what the file holds.

import { open, readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { resolve } from 'node:path';
import process from 'node:process';
import { withPristineBuiltins } from '../../src/realm/pristine.js';
import type { LoadOptions, LoadReport } from '../../src/session/types.js';
import { keyText } from '../../src/trust/index.js';
import { displayJson, displayName } from '../display-name.js';
import { CommandError, UsageError } from '../errors.js';
import { type Command, type CommandArguments, EXIT, type Shell } from './command.js';
import { passphrase } from './passphrase.js';
import { loadText } from './report.js';
import { isScriptName } from './save.js';

/** `.load <file> [names…]` */
export const loadCommand: Command = {
  name: 'load',
  usage: '<file> [names…] [--replace] [--eager] [--data | --trust]',
  summary: 'bring back what a file keeps; a .js or .ts file is run',
  flags: ['replace', 'eager', 'strict', 'json', 'data', 'trust'],
  completes: 'file',
  run: load,
};

async function load(shell: Shell, given: CommandArguments): Promise<number> {
  const [file, ...names] = given.words;
  if (file === undefined) throw new UsageError('.load needs a file', 'for example: .load work.pkl');
  if (isScriptName(file)) return loadScript(shell, file);
  if (given.flags.has('data') && given.flags.has('trust'))
    throw new UsageError('.load takes --data or --trust, not both');
  await refusePython(file);
  const report = await shell.withProgress(`loading ${displayName(file, 40)}`, (onProgress) => {
    const options: LoadOptions = {
      ...(names.length > 0 ? { names } : {}),
      ...(given.flags.has('eager') ? { isLazy: false } : {}),
      ...(given.flags.has('replace') ? { mode: 'replace' as const } : {}),
      ...(given.flags.has('trust') ? { as: 'trusted' as const } : {}),
      ...(given.flags.has('data') ? { as: 'data' as const } : {}),
      // A person sees the line that says so; a program would go on with what is not what it asked for.
      otherwise: shell.isInteractive ? 'data' : 'refuse',
      ...passphrase(),
      ...(onProgress === undefined ? {} : { onProgress }),
    };
    return shell.session.load(file, options);
  });
  shell.currentFile = file;
  const here = { ...report, host: report.host === hostname() ? '' : report.host };
  if (given.flags.has('json')) shell.print(displayJson({ ...report, ...signerOf(report) }));
  else
    shell.report(
      withPristineBuiltins(() =>
        loadText(here, { ...shell, workingDirectory: process.cwd() }, Date.now(), process.versions.node),
      ),
    );
  return given.flags.has('strict') && report.losses.length > 0 ? EXIT.lossy : EXIT.ok;
}

// Whose it is as one word, and the key as people hand it round.
function signerOf({ whose }: LoadReport): { whose: string | undefined; key?: string } {
  return {
    whose: whose?.whose,
    ...(whose !== undefined && 'publicKey' in whose ? { key: keyText(whose.publicKey) } : {}),
  };
}

async function loadScript(shell: Shell, file: string): Promise<number> {
  let source: string;
  try {
    source = await readFile(file, 'utf8');
  } catch (error) {
    throw new CommandError(`cannot read ${displayName(file)}: ${(error as NodeJS.ErrnoException).code}`);
  }
  return (await shell.runProgram(source, resolve(file))) ? EXIT.ok : EXIT.failed;
}

// A pickle of protocol 2 or later starts with 0x80 and its number.
async function refusePython(file: string): Promise<void> {
  const start = new Uint8Array(2);
  try {
    const handle = await open(file);
    try {
      await handle.read(start, 0, 2, 0);
    } finally {
      await handle.close();
    }
  } catch {
    // The session says what is wrong with the file, and which one was meant.
    return;
  }
  if (start[0] !== 0x80 || start[1]! < 2 || start[1]! > 5) return;
  throw new CommandError(
    `${displayName(file)} is a Python pickle (protocol ${start[1]}), not a brine snapshot`,
    'in Python, write what you need as JSON or CSV and read that here',
    EXIT.refused,
  );
}
