// The first bit of a value as text, for tables: `[1, 2, Point, … ]`, `{ id: 1, at: Point, … }`, `"a text…"`.
//
// Looks at a few properties, elements or entries, whatever the value's size (of an object, it lists the keys), and runs no code of its: no getter, no
// trap, no iterator of the session's. Everything that does not show on a terminal comes out as an escape.

import { types } from 'node:util';
import { nativeFunctionToString, originalTextOf } from '../realm/function-to-string.js';
import { tombstoneRecord } from '../realm/tombstone.js';
import { classNameOf } from './preview.js';

/** The most characters of a preview. */
export const PREVIEW_CHARACTERS_MAX = 80;
const ITEMS_MAX = 6;
const TEXT_UNITS_MAX = 60;
const BIGINT_MAX = 2n ** 128n;
/** Of an object with more keys nothing is shown. */
const KEYS_MAX = 10_000;

const descriptorOf = Object.getOwnPropertyDescriptor;
const apply = Reflect.apply;
const mapEntries = Map.prototype.entries;
const setValues = Set.prototype.values;
const timeOf = Date.prototype.getTime;
const regexpSource = descriptorOf(RegExp.prototype, 'source')?.get as () => string;

const typedLength = descriptorOf(Object.getPrototypeOf(Uint8Array.prototype) as object, 'length')
  ?.get as () => number;

const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/** A preview of at most {@link PREVIEW_CHARACTERS_MAX} characters; empty where the type says it all. */
export function valuePreview(value: unknown): string {
  const text = shown(value, true).replace(UNSAFE, (c) => `\\u{${(c.codePointAt(0) as number).toString(16)}}`);
  const characters = [...text];
  if (characters.length <= PREVIEW_CHARACTERS_MAX) return text;
  return `${characters.slice(0, PREVIEW_CHARACTERS_MAX - 1).join('')}…`;
}

function shown(value: unknown, isWhole: boolean): string {
  switch (typeof value) {
    case 'string':
      return quoted(value);
    case 'bigint':
      return value < BIGINT_MAX && value > -BIGINT_MAX ? `${value}n` : 'bigint';
    case 'symbol':
      return `Symbol(${(value.description ?? '').slice(0, TEXT_UNITS_MAX)})`;
    case 'function':
      return functionText(value, isWhole);
    case 'object':
      return value === null ? 'null' : objectText(value, isWhole);
    default:
      return Object.is(value, -0) ? '-0' : String(value);
  }
}

function quoted(text: string): string {
  const part = text.length > TEXT_UNITS_MAX ? `${text.slice(0, TEXT_UNITS_MAX)}…` : text;
  return JSON.stringify(part);
}

function functionText(value: Function, isWhole: boolean): string {
  if (tombstoneRecord(value) !== undefined || types.isProxy(value)) return '';
  if (!isWhole) return 'function';
  const text = originalTextOf(value) ?? (apply(nativeFunctionToString, value, []) as string);
  return text.slice(0, 2 * PREVIEW_CHARACTERS_MAX).replace(/\s+/g, ' ');
}

function objectText(value: object, isWhole: boolean): string {
  if (tombstoneRecord(value) !== undefined || types.isProxy(value)) return isWhole ? '' : 'object';
  if (types.isDate(value)) return dateText(apply(timeOf, value, []) as number);
  if (types.isRegExp(value))
    return `/${(apply(regexpSource, value, []) as string).slice(0, TEXT_UNITS_MAX)}/`;
  if (!isWhole) return Array.isArray(value) ? 'Array' : classNameOf(value);
  if (Array.isArray(value)) return listText('[', elements(value, value.length), value.length, ']');
  if (types.isTypedArray(value)) {
    const length = apply(typedLength, value, []) as number;
    return listText('[', elements(value, length), length, ']');
  }
  if (types.isMap(value)) return collectionText(apply(mapEntries, value, []), true);
  if (types.isSet(value)) return collectionText(apply(setValues, value, []), false);
  if (types.isNativeError(value)) {
    const message: unknown = descriptorOf(value, 'message')?.value;
    return typeof message === 'string' ? quoted(message) : '';
  }
  // An export that has no value yet throws.
  return types.isModuleNamespaceObject(value) ? '' : fieldsText(value);
}

function dateText(time: number): string {
  return Number.isNaN(time) ? 'Invalid Date' : new Date(time).toISOString();
}

function elements(value: object, length: number): string[] {
  return Array.from({ length: Math.min(length, ITEMS_MAX) }, (_, index) => {
    const descriptor = descriptorOf(value, index);
    return descriptor === undefined ? 'hole' : propertyText(descriptor);
  });
}

function propertyText(descriptor: PropertyDescriptor): string {
  return 'value' in descriptor ? shown(descriptor.value, false) : 'accessor';
}

function collectionText(iterator: IterableIterator<unknown>, isMap: boolean): string {
  const parts: string[] = [];
  let next = iterator.next();
  for (; parts.length < ITEMS_MAX && next.done !== true; next = iterator.next()) {
    const entry = next.value as readonly [unknown, unknown];
    parts.push(isMap ? `${shown(entry[0], false)} => ${shown(entry[1], false)}` : shown(next.value, false));
  }
  return listText('{', parts, next.done === true ? parts.length : parts.length + 1, '}');
}

function fieldsText(value: object): string {
  const keys = Object.keys(value);
  if (keys.length === 0 || keys.length > KEYS_MAX) return '';
  const parts = keys.slice(0, ITEMS_MAX).map((key) => {
    const name = key.slice(0, TEXT_UNITS_MAX);
    return `${name}: ${propertyText(descriptorOf(value, key) as PropertyDescriptor)}`;
  });
  return listText('{', parts, keys.length, '}');
}

function listText(start: string, parts: readonly string[], count: number, end: string): string {
  if (count === 0) return `${start}${end}`;
  const more = count > parts.length ? ', …' : '';
  return `${start} ${parts.join(', ')}${more} ${end}`;
}
