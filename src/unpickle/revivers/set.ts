// Sets: items in order, put in with the Set's own method.

import type { ListCells } from '../../graph/column.js';
import { shell } from './shell.js';
import type { Reviver } from './types.js';

const add = Set.prototype.add;
const clear = Set.prototype.clear;
const apply = Reflect.apply;

/** Revives Sets. */
export const setReviver: Reviver = {
  isBornEmpty: true,
  create: (builder, segment, row) => shell(builder, segment, row, () => new Set(), true),
  fill(builder, segment, from, to) {
    const { fillClock } = builder;
    const list = segment.state[0] as ListCells;
    builder.lists(list, from, to, (row, start, end) => {
      const set = builder.values[segment.firstId + row] as Set<unknown>;
      apply(clear, set, []);
      for (let i = start; i < end; i++) {
        fillClock.tick(i - start);
        apply(add, set, [builder.value(list.items, i)]);
      }
    });
  },
};
