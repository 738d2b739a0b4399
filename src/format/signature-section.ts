// The signature section: a strong digest of every other section, and what was signed over them and the table.
//
//   signature := digest:32 × other sections, in the order of the table
//                mac:32
//                (publicKey:32 signature:64)?
//
// What is signed is the SHA-256 of: the header up to its checksums, the table with the section's own CRC-32 as zero, and
// the digests. So every byte of the file is covered but the signature itself: the checksums follow from what they sum, and
// padding is zero. A group can still be read alone: its sections are compared with their digests when they are read.
//
// There is no field for an algorithm. See docs/FORMAT.md. Knows nothing of keys.

import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { CorruptSnapshotError, SignatureError } from '../errors.js';
import {
  bytesOf,
  type Container,
  ENTRY_BYTES,
  HEADER_BYTES,
  type Piece,
  SECTION,
  type Section,
  seal,
  sectionName,
} from './container.js';
import type { ByteSource } from './source.js';

const DIGEST_BYTES = 32;
const MAC_BYTES = 32;
const KEY_BYTES = 32;
const SIGNATURE_BYTES = 64;
/** What of the header is signed: all but its checksums. */
const SIGNED_HEADER_BYTES = 24;

/** A public key and a signature by its other half. */
export interface SignerPart {
  readonly publicKey: Uint8Array;
  readonly signature: Uint8Array;
}

/** What was made over a message. */
export interface Signed {
  /** With the writer's own secret. */
  readonly mac: Uint8Array;
  readonly signer?: SignerPart | undefined;
}

/** Signs messages of 32 bytes. */
export interface MessageSigner {
  /** True when {@link Signed} will have a `signer`. */
  readonly hasSigner: boolean;
  sign(message: Uint8Array): Signed;
}

/** The signature of a snapshot, read and not believed yet. */
export interface Signature extends Signed {
  readonly message: Uint8Array;
  /** By the place of the section; none for the signature itself. */
  readonly digests: readonly (Uint8Array | undefined)[];
}

/** The SHA-256 of pieces behind one another. */
export function digestOf(pieces: readonly Piece[]): Uint8Array {
  const hash = createHash('sha256');
  for (const bytes of bytesOf(pieces)) hash.update(bytes);
  return hash.digest();
}

/** Bytes of the signature over so many sections. */
export function signatureBytes(sections: number, { hasSigner }: MessageSigner): number {
  return sections * DIGEST_BYTES + MAC_BYTES + (hasSigner ? KEY_BYTES + SIGNATURE_BYTES : 0);
}

/** Puts sections into a container and signs it; returns the pieces of the file in order. */
export function sealSigned(sections: readonly Section[], signer: MessageSigner): Piece[] {
  const digests = sections.map(({ pieces, digest }) => digest ?? digestOf(pieces));
  const bytes = Buffer.alloc(signatureBytes(digests.length, signer));
  digests.forEach((digest, place) => bytes.set(digest, place * DIGEST_BYTES));
  const pieces = seal([...sections, { kind: SECTION.signature, isCritical: false, pieces: [bytes], crc: 0 }]);
  const head = pieces[0] as Buffer;
  const { mac, signer: part } = signer.sign(messageOf(head, digests));
  const end = digests.length * DIGEST_BYTES;
  bytes.set(mac, end);
  if (part !== undefined) {
    bytes.set(part.publicKey, end + MAC_BYTES);
    bytes.set(part.signature, end + MAC_BYTES + KEY_BYTES);
  }
  head.writeUInt32LE(crc32(bytes), head.length - ENTRY_BYTES + 4);
  head.writeUInt32LE(crc32(head.subarray(HEADER_BYTES)), SIGNED_HEADER_BYTES);
  head.writeUInt32LE(crc32(head.subarray(0, 28)), 28);
  return pieces;
}

/** Reads a signature; `bytes` are those of the section, whose checksum is right. */
export function readSignature(source: ByteSource, container: Container, bytes: Uint8Array): Signature {
  const { sections } = container;
  const count = sections.length - 1;
  const end = count * DIGEST_BYTES;
  const isLast = sections[count]?.kind === SECTION.signature;
  const hasSigner = bytes.length === end + MAC_BYTES + KEY_BYTES + SIGNATURE_BYTES;
  if (!isLast || (bytes.length !== end + MAC_BYTES && !hasSigner))
    throw new CorruptSnapshotError('SNAPSHOT_STRUCTURE', 'section "signature" contradicts itself', {
      hint: 'it was written by a broken or hostile program',
    });
  const part = (from: number, length: number): Uint8Array => bytes.subarray(from, from + length);
  const digests = Array.from({ length: count }, (_, place) => part(place * DIGEST_BYTES, DIGEST_BYTES));
  const head = Buffer.from(source.read(0, HEADER_BYTES + sections.length * ENTRY_BYTES));
  const after = end + MAC_BYTES;
  return {
    message: messageOf(head, digests),
    digests,
    mac: part(end, MAC_BYTES),
    signer: hasSigner
      ? { publicKey: part(after, KEY_BYTES), signature: part(after + KEY_BYTES, SIGNATURE_BYTES) }
      : undefined,
  };
}

/** Throws unless the digest of a section's bytes is the one that was signed. */
export function checkDigest(
  { sections }: Container,
  place: number,
  digests: Signature['digests'],
  found: Uint8Array,
): void {
  const wanted = digests[place];
  if (wanted === undefined || Buffer.compare(wanted, found) === 0) return;
  const { kind, offset } = sections[place] as Container['sections'][number];
  throw new SignatureError('SIGNATURE_WRONG', `section "${sectionName(kind)}" is not what was signed`, {
    offset,
    hint: 'the file was changed after it was signed: do not trust it',
  });
}

function messageOf(head: Uint8Array, digests: readonly Uint8Array[]): Uint8Array {
  const table = Buffer.from(head.subarray(HEADER_BYTES));
  table.writeUInt32LE(0, table.length - ENTRY_BYTES + 4);
  const hash = createHash('sha256').update(head.subarray(0, SIGNED_HEADER_BYTES)).update(table);
  for (const digest of digests) hash.update(digest);
  return hash.digest();
}
