// Compares two values as strictly as the language can tell them apart: identity and sharing, prototypes, descriptors, key
// order, holes, -0, slots of built-ins. Functions are compared by text and own properties, not by what they capture.
// Built-ins and well-known symbols must be the very same. Runs no getter of the values.
//
// Returns the differences as sentences with their path; an empty list means the same. Iterative.

import { inspect, types } from 'node:util';
import { intrinsicName } from '../../src/realm/intrinsics.js';

type Slot = [name: string, has: (value: any) => boolean, slots: (value: any) => unknown[]];

const getterOf = (object: object, key: string): ((this: unknown) => unknown) =>
  (Object.getOwnPropertyDescriptor(object, key)?.get ?? (() => undefined)) as (this: unknown) => unknown;
const read = (object: object, key: string): ((value: object) => unknown) => {
  const getter = getterOf(object, key);
  return (value) => Reflect.apply(getter, value, []);
};
const source = read(RegExp.prototype, 'source');
const href = read(URL.prototype, 'href');
const FLAGS = [
  'hasIndices',
  'global',
  'ignoreCase',
  'multiline',
  'dotAll',
  'unicode',
  'unicodeSets',
  'sticky',
];
const flags = FLAGS.map((name) => read(RegExp.prototype, name));
const isResizable = read(ArrayBuffer.prototype, 'resizable');
const maxByteLength = read(ArrayBuffer.prototype, 'maxByteLength');
const byteLength = read(ArrayBuffer.prototype, 'byteLength');
const typedProto = Object.getPrototypeOf(Uint8Array.prototype) as object;
const typed = ['buffer', 'byteOffset', 'length'].map((name) => read(typedProto, name));
const typedTag = getterOf(typedProto, Symbol.toStringTag as unknown as string);
const view = ['buffer', 'byteOffset', 'byteLength'].map((name) => read(DataView.prototype, name));
const unboxed = [Number, String, Boolean, Symbol, BigInt].map((Type) => Type.prototype.valueOf);

const SLOTS: readonly Slot[] = [
  ['Date', types.isDate, (d) => [Date.prototype.getTime.call(d)]],
  ['RegExp', types.isRegExp, (r) => [source(r), ...flags.map((flag) => flag(r))]],
  ['Map', types.isMap, (m) => entriesOf(m)],
  ['Set', types.isSet, (s) => itemsOf(s)],
  ['boxed', types.isBoxedPrimitive, (b) => [unbox(b)]],
  ['ArrayBuffer', types.isArrayBuffer, (b) => [hex(b), isResizable(b), maxByteLength(b), byteLength(b)]],
  ['DataView', types.isDataView, (v) => view.map((slot) => slot(v))],
  ['typed array', types.isTypedArray, (v) => [typedTag.call(v), ...typed.map((slot) => slot(v))]],
  ['arguments', types.isArgumentsObject, () => []],
  ['URL', isUrl, (u) => [href(u)]],
  ['error', types.isNativeError, (e) => [stackOf(e)]],
  ['proxy', types.isProxy, () => []],
  ['generator function', types.isGeneratorFunction, () => []],
  ['async function', types.isAsyncFunction, () => []],
];

/** How `b` differs from `a`. */
export function differences(a: unknown, b: unknown, limit = 20): string[] {
  const found: string[] = [];
  const pairs = new Map<unknown, unknown>();
  const back = new Map<unknown, unknown>();
  const queue: [unknown, unknown, string][] = [[a, b, 'value']];
  for (let next = 0; next < queue.length && found.length < limit; next++) {
    const [x, y, path] = queue[next] as [unknown, unknown, string];
    if (!isObject(x) && typeof x !== 'symbol') {
      if (!Object.is(x, y)) found.push(`${path}: ${show(x)} became ${show(y)}`);
      continue;
    }
    if (pairs.has(x) || back.has(y)) {
      if (pairs.get(x) !== y || back.get(y) !== x) found.push(`${path}: identity changed`);
      continue;
    }
    if (typeof x !== typeof y || y === null) {
      found.push(`${path}: ${show(x)} became ${show(y)}`);
      continue;
    }
    pairs.set(x, y);
    back.set(y, x);
    if (x === y) continue;
    const name = intrinsicName(x) ?? intrinsicName(y);
    if (name !== undefined) {
      found.push(`${path}: ${name} is no longer itself`);
      continue;
    }
    if (typeof x === 'symbol') {
      if (x.description !== (y as symbol).description || Symbol.keyFor(x) !== Symbol.keyFor(y as symbol)) {
        found.push(`${path}: ${String(x)} became ${String(y)}`);
      }
      continue;
    }
    compareObjects(x, y as object, path, found, queue);
  }
  return found;
}

