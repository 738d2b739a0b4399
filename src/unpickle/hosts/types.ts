// What a reviver of the platform's classes is.

import type { HostType } from '../../graph/host-types.js';

/** Revives values of one type of kind `host`. Parts come from a file: wrong ones throw. */
export interface HostReviver {
  readonly type: HostType;
  /** How many of the parts have to be complete before `create`. Default: all of them. */
  readonly needs?: number;
  /** Makes the value. Undefined where this Node has no such class. */
  create(parts: readonly unknown[]): object | undefined;
  /** Gives it what may not be complete before; doing it twice gives the same. */
  fill?(value: object, parts: readonly unknown[]): void;
}
