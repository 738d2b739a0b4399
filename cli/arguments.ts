// The command line's arguments: what to do, and with which options.

import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import process from 'node:process';
import { Command, Option } from 'commander';
import { Evaluator } from '../src/evaluator/index.js';
import { outputOf } from '../src/session/cell-output.js';
import { EXIT, type Shell } from './commands/command.js';
import type { DescribeFlags } from './commands/describe.js';
import { runCommandLine } from './commands/index.js';
import type { RepairFlags } from './commands/repair.js';
import type { VerifyFlags } from './commands/verify.js';
import { displayLines, displayName } from './display-name.js';
import { UsageError } from './errors.js';
import { printError, printOut } from './out.js';
import { listenToPrinted } from './printed.js';
import { createShell, failureText, finalCode, isShown, valueText } from './shell.js';
import { addUnderstanding } from './understanding.js';

interface OpenFlags {
  readonly trust?: boolean;
  readonly data?: boolean;
  readonly runPins?: boolean;
  readonly allow?: readonly string[];
}

interface PromptFlags extends OpenFlags {
  readonly quiet?: boolean;
  readonly keepGoing?: boolean;
  readonly history: boolean;
  readonly saveOnExit?: string;
}

interface RunFlags extends OpenFlags {
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
    .option('--trust', 'let the snapshot run its code, whoever signed it')
    .option('--data', 'open the snapshot as data: nothing of it runs')
    .option(...ALLOW)
    .option('--run-pins', 'run the expressions that the snapshot has for what cannot be saved')
    .option('--no-history', 'neither read nor write the history')
    .addOption(
      new Option('--save-on-exit <answer>', 'unsaved changes when you leave the prompt').choices([
        'ask',
        'yes',
        'no',
      ]),
    )
    .enablePositionalOptions()
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({
      outputError: (text, write) => write(`${displayLines(text.trimEnd())}\n`),
    })
    .action(open);
  addCode(program);
  addKeys(program);
  addRepair(program);
  addUnderstanding(program);
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
    .option('--trust', 'let it run its code, whoever signed it')
    .option('--data', 'open it as data: nothing of it runs')
    .option(...ALLOW)
    .option('--run-pins', 'run the expressions that it has for what cannot be saved')
    .option('-s, --save <snapshot>', 'save the session afterwards')
    .action(async (file: string, flags: RunFlags) => {
      let source: string;
      try {
        source = await readFile(file, 'utf8');
      } catch (error) {
        throw new UsageError(`cannot read ${displayName(file)}: ${(error as NodeJS.ErrnoException).code}`);
      }
      await runOnce(source, resolve(file), false, flags);
    });
  program
    .command('eval')
    .description('evaluate code and print its value')
    .argument('<code>')
    .option('-l, --load <snapshot>', 'load a snapshot first')
    .option('--trust', 'let it run its code, whoever signed it')
    .option('--data', 'open it as data: nothing of it runs')
    .option(...ALLOW)
    .option('--run-pins', 'run the expressions that it has for what cannot be saved')
    .option('-s, --save <snapshot>', 'save the session afterwards')
    .action((code: string, flags: RunFlags) => runOnce(code, '[eval]', true, flags));
  program
    .command('vars')
    .description('list the names in a snapshot')
    .argument('<snapshot>')
    .option('--json', 'print JSON')
    .action(async (file: string, { json }: { json?: boolean }) => {
      const { describeFile } = await import('./commands/describe.js');
      process.exitCode = await describeFile(file, 'vars', { json: json ?? false });
    });
  program
    .command('inspect')
    .description('say what a snapshot holds; never runs anything in it')
    .argument('<snapshot>')
    .option('--json', 'print JSON')
    .option('--all', 'look into all values, however large the file is; default: into 4 MiB of them')
    .option('--code', 'print all code in full')
    .action(async (file: string, flags: DescribeFlags) => {
      const { describeFile } = await import('./commands/describe.js');
      process.exitCode = await describeFile(file, 'inspect', flags);
    });
}

