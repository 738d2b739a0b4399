// Autosave at the prompt: when a cell ended its line is written, when nobody types a snapshot is taken, and whatever ends the
// process, what is unsaved is on the disk first. `BRINE_AUTOSAVE` says when: on, off or exit.

import process from 'node:process';
import type { Cell } from '../../src/evaluator/index.js';
import type { Autosave, AutosaveMode } from '../../src/session/autosave/index.js';

/** When to autosave, by the environment. Default: `on`. */
export function autosaveMode(environment: NodeJS.ProcessEnv = process.env): AutosaveMode {
  const wanted = environment['BRINE_AUTOSAVE'];
  return wanted === 'off' || wanted === 'exit' ? wanted : 'on';
}

/** What the prompt tells. */
export interface Idleness {
  /** A cell or a command runs. */
  readonly isBusy: boolean;
  /** When the last key came, as `performance.now()` counts. */
  readonly lastKeyMs: number;
}

/** Calls an autosave at the right moments. */
export class Keeper {
  readonly #autosave: Autosave;
  readonly #idleness: Idleness;
  #timer: NodeJS.Timeout | undefined;
  #soon: NodeJS.Immediate | undefined;
  #note: (() => void) | undefined;

  constructor(autosave: Autosave, idleness: Idleness) {
    this.#autosave = autosave;
    this.#idleness = idleness;
    process.once('exit', () => this.#end());
    for (const [signal, number] of [
      ['SIGHUP', 1],
      ['SIGTERM', 15],
    ] as const) {
      process.once(signal, () => process.exit(128 + number));
    }
  }

  /** A cell is about to run: the state before it is kept where that is quick. */
  begins(): Promise<void> | undefined {
    this.flush();
    return this.#autosave.beforeCell();
  }

  /** A cell or a command ended. What changed is looked at when the prompt is on screen again. */
  ended(cell: Cell | undefined, command?: string): void {
    const wasUnsaved = this.#autosave.isUnsaved;
    this.flush();
    this.#note = () => {
      this.#autosave.note(cell, command);
      // What a load brought is in its file.
      if (!wasUnsaved && command !== undefined && /^\s*\.load\b/.test(command)) this.#autosave.noteSaved();
    };
    this.#soon = setImmediate(() => {
      this.flush();
      this.#arm();
    });
  }

  /** Writes what waits for the prompt; the next cell may be the last thing that this process does. */
  flush(): void {
    clearImmediate(this.#soon);
    const note = this.#note;
    this.#note = undefined;
    note?.();
  }

  #arm(): void {
    clearTimeout(this.#timer);
    const { idleMs } = this.#autosave;
    if (idleMs === undefined) return;
    const waitedMs = performance.now() - this.#idleness.lastKeyMs;
    const look = (): void => {
      const isIdle = performance.now() - this.#idleness.lastKeyMs >= idleMs && !this.#idleness.isBusy;
      if (isIdle) void this.#autosave.snapshot().then(() => this.#arm());
      else this.#arm();
    };
    this.#timer = setTimeout(look, Math.max(50, idleMs - waitedMs)).unref();
  }

  #end(): void {
    this.flush();
    this.#autosave.finish();
  }
}
