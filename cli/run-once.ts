// One program between an optional load and an optional save, for `brine run` and `brine eval`.

import process from 'node:process';
import { Evaluator, type Outcome } from '../src/evaluator/index.js';
import { withPristineBuiltins } from '../src/realm/pristine.js';
import { outputOf } from '../src/session/cell-output.js';
import { EXIT, type Shell } from './commands/command.js';
import { runCommandLine } from './commands/index.js';
import { displayJson } from './display-name.js';
import { UsageError } from './errors.js';
import { loadLine, type RunFlags } from './open-flags.js';
import { printError, printOut } from './out.js';
import { errorColumns } from './page.js';
import type { JsonLoss } from './plain/json-text.js';
import { listenToPrinted } from './printed.js';
import { createShell, failureText, finalCode, isShown, valueText } from './shell.js';
import { jsonValueOf, thrownOf } from './told.js';
import { divertOutput, readValue, writeValue } from './values.js';

/** What is run. */
export interface Program {
  readonly source: string;
  /** For stack traces. */
  readonly fileName: string;
  /** True to print the value of the last expression. */
  readonly printsValue: boolean;
}

/** What `--json` prints, in one line, after what the program prints itself. */
export interface RunReport {
  readonly isError: boolean;
  /** What was thrown. */
  readonly error?: { readonly name: string; readonly message: string; readonly stack: string };
  /** The value of `eval` as it is printed. */
  readonly text?: string;
  /** The same as far as JSON has it. */
  readonly value?: unknown;
  /** What JSON does not have of it. */
  readonly losses: readonly JsonLoss[];
  /** The names that there are afterwards, sorted. */
  readonly names: readonly string[];
  readonly durationMs: number;
  /** The file or the name that the session was saved to; null for none. */
  readonly saved: string | null;
}

/** Runs a program; ends the process when it fails. */
export async function runOnce({ source, fileName, printsValue }: Program, flags: RunFlags): Promise<void> {
  const evaluator = new Evaluator(true);
  const shell: Shell = await createShell({
    evaluator,
    output: process.stderr,
    isInteractive: false,
    note: (text) => printError(text),
    leave: (code) => process.exit(code),
  });
  if (flags.load !== undefined) exitUnless(await runCommandLine(shell, loadLine(flags.load, flags), true));
  if (flags.dump === '-' && flags.json === true)
    throw new UsageError('--dump - and --json both write to the output', 'give --dump a file');
  const output = flags.dump === '-' ? divertOutput() : process.stdout;
  if (flags.input !== undefined) {
    const value = await readValue(flags.input, flags);
    withPristineBuiltins(() => evaluator.define({ name: 'input', kind: 'const', cell: 0 }, value));
  }
  process.on('uncaughtException', (error) => {
    // A program that handles them itself goes on.
    if (process.listenerCount('uncaughtException') > 1) return;
    evaluator.trim(error);
    printError(failureText(error, false, errorColumns()));
    process.exit(EXIT.failed);
  });
  const heard = listenToPrinted();
  const start = performance.now();
  const outcome = await evaluator.evaluate(source, { fileName, isWhole: true });
  const durationMs = performance.now() - start;
  const printed = heard();
  const say = (saved: string | null): void => {
    if (flags.json !== true) return;
    const shown = printsValue ? outcome : undefined;
    withPristineBuiltins(() =>
      printOut(displayJson({ ...reportOf(outcome, shown), names: evaluator.names(), durationMs, saved })),
    );
  };
  if (outcome.status !== 'done') {
    const error = outcome.status === 'failed' ? outcome.error : new SyntaxError(outcome.message);
    shell.note(failureText(error, false, errorColumns()));
    say(null);
    process.exit(EXIT.failed);
  }
  if (flags.dump !== undefined) await writeValue(outcome.value, flags.dump, output);
  const isPrinted = printsValue && flags.dump === undefined && isShown(outcome);
  const text = isPrinted ? valueText(outcome.value, process.stdout.isTTY === true) : undefined;
  if (text !== undefined && flags.json !== true) printOut(text);
  const shown = text === undefined ? {} : { text, value: outcome.value };
  evaluator.record(outcome.cell, outputOf({ ...printed, ...shown }));
  if (flags.save !== undefined) {
    const overwrite = flags.overwrite === true ? ' --overwrite' : '';
    exitUnless(await runCommandLine(shell, `.save ${JSON.stringify(flags.save)}${overwrite}`, true));
  }
  say(flags.save ?? null);
}

type Told = Omit<RunReport, 'names' | 'durationMs' | 'saved'>;

function reportOf(outcome: Outcome, shown: Outcome | undefined): Told {
  if (outcome.status !== 'done')
    return {
      isError: true,
      error: thrownOf(outcome.status === 'failed' ? outcome.error : new SyntaxError(outcome.message)),
      losses: [],
    };
  if (shown?.status !== 'done' || !isShown(shown)) return { isError: false, losses: [] };
  const { value, losses } = jsonValueOf(shown.value);
  const text = valueText(shown.value, false);
  return { isError: false, text, ...(value !== undefined && { value }), losses };
}

function exitUnless(code: number): void {
  if (code !== EXIT.ok) process.exit(finalCode(code));
}
