// What the engine's own iterators in the registers of a generator go over: the elements of an object, a string, the matches of a
// regular expression. Their edges without a name in a heap snapshot say it; where they are is a number that nobody is shown.
//
// Knows nothing of loops. Runs nothing of the user's.

import { types } from 'node:util';
import { edgesOf } from './heap-edges.js';
import type { HeapTables } from './heap-text.js';

/** What one iterator goes over. */
export type Range =
  | {
      readonly of: 'elements';
      readonly object: object;
      /** True when nothing but the iterator holds the object. */
      readonly isAlone: boolean;
    }
  | { readonly of: 'string'; readonly text: string }
  | { readonly of: 'matches'; readonly regexp: object; readonly text: string };

const prototypeOf = Object.getPrototypeOf;
const arrayNext: unknown = prototypeOf([][Symbol.iterator]()).next;
const stringNext: unknown = prototypeOf(''[Symbol.iterator]()).next;
const matchNext: unknown = prototypeOf(''.matchAll(/./g)).next;

/** What the iterator of a node goes over, by its `next`; undefined when that is not shown, or for one of another kind. */
export function rangeOf(
  tables: HeapTables,
  node: number,
  next: unknown,
  objectOf: (heapId: number) => object | null,
): Range | undefined {
  if (next !== arrayNext && next !== stringNext && next !== matchNext) return undefined;
  const { nodeId, nodeName, nodeType, nodeTypes, strings } = tables;
  const held = edgesOf(tables, node)
    .filter(({ type }) => type === 'hidden')
    .map(({ to }) => to);
  const isString = (each: number): boolean => nodeTypes[nodeType[each] as number] === 'string';
  const texts = held.filter(isString).map((each) => plainText(strings.get(nodeName[each] as number)));
  const nodes = held.filter((each) => !isString(each));
  const objects = nodes.map((each) => objectOf(nodeId[each] as number));
  const [text] = texts;
  const [object] = objects;
  const counts = `${texts.length}${objects.length}`;
  if (next === stringNext) return counts === '10' && text !== undefined ? { of: 'string', text } : undefined;
  if (object === undefined || object === null) return undefined;
  if (next === matchNext)
    return counts === '11' && text !== undefined && types.isRegExp(object)
      ? { of: 'matches', regexp: object, text }
      : undefined;
  if (counts !== '01' || !hasElements(object)) return undefined;
  return { of: 'elements', object, isAlone: isAlone(tables, nodes[0] as number) };
}

// — helpers —

function hasElements(object: object): boolean {
  if (types.isProxy(object)) return false;
  return Array.isArray(object) || types.isTypedArray(object) || types.isArgumentsObject(object);
}

// A snapshot writes other characters as something else, some as `?`.
function plainText(text: string | undefined): string | undefined {
  return text !== undefined && /^[ -~]*$/u.test(text) && !text.includes('?') ? text : undefined;
}

function isAlone({ edgeTo, edgeType, edgeTypes }: HeapTables, node: number): boolean {
  const weak = edgeTypes.indexOf('weak');
  let count = 0;
  for (let edge = 0; edge < edgeTo.length && count < 2; edge++)
    if (edgeTo[edge] === node && edgeType[edge] !== weak) count++;
  return count === 1;
}
