// Prototypes: which of them come with a function, which classes they belong to, and whether an object that inherits from
// them can be read at all or holds state that JavaScript cannot see.

import { isBuiltin } from 'node:module';
import { types } from 'node:util';
import { intrinsicByName, intrinsicName } from '../realm/intrinsics.js';
import { isNativeFunction } from '../realm/native-function.js';
import type { Verdict, Walk } from './context.js';
import { OF_ANOTHER_CONTEXT } from './realms.js';

const prototypeOf = Object.getPrototypeOf;
const descriptorOf = Object.getOwnPropertyDescriptor;
const ownKeys = Reflect.ownKeys;
const isExtensible = Object.isExtensible;

/** The function whose `prototype` property this object has been from the start, or undefined. */
export function ownerOfPrototype(object: object): Function | undefined {
  const constructor: unknown = descriptorOf(object, 'constructor')?.value;
  if (typeof constructor !== 'function' || types.isProxy(constructor)) return undefined;
  return prototypeProperty(constructor) === object ? constructor : undefined;
}

/** A function's `prototype` when nothing was done to it since the function was made, so that it need not be saved. */
export function pristinePrototype(value: Function): object | undefined {
  const prototype = prototypeProperty(value);
  if (prototype === undefined || types.isProxy(prototype) || !isExtensible(prototype)) return undefined;
  const parent: unknown = prototypeOf(prototype);
  const keys = ownKeys(prototype);
  if (parent === Object.prototype) {
    if (keys.length !== 1 || keys[0] !== 'constructor') return undefined;
    const {
      value: constructor,
      writable,
      enumerable,
      configurable,
    } = descriptorOf(prototype, 'constructor') as PropertyDescriptor;
    return constructor === value && writable && !enumerable && configurable ? prototype : undefined;
  }
  const isGenerator = keys.length === 0 && parent !== null && GENERATOR_PROTOTYPES.has(parent as object);
  return isGenerator ? prototype : undefined;
}

function prototypeProperty(value: Function): object | undefined {
  const descriptor = descriptorOf(value, 'prototype');
  const prototype: unknown = descriptor?.value;
  return typeof prototype === 'object' && prototype !== null ? prototype : undefined;
}

const GENERATOR_PROTOTYPES = new Set<object>([
  prototypeOf(function* () {}).prototype as object,
  prototypeOf(async function* () {}).prototype as object,
]);

/** True for what the prototypes of generator functions inherit from. */
export function isGeneratorPrototype(proto: object | null): boolean {
  return proto !== null && GENERATOR_PROTOTYPES.has(proto);
}

/** What is known of prototypes during one walk. */
export class PrototypeTable {
  private readonly stamps = new Map<object, boolean>();
  private readonly verdicts = new Map<object, Verdict | undefined>();

  /**
   * True when values with this prototype may hold private members of a class. Prototypes without functions of their own
   * are of no class, so long chains of them are passed over once.
   */
  mayStamp(walk: Walk, proto: object): boolean {
    const passed: object[] = [];
    let answer: boolean | undefined;
    for (let at: object | null = proto; at !== null && !types.isProxy(at); ) {
      answer = this.stamps.get(at);
      if (answer !== undefined) break;
      passed.push(at);
      if (intrinsicName(at) !== undefined) break;
      if (holdsFunctions(at)) {
        answer = walk.capture.mayHavePrivates(at);
        break;
      }
      at = prototypeOf(at) as object | null;
    }
    for (const at of passed) this.stamps.set(at, answer === true);
    return answer === true;
  }

  /** Why ordinary-looking objects with this prototype cannot be read, or undefined when they can. */
  verdict(walk: Walk, proto: object): Verdict | undefined {
    if (this.verdicts.has(proto)) return this.verdicts.get(proto);
    const chain: object[] = [];
    for (let p: object | null = proto; p !== null; p = prototypeOf(p) as object | null) {
      chain.push(p);
      if (this.verdicts.has(p) || types.isProxy(p)) break;
    }
    let found: Verdict | undefined;
    for (const link of chain.reverse()) {
      if (this.verdicts.has(link)) {
        found = this.verdicts.get(link);
        continue;
      }
      if (isPlainClass(walk, link)) found = undefined;
      else if (found === undefined) found = types.isProxy(link) ? undefined : verdictOf(walk, link);
      else found = below(walk, found, link);
      this.verdicts.set(link, found);
    }
    return found;
  }
}

function holdsFunctions(proto: object): boolean {
  if (typeof proto === 'function') return true;
  return ownKeys(proto).some((key) => {
    const { value, get, set } = descriptorOf(proto, key) as PropertyDescriptor;
    return typeof value === 'function' || get !== undefined || set !== undefined;
  });
}

