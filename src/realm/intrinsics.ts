// The catalogue of what every process has: the language's own objects and Node's globals, by name and by identity.
//
// Taken once, when this file is loaded, so that `Array.prototype.map` in a snapshot means the real one. What a program put
// on the global object or on built-ins before that is told from what belongs there: globals by their names, functions of
// the language by being native, objects by the places where built-ins keep objects.
// It also remembers every property of these objects, so that a session can tell what was patched since. Of what Node makes later,
// a program may have changed something before anybody could look: what is not of Node's own text there is the program's.
// Reads descriptors only: no getter of a global runs, nothing is loaded. The globals of `lateGlobals` are added when there may be a
// value of theirs, or when somebody asks for one by name. Knows nothing of graphs or snapshots.

import { EventEmitter } from 'node:events';
import { types } from 'node:util';
import { type Before, hasAsMany, isAsBefore, only, tellChanges } from './before.js';
import { isSameDescriptor } from './descriptors.js';
import { lazyGlobal } from './host-classes.js';
import { isOfLateModule, lateGlobals, lookAtLate, mayAskGlobal, takeLate } from './lazy-globals.js';
import { isNativeFunction } from './native-function.js';
import { natives } from './natives.js';
import { isOfNode } from './nodes-code.js';
import { setAsideNow, withPristineBuiltins } from './pristine.js';

const ownKeys = Reflect.ownKeys;
const descriptorOf = Object.getOwnPropertyDescriptor;
const prototypeOf = Object.getPrototypeOf as (value: unknown) => object;

/** Names of the language's hidden intrinsics and how to reach them. */
function hiddenIntrinsics(): Record<string, object> {
  const generator = function* () {};
  const asyncGenerator = async function* () {};
  const asyncFunction = async () => {};
  const arrayIterator = prototypeOf([][Symbol.iterator]());
  return {
    '%Function.prototype%': Function.prototype,
    '%TypedArray%': prototypeOf(Uint8Array),
    '%GeneratorFunction.prototype%': prototypeOf(generator),
    '%AsyncGeneratorFunction.prototype%': prototypeOf(asyncGenerator),
    '%AsyncFunction.prototype%': prototypeOf(asyncFunction),
    '%IteratorPrototype%': prototypeOf(arrayIterator),
    // From an object, not from the function's prototype: --frozen-intrinsics makes what hangs there accessors.
    '%AsyncIteratorPrototype%': prototypeOf(prototypeOf(asyncGenerator.prototype)),
    '%ArrayIteratorPrototype%': arrayIterator,
    '%MapIteratorPrototype%': prototypeOf(new Map().entries()),
    '%SetIteratorPrototype%': prototypeOf(new Set().values()),
    '%StringIteratorPrototype%': prototypeOf(''[Symbol.iterator]()),
    '%RegExpStringIteratorPrototype%': prototypeOf('a'.matchAll(/a/g)),
    '%ThrowTypeError%': throwTypeError(),
  };
}

// What answers for `callee` of strict code's `arguments`.
function throwTypeError(): object {
  const own = (function () {
    // biome-ignore lint/complexity/noArguments: it is this object that is wanted
    return arguments;
  })();
  return descriptorOf(own, 'callee')?.get as () => never;
}

/** One difference between a built-in as it is now and as it was at the start. */
export interface IntrinsicPatch {
  /** The catalogue's name of the patched object. */
  readonly target: string;
  readonly key: string | symbol;
  /** The property as it is now; undefined when it was deleted. */
  readonly descriptor: PropertyDescriptor | undefined;
}

interface Catalogue {
  readonly nameOf: Map<unknown, string>;
  readonly byName: Map<string, unknown>;
  readonly globalSymbols: Map<symbol, PropertyDescriptor>;
  /** Everything with a name that holds properties, with these: what patches are found against. */
  readonly baseline: Map<object, Held>;
}

