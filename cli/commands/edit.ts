// `.edit`: a cell in the editor of one's choice; what is saved there runs as a new cell.
//
// The file lies in a folder of its own that nobody else may look into, and is gone afterwards. The editor is a program
// with its arguments and no command of a shell's.

import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { withPristineBuiltins } from '../../src/realm/pristine.js';
import { displayJson, displayName } from '../display-name.js';
import { CommandError, UsageError } from '../errors.js';
import { cellOf, cellsOf } from './cells.js';
import { checkName } from './check-name.js';
import { type Command, type CommandArguments, EXIT, type Shell } from './command.js';

/** `.edit [n | name]` */
export const editCommand: Command = {
  name: 'edit',
  usage: '[n | name | --new]',
  summary: 'change a cell, or the one that made a name, in $VISUAL or $EDITOR, and run it as a new one',
  flags: ['new', 'json'],
  completes: 'name',
  run: edit,
};

async function edit(shell: Shell, given: CommandArguments): Promise<number> {
  const { withTerminal } = shell;
  if (withTerminal === undefined)
    throw new UsageError('.edit needs a terminal', 'in a pipe, write the cell into the input itself');
  const before = textToEdit(shell, given);
  const after = await withPristineBuiltins(() => edited(before, withTerminal));
  const isJson = given.flags.has('json');
  if (after.trim() === '' || after.trim() === before.trim()) {
    if (isJson) shell.print(displayJson({}));
    else shell.report(after.trim() === '' ? 'nothing to run' : 'unchanged: nothing ran');
    return EXIT.ok;
  }
  const cell = await shell.runCell(after.trimEnd());
  if (cell === undefined) return EXIT.failed;
  if (isJson) shell.print(displayJson({ number: cell.number, isError: cell.isError }));
  return cell.isError ? EXIT.failed : EXIT.ok;
}

function textToEdit(shell: Shell, { words, flags }: CommandArguments): string {
  const { cells } = shell.evaluator;
  const [word] = words;
  if (words.length > 1) throw new UsageError('.edit takes one cell or one name');
  if (flags.has('new') || (word === undefined && cells.length === 0)) return '';
  if (word === undefined || /^\d+$/.test(word)) return `${cellsOf(cells, words)[0]!.source.trim()}\n`;
  checkName(shell, word);
  const made = shell.evaluator.binding(word)?.cell ?? 0;
  if (made === 0)
    throw new UsageError(
      `nobody knows which cell made ${displayName(word, 60)}`,
      '.history lists the cells, .edit takes their numbers',
    );
  return `${cellOf(cells, made).source.trim()}\n`;
}

/** The program that edits: `VISUAL`, else `EDITOR`, else what every system has; with its arguments. */
export function editorOf(environment: NodeJS.ProcessEnv = process.env): readonly string[] {
  const wanted = environment['VISUAL'] || environment['EDITOR'];
  if (wanted === undefined) return [process.platform === 'win32' ? 'notepad' : 'vi'];
  const words = wanted.match(/"[^"]*"|'[^']*'|\S+/g) ?? ['vi'];
  return words.map((word) => word.replace(/^(["'])(.*)\1$/, '$2'));
}

async function edited(text: string, withTerminal: NonNullable<Shell['withTerminal']>): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'brine-edit-'));
  const file = join(folder, 'cell.ts');
  try {
    writeFileSync(file, text, { mode: 0o600 });
    const [program = 'vi', ...parameters] = editorOf();
    await withTerminal(() => run(program, [...parameters, file]));
    return readFileSync(file, 'utf8').replace(/\r\n/g, '\n');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function run(program: string, parameters: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, parameters, { stdio: 'inherit' });
    child.once('error', (error) =>
      reject(
        new CommandError(
          `cannot start the editor ${displayName(program, 80)}: ${(error as NodeJS.ErrnoException).code ?? error.message}`,
          'set VISUAL or EDITOR to a program that waits until the file is closed, for example EDITOR="code --wait"',
        ),
      ),
    );
    child.once('close', (code) => {
      if (code === 0) resolve();
      else
        reject(
          new CommandError(
            `the editor ${displayName(program, 80)} failed (${code ?? 'a signal'}); nothing ran`,
          ),
        );
    });
  });
}
