// Where a value holds what no look at its properties shows, and who can tell it: the variables of a closure, the target of a
// proxy, what the platform's classes keep inside. Reads texts and prototypes; runs no code of the values'.

import { types } from 'node:util';
import { functionTexts } from '../../evaluator/outermost.js';
import { intrinsicName } from '../../realm/intrinsics.js';
import type { LookReason } from './reasons.js';
import { isAddress } from './slots.js';

/** What is hidden: the variables of a function, slots that V8 lists by their names, the two parts of a proxy, or what nobody tells. */
export type Hidden =
  | { readonly what: 'variables' | 'proxy' }
  | { readonly what: 'slots'; readonly names: readonly string[] }
  | { readonly what: 'unknown'; readonly why: LookReason };

const VARIABLES: Hidden = { what: 'variables' };
const unknown = (why: LookReason): Hidden => ({ what: 'unknown', why });

const textOf = Function.prototype.toString;
const prototypeOf = Reflect.getPrototypeOf;
const descriptorOf = Reflect.getOwnPropertyDescriptor;

const PROMISE: Hidden = { what: 'slots', names: ['[[PromiseState]]', '[[PromiseResult]]'] };
const ITERATOR: Hidden = { what: 'slots', names: ['[[Entries]]'] };

const generatorPrototype = prototypeOf(function* () {}.prototype as object) as object;
const asyncGeneratorPrototype = prototypeOf(async function* () {}.prototype as object) as object;

/** Prototypes of the language whose instances are looked into, or have nothing else inside that can change. */
const LOOKED_INTO: ReadonlySet<object> = new Set<object>([
  // What inherits from these and is none of their kind.
  ...[generatorPrototype, prototypeOf(generatorPrototype) as object],
  ...[asyncGeneratorPrototype, prototypeOf(asyncGeneratorPrototype) as object],
  ...[
    ...[Object, Array, Function, Map, Set, Date, RegExp, Boolean, Number, String, BigInt, Symbol],
    ...[ArrayBuffer, SharedArrayBuffer, DataView, prototypeOf(Uint8Array) as { prototype: object }],
    ...[Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array],
    ...[Float32Array, Float64Array, BigInt64Array, BigUint64Array, Buffer],
    ...[Error, AggregateError, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError],
    ...[WeakRef, Intl.Collator, Intl.DateTimeFormat, Intl.DisplayNames, Intl.ListFormat, Intl.Locale],
    ...[Intl.NumberFormat, Intl.PluralRules, Intl.RelativeTimeFormat, Intl.Segmenter],
  ].map(({ prototype }) => prototype),
]);

/** Words that only Node's own functions use; what these hold is Node's. */
const OF_NODE = /\b(?:primordials|internalBinding|Reflect(?:Apply|Construct)|[A-Z]\w+Prototype[A-Z]\w+)\b/;

/** What is known of functions and prototypes. */
export class HiddenState {
  readonly #outermost = new Set<string>();
  readonly #inner = new Set<string>();
  readonly #sources = new Set<string>();
  readonly #unread: string[] = [];
  readonly #functions = new WeakMap<object, Hidden | 'nothing'>();
  readonly #prototypes = new WeakMap<object, boolean>();

  /** Takes note of a cell, which may have made functions; its text is read when the first of them is met. */
  learn(source: string): void {
    if (this.#sources.has(source)) return;
    this.#sources.add(source);
    this.#unread.push(source);
  }

  #readSources(): void {
    for (const source of this.#unread.splice(0)) {
      const { outermost, inner } = functionTexts(source);
      for (const text of outermost) this.#outermost.add(text);
      for (const text of inner) this.#inner.add(text);
    }
  }

  /** What a function holds beside its properties and its private members; undefined for nothing. */
  inFunction(value: object): Hidden | undefined {
    let hidden = this.#functions.get(value);
    if (hidden === undefined) this.#functions.set(value, (hidden = this.#byText(textOf.call(value))));
    return hidden === 'nothing' ? undefined : hidden;
  }

  #byText(text: string): Hidden | 'nothing' {
    this.#readSources();
    if (this.#outermost.has(text) && !this.#inner.has(text)) return 'nothing';
    return !this.#inner.has(text) && OF_NODE.test(text) ? unknown('platform') : VARIABLES;
  }

  /** The same for an object that is no function. */
  inObject(value: object): Hidden | undefined {
    if (types.isProxy(value)) return { what: 'proxy' };
    if (types.isPromise(value)) return PROMISE;
    if (types.isMapIterator(value) || types.isSetIterator(value)) return ITERATOR;
    // What a weak collection holds goes by itself.
    if (types.isWeakMap(value) || types.isWeakSet(value)) return unknown('weak');
    // Beside its variables it has a place in its loops.
    if (types.isGeneratorObject(value)) return unknown('generator');
    if (types.isModuleNamespaceObject(value)) return unknown('module');
    if (value === globalThis || types.isExternal(value)) return unknown('platform');
    if (isAddress(value)) return undefined;
    const prototype = prototypeOf(value);
    return prototype !== null && this.#byPrototype(prototype) ? unknown('platform') : undefined;
  }

  #byPrototype(prototype: object): boolean {
    if (LOOKED_INTO.has(prototype)) return false;
    let isHidden = this.#prototypes.get(prototype);
    if (isHidden === undefined) {
      isHidden = this.#isHiding(prototype);
      this.#prototypes.set(prototype, isHidden);
    }
    return isHidden;
  }

  // What Node writes in JavaScript has properties as all classes have; its private fields also hold what it remembers for the next
  // call, so that another value in them is no change.
  #isHiding(prototype: object): boolean {
    if (types.isProxy(prototype)) return true;
    const maker: unknown = descriptorOf(prototype, 'constructor')?.value;
    const isMade = typeof maker === 'function' && !types.isProxy(maker);
    const isOfPlatform = intrinsicName(prototype) !== undefined;
    if (!isMade && isOfPlatform) return true;
    const text = isMade ? textOf.call(maker) : '';
    if (text.includes('[native code]') || (isOfPlatform && text.includes('#'))) return true;
    const above = prototypeOf(prototype);
    return above !== null && this.#byPrototype(above);
  }
}
