// The commands with which programs drive a session: `brine serve`. Loads them when one is called.

import process from 'node:process';
import type { Command } from 'commander';
import { ALLOW } from './code.js';
import type { ServeFlags } from './serve/serve.js';

/** Adds them. */
export function addServing(program: Command): void {
  program
    .command('serve')
    .description('let a program drive a session: requests and answers as lines of JSON')
    .argument('[snapshot]', 'a snapshot to load first')
    .option('--trust', 'let it run its code, whoever signed it')
    .option('--data', 'open it as data: nothing of it runs')
    .option(...ALLOW)
    .option('--run-pins', 'run the expressions that it has for what cannot be saved')
    .option('--no-autosave', 'keep nothing of what is unsaved')
    .action(async (snapshot: string | undefined, flags: ServeFlags) => {
      const { serve } = await import('./serve/serve.js');
      process.exitCode = await serve(snapshot, flags);
    });
}