interface Held extends Before {
  /** True for what nobody has a reason to change, a method of the platform's: the number of its keys tells whether something was put on it. */
  readonly isCounted: boolean;
  /** True for what V8 has made as it makes its own functions, with a name and a length: the hidden class tells the same of them all. */
  readonly isBare: boolean;
}

/** True for the name of a global that the language or Node brings, whatever it holds now. */
export function isPlatformGlobal(name: string): boolean {
  return LANGUAGE_GLOBALS.has(name) || NODE_GLOBALS.has(name) || OTHER_GLOBALS.has(name);
}

/** The name of an intrinsic (or well-known symbol), or undefined for every other value. */
export function intrinsicName(value: unknown): string | undefined {
  const name = catalogue.nameOf.get(value);
  return name === undefined && addLate() ? catalogue.nameOf.get(value) : name;
}

/** Every intrinsic. */
export function intrinsicValues(): IterableIterator<unknown> {
  addLate();
  return catalogue.nameOf.keys();
}

/** True when this process has an intrinsic of that name. */
export function hasIntrinsic(name: string): boolean {
  return namedValues(name).has(name) || lazyGlobal(name) !== undefined;
}

/** The intrinsic of that name, or undefined. Looks names up in a table; a name never indexes an object. */
export function intrinsicByName(name: string): unknown {
  return namedValues(name).get(name) ?? lazyGlobal(name);
}

/** Adds the globals that Node makes when somebody looks, for whoever is about to look at all of them. */
export function completeCatalogue(): void {
  lookAtLate();
  addLate();
}

// `get Response.prototype.body` is of `Response`.
function namedValues(name: string): ReadonlyMap<string, unknown> {
  const global = /^(?:(?:get|set|proto) )*([^.]*)/.exec(name)?.[1] as string;
  const module = lateGlobals.get(global);
  if (module !== undefined) addLate(module);
  return catalogue.byName;
}

/** What user code changed on built-ins of the language and of the platform since the catalogue was taken. Runs no user code. */
export function intrinsicPatches(isPristine: (value: unknown) => boolean = () => false): IntrinsicPatch[] {
  addLate();
  return withPristineBuiltins(() => {
    const found = patchesInPlace(isPristine);
    for (const { object, key, descriptor } of setAsideNow()) {
      const target = intrinsicName(object);
      if (target !== undefined && object !== globalThis) found.push({ target, key, descriptor });
    }
    const order = ({ target, key }: IntrinsicPatch): string => `${target} ${String(key)}`;
    return found.sort((a, b) => (order(a) < order(b) ? -1 : 1));
  });
}

/** Globals named by symbols that user code made or changed; those with names are a session's bindings. */
export function globalSymbolPatches(): IntrinsicPatch[] {
  const before = catalogue.globalSymbols;
  const found: IntrinsicPatch[] = [];
  for (const key of Object.getOwnPropertySymbols(globalThis)) {
    const now = descriptorOf(globalThis, key) as PropertyDescriptor;
    const then = before.get(key);
    const isNodes = /^(undici|nodejs)\./.test(Symbol.keyFor(key) ?? '');
    if (isNodes || (then !== undefined && isSameDescriptor(now, then))) continue;
    found.push({ target: 'globalThis', key, descriptor: now });
  }
  return found;
}

function patchesInPlace(isPristine: (value: unknown) => boolean): IntrinsicPatch[] {
  const patches: IntrinsicPatch[] = [];
  for (const [object, before] of catalogue.baseline) {
    const isQuick = before.isCounted || (before.isBare && isBareNative(object));
    if (isQuick ? hasAsMany(object, before) : isAsBefore(object, before)) continue;
    tellChanges(object, before, (key, descriptor) => {
      if (descriptor !== undefined && 'value' in descriptor && isPristine(descriptor.value)) return;
      if (object === ownConsole && isOfAnotherConsole(descriptor?.value)) return;
      patches.push({ target: catalogue.nameOf.get(object) as string, key, descriptor });
    });
  }
  return patches;
}

