// `arguments` objects: everything is own properties. The link of a sloppy one to its function's parameters is not kept,
// and the report says so where there could be one.

import { KINDS } from '../../graph/kinds.js';
import type { Walk } from '../context.js';
import { writeRow } from '../own.js';

/** Writes the row of an `arguments` object. */
export function reduceArguments(walk: Walk, place: number, value: object): void {
  const callee = Object.getOwnPropertyDescriptor(value, 'callee');
  if (callee !== undefined && 'value' in callee) {
    const why = 'its link to the parameters of the running function is not kept';
    walk.change(place, 'arguments object', why, 'use rest parameters where that matters');
  }
  writeRow(walk, place, KINDS.arguments, []);
}
