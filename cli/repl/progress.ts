// Progress of a long save or load at the prompt, and its end by Ctrl-C. Ink is loaded only for a session large enough to take a while.
//
// The walk is synchronous, so the view is drawn from within it, and whether Ctrl-C was typed is asked there, too: no signal is
// handled while it runs. The terminal is given up before and taken back after; keys that are no Ctrl-C go to the prompt afterwards.

import { closeSync, constants, openSync, readSync } from 'node:fs';
import process from 'node:process';
import { quietListener } from '../../src/session/progress.js';
import type { ProgressListener } from '../../src/session/types.js';
import { EXIT } from '../commands/command.js';
import { displayName } from '../display-name.js';
import { CommandError } from '../errors.js';
import { count } from '../format.js';
import { type Pace, paceText } from '../views/pace.js';
import type { ShowsItems } from './pmap.js';
import type { Terminal } from './terminal.js';

/** Shown when it takes longer than this, unless `BRINE_PROGRESS` is 1. */
const PATIENCE_MS = 300;
const FRAME_MS = 80;
/** How far apart lines are where nothing can be drawn. */
const LINE_MS = 2000;
/** A smaller heap is saved before a view would have loaded. */
const HEAP_BYTES_MIN = 48_000_000;
const ROWS_MIN = 10;
const COLUMNS_MIN = 40;

type State = Parameters<ProgressListener>[0];

/** How many objects a save and a load had last: about as many as they will have. */
const lastTotals = new Map<State['phase'], number>();

/** Runs something long, with progress, until it is done or Ctrl-C is typed. Throws a `CommandError` for that. */
export async function withProgress<T>(
  terminal: Terminal,
  title: string,
  work: (onProgress: ProgressListener | undefined) => Promise<T>,
): Promise<T> {
  const { isTTY, rows, columns } = process.stdout;
  const isWanted = process.env['BRINE_PROGRESS'] === '1';
  const isLarge = process.memoryUsage().heapUsed > HEAP_BYTES_MIN || isWanted;
  if (!isLarge || isTTY !== true) return work(undefined);
  const isDrawn = canDraw(rows, columns);
  await terminal.release();
  const keys = new TypedKeys();
  try {
    const start = performance.now();
    const { show, close } = isDrawn ? await viewOf(title) : linesOf(terminal, title);
    let shownMs = isWanted ? start : start + PATIENCE_MS;
    const before = new Map(lastTotals);
    let first: { readonly phase: State['phase']; readonly atMs: number } | undefined;
    const onProgress = quietListener((state) => {
      const now = performance.now();
      if (state.total === undefined && state.done > 0) lastTotals.set(state.phase, state.done);
      if (first?.phase !== state.phase) first = { phase: state.phase, atMs: now };
      if (now < shownMs) return;
      shownMs = now + (isDrawn ? FRAME_MS : LINE_MS);
      // Nothing of the session and of the file was touched yet.
      if (keys.isCancelled()) throw cancelled(title);
      show(state, paceOf(state, now - first.atMs, before.get(state.phase)));
    });
    try {
      return await work(onProgress);
    } catch (error) {
      // Whoever builds takes everything thrown for a fault of the file.
      throw keys.wasCancelled ? cancelled(title) : error;
    } finally {
      await close();
    }
  } finally {
    keys.close();
    terminal.retake();
    keys.giveBack();
  }
}

function canDraw(rows: number, columns: number): boolean {
  const hasRoom = rows >= ROWS_MIN && columns >= COLUMNS_MIN;
  return hasRoom && process.env['TERM'] !== 'dumb' && process.env['BRINE_PLAIN'] !== '1';
}

/** A view of a call that goes over items, or lines now and then where nothing can be drawn. */
export async function itemsView(terminal: Terminal, title: string): Promise<ShowsItems> {
  if (canDraw(process.stdout.rows, process.stdout.columns)) {
    const { openProgress } = await import('../views/progress.js');
    const view = openProgress(title, 'mapping');
    return { show: (pace) => view.show({ phase: 'mapping', ...pace }, pace), close: view.close };
  }
  let shownMs = 0;
  const show = (pace: Pace): void => {
    if (performance.now() < shownMs) return;
    shownMs = performance.now() + LINE_MS;
    terminal.output.write(`${title}: ${paceText(pace, 'items')}\n`);
  };
  return { show, close: () => {} };
}

function cancelled(title: string): CommandError {
  return new CommandError(`${displayName(title)}: cancelled`, 'nothing was changed', EXIT.interrupted);
}

/** How fast it goes, and how long it still takes at that pace; `before` is how many there were the last time. */
export function paceOf({ done, total }: State, tookMs: number, before?: number): Pace {
  const likely = total ?? before;
  const perSecond = tookMs > 0 ? (done / tookMs) * 1000 : 0;
  const known = likely !== undefined && likely > done ? likely : undefined;
  const leftMs = known === undefined || perSecond === 0 ? undefined : ((known - done) / perSecond) * 1000;
  return { done, total: known, perSecond, leftMs };
}

interface Shown {
  show(state: State, pace: Pace): void;
  close(): Promise<void> | void;
}

async function viewOf(title: string): Promise<Shown> {
  const { openProgress } = await import('../views/progress.js');
  let view: ReturnType<typeof openProgress> | undefined;
  return {
    show(state, pace) {
      view ??= openProgress(title);
      view.show(state, pace);
    },
    close: () => view?.close(),
  };
}

// Where nothing can be drawn, a line now and then.
function linesOf(terminal: Terminal, title: string): Shown {
  return {
    show: ({ phase }, { done, perSecond }) =>
      void terminal.output.write(
        `${displayName(title)}: ${phase}, ${count(done)} so far, ${count(perSecond)} a second\n`,
      ),
    close: () => {},
  };
}

// Keys that are typed while nobody reads them: asked for, because nothing is told while the walk runs. The terminal is raw, so that
// Ctrl-C is a key and no signal.
class TypedKeys {
  wasCancelled = false;
  readonly #file: number | undefined;
  #kept: Buffer = Buffer.alloc(0);

  constructor() {
    let file: number | undefined;
    try {
      file = openSync('/dev/tty', constants.O_RDONLY | constants.O_NONBLOCK);
      process.stdin.setRawMode(true);
    } catch {
      // Without such a file Ctrl-C is a signal, as before.
    }
    this.#file = file;
  }

  isCancelled(): boolean {
    if (this.#file === undefined) return false;
    const bytes = Buffer.alloc(256);
    try {
      const length = readSync(this.#file, bytes);
      const typed = bytes.subarray(0, length);
      const at = typed.indexOf(3);
      this.wasCancelled ||= at >= 0;
      // What was typed before it is dropped with it, as at the prompt.
      this.#kept = at >= 0 ? typed.subarray(at + 1) : Buffer.concat([this.#kept, typed]);
    } catch {
      // Nothing was typed.
    }
    return this.wasCancelled;
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
  }

  giveBack(): void {
    if (this.#kept.length > 0) process.stdin.unshift(this.#kept);
  }
}