/** A function of V8's own that nobody else has, and so nobody can have changed. */
const untouched = withPristineBuiltins(() => {
  let resolve: object = prototypeOf;
  new Promise((own) => {
    resolve = own;
  });
  return resolve;
});

// Twice as fast as looking at the properties. Elements are none of the hidden class's.
function isBareNative(object: object): boolean {
  return natives?.haveSameMap(object, untouched) === true;
}

function isNative(fn: Function): boolean {
  return isBareNative(fn) || isNativeFunction(fn);
}

// Where V8's natives do not tell, every function on a class of the platform's counts as Node's.
function isPlatforms(fn: Function): boolean {
  return isBareNative(fn) || isOfNode(fn) !== false;
}

const ownConsole: unknown = descriptorOf(globalThis, 'console')?.value;

// What draws on the terminal puts methods of a console of its own there as long as it does, also while a session is saved.
function isOfAnotherConsole(value: unknown): boolean {
  return typeof value === 'function' && !catalogue.nameOf.has(value) && isOfNode(value) === true;
}

function takeCatalogue(): Catalogue {
  const nameOf = new Map<unknown, string>();
  const byName = new Map<string, unknown>();
  const queue: object[] = [];
  const add = adding(nameOf, byName, queue);
  nameOf.set(globalThis, 'globalThis');
  byName.set('globalThis', globalThis);
  const languageCount = addGlobals(add, queue);
  const baseline = walkCatalogue(queue, nameOf, add, languageCount);
  addProcess(add);
  const globalSymbols = new Map<symbol, PropertyDescriptor>();
  for (const key of Object.getOwnPropertySymbols(globalThis)) {
    globalSymbols.set(key, descriptorOf(globalThis, key) as PropertyDescriptor);
  }
  return { nameOf, byName, globalSymbols, baseline };
}

type Add = (value: unknown, name: string, isOpaque?: boolean) => void;

function adding(nameOf: Map<unknown, string>, byName: Map<string, unknown>, queue: object[]): Add {
  return (value, name, isOpaque = false) => {
    if (!byName.has(name)) byName.set(name, value);
    if (nameOf.has(value)) return;
    nameOf.set(value, name);
    if (!isOpaque && typeof value !== 'symbol') queue.push(value as object);
  };
}

// A program may have changed the classes by now: what is not of the text that they stand in, and what they inherit, is left out.
function addLate(module?: string): boolean {
  const late = takeLate(module);
  if (late.length === 0) return false;
  withPristineBuiltins(() => {
    const { nameOf, byName } = catalogue;
    const queue: object[] = [];
    const add = adding(nameOf, byName, queue);
    for (const [name, value] of late) if (isObject(value)) add(value, name);
    const isTheirs: Takes = (value, descriptor) =>
      nameOf.has(value) ||
      (typeof value === 'function'
        ? isOfLateModule(value)
        : descriptor?.writable === false || isBarePrototype(value));
    for (const [object, before] of walkCatalogue(queue, nameOf, add, 0, isTheirs))
      catalogue.baseline.set(object, { ...before, ...only(before, isMadeByNode(isTheirs)) });
  });
  return true;
}

// Of properties that a program may have changed already: Node's functions, and what nobody can assign to.
function isMadeByNode(takes: Takes): (key: string | symbol, descriptor: PropertyDescriptor) => boolean {
  return (_, { value, get, set, writable }) => {
    if (isObject(value)) return takes(value, { writable } as PropertyDescriptor);
    if (get === undefined && set === undefined) return writable === false;
    return [get, set].every((part) => part === undefined || takes(part));
  };
}

// What every function that can be called with `new` has: nobody put anything there.
function isBarePrototype(value: object): boolean {
  if (types.isProxy(value) || ownKeys(value).length !== 1) return false;
  const maker: unknown = descriptorOf(value, 'constructor')?.value;
  return typeof maker === 'function' && isOfLateModule(maker);
}

