// URL objects, by their href. The brand is a private field, so the class's own getter is the test.

import { KINDS } from '../../graph/kinds.js';
import type { Walk } from '../context.js';
import { writeRow } from '../own.js';

const hrefOf = Object.getOwnPropertyDescriptor(URL.prototype, 'href')?.get as () => string;
const apply = Reflect.apply;
const prototypeOf = Object.getPrototypeOf;
const urlPrototype = URL.prototype;

/** True for a URL or an instance of a subclass. */
export function isUrl(value: unknown): boolean {
  let proto = prototypeOf(value) as object | null;
  while (proto !== null && proto !== urlPrototype) proto = prototypeOf(proto) as object | null;
  if (proto === null) return false;
  try {
    apply(hrefOf, value, []);
    return true;
  } catch {
    return false;
  }
}

/** Writes the row of a URL. Its own symbols are caches of Node's and come with it. */
export function reduceUrl(walk: Walk, place: number, url: URL): void {
  writeRow(walk, place, KINDS.url, [apply(hrefOf, url, [])], { isBrought: (key) => typeof key === 'symbol' });
}
