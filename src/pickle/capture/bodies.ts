// Tells in the body of which of several classes of one text a function was written: a class with private names has a context,
// which its constructor and everything in its body hold. Only a heap snapshot shows it: one for all functions of a batch.
// Knows nothing of texts and scopes.

import type { BatchView } from './batch-view.js';

/** Tells in one run. */
export class Bodies {
  readonly #heap: BatchView;

  constructor(heap: BatchView) {
    this.#heap = heap;
  }

  /** The one of these classes in whose body a function was written; null when nothing tells. */
  classAround(fn: Function, classes: readonly Function[]): Function | null {
    const view = this.#heap.of([fn, ...classes]);
    const fitting = classes.filter((each) => view?.isInside(fn, each) === true);
    return fitting.length === 1 ? (fitting[0] as Function) : null;
  }
}
