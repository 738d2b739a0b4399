// Functions, classes and class members: made by the rebuilder. Their `prototype` comes with them.
//
// Code that cannot be made here costs only itself: it becomes a tombstone, and everything else is loaded.

import { LimitError, UnpicklingError } from '../../errors.js';
import type { Cells } from '../../graph/column.js';
import type { Segment } from '../../graph/graph.js';
import type { Builder } from '../context.js';
import { protoOf } from './shell.js';
import type { Reviver } from './types.js';

/** Revives functions, classes and members. */
export const codeReviver: Reviver = {
  isBornEmpty: false,
  create(builder, segment, row) {
    const id = segment.firstId + row;
    const current = currentClass(builder, segment, row);
    if (current !== undefined) {
      builder.borrow(id, current);
      return current;
    }
    const made = rebuilt(builder, segment, id);
    if (made === undefined) return builder.values[id];
    const proto = protoOf(builder, segment);
    if (Object.getPrototypeOf(made) !== proto) Object.setPrototypeOf(made, proto);
    return made;
  },
  // `prototype` of a function that needs no row, and what sloppy functions have besides, cannot be removed anyway.
  brings: (_, __, key) => key === 'prototype' || key === 'arguments' || key === 'caller',
};

// The class that is here in the place of the stored one, where that is wanted.
function currentClass(builder: Builder, segment: Segment, row: number): Function | undefined {
  const { classes } = builder.options;
  if (classes === undefined || builder.isData || segment.layout.kind.name !== 'class') return undefined;
  const entry = builder.graph.codes()[builder.number(segment.state[0] as Cells, row)];
  return entry === undefined
    ? undefined
    : classes.choose(entry.source, builder.options.nameOf?.(segment.firstId + row));
}

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
