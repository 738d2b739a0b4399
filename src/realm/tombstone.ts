// Tombstones: what stands where a value could not be saved. Touching one throws an error that says why.
//
// A tombstone is a proxy whose every trap throws; printing it shows what it stands for, because `util.inspect` looks at
// a proxy's target without its traps. Knows nothing of graphs; the pickler recognises a tombstone and saves it as one.

import { inspect } from 'node:util';
import { TombstoneError } from '../errors.js';

/** Why a value is missing. */
export interface TombstoneRecord {
  /** Where it hung when it was saved, for example `db.pool.clients[0].socket`. */
  readonly path: string;
  /** What it is: `Socket`, `native function`. */
  readonly what: string;
  readonly reason: string;
  readonly hint: string;
  /** Whether the value could be called; the tombstone then has `typeof` `function`. */
  readonly isCallable: boolean;
}

/** What was saved of a value that cannot be revived here; saving its tombstone writes it again. */
export interface KeptState {
  readonly name: string;
  readonly version: number;
  readonly state: unknown;
}

const records = new WeakMap<object, TombstoneRecord>();
const kept = new WeakMap<object, KeptState>();

/** What was saved of the value that a tombstone, or a record of it, stands for; undefined for all others. */
export function keptState(value: object): KeptState | undefined {
  return kept.get(value);
}

/** Notes what was saved of the value that an object stands for. */
export function keepState(value: object, state: KeptState): void {
  kept.set(value, state);
}

/** The record of a tombstone, or undefined for any other value. Touches nothing. */
export function tombstoneRecord(value: object): TombstoneRecord | undefined {
  return records.get(value);
}

/** Makes a tombstone. */
export function createTombstone(record: TombstoneRecord): object {
  const target: object = record.isCallable ? function missing() {} : {};
  const shown = (): string => `[missing ${record.path}: ${record.what}, ${record.reason}]`;
  Object.defineProperty(target, inspect.custom, { value: shown });
  const refuse = (): never => {
    throw new TombstoneError('TOMBSTONE', `${record.path} is missing: ${record.what}, ${record.reason}`, {
      path: record.path,
      hint: record.hint,
    });
  };
  // Asked of anything that passes through an async function or is printed, so it must be answered; but waiting for a
  // promise that is missing is touching it.
  const answered: (string | symbol)[] = [Symbol.toStringTag];
  if (record.what !== 'Promise') answered.push('then');
  // Node asks what it prints how to, for its constructor, and for its prototypes, in this order: so it can print what
  // inherits from this.
  let asked: 'how' | 'constructor' | undefined;
  const get = (_: object, key: string | symbol): unknown => {
    const before = asked;
    asked = key === inspect.custom ? 'how' : undefined;
    if (asked !== undefined) return shown;
    if (before === 'how' && key === 'constructor') {
      asked = 'constructor';
      return undefined;
    }
    return answered.includes(key) ? undefined : refuse();
  };
  const getPrototypeOf = (): null => {
    const before = asked;
    asked = undefined;
    return before === undefined ? refuse() : null;
  };
  const proxy = new Proxy(target, {
    get,
    set: refuse,
    has: refuse,
    deleteProperty: refuse,
    ownKeys: refuse,
    getOwnPropertyDescriptor: refuse,
    defineProperty: refuse,
    getPrototypeOf,
    setPrototypeOf: refuse,
    isExtensible: refuse,
    preventExtensions: refuse,
    apply: refuse,
    construct: refuse,
  });
  records.set(proxy, record);
  return proxy;
}
