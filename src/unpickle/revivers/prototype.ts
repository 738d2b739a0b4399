// The `prototype` objects that functions and classes bring.

import { type Cells, numberAt, TAG, tagAt } from '../../graph/column.js';
import { tombstoneRecord } from '../../realm/tombstone.js';
import { protoOf } from './shell.js';
import type { Reviver } from './types.js';

/** Kinds whose values the build makes anew. */
const OWN: ReadonlySet<string> = new Set(['function', 'class', 'member']);

/** Revives prototype objects. */
export const prototypeReviver: Reviver = {
  isBornEmpty: false,
  create(builder, segment, row) {
    const owners = segment.state[0] as Cells;
    if (tagAt(owners, row) !== TAG.ref) throw builder.corrupt('a prototype without a function');
    const ownerId = numberAt(owners, row);
    const owner = builder.ensure(ownerId) as object;
    // Of a class that could not be made here, the prototype is an ordinary object with what was saved of it.
    if (tombstoneRecord(owner) !== undefined) return Object.create(protoOf(builder, segment));
    const found: unknown =
      typeof owner === 'function' ? Object.getOwnPropertyDescriptor(owner, 'prototype')?.value : undefined;
    // Only what this build made is filled: the prototype of anything else (a built-in, a package's class) is used as it is.
    if (
      typeof found === 'object' &&
      found !== null &&
      (builder.isBuried(ownerId) || !OWN.has(builder.segmentOf(ownerId).layout.kind.name))
    ) {
      builder.borrow(segment.firstId + row, found);
      return found;
    }
    const object = typeof found === 'object' && found !== null ? found : {};
    const proto = protoOf(builder, segment);
    if (Object.getPrototypeOf(object) !== proto) Object.setPrototypeOf(object, proto);
    return object;
  },
};
