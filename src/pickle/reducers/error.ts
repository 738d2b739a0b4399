// Errors. Everything they carry is own properties: message, cause, errors, and the stack as a string.
//
// Since Node 21 `stack` is an accessor of V8's own; its text is saved as if it were data, and the reviver puts it back the
// way its Node does. The text is made without user code: `Error.prepareStackTrace` is set aside meanwhile.

import { types } from 'node:util';
import type { Column } from '../../graph/column.js';
import { ATTRIBUTE, LAYOUT_FLAG } from '../../graph/graph.js';
import { KINDS } from '../../graph/kinds.js';
import { intrinsicName } from '../../realm/intrinsics.js';
import { nativeStackGetter } from '../../realm/stack.js';
import type { Walk } from '../context.js';
import { attributesOf } from '../own.js';
import type { Key, ShapeNode } from '../shape.js';

const ownKeys = Reflect.ownKeys;
const descriptorOf = Object.getOwnPropertyDescriptor;
const STACK_ATTRIBUTES = ATTRIBUTE.writable | ATTRIBUTE.configurable;

/** Writes the row of an Error. */
export function reduceError(walk: Walk, place: number, error: Error): void {
  const proto = namedPrototype(walk, place, error);
  const flags = Object.isExtensible(error) ? LAYOUT_FLAG.extensible : 0;
  let node: ShapeNode = walk.shapes.root(KINDS.error, proto, flags);
  const cells: unknown[] = [];
  for (const key of ownKeys(error)) node = readProperty(error, key, node, cells);
  if ((proto !== null && walk.mayStamp(proto)) || walk.isStray(error)) {
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

// Node's own errors have classes that nobody can name; the class above is the one that programs ask for.
function namedPrototype(walk: Walk, place: number, error: Error): object | null {
  const proto = Object.getPrototypeOf(error) as object | null;
  if (proto === null || !isNodes(walk, proto)) return proto;
  let above: object | null = proto;
  while (above !== null && isNodes(walk, above)) above = Object.getPrototypeOf(above) as object | null;
  const name = intrinsicName(above)?.replace('.prototype', '') ?? 'Error';
  const why = `its class is inside Node; it is saved as a ${name} with the same properties`;
  walk.change(place, name, why, 'compare `code` rather than the class');
  return above;
}

function isNodes(walk: Walk, proto: object): boolean {
  if (types.isProxy(proto) || intrinsicName(proto) !== undefined) return false;
  const maker = descriptorOf(proto, 'constructor');
  const made: unknown = maker?.get ?? maker?.value;
  if (typeof made !== 'function' || types.isProxy(made) || walk.referenceTo(made) !== undefined) return false;
  return walk.capture.isForeign(made);
}

/** Reads one own property of an error: its stack as text, made without user code. */
export function readProperty(error: Error, key: Key, node: ShapeNode, cells: unknown[]): ShapeNode {
  const isStack = key === 'stack';
  const descriptor = (
    isStack ? withOwnText(error, () => descriptorOf(error, key)) : descriptorOf(error, key)
  ) as PropertyDescriptor;
  if (isStack && descriptor.get !== undefined && descriptor.get === nativeStackGetter) {
    cells.push(withOwnText(error, () => Reflect.apply(descriptor.get as () => unknown, error, [])));
    return node.step(key, STACK_ATTRIBUTES);
  }
  const attributes = attributesOf(descriptor);
  if ((attributes & ATTRIBUTE.accessor) !== 0) cells.push(descriptor.get, descriptor.set);
  else cells.push(descriptor.value);
  return node.step(key, attributes);
}

// V8 writes the text of a stack when it is first read: by `Error.prepareStackTrace` if there is one, else after asking the
// error for its name and message. Where that would run a getter, the text is written here, from data only.
function withOwnText<T>(error: Error, read: () => T): T {
  const hook = descriptorOf(Error, 'prepareStackTrace');
  const name = dataOf(error, 'name');
  const message = dataOf(error, 'message');
  const isHarmless = isText(name) && isText(message);
  if (isHarmless && hook === undefined) return read();
  if (hook !== undefined && hook.configurable !== true) return read();
  delete (Error as { prepareStackTrace?: unknown }).prepareStackTrace;
  if (!isHarmless) {
    const value = (_: unknown, frames: readonly unknown[]): string => stackText(error, name, message, frames);
    Object.defineProperty(Error, 'prepareStackTrace', { value, writable: true, configurable: true });
  }
  try {
    return read();
  } finally {
    if (hook === undefined) delete (Error as { prepareStackTrace?: unknown }).prepareStackTrace;
    else Object.defineProperty(Error, 'prepareStackTrace', hook);
  }
}

const CODE = Symbol('answered by code');

// What a property is by the chain of prototypes, or that code would answer.
function dataOf(error: Error, key: string): unknown {
  for (let at: object | null = error; at !== null; at = Object.getPrototypeOf(at) as object | null) {
    if (types.isProxy(at)) return CODE;
    const descriptor = descriptorOf(at, key);
    if (descriptor !== undefined) return 'value' in descriptor ? descriptor.value : CODE;
  }
  return undefined;
}

function isText(value: unknown): boolean {
  return typeof value === 'string' || value === undefined;
}

function stackText(error: Error, name: unknown, message: unknown, frames: readonly unknown[]): string {
  const title = typeof name === 'string' ? name : className(error);
  const head = typeof message === 'string' && message !== '' ? `${title}: ${message}` : title;
  return [head, ...frames.map((frame) => `    at ${String(frame)}`)].join('\n');
}

function className(error: Error): string {
  const constructor = dataOf(error, 'constructor');
  const isPlain = typeof constructor === 'function' && !types.isProxy(constructor);
  const name: unknown = isPlain ? descriptorOf(constructor, 'name')?.value : undefined;
  return typeof name === 'string' && name !== '' ? name : 'Error';
}
