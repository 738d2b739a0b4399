// Columns and lists of columns, byte by byte. See docs/FORMAT.md §6.3 and §6.4.

import { isNumberless, TAG, TAG_COUNT } from '../../graph/column.js';
import type { Cursor } from './cursor.js';

const TAG_NAMES = Object.keys(TAG);
const FORMS = ['same', 'tags', 'uniform', 'mixed', 'runs'];
const tagName = (tag: number): string => TAG_NAMES[tag] ?? `tag ${tag}`;

/** A column of so many cells. Gives the sum of its whole numbers, which says how many items the lists of a column have. */
export function column(cursor: Cursor, cells: number, what: string): number {
  if (cells === 0) return 0;
  const form = cursor.u8(`${what}: form`, (value) => FORMS[value] ?? `form ${value}`);
  switch (FORMS[form]) {
    case 'same': {
      const tag = cursor.u8(`${what}: tag`, tagName);
      return isNumberless(tag) ? 0 : payload(cursor, tag, 1, what) * cells;
    }
    case 'tags':
      cursor.raw(cells, `${what}: tags`);
      return 0;
    case 'uniform': {
      const tag = cursor.u8(`${what}: tag`, tagName);
      return payload(cursor, tag, cells, what);
    }
    case 'mixed':
      mixed(cursor, countTags(cursor.tags(cells, `${what}: tags`)), what);
      return 0;
    case 'runs': {
      const runs = cursor.varint(`${what}: number of runs`);
      const tags = cursor.tags(runs, `${what}: tags of the runs`);
      const lengths = cursor.numbers(runs, `${what}: lengths of the runs`);
      const counts = new Float64Array(TAG_COUNT);
      for (let run = 0; run < runs; run++) counts[tags[run] as number]! += lengths[run] as number;
      mixed(cursor, counts, what);
      return 0;
    }
    default:
      throw cursor.corrupt(`column form ${form} is unknown`);
  }
}

/** A list column of so many rows. */
export function listColumn(cursor: Cursor, rows: number, what: string): void {
  column(cursor, column(cursor, rows, `${what}, lengths`), what);
}

function mixed(cursor: Cursor, counts: Float64Array, what: string): void {
  for (let tag = 0; tag < TAG_COUNT; tag++) {
    const count = counts[tag] as number;
    if (count > 0 && !isNumberless(tag)) payload(cursor, tag, count, `${what}, ${tagName(tag)}`);
  }
}

function payload(cursor: Cursor, tag: number, count: number, what: string): number {
  if (tag === TAG.string || tag === TAG.bigint) cursor.texts(count, what);
  else if (tag === TAG.double) cursor.doubles(count, what);
  else return cursor.whole(count, what, tag === TAG.int);
  return 0;
}

function countTags(tags: Uint8Array): Float64Array {
  const counts = new Float64Array(TAG_COUNT);
  for (const tag of tags) counts[tag]! += 1;
  return counts;
}
