// One look at everything that a value leads to. Runs no code of the values', no getter and no trap.
//
// Objects are looked into one after the other; what only V8 can tell of them is asked for when nothing else is left, many at
// once. Knows nothing of names.

import { types } from 'node:util';
import type { Inside, InsideReader } from '../../pickle/capture/insides.js';
import { firstKeyOf } from '../../pickle/reducers/first-key.js';
import { readStack } from '../../pickle/stack.js';
import { intrinsicName } from '../../realm/intrinsics.js';
import { natives } from '../../realm/natives.js';
import type { Allowance } from './allowance.js';
import type { Hidden, HiddenState } from './hidden-state.js';
import { Intake } from './intake.js';
import type { FieldNames, PrivateFields } from './private-fields.js';
import type { LookReason } from './reasons.js';
import { type Exemplar, exemplarOf, flagsOf, isBare, isBareTyped, type Shapes } from './shapes.js';
import { elementsOf, readSlots } from './slots.js';

/** What a look found. */
export interface Fingerprint {
  readonly digest: string;
  /** Something in there may have changed without a trace in the digest: why; undefined when everything was seen. */
  readonly unread: LookReason | undefined;
}

/** What all looks of a session share. */
export interface Known {
  readonly hidden: HiddenState;
  readonly fields: PrivateFields;
  readonly shapes: Shapes;
  identityOf(value: object): number;
  /** Undefined where V8 cannot be asked. */
  reader(): InsideReader | undefined;
}

/** Something that only V8 can tell. */
interface Question {
  readonly object: object;
  readonly about: 'variables' | 'privates' | readonly string[];
}

const EXEMPLARS_MAX = 8;
/** Questions that are asked at once, and what one takes. */
const QUESTIONS_A_TIME = 16;
const QUESTION_MS = 0.12;

const descriptorOf = Reflect.getOwnPropertyDescriptor;
const hasOwn = Object.hasOwn;

/** A look that was begun. */
export class Look {
  readonly #intake: Intake;
  readonly #exemplars: Exemplar[] = [];
  readonly #questions: Question[] = [];
  readonly #known: Known;
  #unread: LookReason | undefined;

  constructor(known: Known) {
    this.#known = known;
    this.#intake = new Intake(known.identityOf);
  }

  begin(value: unknown): void {
    this.#intake.value(value);
  }

  /**
   * Looks on. With `isPatient` one part is seen to its end even when the time is over, so that `unfinished` can be gone on with;
   * nothing may have run meanwhile. Undefined: it was not seen, for want of time or because something cannot be asked.
   */
  run(allowance: Allowance, isPatient = false): Fingerprint | 'unfinished' | undefined {
    const intake = this.#intake;
    intake.limit(allowance, !isPatient);
    try {
      for (;;) {
        for (let next = intake.next(); next !== undefined; next = intake.next()) {
          this.#visit(next);
          if (intake.isLate) return 'unfinished';
        }
        if (this.#questions.length === 0) break;
        this.#ask(this.#questions.splice(0, QUESTIONS_A_TIME));
      }
    } catch {
      return undefined;
    }
    return { digest: intake.mixer.digest(), unread: this.#unread };
  }

  #visit(value: object): void {
    // Asking a revoked proxy what it is throws.
    const isArray = !types.isProxy(value) && Array.isArray(value);
    if (isArray ? this.#visitArray(value) : this.#visitLikeAnother(value)) return;
    const { mixer } = this.#intake;
    const intrinsic = intrinsicName(value);
    if (intrinsic !== undefined) return mixer.text(intrinsic);
    const { hidden } = this.#known;
    const inner = typeof value === 'function' ? hidden.inFunction(value) : hidden.inObject(value);
    if (inner !== undefined || typeof value === 'function') mixer.word(this.#known.identityOf(value));
    if (inner !== undefined) this.#hide(value, inner);
    // Of these nothing can be asked that runs no code, or they lead to everything.
    if (types.isProxy(value) || types.isModuleNamespaceObject(value) || value === globalThis) return;
    const hasSlots = readSlots(value, this.#intake);
    const hasPrivates = this.#privates(value);
    const isOrdinary =
      inner === undefined && !hasPrivates && typeof value === 'object' && !types.isTypedArray(value);
    this.#properties(value, elementsOf(value), isOrdinary ? { hasSlots } : undefined);
  }

  #hide(value: object, inner: Hidden): void {
    if (inner.what === 'unknown') this.#unread ??= inner.why;
    else if (inner.what === 'proxy') this.#proxy(value);
    else this.#questions.push({ object: value, about: inner.what === 'slots' ? inner.names : 'variables' });
  }

  #proxy(proxy: object): void {
    if (natives === undefined) this.#unread ??= 'proxy';
    else {
      this.#intake.value(natives.proxyTarget(proxy));
      this.#intake.value(natives.proxyHandler(proxy));
    }
  }

  #privates(value: object): boolean {
    const { fields } = this.#known;
    const names: FieldNames = typeof value === 'function' ? fields.ofClass(value) : fields.of(value);
    if (names !== 'listed' && names.length === 0) return false;
    const values = names === 'listed' ? undefined : fieldsOf(value, names);
    if (values === undefined) this.#questions.push({ object: value, about: 'privates' });
    else for (const one of values) this.#intake.value(one);
    return true;
  }

  #ask(questions: readonly Question[]): void {
    const reader = this.#known.reader();
    if (reader === undefined) {
      this.#unread ??= 'text';
      return;
    }
    const functions = questions.flatMap(({ object, about }) =>
      about === 'variables' ? (object as Function) : [],
    );
    const others = questions.length - functions.length;
    this.#intake.tick(functions.reduce((sum, fn) => sum + reader.askingMs(fn), others * QUESTION_MS));
    const variables = reader.functions(functions);
    const answers = questions.map(({ object, about }): Inside => {
      if (about === 'variables') return variables.shift() as Inside;
      return about === 'privates' ? reader.privates(object) : reader.slots(object, about);
    });
    for (const { parts, unread } of answers) {
      this.#unread ??= unread;
      this.#intake.number(parts.length);
      for (const part of parts) this.#intake.value(part);
    }
  }

