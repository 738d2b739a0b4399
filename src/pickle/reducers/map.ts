// Maps: entries in order, keys and values apart. The Map's own iterator is used, never one that user code put there.

import type { ListColumn } from '../../graph/column.js';
import { TAG } from '../../graph/column.js';
import { KINDS } from '../../graph/kinds.js';
import type { Walk } from '../context.js';
import { writeRow } from '../own.js';

const forEach = Map.prototype.forEach;
const apply = Reflect.apply;

/** Writes the row of a Map. */
export function reduceMap(walk: Walk, place: number, map: Map<unknown, unknown>): void {
  const segment = writeRow(walk, place, KINDS.map, []);
  const [keys, values] = segment.state as [ListColumn, ListColumn];
  let size = 0;
  apply(forEach, map, [
    (value: unknown, key: unknown) => {
      walk.cell(keys.items, key, place);
      walk.cell(values.items, value, place);
      size++;
    },
  ]);
  keys.lengths.push(TAG.int, size);
  values.lengths.push(TAG.int, size);
}
