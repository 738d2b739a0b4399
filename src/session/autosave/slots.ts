// What objects hold in slots rather than properties: entries, bytes, times, boxed values. Reads them through the built-ins
// themselves, whatever properties an object has. Knows nothing of fingerprints.

import { types } from 'node:util';

/** Who takes what is found. */
export interface SlotReader {
  value(value: unknown): void;
  text(text: string): void;
  number(number: number): void;
  bytes(bytes: Uint8Array): void;
  reference(object: object): void;
}

const descriptorOf = Reflect.getOwnPropertyDescriptor;
const prototypeOf = Reflect.getPrototypeOf;
const getterOf = <T>(object: object, key: string): (() => T) => descriptorOf(object, key)?.get as () => T;

const entriesOf = Map.prototype.entries;
const valuesOf = Set.prototype.values;
const timeOf = Date.prototype.getTime;
const sourceOf = getterOf<string>(RegExp.prototype, 'source');
const flagsOf = getterOf<string>(RegExp.prototype, 'flags');
const typedArray = Reflect.getPrototypeOf(Uint8Array.prototype) as object;
const ofTypedArray = slotsOf(typedArray);
const ofDataView = slotsOf(DataView.prototype);
const lengthOf = getterOf<number>(typedArray, 'length');

const urlPrototype = URL.prototype;
const paramsPrototype = URLSearchParams.prototype;
const hrefOf = getterOf<string>(urlPrototype, 'href');
const paramsTextOf = paramsPrototype.toString;

/** True for addresses and their parameters, but not for what inherits from their classes. */
export function isAddress(object: object): boolean {
  const prototype = prototypeOf(object);
  return prototype === urlPrototype || prototype === paramsPrototype;
}

// Their private fields hold what is remembered for the next call, too.
function readAddress(object: object, to: SlotReader): boolean {
  const text = addressOf(object);
  if (text !== undefined) to.text(text);
  return text !== undefined;
}

// What only inherits from the class has nothing inside.
function addressOf(object: object): string | undefined {
  try {
    return prototypeOf(object) === urlPrototype ? hrefOf.call(object) : paramsTextOf.call(object);
  } catch {
    return undefined;
  }
}

/** The number of elements of a typed array; 0 for every other object. */
export function elementsOf(object: object): number {
  return types.isTypedArray(object) ? lengthOf.call(object) : 0;
}

/** Reads what is in an object's slots, and says whether it has any. */
export function readSlots(object: object, to: SlotReader): boolean {
  if (types.isMap(object)) {
    for (const [key, held] of entriesOf.call(object) as IterableIterator<[unknown, unknown]>) {
      to.value(key);
      to.value(held);
    }
  } else if (types.isSet(object)) {
    for (const held of valuesOf.call(object) as IterableIterator<unknown>) to.value(held);
  } else if (types.isDate(object)) to.number(timeOf.call(object));
  else if (types.isRegExp(object)) {
    to.text(sourceOf.call(object));
    to.text(flagsOf.call(object));
  } else if (types.isAnyArrayBuffer(object)) to.bytes(new Uint8Array(object));
  else if (types.isArrayBufferView(object)) readView(object, to);
  else if (types.isBoxedPrimitive(object)) to.value(unboxed(object));
  else if (isAddress(object)) return readAddress(object, to);
  else return false;
  return true;
}

function readView(view: ArrayBufferView, to: SlotReader): void {
  const { buffer, offset } = types.isTypedArray(view) ? ofTypedArray : ofDataView;
  to.number(elementsOf(view));
  to.reference(buffer.call(view));
  try {
    to.number(offset.call(view));
  } catch {
    // The buffer of a DataView was handed to somebody else or became too short.
    to.number(-1);
  }
}

function unboxed(value: object): unknown {
  if (types.isNumberObject(value)) return Number.prototype.valueOf.call(value);
  if (types.isStringObject(value)) return String.prototype.valueOf.call(value);
  if (types.isBooleanObject(value)) return Boolean.prototype.valueOf.call(value);
  if (types.isBigIntObject(value)) return BigInt.prototype.valueOf.call(value);
  return Symbol.prototype.valueOf.call(value as unknown as symbol);
}

function slotsOf(prototype: object): {
  readonly buffer: () => ArrayBufferLike;
  readonly offset: () => number;
} {
  return { buffer: getterOf(prototype, 'buffer'), offset: getterOf(prototype, 'byteOffset') };
}
