// How many bytes each value of a graph takes in a snapshot, about: its cells, and texts, code and buffers where they are
// first met. What many values share of a column's head belongs to none.
//
// Column by column, so a million values take milliseconds. Builds nothing.

import { type Cells, numberAt, TAG, tagAt } from '../graph/column.js';
import type { Segment } from '../graph/graph.js';
import type { GraphSteps } from '../graph/steps.js';
import type { Rounds } from './rounds.js';

const BYTES_OF_TAG: Readonly<Record<number, number>> = {
  [TAG.int]: 4,
  [TAG.double]: 8,
  [TAG.ref]: 4,
  [TAG.string]: 2,
  [TAG.bigint]: 2,
};

/** The bytes of each value, by id. */
export function weights(steps: GraphSteps, rounds: Rounds): Float64Array {
  const { graph } = steps;
  const total = cellsOf(graph.segments);
  let done = 0;
  const bytes = new Float64Array(graph.count);
  const codes = new Set<number>();
  const tell = (): void => rounds.at('weighing', done++, total);
  for (const segment of graph.segments) {
    const into = { bytes, segment, blobs: graph.blobs, tell };
    for (const column of segment.properties) addCells(column, (at) => at, into);
    for (const column of segment.state) {
      if (!('lengths' in column)) {
        addCells(column, (at) => at, into);
        continue;
      }
      let row = 0;
      const starts = steps.startsOf(column);
      const rowOf = (at: number): number => {
        while (row + 1 < segment.rows && at >= (starts[row + 1] as number)) row++;
        return row;
      };
      addCells(column.items, rowOf, into);
      for (let at = 0; at < segment.rows; at++) bytes[segment.firstId + at]! += 1;
    }
    addCode(segment, steps, codes, bytes);
  }
  return bytes;
}

interface Into {
  readonly bytes: Float64Array;
  readonly segment: Segment;
  readonly blobs: readonly Uint8Array[];
  /** Called for each cell. */
  readonly tell: () => void;
}

function cellsOf(segments: readonly Segment[]): number {
  let total = 0;
  for (const { properties, state } of segments)
    for (const column of [...properties, ...state])
      total += 'lengths' in column ? column.items.length : column.length;
  return total;
}

function addCells(column: Cells, rowOf: (at: number) => number, { bytes, segment, blobs, tell }: Into): void {
  const texts = new Uint8Array(column.texts.length);
  for (let at = 0; at < column.length; at++) {
    tell();
    const tag = tagAt(column, at);
    // What all rows have in common is there once.
    let size = column.isConstant && at > 0 ? 0 : (BYTES_OF_TAG[tag] ?? 1);
    if (tag === TAG.blob) size += blobs[numberAt(column, at)]?.length ?? 0;
    else if (tag === TAG.string || tag === TAG.bigint) {
      const text = numberAt(column, at);
      if (texts[text] === 0) {
        texts[text] = 1;
        size += (column.texts[text] as string).length;
      }
    }
    if (size > 0) bytes[segment.firstId + rowOf(at)]! += size;
  }
}

function addCode(
  { layout, firstId, rows }: Segment,
  steps: GraphSteps,
  seen: Set<number>,
  bytes: Float64Array,
): void {
  if (layout.kind.name !== 'function' && layout.kind.name !== 'class') return;
  for (let row = 0; row < rows; row++) {
    const code = steps.stateNumber(firstId + row, 'code');
    if (code === undefined || seen.has(code)) continue;
    seen.add(code);
    bytes[firstId + row]! += steps.graph.codes()[code]?.source.length ?? 0;
  }
}