function compareObjects(
  x: object,
  y: object,
  path: string,
  found: string[],
  queue: [unknown, unknown, string][],
): void {
  if (types.isProxy(x) || types.isProxy(y)) {
    const [xs, ys] = [x, y].map((each) => inspect(each, { showProxy: true, depth: 10 }));
    if (xs !== ys) found.push(`${path}: the proxy ${xs} became ${ys}`);
    return;
  }
  if (Array.isArray(x) !== Array.isArray(y)) found.push(`${path}: one is an array`);
  if (
    typeof x === 'function' &&
    Function.prototype.toString.call(x) !== Function.prototype.toString.call(y)
  ) {
    found.push(`${path}: the text of a function changed`);
  }
  for (const [brand, has, slots] of SLOTS) {
    if (has(x) !== has(y)) found.push(`${path}: one is of brand ${brand}`);
    else if (has(x)) {
      const [xs, ys] = [slots(x), slots(y)];
      if (xs.length !== ys.length) found.push(`${path}: ${xs.length} slots became ${ys.length}`);
      xs.forEach((slot, i) => queue.push([slot, ys[i], `${path}⟨${brand} ${i}⟩`]));
    }
  }
  if (Object.isExtensible(x) !== Object.isExtensible(y)) found.push(`${path}: extensibility changed`);
  queue.push([Object.getPrototypeOf(x), Object.getPrototypeOf(y), `${path}.__proto__`]);
  compareProperties(x, y, path, found, queue);
}

function compareProperties(
  x: object,
  y: object,
  path: string,
  found: string[],
  queue: [unknown, unknown, string][],
): void {
  const [xKeys, yKeys] = [keysOf(x), keysOf(y)];
  if (xKeys.length !== yKeys.length) {
    found.push(`${path}: keys ${listed(xKeys)} became ${listed(yKeys)}`);
    return;
  }
  for (const [i, key] of xKeys.entries()) {
    const yKey = yKeys[i] as string | symbol;
    if (typeof key === 'symbol') queue.push([key, yKey, `${path}[${String(key)}] as a key`]);
    else if (key !== yKey) return void found.push(`${path}: key ${key} became ${String(yKey)}`);
    const [dx, dy] = [Object.getOwnPropertyDescriptor(x, key)!, Object.getOwnPropertyDescriptor(y, yKey)!];
    for (const flag of ['writable', 'enumerable', 'configurable'] as const) {
      if (dx[flag] !== dy[flag]) found.push(`${path}.${String(key)}: ${flag} ${dx[flag]} became ${dy[flag]}`);
    }
    if (Object.hasOwn(dx, 'value') !== Object.hasOwn(dy, 'value')) {
      found.push(`${path}.${String(key)}: accessor against data`);
    } else if (Object.hasOwn(dx, 'value')) queue.push([dx.value, dy.value, `${path}.${String(key)}`]);
    else {
      queue.push([dx.get, dy.get, `get ${path}.${String(key)}`]);
      queue.push([dx.set, dy.set, `set ${path}.${String(key)}`]);
    }
  }
}

// The elements of typed arrays are compared as bytes of their buffers; a URL's symbols are caches of Node's.
function keysOf(object: object): (string | symbol)[] {
  const keys = Reflect.ownKeys(object);
  if (types.isTypedArray(object)) return keys.slice(typed[2]!(object) as number);
  return isUrl(object) ? keys.filter((key) => typeof key === 'string') : keys;
}

function isUrl(value: object): boolean {
  if (!Object.prototype.isPrototypeOf.call(URL.prototype, value)) return false;
  try {
    href(value);
    return true;
  } catch {
    return false;
  }
}

function stackOf(error: object): unknown {
  const descriptor = Object.getOwnPropertyDescriptor(error, 'stack');
  return descriptor?.get === undefined ? descriptor?.value : Reflect.apply(descriptor.get, error, []);
}

function unbox(boxed: object): unknown {
  for (const valueOf of unboxed) {
    try {
      return Reflect.apply(valueOf, boxed, []);
    } catch {
      // of another type
    }
  }
  return undefined;
}

function entriesOf(map: object): unknown[] {
  const items: unknown[] = [];
  Map.prototype.forEach.call(map as Map<unknown, unknown>, (value, key) => items.push(key, value));
  return items;
}

function itemsOf(set: object): unknown[] {
  const items: unknown[] = [];
  Set.prototype.forEach.call(set as Set<unknown>, (item) => items.push(item));
  return items;
}

function hex(buffer: ArrayBuffer): string {
  return Buffer.from(buffer).toString('hex');
}

function listed(keys: readonly (string | symbol)[]): string {
  const shown = keys.slice(0, 30).map(String).join();
  return keys.length > 30 ? `${shown}, … (${keys.length})` : shown;
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

function show(value: unknown): string {
  if (typeof value === 'function') return 'a function';
  if (isObject(value)) return types.isProxy(value) ? 'a proxy' : 'an object';
  if (Object.is(value, -0)) return '-0';
  return typeof value === 'string' ? JSON.stringify(value.slice(0, 80)) : String(value);
}
