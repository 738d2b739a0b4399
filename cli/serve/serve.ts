// `brine serve`: a session that another program drives, over standard input and output, a line of JSON for each request, answer and
// event. The protocol is in docs/SERVE.md; what a request does is in `cli/kernel/`.
//
// Requests are served in the order in which they come, but for `interrupt`, `status`, `restart` and `shutdown`, which do not wait. User code
// runs in another process: its output becomes events, and when it ends, another one takes its place.

import process from 'node:process';
import { displayJson } from '../display-name.js';
import { CommandError } from '../errors.js';
import { failed } from '../failure.js';
import { type KernelAnswer, type KernelEnd, KernelProcess } from '../kernel/host.js';
import { LineSplitter } from '../kernel/lines.js';
import { type KernelEvent, NO_FOLDER_CODE, type Ready, type Refusal } from '../kernel/messages.js';
import type { OpenFlags } from '../open-flags.js';
import { printError, printLine } from '../out.js';
import { FOLDER_GONE, FOLDER_GONE_HINT, hasWorkingFolder } from '../working-folder.js';
import {
  type Answer,
  OUTPUT_CHARACTERS_MAX,
  PIECE_CHARACTERS_MAX,
  PROTOCOL,
  REQUEST_BYTES_MAX,
  type Request,
  type RequestId,
  requestOf,
  WAITING_MAX,
} from './lines.js';

/** How it is started. */
export interface ServeFlags extends OpenFlags {
  readonly autosave: boolean;
}

/** Methods of the evaluating process that a client may call; the others are for notebooks. */
const METHODS = [
  ...['evaluate', 'save', 'load', 'list', 'why', 'recover'],
  ...['command', 'complete', 'inspect', 'isComplete', 'history'],
] as const;
/** How often it is said, once the input has ended, that something still runs. */
const TELLING_MS = 2000;
/** So often in a row it may end before it is ready. */
const FAILED_STARTS_MAX = 3;

/** Serves until the input ends. Returns an exit code. */
export async function serve(snapshot: string | undefined, flags: ServeFlags): Promise<number> {
  if (!hasWorkingFolder()) return failed(new CommandError(FOLDER_GONE, FOLDER_GONE_HINT));
  return new Server(snapshot, flags).run();
}

class Server {
  readonly #snapshot: string | undefined;
  readonly #flags: ServeFlags;
  readonly #queue: Request[] = [];
  #kernel!: KernelProcess;
  #ready: Ready | undefined;
  /** The request that is served. */
  #serving: RequestId | null = null;
  #isServing = false;
  #printed = 0;
  #printedLeft = 0;
  #failedStarts = 0;
  #isEnding = false;
  #isRestarting = false;
  /** Nobody reads any more. */
  #isUnheard = false;
  #finish: (exitCode: number) => void = () => {};

  constructor(snapshot: string | undefined, flags: ServeFlags) {
    this.#snapshot = snapshot;
    this.#flags = flags;
  }

