// `brine jupyter kernel`: Jupyter's requests over the kernel. Cells run in another process, in which the dot commands work as at the
// prompt; requests are served one after the other, those on the control channel at once.

import process from 'node:process';
import { KernelProcess } from '../kernel/host.js';
import type { CommandSaid } from '../kernel/kernel.js';
import type { Evaluated, KernelEvent, Ready } from '../kernel/messages.js';
import { dataOf, failure, type HistoryItem, historyOf, INTERRUPTED, kernelInfo } from './answers.js';
import { readConnection } from './connection.js';
import { codePointsOf, unitsOf } from './places.js';
import { Sockets } from './sockets.js';
import type { Message, Part } from './wire.js';

type Cell = Evaluated | { readonly failed: CommandSaid };

/** How often it is looked whether whoever started this is still there. */
const PARENT_MS = 1000;
const HISTORY_MAX = 1000;
/** How long it takes until requests that were sent at once have come. */
const TOGETHER_MS = 50;

/** Serves until it is told to shut down. Returns an exit code. */
export async function runKernel(connectionFile: string): Promise<number> {
  return new JupyterKernel().run(connectionFile);
}

class JupyterKernel {
  #sockets!: Sockets;
  #kernel!: KernelProcess;
  #ready: Ready | undefined;
  #offer: string | undefined;
  readonly #queue: Message[] = [];
  #isServing = false;
  /** The request that is served. */
  #about: Message | undefined;
  #isSilent = false;
  /** The number that the cell has. */
  #count = 1;
  #isCounted = false;
  /** What waits is not executed, because what was before it failed. */
  #isAborting = false;
  #asked: number | undefined;
  #isEnding = false;
  #finish: (exitCode: number) => void = () => {};

