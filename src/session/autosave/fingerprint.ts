// A fingerprint of everything that a value leads to, so that two looks at it can be compared: the same fingerprint means that
// nothing changed, as far as properties, elements, entries and bytes go. Stops when its time is over.
//
// It is worth something in this process only: functions, symbols and shapes count by identity. Runs no code of the values', no
// getter and no trap; reads nothing that is still unread. Knows nothing of names.

import { types } from 'node:util';
import { firstKeyOf } from '../../pickle/reducers/first-key.js';
import { intrinsicName } from '../../realm/intrinsics.js';
import { natives } from '../../realm/natives.js';
import type { Allowance } from './allowance.js';
import type { HiddenState } from './hidden-state.js';
import { Mixer } from './mixer.js';
import { type Exemplar, exemplarOf, flagsOf, isBare, Shapes } from './shapes.js';
import { elementsOf, readSlots } from './slots.js';

/** What a look found. */
export interface Fingerprint {
  readonly digest: string;
  /** Something in there may have changed without a trace in the digest. */
  readonly hasHidden: boolean;
}

/** How many parts are looked at between two looks at the clock. */
const PARTS_A_TICK = 500;
/** Bytes that are summed in a millisecond, at least; fewer than these are not asked about. */
const BYTES_A_MS = 1e6;
const BYTES_FREE = 2e4;
const EXEMPLARS_MAX = 8;

const descriptorOf = Reflect.getOwnPropertyDescriptor;
const hasOwn = Object.hasOwn;
const TAG = {
  undefined: 1,
  null: 2,
  true: 3,
  false: 4,
  number: 5,
  text: 6,
  bigint: 7,
  symbol: 8,
  value: 9,
  hole: 10,
};

/** Makes fingerprints; the same one must make those that are compared. */
export class Fingerprinter {
  readonly #hidden: HiddenState;
  readonly #identities = new WeakMap<object, number>();
  readonly #shapes = new Shapes((value) => this.#identityOf(value));
  #identityCount = 0;

  constructor(hidden: HiddenState) {
    this.#hidden = hidden;
  }

