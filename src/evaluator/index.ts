// The evaluator: runs cells in the main realm and keeps the table of their names.
//
// Every name of the session is a configurable property of the global object, constants a non-writable one, so that any
// of them can be listed, redeclared, dropped and restored. Knows nothing of terminals or snapshots.

import { performance } from 'node:perf_hooks';
import { types } from 'node:util';
import { SessionError } from '../errors.js';
import { checkOptionNames, type OptionNames } from '../option-names.js';
import { importModule } from '../realm/compile.js';
import { lookAtClasses } from '../realm/platform-classes.js';
import {
  defineSessionGlobal,
  sessionGlobal,
  withPristineBuiltins,
  withSessionBuiltins,
  withSessionGlobal,
} from '../realm/pristine.js';
import { Globals, installRequire } from './globals.js';
import { keepWithinBudget } from './outputs.js';
import { type Parsed, parseCell } from './parse.js';
import { type CellPlace, compileBody, declareFunctions, engineError, errorAt, importFrom } from './run.js';
import { type CellFrame, trimStack } from './stack.js';
import { survey } from './survey.js';
import { type ImportRequest, type Plan, transform } from './transform.js';
import type { Binding, BindingKind, Cell, CellOutput } from './types.js';
import { stripTypes } from './typescript.js';

export type { Binding, BindingKind, Cell, CellOutput, ImportOrigin } from './types.js';

