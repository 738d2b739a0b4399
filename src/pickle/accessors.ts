// Exports that compilers write as accessors (`get: () => x`, `get: function () { return m[k]; }`): what they would return,
// read from the variables that they close over. None is called, and one that does anything else is left alone.

import { nativeFunctionToString } from '../realm/function-to-string.js';
import type { Capture } from './capture/types.js';

const RETURNS =
  /^(?:get\s*|function\s*[\w$]*\s*)?\(\)\s*(?:=>\s*\(?|\{\s*return\s+)([\w$]+)(?:\.([\w$]+)|\[([\w$]+)\])?\)?\s*;?\s*\}?$/;

/** Reads the accessors of a module's exports; undefined when it has none. */
export function accessorReader(capture: Capture, exports: object): ((get: Function) => unknown) | undefined {
  const getters: Function[] = [];
  for (const key of Object.getOwnPropertyNames(exports)) {
    const get: unknown = Object.getOwnPropertyDescriptor(exports, key)?.get;
    if (typeof get === 'function' && RETURNS.test(textOf(get))) getters.push(get);
  }
  if (getters.length === 0) return undefined;
  const values = new Map<Function, unknown>();
  capture.closuresOf(getters).forEach((closure, i) => {
    const get = getters[i] as Function;
    values.set(get, returned(textOf(get), closure));
  });
  return (get) => values.get(get);
}

function returned(text: string, closure: ReadonlyMap<string, unknown>): unknown {
  const [, name, property, variable] = RETURNS.exec(text) as string[];
  const value = closure.get(name as string);
  const key = property ?? (variable === undefined ? undefined : closure.get(variable));
  if (key === undefined) return value;
  const isObject = (typeof value === 'object' && value !== null) || typeof value === 'function';
  return isObject && typeof key === 'string' ? Object.getOwnPropertyDescriptor(value, key)?.value : undefined;
}

function textOf(fn: Function): string {
  return Reflect.apply(nativeFunctionToString, fn, []) as string;
}
