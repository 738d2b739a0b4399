// The commands that answer questions about files: `brine why`, `brine size` and the others. Loads them when one is called.

import process from 'node:process';
import type { Command } from 'commander';
import type { ExportFlags } from './commands/export.js';
import type { ShareFlags } from './commands/share.js';

const QUESTION_COMMANDS = [
  ['why', '[path...]', 'say what a file does not have, why, and what to do'],
  ['size', '[path...]', 'say what takes the space in a file, what is shared counted once'],
  ['deps', '<function...>', 'say what a function in a file captures and which globals it names'],
  ['path', '<words...>', 'say how one value in a file is reached from another'],
  ['retains', '<path...>', 'say who holds a value in a file, and what would go with it'],
  ['origin', '<name...>', 'show the input that made a name, and those that mention it since'],
] as const;

/** Adds them. */
export function addUnderstanding(program: Command): void {
  for (const [name, words, summary] of QUESTION_COMMANDS)
    program
      .command(name)
      .summary(summary)
      .description(`${summary}; runs nothing of it`)
      .argument('<snapshot>')
      .argument(words)
      .option('--json', 'print JSON')
      .action(async (file: string, given: string[], { json }: { json?: boolean }) => {
        const { QUESTIONS } = await import('./commands/questions/index.js');
        const { askFile } = await import('./commands/questions/question.js');
        const question = QUESTIONS.find((one) => one.name === name);
        if (question !== undefined) process.exitCode = await askFile(question, file, given, json ?? false);
      });
  program
    .command('trace')
    .summary('say what a save did with each name in a file')
    .description(
      'say what a save did with each name in a file, with the bytes of its parts; runs nothing of it',
    )
    .argument('<snapshot>')
    .option('--json', 'print JSON')
    .action(async (file: string, { json }: { json?: boolean }) => {
      const { traceFile } = await import('./commands/trace.js');
      process.exitCode = await traceFile(file, json ?? false);
    });
  program
    .command('diff')
    .description('say what differs between two files, by path; runs nothing')
    .argument('<before>')
    .argument('<after>')
    .argument('[name]', 'only this name')
    .option('--json', 'print JSON')
    .action(async (before: string, after: string, name: string | undefined, { json }: { json?: boolean }) => {
      const { diffFiles } = await import('./commands/diff.js');
      process.exitCode = await diffFiles({ before, after }, name, json ?? false);
    });
  program
    .command('export')
    .description(
      'write the cells of a snapshot, what they showed and its variables as a page, a notebook or a program; runs nothing of it',
    )
    .argument('<snapshot>')
    .argument('<file>', 'notes.html, notes.md, notes.ipynb, or .js, .mjs, .cjs, .ts, .mts, .cts')
    .option('--title <text>', 'what it is called; default: the name of the snapshot')
    .option('--no-outputs', 'leave out what the cells showed')
    .option('--share', 'write a snapshot, signed by you for others, with the note: for colleagues to open')
    .option('--note <text>', 'with --share: what you say to whoever opens it')
    .option('--author <name>', 'with --share: who you are; default: your user name and machine')
    .option('--with-secrets', 'with --share: write it although something in it looks like a secret')
    .option('--overwrite', 'replace a file that no export made')
    .option('--json', 'print JSON')
    .action(async (file: string, target: string, flags: ExportFlags & ShareFlags) => {
      if (flags.share === true) {
        const { shareFile } = await import('./commands/share.js');
        process.exitCode = await shareFile(file, target, flags);
        return;
      }
      const { exportFile } = await import('./commands/export.js');
      process.exitCode = await exportFile(file, target, flags);
    });
  program
    .command('dis')
    .description('name every byte of a file in the words of docs/FORMAT.md; runs nothing')
    .argument('<snapshot>')
    .option('--json', 'print a line of JSON for each piece')
    .action(async (file: string, { json }: { json?: boolean }) => {
      const { disassembleFile } = await import('./commands/dis.js');
      process.exitCode = await disassembleFile(file, json ?? false);
    });
}