/** A text without any of these hardly changes a class of Node's. */
const CHANGES = /prototype|define|assign|delete|[A-Z]\w*(?:\.|\[)[^=]*=/;

/** How a cell is evaluated. */
export interface EvaluateOptions {
  /** For stack traces. Default: `In[n]`. Not a URL. */
  readonly fileName?: string;
  /** Added to line numbers. Default: 0. */
  readonly lineOffset?: number;
  /** Added to the columns of the first line. Default: 0. */
  readonly columnOffset?: number;
  /** The text to keep as the cell's source where it is not `source` itself. */
  readonly typed?: string;
  /** Let SIGINT stop code that does not await. Default: false. */
  readonly isInterruptible?: boolean;
  /** Take an unfinished text for an error. Default: false. */
  readonly isWhole?: boolean;
}

const NAMES: OptionNames<EvaluateOptions> = {
  fileName: 'any',
  lineOffset: 'any',
  columnOffset: 'any',
  typed: 'any',
  isInterruptible: 'any',
  isWhole: 'any',
};

/** What came of a cell. */
export type Outcome =
  | {
      readonly status: 'done';
      readonly value: unknown;
      /** The cell ends in an expression, so that `value` is worth showing. */
      readonly isExpression: boolean;
      readonly cell: Cell;
    }
  | { readonly status: 'failed'; readonly error: unknown; readonly cell: Cell }
  | { readonly status: 'incomplete'; readonly message: string };

interface Running {
  readonly plan: Plan;
  /** The text that was planned, types blanked. */
  readonly text: string;
  readonly place: CellPlace;
  readonly number: number;
  readonly source: string;
  readonly startedAtMs: number;
  readonly start: number;
  /** Names declared, with their descriptors before the cell ran. */
  readonly before: Map<string, PropertyDescriptor | undefined>;
  isSettled: boolean;
}

/** Taken before a cell can patch it. */
const promiseThen = Promise.prototype.then;

/** Runs cells and keeps the table of their names. One a process. */
export class Evaluator {
  /** The namespace objects of modules that cells imported, by specifier as written. */
  readonly modules = new Map<string, Record<string, unknown>>();
  /** What `require` returned to cells, by specifier as written. */
  readonly required = new Map<string, unknown>();
  /** Every cell so far, oldest first. */
  readonly cells: Cell[] = [];
  /** The number that the next cell gets. */
  nextCellNumber = 1;

  readonly #bindings = new Map<string, Binding>();
  readonly #globals = new Globals();
  readonly #running = new Set<Running>();
  readonly #frames = new Map<string, CellFrame>();

  readonly #isAlone: boolean;

  /**
   * @param isAlone  True where no code but brine's ran in this process, so that globals which Node makes when somebody looks, such as
   *                 `Response`, need not be looked at before a cell may reach them. Default: false.
   */
  constructor(isAlone = false) {
    this.#isAlone = isAlone;
    this.takeBaseline();
  }

  /** Takes every global that exists now for Node's own. A prompt calls it once more after it defined its names. */
  takeBaseline(): void {
    installRequire((specifier, exports) => this.required.set(specifier, exports));
    this.#globals.takeBaseline(this.#isAlone);
  }

  /** To be called before code runs that is in no cell: what a snapshot holds. */
  expectCode(): void {
    withPristineBuiltins(() => this.#globals.expect());
    lookAtClasses();
  }

  /**
   * The names that cells declared and that still exist. Names made by plain assignment are in {@link implicitNames}.
   */
  get bindings(): ReadonlyMap<string, Binding> {
    return withPristineBuiltins(() => this.#existing());
  }

  // What a cell deleted from the global object is gone.
  #existing(): Map<string, Binding> {
    for (const name of [...this.#bindings.keys()]) {
      if (sessionGlobal(name) === undefined) this.#bindings.delete(name);
    }
    return this.#bindings;
  }

  /**
   * Evaluates a cell. Answers at once when neither an `await` nor an `import` is at its top level, else with a promise.
   * Never throws or rejects for what the cell does.
   *
   * @param source   The text of the cell: JavaScript or TypeScript.
   * @param options  See {@link EvaluateOptions}.
   * @returns What came of it: the value, the error, or that the text is not whole yet.
   */
  evaluate(source: string, options: EvaluateOptions = {}): Outcome | Promise<Outcome> {
    const next = withPristineBuiltins(() => this.#plan(source, options));
    return 'status' in next ? next : this.#start(next, options);
  }

  #plan(source: string, options: EvaluateOptions): Outcome | Running {
    checkOptionNames(
      options,
      NAMES,
      (message, hint) => new SessionError('SESSION_OPTION', message, { hint }),
    );
    const number = this.nextCellNumber;
    const place: CellPlace = {
      fileName: options.fileName ?? `In[${number}]`,
      lineOffset: options.lineOffset ?? 0,
      columnOffset: options.columnOffset ?? 0,
    };
    const read = readCell(source, place, options.isWhole ?? false);
    if (read.status === 'incomplete') return read;
    this.nextCellNumber = number + 1;
    const typed = options.typed ?? source;
    if (read.status === 'error') {
      this.trim(read.error);
      return this.#refuse(number, typed, read.error);
    }
    const bindings = this.#existing();
    const { text, prefixLength } = read.parsed;
    this.#globals.expect(text);
    // Of modules that the last cells loaded, before this one may change them.
    if (CHANGES.test(text)) lookAtClasses();
    const plan = transform(read.parsed, {
      isConst: (name) => isConstKind(bindings.get(name)?.kind),
      exists: (name) => sessionGlobal(name) !== undefined,
      isPrinted: read.isPrinted,
    });
    if (plan.violation !== undefined) {
      const error = new TypeError('Assignment to constant variable.');
      const typedText = text.slice(prefixLength);
      return this.#refuse(
        number,
        typed,
        errorAt(error, typedText, plan.violation.start - prefixLength, place),
      );
    }
    const running: Running = {
      plan,
      text,
      place,
      number,
      source: typed,
      startedAtMs: Date.now(),
      start: performance.now(),
      before: new Map(),
      isSettled: false,
    };
    this.#running.add(running);
    this.#noteFrame(plan, place);
    return running;
  }

  #start(running: Running, options: EvaluateOptions): Outcome | Promise<Outcome> {
    return running.plan.imports.length === 0
      ? this.#run(running, options)
      : this.#importAndRun(running, options);
  }

  async #importAndRun(running: Running, options: EvaluateOptions): Promise<Outcome> {
    try {
      await this.#import(running);
    } catch (error) {
      return this.#fail(running, error);
    }
    return this.#run(running, options);
  }

  /**
   * Looks at a text without running it: whether it is a whole cell yet, and whether it awaits. What cannot be read is
   * `ready`, to be refused when it is evaluated.
   *
   * @param source  The text.
   * @returns Whether it can be evaluated, and whether the answer will be a promise.
   */
  look(
    source: string,
  ): { readonly status: 'incomplete' } | { readonly status: 'ready'; readonly isAsync: boolean } {
    return withPristineBuiltins(() => look(source));
  }

  /** Names that were not declared: made by plain assignment, or built-ins given another value. */
  implicitNames(): string[] {
    return withPristineBuiltins(() => this.#globals.userNames(this.#existing()));
  }

  /** Built-in globals that a cell deleted. */
  deletedBuiltins(): string[] {
    return withPristineBuiltins(() => this.#globals.deletedNames());
  }

  /**
   * True for a global that was there before the session: Node's, or the prompt's own.
   *
   * @param name  A name.
   */
  isBuiltin(name: string): boolean {
    return withPristineBuiltins(() => this.#globals.isBuiltin(name));
  }

  /** Names of the session that hide a global of Node's, sorted; {@link drop} gives it back. */
  hiddenBuiltins(): string[] {
    return withPristineBuiltins(() => this.names().filter((name) => this.#globals.isHidden(name)));
  }

  /** Every name of the session, sorted. */
  names(): string[] {
    return withPristineBuiltins(() => [...this.bindings.keys(), ...this.implicitNames()].sort());
  }

  /**
   * True when the session has the name.
   *
   * @param name  A name.
   */
  has(name: string): boolean {
    return this.binding(name) !== undefined;
  }

  /**
   * The binding of a name; for a name made by plain assignment one of kind `implicit`.
   *
   * @param name  A name.
   */
  binding(name: string): Binding | undefined {
    return withPristineBuiltins(() => {
      const binding = this.#bindings.get(name);
      if (binding !== undefined && sessionGlobal(name) !== undefined) return binding;
      this.#bindings.delete(name);
      return this.#globals.isUserName(name) ? { name, kind: 'implicit', cell: 0 } : undefined;
    });
  }

  /**
   * Makes a name, or gives it another kind and value.
   *
   * @param binding  Its name, kind and the cell that it counts as made by.
   * @param value    The value.
   */
  define(binding: Binding, value: unknown): void {
    const writable = !isConstKind(binding.kind);
    this.defineProperty(binding, { value, writable, enumerable: true, configurable: true });
  }

  /**
   * Makes a name from a property descriptor, for a global that is an accessor.
   *
   * @param binding     As for {@link define}.
   * @param descriptor  The descriptor of the property of `globalThis`.
   */
  defineProperty(binding: Binding, descriptor: PropertyDescriptor): void {
    withPristineBuiltins(() => {
      this.#globals.unlock(binding.name);
      defineSessionGlobal(binding.name, descriptor);
      if (binding.kind === 'implicit') this.#bindings.delete(binding.name);
      else this.#bindings.set(binding.name, binding);
    });
  }

  /**
   * Removes a name; a built-in that it hid is put back. Returns false when there is no such name.
   *
   * @param name  A name.
   */
  drop(name: string): boolean {
    if (!this.has(name)) return false;
    withPristineBuiltins(() => {
      this.#bindings.delete(name);
      if (!this.#globals.restore(name) && this.#globals.unlock(name)) {
        withSessionGlobal(name, () => Reflect.set(globalThis, name, undefined));
      }
    });
    return true;
  }

  /**
   * Keeps what was shown of a cell beside it; outputs of old cells give way when all of them become too large.
   *
   * @param cell    A cell as {@link Evaluator.evaluate} gave it.
   * @param output  What was shown; undefined for nothing.
   * @returns The cell with its output.
   */
  record(cell: Cell, output: CellOutput | undefined): Cell {
    if (output === undefined) return cell;
    return withPristineBuiltins(() => {
      const recorded: Cell = { ...cell, output };
      const at = this.cells.lastIndexOf(cell);
      if (at >= 0) this.cells[at] = recorded;
      keepWithinBudget(this.cells);
      return recorded;
    });
  }

  /** Removes every name, puts deleted built-ins back, and forgets the cells; numbering goes on. */
  clear(): void {
    withPristineBuiltins(() => {
      for (const name of this.names()) this.drop(name);
      for (const name of this.deletedBuiltins()) this.#globals.restore(name);
      this.cells.length = 0;
    });
  }

  /**
   * Takes the evaluator's own frames out of an error's stack; anything else is left alone.
   *
   * @param error  What a cell threw.
   */
  trim(error: unknown): void {
    trimStack(error, this.#frames);
  }

  /** Stops waiting for cells that await: what they declared so far is kept, whatever they do later. */
  abandon(): void {
    withPristineBuiltins(() => {
      for (const running of [...this.#running]) this.#settle(running, true);
    });
  }

  #noteFrame({ isAsync, shifts, body }: Plan, { fileName, lineOffset, columnOffset }: CellPlace): void {
    // A text at the start of a file is a new file, whatever had that name before.
    if (lineOffset === 0 && columnOffset === 0) this.#frames.delete(fileName);
    if (!isAsync && shifts.length === 0) return;
    const frame = this.#frames.get(fileName) ?? { wrapperLines: new Set(), shifts: [] };
    this.#frames.set(fileName, frame);
    if (isAsync) frame.wrapperLines.add(lineOffset + body.split('\n').length);
    const moved = <T extends { readonly line: number; readonly column: number }>(at: T): T => ({
      ...at,
      line: at.line + lineOffset,
      column: at.column + (at.line === 1 ? columnOffset : 0),
    });
    for (const shift of shifts) {
      const { origin } = shift;
      frame.shifts.push(origin === undefined ? moved(shift) : { ...moved(shift), origin: moved(origin) });
    }
  }

  #run(running: Running, options: EvaluateOptions): Outcome | Promise<Outcome> {
    const { plan, place } = running;
    try {
      const script = withPristineBuiltins(() => {
        const compiled = compileBody(plan, place);
        this.#prepare(running);
        declareFunctions(plan, place);
        this.#assignImports(running);
        return compiled;
      });
      const run = { breakOnSigint: options.isInterruptible ?? false, displayErrors: false };
      const value: unknown = withSessionBuiltins(() => script.runInThisContext(run));
      if (!plan.isAsync) return this.#finish(running, value);
      return Reflect.apply(promiseThen, value, [
        async (result: { value: unknown } | undefined) => {
          await this.#noteModules(plan);
          return this.#finish(running, result?.value);
        },
        (error: unknown) => this.#fail(running, error),
      ]) as Promise<Outcome>;
    } catch (error) {
      return this.#fail(running, error);
    }
  }

  async #import({ plan, place, source }: Running): Promise<void> {
    const load = importFrom(place.fileName);
    for (const { start, specifier, attributes, names } of plan.imports) {
      try {
        const namespace = await load(specifier, attributes === undefined ? undefined : { with: attributes });
        this.modules.set(specifier, namespace);
        for (const { imported } of names) {
          if (imported === '*' || imported in namespace) continue;
          throw new SyntaxError(
            `The requested module '${specifier}' does not provide an export named '${imported}'`,
          );
        }
      } catch (error) {
        this.trim(error);
        if (types.isNativeError(error) && !/\n\s+at /.test(error.stack ?? ''))
          errorAt(error, source, start, place);
        throw error;
      }
    }
  }

  #assignImports({ plan }: Running): void {
    for (const { specifier, names } of plan.imports as readonly ImportRequest[]) {
      const namespace = this.modules.get(specifier)!;
      for (const { local, imported } of names) {
        const value = imported === '*' ? namespace : namespace[imported];
        defineSessionGlobal(local, { value, writable: true, enumerable: true, configurable: true });
      }
    }
  }

  // The cell has imported them itself, so this only looks them up.
  async #noteModules({ awaitedModules, declarations }: Plan): Promise<void> {
    for (const specifier of awaitedModules) {
      if (!declarations.some(({ origin }) => origin?.specifier === specifier)) continue;
      this.modules.set(specifier, await importModule(specifier));
    }
  }

  #prepare({ plan, before, text, place }: Running): void {
    for (const { name, kind } of plan.declarations) {
      if (before.has(name)) continue;
      before.set(name, sessionGlobal(name));
      if (!this.#globals.unlock(name) && kind !== 'var') {
        const error = new SyntaxError(`Identifier '${name}' has already been declared`);
        throw errorAt(error, text, plan.starts.get(name) ?? 0, place);
      }
    }
    const wanted = plan.isStrict ? [...before.keys()] : plan.hoisted;
    for (const name of wanted) {
      if (sessionGlobal(name) === undefined) makeUndefined(name);
    }
    for (const name of plan.reset) makeUndefined(name);
  }

  #finish(running: Running, value: unknown): Outcome {
    const cell = withPristineBuiltins(() => this.#settle(running, false));
    return { status: 'done', value, isExpression: running.plan.isExpression, cell };
  }

  #fail(running: Running, error: unknown): Outcome {
    this.trim(error);
    return { status: 'failed', error, cell: withPristineBuiltins(() => this.#settle(running, true)) };
  }

  #refuse(number: number, source: string, error: unknown): Outcome {
    const cell: Cell = { number, source, startedAtMs: Date.now(), durationMs: 0, isError: true };
    this.cells.push(cell);
    return { status: 'failed', error, cell };
  }

  // Enters what the cell declared into the table and locks its constants, however it ended.
  #settle(running: Running, isError: boolean): Cell {
    const { plan, number, source, startedAtMs, start } = running;
    const cell: Cell = { number, source, startedAtMs, durationMs: performance.now() - start, isError };
    if (running.isSettled) return cell;
    running.isSettled = true;
    this.#running.delete(running);
    this.cells.push(cell);
    for (const declaration of plan.declarations) {
      const before = running.before.get(declaration.name);
      if (!running.before.has(declaration.name)) continue;
      if (!isError || wasDeclared(declaration.name, declaration.kind, before)) {
        this.#bindings.set(declaration.name, { ...declaration, cell: number });
      }
      this.#lock(declaration.name);
    }
    return cell;
  }

  #lock(name: string): void {
    const binding = this.#bindings.get(name);
    const now = sessionGlobal(name);
    if (binding === undefined || now?.configurable !== true) return;
    const value: unknown = 'value' in now ? now.value : withSessionBuiltins(() => now.get?.call(globalThis));
    defineSessionGlobal(name, {
      value,
      writable: !isConstKind(binding.kind),
      enumerable: true,
      configurable: true,
    });
  }
}

