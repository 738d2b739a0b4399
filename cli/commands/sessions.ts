// `.sessions` lists what was saved under names; `.undo-save` goes back to the save before the newest.

import { withPristineBuiltins } from '../../src/realm/pristine.js';
import { type SavedSession, savedSessions, undoSave } from '../../src/session/named.js';
import { displayJson, displayName } from '../display-name.js';
import { UsageError } from '../errors.js';
import { ago, bytes, table } from '../format.js';
import { namedIn } from '../session-word.js';
import { type Command, type CommandArguments, EXIT, type Shell } from './command.js';

/** `.sessions [name]` */
export const sessionsCommand: Command = {
  name: 'sessions',
  usage: '[name]',
  summary: 'list the sessions saved under names, with the saves that are kept',
  flags: ['json'],
  completes: 'session',
  run: (shell: Shell, given: CommandArguments) => {
    const sessions = savedSessions(given.words[0]);
    if (given.flags.has('json')) shell.print(displayJson(sessions));
    else shell.print(sessionsText(sessions, Date.now()));
    return EXIT.ok;
  },
};

/** `.undo-save [name]` */
export const undoSaveCommand: Command = {
  name: 'undo-save',
  usage: '[name]',
  summary: 'go back to the save before the newest one; the session in memory stays as it is',
  flags: ['json'],
  completes: 'session',
  run: undo,
};

async function undo(shell: Shell, given: CommandArguments): Promise<number> {
  const word = given.words[0] ?? shell.currentFile;
  const named = word === undefined ? undefined : namedIn(word);
  if (named === undefined || named.generation !== undefined)
    throw new UsageError('.undo-save needs the name of a session', 'for example: .undo-save work');
  const name = named.session;
  const done = await undoSave(name);
  if (given.flags.has('json')) shell.print(displayJson({ name, ...done }));
  else
    withPristineBuiltins(() =>
      shell.report(
        `${shell.style.green(shell.style.ok)} ${name} is as it was at ${name}@${done.from} again, now ${name}@${done.generation}; ` +
          `.load ${name} brings that here`,
      ),
    );
  return EXIT.ok;
}

/** The table of saves, newest first. */
export function sessionsText(sessions: readonly SavedSession[], nowMs: number): string {
  if (sessions.length === 0) return 'no session was saved under a name yet: .save work';
  const rows = sessions.flatMap(({ name, generations }) =>
    generations
      .toReversed()
      .map(({ generation, bytes: size, savedAtMs }, index) => [
        `${displayName(name, 64)}@${generation}`,
        ago(savedAtMs, nowMs),
        bytes(size),
        index === 0 ? 'newest' : '',
      ]),
  );
  return table([['session', 'saved', 'size', ''], ...rows]);
}
