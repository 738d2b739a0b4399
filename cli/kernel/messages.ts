// What the process that speaks a protocol and the process that evaluates say to each other: one JSON object a line, the one's on a
// pipe that only a thread of the other reads, the other's on a second pipe. Types and numbers only.

import type { JsonLoss } from '../plain/json-text.js';
import type { ThrownError } from '../told.js';

/** File descriptors of the evaluating process. */
export const REQUESTS_FD = 3;
export const ANSWERS_FD = 4;
/** The exit code of one that was started where no folder is: another one would end like this, too. */
export const NO_FOLDER_CODE = 66;

/** A longer line between the two is refused: it would have to be held as a whole. */
export const LINE_BYTES_MAX = 256 * 2 ** 20;

/** To the evaluating process. */
export type ToKernel =
  | { readonly request: number; readonly method: string; readonly params: Params }
  | { readonly interrupt: true }
  /** The answer to a question; null for none. */
  | { readonly answer: number; readonly text: string | null }
  | { readonly start: StartOptions };

/** How an evaluating process begins. */
export interface StartOptions {
  /** Its answers carry this, so that what user code writes there is told from them. */
  readonly token: string;
  /** A person reads and can be asked: commands behave as at the prompt. */
  readonly isInteractive: boolean;
  /** Default: as the environment and the configuration say. */
  readonly autosave?: 'on' | 'exit' | 'off';
}

/** From the evaluating process; each has the token. */
export type FromKernel =
  | { readonly request: number; readonly result: unknown }
  | { readonly request: number; readonly error: Refusal }
  | { readonly ask: number; readonly question: string }
  | KernelEvent;

/** What it tells without being asked. */
export type KernelEvent =
  | { readonly event: 'ready'; readonly ready: Ready }
  /** A cell begins. */
  | { readonly event: 'cell'; readonly cell: number }
  /** A text of a command for whoever reads, outside of what the program prints. */
  | { readonly event: 'warning'; readonly text: string }
  /** Thrown by a timer or a promise that no cell waits for. */
  | { readonly event: 'uncaught'; readonly error: Thrown }
  /** `.exit` was run. */
  | { readonly event: 'leave'; readonly exitCode: number };

/** What an evaluating process is. */
export interface Ready {
  readonly brine: string;
  readonly node: string;
  readonly pid: number;
  readonly workingDirectory: string;
  /** Sessions that ended unsaved, as `.recover --list --json` prints them. */
  readonly unsaved: readonly unknown[];
  /** The same in a line for a person; missing when there is nothing. */
  readonly offer?: string;
}

/** Parameters of a request. */
export type Params = Readonly<Record<string, unknown>>;

/** Why a request was not done. */
export interface Refusal {
  /** A code of `ERROR_CODES`, or `USAGE`, `COMMAND`, `PARAMS`, `INTERNAL`. */
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  /** Of an error about a value or a file. */
  readonly path?: string;
  /** The exit code that the command line has for it. */
  readonly exitCode: number;
}

/** What was thrown. */
export interface Thrown extends ThrownError {
  /** Where the user's code threw; missing when that is not known. */
  readonly place?: { readonly file: string; readonly line: number; readonly column: number };
}

/** What came of a cell. */
export interface Evaluated {
  readonly status: 'done' | 'failed' | 'interrupted';
  readonly cell: number;
  readonly durationMs: number;
  /** The value as the prompt prints it; missing for none. */
  readonly text?: string;
  /** How many characters of it were left out. */
  readonly textLeft?: number;
  /** The value as far as JSON has it; missing for none, or when it was not asked for or is too large. */
  readonly value?: unknown;
  readonly losses?: readonly JsonLoss[];
  /** How many losses there are; `losses` has the first thousand. */
  readonly lossCount?: number;
  /** The value by MIME type: texts, and base64 for images. */
  readonly data?: Readonly<Record<string, unknown>>;
  readonly error?: Thrown;
}
