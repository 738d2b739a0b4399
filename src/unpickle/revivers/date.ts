// Dates by their time value.

import type { Cells } from '../../graph/column.js';
import { isBare } from './bare.js';
import { shell } from './shell.js';
import type { Reviver } from './types.js';

const DateOriginal = Date;

/** Revives Dates. */
export const dateReviver: Reviver = {
  isBornEmpty: true,
  makeAll(builder, segment) {
    if (!isBare(builder, segment, DateOriginal.prototype)) return false;
    const { values } = builder;
    const { firstId, rows } = segment;
    const times = segment.state[0] as Cells;
    for (let row = 0; row < rows; row++) values[firstId + row] = new DateOriginal(builder.number(times, row));
    return true;
  },
  create(builder, segment, row) {
    const time = builder.number(segment.state[0] as Cells, row);
    return shell(builder, segment, row, () => new DateOriginal(time), true);
  },
};
