// A session that somebody drives from outside: cells, commands, autosave, one request after the other. Behind `brine serve` and the
// Jupyter kernel alike; knows nothing of either, of pipes and of protocols.

import process from 'node:process';
import { Evaluator } from '../../src/evaluator/index.js';
import { withPristineBuiltins } from '../../src/realm/pristine.js';
import { Autosave, Rewind } from '../../src/session/autosave/index.js';
import { type CommandArguments, EXIT, type Shell } from '../commands/command.js';
import { isChangingLine, runCommand, runCommandLine } from '../commands/index.js';
import { describeFailure } from '../errors.js';
import { printError, printOut } from '../out.js';
import { autosaveMode, configuredMode, type Idleness, Keeper } from '../repl/autosave.js';
import { Shelf } from '../repl/shelf.js';
import { createShell } from '../shell.js';
import { jsonValueOf, thrownOf } from '../told.js';
import { Cells, type Ran } from './cells.js';
import type { Evaluated, KernelEvent, StartOptions, Thrown } from './messages.js';
import { partsOf } from './parts.js';
import { placeIn } from './place.js';
import { richOf } from './rich.js';
import type { Stopping } from './stopping.js';

/** Who is told. */
export interface KernelHost {
  readonly stopping: Stopping;
  tell(event: KernelEvent): void;
  /** Asks a person; undefined where nobody answers. */
  ask(question: string): Promise<string | undefined>;
}

/** What is wanted of a cell's value besides its text. */
export interface Wants {
  readonly textCharactersMax: number;
  /** JSON of at most so many characters; undefined for none. */
  readonly jsonCharactersMax: number | undefined;
  readonly isRich: boolean;
}

/** What a command said. */
export interface CommandSaid {
  readonly exitCode: number;
  /** What it printed. */
  readonly text: string;
  /** Remarks. */
  readonly notes: string;
}

/** The session of this process. */
export class Kernel {
  readonly evaluator: Evaluator;
  readonly shell: Shell;
  readonly cells: Cells;
  /** What `.exit` said; undefined before. */
  leaving: number | undefined;
  readonly #host: KernelHost;
  readonly #keeper: Keeper;
  readonly #idleness: { -readonly [K in keyof Idleness]: Idleness[K] };
  #said: { text: string; notes: string } | undefined;

