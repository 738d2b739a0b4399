// Progress of a long save or load at the prompt. Ink is loaded only for a session large enough to take a while.
//
// The walk is synchronous, so the view is drawn from within it; the terminal is given up before and taken back after.

import process from 'node:process';
import { quietListener } from '../../src/session/progress.js';
import type { ProgressListener } from '../../src/session/types.js';
import type { Terminal } from './terminal.js';

/** Shown when it takes longer than this. */
const PATIENCE_MS = 300;
const FRAME_MS = 80;
/** A smaller heap is saved before a view would have loaded. */
const HEAP_BYTES_MIN = 48_000_000;
const ROWS_MIN = 10;
const COLUMNS_MIN = 40;

/** Runs something long, with progress when there is a terminal that can show it. */
export async function withProgress<T>(
  terminal: Terminal,
  title: string,
  work: (onProgress: ProgressListener | undefined) => Promise<T>,
): Promise<T> {
  const { isTTY, rows, columns } = process.stdout;
  const isLarge = process.memoryUsage().heapUsed > HEAP_BYTES_MIN || process.env['BRINE_PROGRESS'] === '1';
  const canDraw =
    isTTY === true && rows >= ROWS_MIN && columns >= COLUMNS_MIN && process.env['TERM'] !== 'dumb';
  if (!isLarge || !canDraw || process.env['BRINE_PLAIN'] === '1') return work(undefined);
  await terminal.release();
  try {
    const { openProgress } = await import('../views/progress.js');
    const start = performance.now();
    let view: ReturnType<typeof openProgress> | undefined;
    let drawn = 0;
    const onProgress = quietListener((progress) => {
      const now = performance.now();
      if (now - start < PATIENCE_MS || now - drawn < FRAME_MS) return;
      drawn = now;
      view ??= openProgress(title);
      view.show(progress);
    });
    try {
      return await work(onProgress);
    } finally {
      await view?.close();
    }
  } finally {
    terminal.retake();
  }
}
