// What a word of a command names: a file, or a session by its name (`work`, `work@3`). A name has no dot and no slash.

import { existsSync } from 'node:fs';
import { savedSessions } from '../src/session/named.js';
import { fileOf, type NamedSession } from '../src/session/places.js';
import { isStored, type StoredSession, shownStored } from '../src/session/stored.js';
import type { ProgressListener } from '../src/session/types.js';
import { isSessionName } from '../src/store/session-folder.js';
import { isAddress, shownAddress } from '../src/stores/addresses.js';
import { displayName } from './display-name.js';
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
  if (named?.generation !== undefined) throw noGeneration(named.session);
  return named ?? word;
}

/** The error for a save that names which one it is to be. */
export function noGeneration(shown: string): UsageError {
  return new UsageError(
    `.save takes no generation: a save is always the newest one`,
    `for example: .save ${shown.replace(/@\d+$/, '')}`,
  );
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

/** What `.load <word>` reads, fetched to this machine when it is the address of something in a store. */
export async function fetchedSource(
  word: string,
  onProgress?: ProgressListener,
): Promise<{ readonly source: string | NamedSession | StoredSession; readonly path: string }> {
  if (!isAddress(word)) return loadSource(word);
  const { fetched } = await import('./store-word.js');
  const source = await fetched(word, onProgress);
  return { source, path: source.copy.path };
}

/** A word of a command that reads files: an address as the file that it was fetched to, all others as they are. */
export async function fileOfWord(word: string): Promise<string> {
  return isAddress(word) ? (await fetchedSource(word)).path : word;
}

/** A word as it is shown: an address without its password. */
export function shownWord(word: string): string {
  return displayName(shownAddress(word));
}

/** How a source is called. */
export function wordOf(source: string | NamedSession | StoredSession): string {
  if (typeof source === 'string') return source;
  if (isStored(source)) return shownStored(source);
  return source.generation === undefined ? source.session : `${source.session}@${source.generation}`;
}

function isSaved(name: string): boolean {
  return savedSessions().some((session) => session.name === name);
}
