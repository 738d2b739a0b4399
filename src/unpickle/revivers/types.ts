// What a reviver is: how values of one kind come to exist, and how they get their state.

import type { Segment } from '../../graph/graph.js';
import type { Builder } from '../context.js';

/** Revives values of one kind. */
export interface Reviver {
  /** Makes the value of a row, at least as a shell. May make other values first through `builder.ensure`. */
  create(builder: Builder, segment: Segment, row: number): unknown;
  /**
   * The fast way: makes all values of a segment complete at once, in the order of falling ids, and says so; false when
   * this segment has to take the plain way. References to ids up to a value's own may not be made yet: `patch` puts them
   * in.
   */
  makeAll?(builder: Builder, segment: Segment): boolean;
  /** Puts the references in that `makeAll` could not. */
  patch?(builder: Builder, segment: Segment): void;
  /** Gives rows their state; every value exists by then. Doing it again gives the same. */
  fill?(builder: Builder, segment: Segment, from: number, to: number): void;
  /** Last touches, when everything is filled. */
  finish?(builder: Builder, segment: Segment): void;
  /** True for records that nothing is put on: the layout's properties are left out. */
  readonly isInert?: boolean;
  /** True when a shell has no own properties. */
  readonly isBornEmpty: boolean;
  /** Own properties of a shell that belong to the kind's state and stay. */
  readonly brings?: 'all' | ((builder: Builder, object: object, key: string | symbol) => boolean);
}

/** Returned by `create` for a value that is made later, when its state is complete. */
export const PENDING = Symbol('pending');
