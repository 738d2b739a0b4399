// What a value holds, one level down, for looking around in it: labels, short types, previews, and the values themselves.
//
// Reads data properties, elements and entries; runs no getter, no trap and no iterator of the session's. An accessor is
// named and not called. What is behind a proxy, and what is missing, has no children.

import { types } from 'node:util';
import { withPristineBuiltins } from '../realm/pristine.js';
import { tombstoneRecord } from '../realm/tombstone.js';
import { shortType } from './preview.js';
import { valuePreview } from './value-preview.js';

/** One thing that a value holds. */
export interface Child {
  /** As in paths: `.name`, `[0]`, `.get("key")`, `{2}` for the third member of a Set. */
  readonly label: string;
  readonly type: string;
  readonly preview: string;
  readonly value: unknown;
  /** There may be something below it. */
  readonly isOpenable: boolean;
}

/** What a value holds. */
export interface Children {
  readonly shown: readonly Child[];
  /** How many there are besides. */
  readonly more: number;
}

const { apply } = Reflect;
const descriptorOf = Object.getOwnPropertyDescriptor;
const mapEntries = Map.prototype.entries;
const mapSize = descriptorOf(Map.prototype, 'size')?.get as () => number;
const setValues = Set.prototype.values;
const setSize = descriptorOf(Set.prototype, 'size')?.get as () => number;
const typedLength = descriptorOf(Object.getPrototypeOf(Uint8Array.prototype) as object, 'length')
  ?.get as () => number;
const KEY_UNITS_MAX = 60;

/** True for a value that {@link childrenOf} looks into. */
export function isOpenable(value: unknown): value is object {
  const isObject = (typeof value === 'object' && value !== null) || typeof value === 'function';
  return isObject && tombstoneRecord(value) === undefined && !types.isProxy(value) && !isNamespace(value);
}

/** What a value holds, at most `countMax` of it. */
export function childrenOf(value: unknown, countMax: number): Children {
  return withPristineBuiltins(() => {
    if (!isOpenable(value)) return { shown: [], more: 0 };
    const entries = entriesOf(value, countMax);
    const keys = keysOf(value);
    const room = Math.max(0, countMax - entries.shown.length);
    const properties = keys.slice(0, room).map((key) => propertyOf(value, key));
    return {
      shown: [...entries.shown, ...properties],
      more: entries.more + Math.max(0, keys.length - room),
    };
  });
}

// An export that has no value yet throws.
function isNamespace(value: object): boolean {
  return types.isModuleNamespaceObject(value);
}

// Elements and entries, which have no keys worth a list.
function entriesOf(value: object, countMax: number): Children {
  if (types.isMap(value))
    return entriesFrom(apply(mapEntries, value, []), apply(mapSize, value, []), countMax, (entry) => {
      const [key, held] = entry as readonly [unknown, unknown];
      return childOf(`.get(${keyText(key)})`, held);
    });
  if (types.isSet(value))
    return entriesFrom(apply(setValues, value, []), apply(setSize, value, []), countMax, (held, index) =>
      childOf(`{${index}}`, held),
    );
  const length = types.isTypedArray(value) ? (apply(typedLength, value, []) as number) : lengthOf(value);
  const shown = Array.from({ length: Math.min(length, countMax) }, (_, index) => propertyOf(value, index));
  return { shown, more: length - shown.length };
}

function entriesFrom(
  iterator: IterableIterator<unknown>,
  size: number,
  countMax: number,
  child: (entry: unknown, index: number) => Child,
): Children {
  const shown: Child[] = [];
  for (let next = iterator.next(); shown.length < countMax && next.done !== true; next = iterator.next())
    shown.push(child(next.value, shown.length));
  return { shown, more: size - shown.length };
}

function lengthOf(value: object): number {
  return Array.isArray(value) ? value.length : 0;
}

// Own keys but for elements, which were listed, and for what every function and array has.
function keysOf(value: object): PropertyKey[] {
  const hasElements = Array.isArray(value) || types.isTypedArray(value);
  return Reflect.ownKeys(value).filter((key) => {
    if (typeof key === 'symbol') return true;
    if (hasElements && (key === 'length' || /^(?:0|[1-9]\d*)$/.test(key))) return false;
    return !(typeof value === 'function' && (key === 'length' || key === 'name' || key === 'prototype'));
  });
}

function propertyOf(value: object, key: PropertyKey): Child {
  const label = labelOf(key);
  const descriptor = descriptorOf(value, key);
  if (descriptor === undefined) return { ...childOf(label, undefined), type: 'hole', preview: '' };
  if ('value' in descriptor) return childOf(label, descriptor.value);
  return { label, type: 'accessor', preview: '', value: undefined, isOpenable: false };
}

function childOf(label: string, value: unknown): Child {
  return {
    label,
    type: shortType(value),
    preview: valuePreview(value),
    value,
    isOpenable: isOpenable(value),
  };
}

function labelOf(key: PropertyKey): string {
  if (typeof key === 'number') return `[${key}]`;
  if (typeof key === 'symbol') return `[Symbol(${(key.description ?? '').slice(0, KEY_UNITS_MAX)})]`;
  return /^[A-Za-z_$][\w$]*$/.test(key) ? `.${key.slice(0, KEY_UNITS_MAX)}` : `[${keyText(key)}]`;
}

function keyText(key: unknown): string {
  const text = valuePreview(key);
  return text === '' ? shortType(key) : text;
}
