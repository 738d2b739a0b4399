#!/usr/bin/env node
// The `brine` program: a prompt at a terminal, a runner in a pipe, and commands on files. Everything loads lazily.

import process from 'node:process';

// Whoever reads no further (`brine vars work.pkl | head`) ends the program, and is no error; programs that see to it themselves do.
function endWithReader(error: NodeJS.ErrnoException): void {
  if (process.stdout.listenerCount('error') > 1) return;
  if (error.code !== 'EPIPE') throw error;
  process.exit();
}

try {
  if (!process.stdout.isTTY) process.stdout.on('error', endWithReader);
  if (process.argv.length > 2) {
    const { runCommandLineArguments } = await import('./arguments.js');
    await runCommandLineArguments(process.argv);
  } else if (process.stdin.isTTY) {
    const { startPrompt } = await import('./repl/prompt.js');
    await startPrompt({});
  } else {
    const { runPiped } = await import('./repl/piped.js');
    await runPiped({ isQuiet: false, keepsGoing: false });
  }
} catch (error) {
  // Node would print it as it is.
  const { failed } = await import('./failure.js');
  process.exit(failed(error));
}
