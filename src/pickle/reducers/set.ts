// Sets: items in order, read with the Set's own method.

import type { ListColumn } from '../../graph/column.js';
import { TAG } from '../../graph/column.js';
import { KINDS } from '../../graph/kinds.js';
import type { Walk } from '../context.js';
import { writeRow } from '../own.js';

const forEach = Set.prototype.forEach;
const apply = Reflect.apply;

/** Writes the row of a Set. */
export function reduceSet(walk: Walk, place: number, set: Set<unknown>): void {
  const segment = writeRow(walk, place, KINDS.set, []);
  const items = segment.state[0] as ListColumn;
  let size = 0;
  apply(forEach, set, [
    (item: unknown) => {
      walk.cell(items.items, item, place);
      size++;
    },
  ]);
  items.lengths.push(TAG.int, size);
}
