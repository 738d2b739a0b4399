// Iterators over the matches of a regular expression: what they inherit from, their step as it was at the start, and the expression
// that each goes over, as far as that is known.
//
// Node has no brand for these iterators. Which expression one has never changes, so what was found once is kept here. Knows nothing of
// how it is found.

import { flagsOf } from './regexp-flags.js';

type Next = (this: object) => { readonly value: unknown; readonly done: boolean };

const { apply } = Reflect;
const prototypeOf = Object.getPrototypeOf;
const { matchAll: matchAllSymbol, species } = Symbol;
const matchAll = Reflect.get(RegExp.prototype, matchAllSymbol) as Function;
/** What they inherit from. */
export const matchIterator = prototypeOf(''.matchAll(/./g)) as { readonly next: Next };

/** The step of all of them. */
export const nextMatch: Next = matchIterator.next;

/** The expressions that iterators go over. */
export const expressions = new WeakMap<object, RegExp>();

const reparented = new WeakSet<object>();

/** True for an object with their prototype; a program can make such objects that are no iterators. */
export function mayBeMatchIterator(object: object): boolean {
  return prototypeOf(object) === matchIterator || reparented.has(object);
}

/** Notes one that has another prototype. */
export function noteMatchIterator(object: object): void {
  reparented.add(object);
}

/** A new iterator over the matches that an expression still has in a text. */
export function matchIteratorOf(regexp: RegExp, text: string): object {
  // `matchAll` makes an expression of its own: here it is told to take this one, as it is.
  const itself = function itself() {
    return regexp;
  };
  const { lastIndex } = regexp;
  const like = { flags: flagsOf(regexp), lastIndex, constructor: { [species]: itself } };
  const iterator = apply(matchAll, like, [text]) as object;
  expressions.set(iterator, regexp);
  return iterator;
}
