// The `require` that sessions give their cells: which functions are one, so that a snapshot names it in place of brine's own code.
//
// Knows nothing of sessions and of snapshots.

import { createRequire } from 'node:module';
import process from 'node:process';
import { sessionGlobal } from './pristine.js';

const requires = new WeakSet<object>();

/** Says that a function is the `require` of a session. */
export function noteSessionRequire(require: object): void {
  requires.add(require);
}

/** True for the `require` of a session of this process, whichever. */
export function isSessionRequire(value: unknown): boolean {
  return typeof value === 'function' && requires.has(value);
}

/** The one that cells see now, or, without a session, one that resolves from the working directory. Throws when that is gone. */
export function sessionRequire(): unknown {
  const value: unknown = sessionGlobal('require')?.value;
  return isSessionRequire(value) ? value : createRequire(`${process.cwd()}/`);
}
