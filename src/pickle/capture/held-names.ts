// What a suspended generator holds for the `for…in` loops it stands in: three registers side by side, with the object, the shape
// that it had when the loop began, and the list of its names. For most other objects the list stands in place of the shape.
//
// The list of a shape may go on with names that other objects of its family have. So the shape must still be the object's,
// which then has as many names as at the beginning. Where in the list the loop is is a number, which nobody is shown. Runs nothing
// of the user's.

import { types } from 'node:util';
import { edgesOf, slotsOf } from './heap-edges.js';
import type { HeapTables } from './heap-text.js';

/** What one loop holds. */
export interface HeldNames {
  readonly object: object;
  /** All names that it goes over. */
  readonly names: readonly string[];
}

/** What loops hold, outermost first; a loop of which something is not shown is left out. */
export function heldNames(
  registers: readonly number[],
  tables: HeapTables,
  objectOf: (heapId: number) => object | null,
): HeldNames[] {
  const { nodeType, nodeTypes, nodeId, nodeName, strings } = tables;
  const typeOf = (node: number): string => nodeTypes[nodeType[node] as number] as string;
  const found: HeldNames[] = [];
  registers.forEach((node, index) => {
    const [shape, list] = [registers[index + 1], registers[index + 2]];
    if (shape === undefined || list === undefined) return;
    const isList = shape === list && typeOf(list) === 'array';
    const isShape = typeOf(shape) === 'object shape' && typeOf(list) === 'object shape';
    if (!isList && !(isShape && shapeOf(tables, node) === shape)) return;
    const nodes = slotsOf(tables, list);
    const texts = nodes.map((each) =>
      typeOf(each) === 'string' ? strings.get(nodeName[each] as number) : undefined,
    );
    const object = objectOf(nodeId[node] as number);
    if (object === null || (isShape && types.isProxy(object))) return;
    const count = isShape ? Object.keys(object).filter((name) => !INDEX.test(name)).length : texts.length;
    const names = texts.slice(0, count);
    if (names.length < count || !names.every((name) => name !== undefined)) return;
    found.push({ object, names: names as string[] });
  });
  return found;
}

// A shape has no part in elements.
const INDEX = /^(?:0|[1-9]\d*)$/u;

function shapeOf(tables: HeapTables, node: number): number | undefined {
  return edgesOf(tables, node).find(({ type, word }) => type === 'internal' && word === 'map')?.to;
}
