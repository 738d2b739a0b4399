// Letting memory go while a large graph is built: columns and their bytes as soon as the values of a segment are complete, and the
// end of the list of values when nothing that is left to be made names one of them.
//
// Only of graphs of built-in values alone: nothing in them fails later, is made out of turn, or is asked for again. Knows
// nothing of how values are made.

import { LAYOUT_FLAG, type Segment } from '../graph/graph.js';
import type { Builder } from './context.js';

const PLAIN: ReadonlySet<string> = new Set(['object', 'array', 'map', 'set', 'date', 'reference']);
/** For fewer values it would not be worth the while. */
export const LARGE_GRAPH = 1 << 17;

/** True for segments of built-in values without private fields. */
export function isPlain({ layout }: Segment): boolean {
  return PLAIN.has(layout.kind.name) && layout.brands.length === 0;
}

/** What is still needed while segments are made from the last to the first. */
export class Letting {
  private readonly builder: Builder;
  /** For each segment, the greatest id that one before it names. */
  private readonly reach: Float64Array;
  /** The greatest id of what was made and is not complete, or is asked for in the end. */
  private last: number;

  constructor(builder: Builder) {
    this.builder = builder;
    const { segments, externals } = builder.graph;
    const { lastWanted = Number.POSITIVE_INFINITY } = builder.options;
    // What existed before lies behind all others.
    this.last = externals.length > 0 ? Number.POSITIVE_INFINITY : lastWanted;
    this.reach = new Float64Array(segments.length);
    let reach = 0;
    for (let i = 0; i < segments.length; i++) {
      this.reach[i] = reach;
      reach = Math.max(reach, (segments[i] as Segment).reach);
    }
  }

  /** A segment was made, completely or not. */
  made(place: number, isComplete: boolean): void {
    const { values, graph } = this.builder;
    const segment = graph.segments[place] as Segment;
    const { firstId, rows, layout } = segment;
    if (isComplete) segment.drop();
    // What is filled later needs its own values then, and what they name.
    else this.last = Math.max(this.last, segment.reach);
    if (!isComplete || layout.flags !== LAYOUT_FLAG.extensible)
      this.last = Math.max(this.last, firstId + rows - 1);
    const length = Math.max(this.last, this.reach[place] as number, firstId - 1) + 1;
    // V8 lets go of the end of a list when it is half of it.
    if (values.length >= LARGE_GRAPH && length <= values.length / 2 - 16) values.length = length;
  }
}
