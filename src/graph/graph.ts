// The graph: what a value becomes between the pickler and the bytes. Flat: no nesting anywhere, so no recursion anywhere.
//
//   layout    what values have in common: kind, prototype, keys, attributes, extensibility
//   segment   values of one layout, column by column
//   stripe    segments that are written and read at once; bounded in size
//   group     the values first met below one root, in one stripe or many; group 0 is what every group may point to
//   id        of a value, within its group; references are ids
//   link      to a value of another group: its group and id; numbered within the group that points
//
// Knows nothing of live values and nothing of bytes.

import type { CodeEntry } from './code.js';
import type { Cells, ListCells } from './column.js';
import type { Kind } from './kinds.js';
import type { RowIds } from './row-ids.js';

/**
 * Property attributes in a layout; `DATA_DEFAULT` is what assignment makes. `native` and `nativeSetter` are only for a
 * `stack`, which the engine keeps as data or behind functions of its own.
 */
export const ATTRIBUTE = {
  writable: 1,
  enumerable: 2,
  configurable: 4,
  accessor: 8,
  native: 16,
  nativeSetter: 32,
} as const;

/** Writable, enumerable and configurable. */
export const DATA_DEFAULT = 7;

/** Flags of a layout. `frozenItems` and `sealedItems` speak of the elements of an array, `fixedLength` of its length. */
export const LAYOUT_FLAG = { extensible: 1, frozenItems: 2, sealedItems: 4, fixedLength: 8 } as const;

/** What a layout points to: an id of its own group, or a link. In a graph to be built everything is an id. */
export interface Pointer {
  readonly isLink: boolean;
  readonly number: number;
}

/** A property name in a layout: a string, or a symbol. */
export type LayoutKey = string | { readonly symbol: number };

/** The private fields one class put on every value of a layout. */
export interface Brand {
  /** Id of the class. */
  readonly owner: number;
  readonly isStatic: boolean;
  /** Names with the `#`. Each has a column, after those of the properties. */
  readonly names: readonly string[];
}

/** What all values of a segment have in common. */
export interface Layout {
  readonly kind: Kind;
  /** The prototype: null, the id of a value, or undefined for kinds without one. */
  readonly proto: number | null | undefined;
  /** A combination of {@link LAYOUT_FLAG}; for scopes the form's number. */
  readonly flags: number;
  readonly keys: readonly LayoutKey[];
  /** One of {@link ATTRIBUTE}'s combinations a key; for scopes the binding's kind, plus 16 in the dead zone. */
  readonly attributes: readonly number[];
  readonly brands: readonly Brand[];
  /** For `custom`: the registered name. */
  readonly reducer: string | undefined;
  /** For `custom`: the reducer's version. */
  readonly version: number;
}

/** Added to a scope binding's kind while it is in the temporal dead zone. */
export const DEAD_ZONE = 16;

/** Values of one layout, ready to be built. Accessor properties have two cells: one column for getters, one for setters. */
export interface Segment {
  readonly layout: Layout;
  readonly rows: number;
  /** The id of row 0; the others follow. */
  readonly firstId: number;
  /** In the order of the kind's state. */
  readonly state: readonly (Cells | ListCells)[];
  /** Properties in the order of the keys (an accessor takes two), then private fields brand by brand. */
  readonly properties: readonly Cells[];
  /** The greatest id that its layout or its cells may name, or more. */
  readonly reach: number;
  /** Its columns are not needed soon: what they take beside the bytes is let go. Who asks has them again. */
  close(): void;
  /** Its columns are not needed any more, and neither are their bytes. */
  drop(): void;
}

/** A graph, ready to be built: some groups of a snapshot, their ids made one sequence. */
export interface Graph {
  readonly segments: readonly Segment[];
  /** How many ids the segments have. */
  readonly count: number;
  /** Values that exist already; they have the ids from `count` on. */
  readonly externals: readonly unknown[];
  readonly blobs: readonly Uint8Array[];
  /** The id of a value of one of the groups; undefined for others. */
  idOf(link: Link): number | undefined;
  /** Texts of code; reads them when first asked. */
  codes(): readonly CodeEntry[];
}

// — while it is written —

/** A layout as its group writes it. */
export interface LayoutDraft {
  readonly kind: Kind;
  /** Undefined for kinds without a prototype. */
  readonly proto: Pointer | null | undefined;
  readonly flags: number;
  readonly keys: readonly (string | Pointer)[];
  readonly attributes: readonly number[];
  readonly brands: readonly {
    readonly owner: Pointer;
    readonly isStatic: boolean;
    readonly names: readonly string[];
  }[];
  readonly reducer: string | undefined;
  readonly version: number;
}

/** A segment of a stripe. */
export interface SegmentDraftView {
  readonly layout: LayoutDraft;
  readonly ids: RowIds;
  readonly state: readonly (Cells | ListCells)[];
  readonly properties: readonly Cells[];
}

/** Where a walk puts its stripes and blobs. What it is given is only valid during the call. */
export interface GraphSink {
  stripe(group: number, segments: readonly SegmentDraftView[]): void;
  /** The next blob of a group. */
  blob(group: number, bytes: Uint8Array): void;
}

/** A value of another group. */
export interface Link {
  readonly group: number;
  readonly id: number;
}

/** What is known of all groups when the walk has ended. */
export interface GraphIndex {
  /** How many ids each group has, what it points to, and the numbers of its texts of code. */
  readonly groups: readonly {
    readonly values: number;
    readonly links: readonly Link[];
    readonly codes: readonly number[];
    /** Groups of one unit are built together. */
    readonly unit: number;
  }[];
  readonly rootNames: readonly string[];
  /** The roots' cells; their links are `rootLinks`. */
  readonly roots: Cells;
  readonly rootLinks: readonly Link[];
  readonly codes: readonly CodeEntry[];
}

/** How many columns the properties and private fields of a layout take. */
export function propertyColumnCount(layout: {
  readonly kind: Kind;
  readonly attributes: readonly number[];
  readonly brands: readonly { readonly names: readonly string[] }[];
}): number {
  let count = 0;
  for (const attributes of layout.attributes) {
    count += layout.kind.hasShape && (attributes & ATTRIBUTE.accessor) !== 0 ? 2 : 1;
  }
  for (const brand of layout.brands) count += brand.names.length;
  return count;
}

/** The last segment with rows that begins at an id or before it; undefined when none does. Segments are in order of ids. */
export function segmentBefore(segments: readonly Segment[], id: number): Segment | undefined {
  let low = 0;
  let high = segments.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((segments[middle] as Segment).firstId <= id) low = middle;
    else high = middle - 1;
  }
  while (low >= 0 && segments[low]?.rows === 0) low--;
  return segments[low];
}
