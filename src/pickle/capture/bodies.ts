// Tells in the body of which of several classes of one text a function was written: a class with private names has a context,
// which its constructor and everything in its body hold. Only a heap snapshot shows it: one for all functions of a batch.
// Knows nothing of texts and scopes.

import { HeapView } from './heap-view.js';
import type { V8Session } from './inspector.js';
import { isHeapSmall } from './small-heap.js';

/** Tells in one run. */
export class Bodies {
  readonly #session: V8Session;
  #functions: readonly Function[] = [];
  #view: HeapView | null = null;
  #known: ReadonlySet<Function> = new Set();

  constructor(session: V8Session) {
    this.#session = session;
  }

  /** Begins a batch of functions; without any, what was seen of the last one is let go. */
  begin(functions: readonly Function[]): void {
    this.#functions = functions;
    this.#view = null;
    this.#known = new Set();
  }

  /** The one of these classes in whose body a function was written; null when nothing tells. */
  classAround(fn: Function, classes: readonly Function[]): Function | null {
    const asked = [fn, ...classes];
    if (!asked.every((each) => this.#known.has(each))) {
      if (!isHeapSmall(this.#session)) return null;
      this.#known = new Set([...this.#known, ...this.#functions, ...asked]);
      this.#view = HeapView.take([...this.#known], []);
    }
    const fitting = classes.filter((each) => this.#view?.isInside(fn, each) === true);
    return fitting.length === 1 ? (fitting[0] as Function) : null;
  }
}
