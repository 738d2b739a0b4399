// What is kept of what a cell showed: its texts bounded, a list of records as a small table, a list of numbers as its course.
//
// Runs no code of the value's: no getter, no trap, no iterator. Knows nothing of how the value was printed and where to.

import { stripVTControlCharacters, types } from 'node:util';
import type { MetaOutput, MetaPlot, MetaTable } from '../format/index.js';
import { tombstoneRecord } from '../realm/tombstone.js';
import { valuePreview } from './value-preview.js';

/** The most characters that are kept of each text of an output. */
export const OUTPUT_CHARACTERS_MAX = 10_000;
const ROWS_MAX = 20;
const COLUMNS_MAX = 10;
const FIELD_CHARACTERS_MAX = 60;
/** Of a record with more keys there is no table. */
const KEYS_MAX = 1000;
const NUMBERS_MIN = 5;
const BUCKETS = 120;
/** So many numbers of a list are looked at. */
const LOOKS_MAX = 24_000;

const descriptorOf = Object.getOwnPropertyDescriptor;
const typedLength = descriptorOf(Object.getPrototypeOf(Uint8Array.prototype) as object, 'length')
  ?.get as () => number;

/** What was shown of a cell, as its runner has it. */
export interface Shown {
  /** What the program wrote while the cell ran; colours and the like are taken out. */
  readonly printed?: string;
  /** How many characters of that the runner did not keep. */
  readonly printedLeft?: number;
  /** The value or the error as it was shown. */
  readonly text?: string;
  /** The value itself; missing when there is none to show. */
  readonly value?: unknown;
}

/**
 * What is kept of what a cell showed; undefined when it showed nothing. Give it to {@link Evaluator.record}.
 *
 * @param shown  What was shown. The value is looked at and not kept.
 * @returns Its texts, cut at 10,000 characters, with a small table or plot of a list of records or numbers.
 * @see the outputs of cells in Jupyter notebooks
 * @example
 *   const session = new Session();
 *   const { cell, value } = await session.evaluator.evaluate('6 * 7');
 *   const output = outputOf({ text: '42', value });
 *   session.evaluator.record(cell, output).output; // { text: '42' }
 */
export function outputOf({ printed = '', printedLeft = 0, text, value }: Shown): MetaOutput | undefined {
  const first = bounded(printed);
  const second = text === undefined ? undefined : bounded(text);
  const left = printedLeft + first.left + (second?.left ?? 0);
  const table = tableOf(value);
  const plot = plotOf(value);
  const output: MetaOutput = {
    ...(first.text !== '' && { printed: first.text }),
    ...(second !== undefined && { text: second.text }),
    ...(left > 0 && { left }),
    ...(table !== undefined && { table }),
    ...(plot !== undefined && { plot }),
  };
  return Object.keys(output).length === 0 ? undefined : output;
}

function bounded(text: string): { readonly text: string; readonly left: number } {
  const plain = stripVTControlCharacters(text);
  const end = plain.length > OUTPUT_CHARACTERS_MAX ? cutAt(plain, OUTPUT_CHARACTERS_MAX) : plain.length;
  return { text: plain.slice(0, end), left: plain.length - end };
}

// Not between the halves of a character.
function cutAt(text: string, at: number): number {
  const unit = text.charCodeAt(at - 1);
  return unit >= 0xd800 && unit < 0xdc00 ? at - 1 : at;
}

/** The first records of a list of them as short texts; undefined for anything else. */
export function tableOf(value: unknown): MetaTable | undefined {
  const list = plainList(value);
  if (list === undefined || list.length === 0) return undefined;
  const records: object[] = [];
  for (let at = 0; at < Math.min(list.length, ROWS_MAX); at++) {
    const record = recordAt(list, at);
    if (record === undefined) return undefined;
    records.push(record);
  }
  const keys = new Set<string>();
  for (const record of records) for (const key of Object.keys(record)) keys.add(key);
  if (keys.size === 0) return undefined;
  const columns = [...keys].slice(0, COLUMNS_MAX);
  return {
    columns: columns.map((key) => key.slice(0, FIELD_CHARACTERS_MAX)),
    rows: records.map((record) => columns.map((key) => fieldText(descriptorOf(record, key)))),
    rowsLeft: list.length - records.length,
    columnsLeft: keys.size - columns.length,
  };
}

