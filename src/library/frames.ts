// Many values on one stream, read one by one: each snapshot is taken off the stream when it is asked for, and no more than it
// says it has is ever held. Knows nothing of how a value is built.

import { BrineError, CorruptSnapshotError, StoreError } from '../errors.js';
import { FRAME_HEAD_BYTES, readFrameHead } from '../format/index.js';
import type { Limits } from '../limits.js';
import { bytesOfStream } from './streams.js';

/** The snapshots on a stream, one after the other. */
export async function* snapshotsOn(
  stream: AsyncIterable<unknown>,
  limits: Limits,
  needsEnd: boolean,
): AsyncGenerator<Uint8Array> {
  const taker = new Taker(stream);
  try {
    for (let count = 0; ; count++) {
      const head = await taker.take(FRAME_HEAD_BYTES);
      if (head.length === 0) {
        if (needsEnd) throw noEnd(count);
        return;
      }
      if (head.length < FRAME_HEAD_BYTES) throw cut(count, head.length, FRAME_HEAD_BYTES);
      const next = readFrameHead(head, limits);
      if ('end' in next) {
        if (next.end !== count) throw wrongEnd(next.end, count);
        const more = await taker.take(1);
        if (more.length > 0) throw afterEnd();
        return;
      }
      const rest = await taker.take(next.bytes - FRAME_HEAD_BYTES, head);
      if (rest.length < next.bytes) throw cut(count, rest.length, next.bytes);
      yield rest;
    }
  } finally {
    await taker.end();
  }
}

// Takes as many bytes off a stream as are asked for. What is asked for is not reserved before it is there.
class Taker {
  private readonly iterator: AsyncIterator<unknown>;
  private left: Uint8Array = new Uint8Array(0);
  private isOver = false;

  constructor(stream: AsyncIterable<unknown>) {
    this.iterator = stream[Symbol.asyncIterator]();
  }

  /** So many bytes, behind others; fewer when the stream ends. */
  async take(length: number, behind?: Uint8Array): Promise<Uint8Array> {
    const pieces: Uint8Array[] = behind === undefined ? [] : [behind];
    let missing = length;
    while (missing > 0) {
      if (this.left.length === 0 && !(await this.more())) break;
      const taken = this.left.subarray(0, missing);
      pieces.push(taken);
      missing -= taken.length;
      this.left = this.left.subarray(taken.length);
    }
    // Memory of its own: a stream may use its own again.
    return Uint8Array.from(Buffer.concat(pieces));
  }

  async end(): Promise<void> {
    if (this.isOver) return;
    this.isOver = true;
    await this.iterator.return?.();
  }

  private async more(): Promise<boolean> {
    if (this.isOver) return false;
    try {
      const next = await this.iterator.next();
      if (next.done === true) {
        this.isOver = true;
        return false;
      }
      this.left = bytesOfStream(next.value);
      return true;
    } catch (error) {
      this.isOver = true;
      if (error instanceof BrineError) throw error;
      const message = error instanceof Error ? error.message : String(error);
      throw new StoreError('STORE_READ', `the stream broke: ${message}`, { cause: error });
    }
  }
}

/** An iterator over values that calls no `then` of theirs, as an asynchronous generator would. */
export class Values<T> implements AsyncIterableIterator<T, undefined> {
  private readonly snapshots: AsyncGenerator<Uint8Array>;
  private readonly build: (bytes: Uint8Array) => Promise<{ value: T }>;

  constructor(snapshots: AsyncGenerator<Uint8Array>, build: (bytes: Uint8Array) => Promise<{ value: T }>) {
    this.snapshots = snapshots;
    this.build = build;
  }

  async next(): Promise<IteratorResult<T, undefined>> {
    const snapshot = await this.snapshots.next();
    if (snapshot.done === true) return { done: true, value: undefined };
    try {
      const { value } = await this.build(snapshot.value);
      return { done: false, value };
    } catch (error) {
      await this.snapshots.return(undefined);
      throw error;
    }
  }

  async return(): Promise<IteratorResult<T, undefined>> {
    await this.snapshots.return(undefined);
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }
}

function cut(before: number, bytes: number, wanted: number): CorruptSnapshotError {
  return truncated(`the stream ends in value ${before + 1}, after ${bytes} of ${wanted} bytes`);
}

function noEnd(count: number): CorruptSnapshotError {
  return truncated(`the stream ends after ${count} values without an end mark`);
}

function wrongEnd(stated: number, count: number): CorruptSnapshotError {
  return truncated(`the end mark counts ${stated} values, and ${count} came`);
}

function truncated(message: string): CorruptSnapshotError {
  return new CorruptSnapshotError('SNAPSHOT_TRUNCATED', message, {
    hint: 'the sender ended too early, or the connection broke: send it again',
  });
}

function afterEnd(): CorruptSnapshotError {
  return new CorruptSnapshotError('SNAPSHOT_STRUCTURE', 'something follows the end mark', {
    hint: 'use a stream of its own for each sequence of values',
  });
}
