// A file that was put together and not written: pieces in memory, and pieces of another source that are read from there.
//
// Knows nothing of what they mean.

import type { Piece } from './container.js';
import type { ByteSource } from './source.js';

interface Placed {
  readonly piece: Piece;
  readonly from: number;
  readonly to: number;
}

/** The bytes of pieces behind one another, from any place. */
export class PiecesSource implements ByteSource {
  readonly bytes: number;
  private readonly placed: readonly Placed[];
  private readonly other: ByteSource;
  private readonly offsets: ReadonlyMap<Piece, number>;

  /** @param offsets  Where in the other source the pieces are that are not in memory. */
  constructor(pieces: readonly Piece[], other: ByteSource, offsets: ReadonlyMap<Piece, number>) {
    let at = 0;
    this.placed = pieces.map((piece) => ({ piece, from: at, to: (at += piece.length) }));
    this.bytes = at;
    this.other = other;
    this.offsets = offsets;
  }

  read(offset: number, length: number): Uint8Array {
    const into = new Uint8Array(length);
    const end = offset + length;
    for (let i = this.firstAt(offset); i < this.placed.length; i++) {
      const { piece, from, to } = this.placed[i] as Placed;
      if (from >= end) break;
      const start = Math.max(from, offset);
      const stop = Math.min(to, end);
      if (stop > start) into.set(this.part(piece, start - from, stop - from), start - offset);
    }
    return into;
  }

  ownBytes(offset: number, length: number): Uint8Array {
    return this.read(offset, length);
  }

  private part(piece: Piece, from: number, to: number): Uint8Array {
    if (!('read' in piece)) return piece.subarray(from, to);
    return this.other.read((this.offsets.get(piece) as number) + from, to - from);
  }

  // The last piece that starts at or before an offset, or an empty one there.
  private firstAt(offset: number): number {
    let low = 0;
    let high = this.placed.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.placed[middle] as Placed).from <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}
