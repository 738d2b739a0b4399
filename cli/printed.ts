// Listens to what a program writes to the terminal while a cell runs. What is written goes where it went before.
//
// Runs inside of the cell's calls, with whatever the session made of the built-ins, so it uses none of them there.

import { Buffer } from 'node:buffer';
import process from 'node:process';
import { withPristineBuiltins } from '../src/realm/pristine.js';

/** So much is kept of what one cell prints, and more is only counted. */
const KEPT_MAX = 20_000;

/** What was written. */
export interface Printed {
  readonly printed: string;
  readonly printedLeft: number;
}

/** Listens until what it returns is called. */
export function listenToPrinted(): () => Printed {
  const chunks: (string | Uint8Array)[] = [];
  let kept = 0;
  let left = 0;
  let isOver = false;
  const note = (chunk: unknown): void => {
    if (isOver || (typeof chunk !== 'string' && !(chunk instanceof Uint8Array))) return;
    const { length } = chunk;
    if (kept >= KEPT_MAX) left += length;
    else {
      // A copy: whoever wrote bytes may use their memory again.
      chunks[chunks.length] =
        typeof chunk === 'string' ? chunk : withPristineBuiltins(() => Buffer.from(chunk));
      kept += length;
    }
  };
  const stops = [listenTo(process.stdout, note), listenTo(process.stderr, note)];
  return () => {
    isOver = true;
    for (let at = stops.length - 1; at >= 0; at--) (stops[at] as () => void)();
    return withPristineBuiltins(() => ({
      printed: chunks
        .map((chunk) => (typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString()))
        .join(''),
      printedLeft: left,
    }));
  };
}

function listenTo(stream: NodeJS.WriteStream, note: (chunk: unknown) => void): () => void {
  const before = Object.getOwnPropertyDescriptor(stream, 'write');
  const write = stream.write as (...given: unknown[]) => boolean;
  const listening = (...given: unknown[]): boolean => {
    note(given[0]);
    return Reflect.apply(write, stream, given);
  };
  Object.defineProperty(stream, 'write', { value: listening, writable: true, configurable: true });
  return () => {
    // What the cell put there stays.
    if (stream.write !== (listening as unknown)) return;
    if (before === undefined) Reflect.deleteProperty(stream, 'write');
    else Object.defineProperty(stream, 'write', before);
  };
}
