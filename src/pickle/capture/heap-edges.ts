// The edges of one node of a heap snapshot, with words for their names. Knows nothing of what nodes are.

import type { HeapTables } from './heap-text.js';

/** One edge. */
export interface HeapEdge {
  readonly type: string;
  readonly word: string | undefined;
  readonly to: number;
}

/** The edges of a node, in order. */
export function edgesOf(tables: HeapTables, node: number): HeapEdge[] {
  const { firstEdge, edgeName, edgeTo, edgeType, edgeTypes, strings } = tables;
  const edges: HeapEdge[] = [];
  for (let edge = firstEdge[node] as number; edge < (firstEdge[node + 1] as number); edge++) {
    const type = edgeTypes[edgeType[edge] as number] as string;
    const name = edgeName[edge] as number;
    const word = type === 'element' || type === 'hidden' ? String(name) : strings.get(name);
    edges.push({ type, word, to: edgeTo[edge] as number });
  }
  return edges;
}

/** What a list of the engine's holds, by its index: registers, or elements. Numbers are left out. */
export function slotsOf(tables: HeapTables, node: number): number[] {
  const slots: number[] = [];
  for (const { word, to } of edgesOf(tables, node)) {
    const index = Number(word);
    if (Number.isInteger(index)) slots[index] = to;
  }
  return slots;
}

/** The elements of the list that is a property of that name of a parked object, in order; throws when there is none. */
export function parkedNodes(tables: HeapTables, name: string): number[] {
  const { edgeName, edgeTo, edgeType, edgeTypes, strings } = tables;
  let word = -1;
  for (const [index, text] of strings) if (text === name) word = index;
  const property = edgeTypes.indexOf('property');
  for (let edge = 0; edge < edgeName.length; edge++) {
    if (edgeName[edge] !== word || edgeType[edge] !== property) continue;
    return edgesOf(tables, edgeTo[edge] as number)
      .filter(({ type }) => type === 'element')
      .map(({ to }) => to);
  }
  throw new Error('a list is missing');
}
