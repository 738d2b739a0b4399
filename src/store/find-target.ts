// Finds where a save really has to go, and refuses what a save must not replace.
//
// A symbolic link stays a link: the file it leads to is replaced, in that file's own folder, as an editor does. A link
// that leads nowhere yet has its goal created. A rename never writes through a link, so one that is swapped after it
// was looked at can at worst be replaced itself. Knows nothing of writing.

import { basename, dirname, isAbsolute, join } from 'node:path';
import { StoreError } from '../errors.js';
import { errnoOf } from './errno.js';
import type { FileStat, Io } from './io.js';
import { type Steps, settle } from './steps.js';

const LINKS_MAX = 40;

/** Where a save goes. */
export interface Target {
  readonly path: string;
  readonly folder: string;
  readonly name: string;
  /** What is there now; undefined for a new file. */
  readonly old: FileStat | undefined;
}

/**
 * Follows links from `path` to the file to replace; in folders of brine's own (`isOwn`), where nobody puts links, they are
 * refused.
 * Throws `STORE_WRITE` for a folder, a device, a pipe, an empty name, and a file that this process may not write to:
 * its permissions are a wish, even though a rename would get around them.
 */
export function* findTarget(io: Io, path: string, isOwn = false): Steps<Target> {
  if (path === '' || path.endsWith('/') || (io.isWindows && path.endsWith('\\'))) {
    throw refusal(path, 'it does not name a file', 'name a file in it');
  }
  let place = path;
  for (let links = 0; links <= LINKS_MAX; links++) {
    const old = yield* statIfAny(io, place);
    if (old?.kind === 'link') {
      if (isOwn) throw refusal(path, 'it is a link', 'remove it: nothing but saves belongs there');
      const goal = yield* settle(io.readLink(place));
      // Joined without folding `..`: the folder may itself be a link.
      place = isAbsolute(goal) ? goal : `${dirname(place)}/${goal}`;
      continue;
    }
    if (old?.kind === 'folder')
      throw refusal(path, 'it is a folder', `name a file in it: ${join(path, 'work.pkl')}`);
    if (old?.kind === 'other') throw refusal(path, 'it is a device or a pipe', 'name an ordinary file');
    if (old !== undefined) yield* checkWritable(io, path, place);
    return { path: place, folder: dirname(place), name: basename(place), old };
  }
  throw Object.assign(new Error('too many symbolic links'), { code: 'ELOOP' });
}

function* statIfAny(io: Io, path: string): Steps<FileStat | undefined> {
  try {
    return yield* settle(io.statPath(path));
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function* checkWritable(io: Io, path: string, place: string): Steps<void> {
  try {
    yield* settle(io.checkWritable(place));
  } catch (error) {
    const errno = errnoOf(error);
    if (errno !== 'EACCES' && errno !== 'EPERM') throw error;
    throw refusal(
      path,
      `it is write-protected (${errno})`,
      'make it writable (chmod u+w) or choose another name',
    );
  }
}

function refusal(path: string, why: string, hint: string): StoreError {
  return new StoreError('STORE_WRITE', `cannot save to "${path}": ${why}`, { path, hint });
}
