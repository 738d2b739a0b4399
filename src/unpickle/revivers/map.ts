// Maps: entries in order, put in with the Map's own method.

import type { ListCells } from '../../graph/column.js';
import { shell } from './shell.js';
import type { Reviver } from './types.js';

const set = Map.prototype.set;
const clear = Map.prototype.clear;
const apply = Reflect.apply;

/** Revives Maps. */
export const mapReviver: Reviver = {
  isBornEmpty: true,
  create: (builder, segment, row) => shell(builder, segment, row, () => new Map(), true),
  fill(builder, segment, from, to) {
    const [keys, values] = segment.state as [ListCells, ListCells];
    const { fillClock } = builder;
    builder.checkPaired(keys, values);
    builder.lists(keys, from, to, (row, start, end) => {
      const map = builder.values[segment.firstId + row] as Map<unknown, unknown>;
      apply(clear, map, []);
      for (let i = start; i < end; i++) {
        fillClock.tick(i - start);
        apply(set, map, [builder.value(keys.items, i), builder.value(values.items, i)]);
      }
    });
  },
};
