// `arguments` objects: real ones, with the properties that were saved.

import { sloppyFunction } from '../../realm/compile.js';
import { shell } from './shell.js';
import type { Reviver } from './types.js';

/** Revives `arguments` objects. */
export const argumentsReviver: Reviver = {
  isBornEmpty: false,
  create: (builder, segment, row) => shell(builder, segment, row, bareArguments, true),
};

// The strict kind has a `callee` that cannot be removed; this one comes from a sloppy function.
function bareArguments(): object {
  return sloppyFunction('return arguments')() as object;
}
