// Content on its way into a store: pieces of any size to parts of one size, or to one array of bytes. Never holds more than
// a part, or than what was allowed. Knows nothing of stores.

import { type BrineError, StoreError } from '../errors.js';
import type { PutOptions, StoreContent } from './store.js';

/** The pieces of content, each checked to be bytes, told of as they go, until a signal ends it. */
export async function* piecesOf(content: StoreContent, options: PutOptions = {}): AsyncGenerator<Uint8Array> {
  const { onProgress, signal } = options;
  let bytes = 0;
  for await (const piece of content instanceof Uint8Array ? [content] : content) {
    checkGoingOn(signal);
    if (!(piece instanceof Uint8Array))
      throw new StoreError('STORE_WRITE', 'what is to be stored gives something that is no Uint8Array', {
        hint: 'give a Uint8Array or an iterable of them',
      });
    yield piece;
    bytes += piece.length;
    onProgress?.(bytes);
  }
}

/** Content as parts of one size, the last one shorter; each is the receiver's to keep. No bytes make no part. */
export async function* partsOf(pieces: AsyncIterable<Uint8Array>, partBytes: number): AsyncGenerator<Buffer> {
  let part = Buffer.allocUnsafeSlow(partBytes);
  let filled = 0;
  for await (const piece of pieces) {
    for (let at = 0; at < piece.length; ) {
      const taken = Math.min(piece.length - at, partBytes - filled);
      part.set(piece.subarray(at, at + taken), filled);
      filled += taken;
      at += taken;
      if (filled < partBytes) continue;
      yield part;
      part = Buffer.allocUnsafeSlow(partBytes);
      filled = 0;
    }
  }
  if (filled > 0) yield part.subarray(0, filled);
}

/** All of it in one array, at most so many bytes. */
export async function wholeOf(
  pieces: AsyncIterable<Uint8Array>,
  { bytesMax, tooLarge }: { readonly bytesMax: number; tooLarge(): BrineError },
): Promise<Buffer> {
  const all: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of pieces) {
    bytes += piece.length;
    if (bytes > bytesMax) throw tooLarge();
    // A producer may use its memory again.
    all.push(Uint8Array.prototype.slice.call(piece));
  }
  return Buffer.concat(all, bytes);
}

/** Throws STORE_ABORTED once a signal says so. */
export function checkGoingOn(signal: AbortSignal | undefined): void {
  if (signal?.aborted !== true) return;
  throw new StoreError('STORE_ABORTED', 'the transfer was ended', {
    hint: 'what was there before is unchanged; start it again to go on',
    cause: signal.reason,
  });
}
