// Symbols: registered ones by their key, unique ones by their description.

import type { Cells } from '../../graph/column.js';
import type { Reviver } from './types.js';

const SymbolOriginal = Symbol;
const symbolFor = Symbol.for;

/** Revives symbols. */
export const symbolReviver: Reviver = {
  isBornEmpty: true,
  create(builder, segment, row) {
    const isRegistered = builder.value(segment.state[0] as Cells, row) === true;
    const description = builder.value(segment.state[1] as Cells, row);
    if (isRegistered) return symbolFor(builder.text(segment.state[1] as Cells, row));
    if (description !== undefined && typeof description !== 'string')
      throw builder.corrupt('a symbol has an odd description');
    return SymbolOriginal(description);
  },
};
