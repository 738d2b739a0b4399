// Reads the name of a function expression for what was written in it and cannot be entered: a class with a base and no constructor of
// its own, for one. V8 lists that variable nowhere; a frame shows it, and otherwise a heap snapshot, one for all functions of a batch.
// Knows nothing of texts and scopes.

import { HeapView } from './heap-view.js';
import type { V8Session } from './inspector.js';
import { isHeapSmall } from './small-heap.js';

/** Reads in one run. */
export class SelfNames {
  readonly #session: V8Session;
  #functions: readonly Function[] = [];
  #view: HeapView | null | undefined;

  constructor(session: V8Session) {
    this.#session = session;
  }

  /** Begins a batch of functions; without any, what was seen of the last one is let go. */
  begin(functions: readonly Function[]): void {
    this.#functions = functions;
    this.#view = undefined;
  }

  /** The function around another one that has this name inside itself, or null when nothing tells. */
  of(fn: Function, name: string): Function | null {
    if (this.#view === undefined) this.#view = this.#look(fn);
    const heapId = this.#view?.heldUnder(fn, name) ?? null;
    const found = heapId === null ? null : this.#session.objectByHeapId(heapId);
    return typeof found === 'function' ? found : null;
  }

  #look(fn: Function): HeapView | null {
    return isHeapSmall(this.#session) ? HeapView.take([...new Set([fn, ...this.#functions])], []) : null;
  }
}
