// Workers of this machine, threads or processes, by way of tinypool. They start with the first task and do not keep the program
// alive while they have none.

import { MessageChannel, type MessagePort } from 'node:worker_threads';
import type { Tinypool, TinypoolWorker } from 'tinypool';
import { ParallelError } from '../errors.js';
import { loadPeers } from './peers.js';
import { workerFile } from './place.js';
import type { Answer, Executor, RunHow, Task } from './types.js';

/** How local workers are made. */
export interface LocalOptions {
  readonly kind: 'threads' | 'processes';
  readonly size: number;
  readonly snapshot: string | undefined;
  readonly globals: ReadonlySet<string>;
}

/** A task with the way back for its beginning. */
export interface LocalTask extends Task {
  readonly snapshot: string | undefined;
  /** A thread says here that it begins; a process has a channel of its own. */
  readonly port?: MessagePort;
}

/** Codes that are known to have been sent. */
const SENT_MAX = 1000;

/** What a process says when it begins a timed task. */
export const BEGIN = 'brine: begins';

/** Threads or processes. */
export class LocalExecutor implements Executor {
  readonly size: number;
  readonly isShared: boolean;
  readonly globals: ReadonlySet<string>;
  readonly #options: LocalOptions;
  #pool: Promise<Tinypool> | undefined;
  readonly #watched = new WeakSet<TinypoolWorker>();
  readonly #sent = new Map<string, number>();
  #isClosed = false;

  constructor(options: LocalOptions) {
    this.size = options.size;
    this.isShared = options.kind === 'threads';
    this.globals = options.globals;
    this.#options = options;
  }

  async run(task: Task, how: RunHow): Promise<Answer> {
    this.#pool ??= this.#start();
    const pool = await this.#pool;
    const answer = await this.#send(pool, this.#withoutKnownCode(task), how);
    // Only processes are asked to know code already.
    return 'needsCode' in answer ? this.#send(pool, task, how) : answer;
  }

  async close(): Promise<void> {
    const pool = this.#pool;
    this.#isClosed = true;
    await (await pool)?.destroy();
  }

  async #send(pool: Tinypool, task: Task, { signal, moved, onBegin }: RunHow): Promise<Answer> {
    const { snapshot } = this.#options;
    const ports = task.timeoutMs !== undefined && this.isShared ? new MessageChannel() : undefined;
    ports?.port1.once('message', onBegin);
    const message: LocalTask = { ...task, snapshot, ...(ports && { port: ports.port2 }) };
    try {
      const answer = pool.run(message, {
        signal,
        ...(this.isShared && { transferList: [...moved, ...(ports ? [ports.port2] : [])] }),
        ...(task.timeoutMs !== undefined &&
          !this.isShared && {
            channel: { postMessage: (said: unknown) => void (said === BEGIN && onBegin()) },
          }),
      });
      this.#watch(pool);
      return (await answer) as Answer;
    } catch (error) {
      if (this.#isClosed)
        throw new ParallelError('PARALLEL_CLOSED', 'the pool was closed in the middle of a task', {
          cause: error,
        });
      throw signal.aborted ? error : ended(error);
    } finally {
      ports?.port1.close();
    }
  }

  // The bytes of a thread's code are shared; a process has got them once it has had them.
  #withoutKnownCode(task: Task): Task {
    const { key } = task.code;
    const sent = this.#sent.get(key) ?? 0;
    if (this.isShared || sent < this.size) {
      this.#sent.set(key, sent + 1);
      // What is forgotten is sent once more.
      if (this.#sent.size > SENT_MAX) this.#sent.delete(this.#sent.keys().next().value as string);
      return task;
    }
    return { ...task, code: { key } };
  }

  async #start(): Promise<Tinypool> {
    const { kind, size } = this.#options;
    const { Tinypool } = await loadPeers(
      ['tinypool'],
      'pools of threads and processes',
      () => import('tinypool'),
    );
    const pool = new Tinypool({
      filename: workerFile(),
      runtime: kind === 'threads' ? 'worker_threads' : 'child_process',
      minThreads: size,
      maxThreads: size,
      // A worker that waits in Atomics.wait runs no timer and no promise of what it has done.
      useAtomics: false,
      trackUnmanagedFds: false,
      serialization: 'advanced',
      env: process.env as Record<string, string>,
    });
    // What a worker dies of is told to whoever waits for its task.
    pool.on('error', () => {});
    return pool;
  }

  // tinypool does not notice a thread that ends itself.
  #watch(pool: Tinypool): void {
    if (!this.isShared) return;
    for (const worker of pool.threads) {
      if (this.#watched.has(worker)) continue;
      this.#watched.add(worker);
      worker.on('exit', (code: number) => {
        if (pool.threads.includes(worker)) worker.emit('error', new Error(`it ended with exit code ${code}`));
      });
    }
  }
}

function ended(error: unknown): ParallelError {
  const why = error instanceof Error ? error.message : String(error);
  return new ParallelError('PARALLEL_WORKER', `a worker ended in the middle of a task: ${why}`, {
    hint: 'look for process.exit, for an error in a timer or an event of the function, and for too little memory',
    cause: error,
  });
}
