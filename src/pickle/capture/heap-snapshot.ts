// Takes a heap snapshot of this thread, at once, and reads it as V8 writes it: the text is never held as a whole.
//
// `v8.getHeapSnapshot` gives a stream whose source writes everything the first time it is asked; the chunks are taken
// where they come in. (The inspector's command is put off until the stack is empty, and wraps each chunk in a message.)
// Collects garbage. Knows nothing of functions and scopes.

import { getHeapSnapshot } from 'node:v8';
import { type HeapTables, HeapText } from './heap-text.js';

/** The columns of a snapshot taken now; throws when V8 does not write it at once, or not as expected. */
export function readHeap(): HeapTables {
  const text = new HeapText();
  let failure: Error | null = null;
  const stream = getHeapSnapshot();
  try {
    stream.push = (chunk: Buffer | null): boolean => {
      try {
        if (chunk !== null && failure === null) text.write(chunk);
      } catch (error) {
        failure = error as Error;
      }
      return true;
    };
    stream.read(0);
  } finally {
    stream.destroy();
  }
  if (failure !== null) throw failure;
  return text.finish();
}
