// What pickling is told and what it reports. Knows nothing of how the walk works.

import type { CodeEntry } from '../graph/code.js';
import type { GraphIndex, GraphSink, Link, SegmentDraftView } from '../graph/graph.js';
import type { ReducerRegistry, Reduction } from '../graph/registry.js';
import type { RowIds } from '../graph/row-ids.js';
import type { ModuleSpace } from '../graph/specifier.js';
import type { ModuleOptions } from './module-choice.js';

/** A value to pickle under a name; a single value has the empty name. */
export interface Root {
  readonly name: string;
  readonly value: unknown;
  /** Where the value is, when it is in a group that is kept. */
  readonly link?: Link;
}

/** A group that is taken over from another snapshot without being built; it keeps its number. */
export interface KeptGroup {
  readonly number: number;
  readonly values: number;
  readonly unit: number;
  /** What it points to: other kept groups, or values that exist. */
  readonly links: readonly ({ readonly kept: Link } | { readonly value: unknown })[];
  readonly codes: readonly CodeEntry[];
}

/** A value that became a tombstone, or was changed. */
export interface PickleLoss {
  /** The root it was first reached from. */
  readonly root: string;
  /** Path from the root, starting with the root's name. */
  readonly path: string;
  readonly what: string;
  readonly reason: string;
  readonly hint: string;
}

/** Sees the segments of each stripe before they become bytes, and may change texts in their columns. */
export type StripeListener = (
  segments: readonly SegmentDraftView[],
  /** The path of the value in a row of a segment. */
  pathOf: (ids: RowIds, row: number) => string,
) => void;

/** Options of the walk. */
export interface WalkOptions extends ModuleOptions {
  readonly registry: ReducerRegistry;
  /** Groups that are not walked. Default: none. */
  readonly kept?: readonly KeptGroup[];
  /** Takes the graph as it comes. Default: nobody; only losses are of interest then. */
  readonly sink?: GraphSink;
  /** Namespaces of imported modules by specifier: their exports are saved by reference. */
  readonly modules?: ReadonlyMap<string, object>;
  /** Asked of every object and function but what every process has, before anything else. */
  readonly override?: (value: object) => Reduction | undefined;
  /** Values that others are walked in the place of, wherever they are met. Default: none. */
  readonly standIns?: ReadonlyMap<unknown, object>;
  /** Default: nobody looks. */
  readonly onStripe?: StripeListener;
  /** Sees the bytes of each buffer, and may give others of the same length in their place. Default: nobody looks. */
  readonly onBytes?: (bytes: Uint8Array, pathOf: () => string) => Uint8Array;
  /** Sees each value that becomes a tombstone, with the path that it has. Default: nobody looks. */
  readonly onBury?: ((path: string, value: object) => void) | undefined;
  /** Make tombstones of private and secret keys of Node. Default: false. */
  readonly isKeyless?: boolean;
  /** What becomes of promises that are not settled: a tombstone, or a promise that never settles. Default: `tombstone`. */
  readonly pendingPromises?: 'tombstone' | 'keep';
  /**
   * Globals that functions name go with them, where there is no session that brings them: all, or those that a function
   * takes. Default: false; they are names.
   */
  readonly takesGlobals?: boolean | ((name: string) => boolean);
  /** Look at the roots themselves only, not at what they hold; the graph is then of no use. Default: false. */
  readonly isShallow?: boolean;
  /** Told about every some thousand values how many were visited. */
  readonly onProgress?: (visited: number) => void;
  /** True when neither `onProgress` nor `onStripe` nor `onBytes` changes a value. Default: false. */
  readonly isQuiet?: boolean;
}

/** A module that a reference names. */
export interface ModuleName {
  readonly space: ModuleSpace;
  readonly specifier: string;
}

/** What the walk found. */
export interface WalkResult {
  readonly index: GraphIndex;
  /** How many values there are, each counted once. */
  readonly values: number;
  readonly modules: readonly ModuleName[];
  readonly losses: readonly PickleLoss[];
  readonly changes: readonly PickleLoss[];
}