  /** Makes it; there is one a process. */
  static async open(options: StartOptions, host: KernelHost): Promise<Kernel> {
    const shelf = new Shelf();
    shelf.install();
    const evaluator = new Evaluator(true);
    const cells = new Cells(evaluator, shelf);
    // The shell speaks by way of the kernel, which is made of the shell.
    const kernel: { made?: Kernel } = {};
    const said = (): Kernel => kernel.made as Kernel;
    const shell = await createShell({
      evaluator,
      output: { write: (text) => said().#print(text) },
      isInteractive: options.isInteractive,
      note: (text) => said().#note(text),
      leave: (exitCode) => {
        said().leaving = exitCode;
      },
      ask: (question) => host.ask(question),
      runCell: async (source) => said().#runSaying(source, {}),
      withProgress: (title, work) => host.stopping.cancellable(title, work),
    });
    const unguarded = shell.session.save.bind(shell.session);
    guardSession(shell, host.stopping);
    await keepSafe(shell, host, { save: unguarded, mode: options.autosave });
    kernel.made = new Kernel(shell, cells, host);
    return kernel.made;
  }

  private constructor(shell: Shell, cells: Cells, host: KernelHost) {
    this.shell = shell;
    this.evaluator = shell.evaluator;
    this.cells = cells;
    this.#host = host;
    this.#idleness = { isBusy: false, lastKeyMs: performance.now() };
    process.once('exit', () => this.#beforeEnd());
    this.#keeper = new Keeper(shell.autosave as Autosave, this.#idleness);
  }

  /** Marks the session as busy while a request is served. */
  async busy<T>(work: () => Promise<T>): Promise<T> {
    this.#idleness.isBusy = true;
    try {
      return await work();
    } finally {
      this.#idleness.isBusy = false;
      this.#idleness.lastKeyMs = performance.now();
    }
  }

  /** Runs a text as one cell. */
  async evaluate(code: string, wants: Wants, fileName?: string): Promise<Evaluated> {
    const ran = await this.#run(code, fileName === undefined ? {} : { fileName });
    return this.#evaluated(ran, wants);
  }

  /** Runs the parts of a text: code, and commands between; the value is that of the last part, when that is code. */
  async evaluateParts(text: string, wants: Wants): Promise<Evaluated | { readonly failed: CommandSaid }> {
    let last: Ran | undefined;
    const parts = partsOf(text);
    // A command has the number that the next cell will have.
    this.#host.tell({ event: 'cell', cell: this.evaluator.nextCellNumber });
    // By index: a cell may have replaced what iterating uses.
    for (let index = 0; index < parts.length; index++) {
      const part = parts[index]!;
      if (part.kind === 'command') {
        const exitCode = await this.#runLine(part.text);
        if (exitCode !== EXIT.ok && exitCode !== EXIT.lossy)
          return { failed: { exitCode, text: part.text, notes: '' } };
        last = undefined;
        if (this.leaving !== undefined) break;
        continue;
      }
      last = await this.#run(part.text, { lineOffset: part.line, typed: part.text });
      if (last.status !== 'done') break;
    }
    return last === undefined ? NOTHING : this.#evaluated(last, wants);
  }

  /** Runs a command line, and takes what it says. */
  async command(line: string): Promise<CommandSaid> {
    return this.#saying(() => this.#runLine(line));
  }

  /** Runs a command with words and flags, and takes what it says. Throws what the command throws. */
  async call(name: string, given: CommandArguments): Promise<CommandSaid> {
    const line = `.${name} ${given.rest}`.trimEnd();
    return this.#saying(() => this.#kept(line, () => runCommand(this.shell, name, given)));
  }

  /** Something is to stop. False when nothing runs that can be told so. */
  interrupt(): boolean {
    return this.cells.interrupt();
  }

  /** Forgets what is unsaved. */
  discard(): void {
    this.#keeper.flush();
    this.shell.autosave?.discard();
  }

  /** Something was thrown that no cell waits for. */
  thrown(error: unknown): Thrown {
    this.evaluator.trim(error);
    return withPristineBuiltins(() => thrownAt(error));
  }

  // Before autosave writes what is unsaved: what a cell changed that ends the process is that, too; what left no name is not.
  #beforeEnd(): void {
    const { autosave, currentFile } = this.shell;
    if (this.cells.isRunning) autosave?.changed();
    if (currentFile === undefined && this.evaluator.names().length === 0) autosave?.discard();
  }

  async #saying(work: () => Promise<number>): Promise<CommandSaid> {
    const said = { text: '', notes: '' };
    this.#said = said;
    try {
      const exitCode = await work();
      return { exitCode, text: said.text, notes: said.notes };
    } finally {
      this.#said = undefined;
    }
  }

  #print(text: string): void {
    if (this.#said === undefined) printOut(text.endsWith('\n') ? text.slice(0, -1) : text);
    else this.#said.text += text;
  }

  #note(text: string): void {
    if (this.#said !== undefined) this.#said.notes += `${text}\n`;
    else if (this.shell.isInteractive) printOut(text);
    else printError(text);
  }

  #runLine(line: string): Promise<number> {
    return this.#kept(line, () => runCommandLine(this.shell, line));
  }

  // The state before and after it is kept.
  async #kept(line: string, work: () => Promise<number>): Promise<number> {
    this.#keeper.flush();
    if (isChangingLine(line)) await this.#keeper.changes();
    try {
      return await work();
    } finally {
      this.#keeper.ended(undefined, line);
    }
  }

  async #run(source: string, options: Parameters<Cells['run']>[1]): Promise<Ran> {
    const writing = this.#keeper.begins();
    if (writing !== undefined) await writing;
    this.#host.tell({ event: 'cell', cell: this.evaluator.nextCellNumber });
    if (this.#host.stopping.wasInterrupted) return this.cells.neverRun();
    const ran = await this.cells.run(source, options);
    this.#keeper.ended(ran.cell);
    // What a program that was interrupted made the cell throw.
    return ran.status === 'failed' && this.#host.stopping.wasSignalled
      ? { status: 'interrupted', cell: ran.cell, value: undefined }
      : ran;
  }

  // For commands that run cells: what came of it is said with what the command says.
  async #runSaying(source: string, options: Parameters<Cells['run']>[1]): Promise<Ran['cell']> {
    const { cell, status, text } = await this.#run(source, options);
    if (status === 'interrupted') this.#note('Interrupted');
    else if (text !== undefined && status === 'failed') this.#note(text);
    else if (text !== undefined) this.#print(`${text}\n`);
    return cell;
  }

  async #evaluated(ran: Ran, wants: Wants): Promise<Evaluated> {
    const told = withPristineBuiltins(() => toldOf(ran, wants));
    if (!wants.isRich || told.text === undefined) return told;
    return { ...told, data: { 'text/plain': told.text, ...(await richOf(ran.value)) } };
  }
}

