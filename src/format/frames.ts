// Many snapshots on one stream: one behind another, each as long as its header says, and an end mark behind the last one if
// the writer knows that it is the last.
//
//   offset  bytes  field of an end mark
//   0       8      magic 89 42 52 45 0D 0A 1A 0A
//   8       8      how many snapshots came before it
//   16      12     zeros
//   28      4      CRC-32 of bytes 0 to 27
//
// It is as long as the header of a snapshot, so a reader asks for as many bytes each time. Knows nothing of streams.

import { crc32 } from 'node:zlib';
import { CorruptSnapshotError, LimitError } from '../errors.js';
import type { Limits } from '../limits.js';
import { HEADER_BYTES, readContainer, statedBytes } from './container.js';
import { bytesSource } from './source.js';

/** The bytes that say what comes next on a stream of snapshots. */
export const FRAME_HEAD_BYTES = HEADER_BYTES;

const END_MAGIC: Uint8Array = Uint8Array.of(0x89, 0x42, 0x52, 0x45, 0x0d, 0x0a, 0x1a, 0x0a);
const CRC_AT = FRAME_HEAD_BYTES - 4;

/** An end mark behind so many snapshots. */
export function endMark(snapshots: number): Uint8Array {
  const mark = Buffer.alloc(FRAME_HEAD_BYTES);
  mark.set(END_MAGIC);
  mark.writeBigUInt64LE(BigInt(snapshots), END_MAGIC.length);
  mark.writeUInt32LE(crc32(mark.subarray(0, CRC_AT)), CRC_AT);
  return mark;
}

/** What comes next: a snapshot with so many bytes, its head included, or the end behind so many snapshots. */
export type FrameHead = { readonly bytes: number } | { readonly end: number };

/**
 * Reads the head of what comes next.
 *
 * @throws {CorruptSnapshotError} SNAPSHOT_MAGIC, SNAPSHOT_CHECKSUM, SNAPSHOT_STRUCTURE
 * @throws {ProtocolError} PROTOCOL_TOO_NEW
 * @throws {LimitError} LIMIT_EXCEEDED when it says that it is larger than the limit
 */
export function readFrameHead(head: Uint8Array, limits: Limits): FrameHead {
  if (END_MAGIC.every((byte, index) => head[index] === byte)) return { end: readEnd(head) };
  const source = bytesSource(head);
  const bytes = statedBytes(source);
  if (bytes === undefined) {
    // It says what is wrong.
    readContainer(source, limits);
    throw structure('the header of a snapshot contradicts itself');
  }
  if (bytes < FRAME_HEAD_BYTES) throw structure(`a snapshot says that it has ${bytes} bytes`);
  if (bytes > limits.fileBytesMax)
    throw new LimitError('LIMIT_EXCEEDED', `${bytes} bytes; the limit is ${limits.fileBytesMax}`, {
      hint: 'raise fileBytesMax if you trust where it comes from',
    });
  return { bytes };
}

function readEnd(head: Uint8Array): number {
  const mark = Buffer.from(head.buffer, head.byteOffset, head.length);
  const crc = crc32(mark.subarray(0, CRC_AT));
  if (crc !== mark.readUInt32LE(CRC_AT))
    throw new CorruptSnapshotError('SNAPSHOT_CHECKSUM', 'the end mark does not have the checksum it states', {
      hint: 'it was damaged on its way: send it again',
    });
  if (mark.subarray(END_MAGIC.length + 8, CRC_AT).some((byte) => byte !== 0))
    throw structure('the end mark has something where zeros belong');
  return Number(mark.readBigUInt64LE(END_MAGIC.length));
}

function structure(message: string): CorruptSnapshotError {
  return new CorruptSnapshotError('SNAPSHOT_STRUCTURE', message, {
    hint: 'it was written by a broken or hostile program',
  });
}
