// `pmap(fn, items)` at the prompt and in pipes: `map` of a pool that is made when it is first called, with a view of how far it is
// while a cell waits for it. Like `In` and `Out` it is no name of the session, and is not saved; a name of the session hides it.
//
// Put there before the evaluator is made. Loads the pool, and Ink, when they are needed.

import process from 'node:process';
import type { Pool } from '../../src/parallel/index.js';
import type { CallOptions } from '../../src/parallel/types.js';
import type { Pace } from '../views/pace.js';

type Call = (
  fn: (item: unknown) => unknown,
  items: Iterable<unknown>,
  options?: CallOptions,
) => Promise<unknown[]>;

// Captures nothing, so that a name of the session which holds it is saved as this text, and not with all that is behind it.
function pmap(fn: never, items: never, options?: CallOptions): Promise<unknown[]> {
  return (globalThis as unknown as { readonly 'brine:pmap': Call })['brine:pmap'](fn, items, options);
}

/** Names that functions leave behind when they go to a worker: only the prompt has them. */
const PROMPT_NAMES: ReadonlySet<string> = new Set(['In', 'Out', 'pmap', 'brine:pmap']);
const PATIENCE_MS = 300;

/** Shows how far a call is. */
export interface ShowsItems {
  show(pace: Pace): void;
  close(): Promise<void> | void;
}

/** `pmap` and what it has of its own. */
export class ParallelMap {
  #pool: Promise<Pool> | undefined;
  readonly #view: (() => Promise<ShowsItems>) | undefined;
  /** A cell waits: what is drawn does not disturb what is typed. */
  #isWaiting = false;
  #shown: Promise<ShowsItems> | undefined;

  /** @param view  Opens a view; left out where nothing is drawn. */
  constructor(view?: () => Promise<ShowsItems>) {
    this.#view = view;
  }

  /** Defines `pmap`. Call it before the evaluator is made. */
  install(): void {
    const map: Call = (fn, items, options) => this.#map(fn, items, options);
    for (const [name, value] of Object.entries({ pmap, 'brine:pmap': map }))
      Object.defineProperty(globalThis, name, {
        value,
        writable: true,
        enumerable: false,
        configurable: true,
      });
  }

  /** A cell begins to wait. */
  waits(): void {
    this.#isWaiting = true;
  }

  /** It waits no more: the view goes. */
  async rests(): Promise<void> {
    this.#isWaiting = false;
    const shown = this.#shown;
    this.#shown = undefined;
    await (await shown)?.close();
  }

  async #map(
    fn: (item: unknown) => unknown,
    items: Iterable<unknown>,
    options: CallOptions = {},
  ): Promise<unknown[]> {
    this.#pool ??= this.#start();
    const pool = await this.#pool;
    const stop = new AbortController();
    const onSignal = (): void => stop.abort(new Error('Ctrl-C'));
    const isPrompt = this.#view !== undefined;
    if (isPrompt) process.on('SIGINT', onSignal);
    const startMs = performance.now();
    // What is no object the pool refuses.
    const { signal = stop.signal, onProgress, ...rest } = options ?? {};
    try {
      if (options === null || typeof options !== 'object') return await pool.map(fn, items, options);
      return await pool.map(fn, items, {
        ...rest,
        signal: AbortSignal.any([signal, stop.signal]),
        onProgress: (progress) => {
          this.#show(progress, performance.now() - startMs);
          onProgress?.(progress);
        },
      });
    } finally {
      process.off('SIGINT', onSignal);
      const shown = this.#shown;
      this.#shown = undefined;
      await (await shown)?.close();
    }
  }

  #show(
    { done, total }: { readonly done: number; readonly total: number | undefined },
    tookMs: number,
  ): void {
    if (!this.#isWaiting || this.#view === undefined || tookMs < PATIENCE_MS || done === total) return;
    this.#shown ??= this.#view();
    const perSecond = (done / tookMs) * 1000;
    const leftMs = total === undefined ? undefined : ((total - done) / perSecond) * 1000;
    void this.#shown.then((view) => {
      if (this.#isWaiting) view.show({ done, total, perSecond, leftMs });
    });
  }

  async #start(): Promise<Pool> {
    const { LocalExecutor } = await import('../../src/parallel/local.js');
    const { Pool } = await import('../../src/parallel/pool.js');
    const { availableParallelism } = await import('node:os');
    const size = availableParallelism();
    return new Pool(
      {},
      new LocalExecutor({ kind: 'threads', size, snapshot: undefined, globals: PROMPT_NAMES }),
    );
  }
}
