// A pool as callers see it: the calls, with checks of what is given. How a call runs is in schedule.ts.

import { availableParallelism } from 'node:os';
import { ParallelError } from '../errors.js';
import { pathOf } from '../store/path-of.js';
import { KEEP_MS, placeOf } from './cluster/connect.js';
import { ClusterExecutor } from './cluster/executor.js';
import { collect, forget, listJobs, submit } from './cluster/jobs.js';
import type { Items } from './feed.js';
import { LocalExecutor } from './local.js';
import { CALL_NAMES, checkParallelNames, POOL_NAMES, SUBMIT_NAMES } from './options.js';
import { partsOf } from './schedule.js';
import { namesOfSnapshot } from './snapshot-names.js';
import type { CallOptions, Executor, Mode, PoolOptions, SubmitOptions, SubmittedJob } from './types.js';

/** Workers that a cluster is thought to have, unless it is said. */
const CLUSTER_SIZE = 8;

/** Options of {@link Pool.reduce}. */
export interface ReduceOptions<T, R> extends CallOptions {
  /** What every item becomes first, in the worker. Default: the item itself. */
  readonly map?: (item: T) => R | PromiseLike<R>;
  /** What stands before the first item. Default: nothing; reducing no items is an error then. */
  readonly initial?: R;
}

/**
 * Workers that call functions of this program, with what these capture. Made by {@link pool}.
 */
export class Pool implements AsyncDisposable {
  readonly #options: PoolOptions;
  #executor: Executor | undefined;
  #isClosed = false;

  /** @internal */
  constructor(options: PoolOptions, executor?: Executor) {
    this.#options = options;
    this.#executor = executor;
  }

  /** How many workers there are. */
  get size(): number {
    return this.#open().size;
  }

