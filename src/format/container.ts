// The container: sections with checksums behind a table that covers the file exactly.
//
//   offset  bytes  field
//   0       8      magic 89 42 52 4E 0D 0A 1A 0A: a text-mode copy damages it at once
//   8       2      protocol version of the writer, little-endian like everything
//   10      2      oldest protocol version whose reader understands the file
//   12      4      number of sections
//   16      8      length of the file
//   24      4      CRC-32 of the section table
//   28      4      CRC-32 of bytes 0 to 27
//   32      32 × n the section table
//   …              the sections, each at a multiple of 8, zeros between them
//
// A file must end exactly where its last section ends. See docs/FORMAT.md. Knows nothing of what sections mean.

import { crc32 } from 'node:zlib';
import { CorruptSnapshotError, LimitError, ProtocolError } from '../errors.js';
import type { Limits } from '../limits.js';

/** The first bytes of every snapshot. */
export const MAGIC: Uint8Array = Uint8Array.of(0x89, 0x42, 0x52, 0x4e, 0x0d, 0x0a, 0x1a, 0x0a);

/** The protocol that this brine writes. */
export const PROTOCOL_VERSION = 1;

/** The oldest protocol whose readers understand what this brine writes. */
export const PROTOCOL_MINIMUM = 1;

const HEADER_BYTES = 32;
const ENTRY_BYTES = 32;
const CRITICAL = 1;
const CODEC_NONE = 0;

/** A section to be written, or one that was read. */
export interface Section {
  /** A number of {@link SECTION}. */
  readonly kind: number;
  /** A reader that does not know a critical section must refuse the file; others it may pass over. */
  readonly isCritical: boolean;
  readonly bytes: Uint8Array;
}

/** Numbers of sections. Append only. */
export const SECTION = { meta: 1, strings: 2, graph: 3, code: 4, blobs: 5 } as const;

/** The name of a section for people. */
export function sectionName(kind: number): string {
  for (const [name, number] of Object.entries(SECTION)) if (number === kind) return name;
  return `unknown ${kind}`;
}

/** True when the bytes start as a snapshot does. Looks at 8 bytes. */
export function isSnapshot(bytes: Uint8Array): boolean {
  return bytes.length >= MAGIC.length && MAGIC.every((byte, index) => bytes[index] === byte);
}

/** Puts sections into a container; returns the pieces of the file in order. */
export function seal(sections: readonly Section[]): Uint8Array[] {
  const tableBytes = sections.length * ENTRY_BYTES;
  const head = Buffer.alloc(HEADER_BYTES + tableBytes);
  const pieces: Uint8Array[] = [head];
  let at = head.length;
  sections.forEach(({ kind, isCritical, bytes }, index) => {
    const entry = HEADER_BYTES + index * ENTRY_BYTES;
    head.writeUInt16LE(kind, entry);
    head.writeUInt8(CODEC_NONE, entry + 2);
    head.writeUInt8(isCritical ? CRITICAL : 0, entry + 3);
    head.writeUInt32LE(crc32(bytes), entry + 4);
    writeUint53(head, entry + 8, at);
    writeUint53(head, entry + 16, bytes.length);
    writeUint53(head, entry + 24, bytes.length);
    pieces.push(bytes);
    at += bytes.length;
    const isLast = index === sections.length - 1;
    const padding = isLast ? 0 : (8 - (at % 8)) % 8;
    if (padding > 0) pieces.push(new Uint8Array(padding));
    at += padding;
  });
  head.set(MAGIC, 0);
  head.writeUInt16LE(PROTOCOL_VERSION, 8);
  head.writeUInt16LE(PROTOCOL_MINIMUM, 10);
  head.writeUInt32LE(sections.length, 12);
  writeUint53(head, 16, at);
  head.writeUInt32LE(crc32(head.subarray(HEADER_BYTES)), 24);
  head.writeUInt32LE(crc32(head.subarray(0, 28)), 28);
  return pieces;
}

interface TableEntry {
  readonly kind: number;
  readonly isCritical: boolean;
  readonly crc: number;
  readonly offset: number;
  readonly bytes: number;
}

/** What a container's header says. */
export interface ContainerHead {
  readonly protocol: number;
  readonly fileBytes: number;
  readonly sections: readonly { readonly kind: number; readonly offset: number; readonly bytes: number }[];
}

