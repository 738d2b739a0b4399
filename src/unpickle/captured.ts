// Captured records: what stands where a file has code, when it is opened as data. They say what was there and show its
// text; they cannot be called, have no prototype, and are frozen.
//
// Being plain data, they survive being saved again. Knows nothing of graphs.

import type { KindName } from '../graph/kinds.js';

/** What a file has at a place where data mode builds nothing that could run. */
export interface Captured {
  /** A kind of the format (`function`, `class`, `member`, `promise`, `host` …), `accessor` or `import`. */
  readonly captured: KindName | 'accessor' | 'import';
  /** The function's or class's name, the name of what is referred to, or the reducer's name. */
  readonly name: string;
  /** The text of a function or class. */
  readonly source?: string;
  /** What the file has of a value that is no code: of one of a registered reducer, a list with its state. */
  readonly state?: readonly unknown[];
  /** The records of an accessor's two functions. */
  readonly get?: unknown;
  readonly set?: unknown;
}

const records = new WeakSet<object>();
const defineProperty = Object.defineProperty;
const freeze = Object.freeze;
const create = Object.create as (proto: null) => object;

/** Makes a record. */
export function capturedRecord(fields: Captured): object {
  return freeze(madeRecord(fields));
}

/** Makes a record with an empty state, which {@link closeRecord} fills. */
export function openRecord(fields: Captured): object {
  const record = madeRecord(fields);
  define(record, 'state', []);
  return freeze(record);
}

function madeRecord(fields: Captured): object {
  const record = create(null);
  for (const key of ['captured', 'name', 'source', 'get', 'set'] as const)
    if (fields[key] !== undefined) define(record, key, fields[key]);
  defineProperty(record, Symbol.toStringTag, { value: 'Captured' });
  records.add(record);
  return record;
}

/** Gives an open record its state. Doing it twice is no error. */
export function closeRecord(record: Captured, state: readonly unknown[]): void {
  const list = record.state as unknown[];
  for (let i = 0; i < state.length; i++) list[i] = state[i];
}

/**
 * True for a record that stands for a function, class or anything else that data mode does not build.
 *
 * @param value  Anything.
 * @returns Whether it is one of the records of {@link loads} with `mode: 'data'`. What only looks like one is not.
 * @see records are `Global` and its like of fickling, which reads pickles and runs nothing
 * @example
 *   isCaptured(loads(dumps(() => 1), { mode: 'data' })); // true
 */
export function isCaptured(value: unknown): value is Captured {
  return typeof value === 'object' && value !== null && records.has(value);
}

function define(record: object, key: string, value: unknown): void {
  defineProperty(record, key, { value, enumerable: true, configurable: true, writable: false });
}

const stoodFor = new WeakMap<object, object>();

/** Lets a record stand for a built-in prototype: values can have it as their prototype, and nobody gets hold of it. */
export function standFor(record: object, prototype: object): void {
  stoodFor.set(record, prototype);
}

/** The prototype that a record stands for; any other value itself. */
export function behind(value: unknown): unknown {
  return typeof value === 'object' && value !== null ? (stoodFor.get(value) ?? value) : value;
}
