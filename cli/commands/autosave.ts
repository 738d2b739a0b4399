// `.autosave`: when the session is kept without being asked to.

import { displayJson, displayName } from '../display-name.js';
import { UsageError } from '../errors.js';
import { type Command, type CommandArguments, EXIT, type Shell } from './command.js';

const MODES = ['on', 'off', 'exit'] as const;

/** What each setting means, for people. */
const MEANINGS: Readonly<Record<(typeof MODES)[number], string>> = {
  on: 'after every cell, when nobody types, and at the end',
  exit: 'at the end only',
  off: 'never',
};

/** `.autosave [on|off|exit]` */
export const autosaveCommand: Command = {
  name: 'autosave',
  usage: '[on|off|exit]',
  wordsMax: 1,
  summary: 'keep unsaved work for .recover: on, off, or at the exit only',
  flags: ['json'],
  run: autosave,
};

function autosave(shell: Shell, given: CommandArguments): number {
  const { autosave } = shell;
  if (autosave === undefined)
    throw new UsageError(
      '.autosave is for a prompt',
      'in a pipe or a script, save at the end: .save work.pkl',
    );
  const [wanted] = given.words;
  if (wanted !== undefined) {
    const mode = MODES.find((one) => one === wanted);
    if (mode === undefined)
      throw new UsageError(`.autosave takes on, off or exit, not ${displayName(wanted, 40)}`);
    autosave.mode = mode;
  }
  if (given.flags.has('json')) shell.print(displayJson({ mode: autosave.mode }));
  else shell.report(`autosave ${autosave.mode}: ${MEANINGS[autosave.mode]}`);
  return EXIT.ok;
}
