// Runs brine's own work with the language's built-ins as they were when brine was loaded, whatever the session has done
// to them since: a patched `Array.prototype.push`, a setter on `Object.prototype`, a global named `Map`.
//
// What differs is set aside while the work runs and put back when it ends; the work is synchronous, so nobody sees it.
// User code that has a part in the work (reducers, revivers, modules) runs with the session's own built-ins.
// Looking costs some microseconds: only what brine and Node's JavaScript use is looked at. Knows nothing of pickling.

const descriptorOf = Reflect.getOwnPropertyDescriptor;
const ownKeys = Reflect.ownKeys;
const define = Reflect.defineProperty;
const remove = Reflect.deleteProperty;
const ErrorOriginal = Error;
/** Node may set one itself; it is then looked at like every other property. */
const hadStackHook = descriptorOf(ErrorOriginal, 'prepareStackTrace') !== undefined;
const bare = Object.create as (proto: null) => Record<string, unknown>;

/** A property of a built-in as the session made it; undefined when the session deleted it. */
export interface SetAside {
  readonly object: object;
  readonly key: string | symbol;
  readonly descriptor: PropertyDescriptor | undefined;
}

interface Watched {
  readonly object: object;
  readonly key: string | symbol;
  readonly descriptor: PropertyDescriptor;
  /** What the descriptor has, or undefined: that one inherits nothing, which makes it slow to read. */
  readonly value: unknown;
  readonly get: unknown;
  readonly set: unknown;
}

const watched: Watched[] = [];
/** Objects on whose prototype chain everything is: what is added here is inherited by brine's own objects. */
const bases: {
  readonly object: object;
  readonly keys: ReadonlySet<string | symbol>;
  readonly count: number;
}[] = [];

/** What is set aside at the moment; undefined while the session's built-ins are in place. */
let aside: SetAside[] | undefined;

/** True while work runs that found the session's built-ins untouched: within it nobody looks again. */
let isKnownPristine = false;

/** Runs `work` with the built-ins as they were. */
export function withPristineBuiltins<T>(work: () => T): T {
  if (aside !== undefined || isKnownPristine) return work();
  if (isPristine()) {
    isKnownPristine = true;
    try {
      return work();
    } finally {
      isKnownPristine = false;
    }
  }
  aside = setAside();
  try {
    return work();
  } finally {
    const list = aside;
    aside = undefined;
    putBack(list);
  }
}

/** Execution was ended from outside, past every `finally`: what was set aside goes back. For when nothing of brine's runs. */
export function endPristineWork(): void {
  const list = aside;
  aside = undefined;
  isKnownPristine = false;
  if (list !== undefined) putBack(list);
}

/** Runs user code that has a part in the work with the session's built-ins. */
export function withSessionBuiltins<T>(code: () => T): T {
  if (aside === undefined) {
    // What it changes is seen when somebody looks next.
    isKnownPristine = false;
    return code();
  }
  const list = aside;
  aside = undefined;
  putBack(list);
  try {
    return code();
  } finally {
    aside = setAside();
  }
}

/** Calls the session's own function for each item of a list, with the session's built-ins; the loop itself uses none. */
export function tellSession<T>(items: readonly T[], listener: (item: T) => unknown): void {
  withSessionBuiltins(() => {
    for (let i = 0; i < items.length; i++) listener(items[i] as T);
  });
}

/** What is set aside at the moment. */
export function setAsideNow(): readonly SetAside[] {
  return aside ?? [];
}

/**
 * Looks at or changes a global of the session, also while its built-ins are set aside: a name of the session may be that
 * of a built-in.
 */
export function withSessionGlobal<T>(key: string | symbol, work: () => T): T {
  const list = aside;
  if (list === undefined || !hasKey(watchedGlobals, key)) return work();
  const pristine = descriptorOf(globalThis, key) as PropertyDescriptor;
  let index = 0;
  while (index < list.length && !isGlobal(list[index] as SetAside, key)) index++;
  if (index < list.length) putBack([list[index] as SetAside]);
  try {
    return work();
  } finally {
    const item = bare(null);
    item['object'] = globalThis;
    item['key'] = key;
    item['descriptor'] = descriptorOf(globalThis, key);
    define(list, index, own({ value: item, writable: true, enumerable: true, configurable: true }));
    define(globalThis, key, own(pristine));
  }
}

