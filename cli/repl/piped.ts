// Piped input: statements and commands in order, each finished before the next starts, values printed, no prompt.
//
// Exit codes: 0; 1 for an uncaught error or a failed command; 3 and 4 as commands say; what `.exit` or
// `process.exitCode` say. Stops at the first failure unless told to keep going.

import process from 'node:process';
import { type Cell, type EvaluateOptions, Evaluator, type Outcome } from '../../src/evaluator/index.js';
import { type Piece, splitInput } from '../../src/evaluator/statements.js';
import { withPristineBuiltins } from '../../src/realm/pristine.js';
import { outputOf } from '../../src/session/cell-output.js';
import { EXIT, type Shell } from '../commands/command.js';
import { commandName, isCommandLine, runCommandLine } from '../commands/index.js';
import { duration } from '../format.js';
import { printError } from '../out.js';
import { errorColumns } from '../page.js';
import { listenToPrinted } from '../printed.js';
import { createShell, failureText, finalCode, isShown, valueText } from '../shell.js';
import { ParallelMap } from './pmap.js';
import { Shelf } from './shelf.js';

/** How piped input is run. */
export interface PipedOptions {
  /** Print no values. */
  readonly isQuiet: boolean;
  readonly keepsGoing: boolean;
  /** A line that loads a snapshot first. */
  readonly load?: string;
}

/** The name of piped input in stack traces. */
const INPUT = '[stdin]';

/** Reads all of standard input and runs it. Sets the exit code; the process ends when its timers do. */
export async function runPiped(options: PipedOptions): Promise<void> {
  const run = new PipedRun(options);
  endQuietlyOnBrokenPipe();
  const source = await readAll();
  await run.start();
  process.on('uncaughtException', (error) => run.fail(error));
  await run.runAll(source);
}

class PipedRun {
  readonly #options: PipedOptions;
  readonly #shelf = new Shelf();
  readonly #evaluator: Evaluator;
  #shell!: Shell;
  #code: number = EXIT.ok;
  #left: number | undefined;

  constructor(options: PipedOptions) {
    this.#options = options;
    this.#shelf.install();
    new ParallelMap().install();
    this.#evaluator = new Evaluator(true);
  }

  async start(): Promise<void> {
    this.#shell = await createShell({
      evaluator: this.#evaluator,
      output: process.stdout,
      isInteractive: false,
      note: (text) => printError(text),
      leave: (code) => {
        this.#left = code;
      },
      runCell: (source) => this.#runCell(source, { typed: source, isWhole: true }),
    });
  }

  /** Reports an error that no cell is waiting for. */
  fail(error: unknown): void {
    this.#evaluator.trim(error);
    printError(failureText(error, false, errorColumns()));
    this.#code = EXIT.failed;
    if (!this.#options.keepsGoing) process.exit(finalCode(this.#code));
    process.exitCode = EXIT.failed;
  }

  async runAll(source: string): Promise<void> {
    const { load, keepsGoing } = this.#options;
    if (load !== undefined) this.#note(await runCommandLine(this.#shell, load, true));
    const pieces = this.#code === EXIT.ok || keepsGoing ? splitInput(source, isCommandLine) : [];
    // By index: a cell may have replaced what iterating uses.
    for (let index = 0; index < pieces.length; index++) {
      const piece = pieces[index]!;
      this.#note(await this.#runPiece(piece));
      if (this.#left !== undefined) process.exit(this.#left);
      if (this.#code !== EXIT.ok && !keepsGoing) break;
    }
    if (this.#code === EXIT.ok) return;
    // A failed program does not wait for its timers, as with `node file.js`.
    if (keepsGoing) process.exitCode = finalCode(this.#code);
    else process.exit(this.#code);
  }

  // The first failure decides the exit code.
  #note(code: number): void {
    if (this.#code === EXIT.ok) this.#code = code;
  }

  async #runPiece(piece: Piece): Promise<number> {
    if (piece.kind === 'command') return runCommandLine(this.#shell, piece.text);
    const isUnknown = withPristineBuiltins(() => commandName(piece.text) !== undefined);
    if (isUnknown)
      return runCommandLine(
        this.#shell,
        withPristineBuiltins(() => piece.text.split('\n', 1)[0]!),
      );
    const cell = await this.#runCell(piece.text, {
      fileName: INPUT,
      lineOffset: piece.line,
      columnOffset: piece.column,
      typed: piece.typed,
      isWhole: true,
    });
    return cell === undefined || cell.isError ? EXIT.failed : EXIT.ok;
  }

  async #runCell(text: string, options: EvaluateOptions): Promise<Cell | undefined> {
    this.#shelf.noteCells(this.#evaluator.cells);
    const heard = listenToPrinted();
    const outcome: Outcome = await this.#evaluator.evaluate(text, options);
    const printed = heard();
    const shown = this.#show(outcome);
    if (outcome.status === 'incomplete') return undefined;
    const { cell } = outcome;
    if (this.#shell.isTiming) this.#shell.note(duration(cell.durationMs));
    return this.#evaluator.record(cell, outputOf({ ...printed, ...shown }));
  }

  // Prints what came of a statement, and tells what was printed.
  #show(outcome: Outcome): { readonly text?: string; readonly value?: unknown } {
    if (outcome.status !== 'done') {
      const error = outcome.status === 'failed' ? outcome.error : new SyntaxError(outcome.message);
      const text = failureText(error);
      this.#shell.note(failureText(error, false, errorColumns()));
      return { text };
    }
    const { value } = outcome;
    if (!isShown(outcome)) return {};
    this.#shelf.keep(outcome.cell.number, value);
    if (this.#options.isQuiet) return {};
    this.#evaluator.trim(value);
    const text = valueText(value, this.#shell.style.hasColors);
    this.#shell.print(text);
    return { text, value };
  }
}

async function readAll(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks)
    .toString('utf8')
    .replace(/^\ufeff/, '');
}

// `brine | head`: whoever reads has had enough.
function endQuietlyOnBrokenPipe(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(EXIT.ok);
    throw error;
  });
}
