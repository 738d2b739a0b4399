// Writes a session to its place: claims the next generation, looks whether somebody else saved there meanwhile, replaces
// the file, removes generations that are too old. Works with promises and blocking. Knows nothing of the session's values.

import { StoreError } from '../errors.js';
import { type Claim, claimNext, releaseClaim } from '../store/claim.js';
import { findTarget } from '../store/find-target.js';
import type { Keeping } from '../store/generations.js';
import type { Io } from '../store/io.js';
import { replaceSteps } from '../store/replace-file.js';
import type { Steps } from '../store/steps.js';
import { isSameStamp, type Place, type Stamp } from './places.js';

/** What a session knows of a place, and what is to become of what it does not know. */
export interface Knowledge {
  /** What stood there when this session last loaded or saved it; undefined when it never did. */
  readonly seen: Stamp | undefined;
  /** When this session began. */
  readonly startedAtMs: number;
  readonly mayOverwrite: boolean;
}

/** What is written. */
export interface Writing extends Knowledge {
  /** The bytes of a save of that number. */
  chunksOf(generation: number): Iterable<Uint8Array>;
  readonly keeping: Keeping | undefined;
  /** How long to wait for a save of somebody else. */
  readonly waitMs?: number;
}

/** What was written. */
export interface Written {
  readonly generation: number;
  /** Generations that were removed because they were too old or too many. */
  readonly pruned: readonly number[];
  /** What stands there, looked at before anybody else could save. */
  readonly now: Stamp | undefined;
}

/**
 * Saves at a place.
 *
 * @throws {StoreError} STORE_FOREIGN, STORE_CONFLICT, STORE_BUSY, STORE_WRITE, STORE_DURABILITY
 */
export function* writeSession(io: Io, place: Place, writing: Writing): Steps<Written> {
  place.prepare();
  yield* refuseOdd(io, place);
  const claimed = { ...place, current: () => place.look()?.generation ?? 0 };
  const claim: Claim = yield* claimNext(io, claimed, writing.waitMs);
  try {
    const there = place.look();
    if (!writing.mayOverwrite && there !== undefined) {
      refuseForeign(place);
      checkUnchanged(place, there, writing);
    }
    const content = { chunks: writing.chunksOf(claim.generation), mode: 0o600, isOwn: place.isOwn };
    yield* replaceSteps(io, place.pathFor(claim.generation), content);
    const now = place.look();
    return { generation: claim.generation, now, pruned: yield* place.prune(io, writing.keeping) };
  } finally {
    yield* releaseClaim(io, claimed, claim, claimed.current() >= claim.generation);
  }
}

// A folder, a device, a protected file: before anything is put beside it. All else the save itself says.
function* refuseOdd(io: Io, { pathFor, isOwn }: Place): Steps<void> {
  try {
    yield* findTarget(io, pathFor(1), isOwn);
  } catch (error) {
    if (error instanceof StoreError) throw error;
  }
}

/** Throws STORE_FOREIGN where something stands that no save made. */
export function refuseForeign(place: Pick<Place, 'shownAs' | 'otherKind'>): void {
  const kind = place.otherKind();
  if (kind === undefined) return;
  throw new StoreError('STORE_FOREIGN', `"${place.shownAs}" is ${kind}, and was not replaced`, {
    path: place.shownAs,
    hint: 'choose another name, or --overwrite (onConflict: "overwrite") replaces it',
  });
}

/** What this session loaded or saved, or what was there before it began, may be replaced. */
export function isKnownStamp(
  there: Stamp,
  { seen, startedAtMs }: Pick<Knowledge, 'seen' | 'startedAtMs'>,
): boolean {
  return seen === undefined
    ? (there.savedAtMs ?? there.modifiedAtMs) <= startedAtMs
    : isSameStamp(seen, there);
}

function checkUnchanged(place: Place, there: Stamp, writing: Knowledge): void {
  if (isKnownStamp(there, writing)) return;
  const { seen } = writing;
  const mine = seen === undefined ? '' : `, and this session knows generation ${seen.generation}`;
  const what = there.generation > 0 ? `generation ${there.generation}` : 'another content';
  throw new StoreError('STORE_CONFLICT', `"${place.shownAs}" has ${what}, saved by somebody else${mine}`, {
    path: place.shownAs,
    hint: 'look at it with .load or merge it with .save --merge; --overwrite (onConflict: "overwrite") replaces it',
  });
}
