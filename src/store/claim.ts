// Claims: a file whose making gives one process the right to save the next generation under a name.
//
// `.work.pkl.8.claim`, beside what is saved, made so that it must not exist. Whoever has it then looks again at which
// generation is there: if that is 7 or less, nobody else writes, nor before the claim is given back. A claim is taken away by its owner, and otherwise only
// when a generation as high is in place, for then whoever claims that number again sees that it is too late. So nothing
// is ever taken over: the claim of a process that was killed stays where it is, and the next one claims the number after
// it. Two processes can never both hold a claim above the generation that is there, however their steps mix.
//
// Knows nothing of what is saved, nor where its generation stands.

import { createHash } from 'node:crypto';
import { uptime } from 'node:os';
import { join } from 'node:path';
import { StoreError } from '../errors.js';
import { errnoHint, errnoOf, errnoText } from './errno.js';
import { begun, finished } from './half-written.js';
import type { Io, IoHandle } from './io.js';
import { isReal } from './io-real.js';
import { type Steps, settle } from './steps.js';
import { hostTag } from './temp-name.js';

/** What is claimed. */
export interface Claimed {
  readonly folder: string;
  /** The name of the file, or of the folder's generations. */
  readonly name: string;
  /** How messages call it. */
  readonly shownAs: string;
  /** The generation that is there now; 0 when there is none. */
  current(): number;
}

/** A right to save. */
export interface Claim {
  readonly generation: number;
  /** The generation that is there, looked at with the claim in hand. */
  readonly before: number;
}

const POLL_MS = 20;
/** How long a save waits for another one to end. */
export const CLAIM_WAIT_MS = 30_000;
// A claim of another machine counts this long; longer than a save takes.
const FOREIGN_AGE_MS_MAX = 60 * 60 * 1000;
// Between the making of a claim and the writing of its owner.
const UNSIGNED_AGE_MS_MAX = 10_000;
const CLOCK_SLACK_MS = 5000;
const NAME_BYTES_MAX = 200;

/**
 * Claims the next generation, waiting for other saves to end.
 *
 * @throws {StoreError} STORE_BUSY when another process does not finish; STORE_WRITE when no claim can be made.
 */
export function* claimNext(io: Io, claimed: Claimed, waitMs = CLAIM_WAIT_MS): Steps<Claim> {
  for (let waitedMs = 0; ; waitedMs += POLL_MS) {
    const holder = yield* tryClaim(io, claimed);
    if (typeof holder !== 'string') return holder;
    if (waitedMs >= waitMs) throw busy(claimed, holder);
    yield* settle(io.sleep(POLL_MS));
  }
}

/** Gives a claim back, and takes away those that can no longer be used. Failing to is no failure. */
export function* releaseClaim(
  io: Io,
  { folder, name }: Claimed,
  { generation }: Claim,
  isSaved: boolean,
): Steps<void> {
  // One's own goes also where the folder cannot be listed: its owner is alive, so it would be in everybody's way.
  yield* unlinkQuietly(io, join(folder, claimName(name, generation)));
  if (!isSaved) return;
  for (const number of yield* claimsIn(io, folder, name))
    if (number < generation) yield* unlinkQuietly(io, join(folder, claimName(name, number)));
}

// The claim, or the path of the one that is in the way.
function* tryClaim(io: Io, claimed: Claimed): Steps<Claim | string> {
  const { folder, name } = claimed;
  const there = claimed.current();
  // Whoever has put that generation in place may still be flushing it.
  const ending = join(folder, claimName(name, there));
  if (there > 0 && (yield* ownerAt(io, ending)) === 'alive') return ending;
  for (let number = there + 1; ; number++) {
    const path = join(folder, claimName(name, number));
    if (yield* isMade(io, path, claimed)) {
      const before = claimed.current();
      if (before < number) return { generation: number, before };
      yield* unlinkQuietly(io, path);
      return path; // Somebody was faster.
    }
    // One that is gone by now is looked for again, with the generation that its owner has put in place.
    if ((yield* ownerAt(io, path)) !== 'dead') return path;
  }
}

