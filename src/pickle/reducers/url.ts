// URL objects, by their href. The brand is a private field, so the class's own getter is the test.

import { types } from 'node:util';
import { KINDS } from '../../graph/kinds.js';
import type { Walk } from '../context.js';
import { writeRow } from '../own.js';

const hrefOf = Object.getOwnPropertyDescriptor(URL.prototype, 'href')?.get as () => string;
const apply = Reflect.apply;
const prototypeOf = Object.getPrototypeOf;
const urlPrototype = URL.prototype;
/** No class stands so far below URL; a longer chain is something else. */
const CHAIN_MAX = 256;

/** True for a URL or an instance of a subclass. */
export function isUrl(value: unknown): boolean {
  let proto = prototypeOf(value) as object | null;
  for (let depth = 0; proto !== null && proto !== urlPrototype; depth++) {
    if (depth > CHAIN_MAX || types.isProxy(proto)) return false;
    proto = prototypeOf(proto) as object | null;
  }
  return proto !== null && hasHref(value);
}

/** True for what a URL's getter takes for one, whatever its prototype is. */
export function hasHref(value: unknown): boolean {
  try {
    apply(hrefOf, value, []);
    return true;
  } catch {
    return false;
  }
}

/** Writes the row of a URL. */
export function reduceUrl(walk: Walk, place: number, url: URL): void {
  writeRow(walk, place, KINDS.url, [apply(hrefOf, url, [])]);
}
