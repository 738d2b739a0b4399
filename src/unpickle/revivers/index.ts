// The table of revivers by kind.

import type { Kind } from '../../graph/kinds.js';
import { DATA_KINDS } from '../policy.js';
import { argumentsReviver } from './arguments.js';
import { arrayReviver, sparseArrayReviver } from './array.js';
import { boundReviver } from './bound.js';
import { boxedReviver } from './boxed.js';
import { arrayBufferReviver, dataViewReviver, typedArrayReviver } from './buffers.js';
import { codeReviver } from './code.js';
import { customReviver } from './custom.js';
import { dateReviver } from './date.js';
import { dictionaryReviver } from './dictionary.js';
import { errorReviver } from './error.js';
import { generatorReviver } from './generator.js';
import { hostReviver } from './host.js';
import {
  inertArgumentsReviver,
  inertBoundReviver,
  inertCodeReviver,
  inertCustomReviver,
  inertReferenceReviver,
  inertReviver,
} from './inert.js';
import { iteratorReviver } from './iterator.js';
import { mapReviver } from './map.js';
import { objectReviver } from './object.js';
import { promiseReviver } from './promise.js';
import { prototypeReviver } from './prototype.js';
import { proxyReviver } from './proxy.js';
import { referenceReviver } from './reference.js';
import { regexpReviver } from './regexp.js';
import { scopeReviver } from './scope.js';
import { setReviver } from './set.js';
import { symbolReviver } from './symbol.js';
import { tombstoneReviver } from './tombstone.js';
import type { Reviver } from './types.js';
import { urlReviver } from './url.js';
import { weakMapReviver, weakRefReviver, weakSetReviver } from './weak.js';

const REVIVERS: Readonly<Record<string, Reviver>> = {
  __proto__: null as never,
  object: objectReviver,
  array: arrayReviver,
  sparseArray: sparseArrayReviver,
  map: mapReviver,
  set: setReviver,
  date: dateReviver,
  regexp: regexpReviver,
  error: errorReviver,
  arrayBuffer: arrayBufferReviver,
  typedArray: typedArrayReviver,
  dataView: dataViewReviver,
  boxed: boxedReviver,
  arguments: argumentsReviver,
  url: urlReviver,
  symbol: symbolReviver,
  reference: referenceReviver,
  tombstone: tombstoneReviver,
  function: codeReviver,
  class: codeReviver,
  member: codeReviver,
  bound: boundReviver,
  prototype: prototypeReviver,
  scope: scopeReviver,
  custom: customReviver,
  dictionary: dictionaryReviver,
  proxy: proxyReviver,
  promise: promiseReviver,
  weakMap: weakMapReviver,
  weakSet: weakSetReviver,
  weakRef: weakRefReviver,
  host: hostReviver,
  generator: generatorReviver,
  iterator: iteratorReviver,
};

const DATA_REVIVERS: Readonly<Record<string, Reviver>> = {
  __proto__: null as never,
  ...Object.fromEntries(
    Object.entries(REVIVERS).map(([name, reviver]) => [name, DATA_KINDS.has(name) ? reviver : inertReviver]),
  ),
  arguments: inertArgumentsReviver,
  reference: inertReferenceReviver,
  function: inertCodeReviver,
  class: inertCodeReviver,
  member: inertCodeReviver,
  bound: inertBoundReviver,
  custom: inertCustomReviver,
};

/**
 * The reviver of a kind, for data only or for everything. Kinds come from the program's own table, never from a name in
 * a file.
 */
export function reviverOf(kind: Kind, isData: boolean): Reviver {
  return (isData ? DATA_REVIVERS : REVIVERS)[kind.name] as Reviver;
}
