// Runs cells, one at a time, each to an end that is told whatever becomes of it: done, failed, or interrupted. What a cell showed is
// recorded beside it.
//
// An interrupt may have ended, past every `finally`, whatever ran: so a cell begins on a turn of its own, and who waits for it is
// told from outside.

import { types } from 'node:util';
import type { Cell, EvaluateOptions, Evaluator, Outcome } from '../../src/evaluator/index.js';
import { withPristineBuiltins } from '../../src/realm/pristine.js';
import { outputOf } from '../../src/session/cell-output.js';
import { listenToPrinted, type Printed } from '../printed.js';
import type { Shelf } from '../repl/shelf.js';
import { failureText, isShown, valueText } from '../shell.js';

/** What came of a cell, with its value. */
export interface Ran {
  readonly status: 'done' | 'failed' | 'interrupted';
  readonly cell: Cell;
  /** As it is printed: the value, or the error. */
  readonly text?: string;
  /** What was thrown. */
  readonly error?: unknown;
  /** The value that is shown; undefined for none. */
  readonly value: unknown;
}

type Ended = Exclude<Outcome, { status: 'incomplete' }> | 'interrupted';

interface Running {
  readonly number: number;
  /** Known while it is shown. */
  outcome: Ended | undefined;
  end(outcome: Ended): void;
  finish(outcome: Ended, text: string | undefined): void;
}

/** Runs the cells of an evaluator. */
export class Cells {
  readonly #evaluator: Evaluator;
  readonly #shelf: Shelf;
  #running: Running | undefined;

  constructor(evaluator: Evaluator, shelf: Shelf) {
    this.#evaluator = evaluator;
    this.#shelf = shelf;
  }

  /** Runs a text as a cell. */
  run(source: string, options: EvaluateOptions): Promise<Ran> {
    const evaluator = this.#evaluator;
    this.#shelf.noteCells(evaluator.cells);
    return new Promise((resolve, reject) => {
      const heard = listenToPrinted();
      const running: Running = {
        number: evaluator.nextCellNumber,
        outcome: undefined,
        end: (outcome) => {
          if (this.#running !== running) return;
          running.outcome = outcome;
          running.finish(outcome, this.#textOf(outcome));
        },
        finish: (outcome, text) => {
          if (this.#running !== running) return;
          this.#running = undefined;
          resolve(withPristineBuiltins(() => this.#conclude(running, outcome, { ...heard(), text })));
        },
      };
      this.#running = running;
      setImmediate(() => {
        // Perhaps interrupted before it began.
        if (this.#running === running) void this.#start(source, options, running, reject);
      });
    });
  }

  /** What came of a cell that was interrupted before it began. */
  neverRun(): Ran {
    return { status: 'interrupted', cell: neverRun(this.#evaluator.nextCellNumber), value: undefined };
  }

  /** True while a cell runs or is shown. */
  get isRunning(): boolean {
    return this.#running !== undefined;
  }

  /** Ends the cell that runs or is shown; false when there is none. */
  interrupt(): boolean {
    const running = this.#running;
    if (running === undefined) return false;
    if (running.outcome === undefined) this.#evaluator.abandon();
    running.finish(running.outcome ?? 'interrupted', '[interrupted]');
    return true;
  }

  async #start(
    source: string,
    options: EvaluateOptions,
    running: Running,
    fail: (error: unknown) => void,
  ): Promise<void> {
    try {
      const outcome = await this.#evaluator.evaluate(source, { ...options, isWhole: true });
      running.end(outcome as Ended);
    } catch (error) {
      fail(error);
    }
  }

  #textOf(outcome: Ended): string | undefined {
    if (outcome === 'interrupted') return undefined;
    if (outcome.status === 'failed') return failureText(outcome.error);
    if (!isShown(outcome)) return undefined;
    this.#evaluator.trim(outcome.value);
    return valueText(outcome.value, false);
  }

  #conclude({ number }: Running, outcome: Ended, told: Printed & { readonly text: string | undefined }): Ran {
    const evaluator = this.#evaluator;
    const isDone = outcome !== 'interrupted' && outcome.status === 'done' && isShown(outcome);
    const value = isDone ? outcome.value : undefined;
    const cell =
      outcome === 'interrupted' ? evaluator.cells.findLast((one) => one.number === number) : outcome.cell;
    if (isDone && cell !== undefined) this.#shelf.keep(cell.number, value);
    const text = told.text === undefined ? {} : { text: told.text };
    const { printed, printedLeft } = told;
    const output = outputOf({ printed, printedLeft, ...text, ...(value !== undefined && { value }) });
    const recorded = cell === undefined ? neverRun(number) : evaluator.record(cell, output);
    if (outcome === 'interrupted' || isInterruption(outcome))
      return { status: 'interrupted', cell: recorded, value: undefined };
    if (outcome.status === 'failed')
      return { status: 'failed', cell: recorded, error: outcome.error, value, ...text };
    return { status: 'done', cell: recorded, value, ...text };
  }
}

// What was interrupted before it began is no cell.
function neverRun(number: number): Cell {
  return { number, source: '', startedAtMs: 0, durationMs: 0, isError: true };
}

// V8 ended a script that did not await: the evaluator takes it for thrown.
function isInterruption(outcome: Ended): boolean {
  if (outcome === 'interrupted' || outcome.status !== 'failed') return false;
  const { error } = outcome;
  return (
    types.isNativeError(error) &&
    Object.getOwnPropertyDescriptor(error, 'code')?.value === 'ERR_SCRIPT_EXECUTION_INTERRUPTED'
  );
}
