// Functions, classes and class members: made by the rebuilder. Their `prototype` comes with them.

import type { Reviver } from './types.js';

/** Revives functions, classes and members. */
export const codeReviver: Reviver = {
  isBornEmpty: false,
  create: (builder, segment, row) => {
    const made = builder.rebuilder.value(segment.firstId + row);
    const { proto } = segment.layout;
    const wanted = proto === null || proto === undefined ? null : (builder.ensure(proto) as object);
    if (Object.getPrototypeOf(made) !== wanted) Object.setPrototypeOf(made, wanted);
    return made;
  },
  // `prototype` of a function that needs no row, and what sloppy functions have besides, cannot be removed anyway.
  brings: (_, __, key) => key === 'prototype' || key === 'arguments' || key === 'caller',
};
