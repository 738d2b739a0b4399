// Errors: real ones (the brand is theirs), their properties as they were saved.

import { withoutFrames } from '../../realm/stack.js';
import { shell } from './shell.js';
import type { Reviver } from './types.js';

/** Revives Errors. */
export const errorReviver: Reviver = {
  isBornEmpty: false,
  create: (builder, segment, row) => shell(builder, segment, row, bareError, true),
};

const bareError = (): Error => withoutFrames(() => settled(new Error()));

// V8 writes the text of a stack when it is first read, and asks the error for its name: that must be over before the error
// gets its own prototype, whose `name` may be a getter.
function settled(error: Error): Error {
  Reflect.get(error, 'stack');
  return error;
}
