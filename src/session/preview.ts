// A short name for a value's type, for tables: `Array(3)`, `Point`, `class`, `() => …`. Runs no code of the value's.

import { types } from 'node:util';
import { tombstoneRecord } from '../realm/tombstone.js';

const descriptorOf = Object.getOwnPropertyDescriptor;
const functionText = Function.prototype.toString;
const mapSize = descriptorOf(Map.prototype, 'size')?.get as () => number;
const setSize = descriptorOf(Set.prototype, 'size')?.get as () => number;
const typedLength = descriptorOf(Object.getPrototypeOf(Uint8Array.prototype) as object, 'length')
  ?.get as () => number;
const apply = Reflect.apply;
const asyncGenerators = Object.getPrototypeOf(async function* () {}.prototype) as object;

/** A short type of a value. */
export function shortType(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value === 'function') return functionType(value);
  return typeof value === 'object' ? objectType(value) : typeof value;
}

function functionType(value: Function): string {
  const record = tombstoneRecord(value);
  if (record !== undefined) return `missing ${record.what}`;
  if (types.isProxy(value)) return 'Proxy';
  const text = apply(functionText, value, []) as string;
  if (text.startsWith('class')) return 'class';
  if (types.isGeneratorFunction(value)) return types.isAsyncFunction(value) ? 'async function*' : 'function*';
  return types.isAsyncFunction(value) ? 'async function' : 'function';
}

function objectType(value: object): string {
  const record = tombstoneRecord(value);
  if (record !== undefined) return `missing ${record.what}`;
  if (types.isProxy(value)) return 'Proxy';
  if (Array.isArray(value)) return `Array(${grouped(value.length)})`;
  if (types.isGeneratorObject(value))
    return inheritsFrom(value, asyncGenerators) ? 'AsyncGenerator' : 'Generator';
  const name = classNameOf(value);
  if (types.isMap(value)) return `${name}(${grouped(apply(mapSize, value, []))})`;
  if (types.isSet(value)) return `${name}(${grouped(apply(setSize, value, []))})`;
  if (types.isTypedArray(value)) return `${name}(${grouped(apply(typedLength, value, []))})`;
  return name === 'Object' ? `Object{${grouped(Object.keys(value).length)}}` : name;
}

// Those of generators have no constructor that is a function.
function inheritsFrom(value: object, wanted: object): boolean {
  let proto: object | null = Object.getPrototypeOf(value) as object | null;
  for (let depth = 0; proto !== null && proto !== wanted && depth < 100; depth++) {
    if (types.isProxy(proto)) return false;
    proto = Object.getPrototypeOf(proto) as object | null;
  }
  return proto === wanted;
}

/** The name of the nearest constructor, read as data. */
export function classNameOf(value: object): string {
  let proto: object | null = Object.getPrototypeOf(value) as object | null;
  for (let depth = 0; proto !== null && depth < 100; depth++) {
    if (types.isProxy(proto)) return 'object';
    const constructor: unknown = descriptorOf(proto, 'constructor')?.value;
    if (typeof constructor === 'function' && !types.isProxy(constructor)) {
      const name: unknown = descriptorOf(constructor, 'name')?.value;
      if (typeof name === 'string' && name !== '') return name;
    }
    proto = Object.getPrototypeOf(proto) as object | null;
  }
  return 'Object';
}

// Not `toLocaleString`, whose first call takes 30 ms.
function grouped(count: number): string {
  return String(count).replace(/\B(?=(?:\d{3})+$)/g, ',');
}
