// One call: chunks go to workers as these are free, and what came of them comes back in order or as it comes.
//
// Holds no more than a few chunks for each worker: who reads slowly is not run ahead of. Knows nothing of what workers are.

import { randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { ParallelError } from '../errors.js';
import { taskError } from './failed.js';
import { type Chunk, ChunkSize, Feed, type Items, since } from './feed.js';
import { Shipment } from './shipment.js';
import type { CallOptions, Executor, Mode } from './types.js';
import { unpack } from './wire.js';

/** Chunks on their way for each worker: one that it is on and one that waits for it. */
const AHEAD = 2;
/** Chunks for each worker that are on their way or wait to be read. */
const HELD = 4;

/** A call. */
export interface Call {
  readonly executor: Executor;
  readonly functions: readonly Function[];
  readonly items: Items<unknown>;
  readonly mode: Mode;
  readonly isOrdered: boolean;
  readonly options: CallOptions;
}

/** Results that follow each other; of a reduction one for each chunk. */
export interface Part {
  readonly first: number;
  readonly results: readonly unknown[];
}

/** Runs a call. Leaving it early lets what is running end and starts nothing more. */
export async function* partsOf(call: Call): AsyncGenerator<Part, void, undefined> {
  const run = new Run(call);
  try {
    for (;;) {
      run.start();
      for (let part = run.take(); part !== undefined; part = run.take()) {
        yield part;
        run.start();
      }
      if (run.failure !== undefined) throw run.failure;
      if (run.isOver) return;
      await run.changed();
    }
  } finally {
    await run.end();
  }
}

class Run {
  failure: unknown;
  readonly #call: Call;
  readonly #name = randomUUID();
  readonly #shipment: Shipment;
  readonly #feed: Feed;
  readonly #size: ChunkSize;
  readonly #stop = new AbortController();
  readonly #parts = new Map<number, Part & { readonly count: number }>();
  readonly #timers = new Set<NodeJS.Timeout>();
  #active = 0;
  #isTaking = false;
  #isEnded = false;
  #next = 0;
  #done = 0;
  #wake: (() => void) | undefined;
  #hasChanged = false;

  constructor(call: Call) {
    const { executor, functions, items, options } = call;
    this.#call = call;
    // A task that may take only so long is alone, so that no other is lost with it.
    const fixed = options.taskTimeoutMs === undefined ? options.chunk : 1;
    this.#size = new ChunkSize(fixed, executor.size);
    this.#shipment = new Shipment(functions, executor);
    this.#feed = new Feed(items);
    const { signal, timeoutMs } = options;
    if (signal?.aborted === true) this.#onAbort();
    else signal?.addEventListener('abort', this.#onAbort, { once: true });
    if (timeoutMs !== undefined)
      this.#timer(timeoutMs, () =>
        this.#kill(timedOut(`the call took longer than ${timeoutMs} ms`, undefined)),
      );
  }

  get isOver(): boolean {
    return this.#feed.isEnded && !this.#isTaking && this.#active === 0 && this.#parts.size === 0;
  }

  /** Starts what can be started now. */
  start(): void {
    const { executor, options } = this.#call;
    const activeMax = executor.size * (options.taskTimeoutMs === undefined ? AHEAD : 1);
    const isFull = this.#active >= activeMax || this.#active + this.#parts.size >= executor.size * HELD;
    if (isFull || this.#isTaking || this.#feed.isEnded || this.failure !== undefined || this.#isEnded) return;
    this.#isTaking = true;
    this.#feed.take(this.#size.next(this.#feed)).then(
      (chunk) => {
        this.#isTaking = false;
        if (chunk.items.length > 0 && this.failure === undefined) this.#launch(chunk);
        this.start();
        this.#change();
      },
      (error) => this.#fail(error),
    );
  }

  /** The next part, if it is there. */
  take(): Part | undefined {
    const [any] = this.#parts.keys();
    const first = this.#call.isOrdered ? this.#next : any;
    const part = first === undefined ? undefined : this.#parts.get(first);
    if (part === undefined) return undefined;
    this.#parts.delete(part.first);
    this.#next = part.first + part.count;
    return part;
  }

  /** Waits until something has changed since the last time. */
  async changed(): Promise<void> {
    if (!this.#hasChanged)
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    this.#hasChanged = false;
  }

  async end(): Promise<void> {
    this.#isEnded = true;
    this.failure ??= new ParallelError('PARALLEL_ABORTED', 'nobody waits for the results any more');
    for (const timer of this.#timers) clearTimeout(timer);
    this.#call.options.signal?.removeEventListener('abort', this.#onAbort);
    await this.#feed.close();
  }

  #launch(chunk: Chunk): void {
    this.#active += 1;
    this.#run(chunk).then(
      () => {
        this.#active -= 1;
        // Whoever reads the results may be busy.
        this.start();
        this.#change();
      },
      (error) => {
        this.#active -= 1;
        this.#fail(error);
      },
    );
  }

  async #run({ first, items }: Chunk): Promise<void> {
    const { executor, mode, options } = this.#call;
    const startMs = performance.now();
    const moves = options.transfer === true;
    const { wire, moved } = this.#shipment.packItems(items, moves);
    const packedMs = since(startMs);
    const { signal, onBegin, done } = this.#watched(first);
    const count = items.length;
    const { code } = this.#shipment;
    const task = { call: this.#name, mode, code, items: wire, moves, timeoutMs: options.taskTimeoutMs };
    const how = { signal, moved, onBegin: onBegin ?? (() => {}), first, count };
    const answer = await executor.run(task, how).finally(done);
    if (this.#isEnded || this.failure !== undefined) return;
    if ('needsCode' in answer)
      throw new ParallelError('PARALLEL_WORKER', 'a worker lost the code of its call');
    if ('timedOut' in answer)
      throw timedOut(`item ${first} took longer than ${options.taskTimeoutMs} ms`, first);
    if ('failed' in answer) {
      await this.#shipment.prepare();
      throw await taskError(answer.failed, first, (name) => this.#shipment.valueOf(name));
    }
    await this.#shipment.prepare();
    const { values: results } = await unpack(answer.results, (name) => this.#shipment.valueOf(name));
    this.#size.note(count, Math.max(answer.tookMs, packedMs));
    this.#parts.set(first, { first, results, count });
    this.#done += count;
    options.onProgress?.({ done: this.#done, total: this.#feed.total });
  }

  // A task that may take only so long, from when it begins.
  #watched(first: number): {
    readonly signal: AbortSignal;
    readonly onBegin: (() => void) | undefined;
    readonly done: () => void;
  } {
    const { taskTimeoutMs } = this.#call.options;
    if (taskTimeoutMs === undefined) return { signal: this.#stop.signal, onBegin: undefined, done: () => {} };
    let timer: NodeJS.Timeout | undefined;
    const onBegin = (): void => {
      timer = this.#timer(taskTimeoutMs, () =>
        this.#kill(timedOut(`item ${first} took longer than ${taskTimeoutMs} ms`, first)),
      );
    };
    return { signal: this.#stop.signal, onBegin, done: () => clearTimeout(timer) };
  }

  readonly #onAbort = (): void => {
    const cause: unknown = this.#call.options.signal?.reason;
    this.#kill(new ParallelError('PARALLEL_ABORTED', 'the call was aborted', { cause }));
  };

  // Workers that are on it are ended.
  #kill(error: ParallelError): void {
    this.#fail(error);
    this.#stop.abort();
  }

  #fail(error: unknown): void {
    this.failure ??= error;
    this.#change();
  }

  #timer(ms: number, act: () => void): NodeJS.Timeout {
    const timer = setTimeout(act, ms);
    this.#timers.add(timer);
    return timer;
  }

  #change(): void {
    this.#hasChanged = true;
    this.#wake?.();
    this.#wake = undefined;
  }
}

function timedOut(message: string, index: number | undefined): ParallelError {
  return new ParallelError('PARALLEL_TIMEOUT', message, {
    ...(index !== undefined && { index, path: `[${index}]` }),
    hint: 'allow more with taskTimeoutMs and timeoutMs',
  });
}
