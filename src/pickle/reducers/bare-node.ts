// The layouts of built-ins with nothing beside their content, found once a walk, and whether they may be read as such.
//
// Knows nothing of how a value is recognised as bare.

import { LAYOUT_FLAG } from '../../graph/graph.js';
import type { Kind } from '../../graph/kinds.js';
import type { Walk } from '../context.js';
import type { ShapeNode } from '../shape.js';

/** The layout of a kind with its own prototype and no properties. */
export function bareNode(walk: Walk, kind: Kind, proto: object): ShapeNode {
  let node = walk.bareNodes.get(kind);
  if (node === undefined) {
    node = walk.shapes.root(kind, proto, LAYOUT_FLAG.extensible);
    walk.bareNodes.set(kind, node);
  }
  return node;
}

/** False when somebody registered a reducer for values with this prototype. */
export function isOurs({ options: { registry } }: Walk, proto: object): boolean {
  return registry.isEmpty || registry.forPrototype(proto) === undefined;
}
