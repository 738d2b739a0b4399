// Autosave at the prompt: when a cell ended its line is written, when nobody types a snapshot is taken, and whatever ends the
// process, what is unsaved is on the disk first. `BRINE_AUTOSAVE`, or `autosave` in the
// configuration, says when: on, off or exit.

import process from 'node:process';
import type { Cell } from '../../src/evaluator/index.js';
import type { Autosave, AutosaveMode } from '../../src/session/autosave/index.js';
import { withoutSecrets } from '../../src/stores/addresses.js';

/** When to autosave, by the environment. Default: `on`. */
export function autosaveMode(environment: NodeJS.ProcessEnv = process.env): AutosaveMode {
  const wanted = environment['BRINE_AUTOSAVE'];
  return wanted === 'off' || wanted === 'exit' ? wanted : 'on';
}

/** The same, and by the files. Throws an error of the command line for what these say wrongly. */
export async function configuredMode(): Promise<AutosaveMode> {
  const { readConfig } = await import('../config.js');
  return readConfig(process.cwd(), process.env).autosave ?? 'on';
}

/** True unless the environment or a file says that the input line has no colours. Throws nothing: the mode says what is wrong. */
export async function isHighlighted(): Promise<boolean> {
  const { readConfig } = await import('../config.js');
  try {
    return readConfig(process.cwd(), process.env).highlight ?? true;
  } catch {
    return true;
  }
}

/** What the prompt tells. */
export interface Idleness {
  /** A cell or a command runs. */
  readonly isBusy: boolean;
  /** When the last key came, as `performance.now()` counts. */
  readonly lastKeyMs: number;
}

/** How far apart snapshots are, at least, that are taken of what timers and the like do. */
const BACKGROUND_MS = 5000;
/** When the first prompt is long on screen. */
const WARM_UP_MS = 300;
/** Names that the line had no time for are looked into in pieces of so many milliseconds, with pauses of so many. */
const PIECE_MS = 8;
const PAUSE_MS = 40;
/** How often it is looked for what timers and the like changed, while something goes on. */
const LOOK_EVERY_MS = 1000;

/** Calls an autosave at the right moments. */
export class Keeper {
  readonly #autosave: Autosave;
  readonly #idleness: Idleness;
  #timer: NodeJS.Timeout | undefined;
  #background: NodeJS.Timeout | undefined;
  #rest: NodeJS.Timeout | undefined;
  /** When the last snapshot was there. */
  #snapshotMs = 0;
  #soon: NodeJS.Immediate | undefined;
  #note: (() => void) | undefined;

  constructor(autosave: Autosave, idleness: Idleness) {
    this.#autosave = autosave;
    this.#idleness = idleness;
    process.once('exit', () => this.#end());
    setTimeout(() => autosave.warmUp(), WARM_UP_MS).unref();
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

  /** A command is about to run that changes the session. */
  changes(): Promise<void> | undefined {
    this.flush();
    return this.#autosave.beforeChange();
  }

  /** A cell or a command ended. What changed is looked at when the prompt is on screen again. */
  ended(cell: Cell | undefined, command?: string): void {
    const wasUnsaved = this.#autosave.isUnsaved;
    this.flush();
    this.#note = () => {
      this.#autosave.note(cell, command === undefined ? undefined : withoutSecrets(command));
      // What a load brought is in its file.
      if (!wasUnsaved && command !== undefined && /^\s*\.load\b/.test(command)) this.#autosave.noteSaved();
    };
    this.#soon = setImmediate(() => {
      this.flush();
      this.#arm();
      this.#lookOut();
      this.#lookOn();
    });
  }

  /** Writes what waits for the prompt; the next cell may be the last thing that this process does. */
  flush(): void {
    clearImmediate(this.#soon);
    const note = this.#note;
    this.#note = undefined;
    note?.();
  }

  // While something goes on that is no cell it is looked now and then for what that changed.
  #lookOut(): void {
    clearTimeout(this.#background);
    if (!this.#autosave.isBusy) return;
    const look = (): void => {
      if (!this.#idleness.isBusy) {
        this.#autosave.noteBackground();
        this.#arm();
      }
      this.#lookOut();
    };
    this.#background = setTimeout(look, LOOK_EVERY_MS).unref();
  }

  // What the line had no time for is looked into while nothing runs and nobody types.
  #lookOn(): void {
    clearTimeout(this.#rest);
    if (!this.#autosave.hasUnseen) return;
    const look = (): void => {
      const isTyping = performance.now() - this.#idleness.lastKeyMs < PAUSE_MS;
      // Between the end of a cell and its line it is too late and too early.
      const isQuiet = !this.#idleness.isBusy && !isTyping && this.#note === undefined;
      if (isQuiet) this.#autosave.lookOn(PIECE_MS);
      this.#lookOn();
    };
    this.#rest = setTimeout(look, PAUSE_MS).unref();
  }

  #arm(): void {
    clearTimeout(this.#timer);
    const { idleMs } = this.#autosave;
    if (idleMs === undefined) return;
    const waitedMs = performance.now() - this.#idleness.lastKeyMs;
    const restMs = this.#autosave.isBackgroundOnly
      ? this.#snapshotMs + Math.max(BACKGROUND_MS, 2 * idleMs) - performance.now()
      : 0;
    const look = (): void => {
      const isIdle = performance.now() - this.#idleness.lastKeyMs >= idleMs && !this.#idleness.isBusy;
      if (isIdle)
        void this.#autosave.snapshot().then(() => {
          this.#snapshotMs = performance.now();
          this.#arm();
        });
      else this.#arm();
    };
    this.#timer = setTimeout(look, Math.max(50, idleMs - waitedMs, restMs)).unref();
  }

  #end(): void {
    this.flush();
    this.#autosave.finish();
  }
}
