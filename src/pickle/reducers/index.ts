// Picks the reducer of an object: a registered one by prototype, otherwise a built-in kind by its brand.
//
// Brands are asked of V8, never of names: an object may lie about its constructor and its tag. A proxy is recognised
// before anything else touches it.

import { types } from 'node:util';
import type { RegisteredReducer } from '../../graph/registry.js';
import { MissingRecord } from '../../realm/missing-record.js';
import type { Walk } from '../context.js';
import { reduceArguments } from './arguments.js';
import { reduceArray } from './array.js';
import { reduceBoxed } from './boxed.js';
import { reduceArrayBuffer, reduceDataView, reduceSharedArrayBuffer, reduceTypedArray } from './buffers.js';
import { reduceByProtocol, reduceCustom, reduceRecord } from './custom.js';
import { reduceDate } from './date.js';
import { reduceError } from './error.js';
import { reduceHost } from './host.js';
import { reduceMap } from './map.js';
import { reduceNamespace } from './namespace.js';
import { reduceGeneric } from './object.js';
import { reduceRegExp } from './regexp.js';
import { reduceSet } from './set.js';
import { isUrl, reduceUrl } from './url.js';

type Reduce = (walk: Walk, place: number, value: any) => void;

const prototypeOf = Object.getPrototypeOf;

/** Writes the row of an object. */
export function reduceObject(walk: Walk, place: number, value: object): void {
  if (types.isProxy(value)) return wait(walk, place);
  const registered = registeredFor(walk, value);
  if (registered !== undefined) return reduceCustom(walk, place, value, registered);
  if (reduceByProtocol(walk, place, value)) return;
  if (Array.isArray(value)) return reduceArray(walk, place, value);
  for (const [isKind, reduce] of BRANDS) if (isKind(value)) return reduce(walk, place, value);
  if (prototypeOf(value) === MissingRecord.prototype)
    return reduceRecord(walk, place, value as MissingRecord);
  if (!reduceHost(walk, place, value)) reduceGeneric(walk, place, value);
}

function registeredFor(walk: Walk, value: object): RegisteredReducer | undefined {
  const { registry } = walk.options;
  return registry.isEmpty ? undefined : registry.forPrototype(prototypeOf(value) as object | null);
}

const unreadable =
  (what: string, reason: string, hint: string): Reduce =>
  (walk, place) =>
    walk.bury(place, what, reason, hint);

// Where DOMException is an error of the engine's, it is one of the platform's first.
function reduceErrorOrHost(walk: Walk, place: number, error: Error): void {
  if (!reduceHost(walk, place, error)) reduceError(walk, place, error);
}

// What only V8 can look into waits for its batch.
function wait(walk: Walk, place: number): void {
  walk.waiting.push(place);
}

const AFTER = 'make it again after loading';

/** Kinds by brand, most frequent first. */
const BRANDS: readonly [(value: unknown) => boolean, Reduce][] = [
  [types.isMap, reduceMap],
  [types.isSet, reduceSet],
  [types.isDate, reduceDate],
  [types.isTypedArray, reduceTypedArray],
  [types.isNativeError, reduceErrorOrHost],
  [types.isRegExp, reduceRegExp],
  [types.isArrayBuffer, reduceArrayBuffer],
  [types.isDataView, reduceDataView],
  [types.isBoxedPrimitive, reduceBoxed],
  [types.isArgumentsObject, reduceArguments],
  [types.isSharedArrayBuffer, reduceSharedArrayBuffer],
  [isUrl, reduceUrl],
  [types.isPromise, wait],
  [types.isWeakMap, wait],
  [types.isWeakSet, wait],
  [types.isGeneratorObject, wait],
  [types.isMapIterator, wait],
  [types.isSetIterator, wait],
  [types.isModuleNamespaceObject, reduceNamespace],
  [types.isExternal, unreadable('external pointer', 'it points into the memory of this process', AFTER)],
];