// The name of the class whose prototype this is, read as data.
function classOf(proto: object): string | undefined {
  const constructor: unknown = descriptorOf(proto, 'constructor')?.value;
  if (typeof constructor !== 'function' || types.isProxy(constructor)) return undefined;
  const name: unknown = descriptorOf(constructor, 'name')?.value;
  return typeof name === 'string' && name !== '' ? name : undefined;
}

function verdictOf(walk: Walk, proto: object): Verdict | undefined {
  const name = intrinsicName(walk.homeOf(proto));
  if (name !== undefined) return intrinsicVerdict(name);
  if (timerPrototypes().has(proto)) return RESOURCES(classOf(proto) ?? 'timer');
  const reference = walk.referenceTo(proto);
  if (reference === undefined) return foreignVerdict(walk, proto) ?? unnamedVerdict(proto);
  if (!isBuiltin(reference.name)) return undefined;
  if (reference.name === 'node:events' && reference.path.length <= 1) return undefined;
  return RESOURCES(classOf(proto) ?? reference.path.at(-2) ?? reference.name);
}

// A class of Node's may have a reason of its own below one that says nothing; the user's have the reason of what they extend.
function below(walk: Walk, above: Verdict, proto: object): Verdict {
  const what = classOf(proto) ?? above.what;
  const special = REASONS[what];
  const maker: unknown = special === undefined ? undefined : descriptorOf(proto, 'constructor')?.value;
  const isNodes = typeof maker === 'function' && !types.isProxy(maker) && walk.capture.isForeign(maker);
  return { ...above, what, ...(isNodes && special) };
}

function isPlainClass(walk: Walk, proto: object): boolean {
  const reference = types.isProxy(proto) ? undefined : walk.referenceTo(proto);
  if (reference === undefined || !PLAIN_NODE_CLASSES.has(reference.path.at(-2) ?? '')) return false;
  return isBuiltin(reference.name);
}

// A prototype that the engine has without a name: its functions are all built-ins that have none either.
function unnamedVerdict(proto: object): Verdict | undefined {
  let isAny = false;
  for (const key of ownKeys(proto)) {
    const { value, get, set, enumerable } = descriptorOf(proto, key) as PropertyDescriptor;
    for (const each of [value, get, set]) {
      if (typeof each !== 'function') continue;
      if (enumerable || intrinsicName(each) !== undefined || !isNativeFunction(each)) return undefined;
      isAny = true;
    }
  }
  if (!isAny) return undefined;
  const tag: unknown = descriptorOf(proto, Symbol.toStringTag)?.value;
  return { what: typeof tag === 'string' ? tag : 'object of the engine', ...UNSHOWN };
}

const UNSHOWN: Omit<Verdict, 'what'> = {
  reason: 'what it works with, and how far it is, V8 shows to nobody',
  hint: 'make it again after loading; a generator function that does the same is saved where it stands',
};

// A class that Node does not export, or only behind a getter: nobody can tell what its instances hold.
function foreignVerdict(walk: Walk, proto: object): Verdict | undefined {
  const maker: unknown = descriptorOf(proto, 'constructor')?.value;
  if (typeof maker !== 'function' || types.isProxy(maker) || prototypeProperty(maker) !== proto)
    return undefined;
  if (!walk.capture.isForeign(maker)) return undefined;
  const what = classOf(proto);
  return walk.isOfAnotherContext(proto)
    ? { what: what ?? 'object', ...OF_ANOTHER_CONTEXT }
    : RESOURCES(what ?? 'object of Node');
}

const RESOURCES = (what: string): Verdict => ({
  what,
  ...(REASONS[what] ?? {
    reason: 'it holds resources of this process, which mean nothing in another one',
    hint: 'make it again after loading, or leave it out',
  }),
});

let timersOnce: Set<object> | undefined;

// Node does not export the classes of its timers.
function timerPrototypes(): Set<object> {
  if (timersOnce === undefined) {
    const timeout = setTimeout(() => {}, 1);
    clearTimeout(timeout);
    const immediate = setImmediate(() => {});
    clearImmediate(immediate);
    timersOnce = new Set([prototypeOf(timeout) as object, prototypeOf(immediate) as object]);
  }
  return timersOnce;
}

// Classes of Node's modules whose instances are ordinary objects, or have a brand of their own.
const PLAIN_NODE_CLASSES = new Set(['EventEmitter', 'Buffer', 'Stats', 'BigIntStats', 'StatFs', 'Url']);

/** Why objects that were made by a built-in, or by a class of the platform, of this name cannot be read; undefined when they can. */
export function verdictOfMaker(
  name: string,
): { readonly verdict: Verdict; readonly proto: object | undefined } | undefined {
  const unnamed = UNNAMED_MAKERS[name];
  if (unnamed !== undefined) return { verdict: { what: unnamed, ...UNSHOWN }, proto: undefined };
  for (const proto of timerPrototypes())
    if (classOf(proto) === name) return { verdict: RESOURCES(name), proto };
  const compact = name.replace(' ', '');
  for (const intrinsic of [`%${compact}Prototype%`, ...SPACES.map((space) => `${space}${name}.prototype`)]) {
    const proto = intrinsicByName(intrinsic);
    const verdict = typeof proto === 'object' && proto !== null ? intrinsicVerdict(intrinsic) : undefined;
    if (verdict !== undefined) return { verdict, proto: proto as object };
  }
  return undefined;
}

