// Tests that come in two lengths: seconds in every run, and long in `npm run torture`, which prints what they found as a
// table. A test file that imports this one is part of the long run.

import { appendFileSync } from 'node:fs';

/** True in the long run. */
export const isTorture: boolean = process.env['BRINE_TORTURE'] === '1';

/** How many there are of something: in every run, and in the long one. */
export function scaled(always: number, long: number): number {
  return isTorture ? long : always;
}

/** A row of the table: what was tried, how often, and what came of it. */
export interface TortureRow {
  readonly what: string;
  readonly trials: number;
  readonly result: string;
}

/** Prints a row, and keeps it for the table of the long run. */
export function reportRow(row: TortureRow): void {
  console.log(`${row.what}: ${row.trials} trials, ${row.result}`);
  const file = process.env['BRINE_TORTURE_REPORT'];
  if (file !== undefined) appendFileSync(file, `${JSON.stringify(row)}\n`);
}
