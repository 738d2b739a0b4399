// Segments that were made whole but for references to what was not there yet: those are put in when everything is.
//
// Knows nothing of what a segment holds.

import type { Segment } from '../graph/graph.js';

const segments = new WeakMap<Segment, readonly number[]>();
const NONE: readonly number[] = [];

/** Remembers that a segment has to be patched, and in which of its columns, where that matters. */
export function leaveUnfinished(segment: Segment, columns = NONE): void {
  segments.set(segment, columns);
}

/** True when a segment has to be patched. */
export function isUnfinished(segment: Segment): boolean {
  return segments.has(segment);
}

/** The columns in which a segment has to be patched. */
export function unfinishedColumns(segment: Segment): readonly number[] {
  return segments.get(segment) ?? NONE;
}
