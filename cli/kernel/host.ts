// The other side of the evaluating process: starts it, asks it one thing at a time, interrupts it, ends it. What it prints comes before
// the answer that it belongs to.
//
// Nothing that user code does reaches further than this: what it writes to standard output is a text here, and what it writes where
// answers are is dropped, because it lacks the token. Knows nothing of protocols.

import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import process from 'node:process';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { LineSplitter } from './lines.js';
import {
  ANSWERS_FD,
  type FromKernel,
  type KernelEvent,
  LINE_BYTES_MAX,
  type Params,
  REQUESTS_FD,
  type Ready,
  type Refusal,
  type StartOptions,
  type ToKernel,
} from './messages.js';

/** Who is told. */
export interface KernelListeners {
  onOutput(stream: 'stdout' | 'stderr', text: string): void;
  onEvent(event: Exclude<KernelEvent, { event: 'ready' }>): void;
  /** Answer with {@link KernelProcess.answer}. Default: nobody answers. */
  onAsk?(ask: number, question: string): void;
  /** It ended, whoever ended it. */
  onEnd(ended: KernelEnd): void;
}

/** How it ended. */
export interface KernelEnd {
  readonly exitCode: number | null;
  readonly signal: string | null;
}

/** The answer to a request. */
export type KernelAnswer = { readonly result: unknown } | { readonly error: Refusal };

/** The program of the evaluating process, beside the chunk that the build makes of this file. */
const SCRIPT = new URL('../cli/kernel/main.js', import.meta.url);

/** How long it has to end by itself: it saves what is unsaved. */
const LEAVE_MS = 15_000;

/** One evaluating process. */
export class KernelProcess {
  /** What it says of itself once it can be asked; rejects when it ends before. */
  readonly ready: Promise<Ready>;
  readonly #child: ChildProcess;
  readonly #token = randomBytes(16).toString('hex');
  readonly #listeners: KernelListeners;
  readonly #waiting = new Map<number, (answer: KernelAnswer) => void>();
  readonly #ended: Promise<void>;
  #requests = 0;
  #end: Refusal | undefined;
  /** Counts what was printed, to know when nothing more comes. */
  #pieces = 0;
  #isPaused = false;
  #setReady: (ready: Ready) => void = () => {};

  constructor(options: Omit<StartOptions, 'token'>, listeners: KernelListeners) {
    this.#listeners = listeners;
    this.#child = spawn(
      process.execPath,
      // Ending what a timer runs leaves Node's account of asynchronous calls uneven, which it would take for a fault.
      [...process.execArgv, '--no-force-async-hooks-checks', fileURLToPath(SCRIPT)],
      // A group of its own: what interrupts this process is not for that one.
      { stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe'], detached: process.platform !== 'win32' },
    );
    this.#hearOutput('stdout', this.#child.stdout as Readable);
    this.#hearOutput('stderr', this.#child.stderr as Readable);
    const lines = new LineSplitter(
      LINE_BYTES_MAX,
      (line) => this.#hear(line),
      () => this.kill(),
    );
    const answers = this.#child.stdio[ANSWERS_FD] as Readable;
    answers.on('data', (chunk: Buffer) => lines.push(chunk));
    // Whoever closed it cannot answer any more.
    answers.on('end', () => this.kill());
    answers.on('error', () => {});
    this.#requestPipe.on('error', () => {});
    const ended = new Promise<KernelEnd>((resolve) => {
      this.#child.once('error', () => resolve({ exitCode: null, signal: null }));
      this.#child.once('exit', (exitCode, signal) => resolve({ exitCode, signal }));
    });
    this.#ended = this.#afterEnd(ended);
    this.ready = new Promise((resolve, reject) => {
      this.#setReady = resolve;
      void ended.then(() => reject(new Error('the evaluating process ended before it was ready')));
    });
    // Whoever does not wait for it hears of the end.
    this.ready.catch(() => {});
    this.#send({ start: { ...options, token: this.#token } });
  }

