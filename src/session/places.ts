// Where a session is saved: a file, or a name with generations. What stands there now, and where the next one goes.
//
// Looking reads the description of a file at most. Knows nothing of the session's values, nor of claims and conflicts.

import { realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { SessionError } from '../errors.js';
import { isSnapshot, KIND_BYTES, kindOfFile, openSnapshot } from '../format/index.js';
import { nearestName } from '../nearest-name.js';
import { withPristineBuiltins } from '../realm/pristine.js';
import {
  type Generation,
  generationFile,
  generationsIn,
  type Keeping,
  pruneGenerations,
} from '../store/generations.js';
import type { Io } from '../store/io.js';
import { realIoSync } from '../store/io-real.js';
import { type OpenFile, openFile } from '../store/open-file.js';
import {
  checkSessionFolder,
  makeSessionFolder,
  sessionFolder,
  sessionNames,
} from '../store/session-folder.js';
import { runStepsSync, type Steps } from '../store/steps.js';
import { ENCRYPTED_HEAD_BYTES, encryptedGeneration, isEncrypted } from '../trust/index.js';

/** A session that is saved under a name, in a folder of the user's own. */
export interface NamedSession {
  /** Letters, digits, `_` and `-`, at most 64. */
  readonly session: string;
  /** Which save, by its number. Loading only. Default: the newest. */
  readonly generation?: number;
}

/** What stands at a place. */
export interface Stamp {
  /** 0 for a file that tells none: no session, encrypted, or of an older brine. */
  readonly generation: number;
  /** Undefined when the file does not tell. */
  readonly savedAtMs: number | undefined;
  readonly bytes: number;
  readonly modifiedAtMs: number;
}

/** Where saves go. */
export interface Place {
  /** How messages call it. */
  readonly shownAs: string;
  readonly folder: string;
  /** What claims are called after. */
  readonly name: string;
  /** The same for every way of naming the place. */
  readonly key: string;
  /** True for a folder of brine's own, in which no link leads elsewhere. */
  readonly isOwn: boolean;
  /** What is there; undefined for nothing. Never throws. */
  look(): Stamp | undefined;
  /** What is there instead of a snapshot, `a text file`; undefined for a snapshot, an empty file and nothing. Never throws. */
  otherKind(): string | undefined;
  /** What a load knows afterwards, from a look before it and from what the file that was read says of itself. */
  stampOf(before: Stamp, read: Pick<Stamp, 'generation' | 'savedAtMs'>): Stamp;
  /** The file of a new save. */
  pathFor(generation: number): string;
  /** How the report calls it. */
  targetFor(generation: number): string;
  /** Makes what a save needs. Throws STORE_WRITE. */
  prepare(): void;
  /** Removes saves that are too old; their numbers. */
  prune(io: Io, keeping: Keeping | undefined): Steps<number[]>;
}

/** The place that a caller names. Throws STORE_READ for a name of the wrong form. */
export function placeOf(target: string | NamedSession): Place {
  return typeof target === 'string' ? filePlace(target) : namedPlace(target.session);
}

function filePlace(path: string): Place {
  // Claims lie beside the file itself, whatever links lead to it.
  const real = realPath(path);
  return {
    shownAs: path,
    folder: dirname(real),
    name: basename(real),
    key: real,
    isOwn: false,
    look: () => withPristineBuiltins(() => lookAt(real)),
    otherKind: () => withPristineBuiltins(() => otherKindAt(real)),
    // Another process may have replaced it between the look and the load.
    stampOf: (before, { generation, savedAtMs }) =>
      before.savedAtMs === undefined ? before : { ...before, generation, savedAtMs },
    pathFor: () => path,
    targetFor: () => path,
    prepare: () => {},
    prune: noneToPrune,
  };
}

/** What a file with this start is instead of a snapshot; undefined for a snapshot, and for an empty file. */
export function otherKindOf(start: Uint8Array): string | undefined {
  if (start.length === 0 || isSnapshot(start) || isEncrypted(start)) return undefined;
  return kindOfFile(start)?.name ?? 'no snapshot';
}

function otherKindAt(path: string): string | undefined {
  let file: OpenFile | undefined;
  try {
    file = openFile(path);
    if (file === undefined) return undefined;
    const start = file.read(0, Math.min(KIND_BYTES, file.bytes));
    return otherKindOf(start);
  } catch {
    return undefined;
  } finally {
    file?.close();
  }
}

function* noneToPrune(): Steps<number[]> {
  yield* [];
  return [];
}

function namedPlace(name: string): Place {
  const folder = sessionFolder(name);
  return {
    shownAs: name,
    folder,
    name: 'session',
    key: `${folder}/`,
    isOwn: true,
    look: () => {
      const newest = withPristineBuiltins(() => generationsOf(folder)).at(-1);
      return newest && { ...newest, modifiedAtMs: newest.savedAtMs };
    },
    // Nobody else writes there.
    otherKind: () => undefined,
    // Whoever loads an older save knows that there are newer ones.
    stampOf: (before) => before,
    pathFor: (generation) => join(folder, generationFile(generation)),
    targetFor: (generation) => `${name}@${generation}`,
    prepare: () => makeSessionFolder(folder),
    prune: (io, keeping) => pruneGenerations(io, folder, keeping),
  };
}

/** The file that a load of a named session reads. Throws SESSION_GENERATION when there is none, STORE_READ when others could have put it there. */
export function fileOf({ session, generation }: NamedSession): {
  path: string;
  shownAs: string;
  generation: number;
} {
  const folder = sessionFolder(session);
  checkSessionFolder(folder);
  const all = generationsOf(folder);
  const found = generation === undefined ? all.at(-1) : all.find((one) => one.generation === generation);
  if (found === undefined) throw missing(session, generation, all);
  const shownAs = `${session}@${found.generation}`;
  return { path: join(folder, generationFile(found.generation)), shownAs, generation: found.generation };
}

/** The saves in a folder, oldest first; none when it cannot be listed. */
export function generationsOf(folder: string): Generation[] {
  try {
    return runStepsSync(generationsIn(realIoSync, folder));
  } catch {
    return []; // Saving or loading there says why.
  }
}

/** What stands at a path. Never throws. */
export function lookAt(path: string): Stamp | undefined {
  let bytes: number;
  let modifiedAtMs: number;
  try {
    const stat = statSync(path);
    ({ size: bytes, mtimeMs: modifiedAtMs } = stat);
    if (!stat.isFile()) return undefined;
  } catch {
    return undefined;
  }
  const file = openFile(path);
  try {
    const head = file?.read(0, Math.min(ENCRYPTED_HEAD_BYTES, file.bytes));
    const generation = head && encryptedGeneration(head);
    if (generation !== undefined) return { generation, savedAtMs: undefined, bytes, modifiedAtMs };
    const session = file && openSnapshot(file).meta.session;
    return { generation: session?.generation ?? 0, savedAtMs: session?.savedAtMs, bytes, modifiedAtMs };
  } catch {
    return { generation: 0, savedAtMs: undefined, bytes, modifiedAtMs };
  } finally {
    file?.close();
  }
}

/** True when two looks saw the same save. */
export function isSameStamp(a: Stamp, b: Stamp): boolean {
  if (a.savedAtMs !== undefined && b.savedAtMs !== undefined)
    return a.generation === b.generation && a.savedAtMs === b.savedAtMs;
  return a.bytes === b.bytes && a.modifiedAtMs === b.modifiedAtMs;
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {}
  try {
    return join(realpathSync(dirname(path)), basename(path));
  } catch {
    return resolve(path);
  }
}

/** The error for a session, or a save of it, that is not there. */
export function missing(
  name: string,
  generation: number | undefined,
  all: readonly Generation[],
): SessionError {
  const newest = all.at(-1)?.generation;
  if (newest === undefined) {
    const near = nearestName(name, sessionNames());
    return new SessionError('SESSION_GENERATION', `there is no session ${name}`, {
      path: name,
      hint: near === undefined ? '.sessions lists those there are' : `did you mean ${near}?`,
    });
  }
  return new SessionError('SESSION_GENERATION', `${name} has no generation ${generation}`, {
    path: `${name}@${generation}`,
    hint: `it has ${all.map((one) => one.generation).join(', ')}`,
  });
}
