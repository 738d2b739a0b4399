// Whether a function is a built-in, of this context or another one: it has no text and is bound to nothing.

import { types } from 'node:util';

const toText = Function.prototype.toString;
const descriptorOf = Object.getOwnPropertyDescriptor;

/** True for built-ins. Bound functions read like them; no built-in has such a name. */
export function isNativeFunction(value: Function): boolean {
  if (types.isProxy(value) || !Reflect.apply(toText, value, []).endsWith('{ [native code] }')) return false;
  const name: unknown = descriptorOf(value, 'name')?.value;
  return typeof name !== 'string' || !name.startsWith('bound ');
}
