// What an attack is, and short ways to build one by hand.

import { TAG } from '../../src/graph/column.js';
import type { LayoutDraft } from '../../src/graph/graph.js';
import { KINDS } from '../../src/graph/kinds.js';
import { column, listColumn, type SegmentPart, segmentOf, textColumn } from '../format/parts.js';

/** A hostile snapshot, or several. */
export interface Attack {
  /** What it tries, in a few words. */
  readonly name: string;
  make(): readonly Uint8Array[];
  /** How many values it has, when they are so many that building them takes a while. */
  readonly values?: number;
  /** How opening it as data may end: `value`, or codes of errors. */
  readonly ends: readonly string[];
  /** How opening it as trusted may end; undefined where it is code by design. */
  readonly trusted?: readonly string[];
}

/** References, each `[space, name, ...path]`. */
export function references(
  ids: readonly number[],
  names: readonly (readonly [space: string, name: string, ...path: string[]])[],
): SegmentPart {
  const paths = names.map(([, , ...path]) => path);
  return segmentOf(KINDS.reference, ids, [
    textColumn(
      TAG.string,
      names.map(([space]) => space),
    ),
    textColumn(
      TAG.string,
      names.map(([, name]) => name),
    ),
    listColumn(
      column(
        TAG.int,
        paths.map((path) => path.length),
      ),
      textColumn(TAG.string, paths.flat()),
    ),
  ]);
}

/** Objects with these keys, all attributes set; `columns` has one for each key. */
export function objects(
  ids: readonly number[],
  keys: LayoutDraft['keys'],
  columns: SegmentPart['properties'],
  more: Partial<LayoutDraft> = {},
): SegmentPart {
  const bare = segmentOf(KINDS.object, ids, []);
  const layout = { ...bare.layout, keys, attributes: keys.map(() => 7), ...more };
  return { ...bare, layout, properties: columns };
}

/** An array of values by their ids. */
export function arrayOf(id: number, refs: readonly number[]): SegmentPart {
  return segmentOf(KINDS.array, [id], [listColumn(column(TAG.int, [refs.length]), column(TAG.ref, refs))]);
}