function addKeys(program: Command): void {
  program
    .command('key')
    .description('print your public key, for those who are to trust what you sign')
    .action(async () => {
      const { answer, showKey } = await import('./commands/keys.js');
      process.exitCode = await answer(showKey);
    });
  program
    .command('sign')
    .description('sign a snapshot, so that those who trust your key can load it')
    .argument('<snapshot>')
    .action(async (file: string) => {
      const { answer, signFile } = await import('./commands/keys.js');
      process.exitCode = await answer(() => signFile(file));
    });
  program
    .command('trust')
    .description('trust a public key, or whoever signed a snapshot; without one, list who is trusted')
    .argument('[who]', 'a public key or a signed snapshot')
    .argument('[name...]', 'what you call them')
    .option('--remove', 'trust them no more')
    .action(async (who: string | undefined, name: string[], { remove }: { remove?: boolean }) => {
      const { answer, trust } = await import('./commands/keys.js');
      process.exitCode = await answer(() => trust(who, name.join(' '), remove ?? false));
    });
  program
    .command('verify')
    .description(
      'check a snapshot in a process of its own: 0 undamaged and yours or trusted; 3 damaged, or nobody you trust; 4 with --load when something does not come back as it was',
    )
    .argument('<snapshot>')
    .option('--load', 'load it there, save it again in memory, and compare the two')
    .option(
      '--replay',
      'run its inputs again there, and compare the names that they make; 4 when one differs',
    )
    .option('--trust', 'let it run its code for that, whoever signed it')
    .option('--json', 'print JSON')
    .addOption(new Option('--here').hideHelp())
    .action(async (file: string, flags: VerifyFlags & { readonly replay?: boolean }) => {
      if (flags.replay === true) {
        const { replayFile } = await import('./commands/replay.js');
        process.exitCode = await replayFile(file, flags);
        return;
      }
      const { verifyFile } = await import('./commands/verify.js');
      process.exitCode = await verifyFile(file, flags);
    });
}

function addRepair(program: Command): void {
  program
    .command('repair')
    .description(
      'write a new file of what a damaged one still has; 0 when nothing is lost, else 4; 3 for nothing',
    )
    .argument('<snapshot>')
    .argument('[target]', 'the new file; default: work.repaired.pkl beside work.pkl')
    .option('--in-place', 'put it in the place of the damaged one, which is kept as work.damaged.pkl')
    .option('--force', 'replace a target that exists')
    .option('--trust', 'sign what survives as yours, so that its code runs when it is loaded')
    .option('--json', 'print JSON')
    .action(async (file: string, target: string | undefined, flags: RepairFlags) => {
      const { repairFile } = await import('./commands/repair.js');
      const { styleFor } = await import('./style.js');
      const page = { style: styleFor(process.stdout), columns: process.stdout.columns ?? 100 };
      process.exitCode = await repairFile(file, target, flags, page);
    });
}

const ALLOW = [
  '--allow <name>',
  'open it as data, and let it have this: intrinsic:Math.max, module:acorn#parse; may be given again',
  (name: string, before: readonly string[] | undefined): readonly string[] => [...(before ?? []), name],
] as const;

function loadLine(file: string, { trust, data, runPins, allow = [] }: OpenFlags): string {
  const flags = [trust && '--trust', data && '--data', runPins && '--run-pins'];
  const allowed = allow.map((name) => `--allow ${JSON.stringify(name)}`);
  return ['.load', JSON.stringify(file), ...flags.filter((flag) => flag), ...allowed].join(' ');
}

async function open(file: string | undefined, flags: PromptFlags): Promise<void> {
  const given = file === undefined ? {} : { load: loadLine(file, flags) };
  if (process.stdin.isTTY) {
    const { startPrompt } = await import('./repl/prompt.js');
    await startPrompt({ ...given, hasHistory: flags.history, saveOnExit: flags.saveOnExit });
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
    output: process.stderr,
    isInteractive: false,
    note: (text) => printError(text),
    leave: (code) => process.exit(code),
  });
  if (flags.load !== undefined) exitUnless(await runCommandLine(shell, loadLine(flags.load, flags)));
  process.on('uncaughtException', (error) => {
    // A program that handles them itself goes on.
    if (process.listenerCount('uncaughtException') > 1) return;
    evaluator.trim(error);
    printError(failureText(error));
    process.exit(EXIT.failed);
  });
  const heard = listenToPrinted();
  const outcome = await evaluator.evaluate(source, { fileName, isWhole: true });
  const printed = heard();
  if (outcome.status !== 'done') {
    shell.note(failureText(outcome.status === 'failed' ? outcome.error : new SyntaxError(outcome.message)));
    process.exit(EXIT.failed);
  }
  const isPrinted = printsValue && isShown(outcome);
  const text = isPrinted ? valueText(outcome.value, process.stdout.isTTY === true) : undefined;
  if (text !== undefined) printOut(text);
  const shown = text === undefined ? {} : { text, value: outcome.value };
  evaluator.record(outcome.cell, outputOf({ ...printed, ...shown }));
  if (flags.save !== undefined)
    exitUnless(await runCommandLine(shell, `.save ${JSON.stringify(flags.save)}`));
}

function exitUnless(code: number): void {
  if (code !== EXIT.ok) process.exit(finalCode(code));
}
