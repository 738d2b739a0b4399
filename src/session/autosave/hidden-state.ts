// Where a value holds what no look at its properties shows, and who can tell it: the variables of a closure, the target of a
// proxy, what the platform's classes keep inside. Reads texts and prototypes; runs no code of the values'.

import { types } from 'node:util';
import { functionTexts } from '../../evaluator/outermost.js';
import { intrinsicName } from '../../realm/intrinsics.js';

/**
 * What is hidden: the variables of a function, slots that V8 lists by their names, the two parts of a proxy, or what nobody can
 * tell.
 */
export type Hidden = 'variables' | 'proxy' | 'unknown' | readonly string[];

const textOf = Function.prototype.toString;
const prototypeOf = Reflect.getPrototypeOf;
const descriptorOf = Reflect.getOwnPropertyDescriptor;

const PROMISE_SLOTS = ['[[PromiseState]]', '[[PromiseResult]]'];
const ITERATOR_SLOTS = ['[[Entries]]'];

/** Prototypes of the language whose instances are looked into, or have nothing else inside that can change. */
const LOOKED_INTO: ReadonlySet<object> = new Set<object>(
  [
    ...[Object, Array, Function, Map, Set, Date, RegExp, Boolean, Number, String, BigInt, Symbol],
    ...[ArrayBuffer, SharedArrayBuffer, DataView, prototypeOf(Uint8Array) as { prototype: object }],
    ...[Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array],
    ...[Float32Array, Float64Array, BigInt64Array, BigUint64Array, Buffer],
    ...[Error, AggregateError, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError],
    ...[WeakRef, Intl.Collator, Intl.DateTimeFormat, Intl.DisplayNames, Intl.ListFormat, Intl.Locale],
    ...[Intl.NumberFormat, Intl.PluralRules, Intl.RelativeTimeFormat, Intl.Segmenter],
  ].map(({ prototype }) => prototype),
);

/** Words that only Node's own functions use; what these hold is Node's. */
const OF_NODE = /\b(?:primordials|internalBinding|Reflect(?:Apply|Construct)|[A-Z]\w+Prototype[A-Z]\w+)\b/;

/** What is known of functions and prototypes. */
export class HiddenState {
  readonly #outermost = new Set<string>();
  readonly #inner = new Set<string>();
  readonly #functions = new WeakMap<object, Hidden | 'nothing'>();
  readonly #prototypes = new WeakMap<object, boolean>();

  /** Takes note of the functions that a cell may have made. */
  learn(source: string): void {
    const { outermost, inner } = functionTexts(source);
    for (const text of outermost) this.#outermost.add(text);
    for (const text of inner) this.#inner.add(text);
  }

  /** What a function holds beside its properties and its private members; undefined for nothing. */
  inFunction(value: object): Hidden | undefined {
    let hidden = this.#functions.get(value);
    if (hidden === undefined) this.#functions.set(value, (hidden = this.#byText(textOf.call(value))));
    return hidden === 'nothing' ? undefined : hidden;
  }

  #byText(text: string): Hidden | 'nothing' {
    if (this.#outermost.has(text) && !this.#inner.has(text)) return 'nothing';
    return !this.#inner.has(text) && OF_NODE.test(text) ? 'unknown' : 'variables';
  }

  /** The same for an object that is no function. */
  inObject(value: object): Hidden | undefined {
    if (types.isProxy(value)) return 'proxy';
    if (types.isPromise(value)) return PROMISE_SLOTS;
    if (types.isMapIterator(value) || types.isSetIterator(value)) return ITERATOR_SLOTS;
    // What a weak collection holds goes by itself; a generator also has a place in its loops.
    if (
      value === globalThis ||
      types.isWeakMap(value) ||
      types.isWeakSet(value) ||
      types.isGeneratorObject(value) ||
      types.isModuleNamespaceObject(value) ||
      types.isExternal(value) ||
      types.isKeyObject(value) ||
      types.isCryptoKey(value)
    )
      return 'unknown';
    const prototype = prototypeOf(value);
    return prototype !== null && this.#byPrototype(prototype) ? 'unknown' : undefined;
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

  // What Node writes in JavaScript has properties and private fields as all classes have.
  #isHiding(prototype: object): boolean {
    if (types.isProxy(prototype)) return true;
    const maker: unknown = descriptorOf(prototype, 'constructor')?.value;
    const isMade = typeof maker === 'function' && !types.isProxy(maker);
    if (isMade ? textOf.call(maker).includes('[native code]') : intrinsicName(prototype) !== undefined)
      return true;
    const above = prototypeOf(prototype);
    return above !== null && this.#byPrototype(above);
  }
}
