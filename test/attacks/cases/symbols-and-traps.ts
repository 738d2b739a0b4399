// Symbols that the language asks for: `Symbol.toPrimitive`, `Symbol.iterator`, `Symbol.hasInstance`, `Symbol.toStringTag`,
// `Symbol.species` and Node's `inspect.custom` as keys of hostile objects. The symbols are data; what would be called under
// them is a record, which cannot be.

import { inspect } from 'node:util';
import { dumps } from '../../../src/library/index.js';
import type { Attack } from '../attack.js';

export const symbolsAndTraps: Attack = {
  name: 'symbols that the language asks for',
  make: () => {
    const run = (): string => {
      Reflect.set(globalThis, 'polluted', 1);
      return 'ran';
    };
    const keys = [
      Symbol.toPrimitive,
      Symbol.iterator,
      Symbol.asyncIterator,
      Symbol.hasInstance,
      Symbol.species,
      Symbol.toStringTag,
      inspect.custom,
    ];
    const hostile = Object.fromEntries(keys.map((key) => [key, run]));
    const getters = Object.defineProperties(
      {},
      Object.fromEntries(keys.map((key) => [key, { get: run, enumerable: true }])),
    );
    return [
      dumps(hostile),
      dumps(getters),
      dumps(new Map([[hostile, getters]])),
      dumps(Object.assign([1, 2], hostile)),
    ];
  },
  ends: ['value'],
};