/** Reads header and table without looking at the sections. */
export function readHead(file: Uint8Array, limits: Limits): ContainerHead {
  const { protocol, table } = readTable(asBuffer(file), limits);
  return { protocol, fileBytes: file.length, sections: table };
}

/**
 * Takes a container apart; the sections are views on `file`.
 *
 * @throws {CorruptSnapshotError} SNAPSHOT_MAGIC, SNAPSHOT_TRUNCATED, SNAPSHOT_CHECKSUM, SNAPSHOT_STRUCTURE
 * @throws {ProtocolError} PROTOCOL_TOO_NEW
 * @throws {LimitError} LIMIT_EXCEEDED
 */
export function unseal(
  file: Uint8Array,
  limits: Limits,
  wanted?: readonly number[],
): Map<number, Uint8Array> {
  const buffer = asBuffer(file);
  const { table } = readTable(buffer, limits);
  const sections = new Map<number, Uint8Array>();
  for (const entry of table) {
    if (sections.has(entry.kind))
      throw structure(`section "${sectionName(entry.kind)}" is there twice`, entry.offset);
    if (wanted !== undefined && !wanted.includes(entry.kind)) continue;
    sections.set(entry.kind, checkedBytes(buffer, entry));
  }
  return sections;
}

function checkedBytes(buffer: Buffer, entry: TableEntry): Uint8Array {
  const name = sectionName(entry.kind);
  if (entry.isCritical && name.startsWith('unknown')) {
    throw new ProtocolError(
      'PROTOCOL_TOO_NEW',
      `section ${entry.kind} is critical and unknown to this brine`,
      {
        offset: entry.offset,
        hint: 'open it with a newer brine: npm install brine@latest',
      },
    );
  }
  const bytes = buffer.subarray(entry.offset, entry.offset + entry.bytes);
  const crc = crc32(bytes);
  if (crc !== entry.crc) {
    const place = `bytes ${entry.offset}–${entry.offset + entry.bytes}`;
    throw checksum(
      `section "${name}" (${place}) has CRC-32 ${hex(crc)}, expected ${hex(entry.crc)}`,
      entry.offset,
    );
  }
  return bytes;
}

function readTable(buffer: Buffer, limits: Limits): { protocol: number; table: TableEntry[] } {
  checkMagic(buffer);
  if (buffer.length > limits.fileBytesMax) {
    throw new LimitError('LIMIT_EXCEEDED', `${buffer.length} bytes; the limit is ${limits.fileBytesMax}`);
  }
  if (buffer.length < HEADER_BYTES) throw truncated(buffer.length, HEADER_BYTES);
  const protocol = buffer.readUInt16LE(8);
  const minimum = buffer.readUInt16LE(10);
  const headerCrc = crc32(buffer.subarray(0, 28));
  if (headerCrc !== buffer.readUInt32LE(28)) {
    throw checksum(`the header has CRC-32 ${hex(headerCrc)}, expected ${hex(buffer.readUInt32LE(28))}`, 0);
  }
  if (minimum > PROTOCOL_VERSION) throw tooNew(protocol, minimum);
  const fileBytes = readUint53(buffer, 16);
  if (buffer.length < fileBytes) throw truncated(buffer.length, fileBytes);
  if (buffer.length > fileBytes) {
    throw structure(`${buffer.length - fileBytes} bytes follow the end of the snapshot`, fileBytes);
  }
  return { protocol, table: readEntries(buffer, limits) };
}

function readEntries(buffer: Buffer, limits: Limits): TableEntry[] {
  const count = buffer.readUInt32LE(12);
  if (count > limits.sectionsMax) {
    throw new LimitError('LIMIT_EXCEEDED', `${count} sections; the limit is ${limits.sectionsMax}`);
  }
  const tableEnd = HEADER_BYTES + count * ENTRY_BYTES;
  if (tableEnd > buffer.length) throw truncated(buffer.length, tableEnd);
  const tableCrc = crc32(buffer.subarray(HEADER_BYTES, tableEnd));
  if (tableCrc !== buffer.readUInt32LE(24)) {
    throw checksum(
      `the section table has CRC-32 ${hex(tableCrc)}, expected ${hex(buffer.readUInt32LE(24))}`,
      HEADER_BYTES,
    );
  }
  const table: TableEntry[] = [];
  let end = tableEnd;
  for (let i = 0; i < count; i++) {
    const entry = readEntry(buffer, HEADER_BYTES + i * ENTRY_BYTES);
    end = checkCoverage(buffer, entry, end);
    table.push(entry);
  }
  if (end !== buffer.length) throw structure(`the last section ends at byte ${end} of ${buffer.length}`, end);
  return table;
}