  // The same is mixed in as for an object that is read property by property.
  #visitLikeAnother(value: object): boolean {
    if (natives === undefined) return false;
    for (let index = 0; index < this.#exemplars.length; index++) {
      const { object, firstKey, shape, prototype, hasSlots } = this.#exemplars[index] as Exemplar;
      if (!natives.haveSameMap(value, object)) continue;
      if (firstKeyOf(value) !== firstKey) return false;
      const { id, keys } = shape;
      if (hasSlots) readSlots(value, this.#intake);
      this.#begin(id, prototype);
      for (let k = 0; k < keys.length; k++) {
        this.#intake.value((value as Record<string | symbol, unknown>)[keys[k] as string]);
      }
      return true;
    }
    return false;
  }

  #visitArray(array: readonly unknown[]): boolean {
    if (intrinsicName(array) !== undefined) return false;
    if (!isBare(array)) {
      const inner = this.#known.hidden.inObject(array);
      if (inner !== undefined) this.#hide(array, inner);
      this.#privates(array);
      this.#properties(array, this.#elements(array), undefined);
      return true;
    }
    this.#elements(array);
    this.#begin(this.#known.shapes.bareId, Array.prototype);
    this.#intake.value(array.length);
    return true;
  }

  #begin([left, right]: Exemplar['shape']['id'], prototype: object | null): void {
    const { mixer } = this.#intake;
    mixer.word(left);
    mixer.word(right);
    if (prototype !== null) this.#intake.reference(prototype);
  }

  #properties(value: object, elements: number, like: { readonly hasSlots: boolean } | undefined): void {
    const keys = elements > 0 && isBareTyped(value) ? [] : Reflect.ownKeys(value).slice(elements);
    const properties: PropertyDescriptor[] = [];
    for (const key of keys) {
      this.#intake.part();
      properties.push(descriptionOf(value, key));
    }
    const prototype = Reflect.getPrototypeOf(value);
    const shape = { id: this.#known.shapes.idOf(value, prototype, keys, properties), keys };
    this.#begin(shape.id, prototype);
    for (const property of properties) this.#property(property);
    // Reading a stack can run code, so it is never read as others' properties are.
    if (like === undefined || keys.includes('stack')) return;
    const exemplar = exemplarOf(value, prototype, shape, properties, like.hasSlots);
    if (exemplar === undefined) return;
    this.#exemplars.unshift(exemplar);
    if (this.#exemplars.length > EXEMPLARS_MAX) this.#exemplars.pop();
  }

  #property(property: PropertyDescriptor): void {
    if ('value' in property) return this.#intake.value(property.value);
    this.#intake.value(property.get);
    this.#intake.value(property.set);
  }

  // Returns how many elements there are: their keys come first.
  #elements(array: readonly unknown[]): number {
    const intake = this.#intake;
    const { length } = array;
    // What is mostly holes is looked at by its keys.
    if (length > 64 && !hasOwn(array, length - 1)) return 0;
    // All have the same attributes, and none is an accessor.
    const isPlain = natives?.hasDictionaryElements(array as object) === false;
    let count = 0;
    for (let index = 0; index < length; index++) {
      if (!hasOwn(array, index)) {
        intake.hole();
        continue;
      }
      count++;
      if (isPlain && count > 1) intake.value(array[index]);
      else {
        const property = descriptorOf(array, index) as PropertyDescriptor;
        intake.mixer.word(flagsOf(property));
        this.#property(property);
      }
    }
    return count;
  }
}

// The engine's own stack is as if it were data: its accessors say nothing, and reading its text may run code.
function descriptionOf(value: object, key: string | symbol): PropertyDescriptor {
  const stack = key === 'stack' ? readStack(value, types.isNativeError(value)) : undefined;
  return stack?.descriptor ?? (descriptorOf(value, key) as PropertyDescriptor);
}

// Undefined where one is not there, or there is another one of its name: V8's list shows what there is.
function fieldsOf(object: object, names: readonly string[]): unknown[] | undefined {
  try {
    return names.map((name) => natives?.privateField(object, name));
  } catch {
    return undefined;
  }
}
