// The blob section: bytes of buffers, each at a multiple of 8 so that a typed array can lie on it.
//
//   count    varint
//   lengths  varint each
//   padding  to a multiple of 8 from the section's start
//   bytes    each blob, padded to a multiple of 8

import { ByteReader, ByteWriter } from './bytes.js';

/** Writes the blob section. */
export function encodeBlobs(blobs: readonly Uint8Array[]): Uint8Array {
  const writer = new ByteWriter();
  writer.varint(blobs.length);
  for (const blob of blobs) writer.varint(blob.length);
  pad(writer);
  for (const blob of blobs) {
    writer.raw(blob);
    pad(writer);
  }
  return writer.bytes();
}

function pad(writer: ByteWriter): void {
  const missing = (8 - (writer.length % 8)) % 8;
  for (let i = 0; i < missing; i++) writer.u8(0);
}

/** Reads the blob section; the blobs are views on `bytes`. */
export function decodeBlobs(bytes: Uint8Array): Uint8Array[] {
  const reader = new ByteReader(bytes, 'blobs');
  const count = reader.count(1, 'blobs');
  const lengths: number[] = [];
  for (let i = 0; i < count; i++) lengths.push(reader.varint());
  skipPadding(reader, bytes.length);
  const blobs = lengths.map((length) => {
    const blob = reader.raw(length);
    skipPadding(reader, bytes.length);
    return blob;
  });
  reader.end();
  return blobs;
}

function skipPadding(reader: ByteReader, total: number): void {
  const missing = (8 - ((total - reader.remaining) % 8)) % 8;
  for (const byte of reader.raw(missing)) if (byte !== 0) throw reader.corrupt('padding is not zero');
}
