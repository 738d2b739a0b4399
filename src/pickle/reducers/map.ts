// Maps: entries in order, keys and values apart. The Map's own iterator is used, never one that user code put there.

import type { ListColumn } from '../../graph/column.js';
import { KINDS } from '../../graph/kinds.js';
import type { Walk } from '../context.js';
import { writeRow } from '../own.js';

const keysOf = Map.prototype.keys;
const valuesOf = Map.prototype.values;
const apply = Reflect.apply;

/** Writes the row of a Map. */
export function reduceMap(walk: Walk, place: number, map: Map<unknown, unknown>): void {
  const segment = writeRow(walk, place, KINDS.map, []);
  const [keys, values] = segment.state as [ListColumn, ListColumn];
  writeEntries(walk, place, map, { keys, values });
}

/** Writes the entries of a Map. */
export function writeEntries(
  walk: Walk,
  place: number,
  map: Map<unknown, unknown>,
  { keys, values }: { readonly keys: ListColumn; readonly values: ListColumn },
): void {
  // Spread takes them all at once; the built-ins are as they were while brine works.
  walk.list(keys, [...apply(keysOf, map, [])], place);
  walk.list(values, [...apply(valuesOf, map, [])], place);
}
