// Sets: items in order. The Set's own iterator is used, never one that user code put there.

import type { ListColumn } from '../../graph/column.js';
import { KINDS } from '../../graph/kinds.js';
import type { Walk } from '../context.js';
import { writeRow } from '../own.js';

const valuesOf = Set.prototype.values;
const apply = Reflect.apply;

/** Writes the row of a Set. */
export function reduceSet(walk: Walk, place: number, set: Set<unknown>): void {
  const segment = writeRow(walk, place, KINDS.set, []);
  writeItems(walk, place, set, segment.state[0] as ListColumn);
}

/** Writes the items of a Set. */
export function writeItems(walk: Walk, place: number, set: Set<unknown>, items: ListColumn): void {
  // Spread takes them all at once; the built-ins are as they were while brine works.
  walk.list(items, [...apply(valuesOf, set, [])], place);
}