function isConstKind(kind: BindingKind | undefined): boolean {
  return kind === 'const' || kind === 'import';
}

function makeUndefined(name: string): void {
  defineSessionGlobal(name, {
    value: undefined,
    writable: true,
    enumerable: true,
    configurable: true,
  });
}

// After a failed cell: whether it came as far as giving the name its value.
function wasDeclared(name: string, kind: BindingKind, before: PropertyDescriptor | undefined): boolean {
  const now = sessionGlobal(name);
  if (now === undefined) return false;
  if (before === undefined || kind === 'function') return true;
  return !('value' in before) || !Object.is(now.value, before.value);
}

function look(
  source: string,
): { readonly status: 'incomplete' } | { readonly status: 'ready'; readonly isAsync: boolean } {
  const read = readCell(source, { fileName: 'look', lineOffset: 0, columnOffset: 0 }, false);
  if (read.status === 'incomplete') return { status: 'incomplete' };
  if (read.status === 'error') return { status: 'ready', isAsync: false };
  const { program } = read.parsed;
  const imports = program.body.some(
    (node) => node.type === 'ImportDeclaration' || /^Export(All|Named)/.test(node.type),
  );
  return { status: 'ready', isAsync: imports || survey(program).isAsync };
}

type Read =
  | {
      readonly status: 'cell';
      readonly parsed: Extract<Parsed, { status: 'program' }>;
      readonly isPrinted: boolean;
    }
  | { readonly status: 'incomplete'; readonly message: string }
  | { readonly status: 'error'; readonly error: unknown };

// JavaScript first; TypeScript when that fails; the engine's own error when both do.
function readCell(source: string, place: CellPlace, isWhole: boolean): Read {
  const parsed = parseCell(source);
  if (parsed.status === 'program') return { status: 'cell', parsed, isPrinted: false };
  if (parsed.status === 'incomplete') {
    if (!isWhole) return parsed;
    return { status: 'error', error: engineError(source, place) ?? new SyntaxError(parsed.message) };
  }
  const stripped = stripTypes(source, place.fileName);
  if (stripped.status === 'incomplete' && !isWhole) return stripped;
  if (stripped.status === 'code') {
    const second = parseCell(stripped.code);
    if (second.status === 'program') return { status: 'cell', parsed: second, isPrinted: stripped.isPrinted };
  }
  const error =
    engineError(source, place) ?? errorAt(new SyntaxError(parsed.message), source, parsed.offset, place);
  return { status: 'error', error };
}
