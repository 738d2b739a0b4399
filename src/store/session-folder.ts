// Where named sessions lie, and which names there can be: `<state>/brine/sessions/<name>/`, a folder that only its owner
// may look into.
//
// A name is a word of an allow-listed form, never a path: it cannot lead out of the folder or hide in it. A folder that is
// a link or somebody else's is refused. Knows nothing of what is saved.

import { readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import { StoreError } from '../errors.js';
import { errnoHint, errnoOf, errnoText } from './errno.js';
import { makeOwnFolder, othersIn, type Reason } from './own-folder.js';

const NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/u;
// Windows opens devices under these names, in every folder.
const DEVICES = /^(?:con|prn|aux|nul|com\d|lpt\d)$/iu;

/** True for a word that can name a session: letters, digits, `_` and `-`, at most 64. */
export function isSessionName(word: string): boolean {
  return NAME.test(word) && !DEVICES.test(word);
}

/** The folder of all named sessions: in `BRINE_HOME`, or `brine` in `XDG_STATE_HOME`, or in `~/.local/state`. */
export function sessionsRoot(environment: NodeJS.ProcessEnv = process.env): string {
  const own = environment['BRINE_HOME'];
  if (own !== undefined && own !== '') return join(own, 'sessions');
  const state = environment['XDG_STATE_HOME'];
  const base = state !== undefined && isAbsolute(state) ? state : join(homedir(), '.local', 'state');
  return join(base, 'brine', 'sessions');
}

/** The folder of a session. Throws STORE_READ for a word that cannot be a name. */
export function sessionFolder(name: string): string {
  if (!isSessionName(name))
    throw new StoreError('STORE_READ', `"${name}" cannot be the name of a session`, {
      path: name,
      hint: 'a name has letters, digits, _ and -, at most 64; a file has a dot or a slash in it',
    });
  return join(sessionsRoot(), name);
}

/** Makes a session's folder. Throws STORE_WRITE when it cannot be made, or when others could put something there. */
export function makeSessionFolder(folder: string): void {
  try {
    makeOwnFolder(folder);
  } catch (error) {
    throw refused('STORE_WRITE', folder, { why: errnoText(error), hint: errnoHint(error), cause: error });
  }
  checkOwn('STORE_WRITE', folder);
}

/** Checks that nobody else could have put a session's saves there. Throws STORE_READ; a folder that is not there passes. */
export function checkSessionFolder(folder: string): void {
  checkOwn('STORE_READ', folder);
}

// Whoever can write to the folder above can put another one in its place.
function checkOwn(code: 'STORE_READ' | 'STORE_WRITE', folder: string): void {
  for (const each of [dirname(folder), folder]) {
    try {
      const reason = othersIn(each);
      if (reason !== undefined) throw refused(code, each, reason);
    } catch (error) {
      if (error instanceof StoreError) throw error;
      if (errnoOf(error) === 'ENOENT' && code === 'STORE_READ') return;
      throw refused(code, each, { why: errnoText(error), hint: errnoHint(error), cause: error });
    }
  }
}

/** The names of sessions that there are, sorted. */
export function sessionNames(): string[] {
  try {
    return readdirSync(sessionsRoot(), { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && isSessionName(entry.name))
      .map((entry) => entry.name)
      .sort();
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR') return [];
    throw new StoreError('STORE_READ', `cannot list the sessions: ${errnoText(error)}`, {
      path: sessionsRoot(),
      hint: errnoHint(error),
      cause: error,
    });
  }
}

function refused(
  code: 'STORE_READ' | 'STORE_WRITE',
  folder: string,
  { why, hint, cause }: Reason & { readonly cause?: unknown },
): StoreError {
  const doing = code === 'STORE_READ' ? 'read from' : 'save into';
  return new StoreError(code, `cannot ${doing} "${folder}": ${why}`, { path: folder, hint, cause });
}
