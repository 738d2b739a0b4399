// Shapes of objects: their keys in order, attributes, extensibility and prototype, as 64 bits each; and objects
// that show by their hidden class that others have the same shape, so that these are read without asking for descriptors.
//
// What a hidden class says must be what the descriptors say: a shape is the same on both ways.
// Runs no getter and no trap. Knows nothing of fingerprints.

import { firstKeyOf, isChainOdd } from '../../pickle/reducers/first-key.js';
import { natives } from '../../realm/natives.js';
import { Mixer } from './mixer.js';

/** Keys, attributes, prototype and extensibility. */
export interface Shape {
  readonly id: readonly [number, number];
  readonly keys: readonly (string | symbol)[];
}

/** An object whose hidden class stands for a shape without accessors. */
export interface Exemplar {
  readonly object: object;
  /** The first key of a `for…in`: index properties would come before it. */
  readonly firstKey: string | undefined;
  readonly shape: Shape;
  readonly prototype: object | null;
  readonly hasSlots: boolean;
}

/** A property, as far as it is a shape's. */
const FLAG = { writable: 1, enumerable: 2, configurable: 4, accessor: 8 };

const LENGTH = Object.getOwnPropertyDescriptor([], 'length') as PropertyDescriptor;

/** Tells shapes apart; nothing of them is kept, since a session may make any number. */
export class Shapes {
  readonly #identityOf: (value: object) => number;
  #bareId: Shape['id'] | undefined;

  constructor(identityOf: (value: object) => number) {
    this.#identityOf = identityOf;
  }

  /** What stands for a shape. */
  idOf(
    object: object,
    prototype: object | null,
    keys: readonly (string | symbol)[],
    properties: readonly PropertyDescriptor[],
  ): Shape['id'] {
    const mixer = new Mixer();
    mixer.word(prototype === null ? 0 : this.#identityOf(prototype));
    mixer.word(Reflect.isExtensible(object) ? 1 : 0);
    for (let index = 0; index < keys.length; index++) {
      const key = keys[index] as string | symbol;
      if (typeof key === 'string') mixer.text(key);
      else mixer.text(String(Symbol.keyFor(key) ?? this.#identityOf(key as unknown as object)));
      mixer.word(flagsOf(properties[index] as PropertyDescriptor));
    }
    return mixer.words();
  }

  /** What stands for the shape of {@link isBare} arrays. */
  get bareId(): Shape['id'] {
    return (this.#bareId ??= this.idOf([], Array.prototype, ['length'], [LENGTH]));
  }
}

/** The exemplar that an object is; undefined when its hidden class does not say everything. */
export function exemplarOf(
  object: object,
  prototype: object | null,
  shape: Shape,
  properties: readonly PropertyDescriptor[],
  hasSlots: boolean,
): Exemplar | undefined {
  if (natives === undefined || !natives.hasFastProperties(object) || natives.hasDictionaryElements(object))
    return undefined;
  if (isChainOdd(prototype) || properties.some((property) => !('value' in property))) return undefined;
  const [firstKey] = shape.keys;
  if (typeof firstKey === 'symbol' || (firstKey !== undefined && /^\d+$/.test(firstKey))) return undefined;
  if (firstKeyOf(object) !== firstKey) return undefined;
  return { object, firstKey, shape, prototype, hasSlots };
}

// Arrays with nothing beside their elements, one per way V8 holds elements.
const BARE: readonly (readonly unknown[])[] = [[1], [1.5], ['a'], holey([1]), holey([1.5]), holey(['a']), []];

/** True for an array with nothing beside its elements, all of them plain. */
export function isBare(array: readonly unknown[]): boolean {
  if (natives === undefined || natives.hasDictionaryElements(array as object)) return false;
  for (const bare of BARE) if (natives.haveSameMap(array as object, bare as object)) return true;
  return false;
}

const EMPTY_BUFFER = Buffer.alloc(0);

// Typed arrays with nothing beside their elements, one of each class.
const BARE_TYPED: readonly object[] = [
  ...[Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array],
  ...[Float32Array, Float64Array, BigInt64Array, BigUint64Array],
].map((Type) => new Type(0));

/** True for a typed array that has nothing beside its elements for certain; listing the keys of a large one takes long. */
export function isBareTyped(array: object): boolean {
  if (natives === undefined) return false;
  if (natives.haveSameMap(array, EMPTY_BUFFER)) return true;
  for (const bare of BARE_TYPED) if (natives.haveSameMap(array, bare)) return true;
  return false;
}

function holey(array: unknown[]): unknown[] {
  array.length = 2;
  return array;
}

/** The attributes of a property as a number. */
export function flagsOf(property: PropertyDescriptor): number {
  const { writable, enumerable, configurable } = property;
  return (
    (writable === true ? FLAG.writable : 0) |
    (enumerable === true ? FLAG.enumerable : 0) |
    (configurable === true ? FLAG.configurable : 0) |
    ('value' in property ? 0 : FLAG.accessor)
  );
}
