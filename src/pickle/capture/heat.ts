// Tells from a heap snapshot which functions have certainly never been optimised.
//
// V8 optimises only what it has notes of, which it begins to take when a function has run some times, and never drops for a generator
// function. A function of brine's own that has run often, and one that never runs, say what a function with notes looks like,
// and one without. Knows nothing of generators.

import { edgesOf } from './heap-edges.js';
import type { HeapTables } from './heap-text.js';

/** Two functions to be in a snapshot: the first has run often, the second never. */
export function heatSamples(): readonly Function[] {
  if (!isWarm) {
    for (let i = 0; i < RUNS; i++) often(i);
    isWarm = true;
  }
  return [often, never];
}

/** Asks of the nodes of functions, given those of the two samples. */
export function coldIn(tables: HeapTables, [warm, cold]: readonly number[]): (node: number) => boolean {
  const notes = notesOf(tables, warm as number);
  const isTold = notes >= 0 && notes !== notesOf(tables, cold as number);
  return (node) => {
    const own = notesOf(tables, node);
    return isTold && own !== UNKNOWN && own !== notes;
  };
}

// — helpers —

const RUNS = 5000;
const NONE = -1;
const UNKNOWN = -2;
let isWarm = false;
let sum = 0;

function often(n: number): void {
  sum = (sum + n) % RUNS;
}

function never(): void {
  sum = 0;
}

// What kind of thing a function's notes are, as the number of a name; NONE for none.
function notesOf(tables: HeapTables, fn: number): number {
  const cell = edgesOf(tables, fn).find(({ word }) => word === 'feedback_cell');
  if (cell === undefined) return UNKNOWN;
  const value = edgesOf(tables, cell.to).find(({ word }) => word === 'value');
  return value === undefined ? NONE : (tables.nodeName[value.to] as number);
}
