// Proxies: their target and their handler, read without any trap. A revoked one has neither any more.

import type { Column } from '../../graph/column.js';
import { KINDS } from '../../graph/kinds.js';
import type { Walk } from '../context.js';

/** Writes the row of a proxy: its slots are target, handler, and whether it was revoked. */
export function reduceProxy(walk: Walk, place: number, slots: readonly unknown[]): void {
  const isRevoked = slots[2] === true;
  const segment = walk.row(walk.shapes.root(KINDS.proxy, undefined, 0), place);
  const [target, handler, isCallable] = segment.state as [Column, Column, Column];
  walk.cell(target, isRevoked ? null : slots[0], place);
  walk.cell(handler, isRevoked ? null : slots[1], place);
  walk.cell(isCallable, typeof walk.places.value(place) === 'function', place);
}
