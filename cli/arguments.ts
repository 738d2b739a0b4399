// The command line's arguments: what to do, and with which options.

import process from 'node:process';
import { Command, Option } from 'commander';
import { nearestName } from '../src/nearest-name.js';
import { isAddress } from '../src/stores/addresses.js';
import { ALLOW, addCode } from './code.js';
import { EXIT } from './commands/command.js';
import type { DescribeFlags } from './commands/describe.js';
import type { RepairFlags } from './commands/repair.js';
import type { VerifyFlags } from './commands/verify.js';
import { displayName } from './display-name.js';
import { UsageError } from './errors.js';
import { failed } from './failure.js';
import { addHelp } from './help.js';
import { loadLine, type OpenFlags } from './open-flags.js';
import { addServing } from './serving.js';
import { addTools } from './tools.js';
import { addUnderstanding } from './understanding.js';
import { wrongCall } from './wrong-call.js';

interface PromptFlags extends OpenFlags {
  readonly quiet?: boolean;
  readonly keepGoing?: boolean;
  readonly history: boolean;
  readonly saveOnExit?: string;
}

/** Parses the arguments and does what they say. */
export async function runCommandLineArguments(argv: readonly string[]): Promise<void> {
  const program = programOf();
  try {
    await program.parseAsync([...argv]);
  } catch (error) {
    const { code, exitCode, message } = error as { code?: string; exitCode?: number; message: string };
    if (typeof code !== 'string' || !code.startsWith('commander.')) throw error;
    const isAnswered = exitCode === 0 || code === 'commander.help';
    process.exitCode = isAnswered ? EXIT.ok : failed(wrongCall(message, program));
  }
}

/** The program with all its commands and options, for whoever parses or lists them. */
export function programOf(): Command {
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
    .helpCommand('help [command]', 'print the help of a command')
    .enablePositionalOptions()
    .allowExcessArguments()
    .showSuggestionAfterError()
    .exitOverride()
    // Said where it is caught.
    .configureOutput({ outputError: () => {} })
    .hook('preAction', async (_program, command) => {
      if (!command.args.some(isAddress)) return;
      const { fetchArguments } = await import('./store-word.js');
      await fetchArguments(command);
    })
    .action(open);
  addCode(program);
  addLooks(program);
  addKeys(program);
  addRepair(program);
  addUnderstanding(program);
  addTools(program);
  addServing(program);
  addHelp(program);
  for (const command of program.commands) command.allowExcessArguments(false);
  return program;
}

function addLooks(program: Command): void {
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
    .option('--json', 'print JSON')
    .action(async ({ json }: { json?: boolean }) => {
      const { answer, showKey } = await import('./commands/keys.js');
      process.exitCode = await answer(json, showKey);
    });
  program
    .command('sign')
    .description('sign a snapshot, so that those who trust your key can load it')
    .argument('<snapshot>')
    .option('--json', 'print JSON')
    .action(async (file: string, { json }: { json?: boolean }) => {
      const { answer, signFile } = await import('./commands/keys.js');
      process.exitCode = await answer(json, () => signFile(file));
    });
  program
    .command('trust')
    .description('trust a public key, or whoever signed a snapshot; without one, list who is trusted')
    .argument('[who]', 'a public key or a signed snapshot')
    .argument('[name...]', 'what you call them')
    .option('--remove', 'trust them no more')
    .option('--json', 'print JSON')
    .action(async (who: string | undefined, name: string[], flags: { remove?: boolean; json?: boolean }) => {
      const { answer, trust } = await import('./commands/keys.js');
      process.exitCode = await answer(flags.json, () => trust(who, name.join(' '), flags.remove ?? false));
    });
  program
    .command('verify')
    .description('check in a process of its own whether a snapshot is undamaged, and whose it is')
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
    .description('write a new file of what a damaged one still has')
    .argument('<snapshot>')
    .argument('[target]', 'the new file; default: work.repaired.pkl beside work.pkl')
    .option('--in-place', 'put it in the place of the damaged one, which is kept as work.damaged.pkl')
    .option('--force', 'replace a target that exists')
    .option('--trust', 'sign what survives as yours, so that its code runs when it is loaded')
    .option('--json', 'print JSON')
    .action(async (file: string, target: string | undefined, flags: RepairFlags) => {
      const { repairFile } = await import('./commands/repair.js');
      process.exitCode = await repairFile(file, target, flags);
    });
}

async function open(file: string | undefined, flags: PromptFlags, program: Command): Promise<void> {
  if (file !== undefined) await refuseCommand(file, program);
  const given = file === undefined ? {} : { load: loadLine(file, flags) };
  if (process.stdin.isTTY) {
    const { startPrompt } = await import('./repl/prompt.js');
    await startPrompt({ ...given, hasHistory: flags.history, saveOnExit: flags.saveOnExit });
  } else {
    const { runPiped } = await import('./repl/piped.js');
    await runPiped({ ...given, isQuiet: flags.quiet ?? false, keepsGoing: flags.keepGoing ?? false });
  }
}

// A word that is neither a file nor a session was meant as a command.
async function refuseCommand(word: string, { args, commands }: Command): Promise<void> {
  const names = commands.map((command) => command.name());
  const { existsSync } = await import('node:fs');
  const { isSessionName, sessionNames } = await import('../src/store/session-folder.js');
  const isThere = existsSync(word) || sessionNames().includes(word.replace(/@\d+$/, ''));
  const near = nearestName(word, names);
  const shown = displayName(word, 60);
  if (isThere && args.length > 1)
    throw new UsageError(
      `brine takes one file, and got ${args.length}`,
      `brine ${shown} opens it; commands come first: brine inspect ${shown}`,
    );
  const isMeant = args.length > 1 || (isSessionName(word) && near !== undefined);
  if (isThere || !isMeant) return;
  throw new UsageError(
    `there is no command ${shown}, and no file or session of that name`,
    near === undefined ? 'brine --help lists the commands' : `did you mean brine ${near}?`,
  );
}
