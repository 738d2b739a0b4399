// The shell: what commands work on, made once for a prompt or a pipe.

import process from 'node:process';
import { inspect } from 'node:util';
import type { Evaluator, Outcome } from '../src/evaluator/index.js';
import type { Cell } from '../src/evaluator/types.js';
import type { ProgressListener } from '../src/session/types.js';
import type { Shell } from './commands/command.js';
import { openSession } from './open-session.js';
import { type MaybeTerminal, styleFor } from './style.js';

/** What a shell is made of. */
export interface ShellParts {
  readonly evaluator: Evaluator;
  readonly output: MaybeTerminal & { readonly columns?: number; write(text: string): unknown };
  readonly isInteractive: boolean;
  note(text: string): void;
  leave(code: number): void;
  withProgress?<T>(title: string, work: (onProgress: ProgressListener | undefined) => Promise<T>): Promise<T>;
}

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
    isInteractive: parts.isInteractive,
    currentFile: undefined,
    print: (text) => void output.write(`${text}\n`),
    report: (text) => (parts.isInteractive ? shell.print(text) : parts.note(text)),
    note: parts.note,
    withProgress: parts.withProgress ?? ((_title, work) => work(undefined)),
    historyCells: (): readonly Cell[] => evaluator.cells,
    leave: parts.leave,
    runProgram: async (source, fileName) => {
      const outcome = await evaluator.evaluate(source, { fileName, isWhole: true });
      if (outcome.status === 'failed') parts.note(failureText(outcome.error, style.hasColors));
      return outcome.status === 'done';
    },
  };
  return shell;
}

/** A value as the pipe prints it. */
export function valueText(value: unknown, hasColors: boolean): string {
  return inspect(value, { colors: hasColors, depth: 2 });
}

/** Something thrown, as the prompt and the pipe print it. */
export function failureText(error: unknown, hasColors = false): string {
  const lines = inspect(error, { colors: hasColors }).split('\n');
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
