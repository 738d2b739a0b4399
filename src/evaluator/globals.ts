// The global object as it was before the session, so that the user's own names can be told from Node's and a redefined
// built-in can be put back. Reads descriptors; runs a getter only of a built-in that was changed since.
//
// Knows nothing of cells.

import { builtinModules, createRequire } from 'node:module';
import { completeCatalogue } from '../realm/intrinsics.js';
import { isMade, lateGlobal, lateGlobals } from '../realm/lazy-globals.js';
import {
  defineSessionGlobal,
  sessionGlobal,
  withSessionBuiltins,
  withSessionGlobal,
} from '../realm/pristine.js';
import { isSessionRequire, noteSessionRequire } from '../realm/session-require.js';

const define = Object.defineProperty;
const ownKeys = Reflect.ownKeys;
const BUILTIN_MODULES = new Set(builtinModules);
/** Globals whose setter keeps the new value inside the getter. */
const HOLDERS = ['process', 'Buffer'];
/** Core modules whose names are globals of every program, too. */
const MISSED = new Set(['process', 'console']);
/** The prompt's own names, which change with every cell. */
const VOLATILE = new Set(['_', '_error']);
/** Stands for a global that was not looked at. */
const UNREAD: PropertyDescriptor = { value: undefined };

/** A text without any of these has no way to the global object, to code that is made of texts, or to modules. */
const REACHES =
  /\\u|global|this|self|window|eval|Function|constructor|require|import|process|module|Reflect|vm|repl|inspector|worker/;

