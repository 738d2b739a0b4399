// The prompt: Node's own line editor with brine's evaluator behind it.
//
// The line editor, its previews, completion and searches are node:repl's. This module owns what happens to an entered
// text: it is run, and its value printed, here. The evaluator and the commands load after the prompt is on screen.

import process from 'node:process';
import { start } from 'node:repl';
import { inspect } from 'node:util';
import type { Cell, Evaluator, Outcome } from '../../src/evaluator/index.js';
import { endedSessions } from '../../src/session/autosave/ended.js';
import type { AutosaveMode } from '../../src/session/autosave/index.js';
import { autosaveRoot } from '../../src/session/autosave/place.js';
import type { outputOf } from '../../src/session/cell-output.js';
import type { Shell } from '../commands/command.js';
import { displayLines, displayName } from '../display-name.js';
import { duration, softWrapped, wrapText } from '../format.js';
import { mendStreams } from '../mend-streams.js';
import type { listenToPrinted } from '../printed.js';
import { noteListed, resumables, resumableText } from '../resumable.js';
import type { Asking, writtenText } from '../shell.js';
import { offerText } from '../unsaved.js';
import { autosaveMode, configuredMode, isHighlighted, Keeper } from './autosave.js';
import { banner } from './banner.js';
import type { Completer } from './complete.js';
import { History, historyFile } from './history.js';
import { Keys } from './keys.js';
import { type BuiltinGetters, builtinGetters } from './members.js';
import type { ParallelMap } from './pmap.js';
import type { Shelf } from './shelf.js';
import { type Editor, showContinuation, Terminal } from './terminal.js';

/** How the prompt starts. */
export interface PromptOptions {
  /** A line that loads a snapshot first. */
  readonly load?: string;
  /** Default: true. */
  readonly hasHistory?: boolean;
  /** What becomes of unsaved changes at the end: yes, no or ask. Default: as the environment and the project say. */
  readonly saveOnExit?: string | undefined;
}

/** What loads after the prompt is on screen. */
interface Parts {
  readonly evaluator: Evaluator;
  readonly shelf: Shelf;
  readonly shell: Shell;
  readonly isChangingLine: (line: string) => boolean;
  readonly runCommandLine: (shell: Shell, line: string) => Promise<number>;
  readonly failureText: (error: unknown, hasColors: boolean, columns?: number) => string;
  readonly fittedText: (value: unknown, text: string, columns?: number) => string;
  readonly writtenText: typeof writtenText;
  readonly outputOf: typeof outputOf;
  readonly listenToPrinted: typeof listenToPrinted;
  readonly keeper: Keeper;
}

/** Starts the prompt. Returns when it is on screen. */
export async function startPrompt(options: PromptOptions): Promise<void> {
  const prompt = new Prompt(options);
  await prompt.load();
  if (options.load !== undefined) await prompt.enterAs(options.load);
}

/** After this long without a key after a cell, the first save is prepared for. */
const IDLE_MS = 300;

class Prompt {
  readonly #terminal = new Terminal();
  readonly #editor: Editor;
  readonly #keys: Keys;
  readonly #history: History;
  readonly #getters: BuiltinGetters;
  #parts: Parts | undefined;
  #loading: Promise<Parts> | undefined;
  #interrupt: (() => void) | undefined;
  #parallel: ParallelMap | undefined;
  #idle: NodeJS.Timeout | undefined;
  #isPrepared = false;
  readonly #saveOnExit: string | undefined;
  /** Names that were told to hide one of Node's. */
  readonly #hidden = new Set<string>();

