// The first key of a `for…in`: it tells whether an object has index properties, which its hidden class does not say.
//
// Knows nothing of graphs.

import { types } from 'node:util';

const prototypeOf = Object.getPrototypeOf;

/** Objects with more prototypes above them are read one by one. */
const CHAIN_MAX = 32;

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
