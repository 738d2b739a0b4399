// The evaluating process: serves the requests of the process that started it, one after the other, with the session of this one. Started
// by `host.ts`; it reads on one pipe and answers on another, so that standard output and error are the user code's alone.

import { Socket } from 'node:net';
import process from 'node:process';
import { endPristineWork, withPristineBuiltins } from '../../src/realm/pristine.js';
import { autosaveRoot, endedSessions, leftPlaces } from '../../src/session/autosave/index.js';
import { EXIT } from '../commands/command.js';
import { displayJson } from '../display-name.js';
import { CommandError } from '../errors.js';
import { printError } from '../out.js';
import { offerText } from '../unsaved.js';
import { FOLDER_GONE, FOLDER_GONE_HINT, hasWorkingFolder } from '../working-folder.js';
import { Kernel } from './kernel.js';
import {
  ANSWERS_FD,
  type FromKernel,
  NO_FOLDER_CODE,
  type Refusal,
  type StartOptions,
  type ToKernel,
} from './messages.js';
import { answer } from './methods.js';
import { refusalOf } from './refusal.js';
import { Stopping } from './stopping.js';

/** What was ended by force has this long to say so by itself. */
const FORCED_MS = 300;

/** The request that is served. */
interface Served {
  readonly request: number;
  readonly method: string;
  /** Ends it, whatever it waits for. */
  stop(): void;
}

class Server {
  readonly #answers = new Socket({ fd: ANSWERS_FD, readable: false, writable: true });
  readonly #stopping: Stopping;
  readonly #asked = new Map<number, (text: string | undefined) => void>();
  #kernel: Kernel | undefined;
  #token = '';
  #asks = 0;
  #served: Served | undefined;
  #isOrphaned = false;

  constructor() {
    this.#answers.on('error', () => {});
    this.#stopping = new Stopping(new URL('stopper.js', import.meta.url), {
      onMessage: (message) => void this.#hear(message),
      onInterrupt: () => withPristineBuiltins(() => this.#interrupt()),
      onForced: (isServed) => this.#forced(isServed),
      onOrphaned: () => {
        this.#isOrphaned = true;
        // What runs is ended by an interrupt that follows.
        if (this.#served === undefined) this.#stopping.leave(EXIT.ok);
      },
    });
    // Programs that a cell waits for get it, too; this process is not ended by it.
    process.on('SIGINT', () => {});
  }

  async #hear(message: ToKernel): Promise<void> {
    if ('start' in message) await this.#start(message.start);
    else if ('request' in message) await this.#serve(message.request, message.method, message.params);
    else if ('answer' in message)
      withPristineBuiltins(() => this.#asked.get(message.answer)?.(message.text ?? undefined));
  }

