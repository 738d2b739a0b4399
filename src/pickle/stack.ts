// The `stack` of errors, and of what `Error.captureStackTrace` was called on, read without running user code.
//
// V8 had it as data, written when it is first read; since Node 21 it is an accessor pair of the engine's own. The text is
// saved as if it were data, with a mark, and comes back the way the Node that loads it has it. Where a program put an
// accessor of its own in place of one half of the pair, the other half is the engine's still, and is saved as such.

import { types } from 'node:util';
import { ATTRIBUTE } from '../graph/graph.js';
import { isNativeFunction } from '../realm/native-function.js';
import { nativeStack } from '../realm/stack.js';

const { apply } = Reflect;
const descriptorOf = Object.getOwnPropertyDescriptor;

/** An own property `stack`. */
export interface StackProperty {
  /** With what the engine holds in place of its own functions: the value of the stack for the getter, undefined for the setter. */
  readonly descriptor: PropertyDescriptor;
  /** Attributes of the layout that say what is the engine's. */
  readonly native: number;
}

/** Reads the own property `stack`. Where the engine has it as data, that of an error is taken for the engine's. */
export function readStack(object: object, isError: boolean): StackProperty | undefined {
  const found = withOwnText(object, () => descriptorOf(object, 'stack'));
  if (found === undefined) return undefined;
  if (nativeStack === undefined) {
    const isEngines = isError && 'value' in found;
    return { descriptor: found, native: isEngines ? ATTRIBUTE.native : 0 };
  }
  const { get: engines } = nativeStack;
  const { get, set, enumerable, configurable } = found;
  const isSettersOwn = !isEnginesOwn(set, nativeStack.set);
  if (!isEnginesOwn(get, engines)) {
    if (isSettersOwn) return { descriptor: found, native: 0 };
    return {
      descriptor: described({ get, set: undefined, enumerable, configurable }),
      native: ATTRIBUTE.nativeSetter,
    };
  }
  const value: unknown = withOwnText(object, () => apply(engines, object, []));
  const writable = configurable === true || !Object.isFrozen(object);
  const descriptor = isSettersOwn
    ? described({ get: value, set, enumerable, configurable })
    : described({ value, writable, enumerable, configurable });
  return { descriptor, native: ATTRIBUTE.native };
}

// Each vm context has its own pair.
function isEnginesOwn(found: Function | undefined, ours: Function | undefined): boolean {
  if (found === ours || found === undefined || ours === undefined) return found === ours;
  const isTwin = descriptorOf(found, 'name')?.value === descriptorOf(ours, 'name')?.value;
  return isTwin && Object.getPrototypeOf(found) !== Function.prototype && isNativeFunction(found);
}

// No descriptor for the language: a stack may stand for its getter.
const described = (parts: { readonly [part in keyof PropertyDescriptor]: unknown }): PropertyDescriptor =>
  parts as PropertyDescriptor;

// V8 writes the text of a stack when it is first read: by `Error.prepareStackTrace` if there is one, else after asking the
// error for its name and message. Where that would run a getter, the text is written here, from data only.
function withOwnText<T>(error: object, read: () => T): T {
  const hook = descriptorOf(Error, 'prepareStackTrace');
  const name = dataOf(error, 'name');
  const message = dataOf(error, 'message');
  const isHarmless = isText(name) && isText(message);
  if (isHarmless && hook === undefined) return read();
  if (hook !== undefined && hook.configurable !== true) return read();
  delete (Error as { prepareStackTrace?: unknown }).prepareStackTrace;
  if (!isHarmless) {
    const value = (_: unknown, frames: readonly unknown[]): string => stackText(error, name, message, frames);
    Object.defineProperty(Error, 'prepareStackTrace', { value, writable: true, configurable: true });
  }
  try {
    return read();
  } finally {
    if (hook === undefined) delete (Error as { prepareStackTrace?: unknown }).prepareStackTrace;
    else Object.defineProperty(Error, 'prepareStackTrace', hook);
  }
}

const CODE = Symbol('answered by code');

// What a property is by the chain of prototypes, or that code would answer.
function dataOf(error: object, key: string): unknown {
  for (let at: object | null = error; at !== null; at = Object.getPrototypeOf(at) as object | null) {
    if (types.isProxy(at)) return CODE;
    const descriptor = descriptorOf(at, key);
    if (descriptor !== undefined) return 'value' in descriptor ? descriptor.value : CODE;
  }
  return undefined;
}

function isText(value: unknown): boolean {
  return typeof value === 'string' || value === undefined;
}

function stackText(error: object, name: unknown, message: unknown, frames: readonly unknown[]): string {
  const title = typeof name === 'string' ? name : className(error);
  const head = typeof message === 'string' && message !== '' ? `${title}: ${message}` : title;
  return [head, ...frames.map((frame) => `    at ${String(frame)}`)].join('\n');
}

function className(error: object): string {
  const constructor = dataOf(error, 'constructor');
  const isPlain = typeof constructor === 'function' && !types.isProxy(constructor);
  const name: unknown = isPlain ? descriptorOf(constructor, 'name')?.value : undefined;
  return typeof name === 'string' && name !== '' ? name : 'Error';
}
