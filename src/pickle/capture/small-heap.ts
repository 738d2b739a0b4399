// Whether the heap is small enough for a snapshot that answers a single question. Knows nothing of the question.

import { getHeapStatistics } from 'node:v8';
import type { V8Session } from './inspector.js';

/** A snapshot takes some 60 ms for each megabyte in use. */
const HEAP_BYTES_MAX = 64e6;

/** True when a snapshot takes a few seconds at most. What is in use may be garbage: looking for objects collects it. */
export function isHeapSmall(session: V8Session): boolean {
  const used = (): number => getHeapStatistics().used_heap_size;
  if (used() <= HEAP_BYTES_MAX) return true;
  session.liveObjects({});
  return used() <= HEAP_BYTES_MAX;
}
