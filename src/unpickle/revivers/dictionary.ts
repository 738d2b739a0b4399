// Objects with so many keys that these are rows.

import { type ListCells, TAG, tagAt } from '../../graph/column.js';
import { shell } from './shell.js';
import type { Reviver } from './types.js';

const defineProperty = Object.defineProperty;

/** Revives dictionaries. */
export const dictionaryReviver: Reviver = {
  isBornEmpty: true,
  create: (builder, segment, row) => shell(builder, segment, row, () => ({}), false),
  fill(builder, segment, from, to) {
    const [keys, values] = segment.state as [ListCells, ListCells];
    builder.checkPaired(keys, values);
    builder.lists(keys, from, to, (row, start, end) => {
      const object = builder.values[segment.firstId + row] as object;
      for (let i = start; i < end; i++) {
        const tag = tagAt(keys.items, i);
        const key = builder.value(keys.items, i);
        if (tag !== TAG.string && typeof key !== 'symbol')
          throw builder.corrupt('a key is neither a string nor a symbol');
        const value = builder.value(values.items, i);
        defineProperty(object, key as string | symbol, {
          value,
          writable: true,
          enumerable: true,
          configurable: true,
        });
      }
    });
  },
};
