// Tombstones: what could not be saved says so again here, unless it is still alive in this process.

import type { Cells } from '../../graph/column.js';
import { createTombstone } from '../../realm/tombstone.js';
import type { Reviver } from './types.js';

/** Revives tombstones. */
export const tombstoneReviver: Reviver = {
  isBornEmpty: true,
  create(builder, segment, row) {
    const field = (index: number): string => builder.text(segment.state[index] as Cells, row);
    const isCallable = builder.value(segment.state[4] as Cells, row) === true;
    const live = builder.options.liveAt?.(field(0));
    if (live !== undefined) {
      builder.borrow(segment.firstId + row, live);
      return live;
    }
    const record = { path: field(0), what: field(1), reason: field(2), hint: field(3), isCallable };
    builder.lose(segment.firstId + row, record);
    return createTombstone(record);
  },
};
