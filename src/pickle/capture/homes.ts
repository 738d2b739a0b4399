// Finds the home object of a method with `super`: the object literal it was written in.
//
// A method keeps its home object in a context of its own, which a heap snapshot shows and nothing else. Which objects hold
// the method says little: copies hold it too, and the home may have dropped it. A home never changes, so what was found is
// remembered for the process. In a heap too large for a snapshot, an object is taken when it is the only one that holds
// the method, and the guess is told. Knows nothing of classes, whose methods come with them.

import { HeapView } from './heap-view.js';
import type { V8Session } from './inspector.js';
import type { Owners } from './owners.js';
import { isHeapSmall } from './small-heap.js';

/** Homes found in this process. */
const foundHomes = new WeakMap<Function, WeakRef<object>>();

/** From how many methods on one look through what is alive costs less than a walk of the heap for each. */
const MANY = 4;

/** Why a home is not known. */
export const HOME_UNTOLD = 'it uses `super`, and the object it was written in cannot be told';

/** Finds homes in one run. */
export class Homes {
  readonly #session: V8Session;
  readonly #owners: Owners;
  readonly #asked = new WeakSet<Function>();
  readonly #guessed = new WeakSet<Function>();

  constructor(session: V8Session, owners: Owners) {
    this.#session = session;
    this.#owners = owners;
  }

  /** Looks for the homes of methods, all with one snapshot. */
  prepare(methods: readonly Function[]): void {
    const unknown = methods.filter((fn) => !foundHomes.has(fn) && !this.#asked.has(fn));
    if (unknown.length === 0 || !isHeapSmall(this.#session)) return;
    for (const fn of unknown) this.#asked.add(fn);
    const view = HeapView.take(unknown, this.#likelyHomes(unknown));
    for (const fn of unknown) {
      const seen = view?.homeOf(fn);
      if (seen === undefined || seen === null) continue;
      const home = seen.object ?? this.#session.objectByHeapId(seen.heapId);
      if (home !== null) foundHomes.set(fn, new WeakRef(home));
    }
  }

  /** Objects to park in the snapshot: those that hold the methods. V8 walks the whole heap for each home that is not among them. */
  #likelyHomes(methods: readonly Function[]): object[] {
    if (methods.length < MANY) return [];
    return [...new Set(methods.flatMap((fn) => this.#owners.homesOf(fn, null)))];
  }

  /** The home of a method, under its name where the text has one; null when it cannot be told. */
  of(method: Function, name: string | null): object | null {
    const found = foundHomes.get(method)?.deref();
    if (found !== undefined || this.#asked.has(method)) return found ?? null;
    const homes = this.#owners.homesOf(method, name);
    if (homes.length !== 1) return null;
    this.#guessed.add(method);
    return homes[0] as object;
  }

  /** True when the home of a method that was found is only likely. */
  isGuess(method: Function): boolean {
    return this.#guessed.has(method);
  }
}
