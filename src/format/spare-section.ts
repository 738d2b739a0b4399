// The spare: a second copy of what everything else in a file depends on, so that damage costs what it hit and no more.
//
//   spare   := magic:8 offset:u64 bytes:u64 fileBytes:u64 storedBytes:u64 rawBytes:u64 sections:u32 crc:u32 content zeros
//   content := codeHead:u32 stripes:u32 place:u32 × stripes entry × sections meta index stripe × stripes bytes × codeHead
//              crc:u32 × texts
//
// It lies behind what it copies, says where it is itself, and is never read while the file is whole. See docs/FORMAT.md.

import { crc32, deflateRawSync, inflateRawSync } from 'node:zlib';
import { codeLayout } from './code-section.js';
import {
  bytesOf,
  ENTRY_BYTES,
  layOut,
  type Piece,
  paddingAfter,
  SECTION,
  type Section,
  sizeOf,
} from './container.js';
import { putU32, putU53 } from './little-endian.js';
import type { ByteSource } from './source.js';

const MAGIC = Buffer.from([0x89, 0x42, 0x52, 0x53, 0x0d, 0x0a, 0x1a, 0x0a]);
const HEAD_BYTES = 56;
const CRC_AT = 52;
/** The spare is looked for in so many bytes at the end of a file. */
const SEARCH_BYTES = 64 * 2 ** 20;
const SEARCH_STEP = 2 ** 20;
const TRIES_MAX = 16;

/** How a spare is made. */
export interface SparePlan {
  /** Smaller, but other bytes with another release of zlib. */
  readonly isDeflated: boolean;
  /** Places of the stripes that are copied: those of the base. */
  readonly stripes: readonly number[];
  /** Bytes of the signature section that will follow; 0 for none. */
  readonly signatureBytes: number;
  /** Zeros behind it. */
  readonly zeros?: number;
}

/** Adds a spare to sections that nothing but a signature will follow. */
export function withSpare(sections: readonly Section[], plan: SparePlan): Section[] {
  const { isDeflated, stripes, signatureBytes, zeros = 0 } = plan;
  const count = sections.length + (signatureBytes > 0 ? 2 : 1);
  const { table, end } = layOut(sections, count);
  const raw = contentOf(sections, table, stripes);
  const stored = isDeflated ? deflateRawSync(raw) : raw;
  // Content that does not get smaller is kept as it is: equal lengths say so.
  const content = stored.length < raw.length ? stored : raw;
  const bytes = Buffer.alloc(HEAD_BYTES + content.length + zeros);
  const offset = end + paddingAfter(end);
  const spareEnd = offset + bytes.length;
  const fileBytes = signatureBytes > 0 ? spareEnd + paddingAfter(spareEnd) + signatureBytes : spareEnd;
  bytes.set(MAGIC, 0);
  putU53(bytes, 8, offset);
  putU53(bytes, 16, bytes.length);
  putU53(bytes, 24, fileBytes);
  putU53(bytes, 32, content.length);
  putU53(bytes, 40, raw.length);
  putU32(bytes, 48, sections.length);
  bytes.set(content, HEAD_BYTES);
  putU32(bytes, CRC_AT, crcOf(bytes));
  return [...sections, { kind: SECTION.spare, isCritical: false, pieces: [bytes] }];
}

function contentOf(sections: readonly Section[], table: Buffer, stripes: readonly number[]): Buffer {
  const code = joined(piecesOfKind(sections, SECTION.code));
  // Of no text at all, its number is all there is.
  const { headBytes, texts } = code.length === 1 ? { headBytes: 1, texts: [] } : codeLayout(code);
  const head = Buffer.alloc(8 + stripes.length * 4);
  putU32(head, 0, headBytes);
  putU32(head, 4, stripes.length);
  for (let i = 0; i < stripes.length; i++) putU32(head, 8 + i * 4, stripes[i] as number);
  const crcs = Buffer.alloc(texts.length * 4);
  for (let i = 0; i < texts.length; i++) putU32(crcs, i * 4, (texts[i] as { crc: number }).crc);
  const pieces: Piece[] = [head, table];
  for (const piece of piecesOfKind(sections, SECTION.meta)) pieces.push(piece);
  for (const piece of piecesOfKind(sections, SECTION.index)) pieces.push(piece);
  for (const place of stripes) for (const piece of (sections[place] as Section).pieces) pieces.push(piece);
  pieces.push(code.subarray(0, headBytes), crcs);
  return joined(pieces);
}

function piecesOfKind(sections: readonly Section[], kind: number): readonly Piece[] {
  let place = 0;
  while ((sections[place] as Section).kind !== kind) place++;
  return (sections[place] as Section).pieces;
}

