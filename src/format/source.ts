// Where the bytes of a snapshot are: in memory, or in a file that is read piece by piece.
//
// The store has one for files of the same shape; the two do not know each other.

/** Bytes that can be read from any place. */
export interface ByteSource {
  /** How many there are. */
  readonly bytes: number;
  /**
   * Reads `length` bytes from `offset`, which are there; the result starts at a multiple of 8 of its buffer. Throws a
   * BrineError when they cannot be read.
   */
  read(offset: number, length: number): Uint8Array;
  /**
   * Reads bytes into a buffer of their own, which whoever asks may keep and change. A source that would have to copy does
   * not have it.
   */
  ownBytes?(offset: number, length: number): Uint8Array;
}

/** Bytes in memory; what is read are views on them. */
export function bytesSource(file: Uint8Array): ByteSource {
  // Typed arrays can only lie at multiples of their width.
  const aligned = file.byteOffset % 8 === 0 ? file : Uint8Array.prototype.slice.call(file);
  return {
    bytes: aligned.length,
    read: (offset, length) => aligned.subarray(offset, offset + length),
  };
}
