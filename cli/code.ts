// The commands that run code: `brine run` and `brine eval`. Loads what runs it when one is called.

import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { RunFlags } from './open-flags.js';
import { repeated } from './tools.js';

/** The option that lets a file that is opened as data have something. */
export const ALLOW = [
  '--allow <name>',
  'open it as data, and let it have this: intrinsic:Math.max, module:acorn#parse; may be given again',
  repeated,
] as const;

/** Adds them. */
export function addCode(program: Command): void {
  const withSnapshot = (command: Command): Command =>
    command
      .option('-l, --load <snapshot>', 'load a snapshot first')
      .option('--trust', 'let it run its code, whoever signed it')
      .option('--data', 'open it as data: nothing of it runs')
      .option(...ALLOW)
      .option('--run-pins', 'run the expressions that it has for what cannot be saved')
      .option('-s, --save <snapshot>', 'save the session afterwards')
      .option(
        '--overwrite',
        'with --save: replace what somebody else saved there, or a file that is no snapshot',
      )
      .option(
        '--input <snapshot>',
        'a value that --dump or dump() wrote, as the name input; - reads the input',
      )
      .option('--json', 'print a line of JSON on what came of it');
  withSnapshot(
    program.command('run').description('run a JavaScript or TypeScript file').argument('<file>'),
  ).action(async (file: string, flags: RunFlags) => {
    const { readProgram } = await import('./commands/program-file.js');
    const { runOnce } = await import('./run-once.js');
    await runOnce({ source: await readProgram(file), fileName: resolve(file), printsValue: false }, flags);
  });
  withSnapshot(
    program
      .command('eval')
      .description('evaluate code and print its value')
      .argument('<code>')
      .option(
        '--dump <file>',
        'write the value as a snapshot instead of printing it; - writes to the output',
      ),
  ).action(async (code: string, flags: RunFlags) => {
    const { runOnce } = await import('./run-once.js');
    await runOnce({ source: code, fileName: '[eval]', printsValue: true }, flags);
  });
}
