// `.exit`, and Ctrl-D with it: a person with unsaved changes is asked one question, unless a setting has answered it.
//
// Asked at a terminal only. Whatever the answer, nothing is lost without being said: what goes into no file stays with autosave.

import process from 'node:process';
import { shownAddress } from '../../src/stores/addresses.js';
import { leavingOf } from '../config.js';
import { displayName } from '../display-name.js';
import { describeFailure, UsageError } from '../errors.js';
import { failureLines } from '../failure.js';
import type { Leaving } from '../settings.js';
import { askOneOf } from './ask.js';
import { type Command, type CommandArguments, END, EXIT, type Shell } from './command.js';
import { saveAs } from './save.js';

/** `.exit [code]` */
export const exitCommand: Command = {
  name: 'exit',
  usage: '[code]',
  summary: 'leave, as Ctrl-D does; unsaved changes are asked about first',
  flags: [],
  run: exit,
};

async function exit(shell: Shell, given: CommandArguments): Promise<number> {
  const code = Number(given.words[0] ?? 0);
  if (!Number.isInteger(code) || code < 0 || code > 255)
    throw new UsageError('.exit takes a number from 0 to 255');
  if (shell.isInteractive && isUnsaved(shell) && !(await isAnswered(shell))) return EXIT.ok;
  shell.leave(code);
  return EXIT.ok;
}

// Cells that left no name behind are nothing to save, unless there was a file with names before.
function isUnsaved({ autosave, evaluator, currentFile }: Shell): boolean {
  return autosave?.isUnsaved === true && (evaluator.names().length > 0 || currentFile !== undefined);
}

// True when the shell may leave: the work is in a file, or the person wants it in none.
async function isAnswered(shell: Shell): Promise<boolean> {
  const setting = settingOf(shell);
  const answer = setting === 'ask' ? await answerOf(shell) : setting;
  if (answer === 'no') return true;
  return answer === 'yes' && (await isSaved(shell));
}

// A setting that cannot be read is no answer.
function settingOf(shell: Shell): Leaving {
  try {
    return leavingOf(process.cwd(), shell.saveOnExit);
  } catch (error) {
    shell.note(`${shell.style.warning} ${describeFailure(error)}`);
    return 'ask';
  }
}

async function answerOf(shell: Shell): Promise<'yes' | 'no' | 'cancel'> {
  const { currentFile } = shell;
  const where = currentFile === undefined ? '' : ` to ${displayName(shownAddress(currentFile), 60)}`;
  const no = isKept(shell) ? '[n]o (.recover has it)' : '[n]o (it is lost)';
  const answers = [currentFile === undefined ? '[y]es, to a file' : '[y]es', no, '[c]ancel'];
  const letter = await askOneOf(shell, `Save workspace image${where}? ${answers.join(', ')}:`, answers);
  if (letter === 'y') return 'yes';
  return letter === 'n' || (letter === END && isKept(shell)) ? 'no' : 'cancel';
}

// Where autosave keeps nothing, leaving twice must not be what loses the work.
function isKept({ autosave }: Shell): boolean {
  return autosave?.isKeeping === true;
}

async function isSaved(shell: Shell): Promise<boolean> {
  const word = shell.currentFile ?? (await shell.ask('save as (a file or a name): '))?.trim();
  if (word === undefined || word === '') return false;
  try {
    return await saveAs(shell, word);
  } catch (error) {
    shell.note(failureLines(describeFailure(error), shell.style, shell.columns));
    return false;
  }
}
