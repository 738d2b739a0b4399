// Errors: real ones (the brand is theirs), their properties as they were saved.

import { shell } from './shell.js';
import type { Reviver } from './types.js';

const ErrorOriginal = Error;

/** Revives Errors. */
export const errorReviver: Reviver = {
  isBornEmpty: false,
  create: (builder, segment, row) => shell(builder, segment, row, bareError, true),
};

// The stack of this place is of no use to anybody.
function bareError(): Error {
  const limit = Object.getOwnPropertyDescriptor(ErrorOriginal, 'stackTraceLimit');
  if (limit?.writable !== true) return settled(new ErrorOriginal());
  const before = limit.value as number;
  ErrorOriginal.stackTraceLimit = 0;
  try {
    return settled(new ErrorOriginal());
  } finally {
    ErrorOriginal.stackTraceLimit = before;
  }
}

// V8 writes the text of a stack when it is first read, and asks the error for its name: that must be over before the error
// gets its own prototype, whose `name` may be a getter.
function settled(error: Error): Error {
  Reflect.get(error, 'stack');
  return error;
}
