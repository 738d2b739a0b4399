// The graph: what a value becomes between the pickler and the bytes. Flat: no nesting anywhere, so no recursion anywhere.
//
//   layout    what values have in common: kind, prototype, keys, attributes, extensibility
//   segment   all values of one layout, column by column
//   id        the segment's first id + the value's row; references are ids
//
// Knows nothing of live values and nothing of bytes.

import type { CodeEntry } from './code.js';
import type { Cells, ListCells } from './column.js';
import type { Kind } from './kinds.js';

/** Property attributes in a layout; `DATA_DEFAULT` is what assignment makes. */
export const ATTRIBUTE = { writable: 1, enumerable: 2, configurable: 4, accessor: 8 } as const;

/** Writable, enumerable and configurable. */
export const DATA_DEFAULT = 7;

/** Flags of a layout. `frozenItems` and `sealedItems` speak of the elements of an array, `fixedLength` of its length. */
export const LAYOUT_FLAG = { extensible: 1, frozenItems: 2, sealedItems: 4, fixedLength: 8 } as const;

/** A property name in a layout: a string, or the id of a symbol. */
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

/** All values of one layout. Accessor properties have two cells: one column for getters, one for setters. */
export interface Segment {
  readonly layout: Layout;
  readonly rows: number;
  /** The id of row 0. */
  readonly firstId: number;
  /** In the order of the kind's state. */
  readonly state: readonly (Cells | ListCells)[];
  /** Properties in the order of the keys (an accessor takes two), then private fields brand by brand. */
  readonly properties: readonly Cells[];
}

/** A graph, ready to be encoded, or just decoded. */
export interface Graph {
  readonly segments: readonly Segment[];
  /** How many ids there are. */
  readonly count: number;
  readonly strings: readonly string[];
  readonly blobs: readonly Uint8Array[];
  readonly codes: readonly CodeEntry[];
  /** Names of the roots; the values are the cells of `roots`. */
  readonly rootNames: readonly string[];
  readonly roots: Cells;
}

/** How many columns the properties and private fields of a layout take. */
export function propertyColumnCount(layout: Layout): number {
  let count = 0;
  for (const attributes of layout.attributes) {
    count += layout.kind.hasShape && (attributes & ATTRIBUTE.accessor) !== 0 ? 2 : 1;
  }
  for (const brand of layout.brands) count += brand.names.length;
  return count;
}
