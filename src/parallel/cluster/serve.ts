// The side that works: takes tasks from the queue, opens those that are signed by somebody whom this user trusts, and has them done by
// threads or processes of its own, so that it can go on saying that it lives while they compute.
//
// Knows nothing of terminals: whoever runs it is told what happens.

import { availableParallelism } from 'node:os';
import type { Job, Worker } from 'bullmq';
import { ParallelError } from '../../errors.js';
import type { OptionNames } from '../../option-names.js';
import { LocalExecutor } from '../local.js';
import { checkParallelNames } from '../options.js';
import { failureOf } from '../perform.js';
import type { Answer } from '../types.js';
import { Connection, KEEP_MS, PREFIX, placeOf } from './connect.js';
import { openedMessage, sealedMessage, type TaskMessage } from './envelope.js';
import { STALLS_MAX } from './executor.js';

/** What a worker tells of a task. */
export interface WorkerEvent {
  readonly what: 'done' | 'failed' | 'refused' | 'again';
  readonly task: string;
  readonly tookMs: number;
  /** Why, where it is not done. */
  readonly why?: string;
}

/** Options of {@link serveCluster}. */
export interface ServeOptions {
  /** Where the queue is: `redis://host:6379`, with `#name` for a queue of that name. */
  readonly cluster: string;
  /** How many tasks it works on at a time. Default: as many as there are cores. */
  readonly workers?: number;
  /** What works on them. Default: `threads`. */
  readonly kind?: 'threads' | 'processes';
  /** A session's snapshot that they begin with. Default: none. */
  readonly snapshot?: string;
  /** After this long without a sign of life, the tasks of a worker go to others. Default: 30,000. */
  readonly stallMs?: number;
  /** How long results wait for whoever comes back for them. Default: 7 days. */
  readonly keepMs?: number;
  /** Told what became of each task. Default: nobody. */
  readonly onTask?: (event: WorkerEvent) => void;
}

const STALL_MS = 30_000;
/** How often it is asked whether anybody still waits for what is being done. */
const STOP_MS = 500;
const CODES_MAX = 64;

/** A running worker. */
export interface ClusterWorker {
  /** Takes no more tasks, ends those that it is on, and closes. */
  close(): Promise<void>;
}

/**
 * Works for a cluster until it is closed: what `brine worker` does. Runs only what is signed by this user or by somebody whom they
 * trust.
 *
 * @param options  See {@link ServeOptions}.
 * @returns The worker; it works until `close()`.
 * @throws {ParallelError} PARALLEL_OPTION, PARALLEL_PEER, CLUSTER_CONNECTION
 * @see `celery worker` and `dask worker`
 * @example
 *   const failed = await serveCluster({ cluster: 'nowhere' }).catch((error) => error.code);
 *   failed; // 'PARALLEL_OPTION'
 */
export async function serveCluster(options: ServeOptions): Promise<ClusterWorker> {
  checkParallelNames(options, NAMES);
  const connection = await Connection.open(placeOf(options.cluster));
  return new Serving(connection, options);
}

const NAMES: OptionNames<ServeOptions> = {
  cluster: 'any',
  workers: 'any',
  kind: 'any',
  snapshot: 'any',
  stallMs: 'any',
  keepMs: 'any',
  onTask: 'function',
};

class Serving implements ClusterWorker {
  readonly #connection: Connection;
  readonly #options: ServeOptions;
  readonly #local: LocalExecutor;
  readonly #worker: Worker;
  readonly #codes = new Map<string, Uint8Array>();
  readonly #active = new Map<AbortController, string>();
  readonly #asking: NodeJS.Timeout;

