// What a reducer of the platform's classes is.

import type { HostType } from '../../graph/host-types.js';
import type { Verdict, Walk } from '../context.js';

/** What reducing one value may ask and say. */
export interface HostTools {
  readonly walk: Walk;
  /** What Node keeps under a symbol of that description, or in a private field of that name. */
  hidden(value: object, name: string): unknown;
  /** Reports that the value is saved as something a little different. */
  change(reason: string, hint: string): void;
}

/** Why a value of a class cannot be saved. */
export class Refusal implements Verdict {
  readonly what: string;
  readonly reason: string;
  readonly hint: string;

  constructor(what: string, reason: string, hint: string) {
    this.what = what;
    this.reason = reason;
    this.hint = hint;
  }
}

/** Reduces values of one class of the platform to their parts. */
export interface HostReducer {
  readonly type: HostType;
  /** Instances, to see what Node puts on them. */
  samples(): readonly object[];
  /** True for a property that Node puts on some instances, besides those of samples. */
  isNodes?(key: string | symbol): boolean;
  /** The parts, or why there are none. Throws for a value that is not of the class, whatever its prototype. */
  reduce(value: any, tools: HostTools): readonly unknown[] | Refusal;
}
