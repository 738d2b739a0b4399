// The evaluating thread's side of the thread beside it: starts it, hears what it relays, and says when brine works itself.

import process from 'node:process';
import { Worker } from 'node:worker_threads';
import { quietListener } from '../../src/session/progress.js';
import type { ProgressListener } from '../../src/session/types.js';
import { EXIT } from '../commands/command.js';
import { displayName } from '../display-name.js';
import { CommandError } from '../errors.js';
import type { ToKernel } from './messages.js';
import { FLAG, type FromStopper, type ToStopper } from './stopper-messages.js';

/** Who is told. */
export interface StoppingListeners {
  onMessage(message: ToKernel): void;
  /** Something is to stop; whatever ran in JavaScript has ended by now, or awaits. */
  onInterrupt(): void;
  /** What ran did not end by itself, and was ended past every `finally`. */
  onForced(): void;
  /** Nobody is there any more to answer to. */
  onOrphaned(): void;
}

/** Hears the other process on another thread. */
export class Stopping {
  readonly #flags = new Int32Array(new SharedArrayBuffer(12));
  readonly #worker: Worker;
  /** How many interrupts came before the request that is served. */
  #interruptsBefore = 0;

  constructor(script: URL, { onMessage, onInterrupt, onForced, onOrphaned }: StoppingListeners) {
    this.#worker = new Worker(script, {
      workerData: this.#flags,
      // What user code says to Node is not for it.
      execArgv: [],
      env: {},
    });
    process.once('exit', () => void Atomics.store(this.#flags, FLAG.isLeaving, 1));
    this.#worker.on('message', (message: FromStopper) => {
      if ('message' in message) {
        if ('request' in message.message) this.#interruptsBefore = message.interrupts;
        onMessage(message.message);
      } else if ('interrupt' in message) {
        this.#worker.postMessage({ heard: message.interrupt } satisfies ToStopper);
        onInterrupt();
      } else if ('isForced' in message) onForced();
      else onOrphaned();
    });
  }

  /** What runs is brine's own and must not be ended in the middle. */
  during<T>(work: () => T): T {
    Atomics.add(this.#flags, FLAG.ownWork, 1);
    const end = (): void => void Atomics.sub(this.#flags, FLAG.ownWork, 1);
    let result: T;
    try {
      result = work();
    } catch (error) {
      end();
      throw error;
    }
    if (!(result instanceof Promise)) {
      end();
      return result;
    }
    return ended(result, end) as T;
  }

  /** Runs a save or a load until it is done, or an interrupt comes. Throws a `CommandError` for that. */
  async cancellable<T>(
    title: string,
    work: (onProgress: ProgressListener | undefined) => Promise<T>,
  ): Promise<T> {
    const isCancelled = (): boolean => Atomics.load(this.#flags, FLAG.interrupts) > this.#interruptsBefore;
    const cancelled = (): CommandError =>
      new CommandError(`${displayName(title)}: cancelled`, 'nothing was changed', EXIT.interrupted);
    let wasCancelled = false;
    const onProgress = quietListener(() => {
      if (!isCancelled()) return;
      wasCancelled = true;
      throw cancelled();
    });
    try {
      return await work(onProgress);
    } catch (error) {
      // Whoever builds takes everything thrown for a fault of the file.
      throw wasCancelled ? cancelled() : error;
    }
  }

  /** True while brine itself saves or loads. */
  get isWorking(): boolean {
    return Atomics.load(this.#flags, FLAG.ownWork) > 0;
  }

  /** Ends the process; nothing stops it any more. */
  leave(exitCode: number): never {
    return process.exit(exitCode);
  }
}

async function ended<T>(work: Promise<T>, end: () => void): Promise<T> {
  try {
    return await work;
  } finally {
    end();
  }
}
