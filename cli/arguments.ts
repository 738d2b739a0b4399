// The command line's arguments: what to do, and with which options.

import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import process from 'node:process';
import { Command, InvalidArgumentError } from 'commander';
import { Evaluator } from '../src/evaluator/index.js';
import { EXIT, type Shell } from './commands/command.js';
import { runCommandLine } from './commands/index.js';
import { displayLines } from './display-name.js';
import { createShell, failureText, finalCode, isShown, valueText } from './shell.js';

interface PromptFlags {
  readonly quiet?: boolean;
  readonly keepGoing?: boolean;
  readonly history: boolean;
}

interface RunFlags {
  readonly load?: string;
  readonly save?: string;
}

/** Parses the arguments and does what they say. */
export async function runCommandLineArguments(argv: readonly string[]): Promise<void> {
  const program = new Command('brine')
    .description('A Node prompt that keeps: .save the session today, .load it tomorrow.')
    .version(__BRINE_VERSION__, '-v, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .argument('[file]', 'a snapshot to load first')
    .option('-q, --quiet', 'piped input: print no values')
    .option('-k, --keep-going', 'piped input: go on after a failure')
    .option('--no-history', 'neither read nor write the history')
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({
      outputError: (text, write) => write(`${displayLines(text.trimEnd())}\n`),
    })
    .action(open);
  addCode(program);
  try {
    await program.parseAsync([...argv]);
  } catch (error) {
    const { code, exitCode } = error as { code?: string; exitCode?: number };
    if (typeof code !== 'string' || !code.startsWith('commander.')) throw error;
    process.exitCode = exitCode === 0 ? EXIT.ok : EXIT.usage;
  }
}

function addCode(program: Command): void {
  program
    .command('run')
    .description('run a JavaScript or TypeScript file')
    .argument('<file>')
    .option('-l, --load <snapshot>', 'load a snapshot first')
    .option('-s, --save <snapshot>', 'save the session afterwards')
    .action(async (file: string, flags: RunFlags) => {
      let source: string;
      try {
        source = await readFile(file, 'utf8');
      } catch (error) {
        throw new InvalidArgumentError(`cannot read ${file}: ${(error as NodeJS.ErrnoException).code}`);
      }
      await runOnce(source, resolve(file), false, flags);
    });
  program
    .command('eval')
    .description('evaluate code and print its value')
    .argument('<code>')
    .option('-l, --load <snapshot>', 'load a snapshot first')
    .option('-s, --save <snapshot>', 'save the session afterwards')
    .action((code: string, flags: RunFlags) => runOnce(code, '[eval]', true, flags));
  program
    .command('vars')
    .description('list the names in a snapshot')
    .argument('<snapshot>')
    .option('--json', 'print JSON')
    .action(async (file: string, { json }: { json?: boolean }) => {
      const { describeFile } = await import('./commands/describe.js');
      process.exitCode = await describeFile(file, 'vars', json ?? false);
    });
  program
    .command('inspect')
    .description('say what a snapshot holds; never runs anything in it')
    .argument('<snapshot>')
    .option('--json', 'print JSON')
    .action(async (file: string, { json }: { json?: boolean }) => {
      const { describeFile } = await import('./commands/describe.js');
      process.exitCode = await describeFile(file, 'inspect', json ?? false);
    });
}

async function open(file: string | undefined, flags: PromptFlags): Promise<void> {
  const given = file === undefined ? {} : { file };
  if (process.stdin.isTTY) {
    const { startPrompt } = await import('./repl/prompt.js');
    await startPrompt({ ...given, hasHistory: flags.history });
  } else {
    const { runPiped } = await import('./repl/piped.js');
    await runPiped({ ...given, isQuiet: flags.quiet ?? false, keepsGoing: flags.keepGoing ?? false });
  }
}

// One program between an optional load and an optional save.
async function runOnce(
  source: string,
  fileName: string,
  printsValue: boolean,
  flags: RunFlags,
): Promise<void> {
  const evaluator = new Evaluator();
  const shell: Shell = await createShell({
    evaluator,
    output: {
      isTTY: process.stderr.isTTY,
      columns: process.stderr.columns,
      write: (text) => process.stderr.write(text),
    },
    isInteractive: false,
    note: (text) => void process.stderr.write(`${text}\n`),
    leave: (code) => process.exit(code),
  });
  if (flags.load !== undefined)
    exitUnless(await runCommandLine(shell, `.load ${JSON.stringify(flags.load)}`));
  const outcome = await evaluator.evaluate(source, { fileName, isWhole: true });
  if (outcome.status !== 'done') {
    shell.note(failureText(outcome.status === 'failed' ? outcome.error : new SyntaxError(outcome.message)));
    process.exit(EXIT.failed);
  }
  if (printsValue && isShown(outcome)) {
    process.stdout.write(`${valueText(outcome.value, process.stdout.isTTY === true)}\n`);
  }
  if (flags.save !== undefined)
    exitUnless(await runCommandLine(shell, `.save ${JSON.stringify(flags.save)}`));
}

function exitUnless(code: number): void {
  if (code !== EXIT.ok) process.exit(finalCode(code));
}
