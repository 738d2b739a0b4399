// Where the items of a call come from: a list, or an iterator that is asked only for what is about to be worked on.
//
// Knows nothing of workers.

import { performance } from 'node:perf_hooks';

/** Whatever gives items. */
export type Items<T> = Iterable<T> | AsyncIterable<T>;

/** Some items that follow each other. */
export interface Chunk {
  readonly first: number;
  readonly items: readonly unknown[];
}

/** Items in chunks. */
export class Feed {
  /** How many there are; undefined when an iterator has not ended. */
  total: number | undefined;
  isEnded = false;
  #next = 0;
  readonly #list: readonly unknown[] | undefined;
  readonly #iterator: Iterator<unknown> | AsyncIterator<unknown> | undefined;

  constructor(items: Items<unknown>) {
    if (Array.isArray(items)) {
      this.#list = items;
      this.total = items.length;
      this.isEnded = items.length === 0;
    } else if (Symbol.asyncIterator in items) this.#iterator = items[Symbol.asyncIterator]();
    else this.#iterator = items[Symbol.iterator]();
  }

  /** The next items, at most `count`; fewer at the end, or none. */
  async take(count: number): Promise<Chunk> {
    const first = this.#next;
    const items = this.#list?.slice(first, first + count) ?? (await this.#fromIterator(count));
    this.#next += items.length;
    if (items.length < count || this.#next === this.total) {
      this.isEnded = true;
      this.total ??= this.#next;
    }
    return { first, items };
  }

  /** Items that are left; undefined when nobody knows. */
  get left(): number | undefined {
    return this.total === undefined ? undefined : this.total - this.#next;
  }

  /** Tells the iterator that no more is wanted. */
  async close(): Promise<void> {
    if (!this.isEnded) await this.#iterator?.return?.();
    this.isEnded = true;
  }

  async #fromIterator(count: number): Promise<unknown[]> {
    const items: unknown[] = [];
    while (items.length < count) {
      const next = this.#iterator!.next();
      const { done, value } = next instanceof Promise ? await next : (next as IteratorResult<unknown>);
      if (done === true) break;
      items.push(value);
    }
    return items;
  }
}

/** What a chunk is to take: long beside the cost of sending one, short beside a person's patience. */
const CHUNK_MS = 60;
const CHUNK_ITEMS_MAX = 100_000;
/** Items that do not come from a list are not asked for far ahead. */
const CHUNK_AHEAD_MAX = 1000;

/** How many items a chunk has: as measured so far. */
export class ChunkSize {
  readonly #fixed: number | undefined;
  readonly #workers: number;
  #itemMs: number | undefined;

  constructor(fixed: number | undefined, workers: number) {
    this.#fixed = fixed;
    this.#workers = workers;
  }

  /** The size of the next chunk. Towards the end they are smaller, so that all workers end together. */
  next({ left }: Feed): number {
    if (this.#fixed !== undefined) return this.#fixed;
    if (this.#itemMs === undefined) return 1;
    const measured = Math.round(CHUNK_MS / Math.max(this.#itemMs, CHUNK_MS / CHUNK_ITEMS_MAX));
    const fair = left === undefined ? CHUNK_AHEAD_MAX : Math.ceil(left / (this.#workers * 2));
    return Math.max(1, Math.min(measured, fair));
  }

  /** Notes what a chunk took, in the worker or here, whichever was longer. */
  note(items: number, tookMs: number): void {
    const itemMs = tookMs / items;
    this.#itemMs = this.#itemMs === undefined ? itemMs : this.#itemMs * 0.5 + itemMs * 0.5;
  }
}

/** Milliseconds since another moment. */
export function since(startMs: number): number {
  return performance.now() - startMs;
}
