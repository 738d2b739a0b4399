// Where named sessions lie, and which names there can be: `<state>/brine/sessions/<name>/`, a folder that only its owner
// may look into.
//
// A name is a word of an allow-listed form, never a path: it cannot lead out of the folder or hide in it. A folder that is
// a link or somebody else's is refused. Knows nothing of what is saved.

import { lstatSync, mkdirSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { StoreError } from '../errors.js';
import { errnoHint, errnoOf, errnoText } from './errno.js';

const FOLDER_MODE = 0o700;
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
    mkdirSync(folder, { recursive: true, mode: FOLDER_MODE });
  } catch (error) {
    throw refused(folder, errnoText(error), errnoHint(error), error);
  }
  const stat = lstatSync(folder);
  if (!stat.isDirectory()) throw refused(folder, 'it is no folder', 'remove what is there');
  if (process.getuid === undefined) return;
  if (stat.uid !== process.getuid() || (stat.mode & 0o022) !== 0)
    throw refused(folder, 'others may write there', `make it yours alone: chmod 700 "${folder}"`);
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

function refused(folder: string, why: string, hint: string, cause?: unknown): StoreError {
  return new StoreError('STORE_WRITE', `cannot save into "${folder}": ${why}`, { path: folder, hint, cause });
}
