// How a handle is looked into without running any code of the user's: own data properties, data under Node's symbols, and
// Node's own native methods. Knows nothing of what the answers mean.

import { readlinkSync } from 'node:fs';
import { types } from 'node:util';
import { intrinsicName } from '../realm/intrinsics.js';
import type { Walk } from './context.js';
import { vouchFor } from './vouch.js';

const descriptorOf = Object.getOwnPropertyDescriptor;
const prototypeOf = Object.getPrototypeOf;

/** The ways to look into one handle. */
export interface Probe {
  /** The name of its class. */
  readonly what: string;
  /** What lies along own data properties. */
  own(...keys: string[]): unknown;
  /** What lies under an own symbol of this description. */
  hidden(description: string, of?: unknown): unknown;
  /** What a native method of the value, or of another object, returns; undefined when it is not Node's own or fails. */
  ask(method: string, args?: readonly unknown[], of?: unknown): unknown;
  /** What a native getter of the value, or of another object, returns. */
  get(key: string, of?: unknown): unknown;
  /** The path that a descriptor of this process is open on, where the system tells. */
  pathOf(fd: number): string | undefined;
}

/** What a handle was and what to do to have it again; undefined when it is of another kind. */
export type Describe = (probe: Probe) => { readonly was: string; readonly hint: string } | undefined;

/** The ways to look into a value. */
export function probeOf(walk: Walk, value: object, what: string): Probe {
  return {
    what,
    own: (...keys) => keys.reduce<unknown>(dataOf, value),
    hidden: (description, of = value) => hiddenIn(of, description),
    ask: (method, args = [], of = value) => call(walk, of, method, 'value', args),
    get: (key, of = value) => call(walk, of, key, 'get', []),
    pathOf,
  };
}

/** A text as it stands in code. */
export const quoted = (text: unknown): string => JSON.stringify(text) ?? 'undefined';

/** What an own data property holds; undefined for everything else. */
export function dataOf(object: unknown, key: string | symbol): unknown {
  return isPlainly(object) ? (descriptorOf(object, key)?.value as unknown) : undefined;
}

function isPlainly(object: unknown): object is object {
  const isObject = (typeof object === 'object' && object !== null) || typeof object === 'function';
  return isObject && !types.isProxy(object);
}

function hiddenIn(object: unknown, description: string): unknown {
  if (!isPlainly(object)) return undefined;
  const key = Object.getOwnPropertySymbols(object).find((each) => each.description === description);
  return key === undefined ? undefined : dataOf(object, key);
}

// A function of the language could lead on to the user's (`Array.prototype.toString` calls `join`); natives of Node's that
// read a handle call nothing, and throw when the receiver has no slots.
function call(
  walk: Walk,
  object: unknown,
  key: string,
  part: 'value' | 'get',
  args: readonly unknown[],
): unknown {
  if (!isPlainly(object)) return undefined;
  for (let at: unknown = object; isPlainly(at); at = prototypeOf(at)) {
    const found = descriptorOf(at, key);
    if (found === undefined) continue;
    if (part === 'get' && 'value' in found) return found.value as unknown;
    const fn = found[part] as unknown;
    if (typeof fn !== 'function' || types.isProxy(fn)) return undefined;
    if (intrinsicName(fn) !== undefined || !isNative(fn) || !vouchFor(walk)(fn)) return undefined;
    try {
      return Reflect.apply(fn, object, args as unknown[]) as unknown;
    } catch {
      return undefined;
    }
  }
  return undefined;
}

const textOf = Function.prototype.toString;

function isNative(fn: Function): boolean {
  return Reflect.apply(textOf, fn, []).endsWith('{ [native code] }');
}

// Only Linux has this folder; elsewhere, and for what has no path, nothing is told.
function pathOf(fd: number): string | undefined {
  try {
    const path = readlinkSync(`/proc/self/fd/${fd}`);
    return path.startsWith('/') ? path : undefined;
  } catch {
    return undefined;
  }
}