  /** True when it ended, also before {@link KernelListeners.onEnd} tells. */
  get hasEnded(): boolean {
    return this.#end !== undefined;
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Asks it something; never rejects. One at a time: what is printed meanwhile belongs to it. */
  request(method: string, params: Params): Promise<KernelAnswer> {
    if (this.#end !== undefined) return Promise.resolve({ error: this.#end });
    const request = ++this.#requests;
    return new Promise((resolve) => {
      this.#waiting.set(request, resolve);
      this.#send({ request, method, params });
    });
  }

  /** Ends the cell that runs. */
  interrupt(): void {
    this.#send({ interrupt: true });
  }

  /** Answers a question; undefined is no answer. */
  answer(ask: number, text: string | undefined): void {
    this.#send({ answer: ask, text: text ?? null });
  }

  /** What it prints waits, and it with it, until {@link resumeOutput}. */
  pauseOutput(): void {
    this.#isPaused = true;
    this.#child.stdout?.pause();
    this.#child.stderr?.pause();
  }

  resumeOutput(): void {
    this.#isPaused = false;
    this.#child.stdout?.resume();
    this.#child.stderr?.resume();
  }

  /** Lets it end: what is unsaved is kept for `recover`. Resolves when it is gone. */
  async end(): Promise<void> {
    this.#requestPipe.end();
    const timer = setTimeout(() => this.kill(), LEAVE_MS);
    await this.#ended;
    clearTimeout(timer);
  }

  /** Ends it at once, with the programs that it started. */
  kill(): void {
    const { pid, exitCode, signalCode } = this.#child;
    if (pid === undefined || exitCode !== null || signalCode !== null) return;
    try {
      process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL');
    } catch {
      this.#child.kill('SIGKILL');
    }
  }

  get #requestPipe(): Writable {
    return this.#child.stdio[REQUESTS_FD] as Writable;
  }

  #send(message: ToKernel): void {
    if (this.#requestPipe.writable) this.#requestPipe.write(`${JSON.stringify(message)}\n`);
  }

  #hearOutput(name: 'stdout' | 'stderr', stream: Readable): void {
    stream.setEncoding('utf8');
    stream.on('error', () => {});
    stream.on('data', (text: string) => {
      this.#pieces++;
      this.#listeners.onOutput(name, text);
    });
  }

  #hear(line: string): void {
    if (!line.includes(this.#token)) return;
    let message: FromKernel & { readonly token?: unknown };
    try {
      message = JSON.parse(line) as typeof message;
    } catch {
      return;
    }
    if (message.token !== this.#token) return;
    const { token: _token, ...said } = message;
    if ('request' in said) void this.#settle(said.request, said);
    else if ('ask' in said) void this.#afterOutput(() => this.#ask(said.ask, said.question));
    else if (said.event === 'ready') this.#setReady(said.ready);
    else this.#tell(said);
  }

  #tell(event: Exclude<KernelEvent, { event: 'ready' }>): void {
    if (event.event === 'cell') this.#listeners.onEvent(event);
    else void this.#afterOutput(() => this.#listeners.onEvent(event));
  }

  #ask(ask: number, question: string): void {
    if (this.#listeners.onAsk === undefined) this.answer(ask, undefined);
    else this.#listeners.onAsk(ask, question);
  }

  async #settle(
    request: number,
    message: { readonly result: unknown } | { readonly error: Refusal },
  ): Promise<void> {
    const settle = this.#waiting.get(request);
    if (settle === undefined) return;
    this.#waiting.delete(request);
    await this.#afterOutput(() => {});
    settle('error' in message ? { error: message.error } : { result: message.result });
  }

  // What was printed before is in the pipes by now: when a turn of the loop brings nothing, all of it was read.
  async #afterOutput(then: () => void): Promise<void> {
    for (let quiet = 0, seen = this.#pieces; quiet < 2; ) {
      await new Promise((resolve) => (this.#isPaused ? setTimeout(resolve, 5) : setImmediate(resolve)));
      quiet = seen === this.#pieces && !this.#isPaused ? quiet + 1 : 0;
      seen = this.#pieces;
    }
    then();
  }

  async #afterEnd(ended: Promise<KernelEnd>): Promise<void> {
    const how = await ended;
    await this.#afterOutput(() => {});
    const error: Refusal = {
      code: 'ENDED',
      message: `the evaluating process ended ${how.signal === null ? `with exit code ${how.exitCode}` : `by ${how.signal}`}`,
      hint: 'what was unsaved is offered by recover',
      exitCode: 1,
    };
    this.#end = error;
    for (const settle of this.#waiting.values()) settle({ error });
    this.#waiting.clear();
    // Answers come before it.
    await new Promise((resolve) => setImmediate(resolve));
    this.#listeners.onEnd(how);
  }
}