  async run(connectionFile: string): Promise<number> {
    const connection = readConnection(connectionFile);
    const done = new Promise<number>((resolve) => {
      this.#finish = resolve;
    });
    this.#sockets = await Sockets.open(connection, {
      onShell: (message) => this.#enqueue(message),
      onControl: (message) => void this.#control(message),
      onStdin: (message) => this.#answered(message),
    });
    this.#state('starting', undefined);
    this.#start();
    process.on('SIGINT', () => this.#interrupt());
    for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void this.#end());
    this.#watchParent();
    return done;
  }

  #start(): void {
    const kernel = new KernelProcess(
      { isInteractive: true },
      {
        onOutput: (name, text) => this.#stream(name, text),
        onEvent: (event) => this.#tell(event),
        onAsk: (ask, question) => this.#ask(ask, question),
        onEnd: ({ exitCode, signal }) => {
          if (this.#isEnding || kernel !== this.#kernel) return;
          const how = signal === null ? `with exit code ${exitCode}` : `by ${signal}`;
          this.#stream('stderr', `the session ended ${how}, and a new one began\n`);
          const wasReady = this.#ready !== undefined;
          this.#ready = undefined;
          // What cannot start will not the next time.
          if (!wasReady) return void this.#end(1);
          this.#state('restarting', undefined);
          this.#start();
        },
      },
    );
    this.#kernel = kernel;
    kernel.ready.then(
      (ready) => {
        this.#ready = ready;
        this.#offer = ready.offer;
        this.#count = 1;
        if (!this.#isServing) this.#state('idle', undefined);
        this.#next();
      },
      () => {},
    );
  }

  // Jupyter says which process it is; when that is gone nobody will ask again.
  #watchParent(): void {
    if (process.env['JPY_PARENT_PID'] === undefined) return;
    const parent = process.ppid;
    const timer = setInterval(() => {
      if (process.ppid === parent) return;
      clearInterval(timer);
      void this.#end();
    }, PARENT_MS);
    timer.unref();
  }

  async #end(exitCode = 0): Promise<void> {
    if (this.#isEnding) return;
    this.#isEnding = true;
    await this.#kernel.end();
    await this.#sockets.close();
    this.#finish(exitCode);
  }

  #enqueue(message: Message): void {
    this.#queue.push(message);
    this.#next();
  }

  #next(): void {
    if (this.#isServing || this.#kernel.hasEnded || this.#ready === undefined || this.#isEnding) return;
    const message = this.#queue.shift();
    if (message === undefined) return;
    this.#isServing = true;
    void this.#serve(message).finally(() => {
      this.#isServing = false;
      this.#next();
    });
  }

  async #serve(message: Message): Promise<void> {
    this.#about = message;
    this.#state('busy', message);
    const type = message.header.msg_type;
    const content = await this.#answer(type, message);
    if (content !== undefined)
      this.#sockets.reply('shell', message, type.replace(/_request$/, '_reply'), content);
    this.#state('idle', message);
    if (this.#isAborting) this.#abort();
    if (type === 'shutdown_request') await this.#end();
  }

  async #answer(type: string, message: Message): Promise<Part | undefined> {
    const { content } = message;
    const code = String(content['code'] ?? '');
    switch (type) {
      case 'execute_request':
        return this.#execute(message, code);
      case 'kernel_info_request':
        return kernelInfo(this.#ready?.brine ?? '');
      case 'complete_request':
        return this.#complete(code, content);
      case 'inspect_request':
        return this.#inspect(code, content);
      case 'is_complete_request': {
        const { status } = await this.#asks<{ status: string }>(
          'isComplete',
          { code },
          { status: 'unknown' },
        );
        return status === 'incomplete' ? { status, indent: '  ' } : { status };
      }
      case 'history_request': {
        const { items } = await this.#asks<{ items: HistoryItem[] }>(
          'cells',
          { count: HISTORY_MAX },
          { items: [] },
        );
        return historyOf(content, items);
      }
      case 'comm_info_request':
        return { status: 'ok', comms: {} };
      case 'shutdown_request':
        return { status: 'ok', restart: content['restart'] === true };
      case 'comm_open':
        // Nobody here has something to talk about.
        this.#sockets.publish({
          type: 'comm_close',
          content: { comm_id: content['comm_id'], data: {} },
          about: message,
        });
        return undefined;
      default:
        return undefined;
    }
  }

  async #control(message: Message): Promise<void> {
    const type = message.header.msg_type;
    const reply = (content: Part): void =>
      this.#sockets.reply('control', message, type.replace(/_request$/, '_reply'), content);
    if (type === 'interrupt_request') {
      this.#interrupt();
      reply({ status: 'ok' });
    } else if (type === 'kernel_info_request') reply(kernelInfo(this.#ready?.brine ?? __BRINE_VERSION__));
    else if (type === 'shutdown_request') {
      const content = { status: 'ok', restart: message.content['restart'] === true };
      reply(content);
      this.#sockets.publish({ type: 'shutdown_reply', content, about: message });
      await this.#end();
    }
  }

  #interrupt(): void {
    // Those behind it were asked for together with it.
    this.#abort();
    if (this.#isServing) this.#kernel.interrupt();
  }

  #abort(): void {
    this.#isAborting = false;
    const isExecution = ({ header }: Message): boolean => header.msg_type === 'execute_request';
    for (const message of this.#queue.filter(isExecution)) {
      this.#state('busy', message);
      this.#sockets.reply('shell', message, 'execute_reply', { status: 'aborted' });
      this.#state('idle', message);
    }
    this.#queue.splice(0, this.#queue.length, ...this.#queue.filter((message) => !isExecution(message)));
  }

  async #execute(message: Message, code: string): Promise<Part> {
    const { content } = message;
    this.#isSilent = content['silent'] === true;
    this.#isCounted = this.#isSilent;
    if (this.#offer !== undefined && !this.#isSilent) {
      this.#stream('stdout', `${this.#offer}\n`);
      this.#offer = undefined;
    }
    const answer = await this.#kernel.request('evaluateCell', { code, rich: true });
    this.#counted(code);
    const failed = 'error' in answer ? refusal(answer.error) : failureOf(answer.result as Cell);
    const count = this.#count;
    if (failed !== undefined) {
      if (!this.#isSilent) this.#publish('error', failed);
      this.#isAborting = content['stop_on_error'] !== false;
      // What was sent together with it is here before anybody can answer to the failure.
      if (this.#isAborting) await new Promise((resolve) => setTimeout(resolve, TOGETHER_MS));
      return { status: 'error', execution_count: count, ...failed };
    }
    const data = dataOf(('error' in answer ? {} : answer.result) as Evaluated);
    if (data !== undefined && !this.#isSilent)
      this.#publish('execute_result', { execution_count: count, data, metadata: {} });
    const user_expressions = await this.#expressions(content['user_expressions']);
    return { status: 'ok', execution_count: count, payload: [], user_expressions };
  }

  async #expressions(asked: unknown): Promise<Part> {
    const values: Record<string, Part> = {};
    if (typeof asked !== 'object' || asked === null) return values;
    for (const [name, code] of Object.entries(asked)) {
      const answer = await this.#kernel.request('evaluate', { code: String(code), rich: true });
      const failed = 'error' in answer ? refusal(answer.error) : failureOf(answer.result as Cell);
      const data = 'error' in answer ? {} : dataOf(answer.result as Evaluated);
      values[name] =
        failed === undefined
          ? { status: 'ok', data: data ?? {}, metadata: {} }
          : { status: 'error', ...failed };
    }
    return values;
  }

  async #complete(code: string, content: Part): Promise<Part> {
    const cursor = cursorOf(code, content);
    const nothing = { matches: [] as string[], start: cursor, end: cursor };
    const { matches, start, end } = await this.#asks('complete', { code, cursor }, nothing);
    return {
      status: 'ok',
      matches,
      cursor_start: codePointsOf(code, start),
      cursor_end: codePointsOf(code, end),
      metadata: {},
    };
  }

  async #inspect(code: string, content: Part): Promise<Part> {
    const cursor = cursorOf(code, content);
    const { isFound, words } = await this.#asks('describe', { code, cursor }, { isFound: false, words: '' });
    return { status: 'ok', found: isFound, data: isFound ? { 'text/plain': words } : {}, metadata: {} };
  }

  // What the session does not answer is nothing.
  async #asks<T>(method: string, params: Part, otherwise: T): Promise<T> {
    const answer = await this.#kernel.request(method, params);
    return 'error' in answer ? otherwise : (answer.result as T);
  }

  #tell(event: Exclude<KernelEvent, { event: 'ready' }>): void {
    switch (event.event) {
      case 'cell':
        this.#count = event.cell;
        this.#counted();
        break;
      case 'warning':
        this.#stream('stderr', `${event.text}\n`);
        break;
      case 'uncaught':
        this.#stream('stderr', `${event.error.stack}\n`);
        break;
      case 'leave':
        void this.#end();
        break;
    }
  }

  #stream(name: 'stdout' | 'stderr', text: string): void {
    if (this.#isSilent && this.#isServing) return;
    this.#counted();
    this.#publish('stream', { name, text });
  }

  // What runs is told once, before anything that comes of it.
  #counted(code?: string): void {
    if (this.#isCounted || this.#about?.header.msg_type !== 'execute_request') return;
    this.#isCounted = true;
    const shown = code ?? String(this.#about.content['code'] ?? '');
    this.#publish('execute_input', { code: shown, execution_count: this.#count });
  }

  #ask(ask: number, question: string): void {
    const about = this.#about;
    if (about === undefined || about.content['allow_stdin'] !== true)
      return this.#kernel.answer(ask, undefined);
    this.#counted();
    this.#asked = ask;
    this.#sockets.ask(about, { prompt: question, password: false });
  }

  #answered({ header, content }: Message): void {
    if (header.msg_type !== 'input_reply' || this.#asked === undefined) return;
    this.#kernel.answer(this.#asked, String(content['value'] ?? ''));
    this.#asked = undefined;
  }

  #publish(type: string, content: Part): void {
    this.#sockets.publish({ type, content, about: this.#about });
  }

  #state(state: 'starting' | 'busy' | 'idle' | 'restarting', about: Message | undefined): void {
    this.#sockets.publish({ type: 'status', content: { execution_state: state }, about });
  }
}

function cursorOf(code: string, content: Part): number {
  const cursor = content['cursor_pos'];
  return typeof cursor === 'number' ? unitsOf(code, cursor) : code.length;
}

function failureOf(cell: Cell): Part | undefined {
  if ('failed' in cell) {
    const { text, exitCode } = cell.failed;
    // What went wrong is printed already.
    return { ename: 'CommandError', evalue: `${text} ended with ${exitCode}`, traceback: [] };
  }
  if (cell.status === 'interrupted') return failure(INTERRUPTED);
  return cell.error === undefined ? undefined : failure(cell.error);
}

function refusal({ code, message, hint }: { code: string; message: string; hint?: string }): Part {
  const traceback = hint === undefined ? [message] : [message, `  ${hint}`];
  return { ename: code, evalue: message, traceback };
}
