// The `require` that sessions give their cells: which functions are one, so that a snapshot names it in place of brine's own code.
//
// Knows nothing of sessions and of snapshots.

import { createRequire } from 'node:module';
import process from 'node:process';
import { type Before, beforeOf, tellChanges } from './before.js';
import { sessionGlobal } from './pristine.js';

const requires = new WeakMap<object, Before>();

/** Says that a function is the `require` of a session. */
export function noteSessionRequire(require: object): void {
  requires.set(require, beforeOf(require));
}

/** True for the `require` of a session of this process, whichever. */
export function isSessionRequire(value: unknown): boolean {
  return typeof value === 'function' && requires.has(value);
}

/** The properties of a session's `require` that are other ones than it began with: put on it, replaced or deleted. */
export function changedOnSessionRequire(require: object): (string | symbol)[] {
  const changed: (string | symbol)[] = [];
  const before = requires.get(require);
  if (before !== undefined) tellChanges(require, before, (key) => changed.push(key));
  return changed;
}

/** The one that cells see now, or, without a session, one that resolves from the working directory. Throws when that is gone. */
export function sessionRequire(): unknown {
  const value: unknown = sessionGlobal('require')?.value;
  return isSessionRequire(value) ? value : createRequire(`${process.cwd()}/`);
}
