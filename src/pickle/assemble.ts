// Ends a walk: writes the rows that had to wait, gives ids, and turns places into ids in every column.

import type { CodeEntry } from '../graph/code.js';
import { type Column, ListColumn, TAG } from '../graph/column.js';
import type { Brand, Graph, Layout, LayoutKey, Segment } from '../graph/graph.js';
import type { Walk } from './context.js';
import { writePools } from './reducers/buffers.js';
import type { ScopeTable } from './scopes.js';
import type { SegmentDraft } from './shape.js';

/** What the walk collected beside the segments. */
export interface AssembleTables {
  readonly roots: Column;
  readonly codes: readonly CodeEntry[];
  readonly scopes: ScopeTable;
  /** All strings; asked for last, because rows that had to wait may add some. */
  strings(): string[];
}

/** The finished graph of a walk. */
export function assembleGraph(walk: Walk, tables: AssembleTables): Graph {
  const { roots, strings, codes } = tables;
  const aliases = new Map<number, number>();
  tables.scopes.write(walk);
  writePools(walk, (place, target) => aliases.set(place, target));
  const { ids, count } = giveIds(walk, aliases);
  const segments = walk.segments.map((draft) => finishSegment(walk, draft, ids));
  renumber(roots, ids);
  return {
    segments,
    count,
    strings: strings(),
    blobs: walk.blobs,
    codes,
    rootNames: walk.roots.map((root) => root.name),
    roots,
  };
}

function giveIds(walk: Walk, aliases: ReadonlyMap<number, number>): { ids: Uint32Array; count: number } {
  const ids = new Uint32Array(walk.values.length);
  let count = 0;
  for (const draft of walk.segments) {
    draft.firstId = count;
    const { rows } = draft;
    for (let row = 0; row < rows.length; row++) ids[rows[row] as number] = count + row;
    count += rows.length;
  }
  for (const [place, target] of aliases) ids[place] = ids[target] as number;
  return { ids, count };
}

function finishSegment(walk: Walk, draft: SegmentDraft, ids: Uint32Array): Segment {
  for (const column of draft.state) {
    if (column instanceof ListColumn) renumber(column.items, ids);
    else renumber(column, ids);
  }
  for (const column of draft.properties) renumber(column, ids);
  const idOf = (value: unknown): number => ids[walk.placeOf(value) as number] as number;
  const keys = draft.keys.map((key): LayoutKey => (typeof key === 'string' ? key : { symbol: idOf(key) }));
  const brands = draft.brands.map(
    (brand): Brand => ({ owner: idOf(brand.owner), isStatic: brand.isStatic, names: brand.names }),
  );
  const layout: Layout = {
    kind: draft.kind,
    proto: draft.proto === null || draft.proto === undefined ? draft.proto : idOf(draft.proto),
    flags: draft.flags,
    keys,
    attributes: draft.attributes,
    brands,
    reducer: draft.reducer,
    version: draft.version,
  };
  const { firstId, rows, state, properties } = draft;
  return { layout, rows: rows.length, firstId, state, properties };
}

function renumber(column: Column, ids: Uint32Array): void {
  if ((column.tagsSeen & (1 << TAG.ref)) === 0) return;
  const { tags, numbers, length } = column;
  for (let i = 0; i < length; i++) {
    if (tags[i] === TAG.ref) numbers[i] = ids[numbers[i] as number] as number;
  }
}
