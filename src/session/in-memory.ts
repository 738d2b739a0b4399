// Pieces of a snapshot as one array of bytes, for what is looked at and never written. Knows nothing of files.

import { bytesOf, type Piece, sizeOf } from '../format/index.js';

/** All bytes of a snapshot, copied. */
export function joinedBytes(pieces: readonly Piece[]): Uint8Array {
  const bytes = new Uint8Array(sizeOf(pieces));
  let at = 0;
  for (const piece of bytesOf(pieces)) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}
