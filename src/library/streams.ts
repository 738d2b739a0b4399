// Whole snapshots over Node streams: written with back-pressure, read to the end.

import { BrineError, LimitError, StoreError } from '../errors.js';

/** True for what has the methods of a stream that one can write to. */
export function isWritable(target: unknown): target is NodeJS.WritableStream {
  const { write, on } = (target ?? {}) as Partial<NodeJS.WritableStream>;
  return typeof write === 'function' && typeof on === 'function';
}

/** Writes pieces to a stream and resolves when the stream has taken them all; does not end it. */
export async function writeToStream(
  stream: NodeJS.WritableStream,
  pieces: Iterable<Uint8Array>,
): Promise<void> {
  // Each write says by itself how it went; the event of an error comes besides, and must find somebody.
  const heard = (): void => {};
  stream.on('error', heard);
  try {
    for (const piece of pieces) await writePiece(stream, piece);
    stream.off('error', heard);
  } catch (error) {
    // It comes after the call that failed.
    setImmediate(() => stream.off('error', heard));
    throw error;
  }
}

// A stream that is closed by the other side may never answer a write.
function writePiece(stream: NodeJS.WritableStream, piece: Uint8Array): Promise<void> {
  return new Promise<void>((resolve, reject) => {
    const closed = (): void => settle(new Error('it was closed'));
    const settle = (error: Error | null | undefined): void => {
      stream.off('close', closed);
      if (error === null || error === undefined) resolve();
      else
        reject(
          new StoreError('STORE_WRITE', `the stream refused the bytes: ${error.message}`, {
            hint: 'the other side ended, or the connection broke',
            cause: error,
          }),
        );
    };
    stream.on('close', closed);
    stream.write(piece, settle);
  });
}

/** Reads a stream to its end. */
export async function readFromStream(stream: AsyncIterable<unknown>, bytesMax: number): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const piece of stream) {
      pieces.push(bytesOfStream(piece));
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

/** What a stream gave, when it is bytes. */
export function bytesOfStream(piece: unknown): Uint8Array {
  if (piece instanceof Uint8Array) return piece;
  throw new StoreError('STORE_READ', 'the stream gives text, and a snapshot is bytes', {
    hint: 'do not call setEncoding on the stream',
  });
}
