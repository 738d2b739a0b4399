// Keeps a save below a size: leaves out the largest names until the rest fits, and says so.
//
// What a name shares with others moves to them when it is left out, so the rest is pickled again until it fits. Knows
// nothing of how a session is pickled.

import { SessionError } from '../errors.js';
import type { MetaLeftOut } from '../format/index.js';

/** What was pickled, as far as its size is of interest. */
export interface Sized {
  readonly bytes: number;
  /** Bytes of each name's own part. */
  readonly bytesOfName: ReadonlyMap<string, number>;
}

/**
 * Pickles names, and fewer of them until they fit.
 *
 * @param pickle    Pickles names; called again with fewer.
 * @param bytesMax  The most bytes; undefined for any number.
 * @throws {SessionError} SESSION_SIZE when it does not fit without any name either, or when nothing may be left out
 */
export function pickleToFit<T extends Sized>(
  names: readonly string[],
  pickle: (names: readonly string[], leftOut: readonly MetaLeftOut[]) => T,
  { bytesMax, mayLeaveOut }: { readonly bytesMax: number | undefined; readonly mayLeaveOut: boolean },
): { readonly pickled: T; readonly names: readonly string[]; readonly leftOut: readonly MetaLeftOut[] } {
  let kept = names;
  const leftOut: MetaLeftOut[] = [];
  for (;;) {
    const pickled = pickle(kept, leftOut);
    if (bytesMax === undefined || pickled.bytes <= bytesMax) return { pickled, names: kept, leftOut };
    const { bytesOfName } = pickled;
    const largest = kept
      .filter((name) => (bytesOfName.get(name) ?? 0) > 0)
      .sort((a, b) => (bytesOfName.get(b) as number) - (bytesOfName.get(a) as number));
    if (largest.length === 0 || !mayLeaveOut) throw tooLarge(pickled, bytesMax, largest);
    let over = pickled.bytes - bytesMax;
    for (const name of largest) {
      if (over <= 0) break;
      const bytes = bytesOfName.get(name) as number;
      over -= bytes;
      const reason = `its ${bytes} bytes are more than the limit of ${bytesMax} for the file lets in`;
      leftOut.push({ name, path: name, reason, bytes });
    }
    const gone = new Set(leftOut.map(({ name }) => name));
    kept = kept.filter((name) => !gone.has(name));
  }
}

function tooLarge({ bytes, bytesOfName }: Sized, max: number, largest: readonly string[]): SessionError {
  const parts = largest.slice(0, 5).map((name) => `${name} (${bytesOfName.get(name)} bytes)`);
  return new SessionError('SESSION_SIZE', `the snapshot has ${bytes} bytes; the limit is ${max}`, {
    hint:
      parts.length > 0
        ? `the largest names are ${parts.join(', ')}`
        : 'what is left are the cells of the history: .clear forgets them',
  });
}