const NOTHING: Evaluated = { status: 'done', cell: 0, durationMs: 0 };

function toldOf({ status, cell, text, value, error }: Ran, wants: Wants): Evaluated {
  const base = { status, cell: cell.number, durationMs: cell.durationMs };
  if (status === 'failed') return { ...base, error: bounded(thrownAt(error), wants.textCharactersMax) };
  if (status === 'interrupted' || value === undefined || text === undefined) return base;
  const cut = cutTo(text, wants.textCharactersMax);
  const json = wants.jsonCharactersMax === undefined ? {} : jsonValueOf(value, wants.jsonCharactersMax);
  return { ...base, text: cut.text, ...(cut.left > 0 && { textLeft: cut.left }), ...json };
}

function thrownAt(error: unknown): Thrown {
  const thrown = thrownOf(error);
  const place = placeIn(thrown.stack);
  return place === undefined ? thrown : { ...thrown, place };
}

function bounded(thrown: Thrown, charactersMax: number): Thrown {
  const cut = (text: string): string => {
    const { text: kept, left } = cutTo(text, charactersMax);
    return left > 0 ? `${kept}… ${left} more characters` : kept;
  };
  return { ...thrown, name: cut(thrown.name), message: cut(thrown.message), stack: cut(thrown.stack) };
}

function cutTo(text: string, charactersMax: number): { readonly text: string; readonly left: number } {
  if (text.length <= charactersMax) return { text, left: 0 };
  const unit = text.charCodeAt(charactersMax - 1);
  // Not between the halves of a character.
  const end = unit >= 0xd800 && unit < 0xdc00 ? charactersMax - 1 : charactersMax;
  return { text: text.slice(0, end), left: text.length - end };
}

// Saves and loads must not be ended in the middle.
function guardSession({ session }: Shell, stopping: Stopping): void {
  const guarded = <T extends (...given: never[]) => unknown>(method: T): T =>
    ((...given: never[]) => stopping.during(() => Reflect.apply(method, session, given))) as unknown as T;
  const { save, saveSync, load, snapshot, losses, variables } = session;
  Object.assign(session, {
    save: guarded(save),
    saveSync: guarded(saveSync),
    load: guarded(load),
    snapshot: guarded(snapshot),
    losses: guarded(losses),
    variables: guarded(variables),
  });
}

// Autosave writes in the background while cells run: these can be ended meanwhile.
async function keepSafe(
  shell: Shell,
  { tell, stopping }: KernelHost,
  {
    save,
    mode: wanted,
  }: { readonly save: Shell['session']['save']; readonly mode: StartOptions['autosave'] },
): Promise<void> {
  const { evaluator, session } = shell;
  let mode = wanted ?? autosaveMode();
  try {
    mode = wanted ?? (await configuredMode());
  } catch (error) {
    tell({ event: 'warning', text: describeFailure(error) });
  }
  shell.autosave = new Autosave(
    {
      evaluator,
      save: (...given) => stopping.duringCall(() => save(...given)),
      saveSync: session.saveSync.bind(session),
    },
    {
      mode,
      onTrouble: (error) => tell({ event: 'warning', text: `autosave stopped: ${describeFailure(error)}` }),
    },
  );
  shell.rewind = new Rewind({ evaluator, load: session.load.bind(session) }, shell.autosave);
}
