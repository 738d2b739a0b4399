// What Maps and Sets hold, read from columns some hundred cells at once: a loop over a column knows what its cells are, and
// putting something in is then one call.
//
// Knows nothing of Maps and Sets themselves.

import { type Cells, isNumberless, type ListCells, TAG } from '../../graph/column.js';
import type { Segment } from '../../graph/graph.js';
import { packedOthers } from '../../graph/packed.js';
import type { Builder } from '../context.js';
import { CLOCKED_ENTRIES } from '../fill-clock.js';

/** Puts some of what a collection holds into it: the values of each column from one place to another. */
type Put<T> = (collection: T, columns: readonly (readonly unknown[])[], from: number, to: number) => void;

/** Fills collections whose contents are in list columns of equal lengths, in order. */
export function fillCollections<T>(
  builder: Builder,
  segment: Segment,
  {
    from,
    to,
    empty,
  }: { readonly from: number; readonly to: number; readonly empty?: (collection: T) => void },
  put: Put<T>,
): void {
  const lists = segment.state as readonly ListCells[];
  const { fillClock } = builder;
  const columns = lists.map(() => packedOthers(CLOCKED_ENTRIES));
  const cellsEnd = to - from > 1 ? (lists[0] as ListCells).items.length : 0;
  // The cells that lie in the columns.
  let first = 0;
  let end = 0;
  builder.lists(lists[0] as ListCells, from, to, (row, rowStart, rowEnd) => {
    const collection = builder.values[segment.firstId + row] as T;
    empty?.(collection);
    for (let at = rowStart; at < rowEnd; ) {
      const done = at - rowStart;
      // Few entries are quick, however they collide.
      if (rowEnd - rowStart > CLOCKED_ENTRIES) fillClock.tick(done);
      if (at >= end) {
        first = at;
        end = Math.min(at + CLOCKED_ENTRIES, Math.max(rowEnd, cellsEnd));
        for (let i = 0; i < lists.length; i++)
          readValues(
            builder,
            (lists[i] as ListCells).items,
            { from: first, to: end },
            columns[i] as unknown[],
          );
      }
      const stop = Math.min(rowEnd, end, at + CLOCKED_ENTRIES - (done % CLOCKED_ENTRIES));
      put(collection, columns, at - first, stop - first);
      at = stop;
    }
  });
}

/**
 * True when all that a segment's collections hold is there once they are: its own values, and those of greater ids in a graph
 * whose values are all made in the order of falling ids.
 */
export function canFill({ isPlain }: Builder, { state, firstId }: Segment): boolean {
  if (!isPlain) return false;
  for (const { items } of state as readonly ListCells[]) if (!isFrom(items, firstId)) return false;
  return true;
}

function isFrom({ uniformTag, isConstant, numbers, tags, length }: Cells, first: number): boolean {
  if (uniformTag >= 0 && uniformTag !== TAG.ref) return true;
  if (uniformTag < 0) return areFrom(tags, numbers, first);
  const end = isConstant ? Math.min(length, 1) : length;
  for (let i = 0; i < end; i++) if ((numbers[i] as number) < first) return false;
  return true;
}

function areFrom(tags: Uint8Array, numbers: ArrayLike<number>, first: number): boolean {
  for (let i = 0; i < tags.length; i++)
    if (tags[i] === TAG.ref && (numbers[i] as number) < first) return false;
  return true;
}

function readValues(
  builder: Builder,
  cells: Cells,
  { from, to }: { readonly from: number; readonly to: number },
  into: unknown[],
): void {
  const { uniformTag, isConstant, isInOrder, numbers, texts, tags } = cells;
  const count = to - from;
  if (isConstant || (uniformTag >= 0 && isNumberless(uniformTag)))
    into.fill(builder.value(cells, from), 0, count);
  else if (uniformTag === TAG.int)
    for (let i = 0; i < count; i++) into[i] = (numbers[from + i] as number) | 0;
  else if (uniformTag === TAG.double) for (let i = 0; i < count; i++) into[i] = numbers[from + i];
  else if (uniformTag === TAG.string && isInOrder) for (let i = 0; i < count; i++) into[i] = texts[from + i];
  else if (uniformTag === TAG.string) pick(texts, numbers, from, count, into);
  else if (uniformTag === TAG.ref) pick(builder.values, numbers, from, count, into);
  else if (uniformTag >= 0) for (let i = 0; i < count; i++) into[i] = builder.value(cells, from + i);
  else readMixed(builder, cells, tags, from, count, into);
}

function pick(
  list: readonly unknown[],
  numbers: ArrayLike<number>,
  from: number,
  count: number,
  into: unknown[],
): void {
  for (let i = 0; i < count; i++) into[i] = list[numbers[from + i] as number];
}

function readMixed(
  builder: Builder,
  cells: Cells,
  tags: Uint8Array,
  from: number,
  count: number,
  into: unknown[],
): void {
  const { numbers, texts } = cells;
  const { values } = builder;
  for (let i = 0; i < count; i++) {
    const tag = tags[from + i];
    const number = numbers[from + i] as number;
    if (tag === TAG.string) into[i] = texts[number];
    else if (tag === TAG.ref) into[i] = values[number];
    else if (tag === TAG.int) into[i] = number | 0;
    else into[i] = builder.value(cells, from + i);
  }
}
