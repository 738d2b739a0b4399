// Iterators of Maps and Sets: the collection, and how many of its entries lie behind. What is added to the collection
// later is still to come for them, as before. Iterators over matches: the regular expression, which knows the place, and the text.
//
// Knows nothing of V8; capturing tells where each stands.

import { KINDS } from '../../graph/kinds.js';
import type { CapturedIterator, CapturedMatches } from '../capture/types.js';
import type { Walk } from '../context.js';
import { writeRow } from '../own.js';

/** Writes the row of an iterator; `of` is the word for its collection. */
export function reduceIterator(
  walk: Walk,
  place: number,
  of: 'map' | 'set',
  { source, position, gives }: CapturedIterator,
): void {
  if (source !== undefined) walk.tie(walk.discover(source, place));
  writeRow(walk, place, KINDS.iterator, [`${of} ${gives}`, source, position]);
}

/** Writes the row of an iterator over matches. */
export function reduceMatches(walk: Walk, place: number, { regexp, text }: CapturedMatches): void {
  if (regexp !== undefined) walk.tie(walk.discover(regexp, place));
  writeRow(walk, place, KINDS.iterator, ['matches', regexp, text]);
}
