// A fingerprint of everything that a value leads to, so that two looks at it can be compared: the same fingerprint means that
// nothing changed, as far as properties, elements, entries and bytes go. Stops when its time is over.
//
// It is worth something in this process only: functions and symbols count by identity. Runs no code of the values', no
// getter and no trap; reads nothing that is still unread. Knows nothing of names.

import { types } from 'node:util';
import { intrinsicName } from '../../realm/intrinsics.js';
import type { HiddenState } from './hidden-state.js';
import { Mixer } from './mixer.js';

/** What a look found. */
export interface Fingerprint {
  readonly digest: string;
  /** Something in there may have changed without a trace in the digest. */
  readonly hasHidden: boolean;
}

/** How many parts are looked at between two looks at the clock. */
const PARTS_A_TICK = 200;
/** Bytes that are summed in a millisecond, at least. */
const BYTES_A_MS = 1e6;

const descriptorOf = Reflect.getOwnPropertyDescriptor;
const dateOf = Date.prototype.getTime;
const sourceOf = getterOf<string>(RegExp.prototype, 'source');
const flagsOf = getterOf<string>(RegExp.prototype, 'flags');
const typedArray = Reflect.getPrototypeOf(Uint8Array.prototype) as object;
const ofTypedArray = slotsOf(typedArray);
const ofDataView = slotsOf(DataView.prototype);
const lengthOf = getterOf<number>(typedArray, 'length');

const TAG = { undefined: 1, null: 2, true: 3, false: 4, number: 5, text: 6, bigint: 7, symbol: 8, value: 9 };
const PART = {
  prototype: 20,
  element: 21,
  hole: 22,
  key: 23,
  get: 24,
  set: 25,
  entry: 26,
  inner: 27,
  end: 28,
};

/** Makes fingerprints; the same one must make those that are compared. */
export class Fingerprinter {
  readonly #hidden: HiddenState;
  readonly #identities = new WeakMap<object, number>();
  #identityCount = 0;

  constructor(hidden: HiddenState) {
    this.#hidden = hidden;
  }

  /** Looks at a value until `deadlineMs`, as `performance.now()` counts; undefined when it is over before everything was seen. */
  of(value: unknown, deadlineMs: number): Fingerprint | undefined {
    return new Look(this.#hidden, (one) => this.#identityOf(one), deadlineMs).run(value);
  }

  #identityOf(value: object): number {
    let identity = this.#identities.get(value);
    if (identity === undefined) this.#identities.set(value, (identity = ++this.#identityCount));
    return identity;
  }
}

class OutOfTime extends Error {}

class Look {
  readonly #mixer = new Mixer();
  readonly #places = new Map<object, number>();
  readonly #waiting: object[] = [];
  #hasHidden = false;
  #parts = 0;

  constructor(
    readonly hidden: HiddenState,
    readonly identityOf: (value: object) => number,
    readonly deadlineMs: number,
  ) {}

  run(value: unknown): Fingerprint | undefined {
    try {
      this.#value(value);
      for (let next = this.#waiting.pop(); next !== undefined; next = this.#waiting.pop()) this.#visit(next);
    } catch (error) {
      if (error instanceof OutOfTime) return undefined;
      throw error;
    }
    return { digest: this.#mixer.digest(), hasHidden: this.#hasHidden };
  }

  #tick(parts = 1): void {
    this.#parts += parts;
    if (this.#parts < PARTS_A_TICK) return;
    this.#parts = 0;
    if (performance.now() > this.deadlineMs) throw new OutOfTime();
  }

  #value(value: unknown): void {
    const mixer = this.#mixer;
    this.#tick();
    if (value === undefined) mixer.word(TAG.undefined);
    else if (value === null) mixer.word(TAG.null);
    else if (typeof value === 'boolean') mixer.word(value ? TAG.true : TAG.false);
    else if (typeof value === 'number') {
      mixer.word(TAG.number);
      mixer.number(value);
    } else if (typeof value === 'string') {
      mixer.word(TAG.text);
      this.#charge(value.length);
      mixer.text(value);
    } else if (typeof value === 'bigint') {
      mixer.word(TAG.bigint);
      mixer.text(value.toString(16));
    } else if (typeof value === 'symbol') this.#symbol(value);
    else this.#reference(value);
  }

  // What is summed in one go must fit into the time that is left.
  #charge(bytes: number): void {
    if (bytes > BYTES_A_MS / 50 && performance.now() + bytes / BYTES_A_MS > this.deadlineMs)
      throw new OutOfTime();
  }