/** Says whether what an object of the catalogue has or inherits belongs into it; inherited has no descriptor. */
type Takes = (value: object, descriptor?: PropertyDescriptor) => boolean;

// Globals first, so that short names win; then the hidden ones, which are named with percent signs.
function addGlobals(add: Add, queue: object[]): number {
  const language: [string, unknown][] = [];
  const host: [string, unknown][] = [];
  for (const name of Object.getOwnPropertyNames(globalThis)) {
    const isLanguage = LANGUAGE_GLOBALS.has(name);
    if (!isLanguage && (!NODE_GLOBALS.has(name) || !mayAskGlobal(name) || lateGlobals.has(name))) continue;
    const value: unknown = descriptorOf(globalThis, name)?.value;
    if (!isObject(value) || (isLanguage && typeof value === 'function' && !isNative(value))) continue;
    (isLanguage ? language : host).push([name, value]);
  }
  for (const [name, value] of language) add(value, name);
  for (const [name, value] of Object.entries(hiddenIntrinsics())) add(value, name);
  const languageCount = queue.length;
  for (const [name, value] of host) add(value, name);
  return languageCount;
}

function walkCatalogue(
  queue: object[],
  nameOf: Map<unknown, string>,
  add: (value: unknown, name: string) => void,
  languageCount: number,
  takes: Takes = () => true,
): Map<object, Held> {
  const baseline = new Map<object, Held>();
  const isLanguage = new Set<object>(queue.slice(0, languageCount));
  for (let i = 0; i < queue.length; i++) {
    const object = queue[i] as object;
    const name = nameOf.get(object) as string;
    const isOfLanguage = isLanguage.has(object);
    const keys = ownKeys(object);
    const descriptors: PropertyDescriptor[] = [];
    const child = (value: object, childName: string): void => {
      if (isOfLanguage && !nameOf.has(value)) isLanguage.add(value);
      add(value, childName);
    };
    const takeFunction = (value: unknown, prefix: string, key: string | symbol): void => {
      if (typeof value !== 'function' || !(isOfLanguage ? isNative(value) : isPlatforms(value))) return;
      if (!takes(value)) return;
      child(value, `${prefix}${pathOf(name, key)}`);
    };
    for (const key of keys) {
      const descriptor = descriptorOf(object, key) as PropertyDescriptor;
      descriptors.push(descriptor);
      const value = valueBehind(descriptor);
      if (isObject(value) && typeof value !== 'function') {
        if (
          (key === 'prototype' || key === Symbol.unscopables || NAMESPACES.has(pathOf(name, key))) &&
          takes(value, descriptor)
        )
          child(value, pathOf(name, key));
      } else if (typeof value === 'symbol') {
        if (value.description === `Symbol.${String(key)}`) add(value, pathOf(name, key));
      } else if (value !== undefined) takeFunction(value, '', key);
      else {
        takeFunction(descriptor.get, 'get ', key);
        takeFunction(descriptor.set, 'set ', key);
      }
    }
    const proto: unknown = prototypeOf(object);
    if (isObject(proto) && takes(proto)) child(proto, `proto ${name}`);
    baseline.set(object, {
      keys,
      descriptors,
      isCounted: !isOfLanguage && isMethod(object, name),
      isBare: isBareNative(object),
    });
  }
  return baseline;
}

// Also what every function that can be called with `new` has.
function isMethod(object: object, name: string): boolean {
  return typeof object === 'function'
    ? /[.]/.test(name) && !/\.[A-Z]\w*$/.test(name)
    : /\.[a-z]\w*\.prototype$/.test(name);
}

// With `--frozen-intrinsics` Node puts accessors in the place of values that code likes to assign to; the getter has the value.
function valueBehind({ value, get }: PropertyDescriptor): unknown {
  const isPlain = get === undefined || types.isProxy(get) || isNativeFunction(get);
  return isPlain ? value : descriptorOf(get, 'value')?.value;
}

