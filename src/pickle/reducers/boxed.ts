// Boxed primitives: the value from the object's slot, whichever type it has.

import { types } from 'node:util';
import { KINDS } from '../../graph/kinds.js';
import type { Walk } from '../context.js';
import { writeRow } from '../own.js';

const apply = Reflect.apply;
const numberOf = Number.prototype.valueOf;
const stringOf = String.prototype.valueOf;
const booleanOf = Boolean.prototype.valueOf;
const symbolOf = Symbol.prototype.valueOf;
const bigintOf = BigInt.prototype.valueOf;

/** Writes the row of a Number, String, Boolean, Symbol or BigInt object. */
export function reduceBoxed(walk: Walk, place: number, boxed: object): void {
  const isString = types.isStringObject(boxed);
  // The characters of a String object are own properties that come with it.
  const length = isString ? (apply(stringOf, boxed, []) as string).length : 0;
  const isBrought = (key: string | symbol): boolean =>
    isString && typeof key === 'string' && (key === 'length' || (/^\d+$/.test(key) && Number(key) < length));
  writeRow(walk, place, KINDS.boxed, [valueOf(boxed)], { isBrought });
}

function valueOf(boxed: object): unknown {
  if (types.isNumberObject(boxed)) return apply(numberOf, boxed, []);
  if (types.isStringObject(boxed)) return apply(stringOf, boxed, []);
  if (types.isBooleanObject(boxed)) return apply(booleanOf, boxed, []);
  if (types.isSymbolObject(boxed)) return apply(symbolOf, boxed, []);
  return apply(bigintOf, boxed, []);
}
