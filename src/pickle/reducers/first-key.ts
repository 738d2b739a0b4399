// The first key of a `for…in`: it tells whether an object has index properties, which its hidden class does not say.
//
// Knows nothing of graphs.

import { types } from 'node:util';

const prototypeOf = Object.getPrototypeOf;
const ownKeys = Reflect.ownKeys;

/** Objects with more prototypes above them are read one by one. */
const CHAIN_MAX = 32;

/** True when a hole of an array could read as something inherited: as a value, through a getter or a trap. */
export function areHolesOdd(): boolean {
  const parent = prototypeOf(Array.prototype) as object | null;
  if (startsWithIndex(Array.prototype)) return true;
  return parent !== Object.prototype ? parent !== null : startsWithIndex(Object.prototype);
}

// Index properties come before all others.
function startsWithIndex(object: object): boolean {
  const first = ownKeys(object)[0];
  return typeof first === 'string' && /^\d+$/.test(first);
}

/** The first enumerable key of an object and its prototypes; index properties of its own come before all others. */
export function firstKeyOf(object: object): string | undefined {
  for (const key in object) return key;
  return undefined;
}

/**
 * True when `for…in` must not be asked of objects with this prototype: it would run a proxy's traps, and of a long chain
 * it would list all keys for every object.
 */
export function isChainOdd(start: object | null): boolean {
  let proto = start;
  let depth = 0;
  while (proto !== null) {
    if (types.isProxy(proto) || ++depth > CHAIN_MAX) return true;
    proto = prototypeOf(proto) as object | null;
  }
  return false;
}