  #symbol(value: symbol): void {
    const key = Symbol.keyFor(value);
    this.#mixer.word(TAG.symbol);
    if (key !== undefined) this.#mixer.text(key);
    // A symbol that is registered nowhere has an identity as objects have.
    else this.#mixer.word(this.identityOf(value as unknown as object));
  }

  #reference(value: object): void {
    let place = this.#places.get(value);
    if (place === undefined) {
      place = this.#places.size;
      this.#places.set(value, place);
      this.#waiting.push(value);
    }
    this.#mixer.word(TAG.value);
    this.#mixer.word(place);
  }

  #visit(value: object): void {
    const mixer = this.#mixer;
    mixer.word(this.#places.get(value) as number);
    const intrinsic = intrinsicName(value);
    if (intrinsic !== undefined) return mixer.text(intrinsic);
    if (typeof value === 'function') {
      mixer.word(this.identityOf(value));
      if (types.isProxy(value) || this.hidden.inFunction(value)) this.#hasHidden = true;
      if (types.isProxy(value)) return;
    } else if (value === globalThis || this.hidden.inObject(value)) {
      this.#hasHidden = true;
      mixer.word(this.identityOf(value));
      if (value === globalThis || types.isProxy(value) || types.isModuleNamespaceObject(value)) return;
    }
    this.#inside(value);
    mixer.word(PART.prototype);
    this.#value(Reflect.getPrototypeOf(value));
    mixer.word(Reflect.isExtensible(value) ? 1 : 0);
    this.#properties(value);
    mixer.word(PART.end);
  }

  // What is in slots rather than properties.
  #inside(value: object): void {
    const mixer = this.#mixer;
    if (types.isMap(value)) {
      for (const [key, held] of Map.prototype.entries.call(value) as IterableIterator<[unknown, unknown]>) {
        mixer.word(PART.entry);
        this.#value(key);
        this.#value(held);
      }
    } else if (types.isSet(value)) {
      for (const held of Set.prototype.values.call(value) as IterableIterator<unknown>) {
        mixer.word(PART.entry);
        this.#value(held);
      }
    } else if (types.isDate(value)) mixer.number(dateOf.call(value));
    else if (types.isRegExp(value)) {
      mixer.text(sourceOf.call(value));
      mixer.text(flagsOf.call(value));
    } else if (types.isAnyArrayBuffer(value)) this.#bytes(value);
    else if (types.isArrayBufferView(value)) this.#view(value);
    else if (types.isBoxedPrimitive(value)) {
      mixer.word(PART.inner);
      this.#value(unboxed(value));
    }
  }

  #bytes(buffer: ArrayBufferLike): void {
    const bytes = new Uint8Array(buffer);
    this.#charge(bytes.byteLength);
    this.#mixer.bytes(bytes);
  }

  #view(view: ArrayBufferView): void {
    const { buffer, offset } = types.isTypedArray(view) ? ofTypedArray : ofDataView;
    this.#mixer.word(PART.inner);
    if (types.isTypedArray(view)) this.#mixer.number(lengthOf.call(view));
    this.#reference(buffer.call(view));
    try {
      this.#mixer.number(offset.call(view));
    } catch {
      // The buffer of a DataView was handed to somebody else or became too short.
      this.#mixer.word(PART.hole);
    }
  }

  #properties(value: object): void {
    const elements = Array.isArray(value) ? this.#elements(value) : 0;
    const keys = types.isTypedArray(value)
      ? Reflect.ownKeys(value).slice(lengthOf.call(value))
      : Reflect.ownKeys(value).slice(elements);
    for (const key of keys) {
      this.#mixer.word(PART.key);
      this.#value(key);
      this.#property(descriptorOf(value, key));
    }
  }

  // Returns how many elements there are: their keys come first.
  #elements(array: readonly unknown[]): number {
    const { length } = array;
    let count = 0;
    // What is mostly holes is looked at by its keys.
    const isDense = length < 64 || descriptorOf(array, length - 1) !== undefined;
    if (!isDense) return 0;
    for (let index = 0; index < length; index++) {
      const descriptor = descriptorOf(array, index);
      if (descriptor === undefined) {
        this.#mixer.word(PART.hole);
        this.#tick();
        continue;
      }
      count++;
      this.#mixer.word(PART.element);
      this.#property(descriptor);
    }
    return count;
  }

  #property(descriptor: PropertyDescriptor | undefined): void {
    if (descriptor === undefined) return;
    const { writable, enumerable, configurable, get, set } = descriptor;
    this.#mixer.word((writable ? 1 : 0) | (enumerable ? 2 : 0) | (configurable ? 4 : 0));
    if ('value' in descriptor) return this.#value(descriptor.value);
    this.#mixer.word(PART.get);
    this.#value(get);
    this.#mixer.word(PART.set);
    this.#value(set);
  }
}

function unboxed(value: object): unknown {
  if (types.isNumberObject(value)) return Number.prototype.valueOf.call(value);
  if (types.isStringObject(value)) return String.prototype.valueOf.call(value);
  if (types.isBooleanObject(value)) return Boolean.prototype.valueOf.call(value);
  if (types.isBigIntObject(value)) return BigInt.prototype.valueOf.call(value);
  return Symbol.prototype.valueOf.call(value as unknown as symbol);
}

function getterOf<T>(object: object, key: string): () => T {
  return descriptorOf(object, key)?.get as () => T;
}

function slotsOf(prototype: object): {
  readonly buffer: () => ArrayBufferLike;
  readonly offset: () => number;
} {
  return { buffer: getterOf(prototype, 'buffer'), offset: getterOf(prototype, 'byteOffset') };
}