function readEntry(buffer: Buffer, at: number): TableEntry {
  const bytes = readUint53(buffer, at + 16);
  const codec = buffer.readUInt8(at + 2);
  const flags = buffer.readUInt8(at + 3);
  if (codec !== CODEC_NONE) throw structure(`codec ${codec} is unknown`, at + 2);
  if (flags > CRITICAL) throw structure(`section flags ${flags} are unknown`, at + 3);
  if (readUint53(buffer, at + 24) !== bytes)
    throw structure('an uncompressed section has two sizes', at + 24);
  const kind = buffer.readUInt16LE(at);
  return {
    kind,
    isCritical: flags === CRITICAL,
    crc: buffer.readUInt32LE(at + 4),
    offset: readUint53(buffer, at + 8),
    bytes,
  };
}

// No gap, no overlap: a section starts at the first multiple of 8 after the one before, with zeros between.
function checkCoverage(buffer: Buffer, entry: TableEntry, before: number): number {
  const start = before + ((8 - (before % 8)) % 8);
  if (entry.offset !== start)
    throw structure(`a section starts at byte ${entry.offset}, expected ${start}`, before);
  if (entry.offset + entry.bytes > buffer.length) throw truncated(buffer.length, entry.offset + entry.bytes);
  for (let i = before; i < start; i++) if (buffer[i] !== 0) throw structure('padding is not zero', i);
  return entry.offset + entry.bytes;
}

function checkMagic(buffer: Buffer): void {
  if (isSnapshot(buffer)) return;
  const isCut =
    buffer.length < MAGIC.length && MAGIC.subarray(0, buffer.length).every((byte, i) => byte === buffer[i]);
  if (isCut) throw truncated(buffer.length, HEADER_BYTES);
  const isTextCopy = buffer[0] === 0x89 && buffer.toString('latin1', 1, 4) === 'BRN';
  const isPickle = buffer[0] === 0x80 && (buffer[1] as number) <= 5;
  const hint = isTextCopy
    ? 'it looks like a snapshot that was copied as text: copy it again in binary mode'
    : isPickle
      ? 'it looks like a Python pickle; brine reads its own snapshots only'
      : 'a snapshot is what `.save` or `dump` wrote';
  throw new CorruptSnapshotError('SNAPSHOT_MAGIC', 'this is not a brine snapshot', { offset: 0, hint });
}

function tooNew(protocol: number, minimum: number): ProtocolError {
  const message = `the snapshot has protocol ${protocol} and needs a reader of ${minimum}; this brine reads up to ${PROTOCOL_VERSION}`;
  return new ProtocolError('PROTOCOL_TOO_NEW', message, {
    offset: 8,
    hint: 'install a newer brine: npm install brine@latest',
  });
}

function truncated(has: number, needs: number): CorruptSnapshotError {
  const message = `the snapshot ends after ${has} bytes and needs ${needs}`;
  return new CorruptSnapshotError('SNAPSHOT_TRUNCATED', message, {
    offset: has,
    hint: 'the copy is incomplete: get the file again',
  });
}

function checksum(message: string, offset: number): CorruptSnapshotError {
  return new CorruptSnapshotError('SNAPSHOT_CHECKSUM', message, {
    offset,
    hint: 'the file is damaged: use another copy of it',
  });
}

function structure(message: string, offset: number): CorruptSnapshotError {
  return new CorruptSnapshotError('SNAPSHOT_STRUCTURE', message, {
    offset,
    hint: 'it was written by a broken or hostile program',
  });
}

function hex(crc: number): string {
  return crc.toString(16).padStart(8, '0');
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function writeUint53(buffer: Buffer, at: number, value: number): void {
  buffer.writeBigUInt64LE(BigInt(value), at);
}

function readUint53(buffer: Buffer, at: number): number {
  const value = buffer.readBigUInt64LE(at);
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw structure(`the number ${value} is too large`, at);
  return Number(value);
}
