// The shell: what commands work on, made once for a prompt or a pipe.

import process from 'node:process';
import { type InspectOptions, inspect, types } from 'node:util';
import { BrineError } from '../src/errors.js';
import type { Evaluator, Outcome } from '../src/evaluator/index.js';
import { withoutOwnFrames } from '../src/evaluator/stack.js';
import type { Cell } from '../src/evaluator/types.js';
import { withPristineBuiltins, withSessionBuiltins } from '../src/realm/pristine.js';
import { tombstoneRecord } from '../src/realm/tombstone.js';
import { outputOf } from '../src/session/cell-output.js';
import { END, type Shell, type WithProgress } from './commands/command.js';
import { displayName, terminalText } from './display-name.js';
import { softWrapped } from './format.js';
import { safelyInspected } from './inspected.js';
import { openSession } from './open-session.js';
import { errorColumns } from './page.js';
import { listenToPrinted } from './printed.js';
import { type MaybeTerminal, styleFor } from './style.js';

/** How a person is asked. */
export interface Asking {
  /** The answer of somebody who types Ctrl-D. Default: none. */
  readonly atEnd?: string;
  /** The question was asked before: what was typed since is an answer. Default: false. */
  readonly isRepeated?: boolean;
}

/** What a shell is made of. */
export interface ShellParts {
  readonly evaluator: Evaluator;
  readonly output: MaybeTerminal & { readonly columns?: number; write(text: string): unknown };
  readonly isInteractive: boolean;
  note(text: string): void;
  leave(code: number): void;
  readonly withProgress?: WithProgress;
  /** Default: nobody can be asked. */
  ask?(question: string, how?: Asking): Promise<string | undefined>;
  /** Default: nothing is said. */
  readonly saveOnExit?: string | undefined;
  /** Runs a text as a cell. Default: prints nothing. */
  runCell?: Shell['runCell'];
  /** Default: there is no terminal. */
  readonly withTerminal?: Shell['withTerminal'];
}

/** What is narrower says nothing of its width. */
const WRAPPED_COLUMNS_MIN = 20;
const COLUMNS_MIN = 40;
const COLUMNS_MAX = 120;

