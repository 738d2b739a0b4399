// Dates by their time value.

import type { Cells } from '../../graph/column.js';
import { shell } from './shell.js';
import type { Reviver } from './types.js';

const DateOriginal = Date;

/** Revives Dates. */
export const dateReviver: Reviver = {
  isBornEmpty: true,
  create(builder, segment, row) {
    const time = builder.number(segment.state[0] as Cells, row);
    return shell(builder, segment, row, () => new DateOriginal(time), true);
  },
};
