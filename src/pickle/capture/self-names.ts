// Reads the name of a function expression for what was written in it and cannot be entered: a class with a base and no constructor of
// its own, for one. V8 lists that variable nowhere; a frame shows it, and otherwise a heap snapshot.
//
// Knows nothing of texts and scopes.

import type { BatchView } from './batch-view.js';
import type { V8Session } from './inspector.js';

/** Reads in one run. */
export class SelfNames {
  readonly #session: V8Session;
  readonly #heap: BatchView;

  constructor(session: V8Session, heap: BatchView) {
    this.#session = session;
    this.#heap = heap;
  }

  /** The function around another one that has this name inside itself, or null when nothing tells. */
  of(fn: Function, name: string): Function | null {
    const heapId = this.#heap.of([fn])?.heldUnder(fn, name) ?? null;
    const found = heapId === null ? null : this.#session.objectByHeapId(heapId);
    return typeof found === 'function' ? found : null;
  }
}
