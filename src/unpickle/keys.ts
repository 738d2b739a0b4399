// The property keys of a layout: strings as they are, symbols as the values they refer to.

import type { Layout } from '../graph/graph.js';
import { tombstoneRecord } from '../realm/tombstone.js';
import { isCaptured } from './captured.js';
import type { Builder } from './context.js';

const SymbolOriginal = Symbol;
const standIns = new WeakMap<object, symbol>();

/** The keys of a layout as values. */
export function keysOf(builder: Builder, layout: Layout): (string | symbol)[] {
  return layout.keys.map((key) => {
    if (typeof key === 'string') return key;
    const symbol = builder.ensure(key.symbol);
    if (typeof symbol === 'symbol') return symbol;
    return standIn(symbol) ?? fail(builder);
  });
}

// A symbol of a module that is not here, or that data mode does not look up: another one of that name, so that what lies
// under it is not lost.
function standIn(value: unknown): symbol | undefined {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return undefined;
  const name = isCaptured(value)
    ? value.captured === 'reference' && value.name
    : tombstoneRecord(value)?.what;
  if (typeof name !== 'string') return undefined;
  let symbol = standIns.get(value);
  if (symbol === undefined) standIns.set(value, (symbol = SymbolOriginal(name)));
  return symbol;
}

function fail(builder: Builder): never {
  throw builder.corrupt('a key is no symbol');
}
