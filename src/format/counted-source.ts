// A source that tells how many bytes were read of it: progress of what reads a file and says nothing by itself.
//
// Knows nothing of what is read, and of whoever is told.

import type { ByteSource } from './source.js';

/** What is read of a source, told after each piece; bytes that are read again count again. */
export function countedSource(source: ByteSource, tell: (bytes: number) => void): ByteSource {
  const { ownBytes } = source;
  const counted = (bytes: Uint8Array): Uint8Array => {
    tell(bytes.length);
    return bytes;
  };
  return {
    bytes: source.bytes,
    read: (offset, length) => counted(source.read(offset, length)),
    ...(ownBytes !== undefined && {
      ownBytes: (offset: number, length: number) => counted(ownBytes.call(source, offset, length)),
    }),
  };
}