/** The session's property of the global object. */
export function sessionGlobal(key: string | symbol): PropertyDescriptor | undefined {
  return withSessionGlobal(key, () => descriptorOf(globalThis, key));
}

const defineOrThrow = Object.defineProperty;

/** Defines a property of the global object for the session; throws where `Object.defineProperty` does. */
export function defineSessionGlobal(key: string | symbol, descriptor: PropertyDescriptor): void {
  withSessionGlobal(key, () => defineOrThrow(globalThis, key, own(descriptor)));
}

function isGlobal(item: SetAside, key: string | symbol): boolean {
  return item.object === globalThis && item.key === key;
}

/** True when the session has changed none of the built-ins that brine and Node's JavaScript use. */
export function areBuiltinsPristine(): boolean {
  return aside === undefined && isPristine();
}

// Plain loops over indices and captured functions only: nothing here may trust a method.
function isPristine(): boolean {
  // Descriptors inherit from it, so that what is not in one could be there all the same.
  for (let i = 0; i < FIELDS.length; i++)
    if (descriptorOf(ObjectPrototype, FIELDS[i] as string) !== undefined) return false;
  for (let i = 0; i < watched.length; i++) if (isOther(watched[i] as Watched)) return false;
  for (let i = 0; i < bases.length; i++) {
    const { object, count } = bases[i] as (typeof bases)[number];
    if (ownKeys(object).length !== count) return false;
  }
  return hadStackHook || descriptorOf(ErrorOriginal, 'prepareStackTrace') === undefined;
}

const ObjectPrototype = Object.prototype;
const FIELDS = ['value', 'get', 'set'];

// As `isChanged`, where descriptors inherit nothing: this is asked of all before every call, so it asks for no field that is
// not there. Only one with a value has that value, and only one with the functions has these.
function isOther(one: Watched): boolean {
  const now = descriptorOf(one.object, one.key);
  if (now === undefined) return true;
  const { value, get, set } = one;
  if (value !== undefined) return now.value !== value;
  if (get !== undefined) return now.get !== get || now.set !== set;
  return isChanged(one);
}

function isChanged({ object, key, descriptor }: Watched): boolean {
  const now = descriptorOf(object, key);
  return (
    now === undefined ||
    valueOf(now, 'value') !== descriptor.value ||
    valueOf(now, 'get') !== descriptor.get ||
    valueOf(now, 'set') !== descriptor.set
  );
}

// Not through the prototype, which may have a `get` of its own.
function valueOf(descriptor: PropertyDescriptor, field: 'value' | 'get' | 'set'): unknown {
  return descriptorOf(descriptor, field)?.value;
}

function setAside(): SetAside[] {
  const list: SetAside[] = [];
  let count = 0;
  const note = (object: object, key: string | symbol, descriptor: PropertyDescriptor | undefined): void => {
    const item = bare(null);
    item['object'] = object;
    item['key'] = key;
    item['descriptor'] = descriptor;
    define(list, count++, own({ value: item, writable: true, enumerable: true, configurable: true }));
  };
  for (let b = 0; b < bases.length; b++) {
    const { object, keys } = bases[b] as (typeof bases)[number];
    const all = ownKeys(object);
    for (let i = 0; i < all.length; i++) {
      const key = all[i] as string | symbol;
      if (!hasKey(keys, key)) {
        const descriptor = descriptorOf(object, key);
        if (remove(object, key)) note(object, key, descriptor);
      }
    }
  }
  const hook = hadStackHook ? undefined : descriptorOf(ErrorOriginal, 'prepareStackTrace');
  if (hook !== undefined && remove(ErrorOriginal, 'prepareStackTrace'))
    note(ErrorOriginal, 'prepareStackTrace', hook);
  for (let i = 0; i < watched.length; i++) {
    const { object, key, descriptor } = watched[i] as Watched;
    if (!isChanged(watched[i] as Watched)) continue;
    const now = descriptorOf(object, key);
    if (define(object, key, own(descriptor))) note(object, key, now);
  }
  return list;
}

function putBack(list: readonly SetAside[]): void {
  for (let i = list.length - 1; i >= 0; i--) {
    const { object, key, descriptor } = list[i] as SetAside;
    if (descriptor === undefined) remove(object, key);
    else define(object, key, own(descriptor));
  }
}

const has = Set.prototype.has;
const apply = Reflect.apply;

