// Standard output and error after code was ended by force: perhaps in the middle of a write, and a stream waits for the end of that
// write for ever, with everything that is printed later. It is told that the write is over; what of it was on its way is printed.
//
// Looks into what Node keeps of its streams, since there is nobody else to ask; where that looks otherwise it does nothing. Knows
// nothing of what was ended.

import process from 'node:process';

interface WriteState {
  readonly writing?: unknown;
  readonly writecb?: unknown;
  onwrite?(error?: Error): void;
}

interface Inner {
  readonly _writableState?: WriteState;
  readonly _handle?: { readonly writeQueueSize?: unknown } | null;
}

/** For when nothing that was ended runs any more. */
export function mendStreams(): void {
  for (const stream of [process.stdout, process.stderr]) {
    const { _writableState: state, _handle: handle } = stream as unknown as Inner;
    // What the system has not taken yet ends by itself.
    if (state?.writing !== true || (handle?.writeQueueSize ?? 0) !== 0) continue;
    if (typeof state.writecb === 'function') state.onwrite?.();
  }
}
