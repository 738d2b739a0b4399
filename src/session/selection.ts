// Which names a save takes: those that are asked for, less those that are excluded. Says what it left out and why.
//
// Knows nothing of values and of files.

import { SessionError } from '../errors.js';
import type { MetaLeftOut } from '../format/index.js';
import { isPattern, matcherOf } from '../library/patterns.js';
import { nearestName } from '../nearest-name.js';

/** What a save takes. */
export interface Selection {
  readonly names: readonly string[];
  readonly leftOut: readonly MetaLeftOut[];
}

/**
 * Chooses among the names there are. A word that is a name stands for itself, whatever is in it.
 *
 * @throws {SessionError} SESSION_NAME for a name that does not exist, and for a wanted pattern that matches nothing
 */
export function select(
  all: readonly string[],
  wanted: readonly string[] | undefined,
  excluded: readonly string[] = [],
): Selection {
  const chosen = new Set(wanted === undefined ? all : wanted.flatMap((word) => meantBy(all, word, true)));
  const leftOut: MetaLeftOut[] = [];
  for (const word of excluded) {
    for (const name of meantBy(all, word, false)) {
      if (!chosen.delete(name)) continue;
      const reason = name === word ? 'it was excluded' : `it was excluded with ${word}`;
      leftOut.push({ name, path: name, reason });
    }
  }
  return { names: all.filter((name) => chosen.has(name)), leftOut };
}

function meantBy(all: readonly string[], word: string, isWanted: boolean): readonly string[] {
  if (all.includes(word)) return [word];
  if (!isPattern(word)) throw unknown(all, word, `the session has no ${word}`);
  const matches = matcherOf(word);
  const found = all.filter(matches);
  if (found.length === 0 && isWanted) throw unknown(all, word, `no name of the session matches ${word}`);
  return found;
}

function unknown(all: readonly string[], word: string, message: string): SessionError {
  const near = nearestName(word, all);
  const hint = near === undefined ? 'see .vars for the names there are' : `did you mean ${near}?`;
  return new SessionError('SESSION_NAME', message, { path: word, hint });
}
