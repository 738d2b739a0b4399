// Progress of a long save, load or question at the prompt, and its end by Ctrl-C. Ink is loaded only for a session large enough to take a while.
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
import { duration, softWrapped } from '../format.js';
import { type Pace, Pacing, paceOf, paceText, type State, unitOf } from '../views/pace.js';
import type { ShowsItems } from './pmap.js';
import type { Terminal } from './terminal.js';

/** Shown when it takes longer than this, unless `BRINE_PROGRESS` is 1. */
const PATIENCE_MS = 300;
const FRAME_MS = 80;
/** How far apart lines are where nothing can be drawn. */
const LINE_MS = 2000;
/** What moves the block of a bar without a total some columns a second. */
const BLOCK_SPEED = 20;
/** A smaller heap is saved before a view would have loaded. */
const HEAP_BYTES_MIN = 48_000_000;
/** A smaller file is read before a view would have loaded. */
const FILE_BYTES_MIN = 16_000_000;
const ROWS_MIN = 10;
const COLUMNS_MIN = 40;

/** How many objects a save and a load had last: about as many as they will have. */
const lastTotals = new Map<State['phase'], number>();

/** Runs something long, with progress, until it is done or Ctrl-C is typed. Throws a `CommandError` for that. */
export async function withProgress<T>(
  terminal: Terminal,
  title: string,
  work: (onProgress: ProgressListener | undefined, signal?: AbortSignal) => Promise<T>,
  { bytes = 0 }: { readonly bytes?: number } = {},
): Promise<T> {
  const { isTTY, rows, columns } = process.stdout;
  const isWanted = process.env['BRINE_PROGRESS'] === '1';
  // Buffers lie outside of the heap.
  const { heapUsed, external } = process.memoryUsage();
  const isLarge = heapUsed + external > HEAP_BYTES_MIN || bytes > FILE_BYTES_MIN || isWanted;
  if (!isLarge || isTTY !== true) return work(undefined);
  const isDrawn = canDraw(rows, columns);
  await terminal.release();
  const keys = new TypedKeys();
  try {
    const start = performance.now();
    const { show, showTime, close } = isDrawn ? await viewOf(title) : linesOf(terminal, title);
    let shownMs = isWanted ? start : start + PATIENCE_MS;
    const before = new Map(lastTotals);
    const pacing = new Pacing();
    let isTold = false;
    const onProgress = quietListener((state) => {
      const now = performance.now();
      isTold = true;
      if (state.total === undefined && state.done > 0) lastTotals.set(state.phase, state.done);
      const tookMs = pacing.note(state, now);
      if (now < shownMs) return;
      shownMs = now + (isDrawn ? FRAME_MS : LINE_MS);
      // Nothing of the session and of the file was touched yet.
      if (keys.isCancelled()) throw cancelled(title);
      show(state, paceOf(state, tookMs, before.get(state.phase)));
    });
    const stopping = new AbortController();
    // While nothing is told, somebody else works.
    const looking = setInterval(() => {
      if (keys.isCancelled()) stopping.abort();
      const now = performance.now();
      if (isTold || now < shownMs) return;
      shownMs = now + (isDrawn ? FRAME_MS : LINE_MS);
      showTime(now - start);
    }, FRAME_MS);
    try {
      return await work(onProgress, stopping.signal);
    } catch (error) {
      // Whoever builds takes everything thrown for a fault of the file.
      throw keys.wasCancelled ? cancelled(title) : error;
    } finally {
      clearInterval(looking);
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

/** Runs something long for a view that has the terminal; undefined when Ctrl-C was typed meanwhile. */
export function untilCtrlC<T>(work: (onProgress: ProgressListener) => T): T | undefined {
  const keys = new TypedKeys();
  let lookedMs = performance.now();
  const onProgress = quietListener(() => {
    const now = performance.now();
    if (now < lookedMs + FRAME_MS) return;
    lookedMs = now;
    if (keys.isCancelled()) throw new CommandError('stopped');
  });
  try {
    return work(onProgress);
  } catch (error) {
    if (keys.wasCancelled) return undefined;
    throw error;
  } finally {
    keys.close();
    keys.giveBack();
  }
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

interface Shown {
  show(state: State, pace: Pace): void;
  /** For what tells nothing. */
  showTime(tookMs: number): void;
  close(): Promise<void> | void;
}

async function viewOf(title: string): Promise<Shown> {
  const { openProgress } = await import('../views/progress.js');
  let view: ReturnType<typeof openProgress> | undefined;
  return {
    show(state, pace) {
      view ??= openProgress(title, state.phase);
      view.show(state, pace);
    },
    showTime(tookMs) {
      view ??= openProgress(title, 'waiting');
      const pace = { done: tookMs / 1000, total: undefined, perSecond: 0, leftMs: undefined };
      view.show({ phase: 'waiting', done: tookMs * BLOCK_SPEED, total: undefined }, pace);
    },
    close: () => view?.close(),
  };
}

// Where nothing can be drawn, a line now and then.
function linesOf(terminal: Terminal, title: string): Shown {
  return {
    show: ({ phase }, pace) => {
      const text = `${displayName(title)}: ${phase}  ${paceText(pace, unitOf(phase))}`;
      terminal.output.write(`${softWrapped(text, process.stdout.columns)}\n`);
    },
    showTime(tookMs) {
      const text = `${displayName(title)}: waiting  ${duration(tookMs)}`;
      terminal.output.write(`${softWrapped(text, process.stdout.columns)}\n`);
    },
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