const SPACES = ['', 'Intl.', 'WebAssembly.', 'Temporal.'];

/** What makes objects whose prototypes have no name, and what these are called. */
const UNNAMED_MAKERS: Readonly<Record<string, string>> = {
  __proto__: null as never,
  Iterator: 'Iterator Helper',
  Segments: 'Segments',
  'Segment Iterator': 'Segmenter String Iterator',
  CallSite: 'CallSite',
};

// Objects of these built-ins keep their state in slots that nothing can read; the others are plain when they get here,
// because every kind with a brand was recognised before.
function intrinsicVerdict(name: string): Verdict | undefined {
  const what = name.replace(/\.prototype$/, '').replace(/^%|Prototype%$|%$/g, '');
  if (isHostClass(name)) return RESOURCES(what);
  if (!OPAQUE_INTRINSICS.test(name)) return undefined;
  const special = REASONS[what];
  if (special !== undefined) return { what, ...special };
  return {
    what,
    reason: 'it keeps its state where JavaScript cannot read it',
    hint: 'register a reducer for it, or make it again after loading',
  };
}

const PLACE: Omit<Verdict, 'what'> = {
  reason:
    'how far it is is a number inside of it that V8 shows to nobody, and a step of it cannot be taken back',
  hint: 'save what is left, [...iterator], or go over a Set or by a generator function: these are saved where they stand',
};

const REASONS: Readonly<Record<string, Omit<Verdict, 'what'>>> = {
  __proto__: null as never,
  FinalizationRegistry: {
    reason: 'it waits for objects of this process to be collected',
    hint: 'make it again after loading and register what it is to watch',
  },
  'WebAssembly.Module': {
    reason: 'the engine does not give back the bytes it was compiled from',
    hint: 'save the bytes and compile them again: new WebAssembly.Module(bytes)',
  },
  'WebAssembly.Instance': {
    reason: 'it runs in this process: its memory, tables and stack are not all readable',
    hint: 'save the bytes of its module and what you need of its memory, and instantiate it again',
  },
  'WebAssembly.Memory': {
    reason: 'how far it may grow cannot be asked',
    hint: 'save a copy of its bytes: new Uint8Array(memory.buffer).slice()',
  },
  SocketAddress: {
    reason: 'its address lies in a native handle, which is not saved',
    hint: 'save its address, port and family, and call `new net.SocketAddress` with them after loading',
  },
  BlockList: {
    reason: 'its rules lie in a native handle, which is not saved',
    hint: 'save its `rules`, and add them to a new net.BlockList after loading',
  },
  X509Certificate: {
    reason: 'its certificate lies in a native handle, which is not saved',
    hint: 'save its bytes, `certificate.raw`, and call `new crypto.X509Certificate` with them after loading',
  },
  MessageEvent: {
    reason: 'what it came from (a port, a socket) is of this process',
    hint: 'save its `data`',
  },
  ArrayIterator: PLACE,
  StringIterator: PLACE,
  RegExpStringIterator: {
    reason: 'where it is only a heap snapshot shows, and only while its regular expression is as it was made',
    hint: 'save the matches that are left: [...iterator]',
  },
  CryptoKey: {
    reason: 'its key material is given out asynchronously only',
    hint: 'save what crypto.subtle.exportKey gives, or KeyObject.from(key)',
  },
};

const OPAQUE_INTRINSICS =
  /^(Intl\.|WebAssembly\.|Temporal\.|WeakRef|FinalizationRegistry|DisposableStack|AsyncDisposableStack|%(Array|String|RegExpString)Iterator|%WrapForValid|Iterator\.|ShadowRealm)/;

const PLAIN_HOST_CLASSES = /^(console|process|globalThis|require)/;

function isHostClass(name: string): boolean {
  if (!name.endsWith('.prototype') || PLAIN_HOST_CLASSES.test(name)) return false;
  return HOST_CLASS.test(name);
}

const HOST_CLASS =
  /^(Blob|File|BroadcastChannel|MessageChannel|MessagePort|MessageEvent|Event|EventTarget|CustomEvent|AbortController|AbortSignal|TextEncoder|TextDecoder|TextEncoderStream|TextDecoderStream|URLSearchParams|Headers|Request|Response|FormData|WebSocket|EventSource|CloseEvent|Performance\w*|\w*Stream\w*|Crypto|CryptoKey|SubtleCrypto|DOMException|Storage|Navigator|URLPattern|QuotaExceededError)\.prototype$/;
