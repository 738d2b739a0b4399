// Lets `toString` give the original text of functions and classes that were compiled from an altered one.
//
// `Function.prototype.toString` is replaced once, when the first such function is made, by one that looks and acts like
// it. A session that has put its own there keeps it. Knows nothing of how texts are altered.

import {
  isInstalledToString,
  nativeFunctionToString,
  originalTextOf,
  setInstalledToString,
  setOriginalText,
} from '../../realm/function-to-string.js';

export { isInstalledToString, nativeFunctionToString };

const { apply } = Reflect;
const { defineProperty, getOwnPropertyDescriptor } = Object;

/** Remembers what `toString` shall give of a function, and sees to it that it does. */
export function rememberText(fn: Function, text: string): void {
  setOriginalText(fn, text);
  install();
}

let isTried = false;

function install(): void {
  if (isTried) return;
  isTried = true;
  const descriptor = getOwnPropertyDescriptor(Function.prototype, 'toString');
  if (descriptor?.value !== nativeFunctionToString || !descriptor.configurable) return;
  // A method: no prototype, cannot be constructed, named and with the length of the native one.
  const { toString: replacement } = {
    toString(this: unknown): string {
      return originalTextOf(this) ?? (apply(nativeFunctionToString, this, []) as string);
    },
  };
  setOriginalText(replacement, apply(nativeFunctionToString, nativeFunctionToString, []) as string);
  defineProperty(Function.prototype, 'toString', { ...descriptor, value: replacement });
  setInstalledToString(replacement);
}
