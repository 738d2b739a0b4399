// Listeners to progress that change nothing that is being saved: those of the program itself. Whoever else listens may run
// anything, and a save then trusts nothing that it has seen of values.
//
// Knows nothing of what a listener does.

import { type ByteSource, countedSource } from '../format/index.js';
import { withSessionBuiltins } from '../realm/pristine.js';
import type { ProgressListener } from './types.js';

const quiet = new WeakSet<ProgressListener>();

/** Says that a listener changes no value of the session. */
export function quietListener(listener: ProgressListener): ProgressListener {
  quiet.add(listener);
  return listener;
}

/** True for a listener that was said to change nothing. */
export function isQuiet(listener: ProgressListener): boolean {
  return quiet.has(listener);
}

/** A listener that whoever works with the built-ins as they were may call; it then runs with those that it was made for. */
export function toldOutside(listener: ProgressListener): ProgressListener {
  return isQuiet(listener) ? listener : (state) => withSessionBuiltins(() => listener(state));
}

/** A listener as whoever reads bytes tells it. */
export function readingTold(
  listener: ProgressListener | undefined,
): ((done: number, total: number) => void) | undefined {
  return listener && ((done, total) => listener({ phase: 'reading', done, total }));
}

/** A source whose reading is told of: bytes so far, of all that whoever reads it once reads. */
export function toldSource(
  source: ByteSource,
  onProgress: ProgressListener | undefined,
  total: number | undefined = undefined,
): ByteSource {
  if (onProgress === undefined) return source;
  let done = 0;
  return countedSource(source, (bytes) => {
    done += bytes;
    // What is read again is not more of the file.
    onProgress({ phase: 'reading', done, total: total !== undefined && done <= total ? total : undefined });
  });
}

/** Chunks that are written, each told of before it is taken, and once more when there are no more. */
export function* told(
  chunks: Iterable<Uint8Array>,
  { onProgress, total }: { readonly onProgress: ProgressListener; readonly total: number | undefined },
): Generator<Uint8Array> {
  let done = 0;
  const tell = (): void => withSessionBuiltins(() => onProgress({ phase: 'writing', done, total }));
  for (const chunk of chunks) {
    tell();
    yield chunk;
    done += chunk.length;
  }
  tell();
}
