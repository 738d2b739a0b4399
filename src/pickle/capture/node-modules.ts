// What a module of Node's own exports that no program can import: a function of Node's sees the `require` that loads it.
//
// Knows nothing of what is asked for, nor why.

import type { ModuleSource } from '../../realm/lazy-globals.js';
import { namesOf, valueIn } from './entries.js';
import { V8Session } from './inspector.js';

/** Asks V8, without its debugger; undefined where it or the function does not tell. */
export const moduleBehind: ModuleSource = (fn, module) => {
  try {
    if (seen?.by !== fn) seen = { by: fn, load: requireSeenBy(fn) };
    const { load } = seen;
    const exports: unknown = load === undefined ? undefined : Reflect.apply(load, undefined, [module]);
    return typeof exports === 'object' && exports !== null ? exports : undefined;
  } catch {
    return undefined;
  }
};

let seen: { readonly by: Function; readonly load: Function | undefined } | undefined;

function requireSeenBy(fn: Function): Function | undefined {
  const session = new V8Session({ mayDebug: false });
  try {
    const entries = session.quietly(() => session.inspect([fn])[0]?.entries ?? []);
    const entry = entries.find((one) => one.type === 'Closure' && namesOf(one).includes('require'));
    const found: unknown = entry === undefined ? undefined : valueIn(entry, 'require');
    return typeof found === 'function' ? found : undefined;
  } finally {
    session.close();
  }
}
