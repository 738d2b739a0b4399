// Whole snapshots over Node streams: written with back-pressure, read to the end.

import { BrineError, LimitError, StoreError } from '../errors.js';

/** Writes pieces to a stream and resolves when the stream has taken them all; does not end it. */
export async function writeToStream(
  stream: NodeJS.WritableStream,
  pieces: Iterable<Uint8Array>,
): Promise<void> {
  for (const piece of pieces) {
    await new Promise<void>((resolve, reject) => {
      stream.write(piece, (error) => {
        if (error == null) resolve();
        else
          reject(
            new StoreError('STORE_WRITE', `the stream refused the bytes: ${error.message}`, { cause: error }),
          );
      });
    });
  }
}

/** Reads a stream to its end. */
export async function readFromStream(stream: AsyncIterable<unknown>, bytesMax: number): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const piece of stream) {
      pieces.push(bytesOf(piece));
      bytes += (piece as Uint8Array).length;
      if (bytes > bytesMax)
        throw new LimitError(
          'LIMIT_EXCEEDED',
          `the stream has more than ${bytesMax} bytes, which is the limit`,
          {
            hint: 'raise fileBytesMax if you trust where it comes from',
          },
        );
    }
  } catch (error) {
    if (error instanceof BrineError) throw error;
    const message = error instanceof Error ? error.message : String(error);
    throw new StoreError('STORE_READ', `the stream broke: ${message}`, { cause: error });
  }
  return Buffer.concat(pieces);
}

function bytesOf(piece: unknown): Uint8Array {
  if (piece instanceof Uint8Array) return piece;
  throw new StoreError('STORE_READ', 'the stream gives text, and a snapshot is bytes', {
    hint: 'do not call setEncoding on the stream',
  });
}
