// Decides between many probes and one heap snapshot, by what each would cost, and takes the snapshot.
//
// A probe takes some milliseconds whatever the heap; a snapshot takes time that grows with the heap and then answers
// for every function at once. Knows nothing of texts and scopes.

import { getHeapStatistics } from 'node:v8';
import { HeapView } from './heap-view.js';
import type { V8Session } from './inspector.js';

// Measured on Node 20 to 26: 2 to 4 ms a probe; 0.15 s for an empty heap and 60 to 100 ms for each megabyte in use.
const PROBE_MS = 3;
const SNAPSHOT_MS = 200;
const SNAPSHOT_MS_PER_MEGABYTE = 60;
const MEGABYTE_BYTES = 1e6;
const PROBES_MIN = 100;

/** The heap snapshot of one batch, if there is any. */
export class Bulk {
  readonly #session: V8Session;
  #view: HeapView | null = null;
  #hasValues = false;
  #isBroken = false;

  constructor(session: V8Session) {
    this.#session = session;
  }

  /** What the snapshot says, or null while none was taken. */
  get view(): HeapView | null {
    return this.#view;
  }

  /** True when the snapshot can turn receivers back into values. */
  get hasValues(): boolean {
    return this.#hasValues;
  }

  /** True when that many probes would take longer than a snapshot, or cannot be made at all; `mustPause` for any but variables. */
  isWorth(probes: number, { mustPause }: { readonly mustPause: boolean }): boolean {
    if (this.#isBroken || probes === 0) return false;
    if (!(mustPause ? this.#session.canPause : this.#session.canEnter)) return true;
    if (probes < PROBES_MIN) return false;
    const megabytes = getHeapStatistics().used_heap_size / MEGABYTE_BYTES;
    return probes * PROBE_MS > SNAPSHOT_MS + megabytes * SNAPSHOT_MS_PER_MEGABYTE;
  }

  /** Takes a snapshot of these functions; null when V8 gives none that can be trusted, now and for the whole run. */
  take(functions: readonly Function[], options: { readonly hasValues: boolean }): HeapView | null {
    if (this.#isBroken) return null;
    this.#view = null;
    const objects = options.hasValues ? this.#session.liveObjects(Object.prototype) : [];
    this.#view = HeapView.take(functions, objects);
    this.#hasValues = options.hasValues;
    this.#isBroken = this.#view === null;
    return this.#view;
  }

  /** Lets the snapshot go: call when the batch is done. */
  drop(): void {
    this.#view = null;
    this.#hasValues = false;
  }
}