function plainList(value: unknown): readonly unknown[] | undefined {
  if (typeof value !== 'object' || value === null || types.isProxy(value) || !Array.isArray(value))
    return undefined;
  return tombstoneRecord(value) === undefined ? value : undefined;
}

// An object that is nothing but its properties, or a list of a few fields.
function recordAt(list: object, at: number): object | undefined {
  const record: unknown = descriptorOf(list, at)?.value;
  if (typeof record !== 'object' || record === null || types.isProxy(record)) return undefined;
  const isSpecial =
    types.isDate(record) ||
    types.isRegExp(record) ||
    types.isMap(record) ||
    types.isSet(record) ||
    types.isNativeError(record) ||
    types.isPromise(record) ||
    types.isModuleNamespaceObject(record) ||
    types.isAnyArrayBuffer(record) ||
    ArrayBuffer.isView(record) ||
    types.isBoxedPrimitive(record);
  if (isSpecial || tombstoneRecord(record) !== undefined) return undefined;
  if (Array.isArray(record) && record.length > KEYS_MAX) return undefined;
  const keys = Object.keys(record);
  return keys.length > 0 && keys.length <= KEYS_MAX ? record : undefined;
}

function fieldText(descriptor: PropertyDescriptor | undefined): string {
  if (descriptor === undefined) return '';
  if (!('value' in descriptor)) return 'accessor';
  const { value } = descriptor as { value: unknown };
  const text = typeof value === 'string' ? value : valuePreview(value);
  return text.length > FIELD_CHARACTERS_MAX
    ? `${text.slice(0, cutAt(text, FIELD_CHARACTERS_MAX - 1))}…`
    : text;
}

/** The course of a list of numbers, its peaks kept; undefined for anything else. */
export function plotOf(value: unknown): MetaPlot | undefined {
  if (typeof value !== 'object' || value === null || types.isProxy(value)) return undefined;
  const isTyped =
    types.isTypedArray(value) && !types.isBigInt64Array(value) && !types.isBigUint64Array(value);
  if (!isTyped && !Array.isArray(value)) return undefined;
  const list = value as ArrayLike<unknown>;
  const count = isTyped ? (Reflect.apply(typedLength, value, []) as number) : list.length;
  const numberAt = (at: number): number | undefined => {
    const number: unknown = isTyped ? list[at] : descriptorOf(value, at)?.value;
    return typeof number === 'number' ? number : undefined;
  };
  return thinned(count, numberAt);
}

/**
 * The course of `count` numbers; undefined when they are too few, or when one that is looked at is no number. Of many, each
 * part gives its lowest and its highest.
 */
export function thinned(count: number, numberAt: (at: number) => number | undefined): MetaPlot | undefined {
  if (count < NUMBERS_MIN) return undefined;
  const stride = Math.max(1, Math.ceil(count / LOOKS_MAX));
  const perBucket = count <= 2 * BUCKETS ? 1 : Math.ceil(count / BUCKETS);
  const values: (number | null)[] = [];
  for (let start = 0; start < count; start += perBucket) {
    let low: number | undefined;
    let high: number | undefined;
    let isLowFirst = true;
    for (let at = start; at < Math.min(count, start + perBucket); at += stride) {
      const number = numberAt(at);
      if (number === undefined) return undefined;
      if (!Number.isFinite(number)) continue;
      if (low === undefined || number < low) {
        low = number;
        isLowFirst = false;
      }
      if (high === undefined || number > high) {
        high = number;
        isLowFirst = true;
      }
    }
    if (low === undefined || high === undefined) values.push(null);
    else if (low === high) values.push(short(low));
    else values.push(...(isLowFirst ? [short(low), short(high)] : [short(high), short(low)]));
  }
  return { values, count };
}

function short(value: number): number {
  return Number(value.toPrecision(6));
}
