// Tasks to workers anywhere, by way of a queue in Redis. A task has an id of its own and is put there once, whatever happens: what
// BullMQ tells is only a reason to look sooner, and a task that Redis lost is put there again. A result is taken once.
//
// Knows nothing of what workers do with a task.

import type { QueueEvents } from 'bullmq';
import { ParallelError } from '../../errors.js';
import type { Answer, Executor, RunHow, Task } from '../types.js';
import { type ClusterPlace, Connection, PREFIX } from './connect.js';
import { openedMessage, sealedMessage } from './envelope.js';

/** How the side that asks works. */
export interface ClusterOptions {
  readonly place: ClusterPlace;
  /** Tasks that are on their way at a time. */
  readonly size: number;
  /** How often a task is tried again when its function throws. */
  readonly retries: number;
  /** How long it waits before that; twice as long each time. */
  readonly backoffMs: number;
  /** How long code, tasks and results are kept for whoever comes back for them. */
  readonly keepMs: number;
  readonly globals: ReadonlySet<string>;
}

/** When results are looked for, whatever was told. */
const LOOK_MS = 500;
/** Every so many looks, whether the tasks are still there. */
const MISSING_LOOKS = 6;
/** A dead worker's task goes to others so many times. */
export const STALLS_MAX = 10;

/** Codes that are known to be in Redis. */
const SENT_MAX = 1000;

interface Pending {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
  /** Puts the task there. */
  readonly send: () => Promise<void>;
  isBusy: boolean;
}

/** The side that asks. */
export class ClusterExecutor implements Executor {
  readonly size: number;
  readonly isShared = false;
  readonly globals: ReadonlySet<string>;
  readonly #options: ClusterOptions;
  readonly #pending = new Map<string, Pending>();
  readonly #sent = new Map<string, Promise<unknown>>();
  #connection: Promise<Connection> | undefined;
  #events: QueueEvents | undefined;
  #looking: NodeJS.Timeout | undefined;
  #looks = 0;
  #isClosed = false;

  constructor(options: ClusterOptions) {
    this.size = options.size;
    this.globals = options.globals;
    this.#options = options;
  }

