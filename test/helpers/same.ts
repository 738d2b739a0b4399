// Compares two values as strictly as the language can tell them apart: identity and sharing, prototypes, descriptors, key
// order, holes, -0, slots of built-ins. Functions are compared by text and own properties, not by what they capture.
//
// Returns the differences as sentences with their path; an empty list means the same. Iterative.

import { types } from 'node:util';

const SLOTS: [(value: unknown) => boolean, (value: any) => unknown[]][] = [
  [types.isDate, (d: Date) => [Date.prototype.getTime.call(d)]],
  [types.isRegExp, (r: RegExp) => [r.source, r.flags]],
  [types.isMap, (m: Map<unknown, unknown>) => [...Map.prototype.entries.call(m)].flat()],
  [types.isSet, (s: Set<unknown>) => [...Set.prototype.values.call(s)]],
  [types.isBoxedPrimitive, (b: object) => [Object.prototype.valueOf.call(b) === b ? b.valueOf() : b]],
  [types.isArrayBuffer, (b: ArrayBuffer) => [b.byteLength, Buffer.from(b).toString('hex')]],
  [types.isDataView, (v: DataView) => [v.buffer, v.byteOffset, v.byteLength]],
  [types.isTypedArray, (v: Uint8Array) => [v.buffer, v.byteOffset, v.length]],
];

/** How `b` differs from `a`. */
export function differences(a: unknown, b: unknown, limit = 20): string[] {
  const found: string[] = [];
  const pairs = new Map<unknown, unknown>();
  const back = new Map<unknown, unknown>();
  const queue: [unknown, unknown, string][] = [[a, b, 'value']];
  while (queue.length > 0 && found.length < limit) {
    const [x, y, path] = queue.shift() as [unknown, unknown, string];
    if (!isObject(x) && typeof x !== 'symbol') {
      if (!Object.is(x, y)) found.push(`${path}: ${show(x)} became ${show(y)}`);
      continue;
    }
    if (pairs.has(x) || back.has(y)) {
      if (pairs.get(x) !== y || back.get(y) !== x) found.push(`${path}: identity changed`);
      continue;
    }
    if (typeof x !== typeof y) {
      found.push(`${path}: ${show(x)} became ${show(y)}`);
      continue;
    }
    pairs.set(x, y);
    back.set(y, x);
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
  if (x === y) return;
  if (Array.isArray(x) !== Array.isArray(y)) found.push(`${path}: one is an array`);
  if (
    typeof x === 'function' &&
    Function.prototype.toString.call(x) !== Function.prototype.toString.call(y)
  ) {
    found.push(`${path}: the text of a function changed`);
  }
  for (const [is, slots] of SLOTS) {
    if (is(x) !== is(y)) found.push(`${path}: the brand changed`);
    else if (is(x)) {
      const [xs, ys] = [slots(x), slots(y)];
      if (xs.length !== ys.length) found.push(`${path}: ${xs.length} slots became ${ys.length}`);
      xs.forEach((slot, i) => queue.push([slot, ys[i], `${path}⟨${i}⟩`]));
    }
  }
  if (types.isNativeError(x) !== types.isNativeError(y)) found.push(`${path}: the brand of an error changed`);
  if (Object.isExtensible(x) !== Object.isExtensible(y)) found.push(`${path}: extensibility changed`);
  queue.push([Object.getPrototypeOf(x), Object.getPrototypeOf(y), `${path}.__proto__`]);
  const [xKeys, yKeys] = [Reflect.ownKeys(x), Reflect.ownKeys(y)];
  if (xKeys.length !== yKeys.length) {
    found.push(`${path}: keys ${xKeys.map(String).join()} became ${yKeys.map(String).join()}`);
    return;
  }
  xKeys.forEach((key, i) => {
    const yKey = yKeys[i] as string | symbol;
    if (typeof key === 'symbol') queue.push([key, yKey, `${path}[${String(key)}] as a key`]);
    else if (key !== yKey) return void found.push(`${path}: key ${key} became ${String(yKey)}`);
    const [dx, dy] = [Object.getOwnPropertyDescriptor(x, key)!, Object.getOwnPropertyDescriptor(y, yKey)!];
    for (const flag of ['writable', 'enumerable', 'configurable'] as const) {
      if (dx[flag] !== dy[flag]) found.push(`${path}.${String(key)}: ${flag} ${dx[flag]} became ${dy[flag]}`);
    }
    if ('value' in dx !== 'value' in dy) found.push(`${path}.${String(key)}: accessor against data`);
    else if ('value' in dx) queue.push([dx.value, dy.value, `${path}.${String(key)}`]);
    else
      queue.push(
        [dx.get, dy.get, `get ${path}.${String(key)}`],
        [dx.set, dy.set, `set ${path}.${String(key)}`],
      );
  });
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

function show(value: unknown): string {
  if (isObject(value)) return Object.prototype.toString.call(value);
  return Object.is(value, -0) ? '-0' : typeof value === 'string' ? JSON.stringify(value) : String(value);
}
