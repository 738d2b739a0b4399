// Bound functions: bound again to the same things.

import type { Cells, ListCells } from '../../graph/column.js';
import { isWaiting, shell } from './shell.js';
import { PENDING, type Reviver } from './types.js';

const bind = Function.prototype.bind;
const apply = Reflect.apply;

/** Revives bound functions. */
export const boundReviver: Reviver = {
  isBornEmpty: false,
  create(builder, segment, row) {
    const [targets, thisArgs, args] = segment.state as [Cells, Cells, ListCells];
    const target = builder.ensured(targets, row);
    if (typeof target !== 'function') throw builder.corrupt('a bound function is bound to something else');
    // A part whose reducer revives it from a complete state does not exist yet: binding has to wait for it.
    let isIncomplete = isWaiting(builder, thisArgs, row);
    const parts: unknown[] = [builder.ensured(thisArgs, row)];
    builder.lists(args, row, row + 1, (_, start, end) => {
      for (let i = start; i < end; i++) {
        isIncomplete ||= isWaiting(builder, args.items, i);
        parts.push(builder.ensured(args.items, i));
      }
    });
    if (isIncomplete) return PENDING;
    return shell(builder, segment, row, () => apply(bind, target, parts) as object, true);
  },
};