  constructor(connection: Connection, options: ServeOptions) {
    this.#connection = connection;
    this.#options = options;
    const {
      workers: size = availableParallelism(),
      kind = 'threads',
      snapshot,
      stallMs = STALL_MS,
    } = options;
    this.#local = new LocalExecutor({ kind, size, snapshot, globals: new Set() });
    const { bullmq, place } = connection;
    this.#worker = new bullmq.Worker(place.queue, (job) => this.#work(job), {
      connection: connection.another(),
      prefix: PREFIX,
      concurrency: size,
      lockDuration: stallMs,
      stalledInterval: stallMs,
      maxStalledCount: STALLS_MAX,
    });
    this.#worker.on('error', () => {});
    this.#asking = setInterval(() => void this.#askWhoWaits(), STOP_MS);
  }

  async close(): Promise<void> {
    await this.#worker.close();
    clearInterval(this.#asking);
    await this.#local.close();
    await this.#connection.close();
  }

  async #work(job: Job): Promise<string> {
    const startMs = performance.now();
    const id = job.id as string;
    const { redis } = this.#connection;
    const result = this.#connection.key('result', id);
    // It was done, and whoever did it died before saying so.
    if ((await redis.exists(result)) === 1) return 'done before';
    const tell = (what: WorkerEvent['what'], why?: string): void =>
      this.#options.onTask?.({
        what,
        task: id,
        tookMs: performance.now() - startMs,
        ...(why !== undefined && { why }),
      });
    try {
      const task = await this.#task(id);
      const answer = await this.#answer(task);
      if (answer === undefined) return 'nobody waits';
      const why = 'failed' in answer ? answer.failed.message : undefined;
      if (why !== undefined && job.attemptsMade + 1 < task.attempts) {
        tell('again', why);
        throw new Error(why);
      }
      const { keepMs = KEEP_MS } = this.#options;
      await redis.set(result, sealedMessage({ kind: 'result', id, answer }), 'PX', keepMs);
      tell(why === undefined ? 'done' : 'failed', why);
      return 'done';
    } catch (error) {
      if (!(error instanceof ParallelError) || error.code !== 'CLUSTER_REFUSED') throw error;
      tell('refused', error.message);
      throw new this.#connection.bullmq.UnrecoverableError(`refused: ${error.message}`);
    }
  }

  async #task(id: string): Promise<TaskMessage> {
    const bytes = await this.#connection.redis.getBuffer(this.#connection.key('task', id));
    if (bytes === null)
      throw new this.#connection.bullmq.UnrecoverableError('what it was is no longer there');
    return openedMessage('task', id, bytes);
  }

  // Undefined when nobody waits for it any more.
  async #answer({ call, mode, code: key, items, timeoutMs }: TaskMessage): Promise<Answer | undefined> {
    if ((await this.#connection.redis.exists(this.#connection.key('stop', call))) === 1) return undefined;
    const bytes = await this.#code(key);
    if (bytes === undefined) return { needsCode: true };
    const controller = new AbortController();
    let timer: NodeJS.Timeout | undefined;
    let isLate = false;
    const onBegin = (): void => {
      timer = setTimeout(() => {
        isLate = true;
        controller.abort();
      }, timeoutMs);
    };
    this.#active.set(controller, call);
    try {
      const task = { call, mode, code: { key, bytes, buffers: [] }, items, moves: false, timeoutMs };
      return await this.#local.run(task, {
        signal: controller.signal,
        moved: [],
        onBegin,
        first: 0,
        count: 0,
      });
    } catch (error) {
      if (isLate) return { timedOut: true };
      if (controller.signal.aborted) return undefined;
      return { failed: failureOf(error, undefined, undefined) };
    } finally {
      clearTimeout(timer);
      this.#active.delete(controller);
    }
  }

  // Opened once; threads share its memory.
  async #code(key: string): Promise<Uint8Array | undefined> {
    const known = this.#codes.get(key);
    if (known !== undefined) return known;
    const message = await this.#connection.redis.getBuffer(this.#connection.key('code', key));
    if (message === null) return undefined;
    const { bytes } = await openedMessage('code', key, message);
    const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
    shared.set(bytes);
    this.#codes.set(key, shared);
    for (const oldest of this.#codes.keys()) {
      if (this.#codes.size <= CODES_MAX) break;
      this.#codes.delete(oldest);
    }
    return shared;
  }

  async #askWhoWaits(): Promise<void> {
    for (const call of new Set(this.#active.values())) {
      const isStopped = await this.#connection.redis
        .exists(this.#connection.key('stop', call))
        .catch(() => 0);
      if (isStopped !== 1) continue;
      for (const [controller, own] of this.#active) if (own === call) controller.abort();
    }
  }
}
