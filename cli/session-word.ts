// What a word of a command names: a file, or a session by its name (`work`, `work@3`). A name has no dot and no slash.

import { existsSync } from 'node:fs';
import { savedSessions } from '../src/session/named.js';
import { fileOf, type NamedSession } from '../src/session/places.js';
import { isSessionName } from '../src/store/session-folder.js';
import { UsageError } from './errors.js';
import { listedName } from './resumable.js';

/** A session by its name; undefined for a word that names a file. */
export function namedIn(word: string): NamedSession | undefined {
  const [, session, number] = /^([^@]+)(?:@([1-9]\d{0,14}))?$/u.exec(word) ?? [];
  if (session === undefined || !isSessionName(session)) return undefined;
  return number === undefined ? { session } : { session, generation: Number(number) };
}

/** Where `.save <word>` goes. */
export function saveTarget(word: string): string | NamedSession {
  const named = namedIn(word);
  if (named?.generation !== undefined)
    throw new UsageError(
      `.save takes no generation: a save is always the newest one`,
      `for example: .save ${named.session}`,
    );
  return named ?? word;
}

/**
 * What `.load <word>` reads, and the file that this is: a session of that name; a file, where there is one and no session; a
 * number of the list that was shown last.
 */
export function loadSource(word: string): { readonly source: string | NamedSession; readonly path: string } {
  const listed = existsSync(word) || isSaved(word) ? undefined : listedName(word);
  const named = namedIn(listed ?? word);
  if (named === undefined) return { source: word, path: word };
  if (named.generation === undefined && existsSync(word) && !isSaved(named.session))
    return { source: word, path: word };
  // One save, whatever is saved while questions are asked.
  const { path, generation } = fileOf(named);
  return { source: { session: named.session, generation }, path };
}

/** The file behind a word, for commands that look at files. Throws SESSION_GENERATION for a session that is not there. */
export function pathOfWord(word: string): string {
  return loadSource(word).path;
}

/** How a source is called. */
export function wordOf(source: string | NamedSession): string {
  if (typeof source === 'string') return source;
  return source.generation === undefined ? source.session : `${source.session}@${source.generation}`;
}

function isSaved(name: string): boolean {
  return savedSessions().some((session) => session.name === name);
}