  async #start(options: StartOptions): Promise<void> {
    this.#token = options.token;
    blockWrites();
    const kernel = await Kernel.open(options, {
      stopping: this.#stopping,
      tell: (event) => this.#say(event),
      ask: (question) => this.#ask(question),
    });
    this.#kernel = kernel;
    const told = (error: unknown): void => this.#say({ event: 'uncaught', error: kernel.thrown(error) });
    process.on('uncaughtException', told);
    process.on('unhandledRejection', told);
    await leftToEnd(autosaveRoot());
    const unsaved = await answer(kernel, 'recover', { list: true });
    const offer = withPristineBuiltins(() => offerText(endedSessions(autosaveRoot())));
    this.#say({
      event: 'ready',
      ready: {
        brine: __BRINE_VERSION__,
        node: process.versions.node,
        pid: process.pid,
        workingDirectory: process.cwd(),
        unsaved: (unsaved as { report: unknown[] | null }).report ?? [],
        ...(offer !== undefined && { offer }),
      },
    });
  }

  async #serve(request: number, method: string, params: Parameters<typeof answer>[2]): Promise<void> {
    const kernel = this.#kernel as Kernel;
    const served: Served = { request, method, stop: () => {} };
    this.#served = served;
    try {
      const result = await untilStopped(served, () => kernel.busy(() => answer(kernel, method, params)));
      await written();
      this.#settle(served, { result });
    } catch (error) {
      await written();
      this.#settle(served, { error: withPristineBuiltins(() => refusalOf(error)) });
    }
  }

  // Once, by whoever is first.
  #settle(served: Served, body: { readonly result: unknown } | { readonly error: Refusal }): void {
    if (this.#served !== served) return;
    this.#served = undefined;
    this.#say({ request: served.request, ...body });
    const leaving = this.#kernel?.leaving;
    if (leaving !== undefined) this.#say({ event: 'leave', exitCode: leaving });
    if (this.#isOrphaned) this.#stopping.leave(EXIT.ok);
  }

  #interrupt(): void {
    for (const giveUp of [...this.#asked.values()]) giveUp(undefined);
    this.#kernel?.interrupt();
  }

  // Whoever was ended past every `finally` never says so. What goes on all the same does it soon, or works for brine.
  #forced(isServed: boolean): void {
    endPristineWork();
    const served = this.#served;
    if (!isServed || served === undefined) return;
    withPristineBuiltins(() => this.#interrupt());
    const unlessSettled = (then: () => void): void => {
      setTimeout(() => {
        if (this.#served !== served) return;
        if (this.#stopping.isWorking) unlessSettled(then);
        else then();
      }, FORCED_MS);
    };
    unlessSettled(() => {
      served.stop();
      // Who would have said that may be what was ended.
      unlessSettled(() => this.#settle(served, { error: interruptedOf(served) }));
    });
  }

  #ask(question: string): Promise<string | undefined> {
    const ask = ++this.#asks;
    return new Promise((resolve) => {
      this.#asked.set(ask, (text) => {
        this.#asked.delete(ask);
        resolve(text);
      });
      this.#say({ ask, question });
    });
  }

  #say(message: FromKernel): void {
    // Between line ends of its own: what user code may have written there is a line apart.
    const line = withPristineBuiltins(() => displayJson({ token: this.#token, ...message }));
    this.#answers.write(`\n${line}\n`);
  }
}

// Without what the session may have made of promises.
function untilStopped(served: Served, work: () => Promise<unknown>): Promise<unknown> {
  return new Promise((resolve, reject) => {
    served.stop = () => reject(interrupted(served));
    void (async () => {
      try {
        resolve(await work());
      } catch (error) {
        reject(error);
      }
    })();
  });
}

function interrupted({ method }: Served): CommandError {
  return new CommandError(`${method} was interrupted`, undefined, EXIT.interrupted);
}

function interruptedOf(served: Served): Refusal {
  return withPristineBuiltins(() => refusalOf(interrupted(served)));
}

/** How long it is waited for processes that are about to end. */
const LEFT_MS = 3000;

// A server that was killed is begun again at once, and the process that it left is still writing down what is unsaved.
async function leftToEnd(root: string): Promise<void> {
  for (const start = performance.now(); performance.now() - start < LEFT_MS; ) {
    if (leftPlaces(root).length === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

// The streams as they are now: a cell may put others in their places.
const STREAMS = [process.stdout, process.stderr].map((stream) => ({
  stream,
  write: stream.write.bind(stream),
}));

// What a program prints while it does not wait is seen while it runs, and cannot pile up here.
function blockWrites(): void {
  for (const { stream } of STREAMS)
    (stream as unknown as { _handle?: { setBlocking?(isBlocking: boolean): void } })._handle?.setBlocking?.(
      true,
    );
}

// What was printed is on its way before the answer is.
async function written(): Promise<void> {
  for (let index = 0; index < STREAMS.length; index++) {
    const { stream, write } = STREAMS[index]!;
    if (!stream.destroyed && !stream.writableEnded) await new Promise((resolve) => write('', resolve));
  }
}

if (hasWorkingFolder()) new Server();
else {
  printError(`${FOLDER_GONE}\n  ${FOLDER_GONE_HINT}`);
  process.exitCode = NO_FOLDER_CODE;
}
