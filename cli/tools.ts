// The commands that work on whole files and on what brine keeps: `brine merge`, `convert`, `sessions`, `gc`. Loads them when
// one is called.

import process from 'node:process';
import { Argument, type Command, Option } from 'commander';
import type { ConvertFlags } from './commands/convert.js';
import type { CopyFlags } from './commands/copy.js';
import type { GcFlags } from './commands/gc.js';
import type { MergeFlags } from './commands/merge.js';
import type { WorkerFlags } from './commands/worker.js';

/** An option that may be given again: all values, in order. */
export function repeated(value: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), value];
}

/** Adds them. */
export function addTools(program: Command): void {
  program
    .command('merge')
    .description('put the names of two files into a third; runs nothing of either')
    .argument('<a>', 'a snapshot')
    .argument('<b>', 'another one')
    .argument('<target>', 'the new file')
    .option('--take <side>', 'whose of the names that differ: a, b, or name=a; may be given again', repeated)
    .option('--dry-run', 'write nothing, say what would be')
    .option('--force', 'replace a target that exists')
    .option('--trust', 'sign the new file as yours, so that its code runs when it is loaded')
    .option('--json', 'print JSON')
    .action(async (a: string, b: string, target: string, flags: MergeFlags) => {
      const { mergeFiles } = await import('./commands/merge.js');
      process.exitCode = await mergeFiles({ a, b }, target, flags);
    });
  program
    .command('copy')
    .description('copy a snapshot to another place, byte for byte; runs nothing of it')
    .argument(
      '<from>',
      'a file, a session by its name, or an address: redis://host/work, sqlite:lab.db#work@2',
    )
    .argument('<to>', 'a new file or an address: s3://lab/work.pkl, https://host/work.pkl')
    .option('--force', 'replace what is there')
    .option('--json', 'print JSON')
    .action(async (from: string, to: string, flags: CopyFlags) => {
      const { copyFile } = await import('./commands/copy.js');
      process.exitCode = await copyFile(from, to, flags);
    });
  program
    .command('convert')
    .description(
      'a snapshot to JSON, JSON or a Python pickle to a snapshot, or another wrapping; runs nothing',
    )
    .argument('<source>', 'a snapshot, a JSON file or a Python pickle; recognised by what is in it')
    .argument('<target>', 'the new file: .json for JSON, anything else for a snapshot')
    .option('--as <name>', 'to a snapshot: put everything under this one name')
    .option('--value', 'to a snapshot: one value, as dump() writes it, and no names')
    .option('--encrypt', 'encrypt the snapshot with BRINE_PASSPHRASE')
    .option('--decrypt', 'write an encrypted snapshot without its encryption')
    .option('--force', 'replace a target that exists')
    .option('--json', 'print JSON')
    .action(async (source: string, target: string, flags: ConvertFlags) => {
      const { convertFile } = await import('./commands/convert.js');
      process.exitCode = await convertFile(source, target, flags);
    });
  program
    .command('sessions')
    .description('list the sessions saved under names, with the saves that are kept')
    .argument('[name]', 'only this one')
    .option('--json', 'print JSON')
    .action(async (name: string | undefined, { json }: { json?: boolean }) => {
      const { listSessions } = await import('./commands/gc.js');
      process.exitCode = listSessions(name, json ?? false);
    });
  program
    .command('worker')
    .description('work for a cluster: run what is signed by you or by somebody whom you trust')
    .option('--queue <url>', 'redis://host:6379, with #name for a queue of that name; default: BRINE_CLUSTER')
    .option('--workers <count>', 'tasks at a time; default: as many as there are cores')
    .addOption(new Option('--kind <kind>', 'what works on them').choices(['threads', 'processes']))
    .option('--load <snapshot>', 'a session that they begin with')
    .option(
      '--stall <seconds>',
      'when others take over the tasks of a worker that gives no sign of life; default: 30',
    )
    .option('--quiet', 'print no line for each task')
    .option('--json', 'print a line of JSON for each task')
    .action(async (flags: WorkerFlags) => {
      const { runWorker } = await import('./commands/worker.js');
      process.exitCode = await runWorker(flags);
    });
  program
    .command('gc')
    .description('remove what nobody needs: old saves of sessions, files of killed saves, ended journals')
    .argument('[folders...]', 'where else to look for files of killed saves; default: the working directory')
    .option('-n, --dry-run', 'remove nothing, say what would be')
    .option('--keep <count>', 'how many saves of each session stay; default: as configured')
    .option('--unsaved-older-than <days>', 'also unsaved work of shells that ended longer ago; default: none')
    .option('--json', 'print JSON')
    .action(async (folders: string[], flags: GcFlags) => {
      const { collectGarbage } = await import('./commands/gc.js');
      process.exitCode = await collectGarbage(folders, flags);
    });
  program
    .command('config')
    .description('show every setting with its value, and where that was said')
    .option('--json', 'print JSON')
    .action(async ({ json }: { json?: boolean }, command: Command) => {
      const { showConfig } = await import('./commands/config.js');
      process.exitCode = showConfig(flagsSaid(command), json ?? false);
    });
  program
    .command('doctor')
    .description('check what brine needs here: Node, terminal, keys, folders, packages; print what to fix')
    .option('--json', 'print JSON')
    .action(async ({ json }: { json?: boolean }) => {
      const { showDoctor } = await import('./commands/doctor.js');
      process.exitCode = showDoctor(json ?? false);
    });
  program
    .command('completion')
    .description('print a script that completes commands, options and files of brine')
    .addArgument(new Argument('<shell>', 'whose').choices(['bash', 'zsh', 'fish']))
    .action(async (shell: 'bash' | 'zsh' | 'fish') => {
      const { completionScript } = await import('./completion.js');
      const { printOut } = await import('./out.js');
      printOut(completionScript(shell, program));
    });
}

// Flags before the command: `brine --save-on-exit yes config`.
function flagsSaid(command: Command): Map<string, string> {
  const flags = command.optsWithGlobals<{ saveOnExit?: string; history?: boolean }>();
  const said = new Map<string, string>();
  if (flags.saveOnExit !== undefined) said.set('saveOnExit', flags.saveOnExit);
  if (flags.history === false) said.set('BRINE_HISTORY', '');
  return said;
}
