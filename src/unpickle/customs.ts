// The order in which values of registered reducers are revived: a state is complete before its reviver sees it.
//
// Everything reachable from the state is filled first, other custom values revived before. Where a state leads back to
// the value itself, that reference is filled in afterwards. Depth-first with a stack of its own, no recursion.

import { type Cells, numberAt, TAG, tagAt } from '../graph/column.js';
import type { Segment } from '../graph/graph.js';
import { closeRecord, isCaptured } from './captured.js';
import type { Builder } from './context.js';
import { registeredOf, reviveCustom } from './revivers/custom.js';

/**
 * Revives all custom values. Returns a test for ids that were filled on the way, or undefined when there was nothing to
 * do.
 */
export function reviveCustoms(builder: Builder): ((id: number) => boolean) | undefined {
  const segments = builder.graph.segments.filter((segment) => segment.layout.kind.name === 'custom');
  if (segments.length === 0) return undefined;
  const visited = new Uint8Array(builder.graph.count);
  const filled = new Uint8Array(builder.graph.count);
  const again: number[] = [];
  for (const segment of segments) {
    for (let row = 0; row < segment.rows; row++)
      complete(builder, segment.firstId + row, visited, filled, again);
  }
  for (const id of again) {
    const segment = builder.segmentOf(id);
    builder.fillRows(segment, id - segment.firstId, id - segment.firstId + 1);
  }
  return (id) => filled[id] === 1;
}

function complete(
  builder: Builder,
  start: number,
  visited: Uint8Array,
  filled: Uint8Array,
  again: number[],
): void {
  const stack: number[] = [start];
  while (stack.length > 0) {
    const id = stack[stack.length - 1] as number;
    if (visited[id] === 0) {
      visited[id] = 1;
      forEachReference(builder, builder.segmentOf(id), id, (target) => {
        if (visited[target] === 0) stack.push(target);
      });
      continue;
    }
    stack.pop();
    if (visited[id] === 2) continue;
    visited[id] = 2;
    finishOne(builder, id, filled, again);
  }
}

function finishOne(builder: Builder, id: number, filled: Uint8Array, again: number[]): void {
  const segment = builder.segmentOf(id);
  const row = id - segment.firstId;
  filled[id] = 1;
  if (segment.layout.kind.name === 'custom') {
    const held = builder.values[id];
    if (isCaptured(held)) return closeRecord(held, [builder.value(segment.state[0] as Cells, row)]);
    if (!isSettled(builder, segment, row)) reviveCustom(builder, segment, row);
    return;
  }
  if (!builder.isMade(id)) makeLate(builder, segment, id);
  let isWaiting = false;
  forEachReference(builder, segment, id, (target) => {
    if (!builder.isMade(target)) isWaiting = true;
  });
  if (isWaiting) again.push(id);
  builder.fillRows(segment, row, row + 1);
}

// A bound function whose parts exist only now.
function makeLate(builder: Builder, segment: Segment, id: number): void {
  builder.ensure(id);
  if (builder.isMade(id)) return;
  const why = 'it is made of a value that needs it to be revived';
  builder.bury(id, segment.layout.kind.name, why, 'register the reducer with `create` and `fill`', true);
}

// A state that is a primitive was complete when the value was made.
function isSettled(builder: Builder, segment: Segment, row: number): boolean {
  const isOneStep = registeredOf(builder, segment)?.reducer.create === undefined;
  return isOneStep && builder.isMade(segment.firstId + row);
}

function forEachReference(
  builder: Builder,
  segment: Segment,
  id: number,
  visit: (target: number) => void,
): void {
  const row = id - segment.firstId;
  const look = (cells: Cells, i: number): void => {
    if (tagAt(cells, i) === TAG.ref) visit(numberAt(cells, i));
  };
  for (const column of segment.state) {
    if (!('lengths' in column)) look(column, row);
    else {
      builder.lists(column, row, row + 1, (_, start, end) => {
        for (let i = start; i < end; i++) look(column.items, i);
      });
    }
  }
  for (const column of segment.properties) look(column, row);
}