function* isMade(io: Io, path: string, claimed: Claimed): Steps<boolean> {
  let handle: IoHandle;
  try {
    handle = yield* settle(io.open(path, 'wx', 0o600));
    if (isReal(io)) begun(path);
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return false;
    throw unclaimable(claimed, error);
  }
  try {
    const owner = new TextEncoder().encode(`${process.pid} ${hostTag()}\n`);
    for (let at = 0; at < owner.length; )
      at += (yield* settle(io.write(handle, owner.subarray(at)))) || owner.length;
    yield* settle(io.close(handle));
    return true;
  } catch (error) {
    yield* undo(io, handle, path);
    throw unclaimable(claimed, error);
  }
}

function* undo(io: Io, handle: IoHandle, path: string): Steps<void> {
  try {
    yield* settle(io.close(handle));
  } catch {} // It may be closed.
  yield* unlinkQuietly(io, path);
}

// A claim that is too late may be taken away by anybody; one that stays is passed over when its owner is gone. Until then it
// is in everybody's way, so one failure is not taken for an answer.
function* unlinkQuietly(io: Io, path: string): Steps<void> {
  finished(path);
  for (let tries = 0; tries < 2; tries++) {
    try {
      return yield* settle(io.unlink(path));
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') return;
    }
  }
}

// Whether whoever made a claim can still save.
function* ownerAt(io: Io, path: string): Steps<'none' | 'alive' | 'dead'> {
  let modifiedAtMs: number;
  let text: string;
  try {
    modifiedAtMs = (yield* settle(io.statPath(path))).modifiedAtMs;
    text = yield* textOf(io, path);
  } catch (error) {
    return errnoOf(error) === 'ENOENT' ? 'none' : 'alive';
  }
  const ageMs = Date.now() - modifiedAtMs;
  const [, pid, host] = /^(\d+) ([0-9a-f]{4})\n$/u.exec(text) ?? [];
  if (pid === undefined) return ageMs > UNSIGNED_AGE_MS_MAX ? 'dead' : 'alive';
  if (host !== hostTag()) return ageMs > FOREIGN_AGE_MS_MAX ? 'dead' : 'alive';
  const runsMs = (Number(pid) === process.pid ? process.uptime() : uptime()) * 1000;
  // Process numbers are used again, after a start of the machine at the latest.
  if (ageMs > runsMs + CLOCK_SLACK_MS) return 'dead';
  return (yield* settle(io.isAlive(Number(pid)))) ? 'alive' : 'dead';
}

function* textOf(io: Io, path: string): Steps<string> {
  const handle = yield* settle(io.open(path, 'r', 0));
  try {
    const into = new Uint8Array(64);
    const length = yield* settle(io.read(handle, into));
    return new TextDecoder().decode(into.subarray(0, length));
  } finally {
    yield* settle(io.close(handle));
  }
}

function* claimsIn(io: Io, folder: string, name: string): Steps<number[]> {
  try {
    const names = yield* settle(io.list(folder));
    return names.flatMap((found) => claimNumber(name, found) ?? []);
  } catch {
    return [];
  }
}

function claimName(name: string, generation: number): string {
  return `${claimStart(name)}${generation}.claim`;
}

// File systems allow 255 bytes.
function claimStart(name: string): string {
  if (Buffer.byteLength(name) <= NAME_BYTES_MAX) return `.${name}.`;
  return `.${createHash('sha256').update(name).digest('hex')}.`;
}

function claimNumber(name: string, found: string): number | undefined {
  const start = claimStart(name);
  if (!found.startsWith(start) || !found.endsWith('.claim')) return undefined;
  const number = found.slice(start.length, -'.claim'.length);
  return /^[1-9]\d{0,14}$/u.test(number) ? Number(number) : undefined;
}

function busy({ shownAs, folder, name }: Claimed, path: string): StoreError {
  return new StoreError(
    'STORE_BUSY',
    `cannot save "${shownAs}": another process is saving there and does not finish`,
    {
      path: join(folder, name),
      hint: `wait for it; if no brine runs that could be saving, remove "${path}"`,
    },
  );
}

function unclaimable({ shownAs, folder }: Claimed, error: unknown): StoreError {
  const hint =
    errnoOf(error) === 'ENOENT'
      ? `the folder "${folder}" does not exist: create it, or choose another place`
      : errnoHint(error);
  return new StoreError(
    'STORE_WRITE',
    `cannot save "${shownAs}": making the file failed: ${errnoText(error)}; nothing was changed`,
    { path: shownAs, hint, cause: error },
  );
}