  /** The connection, made when it is first asked for. */
  connection(): Promise<Connection> {
    if (this.#isClosed) throw closed();
    this.#connection ??= this.#open();
    return this.#connection;
  }

  async run(task: Task, how: RunHow): Promise<Answer> {
    let answer = await this.#ask(task, how, `${task.call}-${how.first}`);
    // Code that Redis has let go of is put there again, and so is the task.
    for (let again = 1; 'needsCode' in answer && again <= 3; again++) {
      this.#sent.delete(task.code.key);
      answer = await this.#ask(task, how, `${task.call}-${how.first}-${again}`);
    }
    return answer;
  }

  /** Puts a task into the queue, and its code where workers find it. */
  async put(connection: Connection, task: Task, id: string): Promise<void> {
    const { keepMs, retries, backoffMs } = this.#options;
    const { redis, queue } = connection;
    const { key, bytes } = task.code;
    await this.#putCode(connection, key, bytes as Uint8Array);
    const { call, mode, items, timeoutMs } = task;
    const message = sealedMessage({
      ...{ kind: 'task', id, call, mode, code: key, items, timeoutMs },
      attempts: retries + 1,
    });
    await redis.set(connection.key('task', id), message, 'PX', keepMs);
    const age = Math.ceil(keepMs / 1000);
    await queue.add(
      'task',
      { call },
      {
        jobId: id,
        attempts: retries + 1,
        backoff: { type: 'exponential', delay: backoffMs },
        removeOnComplete: { age },
        removeOnFail: { age },
      },
    );
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#looking);
    for (const { reject } of this.#pending.values()) reject(closed());
    this.#pending.clear();
    const connection = await this.#connection?.catch(() => undefined);
    await this.#events?.close().catch(() => {});
    await connection?.close();
  }

  async #ask(task: Task, { signal, onBegin: _ }: RunHow, id: string): Promise<Answer> {
    const connection = await this.connection();
    if (signal.aborted) throw signal.reason;
    const answer = new Promise<Answer>((resolve, reject) => {
      const send = (): Promise<void> => this.put(connection, task, id);
      this.#pending.set(id, { resolve, reject, send, isBusy: false });
    });
    const onAbort = (): void => void this.#stop(connection, task.call, id, signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    this.#watch();
    try {
      await Promise.race([this.put(connection, task, id), answer]);
      return await answer;
    } finally {
      signal.removeEventListener('abort', onAbort);
      this.#pending.delete(id);
      this.#watch();
    }
  }

  // Once for each code, signed when it is needed only.
  #putCode(connection: Connection, key: string, bytes: Uint8Array): Promise<unknown> {
    const before = this.#sent.get(key);
    if (before !== undefined) return before;
    const { redis } = connection;
    const name = connection.key('code', key);
    const put = redis.set(name, sealedMessage({ kind: 'code', id: key, bytes }), 'PX', this.#options.keepMs);
    this.#sent.set(key, put);
    if (this.#sent.size > SENT_MAX) this.#sent.delete(this.#sent.keys().next().value as string);
    put.catch(() => this.#sent.delete(key));
    return put;
  }

  async #open(): Promise<Connection> {
    const connection = await Connection.open(this.#options.place);
    const { place, bullmq } = connection;
    this.#events = new bullmq.QueueEvents(place.queue, { connection: connection.another(), prefix: PREFIX });
    this.#events.on('error', () => {});
    this.#events.on('completed', ({ jobId }) => void this.#look(connection, jobId));
    this.#events.on('failed', ({ jobId }) => void this.#look(connection, jobId, true));
    return connection;
  }

  // Looks while somebody waits: events that came while Redis was away are not told again.
  #watch(): void {
    if (this.#pending.size === 0) {
      clearInterval(this.#looking);
      this.#looking = undefined;
    } else this.#looking ??= setInterval(() => void this.#lookForAll(), LOOK_MS);
  }

  async #lookForAll(): Promise<void> {
    const connection = await this.connection();
    if (connection.redis.status !== 'ready') return;
    this.#looks += 1;
    const asksState = this.#looks % MISSING_LOOKS === 0;
    await Promise.all([...this.#pending.keys()].map((id) => this.#look(connection, id, asksState)));
  }

  async #look(connection: Connection, id: string, asksState = false): Promise<void> {
    const pending = this.#pending.get(id);
    if (pending === undefined || pending.isBusy) return;
    pending.isBusy = true;
    try {
      const bytes = await connection.redis.getBuffer(connection.key('result', id));
      if (bytes !== null) {
        const { answer } = await openedMessage('result', id, bytes);
        await forgetTask(connection, id);
        pending.resolve(answer);
      } else if (asksState) await this.#lookAtState(connection, id, pending);
    } catch (error) {
      if (error instanceof ParallelError) pending.reject(error);
    } finally {
      pending.isBusy = false;
    }
  }

  async #lookAtState({ queue }: Connection, id: string, pending: Pending): Promise<void> {
    const state = await queue.getJobState(id);
    if (state === 'unknown') return pending.send();
    if (state !== 'failed') return;
    const why = (await queue.getJob(id))?.failedReason ?? 'nobody says why';
    pending.reject(failedTask(id, why));
  }

  // What waits goes; whoever is on it is told.
  async #stop(connection: Connection, call: string, id: string, reason: unknown): Promise<void> {
    this.#pending.get(id)?.reject(reason);
    await connection.redis.set(connection.key('stop', call), '1', 'PX', 3_600_000).catch(() => {});
    await connection.queue.remove(id).catch(() => {});
  }
}

/** Removes a task, and what came of it. */
export async function forgetTask(connection: Connection, id: string): Promise<void> {
  await connection.redis.del(connection.key('task', id), connection.key('result', id));
  await connection.queue.remove(id).catch(() => {});
}

/** What is told of a task that no worker could do. */
export function failedTask(id: string, why: string): ParallelError {
  return why.startsWith('refused: ')
    ? new ParallelError('CLUSTER_REFUSED', `a worker ${why}`, {
        hint: 'the worker has to trust your key (brine key prints it here, brine trust takes it there)',
      })
    : new ParallelError('CLUSTER_LOST', `the task ${id} was given up: ${why}`, {
        hint: 'its workers died again and again while they were on it: look at their memory and their logs',
      });
}

function closed(): ParallelError {
  return new ParallelError('PARALLEL_CLOSED', 'the pool is closed', { hint: 'make another with pool()' });
}
