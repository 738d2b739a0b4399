// `.sessions` lists what was saved under names; `.undo-save` goes back to the save before the newest.

import { withPristineBuiltins } from '../../src/realm/pristine.js';
import { type SavedSession, savedSessions } from '../../src/session/named.js';
import { displayJson, displayName } from '../display-name.js';
import { UsageError } from '../errors.js';
import { ago, bytes, fittedTable } from '../format.js';
import type { Page } from '../page.js';
import { noteListed } from '../resumable.js';
import { namedIn } from '../session-word.js';
import { type Command, type CommandArguments, EXIT, parseArguments, type Shell } from './command.js';

/** `.sessions [name]` */
export const sessionsCommand: Command = {
  name: 'sessions',
  usage: '[name] [-i]',
  summary: 'list the sessions saved under names, with the saves that are kept; -i picks one to load',
  flags: ['interactive', 'json'],
  completes: 'session',
  run: sessions,
};

async function sessions(shell: Shell, given: CommandArguments): Promise<number> {
  if (given.flags.has('interactive')) return pick(shell);
  const found = savedSessions(given.words[0]);
  if (given.flags.has('json')) shell.print(displayJson(found));
  else shell.print(sessionsText(found, Date.now(), shell));
  noteListed(newestFirst(found).map(({ name }) => name));
  return EXIT.ok;
}

async function pick(shell: Shell): Promise<number> {
  const { screenFor } = await import('./browse.js');
  const screen = screenFor(shell, '.sessions');
  const { SavedSessions } = await import('./pick-session.js');
  const saved = savedSessions();
  if (saved.length === 0) {
    shell.report(sessionsText(saved, Date.now(), shell));
    return EXIT.ok;
  }
  const source = new SavedSessions(saved, shell.style);
  await shell.withTerminal?.(async () => {
    const { browse } = await import('../views/browser.js');
    await browse(source, screen);
  }, true);
  if (source.picked === undefined) return EXIT.ok;
  const { loadCommand } = await import('./load.js');
  return loadCommand.run(shell, parseArguments(source.picked));
}

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
  const done = await shell.session.undoSave(name);
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

// By their newest saves.
function newestFirst(sessions: readonly SavedSession[]): SavedSession[] {
  const savedAtMs = ({ generations }: SavedSession): number => generations.at(-1)?.savedAtMs ?? 0;
  return [...sessions].sort((a, b) => savedAtMs(b) - savedAtMs(a));
}

/** The table of saves, newest first. */
export function sessionsText(
  sessions: readonly SavedSession[],
  nowMs: number,
  { rowColumns }: Pick<Page, 'rowColumns'> = {},
): string {
  if (sessions.length === 0) return 'no session was saved under a name yet: .save work';
  const rows = newestFirst(sessions).flatMap(({ name, generations }, at) =>
    generations
      .toReversed()
      .map(({ generation, bytes: size, savedAtMs }, index) => [
        index === 0 ? String(at + 1) : '',
        `${displayName(name, 64)}@${generation}`,
        ago(savedAtMs, nowMs),
        bytes(size),
        index === 0 ? 'newest' : '',
      ]),
  );
  const all = [['', 'session', 'saved', 'size', ''], ...rows];
  return fittedTable(all, rowColumns, { first: 2, isHeaded: true });
}
