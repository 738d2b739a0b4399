// Progress of a command that works on a large file: one line on the error output, where that is a terminal; it is gone when the
// command is done, so that only what it printed stays.
//
// Ctrl-C is the signal that it is for every program: it ends the process in the middle of whatever runs, and a shell says 130. Questions
// have nothing to put back. What writes a file does so beside the old one, and while a part of one is there the signal is heard, so
// that the part goes before the process does.

import process from 'node:process';
import { quietListener } from '../src/session/progress.js';
import { removePrivateFolders } from '../src/session/stored.js';
import type { ProgressListener } from '../src/session/types.js';
import { removeHalfWritten, watchHalfWritten } from '../src/store/half-written.js';
import { displayName } from './display-name.js';
import { duration } from './format.js';
import { writeOver } from './out.js';
import { Pacing, paceOf, paceText, type State, unitOf } from './views/pace.js';

/** Shown when it takes longer than this, unless `BRINE_PROGRESS` is 1. */
const PATIENCE_MS = 1000;
const FRAME_MS = 100;
const TITLE_WIDTH = 60;

/** Runs something long with a line of progress until it is done; a signal that ends it leaves no part of a file. */
export async function withFileProgress<T>(
  title: string,
  work: (onProgress: ProgressListener | undefined) => T | Promise<T>,
): Promise<T> {
  watchHalfWritten((isSome) => {
    for (const signal of SIGNALS)
      if (isSome) process.on(signal, leave);
      else process.off(signal, leave);
  });
  try {
    return await shown(title, work);
  } finally {
    watchHalfWritten(undefined);
  }
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

// By the signal itself, which tells a shell more than an exit code does.
function leave(signal: NodeJS.Signals): void {
  removeHalfWritten();
  removePrivateFolders();
  process.off(signal, leave);
  process.kill(process.pid, signal);
}

async function shown<T>(
  title: string,
  work: (onProgress: ProgressListener | undefined) => T | Promise<T>,
): Promise<T> {
  if (process.stderr.isTTY !== true) return work(undefined);
  const line = new Line();
  const pacing = new Pacing();
  const named = displayName(title, TITLE_WIDTH);
  const start = performance.now();
  let nextMs = start + (process.env['BRINE_PROGRESS'] === '1' ? 0 : PATIENCE_MS);
  let isTold = false;
  const onProgress = quietListener((state) => {
    isTold = true;
    const now = performance.now();
    const tookMs = pacing.note(state, now);
    if (now < nextMs) return;
    nextMs = now + FRAME_MS;
    line.show(`${named}  ${stateText(state, tookMs)}`);
  });
  // What another process does tells nothing but the time.
  const clock = setInterval(() => {
    if (!isTold) line.show(`${named}  ${duration(performance.now() - start)}`);
  }, PATIENCE_MS);
  try {
    return await work(onProgress);
  } finally {
    clearInterval(clock);
    line.erase();
  }
}

function stateText(state: State, tookMs: number): string {
  const { phase, done, total } = state;
  const share =
    total === undefined || total <= 0 ? '' : `${Math.min(100, Math.floor((done / total) * 100))}%  `;
  return `${share}${phase}  ${paceText(paceOf(state, tookMs), unitOf(phase))}`;
}

// Written over with blanks, which every terminal understands.
class Line {
  #width = 0;

  show(text: string): void {
    const fitting = displayName(text, Math.max(10, process.stderr.columns - 1));
    writeOver(fitting.padEnd(this.#width));
    this.#width = fitting.length;
  }

  erase(): void {
    if (this.#width === 0) return;
    writeOver(' '.repeat(this.#width));
    writeOver('');
    this.#width = 0;
  }
}