  constructor({ hasHistory = true, saveOnExit }: PromptOptions) {
    this.#saveOnExit = saveOnExit;
    const { output } = this.#terminal;
    const listeners = {
      keypress: process.stdin.listenerCount('keypress'),
      end: process.stdin.listenerCount('end'),
    };
    const say = (text: string): void => void output.write(`${softWrapped(text, process.stdout.columns)}\n`);
    say(banner());
    const offer = autosaveMode() === 'off' ? undefined : offerText(endedSessions(autosaveRoot()));
    if (offer !== undefined) say(offer);
    const saved = resumables();
    noteListed(saved.map(({ name }) => name));
    const listing = resumableText(saved, Date.now());
    if (listing !== undefined) say(listing);
    this.#editor = start({
      prompt: 'In[1]> ',
      input: process.stdin,
      output,
      terminal: true,
      useGlobal: true,
      preview: true,
      // Entered texts do not come this way: only Node's completion, which would run what is being typed.
      eval: (_source, _context, _file, done) => done(new Error('not while typing'), undefined),
    }) as unknown as Editor;
    const editor = this.#editor;
    editor.removeAllListeners('line');
    // Ctrl-D, a second Ctrl-C and the end of the input come here; after Node's own `close` nothing could be asked.
    editor.close = () => void this.#leave();
    this.#keys = new Keys(editor, {
      loading: () => (this.#parts === undefined ? this.load() : undefined),
      isUnfinished: (text) => this.#isUnfinished(text),
      submit: (text) => void this.enter(text),
      interrupt: () => this.#interrupt?.(),
      endEditor: (text) => {
        if (text === undefined || text.trim() === '') this.#ready();
        else void this.enter(text);
      },
    });
    this.#getters = builtinGetters();
    showContinuation(editor);
    this.#terminal.attach(editor, listeners);
    this.#history = new History(hasHistory ? historyFile() : undefined);
    this.#showHistory();
    // User code may end the process itself.
    process.once('exit', () => this.#terminal.close());
    process.on('uncaughtException', (error) => this.#failLater(error));
    process.on('unhandledRejection', (error) => this.#failLater(error));
  }

  /** Loads the evaluator and the commands. */
  load(): Promise<Parts> {
    this.#loading ??= this.#load();
    return this.#loading;
  }

  async #load(): Promise<Parts> {
    const { Evaluator } = await import('../../src/evaluator/index.js');
    const { createShell, failureText, fittedText, writtenText } = await import('../shell.js');
    const { isChangingLine, runCommandLine } = await import('../commands/index.js');
    const { completer } = await import('./complete.js');
    const { Shelf } = await import('./shelf.js');
    const { ParallelMap } = await import('./pmap.js');
    const shelf = new Shelf();
    shelf.install();
    this.#parallel = new ParallelMap(async () => {
      const { itemsView } = await import('./progress.js');
      return itemsView(this.#terminal, 'pmap');
    });
    this.#parallel.install();
    const evaluator = new Evaluator(true);
    const shell = await createShell({
      evaluator,
      output: this.#terminal.output,
      isInteractive: true,
      note: (text) => void this.#terminal.output.write(`${text}\n`),
      leave: (code) => this.#exit(code),
      saveOnExit: this.#saveOnExit,
      ask: (question, how) => this.#ask(question, how),
      runCell: (source, how) => this.#runAgain(source, how?.isEchoed ?? true),
      withTerminal: (work, isRaw) => this.#withTerminal(work, isRaw),
      withProgress: async (title, work, about) => {
        const { withProgress } = await import('./progress.js');
        return withProgress(this.#terminal, title, work, about);
      },
    });
    const native = (this.#editor.completer as Completer).bind(this.#editor);
    this.#editor.completer = completer(native, () => evaluator, this.#getters);
    const keeper = await this.#keepSafe(shell);
    await this.#paint(shell);
    const { outputOf } = await import('../../src/session/cell-output.js');
    const { listenToPrinted } = await import('../printed.js');
    this.#parts = {
      ...{
        evaluator,
        shelf,
        shell,
        isChangingLine,
        runCommandLine,
        failureText,
        fittedText,
        writtenText,
        keeper,
      },
      ...{ outputOf, listenToPrinted },
    };
    return this.#parts;
  }

  async #keepSafe(shell: Shell): Promise<Keeper> {
    const { Autosave, Rewind } = await import('../../src/session/autosave/index.js');
    const { evaluator, session, style } = shell;
    const { describeFailure } = await import('../errors.js');
    shell.autosave = new Autosave(
      { evaluator, save: session.save.bind(session), saveSync: session.saveSync.bind(session) },
      {
        mode: await this.#autosaveMode(shell),
        onTrouble: (error) => shell.note(`${style.warning} autosave stopped: ${describeFailure(error)}`),
      },
    );
    shell.rewind = new Rewind({ evaluator, load: session.load.bind(session) }, shell.autosave);
    return new Keeper(shell.autosave, this.#keys);
  }

  async #paint({ style }: Shell): Promise<void> {
    const { leavePlain, paintInput } = await import('./paint.js');
    leavePlain(this.#editor);
    if (style.hasColors && (await isHighlighted())) paintInput(this.#editor);
  }

  // A file or a variable that says something wrong is told once, and holds for nothing.
  async #autosaveMode({ note, style }: Shell): Promise<AutosaveMode> {
    try {
      return await configuredMode();
    } catch (error) {
      const { describeFailure } = await import('../errors.js');
      note(`${style.warning} ${describeFailure(error)}`);
      return 'on';
    }
  }

  /** Runs a text as if it had been typed; what is typed meanwhile waits. */
  async enterAs(text: string): Promise<void> {
    this.#keys.isBusy = true;
    this.#terminal.output.write(`${displayName(text)}\n`);
    await this.enter(text);
  }

  /** Runs an entered text: a command or a cell. */
  async enter(text: string, isTyped = true): Promise<void> {
    this.#keys.isBusy = true;
    clearTimeout(this.#idle);
    this.#terminal.pauseEditing();
    try {
      const parts = this.#parts ?? (await this.load());
      parts.keeper.flush();
      if (text.trim() === '') return;
      if (isTyped) this.#history.add(text);
      if (/^\s*\.[A-Za-z]/.test(text)) {
        if (parts.isChangingLine(text)) await parts.keeper.changes();
        await this.#command(parts, text);
        parts.keeper.ended(undefined, text);
      } else {
        await this.#keptCell(parts, text);
        this.#prepareWhenIdle(parts.shell);
      }
    } catch (error) {
      this.#terminal.output.write(`${this.#failure(error)}\n`);
    } finally {
      this.#ready();
    }
  }

  // The state before and after it is kept.
  async #keptCell(parts: Parts, text: string): Promise<Cell | undefined> {
    const writing = parts.keeper.begins();
    if (writing !== undefined) await writing;
    const cell = await this.#cell(parts, text);
    parts.keeper.ended(cell);
    this.#sayHidden(parts);
    if (cell !== undefined && parts.shell.isTiming)
      this.#terminal.output.write(`${parts.shell.style.dim(duration(cell.durationMs))}\n`);
    return cell;
  }

  // A name that hides one of Node's is told of once: what it breaks may show much later.
  #sayHidden({ evaluator, shell: { style, columns, note } }: Parts): void {
    const found = evaluator.hiddenBuiltins().filter((name) => !this.#hidden.has(name));
    if (found.length === 0) return;
    for (const name of found) this.#hidden.add(name);
    const text = `${found.join(', ')} ${found.length === 1 ? 'hides a global' : 'hide globals'} of Node's; .drop ${found.join(' ')} gives it back`;
    note(`${style.yellow(style.warning)} ${wrapText('  ', text, columns).slice(2)}`);
  }

  // For commands that run cells.
  async #runAgain(text: string, isEchoed: boolean): Promise<Cell | undefined> {
    const parts = this.#parts ?? (await this.load());
    if (isEchoed) {
      this.#terminal.output.write(`${this.#promptText()}${displayLines(text).replaceAll('\n', '\n| ')}\n`);
      this.#history.add(text);
    }
    return this.#keptCell(parts, text);
  }

  async #withTerminal<T>(work: () => Promise<T>, isRaw = false): Promise<T> {
    await this.#terminal.release(isRaw);
    try {
      return await work();
    } finally {
      this.#terminal.retake();
    }
  }

  // The first save of code takes a tenth of a second longer than the others, unless it was prepared while nobody waited.
  #prepareWhenIdle({ session }: Shell): void {
    clearTimeout(this.#idle);
    if (this.#isPrepared) return;
    const prepare = (): void => {
      if (this.#keys.isBusy) return;
      this.#isPrepared = true;
      session.prepare();
    };
    this.#idle = setTimeout(prepare, IDLE_MS).unref();
  }

  #ready(): void {
    this.#showHistory();
    this.#parts?.shelf.noteCells(this.#parts.evaluator.cells);
    this.#editor.setPrompt(this.#promptText());
    this.#editor.displayPrompt();
    this.#terminal.resumeEditing();
    this.#keys.isBusy = false;
    this.#keys.replay();
  }

  #promptText(): string {
    return `In[${this.#parts?.evaluator.nextCellNumber ?? 1}]> `;
  }

  // A command that is finished when it returns leaves the terminal alone.
  async #command(parts: Parts, text: string): Promise<void> {
    const name = text.trim().slice(1).split(/\s/, 1)[0];
    if (name === 'editor') {
      this.#terminal.output.write('// several lines: Ctrl-D runs them, Ctrl-C drops them\n');
      this.#keys.isEditor = true;
      return;
    }
    if (name === 'break') return;
    await parts.runCommandLine(parts.shell, text);
  }

  async #cell(parts: Parts, text: string): Promise<Cell | undefined> {
    const { evaluator, listenToPrinted, outputOf } = parts;
    const look = evaluator.look(text);
    const heard = listenToPrinted();
    let outcome: Outcome | 'interrupted' | undefined;
    let printed: ReturnType<typeof heard> | undefined;
    try {
      outcome =
        look.status === 'ready' && look.isAsync
          ? await this.#runAsync(evaluator, text)
          : this.#runSync(evaluator, text);
    } finally {
      printed = heard();
    }
    const shown = this.#show(parts, outcome);
    if (outcome !== 'interrupted' && outcome.status === 'incomplete') return undefined;
    const cell = outcome === 'interrupted' ? evaluator.cells.at(-1) : outcome.cell;
    return cell === undefined ? undefined : evaluator.record(cell, outputOf({ ...printed, ...shown }));
  }

  // Prints what came of a cell, and tells what was printed.
  #show(
    { evaluator, shelf, shell, failureText, fittedText, writtenText }: Parts,
    outcome: Outcome | 'interrupted',
  ): { readonly text?: string; readonly value?: unknown } {
    if (outcome === 'interrupted' || (outcome.status === 'failed' && isInterruption(outcome.error))) {
      mendStreams();
      this.#terminal.output.write('\nInterrupted\n');
      return { text: 'Interrupted' };
    }
    if (outcome.status === 'failed') {
      this.#editor.lastError = outcome.error;
      const text = failureText(outcome.error, shell.style.hasColors);
      const { columns } = process.stdout;
      this.#terminal.output.write(`${failureText(outcome.error, shell.style.hasColors, columns)}\n`);
      return { text };
    }
    if (outcome.status !== 'done' || !(outcome.isExpression || outcome.value !== undefined)) return {};
    const { value } = outcome;
    evaluator.trim(value);
    this.#editor.last = value;
    const text = writtenText(this.#editor.writer, value);
    this.#terminal.output.write(`${fittedText(value, text, process.stdout.columns)}\n`);
    // That it was undefined is nothing to keep.
    if (value === undefined) return {};
    shelf.keep(outcome.cell.number, value);
    return { text, value };
  }

  // Ctrl-C is a signal while the code runs, and stops it.
  #runSync(evaluator: Evaluator, text: string): Outcome {
    this.#editor._setRawMode(false);
    try {
      return evaluator.evaluate(text, { isInterruptible: true, isWhole: true }) as Outcome;
    } finally {
      this.#editor._setRawMode(true);
    }
  }

  // The terminal belongs to the cell while it waits: it may ask questions or draw. Ctrl-C ends the wait.
  async #runAsync(evaluator: Evaluator, text: string): Promise<Outcome | 'interrupted'> {
    // The keys that came in the same piece as Enter are typed ahead.
    await new Promise((resolve) => setImmediate(resolve));
    await this.#terminal.release();
    let onSignal = (): void => {};
    const interrupted = new Promise<'interrupted'>((resolve) => {
      onSignal = () => resolve('interrupted');
    });
    process.on('SIGINT', onSignal);
    this.#interrupt = onSignal;
    this.#parallel?.waits();
    try {
      const running = evaluator.evaluate(text, { isInterruptible: true, isWhole: true });
      const outcome = await Promise.race([running, interrupted]);
      if (outcome === 'interrupted') {
        evaluator.abandon();
        this.#keys.forget();
      }
      return outcome;
    } finally {
      process.off('SIGINT', onSignal);
      this.#interrupt = undefined;
      await this.#parallel?.rests();
      this.#terminal.retake();
    }
  }

  // A command asks: the terminal is a plain one until Enter. Ctrl-C is no answer, Ctrl-D is `atEnd`.
  async #ask(question: string, { atEnd, isRepeated = false }: Asking = {}): Promise<string | undefined> {
    const { createInterface } = await import('node:readline/promises');
    await this.#terminal.release();
    if (isRepeated) process.stdin.unshift(this.#keys.take());
    let left = '';
    const asking = createInterface({ input: process.stdin, output: this.#terminal.output, terminal: true });
    try {
      return await new Promise<string | undefined>((resolve) => {
        asking.once('SIGINT', () => resolve(undefined));
        asking.once('close', () => resolve(atEnd));
        // Keys may come in one piece with the answer.
        asking.on('line', (line) => (left += `${line}\r`));
        asking.question(question).then(
          (answer) => {
            left += asking.line;
            resolve(answer);
          },
          () => resolve(undefined),
        );
      });
    } finally {
      asking.close();
      this.#terminal.retake();
      if (left !== '') process.stdin.unshift(left);
    }
  }

  #isUnfinished(text: string): boolean {
    if (/^\s*\.[A-Za-z]/.test(text)) return false;
    return this.#parts !== undefined && this.#parts.evaluator.look(text).status === 'incomplete';
  }

  // The line editor keeps the newest entry first; from Node 24 on with lines reversed and carriage returns.
  #showHistory(): void {
    const isReversed = Number(process.versions.node.split('.')[0]) >= 24;
    const entries = this.#history.cells.map((cell) =>
      isReversed ? cell.split('\n').reverse().join('\r') : cell,
    );
    this.#editor.history = entries;
    (this.#editor as unknown as { historyIndex: number }).historyIndex = -1;
  }

  // Thrown by a timer or a promise that no cell waits for: the session goes on.
  #failLater(error: unknown): void {
    const parts = this.#parts;
    this.#editor.lastError = error;
    parts?.evaluator.trim(error);
    this.#terminal.printAbove(this.#failure(error));
  }

  #failure(error: unknown): string {
    const parts = this.#parts;
    return parts === undefined
      ? inspect(error)
      : parts.failureText(error, parts.shell.style.hasColors, process.stdout.columns);
  }

  // As `.exit` does. Whoever hung up cannot be asked.
  async #leave(): Promise<void> {
    if (this.#parts === undefined || process.stdin.readableEnded || process.stdin.destroyed) this.#exit(0);
    if (this.#keys.isBusy) return;
    this.#terminal.output.write('\n');
    await this.enter('.exit', false);
  }

  #exit(code: number): void {
    const autosave = this.#parts?.shell.autosave;
    if (autosave?.isUnsaved === true && autosave.mode !== 'off')
      this.#terminal.output.write(
        `${softWrapped('unsaved work is kept: .recover brings it back at the next start', process.stdout.columns)}\n`,
      );
    this.#terminal.close();
    process.exit(code === 0 ? undefined : code);
  }
}

function isInterruption(error: unknown): boolean {
  return (
    error instanceof Error && (error as NodeJS.ErrnoException).code === 'ERR_SCRIPT_EXECUTION_INTERRUPTED'
  );
}
