// Dates, invalid ones included: the time is NaN then.

import { KINDS } from '../../graph/kinds.js';
import type { Walk } from '../context.js';
import { writeRow } from '../own.js';

const getTime = Date.prototype.getTime;

/** Writes the row of a Date. */
export function reduceDate(walk: Walk, place: number, date: Date): void {
  writeRow(walk, place, KINDS.date, [Reflect.apply(getTime, date, [])]);
}
