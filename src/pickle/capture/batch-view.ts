// One heap snapshot for all functions of a batch, taken when the first question comes that only it can answer. Those who ask share
// it: each costs some tenths of a second, and two at a time take so much of the heap that a third is not taken.
//
// Knows nothing of what is asked.

import { HeapView } from './heap-view.js';
import type { V8Session } from './inspector.js';
import { isHeapSmall } from './small-heap.js';

/** Looks into the heap in one run. */
export class BatchView {
  readonly #session: V8Session;
  #functions: readonly Function[] = [];
  #known: ReadonlySet<Function> = new Set();
  /** Undefined before anybody asked, null when there is none for this batch. */
  #view: HeapView | null | undefined;

  constructor(session: V8Session) {
    this.#session = session;
  }

  /** Begins a batch of functions; without any, what was seen of the last one is let go. */
  begin(functions: readonly Function[]): void {
    this.#functions = functions;
    this.#known = new Set();
    this.#view = undefined;
  }

  /** A look that shows these functions and those of the batch; null when the heap is too large, or V8 gives none. */
  of(functions: readonly Function[]): HeapView | null {
    const isThere = this.#view !== undefined && functions.every((each) => this.#known.has(each));
    if (this.#view !== null && !isThere) {
      this.#view = undefined; // Let go before the next is taken.
      this.#known = new Set([...this.#known, ...this.#functions, ...functions]);
      this.#view = isHeapSmall(this.#session) ? HeapView.take([...this.#known], []) : null;
    }
    return this.#view ?? null;
  }
}
