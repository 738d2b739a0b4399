// Values that user code speaks for: a registered reducer, the class's own methods, or an override of the whole pickler.
// Their row is the state that it returns. One that throws costs only its own value.
//
// Also what an earlier load could not revive and kept: it is written as it was.

import { types } from 'node:util';
import type { Column } from '../../graph/column.js';
import { KINDS } from '../../graph/kinds.js';
import { RESERVED, type Reduction, type RegisteredReducer } from '../../graph/registry.js';
import type { MissingRecord } from '../../realm/missing-record.js';
import { withSessionBuiltins } from '../../realm/pristine.js';
import { keptState } from '../../realm/tombstone.js';
import { nothingAbove } from '../chains.js';
import type { Walk } from '../context.js';

const PROTOCOL = Symbol.for('brine.reduce');
const prototypeOf = Object.getPrototypeOf;
const descriptorOf = Object.getOwnPropertyDescriptor;

/** Writes the row of a value that a registered reducer speaks for. */
export function reduceCustom(walk: Walk, place: number, value: object, registered: RegisteredReducer): void {
  const { name, version, reducer } = registered;
  const hint = `mend the reducer registered for ${name}`;
  const state = stateOf(walk, place, name, hint, () => reducer.reduce(value) as unknown);
  if (state !== undefined) writeReduction(walk, place, value, { name, version, state: state.value });
}

/** Writes the row of a value whose class has a method `Symbol.for('brine.reduce')`; false when it has none. */
export function reduceByProtocol(walk: Walk, place: number, value: object): boolean {
  const proto = prototypeOf(value) as object | null;
  if (proto === null || proto === Object.prototype) return false;
  const found = methodOf(walk, value);
  if (found === undefined) return false;
  const { method, maker, isStatic } = found;
  const name = nameOf(maker);
  const hint = `mend the method [Symbol.for('brine.reduce')] of ${name}`;
  const run = (): unknown =>
    isStatic ? Reflect.apply(method, maker, [value]) : Reflect.apply(method, value, []);
  const state = stateOf(walk, place, name, hint, run);
  if (state === undefined) return true;
  const isItself = state.value === value;
  const reduction = isItself
    ? { name, state: value }
    : { name: RESERVED.reduce, state: [maker, state.value] };
  writeReduction(walk, place, value, reduction);
  return true;
}

/** Writes the row of a value that the pickler's override speaks for; false when it does not. */
export function reduceOverridden(walk: Walk, place: number, value: object): boolean {
  const { override } = walk.options;
  if (override === undefined) return false;
  const found = stateOf(walk, place, 'value', 'mend the option that was asked about it', () =>
    override(value),
  );
  if (found === undefined) return true;
  const reduction = found.value as Reduction | undefined;
  if (reduction === undefined) return false;
  writeReduction(walk, place, value, reduction);
  return true;
}

/** Writes the row of a tombstone's value as it was saved first; false when that was not kept. */
export function reduceKept(walk: Walk, place: number, tombstone: object): boolean {
  const kept = keptState(tombstone);
  if (kept !== undefined) writeReduction(walk, place, tombstone, kept);
  return kept !== undefined;
}

/** Writes the row of a record as the value that it stands for. */
export function reduceRecord(walk: Walk, place: number, record: MissingRecord): void {
  const read = (key: string): unknown => descriptorOf(record, key)?.value;
  const [name, version, state] = [read('name'), read('version'), read('state')];
  if (typeof name === 'string' && typeof version === 'number')
    return writeReduction(walk, place, record, { name, version, state });
  walk.bury(place, 'MissingRecord', 'its name or version was changed', 'leave it as it was loaded');
}

function writeReduction(
  walk: Walk,
  place: number,
  value: object,
  { name, version = 1, state }: Reduction,
): void {
  if (state === value) {
    const hint = 'return a plain state instead';
    return walk.bury(place, name, 'its reducer returned the value itself', hint);
  }
  const segment = walk.row(walk.shapes.root(KINDS.custom, undefined, 0, name, version), place);
  walk.cell(segment.state[0] as Column, state, place);
}

// Undefined when it threw: the value is a tombstone then.
function stateOf(
  walk: Walk,
  place: number,
  what: string,
  hint: string,
  run: () => unknown,
): { readonly value: unknown } | undefined {
  walk.expectChanges();
  try {
    return { value: withSessionBuiltins(run) };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    walk.bury(place, what, `its reducer threw: ${message}`, hint);
    return undefined;
  }
}

interface Method {
  readonly method: Function;
  readonly maker: Function;
  readonly isStatic: boolean;
}

// The method of the instance or its prototypes, else the static one of the nearest class that has one.
function methodOf(walk: Walk, value: object): Method | undefined {
  const nothing = nothingAbove(walk, 'protocol');
  const passed: object[] = [];
  let method = functionAt(value, PROTOCOL);
  let maker: Function | undefined;
  for (let at = prototypeOf(value) as object | null; at !== null; at = prototypeOf(at) as object | null) {
    if (types.isProxy(at) || (method === undefined && nothing.has(at))) break;
    passed.push(at);
    method ??= functionAt(at, PROTOCOL);
    const constructor = functionAt(at, 'constructor');
    if (constructor === undefined || types.isProxy(constructor)) continue;
    maker ??= constructor;
    const own = method === undefined ? functionAt(constructor, PROTOCOL) : undefined;
    if (own !== undefined) return { method: own, maker, isStatic: true };
    if (method !== undefined) return { method, maker, isStatic: false };
  }
  if (method === undefined) for (const each of passed) nothing.add(each);
  return undefined;
}

function functionAt(object: object, key: string | symbol): Function | undefined {
  const value: unknown = descriptorOf(object, key)?.value;
  return typeof value === 'function' ? value : undefined;
}

function nameOf(maker: Function): string {
  const name: unknown = descriptorOf(maker, 'name')?.value;
  return typeof name === 'string' && name !== '' ? name : 'a class without a name';
}
