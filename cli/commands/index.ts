// The table of commands, and the one way to call one.

import { nearestName } from '../../src/nearest-name.js';
import { withPristineBuiltins } from '../../src/realm/pristine.js';
import { isAddress } from '../../src/stores/addresses.js';
import { displayJson, displayName } from '../display-name.js';
import { describeFailure, exitCodeOf, UsageError } from '../errors.js';
import { failureLines, inShell } from '../failure.js';
import { wrappedTable, wrapText, wrapWords } from '../format.js';
import { errorColumns, type Page } from '../page.js';
import { fileOfWord } from '../session-word.js';
import { autosaveCommand } from './autosave.js';
import { type Command, type CommandArguments, EXIT, parseArguments, type Shell } from './command.js';
import { configCommand } from './config.js';
import { inspectCommand } from './describe.js';
import { diffCommand } from './diff.js';
import { clearCommand, dropCommand } from './drop.js';
import { editCommand } from './edit.js';
import { excludeCommand } from './exclude.js';
import { exitCommand } from './exit.js';
import { exportCommand } from './export-command.js';
import { flagRows } from './flag-help.js';
import { historyCommand } from './history.js';
import { jobsCommand } from './jobs.js';
import { trustCommand } from './keys.js';
import { loadCommand } from './load.js';
import { pinCommand, pinsCommand, unpinCommand } from './pin.js';
import { QUESTIONS } from './questions/index.js';
import { questionCommand } from './questions/question.js';
import { recoverCommand } from './recover.js';
import { repairCommand } from './repair.js';
import { verifyCommand } from './replay.js';
import { rerunCommand } from './rerun.js';
import { saveCommand } from './save.js';
import { sessionsCommand, undoSaveCommand } from './sessions.js';
import { shareCommand } from './share-command.js';
import { timeCommand } from './time.js';
import { traceCommand } from './trace.js';
import { checkpointCommand, redoCommand, rollbackCommand, undoCommand } from './undo.js';
import { varsCommand } from './vars.js';

const helpCommand: Command = {
  name: 'help',
  usage: '[command]',
  summary: 'show this list, or how a command is called',
  completes: 'command',
  flags: ['json'],
  run: help,
};

/** Every command that the prompt and the pipe share, in the order of `.help`. */
export const COMMANDS: readonly Command[] = [
  saveCommand,
  loadCommand,
  sessionsCommand,
  undoSaveCommand,
  inspectCommand,
  trustCommand,
  undoCommand,
  redoCommand,
  checkpointCommand,
  rollbackCommand,
  recoverCommand,
  autosaveCommand,
  repairCommand,
  verifyCommand,
  varsCommand,
  ...QUESTIONS.map(questionCommand),
  traceCommand,
  diffCommand,
  excludeCommand,
  dropCommand,
  clearCommand,
  pinCommand,
  pinsCommand,
  unpinCommand,
  historyCommand,
  rerunCommand,
  editCommand,
  timeCommand,
  exportCommand,
  shareCommand,
  jobsCommand,
  configCommand,
  helpCommand,
  exitCommand,
];

/** Commands of Node's own line editor, which exist at the prompt only. */
export const EDITOR_COMMANDS: readonly { readonly name: string; readonly summary: string }[] = [
  { name: 'editor', summary: 'write several lines; Ctrl-D runs them, Ctrl-C drops them' },
  { name: 'break', summary: 'leave an unfinished input, as Ctrl-C does' },
];

/** The command's name in a line such as `.save work.pkl`, or undefined when the line is no command line. */
export function commandName(line: string): string | undefined {
  return /^\s*\.([A-Za-z][\w-]*)(?=\s|$)/.exec(line)?.[1];
}

/** True for a line that calls a command that exists. */
export function isCommandLine(line: string): boolean {
  const name = commandName(line);
  return name !== undefined && COMMANDS.some((command) => command.name === name);
}

/** True for a line that calls a command after which `.undo` leads back to the state before it. */
export function isChangingLine(line: string): boolean {
  const name = commandName(line);
  return COMMANDS.some((command) => command.name === name && command.isChanging === true);
}

/**
 * Runs a command line; prints what went wrong, in the words of a shell where the line was made of a command line's flags.
 * Returns an exit code, never throws.
 */
export async function runCommandLine(shell: Shell, line: string, isOfShell = false): Promise<number> {
  try {
    return await withPristineBuiltins(() => startCommand(shell, line));
  } catch (error) {
    return withPristineBuiltins(() => {
      const columns = shell.isInteractive ? shell.columns : errorColumns();
      const text = describeFailure(error);
      shell.note(failureLines(isOfShell ? inShell(text) : text, shell.style, columns));
      return exitCodeOf(error);
    });
  }
}

