// Makes a function that was declared in the global scope: its own name inside it means the global variable.
//
// The text is declared as it stands, by indirect eval, and the global property is put back as it was within the same
// turn. Where that is not possible the caller has to alter the text. Knows nothing of rows.

import { runGlobalEval } from '../../realm/compile.js';
import { notingEval } from '../../realm/known-scripts.js';

const { defineProperty, getOwnPropertyDescriptor, isExtensible } = Object;
const { deleteProperty } = Reflect;

/**
 * Declares a sloppy function globally and takes it back.
 *
 * @returns The function, or undefined when the global of that name cannot be borrowed.
 */
export function declareGlobally(text: string, name: string, fileName: string): Function | undefined {
  const before = getOwnPropertyDescriptor(globalThis, name);
  if (before === undefined ? !isExtensible(globalThis) : !before.configurable) return undefined;
  try {
    notingEval(text, fileName, runGlobalEval);
  } catch {
    // A `let`, `const` or `class` of a script has the name.
    return undefined;
  }
  const fn: unknown = getOwnPropertyDescriptor(globalThis, name)?.value;
  if (before === undefined) deleteProperty(globalThis, name);
  else defineProperty(globalThis, name, before);
  return typeof fn === 'function' ? fn : undefined;
}
