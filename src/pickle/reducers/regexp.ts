// Regular expressions: source and flags from their slots. `lastIndex` is an own property.

import { KINDS } from '../../graph/kinds.js';
import { flagsOf } from '../../realm/regexp-flags.js';
import type { Walk } from '../context.js';
import { writeRow } from '../own.js';

const sourceOf = Object.getOwnPropertyDescriptor(RegExp.prototype, 'source')?.get as () => unknown;

/** Writes the row of a RegExp. */
export function reduceRegExp(walk: Walk, place: number, regexp: RegExp): void {
  const source: unknown = Reflect.apply(sourceOf, regexp, []);
  writeRow(walk, place, KINDS.regexp, [source, flagsOf(regexp)]);
}