function startCommand(shell: Shell, line: string): Promise<number> | number {
  const match = /^\s*\.(\S+)\s*(.*)$/s.exec(line);
  const command = commandNamed(match?.[1] ?? '', shell.isInteractive);
  return runChecked(shell, command, parseArguments((match?.[2] ?? '').trim(), command.valued));
}

/** Runs a command with words and flags that nobody typed. Returns an exit code; throws what the command throws. */
export async function runCommand(shell: Shell, name: string, given: CommandArguments): Promise<number> {
  return withPristineBuiltins(() => runChecked(shell, commandNamed(name, shell.isInteractive), given));
}

function commandNamed(name: string, isInteractive: boolean): Command {
  const command = COMMANDS.find((candidate) => candidate.name === name);
  if (command === undefined) throw unknownCommand(name, isInteractive);
  return command;
}

function runChecked(shell: Shell, command: Command, given: CommandArguments): Promise<number> | number {
  checkFlags(command, given);
  checkWords(command, given);
  const readsFiles = command.completes?.startsWith('file') === true;
  if (!readsFiles || command.opensAddresses === true || !given.words.some(isAddress))
    return command.run(shell, given);
  return runOnFiles(shell, command, given);
}

// What lies in a store is a file to most commands.
async function runOnFiles(shell: Shell, command: Command, given: CommandArguments): Promise<number> {
  const words: string[] = [];
  for (const word of given.words) words.push(await fileOfWord(word));
  return command.run(shell, { ...given, words });
}

function unknownCommand(name: string, isInteractive: boolean): UsageError {
  const names = [...COMMANDS, ...(isInteractive ? EDITOR_COMMANDS : [])].map((command) => command.name);
  const near = nearestName(name, names);
  const hint = near === undefined ? '.help lists the commands' : `did you mean .${near}?`;
  return new UsageError(`there is no command .${displayName(name, 40)}`, hint);
}

function checkWords({ name, usage, wordsMax }: Command, { words }: CommandArguments): void {
  const odd = wordsMax === undefined ? undefined : words[wordsMax];
  if (odd !== undefined)
    throw new UsageError(`.${name} takes no ${displayName(odd, 40)}`, `usage: .${name} ${usage}`.trimEnd());
}

function checkFlags(command: Command, { flags }: CommandArguments): void {
  for (const [flag, value] of flags) {
    if (command.valued?.includes(flag) && (value === true || value === ''))
      throw new UsageError(`--${flag} needs a value`, `usage: .${command.name} ${command.usage}`.trimEnd());
    if (command.flags.includes(flag) || command.valued?.includes(flag)) continue;
    const near = nearestName(flag, [...command.flags, ...(command.valued ?? [])]);
    throw new UsageError(
      `.${command.name} has no --${displayName(flag, 40)}`,
      near === undefined ? `usage: .${command.name} ${command.usage}`.trimEnd() : `did you mean --${near}?`,
    );
  }
}

const KEYS =
  'Tab completes, Ctrl-R searches back, Ctrl-C stops a cell, Ctrl-D leaves. _ is the last value, _error the last error.';

function help(shell: Shell, given: CommandArguments): number {
  const list: readonly Helped[] = [...COMMANDS, ...(shell.isInteractive ? EDITOR_COMMANDS : [])];
  const isJson = given.flags.has('json');
  const [word] = given.words;
  if (word !== undefined) {
    const name = word.replace(/^\./, '');
    const found = list.find((command) => command.name === name);
    if (found === undefined) throw unknownCommand(name, shell.isInteractive);
    shell.print(isJson ? displayJson(helpOf(found)) : commandHelp(found, shell));
    return EXIT.ok;
  }
  if (isJson) {
    shell.print(displayJson(list.map(helpOf)));
    return EXIT.ok;
  }
  shell.print(
    wrappedTable(
      list.map(({ name, summary }) => [`.${name}`, summary]),
      shell.columns,
    ),
  );
  const keys = shell.isInteractive ? KEYS : '';
  shell.print(wrapText('', `.help save says how .save is called. ${keys}`.trimEnd(), shell.columns));
  return EXIT.ok;
}

type Helped = Pick<Command, 'name' | 'summary'> & Partial<Command>;

function helpOf({ name, summary, usage = '', flags = [] }: Helped): object {
  return { name, usage, summary, flags };
}

// Words of a usage that belong together stay on one line.
function commandHelp({ name, usage = '', summary, flags = [] }: Helped, { columns, style }: Page): string {
  const found = usage.match(/<[^>]*>|\[(?:[^[\]]|\[[^\]]*\])*\]…?|\([^)]*\)|\S+/g) ?? [];
  const parts = found.map((part) => part.replaceAll('…', style.ellipsis));
  const head = `.${name} `;
  const called = wrapWords(parts.length === 0 ? `.${name}` : head, parts, columns);
  const explained = wrappedTable(flagRows(name, flags), columns);
  return [called, wrapText('  ', summary, columns), ...(explained === '' ? [] : ['', explained])].join('\n');
}
