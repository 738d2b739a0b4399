// The commands with which programs drive a session: `brine serve`, and `brine jupyter` for notebooks. Loads them when one is called.

import process from 'node:process';
import { Argument, type Command } from 'commander';
import { ALLOW } from './code.js';
import { UsageError } from './errors.js';
import type { JupyterFlags } from './jupyter/install.js';
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
  program
    .command('jupyter')
    .description('brine as a kernel of Jupyter: install it for notebooks, remove it, or run it')
    .addArgument(
      new Argument('<action>', 'what to do; kernel is what Jupyter runs').choices([
        'install',
        'uninstall',
        'kernel',
      ]),
    )
    .argument('[file]', 'for kernel: the connection file')
    .option('--name <name>', 'what Jupyter calls it', 'brine')
    .option('--prefix <folder>', 'install into this environment; default: for you alone')
    .option('--json', 'print JSON')
    .action((action: 'install' | 'uninstall' | 'kernel', file: string | undefined, flags: JupyterFlags) =>
      jupyter(action, file, flags),
    );
}

async function jupyter(
  action: 'install' | 'uninstall' | 'kernel',
  file: string | undefined,
  flags: JupyterFlags,
): Promise<void> {
  if ((file === undefined) === (action === 'kernel'))
    throw new UsageError(
      action === 'kernel' ? 'kernel needs a connection file' : `${action} takes no file`,
      'brine jupyter install makes it known to Jupyter, which runs it then',
    );
  if (file !== undefined) {
    const { runKernel } = await import('./jupyter/kernel.js');
    process.exitCode = await runKernel(file);
    return;
  }
  const { install, uninstall } = await import('./jupyter/install.js');
  if (action === 'install') await install(flags);
  else uninstall(flags);
}
