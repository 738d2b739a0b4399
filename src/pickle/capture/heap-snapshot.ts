// Takes a heap snapshot of this thread, at once, and reads it as V8 writes it: the text is never held as a whole.
//
// `v8.getHeapSnapshot` gives a stream whose source writes everything the first time it is asked; the chunks are taken
// where they come in. (The inspector's command is put off until the stack is empty, and wraps each chunk in a message.)
// Collects garbage. Knows nothing of functions and scopes.

import { getHeapSnapshot } from 'node:v8';
import { type HeapTables, HeapText, type HeapTextOptions } from './heap-text.js';

/** The columns of a snapshot taken now; throws when V8 does not write it at once, or not as expected. */
export function readHeap(options: HeapTextOptions = {}): HeapTables {
  // Node keeps the stream until the event loop turns: it must not keep what was read as well.
  const reading: { text: HeapText | null; failure: Error | null } = {
    text: new HeapText(options),
    failure: null,
  };
  const stream = getHeapSnapshot();
  try {
    stream.push = (chunk: Buffer | null): boolean => {
      try {
        if (chunk !== null && reading.failure === null) reading.text?.write(chunk);
      } catch (error) {
        reading.failure = error as Error;
      }
      return true;
    };
    stream.read(0);
    if (reading.failure !== null) throw reading.failure;
    return (reading.text as HeapText).finish();
  } finally {
    reading.text = null;
    stream.destroy();
  }
}
