// Bound functions: bound again to the same things.

import type { Cells, ListCells } from '../../graph/column.js';
import { shell } from './shell.js';
import type { Reviver } from './types.js';

const bind = Function.prototype.bind;
const apply = Reflect.apply;

/** Revives bound functions. */
export const boundReviver: Reviver = {
  isBornEmpty: false,
  create(builder, segment, row) {
    const [targets, thisArgs, args] = segment.state as [Cells, Cells, ListCells];
    const target = builder.ensured(targets, row);
    if (typeof target !== 'function') throw builder.corrupt('a bound function is bound to something else');
    const parts: unknown[] = [builder.ensured(thisArgs, row)];
    builder.lists(args, row, row + 1, (_, start, end) => {
      for (let i = start; i < end; i++) parts.push(builder.ensured(args.items, i));
    });
    return shell(builder, segment, row, () => apply(bind, target, parts) as object, true);
  },
};