function hasKey(keys: ReadonlySet<string | symbol>, key: string | symbol): boolean {
  return apply(has, keys, [key]) as boolean;
}

// A descriptor that inherits nothing.
function own(descriptor: PropertyDescriptor): PropertyDescriptor {
  const copy = bare(null);
  const keys = ownKeys(descriptor);
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i] as string;
    copy[key] = descriptorOf(descriptor, key)?.value;
  }
  return copy;
}

// — what is looked at

function watch(object: object, keys?: readonly (string | symbol)[]): void {
  for (const key of keys ?? ownKeys(object)) {
    const descriptor = descriptorOf(object, key);
    const isFixed = descriptor?.configurable === false && descriptor.writable !== true;
    if (descriptor !== undefined && !isFixed && key !== 'constructor')
      watched.push({
        object,
        key,
        descriptor: own(descriptor),
        value: descriptor.value as unknown,
        get: descriptor.get,
        set: descriptor.set,
      });
  }
}

const GLOBALS =
  'Object Function Array Number Boolean String Symbol Date RegExp Error TypeError RangeError JSON Math ArrayBuffer ' +
  'SharedArrayBuffer Uint8Array Int8Array Uint16Array Int16Array Uint32Array Int32Array Float32Array Float64Array DataView Map ' +
  'BigInt Set WeakMap WeakSet WeakRef Proxy Reflect URL Promise Buffer TextEncoder TextDecoder parseFloat parseInt isNaN';

const watchedGlobals: ReadonlySet<string | symbol> = new Set(GLOBALS.split(' '));

function watchBuiltins(): void {
  const prototypeOf = Object.getPrototypeOf as (value: unknown) => object;
  for (const name of GLOBALS.split(' ')) {
    // What Node makes when it is first read would look changed from then on.
    Reflect.get(globalThis, name);
    watch(globalThis, [name]);
  }
  for (const Type of [Array, Map, Set, WeakMap, WeakSet]) watch(Type.prototype);
  for (const iterator of [[].values(), new Map().values(), new Set().values(), ''[Symbol.iterator]()]) {
    watch(prototypeOf(iterator), ['next']);
  }
  watch(prototypeOf(prototypeOf([].values())), [Symbol.iterator]);
  watch(prototypeOf(prototypeOf((function* () {})())), ['next', 'return']);
  watch(Object.prototype, ['toString', 'valueOf', 'hasOwnProperty', '__proto__']);
  watch(Function.prototype, ['call', 'apply', 'bind']);
  watch(String.prototype);
  watch(String, ['fromCharCode', 'fromCodePoint', 'raw']);
  watch(RegExp.prototype);
  watch(Number.prototype, ['toString', 'valueOf']);
  watch(BigInt.prototype, ['toString']);
  watch(Symbol.prototype, ['description', 'toString', Symbol.toPrimitive]);
  watch(Error, ['prepareStackTrace']);
  watch(Object);
  watch(Reflect);
  watch(Array, ['from', 'isArray', 'of', Symbol.species]);
  watch(Number, ['isInteger', 'isNaN', 'isSafeInteger', 'isFinite']);
  watch(Symbol, ['for', 'keyFor']);
  watch(Math, ['max', 'min', 'floor', 'clz32', 'abs', 'ceil', 'trunc', 'imul']);
  watch(JSON, ['parse', 'stringify']);
  watch(prototypeOf(Uint8Array.prototype));
  watch(prototypeOf(Uint8Array), ['from', 'of', Symbol.species]);
  watch(ArrayBuffer, ['isView', Symbol.species]);
  for (const Type of [ArrayBuffer, SharedArrayBuffer, URL]) watch(Type.prototype);
  const bytes =
    'copy subarray slice toString write readDoubleLE writeDoubleLE writeBigUInt64LE readBigUInt64LE';
  watch(Buffer.prototype, bytes.split(' '));
  watch(Buffer, ['alloc', 'allocUnsafeSlow', 'from', 'concat']);
  watch(TextEncoder.prototype, ['encode', 'encodeInto']);
  watch(TextDecoder.prototype, ['decode']);
  for (const object of [Object.prototype, Array.prototype, Function.prototype, String.prototype]) {
    const keys = ownKeys(object);
    bases.push({ object, keys: new Set(keys), count: keys.length });
  }
}

watchBuiltins();
