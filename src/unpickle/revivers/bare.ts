// Segments of built-ins with nothing added: no properties, the prototype that they were born with. Their values are made in one
// loop, without asking the layout for each. Knows nothing of what they hold.

import { LAYOUT_FLAG, type Segment } from '../../graph/graph.js';
import type { Builder } from '../context.js';

/** True when values of a segment are as their constructor makes them, with this prototype. */
export function isBare(builder: Builder, { layout }: Segment, prototype: object): boolean {
  const { keys, brands, flags, proto } = layout;
  if (keys.length > 0 || brands.length > 0 || flags !== LAYOUT_FLAG.extensible) return false;
  return typeof proto === 'number' && builder.ensure(proto) === prototype;
}
