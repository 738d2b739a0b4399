// Remembers, for code that was restored from a snapshot, the text it was saved with.
//
// Rebuilding may have to compile a class from an altered text (initialisers that must not run again); the next save and
// `toString` must see the original. The rebuilder writes here, capturing reads. Holds its keys weakly.
// Knows nothing of how either works.

import type { CodeEntry } from '../graph/code.js';

/** The original text of restored functions and classes. One entry object for all functions of one text. */
export const restoredCode = new WeakMap<Function, CodeEntry>();

/** The values of a restored class's computed keys, in source order of the original text. */
export const restoredComputedKeys = new WeakMap<Function, readonly (string | symbol)[]>();

/** What the names start with that the rebuilder wrote around a restored function; no text of it has such a name. */
export const restoredPrefixes = new WeakMap<Function, string>();

/** The object from whose prototype `super` starts in a restored function. */
export const restoredHomes = new WeakMap<Function, object>();

/** A generator object that was loaded: it runs a text that was made to go on from where it stood. */
export interface RestoredGenerator {
  /** The text of its function as the user wrote it. */
  readonly entry: CodeEntry;
  /** The text it runs. */
  readonly source: string;
  /** The offset in the user's text of a `yield` in the text it runs. */
  originalOf(offset: number): number | undefined;
}

/** Generator objects that were loaded. */
export const restoredGenerators = new WeakMap<object, RestoredGenerator>();

/** The iterators behind what a loaded generator's loops go over. */
export const restoredIterators = new WeakMap<object, unknown>();

/** Which element of which class a restored method or accessor is. */
export const restoredMembers = new WeakMap<
  Function,
  { readonly owner: Function; readonly element: number }
>();
