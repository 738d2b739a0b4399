// Errors. Everything they carry is own properties: message, cause, errors, and the stack as a string.
//
// Since Node 21 `stack` is an accessor of V8's own; its text is saved as if it were data, and the reviver puts it back the
// way its Node does. The text is made without user code: `Error.prepareStackTrace` is set aside meanwhile.

import type { Column } from '../../graph/column.js';
import { ATTRIBUTE, LAYOUT_FLAG } from '../../graph/graph.js';
import { KINDS } from '../../graph/kinds.js';
import { nativeStackGetter } from '../../realm/stack.js';
import type { Walk } from '../context.js';
import { attributesOf } from '../own.js';
import type { Key, ShapeNode } from '../shape.js';

const ownKeys = Reflect.ownKeys;
const descriptorOf = Object.getOwnPropertyDescriptor;
const STACK_ATTRIBUTES = ATTRIBUTE.writable | ATTRIBUTE.configurable;

/** Writes the row of an Error. */
export function reduceError(walk: Walk, place: number, error: Error): void {
  const proto = Object.getPrototypeOf(error) as object | null;
  const flags = Object.isExtensible(error) ? LAYOUT_FLAG.extensible : 0;
  let node: ShapeNode = walk.shapes.root(KINDS.error, proto, flags);
  const cells: unknown[] = [];
  for (const key of ownKeys(error)) node = readProperty(error, key, node, cells);
  if (proto !== null && walk.mayStamp(proto)) {
    for (const { owner, isStatic, fields } of walk.capture.privatesOf(error)) {
      node = node.brand({ owner, isStatic, names: [...fields.keys()] });
      cells.push(...fields.values());
    }
  }
  const segment = walk.row(node, place);
  cells.forEach((cell, index) => {
    walk.cell(segment.properties[index] as Column, cell, place);
  });
}

function readProperty(error: Error, key: Key, node: ShapeNode, cells: unknown[]): ShapeNode {
  const descriptor = withoutStackHook(() => descriptorOf(error, key)) as PropertyDescriptor;
  const isNativeStack =
    key === 'stack' && descriptor.get !== undefined && descriptor.get === nativeStackGetter;
  if (isNativeStack) {
    cells.push(withoutStackHook(() => Reflect.apply(descriptor.get as () => unknown, error, [])));
    return node.step(key, STACK_ATTRIBUTES);
  }
  const attributes = attributesOf(descriptor);
  if ((attributes & ATTRIBUTE.accessor) !== 0) cells.push(descriptor.get, descriptor.set);
  else cells.push(descriptor.value);
  return node.step(key, attributes);
}

function withoutStackHook<T>(read: () => T): T {
  const hook = descriptorOf(Error, 'prepareStackTrace');
  const isSettable = hook !== undefined && hook.configurable === true;
  if (!isSettable) return read();
  delete (Error as { prepareStackTrace?: unknown }).prepareStackTrace;
  try {
    return read();
  } finally {
    Object.defineProperty(Error, 'prepareStackTrace', hook);
  }
}
