// Classes whose instances can be made again with the class that is here: what tells them from other functions.
//
// Knows nothing of pickling.

const textOf = Function.prototype.toString;

/** A class, or a function that has methods for what it constructs. */
export function isClass(value: Function): boolean {
  if (/^class\b/.test(textOf.call(value))) return true;
  const prototype: unknown = Object.getOwnPropertyDescriptor(value, 'prototype')?.value;
  return typeof prototype === 'object' && prototype !== null && Reflect.ownKeys(prototype).length > 1;
}

/** True for a class that may have private members, its own or inherited: only its own code can fill these in. */
export function hasPrivates(value: Function): boolean {
  // Too many are no harm: a text with a # in it for another reason counts, too.
  for (let at: unknown = value; typeof at === 'function'; at = Object.getPrototypeOf(at))
    if (isClass(at) && textOf.call(at).includes('#')) return true;
  return false;
}
