// Boxed primitives.

import type { Cells } from '../../graph/column.js';
import { shell } from './shell.js';
import type { Reviver } from './types.js';

const ObjectOriginal = Object;

/** Revives Number, String, Boolean, Symbol and BigInt objects. */
export const boxedReviver: Reviver = {
  // The characters of a String cannot be redefined and are not in the layout.
  isBornEmpty: true,
  create(builder, segment, row) {
    const value = builder.ensured(segment.state[0] as Cells, row);
    if ((typeof value === 'object' && value !== null) || typeof value === 'function' || value == null) {
      throw builder.corrupt('a boxed value is no primitive');
    }
    return shell(builder, segment, row, () => ObjectOriginal(value) as object, true);
  },
};