  /**
   * Calls a function with each item, in the workers, and gives the results in the order of the items.
   *
   * @param fn       The function, of one item. It takes along what it captures: each call of `map` begins with that as it is now.
   * @param items    The items; an iterator is asked for them as they are needed.
   * @param options  See {@link CallOptions}.
   * @returns The results.
   * @throws {ParallelError} PARALLEL_TASK for the first function that throws, with `index`, `cause` and `remoteStack`;
   *   PARALLEL_TIMEOUT, PARALLEL_ABORTED, PARALLEL_WORKER, PARALLEL_CLOSED, PARALLEL_PEER, PARALLEL_OPTION
   * @throws {PicklingError} PICKLE_UNSAVABLE when the function or an item cannot be pickled
   * @see `map` of `multiprocess.Pool` and pathos
   * @example
   *   const workers = pool({ workers: 2 });
   *   const rate = 1.5;
   *   const costs = await workers.map((n) => n * rate, [10, 20]);
   *   costs; // [ 15, 30 ]
   *   await workers.close();
   */
  async map<T, R>(
    fn: (item: T) => R | PromiseLike<R>,
    items: Items<T>,
    options: CallOptions = {},
  ): Promise<Awaited<R>[]> {
    return (await this.#all('map', [fn], items, options)) as Awaited<R>[];
  }

  /**
   * Like {@link Pool.map}, with a list of arguments for each call.
   *
   * @param fn             The function.
   * @param argumentLists  A list of arguments for each call.
   * @param options        See {@link CallOptions}.
   * @throws As {@link Pool.map}
   * @see `starmap` of `multiprocess.Pool`
   * @example
   *   const workers = pool({ workers: 2 });
   *   const powers = await workers.starmap((a, b) => a ** b, [[2, 3], [3, 2]]);
   *   powers; // [ 8, 9 ]
   *   await workers.close();
   */
  async starmap<A extends readonly unknown[], R>(
    fn: (...args: A) => R | PromiseLike<R>,
    argumentLists: Items<A>,
    options: CallOptions = {},
  ): Promise<Awaited<R>[]> {
    return (await this.#all('star', [fn], argumentLists, options)) as Awaited<R>[];
  }

  /**
   * Like {@link Pool.map}, as results are there, in the order of the items. Items are asked for, and worked on, only a little
   * ahead of whoever reads.
   *
   * @param fn       The function, of one item.
   * @param items    The items.
   * @param options  See {@link CallOptions}.
   * @returns The results, in the order of the items.
   * @throws As {@link Pool.map}, when the next result is asked for
   * @see `imap` of `multiprocess.Pool`
   * @example
   *   const workers = pool({ workers: 2 });
   *   for await (const text of workers.imap((n) => `item ${n}`, [1, 2])) console.log(text);
   *   await workers.close();
   */
  imap<T, R>(
    fn: (item: T) => R | PromiseLike<R>,
    items: Items<T>,
    options: CallOptions = {},
  ): AsyncIterableIterator<Awaited<R>> {
    return this.#each([fn], items, true, options) as AsyncIterableIterator<Awaited<R>>;
  }

  /**
   * Like {@link Pool.imap}, in whatever order results come.
   *
   * @param fn       The function, of one item.
   * @param items    The items.
   * @param options  See {@link CallOptions}.
   * @returns The results, as they come.
   * @throws As {@link Pool.imap}
   * @see `uimap` of pathos, `imap_unordered` of `multiprocess.Pool`
   * @example
   *   const workers = pool({ workers: 2 });
   *   let sum = 0;
   *   for await (const n of workers.uimap((n) => n * 10, [1, 2])) sum += n;
   *   sum; // 30
   *   await workers.close();
   */
  uimap<T, R>(
    fn: (item: T) => R | PromiseLike<R>,
    items: Items<T>,
    options: CallOptions = {},
  ): AsyncIterableIterator<Awaited<R>> {
    return this.#each([fn], items, false, options) as AsyncIterableIterator<Awaited<R>>;
  }

  /**
   * Sends each item through several functions, each getting what the one before it gave; what is between them stays in the
   * worker. Results come as with {@link Pool.imap}.
   *
   * @param items      The items.
   * @param functions  At least one; the first gets the item.
   * @param options    See {@link CallOptions}.
   * @returns The results, in the order of the items.
   * @throws As {@link Pool.imap}
   * @see `pipe` of pathos
   * @example
   *   const workers = pool({ workers: 2 });
   *   const lengths = [];
   *   for await (const n of workers.pipe(['a', 'bb'], [(s) => s + s, (s) => s.length])) lengths.push(n);
   *   lengths; // [ 2, 4 ]
   *   await workers.close();
   */
  pipe<R = unknown>(
    items: Items<unknown>,
    functions: readonly ((value: any) => unknown)[],
    options: CallOptions = {},
  ): AsyncIterableIterator<R> {
    if (!Array.isArray(functions) || functions.length === 0) throw wrong('pipe', 'give a list of functions');
    return this.#each(functions, items, true, options) as AsyncIterableIterator<R>;
  }

  /**
   * Calls a function once, in a worker.
   *
   * @param fn    The function.
   * @param args  Its arguments.
   * @returns What it returns.
   * @throws As {@link Pool.map}
   * @see `apply` of `multiprocess.Pool`
   * @example
   *   const workers = pool({ workers: 1 });
   *   await workers.run((a, b) => a + b, 2, 3); // 5
   *   await workers.close();
   */
  async run<A extends readonly unknown[], R>(
    fn: (...args: A) => R | PromiseLike<R>,
    ...args: A
  ): Promise<Awaited<R>> {
    const [result] = await this.#all('star', [fn], [args], {});
    return result as Awaited<R>;
  }

  /**
   * Combines all items to one: parts of them in the workers, then these parts. The order of the items is kept, so the function
   * has to be associative and need not be commutative.
   *
   * @param fn       The function, of what is combined so far and what comes next.
   * @param items    The items.
   * @param options  See {@link ReduceOptions}.
   * @returns What all items become together.
   * @throws As {@link Pool.map}; PARALLEL_OPTION for no items without `initial`
   * @see `fold` of parallel collections: parts first, then their results
   * @example
   *   const workers = pool({ workers: 2 });
   *   const longest = await workers.reduce((a, b) => Math.max(a, b), ['a', 'bbb'], { map: (s) => s.length, initial: 0 });
   *   longest; // 3
   *   await workers.close();
   */
  async reduce<T, R = T>(
    fn: (before: R, next: R) => R | PromiseLike<R>,
    items: Items<T>,
    options: ReduceOptions<T, R> = {},
  ): Promise<R> {
    checkParallelNames(options, { ...CALL_NAMES, map: 'function', initial: 'any' });
    const { map, initial, ...rest } = options;
    let parts = await this.#all('reduce', map === undefined ? [fn] : [fn, map], items, rest);
    const { size } = this.#open();

    const combined = (chunk: number): Promise<unknown[]> =>
      this.#all('reduce', [fn], parts, { ...rest, chunk, onProgress: () => {} });
    while (parts.length > size * 2) parts = await combined(Math.ceil(parts.length / size));
    if ('initial' in options) parts = [initial, ...parts];
    if (parts.length === 0) throw wrong('items', 'there is nothing to reduce: give an initial value');
    if (parts.length > 1) parts = await combined(parts.length);
    return parts[0] as R;
  }

  /**
   * Puts a call into the queue of the cluster and does not wait for it: this program may end. {@link Pool.collect} gives the results,
   * here or in another program whose keys fit.
   *
   * @param fn       The function, of one item.
   * @param items    The items.
   * @param options  See {@link SubmitOptions}.
   * @returns The id of the job.
   * @throws {ParallelError} PARALLEL_OPTION for a pool of this machine; CLUSTER_CONNECTION, PARALLEL_PEER
   * @see futures of Dask, `delay` of Celery
   */
  async submit<T>(fn: (item: T) => unknown, items: Items<T>, options: SubmitOptions = {}): Promise<string> {
    checkParallelNames(options, SUBMIT_NAMES);
    checkCall([fn], items);
    checkCallOptions(options.chunk === undefined ? {} : { chunk: options.chunk });
    return submit(this.#cluster(), fn, items, options);
  }

  /** What was submitted to the cluster and not forgotten, by whomever, the newest first. Throws as {@link Pool.submit}. */
  async jobs(): Promise<SubmittedJob[]> {
    return listJobs(await this.#cluster().connection());
  }

  /**
   * The results of a job, in the order of its items. They stay where they are until {@link Pool.forget}. Instances come back on
   * copies of the classes that the job took along.
   *
   * @param id       The id that {@link Pool.submit} gave.
   * @param options  `waits`: wait for what is not done (default: true); `signal` ends the wait.
   * @throws {ParallelError} CLUSTER_JOB when there is none of that id, or it is not done and `waits` is false; CLUSTER_LOST,
   *   CLUSTER_REFUSED; PARALLEL_TASK, PARALLEL_ABORTED as {@link Pool.map}
   */
  async collect<R = unknown>(
    id: string,
    options: { readonly waits?: boolean; readonly signal?: AbortSignal } = {},
  ): Promise<R[]> {
    checkParallelNames(options, { waits: 'any', signal: 'any' });
    const { waits = true, signal } = options;
    return (await collect(await this.#cluster().connection(), id, { waits, signal })) as R[];
  }

  /**
   * Removes a job with its results; what runs of it is stopped. Throws as {@link Pool.collect}.
   *
   * @param id  The id that {@link Pool.submit} gave.
   */
  async forget(id: string): Promise<void> {
    await forget(await this.#cluster().connection(), id);
  }

  #cluster(): ClusterExecutor {
    const executor = this.#open();
    if (executor instanceof ClusterExecutor) return executor;
    throw new ParallelError(
      'PARALLEL_OPTION',
      'a pool of this machine has no jobs that outlive the program',
      {
        hint: "make a pool of a cluster: pool({ cluster: 'redis://127.0.0.1:6379' })",
      },
    );
  }

  /** Ends the workers, also those that are working. Calls that still run fail. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const executor = this.#executor;
    this.#executor = undefined;
    await executor?.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #all(
    mode: Mode,
    functions: readonly Function[],
    items: Items<unknown>,
    options: CallOptions,
  ): Promise<unknown[]> {
    const all: unknown[][] = [];
    for await (const { results } of this.#parts(mode, functions, items, true, options))
      all.push(results as unknown[]);
    return all.length === 1 ? (all[0] as unknown[]) : all.flat(1);
  }

  #each(
    functions: readonly Function[],
    items: Items<unknown>,
    isOrdered: boolean,
    options: CallOptions,
  ): AsyncIterableIterator<unknown> {
    return oneByOne(this.#parts('map', functions, items, isOrdered, options));
  }

  #parts(
    mode: Mode,
    functions: readonly Function[],
    items: Items<unknown>,
    isOrdered: boolean,
    options: CallOptions,
  ): ReturnType<typeof partsOf> {
    checkParallelNames(options, CALL_NAMES);
    checkCall(functions, items);
    const merged: CallOptions = { ...this.#options, ...defined(options) };
    checkCallOptions(merged);
    return partsOf({ executor: this.#open(), functions, items, mode, isOrdered, options: merged });
  }

  #open(): Executor {
    if (this.#isClosed)
      throw new ParallelError('PARALLEL_CLOSED', 'the pool is closed', { hint: 'make another with pool()' });
    this.#executor ??= executorFor(this.#options);
    return this.#executor;
  }
}

/**
 * Makes a pool of workers: threads, or processes of their own.
 *
 * The functions that workers call may close over variables, classes and modules of this program; what they need of it travels with
 * them. Workers start with the first call, and do not keep the program alive.
 *
 * @param options  See {@link PoolOptions}; options of calls are the defaults of all calls.
 * @returns The pool; end it with `close()` when nothing is to be called any more.
 * @throws {ParallelError} PARALLEL_OPTION; {StoreError} STORE_ADDRESS for a snapshot that is no file. A missing package is told by the first call: PARALLEL_PEER.
 * @see `multiprocess.Pool` of Python with dill, the engine of pathos
 * @example
 *   const workers = pool({ workers: 2 });
 *   const sum = await workers.reduce((a, b) => a + b, [1, 2, 3, 4]);
 *   sum; // 10
 *   await workers.close();
 */
export function pool(options: PoolOptions = {}): Pool {
  checkParallelNames(options, POOL_NAMES);
  checkPool(options);
  checkCallOptions(options);
  return new Pool(options);
}

function executorFor(options: PoolOptions): Executor {
  const { kind = 'threads', workers, snapshot, cluster } = options;
  const path = snapshot === undefined ? undefined : pathOf(snapshot);
  if (cluster !== undefined) {
    const { retries = 2, backoffMs = 500, keepMs = KEEP_MS } = options;
    return new ClusterExecutor({
      place: placeOf(cluster),
      size: workers ?? CLUSTER_SIZE,
      ...{ retries, backoffMs, keepMs },
      globals: path === undefined ? new Set() : namesOfSnapshot(path),
    });
  }
  return new LocalExecutor({
    kind,
    size: workers ?? availableParallelism(),
    snapshot: path,
    globals: path === undefined ? new Set() : namesOfSnapshot(path),
  });
}

// Values are handed over inside an object: a bare one that has a `then` would be called.
function oneByOne(parts: ReturnType<typeof partsOf>): AsyncIterableIterator<unknown> {
  let results: readonly unknown[] = [];
  let at = 0;
  const next = async (): Promise<IteratorResult<unknown>> => {
    while (at >= results.length) {
      const part = await parts.next();
      if (part.done === true) return { done: true, value: undefined };
      ({ results } = part.value);
      at = 0;
    }
    return { done: false, value: results[at++] };
  };
  // Calls of next() that overlap take turns.
  let turn: Promise<unknown> = Promise.resolve();
  return {
    next: () => {
      const mine = turn.then(next);
      turn = mine.catch(() => {});
      return mine;
    },
    return: async () => {
      results = [];
      await parts.return(undefined);
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

function defined(options: CallOptions): CallOptions {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

function checkPool(options: PoolOptions): void {
  const { kind, workers, snapshot, cluster, retries, backoffMs, keepMs } = options;
  if (kind !== undefined && kind !== 'threads' && kind !== 'processes')
    throw wrong('kind', "give 'threads' or 'processes'");
  if (workers !== undefined && !(Number.isInteger(workers) && workers > 0 && workers <= 1024))
    throw wrong('workers', 'give a number from 1 to 1024');
  if (snapshot !== undefined && typeof snapshot !== 'string' && !(snapshot instanceof URL))
    throw wrong('snapshot', 'give the path of a snapshot');
  if (snapshot !== undefined) pathOf(snapshot);
  if (cluster !== undefined) placeOf(cluster);
  for (const [name, value] of Object.entries({ retries, backoffMs, keepMs }))
    if (value !== undefined && !(Number.isInteger(value) && value >= 0))
      throw wrong(name, 'give a whole number from 0');
  if (kind !== undefined && cluster !== undefined)
    throw wrong('kind', 'brine worker --kind says what the workers of a cluster are');
}

function checkCall(functions: readonly Function[], items: unknown): void {
  if (functions.some((fn) => typeof fn !== 'function'))
    throw wrong('fn', 'give a function first, then the items');
  const isIterable =
    typeof items === 'object' &&
    items !== null &&
    (Symbol.iterator in items || Symbol.asyncIterator in items);
  if (!isIterable) throw wrong('items', 'give an array or another iterable of items');
}

function checkCallOptions({ signal, taskTimeoutMs, timeoutMs, chunk, onProgress }: CallOptions): void {
  if (signal !== undefined && !(signal instanceof AbortSignal))
    throw wrong('signal', 'give the signal of an AbortController');
  for (const [name, value] of Object.entries({ taskTimeoutMs, timeoutMs }))
    if (value !== undefined && !(typeof value === 'number' && value > 0 && value < 2 ** 31))
      throw wrong(name, 'give a number of milliseconds above 0');
  if (chunk !== undefined && !(Number.isInteger(chunk) && chunk > 0))
    throw wrong('chunk', 'give a number of items from 1');
  if (onProgress !== undefined && typeof onProgress !== 'function')
    throw wrong('onProgress', 'give a function of { done, total }');
}

function wrong(option: string, hint: string): ParallelError {
  return new ParallelError('PARALLEL_OPTION', `${option} has the wrong form`, { hint });
}
