// The engine's own `Function.prototype.toString`, and the original texts of functions that had to be compiled from an
// altered one.
//
// Taken when this module loads, before user code runs. Whoever looks for patched built-ins treats the replacement that
// `unpickle/rebuild/to-string` may install as if it were the native one. Knows nothing of restoring.

import { isAltering, writtenText } from './template-sites.js';

/** The native function. */
export const nativeFunctionToString: (this: unknown) => string = Function.prototype.toString;

const { apply } = Reflect;
const originalTexts = new WeakMap<object, string>();
let installed: Function | undefined;

/** Remembers the text that `toString` shall give of a function. */
export function setOriginalText(fn: Function, text: string): void {
  originalTexts.set(fn, text);
}

/** The text to show of a function that was compiled from an altered one; undefined for every other value. */
export function originalTextOf(value: unknown): string | undefined {
  const known = originalTexts.get(value as object);
  if (known !== undefined || typeof value !== 'function') return known;
  return isAltering() ? writtenText(apply(nativeFunctionToString, value, []) as string)?.source : undefined;
}

/** Says which function has taken the native one's place. */
export function setInstalledToString(fn: Function): void {
  installed = fn;
}

/** True for brine's stand-in of `Function.prototype.toString`: to be treated as the native function. */
export function isInstalledToString(value: unknown): boolean {
  return installed !== undefined && value === installed;
}
