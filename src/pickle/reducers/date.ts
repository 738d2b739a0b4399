// Dates, invalid ones included: the time is NaN then.

import { KINDS } from '../../graph/kinds.js';
import type { Walk } from '../context.js';
import { writeRow } from '../own.js';

const getTime = Date.prototype.getTime;

/** The time of a Date, in milliseconds since the epoch. */
export function timeOf(date: Date): number {
  return Reflect.apply(getTime, date, []);
}

/** Writes the row of a Date. */
export function reduceDate(walk: Walk, place: number, date: Date): void {
  writeRow(walk, place, KINDS.date, [timeOf(date)]);
}
