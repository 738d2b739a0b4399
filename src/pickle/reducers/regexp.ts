// Regular expressions: source and flags from their slots. `lastIndex` is an own property.

import { KINDS } from '../../graph/kinds.js';
import type { Walk } from '../context.js';
import { writeRow } from '../own.js';

const getter = (name: string): (() => unknown) =>
  Object.getOwnPropertyDescriptor(RegExp.prototype, name)?.get as () => unknown;

const sourceOf = getter('source');
// The `flags` getter asks the object's properties, which may lie; the single flags look at slots.
const FLAGS: readonly [string, () => unknown][] = [
  ['d', getter('hasIndices')],
  ['g', getter('global')],
  ['i', getter('ignoreCase')],
  ['m', getter('multiline')],
  ['s', getter('dotAll')],
  ['u', getter('unicode')],
  ['v', getter('unicodeSets')],
  ['y', getter('sticky')],
];
const apply = Reflect.apply;

/** Writes the row of a RegExp. */
export function reduceRegExp(walk: Walk, place: number, regexp: RegExp): void {
  const source: unknown = apply(sourceOf, regexp, []);
  let flags = '';
  for (const [flag, get] of FLAGS) if (get !== undefined && apply(get, regexp, []) === true) flags += flag;
  writeRow(walk, place, KINDS.regexp, [source, flags]);
}
