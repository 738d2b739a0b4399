// The classes of the platform, as they were when brine was loaded: a session may put others in their places.
//
// Most of Node's globals are getters, or values, that load their module when they are first asked; they are asked only when a value
// that may be of the class turns up. Knows nothing of what the classes hold.

import { types } from 'node:util';
import { isMade, lateGlobal, lateGlobals, mayAskGlobal } from './lazy-globals.js';

const descriptorOf = Object.getOwnPropertyDescriptor;
/** Globals that are objects and are made when they are first asked for. */
const INSTANCES = ['performance', 'crypto', 'navigator'];
const globals = new Map<string, PropertyDescriptor>();
const resolved = new Map<string, unknown>();
const load = process.getBuiltinModule;

for (const name of Object.getOwnPropertyNames(globalThis)) {
  if ((/^[A-Z]/.test(name) && mayAskGlobal(name) && !lateGlobals.has(name)) || INSTANCES.includes(name))
    globals.set(name, descriptorOf(globalThis, name) as PropertyDescriptor);
}

/** Where the classes that are no globals come from. */
const MODULES: Readonly<Record<string, string>> = {
  __proto__: null as never,
  KeyObject: 'crypto',
  AsyncLocalStorage: 'async_hooks',
  EventEmitter: 'events',
  StringDecoder: 'string_decoder',
  PerformanceMark: 'perf_hooks',
  PerformanceMeasure: 'perf_hooks',
  Dirent: 'fs',
  Module: 'module',
};

/** The classes among the globals that are getters, with these. */
export function globalGetters(): [name: string, get: () => unknown][] {
  const found: [string, () => unknown][] = [];
  for (const [name, { get }] of globals)
    if (get !== undefined && /^[A-Z]/.test(name)) found.push([name, get]);
  return found;
}

/** A class by its name (`Blob`, `Intl.NumberFormat`); undefined when this Node has none. */
export function hostClass(name: string): any {
  if (!resolved.has(name)) resolved.set(name, resolve(name));
  return resolved.get(name);
}

/** True when a prototype may be that of a class of the platform's; loads nothing for one that Node did not make yet. */
export function isPrototypeOf(name: string, prototype: object): boolean {
  return isMade(name) && hostClass(name)?.prototype === prototype;
}

function resolve(name: string): unknown {
  const [first, second] = name.split('.') as [string, string?];
  const module = MODULES[first];
  const found: unknown = module === undefined ? globalOf(first) : exported(module, first);
  if (second === undefined) return typeof found === 'function' ? found : undefined;
  const isThere = (typeof found === 'object' && found !== null) || typeof found === 'function';
  return isThere ? descriptorOf(found, second)?.value : undefined;
}

function globalOf(name: string): unknown {
  if (lateGlobals.has(name)) return lateGlobal(name);
  const descriptor = globals.get(name);
  if (descriptor === undefined) return undefined;
  return 'value' in descriptor ? descriptor.value : made(name, descriptor.get as () => unknown);
}

// Such a getter puts what it made on the global object, also over what somebody has put there since.
function made(name: string, get: () => unknown): unknown {
  const now = descriptorOf(globalThis, name);
  const value: unknown = Reflect.apply(get, globalThis, []);
  if (now?.get === get) return value;
  if (now === undefined) Reflect.deleteProperty(globalThis, name);
  else Object.defineProperty(globalThis, name, now);
  return value;
}

function exported(module: string, name: string): unknown {
  return (load(module) as Record<string, unknown>)[name];
}

/** Says of a function whether it is the platform's own and nobody's stand-in for it. */
export type Vouch = (fn: Function) => boolean;

const known = new Map<string, Function>();
let vouch: Vouch = () => false;

/** Runs work that reads slots; functions of classes are called only when somebody vouches for them. */
export function withVouching<T>(by: Vouch, work: () => T): T {
  const before = vouch;
  vouch = by;
  try {
    return work();
  } finally {
    vouch = before;
  }
}

// A session may have patched the class since: such a function is user code, and is not called.
function own(name: string, key: string, part: 'get' | 'value'): Function {
  const label = `${name} ${part} ${key}`;
  let fn = known.get(label);
  if (fn === undefined) {
    const found: unknown = descriptorOf(hostClass(name).prototype as object, key)?.[part];
    if (typeof found !== 'function' || types.isProxy(found) || !vouch(found))
      throw new TypeError(`${name}.prototype.${key} is not the platform's own`);
    fn = found;
    known.set(label, fn);
  }
  return fn;
}

