// The ration of cells that take no bytes of their own: columns of one value, runs of numbers that follow each other.
//
// A few bytes must not make a reader fill the memory, so all such cells of a file together may be so many, and some more
// for each byte of the file. A writer keeps to it at every moment, a reader checks it. Knows nothing of columns.

import type { ByteReader } from './bytes.js';

const FREE_CELLS = 2 ** 22;
const FREE_CELLS_PER_BYTE = 4;

/** True when `length` more free cells are within the ration of so many bytes. */
export function mayBeFree(length: number, freeCells: number, bytes: number): boolean {
  return freeCells + length <= FREE_CELLS + FREE_CELLS_PER_BYTE * bytes;
}

/** How many bytes more a file of so many needs to have so many free cells. */
export function missingBytes(freeCells: number, bytes: number): number {
  return Math.max(0, Math.ceil((freeCells - FREE_CELLS) / FREE_CELLS_PER_BYTE) - bytes);
}

/** What a reader has seen of free cells in one file, whatever order it reads in. */
export class FreeCells {
  private readonly fileBytes: number;
  /** Free cells so far. */
  count = 0;

  constructor(fileBytes: number) {
    this.fileBytes = fileBytes;
  }

  /** Counts free cells; throws when they are too many. */
  charge(reader: ByteReader, length: number): void {
    if (!mayBeFree(length, this.count, this.fileBytes))
      throw reader.corrupt(`${length} cells without bytes are more than a file of this size may have`);
    this.count += length;
  }
}