/** Makes a shell. */
export async function createShell(parts: ShellParts): Promise<Shell> {
  const { evaluator, output } = parts;
  const session = openSession(evaluator);
  const style = styleFor(output);
  const shell: Shell = {
    evaluator,
    session,
    style,
    get columns() {
      return Math.min(COLUMNS_MAX, Math.max(COLUMNS_MIN, output.columns ?? 80));
    },
    get rowColumns() {
      return parts.isInteractive ? shell.columns : undefined;
    },
    isInteractive: parts.isInteractive,
    autosave: undefined,
    rewind: undefined,
    currentFile: undefined,
    saveOnExit: parts.saveOnExit,
    askOrEnd: async (question, isRepeated = false) =>
      parts.ask?.(terminalText(question), { atEnd: END, isRepeated }),
    print: (text, isAsItIs = false) => {
      // JSON is for programs.
      const isKept = !parts.isInteractive || isAsItIs || /^[[{]/.test(text);
      output.write(`${terminalText(isKept ? text : softWrapped(text, shell.columns))}\n`);
    },
    report: (text) => {
      if (parts.isInteractive) return shell.print(text);
      const columns = errorColumns();
      shell.note(columns === undefined ? text : softWrapped(text, columns));
    },
    note: (text) => parts.note(terminalText(text)),
    ask: async (question) => parts.ask?.(terminalText(question)),
    withProgress: parts.withProgress ?? ((_title, work) => work(undefined)),
    partial: new Set(),
    excluded: new Set(),
    isTiming: false,
    withTerminal: parts.withTerminal,
    runCell: (source, how) => withSessionBuiltins(() => (parts.runCell ?? quietly(evaluator))(source, how)),
    leave: (code) => withSessionBuiltins(() => parts.leave(code)),
    runProgram: async (source, fileName) => {
      const heard = listenToPrinted();
      const outcome = await withSessionBuiltins(() =>
        evaluator.evaluate(source, { fileName, isWhole: true }),
      );
      const printed = heard();
      const text =
        outcome.status === 'failed' ? { text: failureText(outcome.error, style.hasColors) } : undefined;
      if (text !== undefined) shell.note(text.text);
      if (outcome.status !== 'incomplete') evaluator.record(outcome.cell, outputOf({ ...printed, ...text }));
      return outcome.status === 'done';
    },
  };
  return shell;
}

function quietly(evaluator: Evaluator): Shell['runCell'] {
  return async (source): Promise<Cell | undefined> => {
    const outcome = await evaluator.evaluate(source, { isWhole: true });
    return outcome.status === 'incomplete' ? undefined : outcome.cell;
  };
}

/** A value as the pipe prints it. */
export function valueText(value: unknown, hasColors: boolean): string {
  return shownText(() => inspect(value, { colors: hasColors, depth: 2 }));
}

/**
 * What `show` makes of a value, or one line on why it cannot be shown; brine's own frames are left out. Node's printing
 * uses methods that the session may have replaced, so it runs with the built-ins as they were.
 */
export function shownText(show: () => string): string {
  return withPristineBuiltins(() => {
    try {
      return withoutOwnFrames(safelyInspected(show));
    } catch (error) {
      return `[cannot be shown: ${displayName(oneLine(error), 300)}]`;
    }
  });
}

/**
 * A value as the prompt prints it. Like Node's, it shows that something is a proxy; but a tombstone, which is one, shows what it
 * stands for, and so does what holds one.
 */
export function writtenText(writer: Writer, value: unknown): string {
  return shownText(() => {
    if (writer.options !== undefined)
      writer.options.showProxy = types.isProxy(value) && tombstoneRecord(value as object) === undefined;
    return writer(value);
  });
}

/** The text of a value for a terminal: what brine says of a tombstone breaks between words, and nothing else does. */
export function fittedText(value: unknown, text: string, columns = 0): string {
  const isOwn = types.isProxy(value) && tombstoneRecord(value as object) !== undefined;
  return isOwn && columns >= WRAPPED_COLUMNS_MIN ? softWrapped(text, columns) : text;
}

/** What writes values at a prompt, as `node:repl` has it. */
export interface Writer {
  (value: unknown): string;
  readonly options?: InspectOptions;
}

// The name and message of whatever was thrown, which may itself refuse to be looked at.
function oneLine(error: unknown): string {
  try {
    if (error instanceof Error) return `${error.name}: ${error.message}`.split('\n', 1)[0]!;
    return `${typeof error === 'string' ? error : inspect(error, { depth: 0 })}`.split('\n', 1)[0]!;
  } catch {
    return 'its inspection throws';
  }
}

/** Something thrown, as the prompt and the pipe print it; one of brine's own is wrapped where there are columns. */
export function failureText(error: unknown, hasColors = false, columns = 0): string {
  const own = brineErrorText(error);
  if (own !== undefined)
    return columns < WRAPPED_COLUMNS_MIN ? `Uncaught ${own}` : softWrapped(`Uncaught ${own}`, columns);
  const text = shownText(() => inspect(error, { colors: hasColors }));
  return withPristineBuiltins(() => withUncaught(text));
}

// An error of brine's own says what to do next; its fields say no more.
function brineErrorText(error: unknown): string | undefined {
  try {
    if (!(error instanceof BrineError)) return undefined;
    const hint = error.hint === undefined || error.hint === '' ? '' : `\n  ${displayName(error.hint)}`;
    return `${error.name}: ${displayName(error.message)}${hint}`;
  } catch {
    return undefined;
  }
}

function withUncaught(text: string): string {
  const lines = text.split('\n');
  // A syntax error starts with the line it is in.
  const at = lines.findIndex((line) => /^\[?(?:[A-Z]\w*)?Error\b/.test(line));
  if (at < 0) return `Uncaught ${lines.join('\n')}`;
  lines[at] = `Uncaught ${lines[at]}`;
  return lines.join('\n');
}

/** True when an outcome has something to show. */
export function isShown(outcome: Extract<Outcome, { status: 'done' }>): boolean {
  return outcome.isExpression && outcome.value !== undefined;
}

/** The exit code that user code asked for, or the one given. */
export function finalCode(code: number): number {
  const wanted = process.exitCode;
  return code === 0 && wanted !== undefined ? Number(wanted) : code;
}
