// The evaluating thread's side of the thread beside it: starts it, hears what it relays, and says when brine works itself.

import process from 'node:process';
import { Worker } from 'node:worker_threads';
import { quietListener } from '../../src/session/progress.js';
import type { ProgressListener } from '../../src/session/types.js';
import { EXIT } from '../commands/command.js';
import { displayName } from '../display-name.js';
import { CommandError } from '../errors.js';
import type { ToKernel } from './messages.js';
import { FLAG, type FromStopper } from './stopper-messages.js';

/** As it is before the session's code runs. */
const { now } = Date;
/** When V8 did not stop within so long, it does not. */
const HALTING_MS = 5000;

/** Who is told. */
export interface StoppingListeners {
  onMessage(message: ToKernel): void;
  /** Something is to stop; whatever ran in JavaScript has ended by now, or awaits. */
  onInterrupt(): void;
  /**
   * What ran did not end by itself, and was ended past every `finally`. `isServed`: it was for the request that is served, and
   * whatever awaits is to stop, too.
   */
  onForced(isServed: boolean): void;
  /** Nobody is there any more to answer to. */
  onOrphaned(): void;
}

/** Hears the other process on another thread. */
export class Stopping {
  readonly #flags = new Int32Array(new SharedArrayBuffer(4 * Object.keys(FLAG).length));
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
        Atomics.store(this.#flags, FLAG.heard, message.interrupt);
        onInterrupt();
      } else if ('forced' in message) {
        // Nothing is on the stack, whatever should have said so.
        Atomics.store(this.#flags, FLAG.ownWork, 0);
        onForced(message.forced > this.#interruptsBefore);
      } else onOrphaned();
    });
  }

  /** True when an interrupt came since the request that is served. */
  get wasInterrupted(): boolean {
    return Atomics.load(this.#flags, FLAG.interrupts) > this.#interruptsBefore;
  }

  /** True when programs that the request waited for were interrupted. */
  get wasSignalled(): boolean {
    return Atomics.load(this.#flags, FLAG.signalled) > this.#interruptsBefore;
  }

  /** What runs is brine's own and must not be ended in the middle: until it returns, or is done with what it awaits. */
  during<T>(work: () => T): T {
    const result = this.duringCall(work);
    if (!(result instanceof Promise)) return result;
    Atomics.add(this.#flags, FLAG.awaited, 1);
    return ended(result, () => void Atomics.sub(this.#flags, FLAG.awaited, 1)) as T;
  }

  /** The same until it returns: what it awaits then goes on in the background, while cells run, and these may be ended. */
  duringCall<T>(work: () => T): T {
    Atomics.add(this.#flags, FLAG.ownWork, 1);
    // It would stop in the middle.
    for (const end = now() + HALTING_MS; Atomics.load(this.#flags, FLAG.isHalting) === 1 && now() < end; );
    try {
      return work();
    } finally {
      Atomics.sub(this.#flags, FLAG.ownWork, 1);
    }
  }

  /** Runs a save or a load until it is done, or an interrupt comes. Throws a `CommandError` for that. */
  async cancellable<T>(
    title: string,
    work: (onProgress: ProgressListener | undefined) => Promise<T>,
  ): Promise<T> {
    const cancelled = (): CommandError =>
      new CommandError(`${displayName(title)}: cancelled`, 'nothing was changed', EXIT.interrupted);
    let wasCancelled = false;
    const onProgress = quietListener(() => {
      if (!this.wasInterrupted) return;
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
    return Atomics.load(this.#flags, FLAG.ownWork) > 0 || Atomics.load(this.#flags, FLAG.awaited) > 0;
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
