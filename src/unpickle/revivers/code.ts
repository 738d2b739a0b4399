// Functions, classes and class members: made by the rebuilder. Their `prototype` comes with them.
//
// Code that cannot be made here costs only itself: it becomes a tombstone, and everything else is loaded.

import { LimitError, UnpicklingError } from '../../errors.js';
import type { Segment } from '../../graph/graph.js';
import type { Builder } from '../context.js';
import { protoOf } from './shell.js';
import type { Reviver } from './types.js';

/** Revives functions, classes and members. */
export const codeReviver: Reviver = {
  isBornEmpty: false,
  create(builder, segment, row) {
    const id = segment.firstId + row;
    const made = rebuilt(builder, segment, id);
    if (made === undefined) return builder.values[id];
    const proto = protoOf(builder, segment);
    if (Object.getPrototypeOf(made) !== proto) Object.setPrototypeOf(made, proto);
    return made;
  },
  // `prototype` of a function that needs no row, and what sloppy functions have besides, cannot be removed anyway.
  brings: (_, __, key) => key === 'prototype' || key === 'arguments' || key === 'caller',
};

function rebuilt(builder: Builder, segment: Segment, id: number): Function | undefined {
  try {
    return builder.rebuilder.value(id);
  } catch (error) {
    if (!(error instanceof UnpicklingError || error instanceof LimitError)) throw error;
    builder.bury(
      id,
      segment.layout.kind.name,
      error.message,
      error.hint ?? 'load it with the Node that saved it',
      true,
    );
    return undefined;
  }
}