/** What the global object held before the session. */
export class Globals {
  #baseline = new Map<string | symbol, PropertyDescriptor>();
  readonly #held = new Map<string | symbol, unknown>(
    HOLDERS.map((name) => [name, Reflect.get(globalThis, name)]),
  );

  /** Globals that were not looked at: Node loads what makes them when somebody looks, and nothing ran that could have changed them. */
  readonly #unread = new Set<string>();

  /**
   * Remembers every global that exists now as not the user's. Where no code but brine's has run yet, and no option of Node's had it
   * run any, those that Node makes when somebody looks are not looked at before some may.
   */
  takeBaseline(mayWait = false): void {
    this.#unread.clear();
    const isAlone = mayWait && process.execArgv.length === 0 && process.env['NODE_OPTIONS'] === undefined;
    if (isAlone) for (const name of lateGlobals.keys()) if (!isMade(name)) this.#unread.add(name);
    if (this.#unread.size === 0) completeCatalogue();
    this.#baseline = new Map(
      ownKeys(globalThis).map((key) => [key, this.#unread.has(key as string) ? UNREAD : sessionGlobal(key)!]),
    );
  }

  /** To be called before code of this text runs, or, without one, before code whose text nobody sees. */
  expect(text?: string): void {
    if (this.#unread.size === 0) return;
    if (text !== undefined && !REACHES.test(text) && ![...this.#unread].some((name) => text.includes(name)))
      return;
    completeCatalogue();
    for (const name of this.#unread)
      this.#baseline.set(name, {
        value: lateGlobal(name),
        writable: true,
        enumerable: false,
        configurable: true,
      });
    this.#unread.clear();
  }

  /** True for a name that Node or the prompt defined. */
  isBuiltin(name: string): boolean {
    return this.#baseline.has(name);
  }

  /** True when a name of the user's hides a global of Node's; a core module's name at the prompt is no loss. */
  isHidden(name: string): boolean {
    const before = this.#baseline.get(name);
    if (before === undefined || VOLATILE.has(name) || this.#unread.has(name)) return false;
    if (BUILTIN_MODULES.has(name) && !MISSED.has(name)) return false;
    const now = sessionGlobal(name);
    if (now === undefined) return false;
    const isHeld = this.#held.has(name);
    if (!('value' in now) && !isHeld) return false;
    const value: unknown = 'value' in now ? now.value : now.get?.call(globalThis);
    if (name === 'require' && isSessionRequire(value)) return false;
    return !Object.is(value, 'value' in before ? before.value : this.#held.get(name));
  }

  /** Names that are the user's: not there before, or redefined since. `known` are left out. */
  userNames(known: ReadonlyMap<string, unknown>): string[] {
    const names: string[] = [];
    for (const key of ownKeys(globalThis)) {
      if (typeof key === 'string' && !known.has(key) && this.#isUsers(key)) names.push(key);
    }
    return names;
  }

  /** True for one of {@link userNames}. */
  isUserName(name: string): boolean {
    return !this.#unread.has(name) && sessionGlobal(name) !== undefined && this.#isUsers(name);
  }

  /** Names that Node or the prompt defined and that no longer exist. */
  deletedNames(): string[] {
    const names: string[] = [];
    for (const key of this.#baseline.keys()) {
      if (typeof key !== 'string' || VOLATILE.has(key) || this.#unread.has(key)) continue;
      if (sessionGlobal(key) === undefined) names.push(key);
    }
    return names;
  }

  #isUsers(name: string): boolean {
    if (this.#unread.has(name)) return false;
    const before = this.#baseline.get(name);
    if (before === undefined) return true;
    const now = sessionGlobal(name)!;
    // That of another session is nobody's own.
    if (name === 'require' && isSessionRequire(now.value)) return false;
    if ('value' in before) return !('value' in now) || !Object.is(before.value, now.value);
    if (this.#held.has(name)) return !Object.is(Reflect.get(globalThis, name), this.#held.get(name));
    if (!('value' in now) || VOLATILE.has(name)) return false;
    return this.#wasReplaced(name, before, now);
  }

  // Node turns some of its lazy getters into values itself; only the getter knows whether this is its value.
  #wasReplaced(name: string, before: PropertyDescriptor, now: PropertyDescriptor): boolean {
    if (before.get === undefined) return true;
    try {
      return !Object.is(before.get.call(globalThis), now.value);
    } catch {
      return true;
    } finally {
      defineSessionGlobal(name, now);
    }
  }

  /**
   * Makes a name ready to be assigned to by plain code: a built-in getter becomes a plain property with the same value,
   * a locked one is unlocked. Returns false when the name can never be redefined.
   */
  unlock(name: string): boolean {
    if (this.#unread.has(name)) this.expect();
    const now = sessionGlobal(name);
    if (now === undefined) return true;
    if ('value' in now) {
      if (now.writable === true) return true;
      if (now.configurable !== true) return false;
      defineSessionGlobal(name, { ...now, writable: true });
      return true;
    }
    if (now.configurable !== true) return now.set !== undefined;
    // Node's getters of core modules have setters that do the same; to read one would load the module.
    if (now.set !== undefined && BUILTIN_MODULES.has(name) && !this.#held.has(name)) return true;
    const value: unknown = VOLATILE.has(name)
      ? undefined
      : withSessionBuiltins(() => now.get?.call(globalThis));
    defineSessionGlobal(name, { value, writable: true, enumerable: true, configurable: true });
    return true;
  }

  /** Removes a name; a built-in of that name is put back. Returns false when it cannot be removed. */
  restore(name: string): boolean {
    if (this.#unread.has(name)) this.expect();
    const before = this.#baseline.get(name);
    try {
      if (before === undefined)
        return withSessionGlobal(name, () => Reflect.deleteProperty(globalThis, name));
      defineSessionGlobal(name, before);
      if (this.#held.has(name)) before.set?.call(globalThis, this.#held.get(name));
      return true;
    } catch {
      return false;
    }
  }
}

/** Gives the session a `require` that resolves from the working directory, and tells of every module it loads. */
export function installRequire(onRequire: (specifier: string, exports: unknown) => void): void {
  const native = createRequire(`${process.cwd()}/`);
  const require = (specifier: string): unknown => {
    const exports: unknown = native(specifier);
    onRequire(specifier, exports);
    return exports;
  };
  Object.assign(require, native);
  noteSessionRequire(require);
  define(globalThis, 'require', { value: require, writable: true, enumerable: false, configurable: true });
}
