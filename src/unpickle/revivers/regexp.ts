// Regular expressions from source and flags. What this Node does not know in one costs only the expression.

import { LimitError } from '../../errors.js';
import type { Cells } from '../../graph/column.js';
import { shell } from './shell.js';
import type { Reviver } from './types.js';

const RegExpOriginal = RegExp;
const SyntaxErrorOriginal = SyntaxError;

/** Revives RegExps. */
export const regexpReviver: Reviver = {
  isBornEmpty: false,
  create(builder, segment, row) {
    const source = builder.text(segment.state[0] as Cells, row);
    const { regexpUnitsMax } = builder.options.limits;
    if (source.length > regexpUnitsMax) {
      const message = `a regular expression of ${source.length} units; the limit is ${regexpUnitsMax}`;
      throw new LimitError('LIMIT_EXCEEDED', message, { hint: 'raise regexpUnitsMax if you trust the file' });
    }
    const flags = builder.text(segment.state[1] as Cells, row);
    try {
      return shell(builder, segment, row, () => new RegExpOriginal(source, flags), true);
    } catch (error) {
      if (!(error instanceof SyntaxErrorOriginal)) throw error;
      const id = segment.firstId + row;
      builder.bury(
        id,
        'RegExp',
        `this Node refuses it: ${error.message}`,
        'open the snapshot with a newer Node',
      );
      return builder.values[id];
    }
  },
};
