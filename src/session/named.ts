// Named sessions as a whole: which there are, with their saves, and the way back to the save before the last one.
//
// Going back writes the older content as a new save: nothing is taken away, and whoever saved meanwhile is not passed
// over. Knows nothing of live values.

import { join } from 'node:path';
import { SessionError } from '../errors.js';
import { bytesSource, mend } from '../format/index.js';
import { DEFAULT_LIMITS } from '../limits.js';
import { areBuiltinsPristine, withPristineBuiltins } from '../realm/pristine.js';
import { claimNext, releaseClaim } from '../store/claim.js';
import { type Generation, generationFile, KEEPING } from '../store/generations.js';
import type { Io } from '../store/io.js';
import { realIo, realIoSync } from '../store/io-real.js';
import { readFileBytesSync } from '../store/read-file.js';
import { replaceSteps } from '../store/replace-file.js';
import { sessionFolder, sessionNames } from '../store/session-folder.js';
import { runSteps, runStepsSync, type Steps } from '../store/steps.js';
import { fileOf, generationsOf, missing, placeOf } from './places.js';

/** A named session with its saves. */
export interface SavedSession {
  readonly name: string;
  /** Oldest first. */
  readonly generations: readonly Generation[];
}

/** What going back did. */
export interface UndoneSave {
  /** The number of the save whose content is the newest again. */
  readonly from: number;
  /** The number that it has now. */
  readonly generation: number;
}

/**
 * Lists the named sessions of this user, with the saves that are kept of each.
 *
 * @param name  One of them. Default: all.
 * @returns Each name with its saves, oldest first.
 * @throws {StoreError} STORE_READ when they cannot be listed, or for a word that cannot be a name
 * @throws {SessionError} SESSION_GENERATION when there is no session of the name
 * @see `tmux ls`
 * @example
 *   for (const { name, generations } of savedSessions()) console.log(name, generations.at(-1)?.generation);
 */
export function savedSessions(name?: string): SavedSession[] {
  return withPristineBuiltins(() => {
    const names = name === undefined ? sessionNames() : [name];
    const found = names
      .map((one) => ({ name: one, generations: generationsOf(sessionFolder(one)) }))
      .filter(({ generations }) => generations.length > 0);
    if (name !== undefined && found.length === 0) throw missing(name, undefined, []);
    return found;
  });
}

/**
 * The newest save of a name that has no damage, for when another one has. Reads every byte of those it looks at; encrypted
 * ones count as damaged, because nothing of them can be checked without their passphrase. Throws nothing.
 *
 * @param session  The name of a session.
 * @param but      The number of the damaged save.
 * @returns The number of a save; undefined when there is none.
 */
export function intactSave(session: string, but: number | undefined): number | undefined {
  return withPristineBuiltins(() =>
    generationsOf(sessionFolder(session))
      .map(({ generation }) => generation)
      .filter((generation) => generation !== but)
      .findLast((generation) => isIntact(session, generation)),
  );
}

function isIntact(session: string, generation: number): boolean {
  try {
    const bytes = readFileBytesSync(fileOf({ session, generation }).path);
    return mend(bytesSource(bytes), DEFAULT_LIMITS).damage.length === 0;
  } catch {
    return false;
  }
}

/**
 * Goes back to the save before the newest one: its content becomes the newest save, under a number of its own. Doing it
 * again goes one further back. The session in memory stays as it is.
 *
 * @param name  The name of a session.
 * @returns The number of the save whose content is the newest again, and the number that it has now.
 * @throws {SessionError} SESSION_GENERATION when there is no session of the name, or no save before its newest one
 * @throws {StoreError} STORE_READ, STORE_WRITE, STORE_DURABILITY, STORE_BUSY
 * @see `git revert`: what was stays, and what is new says so
 * @example
 *   const session = new Session();
 *   await session.save({ session: 'evening' });
 *   await session.save({ session: 'evening' });
 *   await undoSave('evening'); // { from: 1, generation: 3 }
 */
export async function undoSave(name: string): Promise<UndoneSave> {
  return areBuiltinsPristine()
    ? runSteps(undoSteps(realIo, name))
    : withPristineBuiltins(() => runStepsSync(undoSteps(realIoSync, name)));
}

function* undoSteps(io: Io, name: string): Steps<UndoneSave> {
  const place = placeOf({ session: name });
  // Before a claim is made in a folder that may not be there.
  withPristineBuiltins(() => savedSessions(name));
  place.prepare();
  const claimed = { ...place, current: () => place.look()?.generation ?? 0 };
  const claim = yield* claimNext(io, claimed);
  const { generation } = claim;
  try {
    const { from, bytes } = withPristineBuiltins(() => beforeNewest(name));
    yield* replaceSteps(io, place.pathFor(generation), { chunks: bytes, mode: 0o600, isOwn: true });
    return { from, generation };
  } finally {
    yield* releaseClaim(io, claimed, claim, claimed.current() >= generation);
  }
}

// Where the newest save is an older one that was gone back to, it is the one before that.
function beforeNewest(name: string): { from: number; bytes: Uint8Array } {
  const all = generationsOf(sessionFolder(name));
  const newest = all.at(-1) as Generation;
  const older = all.slice(0, -1);
  const twin = older.findLast((one) => one.bytes === newest.bytes && isSameContent(name, one, newest));
  const from = older.findLast((one) => one.generation < (twin ?? newest).generation);
  if (from !== undefined) return { from: from.generation, bytes: contentOf(name, from) };
  throw new SessionError('SESSION_GENERATION', `${name} has no save before ${(twin ?? newest).generation}`, {
    path: name,
    hint: `the newest ${KEEPING.countMax} saves are kept`,
  });
}

function isSameContent(name: string, a: Generation, b: Generation): boolean {
  return Buffer.compare(contentOf(name, a), contentOf(name, b)) === 0;
}

function contentOf(name: string, { generation, bytes }: Generation): Uint8Array {
  const path = join(sessionFolder(name), generationFile(generation));
  return readFileBytesSync(path, { bytesMax: Math.max(bytes, 1) });
}
