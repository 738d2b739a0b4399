// Where a value may hold state that no look at its properties shows: the variables of a closure, private fields, what the
// platform's classes keep inside. Whoever compares looks must know which values they say nothing about. Runs no code of the values'.

import { types } from 'node:util';
import { functionTexts } from '../../evaluator/outermost.js';
import { intrinsicName } from '../../realm/intrinsics.js';

const textOf = Function.prototype.toString;
const prototypeOf = Reflect.getPrototypeOf;
const descriptorOf = Reflect.getOwnPropertyDescriptor;

/** Prototypes of the language whose instances are looked into, or have nothing else inside. */
const LOOKED_INTO: ReadonlySet<object> = new Set<object>(
  [
    ...[Object, Array, Function, Map, Set, Date, RegExp, Boolean, Number, String, BigInt, Symbol],
    ...[ArrayBuffer, SharedArrayBuffer, DataView, prototypeOf(Uint8Array) as { prototype: object }],
    ...[Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array],
    ...[Float32Array, Float64Array, BigInt64Array, BigUint64Array, Buffer],
    ...[Error, AggregateError, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError],
  ].map(({ prototype }) => prototype),
);

/** What is known of functions and prototypes. */
export class HiddenState {
  readonly #outermost = new Set<string>();
  readonly #inner = new Set<string>();
  readonly #functions = new WeakMap<object, boolean>();
  readonly #prototypes = new WeakMap<object, boolean>();

  /** Takes note of the functions that a cell may have made. */
  learn(source: string): void {
    const { outermost, inner } = functionTexts(source);
    for (const text of outermost) this.#outermost.add(text);
    for (const text of inner) this.#inner.add(text);
  }

  /** True when a function may hold more than its properties show. */
  inFunction(value: object): boolean {
    let isHidden = this.#functions.get(value);
    if (isHidden === undefined) {
      const text = textOf.call(value);
      isHidden = !this.#outermost.has(text) || this.#inner.has(text) || text.includes('#');
      this.#functions.set(value, isHidden);
    }
    return isHidden;
  }

  /** True when an object that is no function may hold more than a look at its parts shows. */
  inObject(value: object): boolean {
    if (
      types.isProxy(value) ||
      types.isPromise(value) ||
      types.isWeakMap(value) ||
      types.isWeakSet(value) ||
      types.isGeneratorObject(value) ||
      types.isMapIterator(value) ||
      types.isSetIterator(value) ||
      types.isModuleNamespaceObject(value) ||
      types.isExternal(value) ||
      types.isKeyObject(value) ||
      types.isCryptoKey(value)
    )
      return true;
    const prototype = prototypeOf(value);
    return prototype !== null && this.#byPrototype(prototype);
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

  #isHiding(prototype: object): boolean {
    if (types.isProxy(prototype) || intrinsicName(prototype) !== undefined) return true;
    const constructor: unknown = descriptorOf(prototype, 'constructor')?.value;
    if (typeof constructor === 'function' && !types.isProxy(constructor)) {
      const text = textOf.call(constructor);
      if (text.includes('#') || text.includes('[native code]')) return true;
    }
    const above = prototypeOf(prototype);
    return above !== null && this.#byPrototype(above);
  }
}