// `process` is full of state and handles: its functions are known by name, nothing below them.
function addProcess(add: (value: unknown, name: string, isOpaque?: boolean) => void): void {
  add(process, 'process', true);
  for (const key of ownKeys(process)) {
    const descriptor = descriptorOf(process, key) as PropertyDescriptor;
    if ('value' in descriptor && typeof descriptor.value === 'function') {
      add(descriptor.value, pathOf('process', key), true);
    }
  }
  add(process.env, 'process.env', true);
  addSymbols(add);
}

// Symbols of Node's that emitters have as keys of their own.
function addSymbols(add: (value: unknown, name: string) => void): void {
  for (const key of Object.getOwnPropertySymbols(new EventEmitter()))
    add(key, `%EventEmitter.${key.description ?? ''}%`);
}

function pathOf(name: string, key: string | symbol): string {
  if (typeof key === 'string') return `${name}.${key}`;
  const description = key.description ?? '';
  return description.startsWith('Symbol.')
    ? `${name}.@@${description.slice(7)}`
    : `${name}.@@(${description})`;
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

const LANGUAGE_GLOBALS = new Set(
  (
    'Object Function Array Number parseFloat parseInt Boolean String Symbol Date Promise RegExp Error AggregateError ' +
    'EvalError RangeError ReferenceError SyntaxError TypeError URIError SuppressedError JSON Math Intl ArrayBuffer ' +
    'Atomics Uint8Array Int8Array Uint16Array Int16Array Uint32Array Int32Array Float16Array Float32Array Float64Array ' +
    'Uint8ClampedArray BigUint64Array BigInt64Array DataView Map BigInt Set WeakMap WeakSet WeakRef Proxy Reflect ' +
    'FinalizationRegistry SharedArrayBuffer Iterator DisposableStack AsyncDisposableStack Temporal decodeURI ' +
    'decodeURIComponent encodeURI encodeURIComponent escape unescape eval isFinite isNaN'
  ).split(' '),
);

const NODE_GLOBALS = new Set(
  (
    'console clearImmediate setImmediate URL URLSearchParams URLPattern DOMException QuotaExceededError AbortController ' +
    'AbortSignal Event EventTarget CustomEvent TextEncoder TextDecoder TransformStream TransformStreamDefaultController ' +
    'WritableStream WritableStreamDefaultController WritableStreamDefaultWriter ReadableStream ReadableStreamDefaultReader ' +
    'ReadableStreamBYOBReader ReadableStreamBYOBRequest ReadableByteStreamController ReadableStreamDefaultController ' +
    'ByteLengthQueuingStrategy CountQueuingStrategy TextEncoderStream TextDecoderStream CompressionStream ' +
    'DecompressionStream clearInterval clearTimeout setInterval setTimeout queueMicrotask structuredClone atob btoa ' +
    'BroadcastChannel MessageChannel MessagePort Blob File Performance PerformanceEntry PerformanceMark ' +
    'PerformanceMeasure PerformanceObserver PerformanceObserverEntryList PerformanceResourceTiming fetch FormData Headers ' +
    'Request Response MessageEvent CloseEvent ErrorEvent EventSource WebSocket Crypto CryptoKey SubtleCrypto WebAssembly ' +
    'Navigator Storage Buffer'
  ).split(' '),
);

// Values, getters, and what scripts and prompts see as globals.
const OTHER_GLOBALS = new Set(
  (
    'globalThis global process undefined NaN Infinity performance crypto navigator localStorage sessionStorage require module ' +
    'exports __filename __dirname gc'
  ).split(' '),
);

/** Objects within built-ins that are neither prototypes nor globals. */
const NAMESPACES = new Set(['Temporal.Now', 'WebAssembly.JSTag']);

const catalogue: Catalogue = withPristineBuiltins(takeCatalogue);
