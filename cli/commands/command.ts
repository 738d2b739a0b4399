// What a command is: one function behind `.name` at the prompt, `.name` in a pipe, and where sensible `brine name`.

import type { Cell, Evaluator } from '../../src/evaluator/index.js';
import type { Autosave, Rewind } from '../../src/session/autosave/index.js';
import type { ProgressListener } from '../../src/session/types.js';
import type { SessionLike } from '../session-like.js';
import type { Style } from '../style.js';

/** Exit codes of the command line. */
export const EXIT = { ok: 0, failed: 1, usage: 2, refused: 3, lossy: 4, interrupted: 130 } as const;

/** The answer of somebody who types Ctrl-D; no line that is typed has this in it. */
export const END = '\u0004';

/** Runs something long. Throws a `CommandError` when a person ends it. */
export type WithProgress = <T>(
  title: string,
  /** Work that tells nothing is ended by the signal, where there is one. */
  work: (onProgress: ProgressListener | undefined, signal?: AbortSignal) => Promise<T>,
  about?: {
    /** Bytes that it reads, or Infinity where it takes long for another reason. Default: what is in memory decides. */
    readonly bytes?: number;
  },
) => Promise<T>;

/** What a command works on and speaks to. */
export interface Shell {
  readonly evaluator: Evaluator;
  readonly session: SessionLike;
  readonly style: Style;
  /** The width to wrap at. */
  readonly columns: number;
  /** The width that rows of tables have to fit in; undefined where no person reads. */
  readonly rowColumns: number | undefined;
  /** A person is reading. */
  readonly isInteractive: boolean;
  /** Keeps the session safe from crashes; undefined where nobody is asked and nothing is kept. */
  autosave: Autosave | undefined;
  /** Goes back to earlier states; there together with `autosave`. */
  rewind: Rewind | undefined;
  /** The file of the session's last save or load. */
  currentFile: string | undefined;
  /** Prints a result, without a newline at its end; to a person within the width, but for JSON and what is to stay as it is. */
  print(text: string, isAsItIs?: boolean): void;
  /** Says what was done: a result to a person, a remark in a pipe. */
  report(text: string): void;
  /** What the command line says about unsaved changes at the end; undefined when it says nothing. */
  readonly saveOnExit: string | undefined;
  /** Asks a person and gives what they typed; undefined where nobody can be asked. */
  ask(question: string): Promise<string | undefined>;
  /** The same, with {@link END} for Ctrl-D; Ctrl-C is undefined. What was typed since the last answer is one to a question that is repeated. */
  askOrEnd(question: string, isRepeated?: boolean): Promise<string | undefined>;
  /** Prints a remark that is no result. */
  note(text: string): void;
  /** Runs something long, with progress where there is a place for it, until it is done or Ctrl-C is typed. */
  readonly withProgress: WithProgress;
  /** Runs a program text as one cell and prints what a cell prints; false when it failed. */
  runProgram(source: string, fileName: string): Promise<boolean>;
  /**
   * Runs a text as if it had been typed, with the session's built-ins, and prints what a cell prints; at a prompt the text
   * is shown first, unless `isEchoed` is false. Gives the cell; undefined for a text that is no whole cell.
   */
  runCell(source: string, how?: { readonly isEchoed?: boolean }): Promise<Cell | undefined>;
  /** Names of which the last save or load missed something. */
  readonly partial: Set<string>;
  /** Names that a save leaves out until they are included again. */
  readonly excluded: Set<string>;
  /** Cells say what they took. */
  isTiming: boolean;
  /** Leaves the terminal to another program, or raw to a view; undefined where there is none. */
  readonly withTerminal: (<T>(work: () => Promise<T>, isRaw?: boolean) => Promise<T>) | undefined;
  /** Ends the program once the command is done. */
  leave(code: number): void;
}

/** The words after a command's name. */
export interface CommandArguments {
  readonly words: readonly string[];
  /** `--json`; of a flag with a value what came last. */
  readonly flags: ReadonlyMap<string, string | true>;
  /** The values of flags that take one, `--name value` or `--name=value`, in the order they were given. */
  readonly values: ReadonlyMap<string, readonly string[]>;
  /** Everything after the name as typed. */
  readonly rest: string;
}

/** A command. */
export interface Command {
  readonly name: string;
  /** For `.help`: `[file] [names…]`. */
  readonly usage: string;
  readonly summary: string;
  /** The most words it takes. Default: any number. */
  readonly wordsMax?: number;
  /** Flags it knows, without dashes. */
  readonly flags: readonly string[];
  /** Those of them that take a value. Default: none. */
  readonly valued?: readonly string[];
  /** Changes the session: `.undo` leads back to the state before it. Default: false. */
  readonly isChanging?: boolean;
  /** Does something of its own with the address of something in a store. Default: false, it gets a file. */
  readonly opensAddresses?: boolean;
  /** What Tab completes its words to. */
  readonly completes?: 'file' | 'file or session' | 'session' | 'name' | 'command';
  /** Returns an exit code. Throws a `BrineError` or the like when it fails. */
  run(shell: Shell, given: CommandArguments): Promise<number> | number;
}

/** Splits what was typed after a command's name; quotes keep spaces together. `valued` are the flags that take a value. */
export function parseArguments(rest: string, valued: readonly string[] = []): CommandArguments {
  const words: string[] = [];
  const flags = new Map<string, string | true>();
  const values = new Map<string, string[]>();
  let waiting: string | undefined;
  const give = (flag: string, value: string): void => {
    flags.set(flag, value);
    values.set(flag, [...(values.get(flag) ?? []), value]);
  };
  for (const match of rest.matchAll(/"((?:[^"\\]|\\.)*)"|'([^']*)'|(?:\\.|[^\s"'])+/g)) {
    const quoted = match[1]?.replace(/\\(.)/g, '$1') ?? match[2];
    const word = quoted ?? match[0].replace(/\\(.)/g, '$1');
    const long = match[0] === '-i' ? '--interactive' : word;
    const flag = quoted === undefined ? /^--([a-z][a-z-]*)(?:=(.*))?$/.exec(long) : null;
    if (waiting !== undefined && flag === null) {
      give(waiting, word);
      waiting = undefined;
    } else if (flag === null) words.push(word);
    else if (flag[2] !== undefined && flag[2] !== '') give(flag[1]!, flag[2]);
    else {
      flags.set(flag[1]!, flag[2] ?? true);
      waiting = valued.includes(flag[1]!) ? flag[1] : undefined;
    }
  }
  return { words, flags, values, rest };
}