  /** Looks at a value; undefined when the allowance is over before everything was seen. */
  of(value: unknown, allowance: Allowance): Fingerprint | undefined {
    const identityOf = (one: object): number => this.#identityOf(one);
    return new Look(this.#hidden, this.#shapes, identityOf, allowance).run(value);
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
  readonly #exemplars: Exemplar[] = [];
  readonly #hidden: HiddenState;
  readonly #shapes: Shapes;
  readonly #identityOf: (value: object) => number;
  readonly #allowance: Allowance;
  #hasHidden = false;
  #parts = 0;

  constructor(
    hidden: HiddenState,
    shapes: Shapes,
    identityOf: (value: object) => number,
    allowance: Allowance,
  ) {
    this.#hidden = hidden;
    this.#shapes = shapes;
    this.#identityOf = identityOf;
    this.#allowance = allowance;
  }

  run(value: unknown): Fingerprint | undefined {
    try {
      this.value(value);
      for (let next = this.#waiting.pop(); next !== undefined; next = this.#waiting.pop()) this.#visit(next);
    } catch {
      // There is no more time, or something cannot be asked: either way it was not seen, and the prompt goes on.
      return undefined;
    }
    return { digest: this.#mixer.digest(), hasHidden: this.#hasHidden };
  }

  value(value: unknown): void {
    const mixer = this.#mixer;
    if (++this.#parts > PARTS_A_TICK) this.#tick();
    if (typeof value === 'number') {
      mixer.word(TAG.number);
      mixer.number(value);
    } else if (typeof value === 'string') {
      mixer.word(TAG.text);
      this.text(value);
    } else if (value === undefined) mixer.word(TAG.undefined);
    else if (value === null) mixer.word(TAG.null);
    else if (typeof value === 'boolean') mixer.word(value ? TAG.true : TAG.false);
    else if (typeof value === 'bigint') {
      mixer.word(TAG.bigint);
      this.text(value.toString(16));
    } else if (typeof value === 'symbol') this.#symbol(value);
    else {
      mixer.word(TAG.value);
      this.reference(value);
    }
  }

  text(text: string): void {
    this.#charge(text.length);
    this.#mixer.text(text);
  }

  number(number: number): void {
    this.#mixer.number(number);
  }

  bytes(bytes: Uint8Array): void {
    this.#charge(bytes.byteLength);
    this.#mixer.bytes(bytes);
  }

  reference(value: object): void {
    let place = this.#places.get(value);
    if (place === undefined) {
      place = this.#places.size;
      this.#places.set(value, place);
      this.#waiting.push(value);
    }
    this.#mixer.word(place);
  }

  #tick(): void {
    this.#parts = 0;
    if (this.#allowance.isOver()) throw new OutOfTime();
  }

  // What is summed in one go must fit into the time that is left.
  #charge(bytes: number): void {
    if (bytes > BYTES_FREE && this.#allowance.isOver(bytes / BYTES_A_MS)) throw new OutOfTime();
  }

  #symbol(value: symbol): void {
    const key = Symbol.keyFor(value);
    this.#mixer.word(TAG.symbol);
    if (key !== undefined) this.#mixer.text(key);
    // A symbol that is registered nowhere has an identity as objects have.
    else this.#mixer.word(this.#identityOf(value as unknown as object));
  }

  #visit(value: object): void {
    // Asking a revoked proxy what it is throws.
    const isArray = !types.isProxy(value) && Array.isArray(value);
    if (isArray ? this.#visitArray(value) : this.#visitLikeAnother(value)) return;
    const mixer = this.#mixer;
    const intrinsic = intrinsicName(value);
    if (intrinsic !== undefined) return mixer.text(intrinsic);
    const isHidden = this.#isHidden(value);
    if (isHidden || typeof value === 'function') mixer.word(this.#identityOf(value));
    if (isHidden) this.#hasHidden = true;
    // Of these nothing can be asked that runs no code, or they lead to everything.
    if (types.isProxy(value) || types.isModuleNamespaceObject(value) || value === globalThis) return;
    const hasSlots = readSlots(value, this);
    const isOrdinary = !isHidden && typeof value === 'object' && !types.isTypedArray(value);
    this.#properties(value, elementsOf(value), isOrdinary ? { hasSlots } : undefined);
  }

  #isHidden(value: object): boolean {
    if (types.isProxy(value) || value === globalThis) return true;
    return typeof value === 'function' ? this.#hidden.inFunction(value) : this.#hidden.inObject(value);
  }

  // The same is mixed in as for an object that is read property by property.
  #visitLikeAnother(value: object): boolean {
    if (natives === undefined) return false;
    for (let index = 0; index < this.#exemplars.length; index++) {
      const { object, firstKey, shape, prototype, hasSlots } = this.#exemplars[index] as Exemplar;
      if (!natives.haveSameMap(value, object)) continue;
      if (firstKeyOf(value) !== firstKey) return false;
      const { id, keys } = shape;
      if (hasSlots) readSlots(value, this);
      this.#begin(id, prototype);
      for (let k = 0; k < keys.length; k++) {
        this.value((value as Record<string | symbol, unknown>)[keys[k] as string]);
      }
      return true;
    }
    return false;
  }

  #visitArray(array: readonly unknown[]): boolean {
    if (intrinsicName(array) !== undefined) return false;
    if (this.#hidden.inObject(array)) this.#hasHidden = true;
    if (!isBare(array)) {
      this.#properties(array, this.#elements(array), undefined);
      return true;
    }
    this.#elements(array);
    this.#begin(this.#shapes.bareId, Array.prototype);
    this.value(array.length);
    return true;
  }

  #begin([left, right]: Exemplar['shape']['id'], prototype: object | null): void {
    this.#mixer.word(left);
    this.#mixer.word(right);
    if (prototype !== null) this.reference(prototype);
  }

  #properties(value: object, elements: number, like: { readonly hasSlots: boolean } | undefined): void {
    const keys = Reflect.ownKeys(value).slice(elements);
    const properties: PropertyDescriptor[] = [];
    for (const key of keys) {
      if (++this.#parts > PARTS_A_TICK) this.#tick();
      properties.push(descriptorOf(value, key) as PropertyDescriptor);
    }
    const prototype = Reflect.getPrototypeOf(value);
    const shape = { id: this.#shapes.idOf(value, prototype, keys, properties), keys };
    this.#begin(shape.id, prototype);
    for (const property of properties) this.#property(property);
    if (like === undefined) return;
    const exemplar = exemplarOf(value, prototype, shape, properties, like.hasSlots);
    if (exemplar === undefined) return;
    this.#exemplars.unshift(exemplar);
    if (this.#exemplars.length > EXEMPLARS_MAX) this.#exemplars.pop();
  }

  #property(property: PropertyDescriptor): void {
    if ('value' in property) return this.value(property.value);
    this.value(property.get);
    this.value(property.set);
  }

  // Returns how many elements there are: their keys come first.
  #elements(array: readonly unknown[]): number {
    const { length } = array;
    // What is mostly holes is looked at by its keys.
    if (length > 64 && !hasOwn(array, length - 1)) return 0;
    // All have the same attributes, and none is an accessor.
    const isPlain = natives?.hasDictionaryElements(array as object) === false;
    let count = 0;
    for (let index = 0; index < length; index++) {
      if (!hasOwn(array, index)) {
        this.#mixer.word(TAG.hole);
        if (++this.#parts > PARTS_A_TICK) this.#tick();
        continue;
      }
      count++;
      if (isPlain && count > 1) this.value(array[index]);
      else {
        const property = descriptorOf(array, index) as PropertyDescriptor;
        this.#mixer.word(flagsOf(property));
        this.#property(property);
      }
    }
    return count;
  }
}
