// Own properties: reads them through descriptors and finds the shape they make. No getter runs.
//
// Also the private members that classes put on an object, which follow the properties in a layout.

import { types } from 'node:util';
import type { Column } from '../graph/column.js';
import { ATTRIBUTE, DATA_DEFAULT, LAYOUT_FLAG } from '../graph/graph.js';
import { KINDS, type Kind } from '../graph/kinds.js';
import { intrinsicName } from '../realm/intrinsics.js';
import type { Walk } from './context.js';
import { pristinePrototype } from './prototypes.js';
import type { Key, SegmentDraft, ShapeNode } from './shape.js';
import { readStack } from './stack.js';

const ownKeys = Reflect.ownKeys;
const descriptorOf = Object.getOwnPropertyDescriptor;
const prototypeOf = Object.getPrototypeOf;
const isExtensible = Object.isExtensible;

/** The shape of a value and its cells in the order of the shape's columns. */
export interface OwnShape {
  readonly node: ShapeNode;
  readonly cells: readonly unknown[];
}

/** What to leave out of an object's own properties because its kind brings it. */
export type KeyFilter = (key: Key, descriptor: PropertyDescriptor) => boolean;

/** Reads prototype, own properties and private members of a value. */
export function ownShape(
  walk: Walk,
  value: object,
  kind: Kind,
  options: {
    readonly keys?: readonly Key[];
    readonly flags?: number;
    readonly isBrought?: KeyFilter;
    /** Stands for a prototype that only Node can name. */
    readonly proto?: object;
    /** True for errors: where the engine has their `stack` as data, it is the engine's all the same. */
    readonly isError?: boolean;
  } = {},
): OwnShape {
  const proto = options.proto ?? (prototypeOf(value) as object | null);
  const flags = (isExtensible(value) ? LAYOUT_FLAG.extensible : 0) | (options.flags ?? 0);
  let node = walk.shapes.root(kind, proto, flags);
  const cells: unknown[] = [];
  const isBrought =
    options.isBrought ?? (typeof value === 'function' ? functionBrings(walk, value, kind) : undefined);
  for (const key of options.keys ?? ownKeys(value)) {
    const stack = key === 'stack' ? readStack(value, options.isError === true) : undefined;
    const descriptor = key === 'stack' ? stack?.descriptor : descriptorOf(value, key);
    if (descriptor === undefined || isBrought?.(key, descriptor) === true) continue;
    const attributes = attributesOf(descriptor) | (stack?.native ?? 0);
    node = node.step(key, attributes);
    if ((attributes & ATTRIBUTE.accessor) !== 0) cells.push(descriptor.get, descriptor.set);
    else cells.push(descriptor.value);
  }
  if (mayHavePrivates(walk, kind, proto, value)) node = readPrivates(walk, value, kind, node, cells);
  return { node, cells };
}

/** Writes the cells of a shape into the columns of its segment. */
export function writeOwn(walk: Walk, segment: SegmentDraft, own: OwnShape, place: number): void {
  const columns = segment.properties;
  for (let i = 0; i < columns.length; i++) walk.cell(columns[i] as Column, own.cells[i], place);
}

/** The attributes of a property as a layout holds them. */
export function attributesOf(descriptor: PropertyDescriptor): number {
  if ('value' in descriptor) {
    if (descriptor.writable && descriptor.enumerable && descriptor.configurable) return DATA_DEFAULT;
    return (
      (descriptor.writable === true ? ATTRIBUTE.writable : 0) |
      (descriptor.enumerable === true ? ATTRIBUTE.enumerable : 0) |
      (descriptor.configurable === true ? ATTRIBUTE.configurable : 0)
    );
  }
  return (
    ATTRIBUTE.accessor |
    (descriptor.enumerable === true ? ATTRIBUTE.enumerable : 0) |
    (descriptor.configurable === true ? ATTRIBUTE.configurable : 0)
  );
}

// V8 gives sloppy functions dead `arguments` and `caller`; an untouched `prototype` is made again with its function.
// Only that of a class is read-only from the start.
function functionBrings(walk: Walk, value: Function, kind: Kind): KeyFilter {
  return (key, descriptor) => {
    if (key === 'arguments' || key === 'caller') return descriptor.value === null && !descriptor.configurable;
    if (key !== 'prototype' || (descriptor.writable === false && kind !== KINDS.class)) return false;
    const prototype = pristinePrototype(value);
    if (prototype === undefined || !types.isGeneratorFunction(value)) return prototype !== undefined;
    return walk.owners.get(prototype) === value;
  };
}

// Asking V8 costs tens of microseconds a value, so it is asked only where a class with private members is in the chain or
// known to have put some on the value. Functions and prototypes come with their class, and cannot take any.
function mayHavePrivates(walk: Walk, kind: Kind, proto: object | null, value: object): boolean {
  if (kind === KINDS.class) return true;
  if (proto !== null && typeof proto === 'object' && walk.mayStamp(proto)) return true;
  return kind !== KINDS.prototype && typeof value !== 'function' && walk.isStray(value);
}

function readPrivates(walk: Walk, value: object, kind: Kind, start: ShapeNode, cells: unknown[]): ShapeNode {
  let node = start;
  for (const { owner, isStatic, fields } of walk.capture.privatesOf(value)) {
    // What Node's own classes keep in private fields is the state of the kind, if it has one.
    if (intrinsicName(owner) !== undefined) continue;
    if (kind === KINDS.host && walk.capture.isForeign(owner)) continue;
    node = node.brand({ owner, isStatic, names: [...fields.keys()] });
    for (const field of fields.values()) cells.push(field);
  }
  return node;
}

/** Writes a row of a kind whose state is one cell a column; own properties as for every value with a shape. */
export function writeRow(
  walk: Walk,
  place: number,
  kind: Kind,
  state: readonly unknown[],
  options?: { readonly keys?: readonly Key[]; readonly flags?: number; readonly isBrought?: KeyFilter },
): SegmentDraft {
  const own = ownShape(walk, walk.places.value(place) as object, kind, options);
  const segment = walk.row(own.node, place);
  state.forEach((value, index) => {
    walk.cell(segment.state[index] as Column, value, place);
  });
  writeOwn(walk, segment, own, place);
  return segment;
}
