// Globals that a function names and the platform does not bring, as a scope of their own around everything: for functions
// that are shipped without the session they were made in. All functions of one run share it, as they share the globals.
//
// Reads data properties of the global object only; what is behind an accessor stays a name.

import { isPlatformGlobal } from '../../realm/intrinsics.js';
import { type Level, type LevelBinding, ScopeInstance } from './identity.js';

const descriptorOf = Reflect.getOwnPropertyDescriptor;

/** The globals of one run. */
export class Globals {
  readonly #instance = new ScopeInstance('block');
  readonly #takes: (name: string) => boolean;

  /** @param takes  Which of them go by value; the others stay names. Default: all. */
  constructor(takes: (name: string) => boolean = () => true) {
    this.#takes = takes;
  }

  /** The level that holds those of the names that go by value, which are taken out of them; null when there are none. */
  levelOf(names: Set<string>): Level | null {
    const bindings: LevelBinding[] = [];
    for (const name of [...names].sort()) {
      const isName = isPlatformGlobal(name) || !this.#takes(name);
      const descriptor = isName ? undefined : descriptorOf(globalThis, name);
      if (descriptor === undefined || !('value' in descriptor)) continue;
      const kind = descriptor.writable === true ? 'let' : 'const';
      bindings.push({ name, kind, isInitialised: true, value: descriptor.value });
      names.delete(name);
    }
    if (bindings.length === 0) return null;
    const depth = Number.NEGATIVE_INFINITY;
    return { place: this, depth, form: 'block', bindings, values: '', instance: this.#instance };
  }
}