/** The getter of a property of a class's instances, which reads slots; throws for values without them. */
export function slotGetter(name: string, key: string): (value: object) => any {
  return (value) => Reflect.apply(own(name, key, 'get'), value, []);
}

/** A static method of a class. */
export function staticMethod(name: string, key: string): (...args: any[]) => any {
  const maker = hostClass(name) as object;
  const label = `${name} static ${key}`;
  let fn = known.get(label);
  if (fn === undefined) {
    const found: unknown = descriptorOf(maker, key)?.value;
    if (typeof found !== 'function' || types.isProxy(found) || !vouch(found))
      throw new TypeError(`${name}.${key} is not the platform's own`);
    fn = found;
    known.set(label, fn);
  }
  return (...args) => Reflect.apply(fn, maker, args);
}

/** A method of a class's instances, as a function of the instance. */
export function slotMethod(name: string, key: string): (value: object, ...args: any[]) => any {
  return (value, ...args) => Reflect.apply(own(name, key, 'value'), value, args as []);
}

/** A measure with the slots of a mark: Node gives no other way to make one that is not put on the timeline too. */
export function measureOf(mark: object): object {
  const measure = Object.create(
    (hostClass('PerformanceMeasure') as { prototype: object }).prototype,
  ) as object;
  for (const key of Object.getOwnPropertySymbols(mark)) {
    const descriptor = descriptorOf(mark, key) as PropertyDescriptor;
    const isKind = key.description === 'PerformanceEntry.EntryType';
    Object.defineProperty(measure, key, isKind ? { ...descriptor, value: 'measure' } : descriptor);
  }
  return measure;
}

/** How another process finds a class. */
export interface HostName {
  readonly space: 'intrinsic' | 'require';
  readonly name: string;
  readonly path: readonly string[];
}

/**
 * How a class that Node makes when it is first asked for, or its prototype object, is found again: `Headers`,
 * `Headers.prototype`. Undefined for everything else; asks for nothing that the value does not look like.
 */
export function lazyHostName(value: object): HostName | undefined {
  const instance = instanceName(value);
  if (instance !== undefined) return { space: 'intrinsic', name: instance, path: [] };
  const maker: unknown = typeof value === 'function' ? value : descriptorOf(value, 'constructor')?.value;
  if (typeof maker !== 'function' || types.isProxy(maker)) return undefined;
  const name: unknown = descriptorOf(maker, 'name')?.value;
  if (typeof name !== 'string') return undefined;
  const module = MODULES[name];
  if (module === undefined && (globals.get(name)?.get === undefined || !isMade(name))) return undefined;
  const Class = hostClass(name);
  if (value !== Class && value !== Class?.prototype) return undefined;
  const path = value === Class ? [] : ['prototype'];
  if (module !== undefined) return { space: 'require', name: `node:${module}`, path: [name, ...path] };
  return { space: 'intrinsic', name: [name, ...path].join('.'), path: [] };
}

// `performance` for the object of the class Performance, and so on.
function instanceName(value: object): string | undefined {
  const proto = types.isProxy(value) ? null : (Object.getPrototypeOf(value) as object | null);
  if (proto === null || types.isProxy(proto)) return undefined;
  const maker: unknown = descriptorOf(proto, 'constructor')?.value;
  if (typeof maker !== 'function' || types.isProxy(maker)) return undefined;
  const name: unknown = descriptorOf(maker, 'name')?.value;
  const global = INSTANCES.find((each) => each === `${name}`.toLowerCase());
  return global !== undefined && globals.has(global) && globalOf(global) === value ? global : undefined;
}

/** What {@link lazyHostName} names `intrinsic`; undefined for other names. */
export function lazyGlobal(name: string): unknown {
  const first = name.replace(/\.prototype$/, '');
  if (globals.get(first)?.get === undefined) return undefined;
  if (INSTANCES.includes(name)) return globalOf(name);
  return first === name ? hostClass(first) : hostClass(first)?.prototype;
}