function joined(pieces: readonly Piece[]): Buffer {
  const bytes = Buffer.allocUnsafeSlow(sizeOf(pieces));
  let at = 0;
  for (const piece of bytesOf(pieces)) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

// Of all but the four bytes that it stands in.
function crcOf(bytes: Buffer): number {
  return crc32(bytes.subarray(CRC_AT + 4), crc32(bytes.subarray(0, CRC_AT)));
}

/** A spare that was read. Its own checksum is right; what it has copies of is compared with the table's when it is used. */
export interface Spare {
  readonly offset: number;
  readonly bytes: Buffer;
  readonly fileBytes: number;
  readonly isDeflated: boolean;
  /** The entries of the sections before it. */
  readonly table: Buffer;
  /** The copies, by the place of the section. */
  readonly copies: ReadonlyMap<number, Buffer>;
  readonly stripes: readonly number[];
  /** The start of the code section, up to its texts. */
  readonly codeHead: Buffer;
  readonly textCrcs: readonly number[];
}

/** Reads a spare; undefined when it is damaged, lies elsewhere than it says, or contradicts itself. */
export function readSpare(source: ByteSource, offset: number): Spare | undefined {
  if (offset + HEAD_BYTES > source.bytes) return undefined;
  const head = Buffer.from(source.read(offset, HEAD_BYTES));
  if (!head.subarray(0, 8).equals(MAGIC)) return undefined;
  const [stated, length, fileBytes, storedBytes, rawBytes] = [8, 16, 24, 32, 40].map((at) =>
    Number(head.readBigUInt64LE(at)),
  ) as [number, number, number, number, number];
  const end = offset + length;
  const isInside = stated === offset && length >= HEAD_BYTES && end <= source.bytes;
  if (!isInside || HEAD_BYTES + storedBytes > length) return undefined;
  if (!Number.isSafeInteger(fileBytes) || fileBytes < end || rawBytes > rawBytesMax(offset)) return undefined;
  const bytes = Buffer.from(source.read(offset, length));
  if (crcOf(bytes) !== bytes.readUInt32LE(CRC_AT)) return undefined;
  const isDeflated = storedBytes !== rawBytes;
  const raw = rawOf(bytes.subarray(HEAD_BYTES, HEAD_BYTES + storedBytes), rawBytes, isDeflated);
  const parts = raw && partsOf(raw, head.readUInt32LE(48));
  return parts && { offset, bytes, fileBytes, isDeflated, ...parts };
}

// It has copies of what lies before it, each once, and for each a number that takes no more than its entry or text there.
function rawBytesMax(offset: number): number {
  return 2 * offset + HEAD_BYTES;
}

function rawOf(stored: Buffer, rawBytes: number, isDeflated: boolean): Buffer | undefined {
  if (!isDeflated) return stored;
  try {
    const raw = inflateRawSync(stored, { maxOutputLength: rawBytes });
    return raw.length === rawBytes ? raw : undefined;
  } catch {
    return undefined;
  }
}

type Parts = Pick<Spare, 'table' | 'copies' | 'stripes' | 'codeHead' | 'textCrcs'>;

function partsOf(raw: Buffer, sections: number): Parts | undefined {
  let at = 0;
  const take = (length: number): Buffer | undefined => {
    if (!(length <= raw.length - at)) return undefined;
    at += length;
    return raw.subarray(at - length, at);
  };
  const head = take(8);
  const places = head && take(head.readUInt32LE(4) * 4);
  const table = take(sections * ENTRY_BYTES);
  if (head === undefined || places === undefined || table === undefined) return undefined;
  const stripes = Array.from({ length: places.length / 4 }, (_, i) => places.readUInt32LE(i * 4));
  const kinds = Array.from({ length: sections }, (_, i) => table.readUInt16LE(i * ENTRY_BYTES));
  const copies = new Map<number, Buffer>();
  for (const place of [kinds.indexOf(SECTION.meta), kinds.indexOf(SECTION.index), ...stripes]) {
    if (place < 0 || place >= sections) return undefined;
    const copy = take(Number(table.readBigUInt64LE(place * ENTRY_BYTES + 16)));
    if (copy === undefined) return undefined;
    copies.set(place, copy);
  }
  const codeHead = take(head.readUInt32LE(0));
  const crcs = take(raw.length - at);
  if (codeHead === undefined || crcs === undefined || crcs.length % 4 !== 0) return undefined;
  const textCrcs = Array.from({ length: crcs.length / 4 }, (_, i) => crcs.readUInt32LE(i * 4));
  return { table, copies, stripes, codeHead, textCrcs };
}

/** Finds the spare of a file whose table cannot be believed: the last one that lies where it says. */
export function findSpare(source: ByteSource): Spare | undefined {
  const from = Math.max(0, source.bytes - SEARCH_BYTES);
  let tries = 0;
  for (let end = source.bytes; end > from; end -= SEARCH_STEP) {
    const start = Math.max(from, end - SEARCH_STEP);
    // Seven bytes more: a magic may lie across the step.
    const bytes = Buffer.from(source.read(start, Math.min(end + MAGIC.length - 1, source.bytes) - start));
    for (let at = bytes.lastIndexOf(MAGIC); at >= 0; at = at === 0 ? -1 : bytes.lastIndexOf(MAGIC, at - 1)) {
      if ((start + at) % 8 !== 0) continue;
      const spare = readSpare(source, start + at);
      if (spare !== undefined) return spare;
      if (++tries === TRIES_MAX) return undefined;
    }
  }
  return undefined;
}