  async run(): Promise<number> {
    const done = new Promise<number>((resolve) => {
      this.#finish = resolve;
    });
    process.stdout.on('error', () => this.#goUnheard());
    process.on('SIGINT', () => (this.#isServing ? this.#kernel.interrupt() : void this.#end(0)));
    for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void this.#end(0));
    this.#start();
    if (this.#snapshot !== undefined && !(await this.#loadFirst(this.#snapshot))) return done;
    this.#listen();
    return done;
  }

  #listen(): void {
    const lines = new LineSplitter(
      REQUEST_BYTES_MAX,
      (line) => {
        if (line.trim() !== '') this.#hear(line);
      },
      () => this.#refuse(null, 'TOO_LONG', `a request has at most ${REQUEST_BYTES_MAX} bytes`),
    );
    process.stdin.on('data', (chunk: Buffer) => lines.push(chunk));
    process.stdin.on('end', () => void this.#endWhenServed());
    process.stdin.on('error', () => void this.#endWhenServed());
  }

  #start(): void {
    const kernel = new KernelProcess(
      { isInteractive: false, ...(!this.#flags.autosave && { autosave: 'off' as const }) },
      {
        onOutput: (stream, text) => this.#print(stream, text),
        onEvent: (event) => this.#tell(event),
        onEnd: (ended) => this.#ended(kernel, ended),
      },
    );
    this.#kernel = kernel;
    this.#ready = undefined;
    kernel.ready.then(
      (ready) => {
        const { offer: _offer, ...told } = ready;
        this.#ready = told;
        this.#failedStarts = 0;
        this.#say({ event: 'ready', protocol: PROTOCOL, ...told });
        this.#next();
      },
      () => {},
    );
  }

  // What is refused here is no session that anybody asked for.
  async #loadFirst(source: string): Promise<boolean> {
    const { trust, data, runPins, allow } = this.#flags;
    await this.#kernel.ready.catch(() => {});
    const answer = await this.#kernel.request('load', {
      ...{ source, trust: trust ?? false, data: data ?? false, runPins: runPins ?? false },
      allow: allow ?? [],
    });
    if ('result' in answer) {
      this.#say({ event: 'loaded', ...(answer.result as object) });
      return true;
    }
    const { message, hint, exitCode } = answer.error;
    printError(hint === undefined ? message : `${message}\n  ${hint}`);
    await this.#end(exitCode);
    return false;
  }

  #hear(line: string): void {
    const request = requestOf(line);
    if ('refused' in request) return this.#say(request.refused);
    const { id, method } = request;
    switch (method) {
      case 'status':
        return this.#say({ id, result: this.#status() });
      case 'interrupt':
        this.#kernel.interrupt();
        return this.#say({ id, result: { wasRunning: this.#isServing } });
      case 'restart':
        return void this.#restart(id);
      case 'shutdown':
        return void this.#shutdown(request);
    }
    if (!(METHODS as readonly string[]).includes(method))
      return this.#refuse(
        id,
        'METHOD',
        `there is no method ${JSON.stringify(method)}`,
        `there are ${[...METHODS, 'interrupt', 'restart', 'shutdown', 'status'].join(', ')}`,
      );
    if (this.#isEnding) return this.#refuse(id, 'ENDED', 'the session is shut down');
    if (this.#queue.length >= WAITING_MAX)
      return this.#refuse(id, 'BUSY', `${WAITING_MAX} requests wait already`);
    this.#queue.push(request);
    this.#next();
  }

  #next(): void {
    if (this.#isServing || this.#kernel.hasEnded || this.#ready === undefined || this.#isRestarting) return;
    const request = this.#queue.shift();
    if (request !== undefined) void this.#serve(request);
  }

  async #serve({ id, method, params }: Request): Promise<void> {
    this.#isServing = true;
    this.#serving = id;
    this.#printed = 0;
    this.#printedLeft = 0;
    const answer: KernelAnswer = await this.#kernel.request(method, params);
    if ('error' in answer) this.#say({ id, error: answer.error });
    else {
      const left = this.#printedLeft > 0 ? { outputLeft: this.#printedLeft } : {};
      this.#say({ id, result: { ...flat(answer.result), ...left } });
    }
    this.#isServing = false;
    this.#serving = null;
    this.#printed = 0;
    this.#next();
  }

  #status(): object {
    return {
      protocol: PROTOCOL,
      isReady: this.#ready !== undefined,
      isServing: this.#isServing,
      serving: this.#serving,
      waiting: this.#queue.length,
      ...(this.#ready !== undefined && { pid: this.#ready.pid }),
    };
  }

  async #restart(id: RequestId): Promise<void> {
    if (this.#isEnding || this.#isRestarting)
      return this.#refuse(id, 'BUSY', 'it is starting or ending already');
    this.#isRestarting = true;
    await this.#kernel.end();
    this.#isRestarting = false;
    await this.#kernel.ready.catch(() => {});
    this.#say({ id, result: this.#ready ?? {} });
    this.#next();
  }

  async #shutdown({ id, params }: Request): Promise<void> {
    const { discard = false, ...odd } = params as { discard?: unknown };
    if (typeof discard !== 'boolean' || Object.keys(odd).length > 0)
      return this.#refuse(id, 'PARAMS', 'shutdown takes discard, true or false');
    if (discard) await this.#kernel.request('discard', {});
    await this.#end(0, { id, result: {} });
  }

  // What was asked before the input ended is still answered. Perhaps nobody is there any more: only a write tells.
  async #endWhenServed(): Promise<void> {
    const telling = setInterval(() => this.#say({ event: 'waiting', id: this.#serving }), TELLING_MS);
    while (!this.#isEnding && (this.#isServing || this.#queue.length > 0))
      await new Promise((resolve) => setTimeout(resolve, 20));
    clearInterval(telling);
    await this.#end(0);
  }

  async #end(exitCode: number, last?: Answer): Promise<void> {
    if (this.#isEnding) return;
    this.#isEnding = true;
    process.stdin.pause();
    await this.#kernel.end();
    for (const { id } of this.#queue.splice(0)) this.#refuse(id, 'ENDED', 'the session is shut down');
    if (last !== undefined) this.#say(last);
    // Whoever does not close it must not keep this process.
    process.stdin.destroy();
    this.#finish(exitCode);
  }

  #ended(kernel: KernelProcess, { exitCode, signal }: KernelEnd): void {
    if (kernel !== this.#kernel) return;
    const wasReady = this.#ready !== undefined;
    this.#ready = undefined;
    if (!wasReady) this.#failedStarts++;
    const isHopeless = !wasReady && exitCode === NO_FOLDER_CODE;
    const isOver = this.#isEnding || isHopeless || this.#failedStarts >= FAILED_STARTS_MAX;
    this.#say({ event: 'ended', exitCode, signal, isRestarting: !isOver });
    if (this.#isEnding) return;
    if (isOver) return void this.#end(1);
    this.#start();
  }

  #tell(event: Exclude<KernelEvent, { event: 'ready' }>): void {
    if (event.event === 'leave') void this.#end(event.exitCode);
    else if (event.event === 'cell') this.#say({ event: 'cell', id: this.#serving, cell: event.cell });
    else this.#say(event);
  }

  #print(stream: 'stdout' | 'stderr', text: string): void {
    const room = Math.max(0, OUTPUT_CHARACTERS_MAX - this.#printed);
    this.#printedLeft += Math.max(0, text.length - room);
    const kept = text.slice(0, room);
    this.#printed += kept.length;
    for (let from = 0; from < kept.length; from += PIECE_CHARACTERS_MAX)
      this.#say({
        event: 'output',
        id: this.#serving,
        stream,
        text: kept.slice(from, from + PIECE_CHARACTERS_MAX),
      });
  }

  #refuse(id: RequestId | null, code: string, message: string, hint?: string): void {
    const error: Refusal = { code, message, ...(hint !== undefined && { hint }), exitCode: 2 };
    this.#say({ id, error });
  }

  // A stream that failed is never drained: what waits for that goes on.
  #goUnheard(): void {
    this.#isUnheard = true;
    this.#kernel.resumeOutput();
    void this.#end(0);
  }

  // Every character that could end a line for somebody is escaped.
  #say(message: object): void {
    if (this.#isUnheard || printLine(displayJson(message))) return;
    this.#kernel.pauseOutput();
    process.stdin.pause();
    process.stdout.once('drain', () => {
      this.#kernel.resumeOutput();
      if (!this.#isEnding) process.stdin.resume();
    });
  }
}

// An answer is an object, so that something can be added to it later.
function flat(result: unknown): object {
  return Array.isArray(result) ? { items: result } : (result as object);
}
