// The property keys of a layout: strings as they are, symbols as the values they refer to.

import type { Layout } from '../graph/graph.js';
import type { Builder } from './context.js';

/** The keys of a layout as values. */
export function keysOf(builder: Builder, layout: Layout): (string | symbol)[] {
  return layout.keys.map((key) => {
    if (typeof key === 'string') return key;
    const symbol = builder.ensure(key.symbol);
    if (typeof symbol !== 'symbol') throw builder.corrupt('a key is no symbol');
    return symbol;
  });
}
