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
// A file must end exactly where its last section ends. The table comes first, so that a reader knows from the start of a
// file where everything is, and a file cut short still tells what was in it. See docs/FORMAT.md. Knows nothing of what
// sections mean.

import { crc32 } from 'node:zlib';
import { CorruptSnapshotError, LimitError } from '../errors.js';
import type { Limits } from '../limits.js';
import { CODEC, decompressed } from './codecs.js';
import { KIND_BYTES, kindOfFile } from './file-kinds.js';
import { putU16, putU32, putU53, u16At, u32At, u64At } from './little-endian.js';
import { type ByteSource, bytesSource } from './source.js';
import { tooNew } from './too-new.js';

/** The first bytes of every snapshot. */
export const MAGIC: Uint8Array = Uint8Array.of(0x89, 0x42, 0x52, 0x4e, 0x0d, 0x0a, 0x1a, 0x0a);

/** The protocol that this brine writes. */
export const PROTOCOL_VERSION = 1;

/** The oldest protocol whose readers understand what this brine writes. */
export const PROTOCOL_MINIMUM = 1;

/** Bytes before the section table. */
export const HEADER_BYTES = 32;
/** Bytes of an entry of the table. */
export const ENTRY_BYTES = 32;
const CRITICAL = 1;

const CODECS: ReadonlySet<number> = new Set(Object.values(CODEC));

/** Numbers of sections. Append only. Stripes and blobs may occur more than once, the others once. */
export const SECTION = { meta: 1, index: 2, code: 3, stripe: 4, blobs: 5, signature: 6, spare: 7 } as const;
const KINDS: ReadonlySet<number> = new Set(Object.values(SECTION));

/** Bytes, or a promise of bytes that are read when they are used. */
export type Piece = Uint8Array | LatePiece;

/** Bytes that are read when they are used, part by part. */
export interface LatePiece {
  readonly length: number;
  read(): Iterable<Uint8Array>;
}

/** The bytes of pieces, one after the other. */
export function* bytesOf(pieces: readonly Piece[]): Generator<Uint8Array> {
  for (const piece of pieces) {
    if ('read' in piece) yield* piece.read();
    else yield piece;
  }
}

/** How many bytes pieces have. */
export function sizeOf(pieces: readonly Piece[]): number {
  let bytes = 0;
  for (let i = 0; i < pieces.length; i++) bytes += (pieces[i] as Piece).length;
  return bytes;
}

/** A section to be written. */
export interface Section {
  /** A number of {@link SECTION}. */
  readonly kind: number;
  /** A reader that does not know a critical section must refuse the file; others it may pass over. */
  readonly isCritical: boolean;
  /** Its bytes, in order. */
  readonly pieces: readonly Piece[];
  /** Their CRC-32, where it is known already. */
  readonly crc?: number;
  /** Their SHA-256, where it is known already. */
  readonly digest?: Uint8Array | undefined;
  /** How they are compressed, and how many bytes come of them. Default: as they are. */
  readonly stored?: StoredForm | undefined;
}

/** How the bytes of a section are stored. */
export interface StoredForm {
  /** A number of {@link CODEC}. */
  readonly codec: number;
  readonly rawBytes: number;
}

/** The name of a section for people. */
export function sectionName(kind: number): string {
  for (const [name, number] of Object.entries(SECTION)) if (number === kind) return name;
  return `unknown ${kind}`;
}

/**
 * True when the bytes start as a snapshot does. Looks at 8 bytes.
 *
 * @param bytes  The first bytes of a file, or all of them.
 * @returns Whether more is worth trying. A damaged snapshot starts as a whole one does.
 * @see the magic numbers of `file`
 * @example
 *   isSnapshot(dumps(1)); // true
 *   isSnapshot(Buffer.from('{}')); // false
 */
export function isSnapshot(bytes: Uint8Array): boolean {
  if (bytes.length < MAGIC.length) return false;
  for (let i = 0; i < MAGIC.length; i++) if (bytes[i] !== MAGIC[i]) return false;
  return true;
}

/** Puts sections into a container; returns the pieces of the file in order. */
export function seal(sections: readonly Section[]): Piece[] {
  const { table, end } = layOut(sections, sections.length);
  const pieces: Piece[] = [headOf(table, end)];
  for (let place = 0; place < sections.length; place++) {
    const { pieces: own } = sections[place] as Section;
    for (const piece of own) pieces.push(piece);
    const isLast = place === sections.length - 1;
    const padding = isLast ? 0 : paddingAfter(sizeOf(own));
    if (padding > 0) pieces.push(ZEROS.subarray(0, padding));
  }
  return pieces;
}

/** The entries of sections in a table that will have `count`, and where the last of them ends. */
export function layOut(sections: readonly Section[], count: number): { table: Buffer; end: number } {
  const table = Buffer.alloc(sections.length * ENTRY_BYTES);
  let end = HEADER_BYTES + count * ENTRY_BYTES;
  for (let place = 0; place < sections.length; place++) {
    const { kind, isCritical, pieces, crc, stored } = sections[place] as Section;
    const bytes = sizeOf(pieces);
    const offset = end + paddingAfter(end);
    const codec = stored === undefined ? CODEC.none : stored.codec;
    const rawBytes = stored === undefined ? bytes : stored.rawBytes;
    const entry = { kind, isCritical, crc: crc ?? crcOf(pieces), offset, bytes, codec, rawBytes };
    writeEntry(table, place * ENTRY_BYTES, entry);
    end = offset + bytes;
  }
  return { table, end };
}

/** Writes an entry of a table. */
export function writeEntry(
  table: Buffer,
  at: number,
  entry: Omit<TableEntry, 'codec' | 'rawBytes'> & Partial<TableEntry>,
): void {
  putU16(table, at, entry.kind);
  table[at + 2] = entry.codec ?? CODEC.none;
  table[at + 3] = entry.isCritical ? CRITICAL : 0;
  putU32(table, at + 4, entry.crc);
  putU53(table, at + 8, entry.offset);
  putU53(table, at + 16, entry.bytes);
  putU53(table, at + 24, entry.rawBytes ?? entry.bytes);
}

/** Header and table of a file with so many bytes. */
export function headOf(table: Uint8Array, fileBytes: number): Buffer {
  const head = Buffer.alloc(HEADER_BYTES + table.length);
  head.set(MAGIC, 0);
  putU16(head, 8, PROTOCOL_VERSION);
  putU16(head, 10, PROTOCOL_MINIMUM);
  putU32(head, 12, table.length / ENTRY_BYTES);
  putU53(head, 16, fileBytes);
  putU32(head, 24, crc32(table));
  putU32(head, 28, crc32(head.subarray(0, 28)));
  head.set(table, HEADER_BYTES);
  return head;
}

/** Zeros between something of so many bytes, at a multiple of 8, and the next section. */
export function paddingAfter(bytes: number): number {
  return (8 - (bytes % 8)) % 8;
}

const ZEROS = new Uint8Array(8);

/** The CRC-32 of pieces behind one another. */
export function crcOf(pieces: readonly Piece[]): number {
  let crc = 0;
  // zlib takes no bytes at all for the wish to start anew.
  for (const bytes of bytesOf(pieces)) if (bytes.length > 0) crc = crc32(bytes, crc);
  return crc;
}

/** Where a section lies. */
export interface TableEntry {
  readonly kind: number;
  readonly isCritical: boolean;
  readonly crc: number;
  readonly offset: number;
  /** In the file. */
  readonly bytes: number;
  /** A number of {@link CODEC}. */
  readonly codec: number;
  /** When it is decoded. */
  readonly rawBytes: number;
}

/** What a container's header and table say. */
export interface Container {
  readonly protocol: number;
  readonly fileBytes: number;
  readonly sections: readonly TableEntry[];
}

/**
 * How many bytes a file should have: what its header says, if that has its checksum and is of a protocol that is read
 * here. Undefined otherwise.
 */
export function statedBytes(source: ByteSource): number | undefined {
  if (source.bytes < HEADER_BYTES) return undefined;
  const header = asBuffer(source.read(0, HEADER_BYTES));
  if (!isSnapshot(header) || crc32(header.subarray(0, 28)) !== u32At(header, 28)) return undefined;
  return readHeader(source, header).stated;
}

/**
 * Reads header and table without looking at the sections.
 *
 * @throws {CorruptSnapshotError} SNAPSHOT_MAGIC, SNAPSHOT_TRUNCATED, SNAPSHOT_CHECKSUM, SNAPSHOT_STRUCTURE
 * @throws {ProtocolError} PROTOCOL_TOO_NEW
 * @throws {LimitError} LIMIT_EXCEEDED
 */
export function readContainer(source: ByteSource, limits: Limits): Container {
  const fileBytes = source.bytes;
  const header = asBuffer(source.read(0, Math.min(fileBytes, HEADER_BYTES)));
  checkMagic(source, header);
  if (fileBytes > limits.fileBytesMax) {
    throw new LimitError('LIMIT_EXCEEDED', `${fileBytes} bytes; the limit is ${limits.fileBytesMax}`, {
      hint: 'raise fileBytesMax if you trust the file',
    });
  }
  if (fileBytes < HEADER_BYTES) throw truncated(fileBytes, HEADER_BYTES);
  const { protocol, stated } = readHeader(source, header);
  if (fileBytes < stated) throw truncated(fileBytes, stated);
  if (fileBytes > stated)
    throw structure(`${fileBytes - stated} bytes follow the end of the snapshot`, stated);
  return { protocol, fileBytes, sections: readTable(source, header, limits) };
}

/** The bytes of a section as they were before they were stored. Throws SNAPSHOT_STRUCTURE when they are not what the table says. */
export function decoded({ codec, rawBytes, kind, offset }: TableEntry, stored: Uint8Array): Uint8Array {
  if (codec === CODEC.none) return stored;
  const raw = decompressed(stored, codec, rawBytes);
  if (raw === undefined)
    throw structure(`section "${sectionName(kind)}" is not ${rawBytes} bytes when it is decoded`, offset);
  return raw;
}

/**
 * Reads a section as it is stored and checks its bytes, and the zeros behind them. With `isOwn` the bytes are the caller's to
 * keep where the source can give them so without a copy.
 */
export function readSection(
  source: ByteSource,
  { sections }: Container,
  place: number,
  isOwn = false,
): Uint8Array {
  const entry = sections[place] as TableEntry;
  const { offset, bytes: length } = entry;
  const bytes = (isOwn ? source.ownBytes?.(offset, length) : undefined) ?? source.read(offset, length);
  checkCrc(entry, crc32(bytes));
  const padding = place + 1 < sections.length ? paddingAfter(length) : 0;
  if (padding === 0) return bytes;
  const zeros = source.read(offset + length, padding);
  for (let i = 0; i < padding; i++)
    if (zeros[i] !== 0) throw structure('padding is not zero', offset + length + i);
  return bytes;
}

const PART_BYTES = 1 << 24;

/** Reads a section part by part; throws behind the last one when its checksum is wrong. */
export function* readSectionParts(
  source: ByteSource,
  { sections }: Container,
  place: number,
): Generator<Uint8Array> {
  const entry = sections[place] as TableEntry;
  let crc = 0;
  for (let at = 0; at < entry.bytes; at += PART_BYTES) {
    const part = source.read(entry.offset + at, Math.min(PART_BYTES, entry.bytes - at));
    crc = crc32(part, crc);
    yield part;
  }
  checkCrc(entry, crc);
}

/** Throws unless the bytes that were read have the checksum of their entry. */
function checkCrc(entry: TableEntry, crc: number): void {
  if (crc === entry.crc) return;
  const place = `bytes ${entry.offset}-${entry.offset + entry.bytes}`;
  const name = sectionName(entry.kind);
  throw checksum(
    `section "${name}" (${place}) has CRC-32 ${hex(crc)}, expected ${hex(entry.crc)}`,
    entry.offset,
  );
}

/** Takes a container apart; the sections are views on `file`. */
export function unseal(file: Uint8Array, limits: Limits): Section[] {
  const source = bytesSource(file);
  const container = readContainer(source, limits);
  return container.sections.map(({ kind, isCritical }, place) => ({
    kind,
    isCritical,
    pieces: [decoded(container.sections[place] as TableEntry, readSection(source, container, place))],
  }));
}

function readHeader(source: ByteSource, header: Buffer): { protocol: number; stated: number } {
  const protocol = u16At(header, 8);
  const minimum = u16At(header, 10);
  const headerCrc = crc32(header.subarray(0, 28));
  if (headerCrc !== u32At(header, 28)) {
    throw checksum(`the header has CRC-32 ${hex(headerCrc)}, expected ${hex(u32At(header, 28))}`, 0);
  }
  if (minimum > PROTOCOL_VERSION) {
    const why = `needs a reader of ${minimum}`;
    throw tooNew(source, { protocol, readsUpTo: PROTOCOL_VERSION, why, offset: 8 });
  }
  return { protocol, stated: readUint53(header, 16) };
}

function readTable(source: ByteSource, header: Buffer, limits: Limits): TableEntry[] {
  const count = u32At(header, 12);
  if (count > limits.sectionsMax) {
    throw new LimitError('LIMIT_EXCEEDED', `${count} sections; the limit is ${limits.sectionsMax}`, {
      hint: 'raise sectionsMax if you trust the file',
    });
  }
  const tableEnd = HEADER_BYTES + count * ENTRY_BYTES;
  if (tableEnd > source.bytes) throw truncated(source.bytes, tableEnd);
  const table = asBuffer(source.read(HEADER_BYTES, count * ENTRY_BYTES));
  const tableCrc = crc32(table);
  if (tableCrc !== u32At(header, 24)) {
    throw checksum(
      `the section table has CRC-32 ${hex(tableCrc)}, expected ${hex(u32At(header, 24))}`,
      HEADER_BYTES,
    );
  }
  const entries: TableEntry[] = [];
  const seen = new Set<number>();
  let end = tableEnd;
  let rawBytes = 0;
  for (let i = 0; i < count; i++) {
    const entry = readEntry(table, i * ENTRY_BYTES);
    rawBytes += entry.rawBytes;
    if (rawBytes > limits.rawBytesMax) throw tooLarge(rawBytes, limits);
    end = checkCoverage(source.bytes, entry, end);
    checkKind(source, entry, seen, u16At(header, 8));
    entries.push(entry);
  }
  if (end !== source.bytes) throw structure(`the last section ends at byte ${end} of ${source.bytes}`, end);
  return entries;
}

function tooLarge(rawBytes: number, limits: Limits): LimitError {
  return new LimitError(
    'LIMIT_EXCEEDED',
    `${rawBytes} bytes of sections; the limit is ${limits.rawBytesMax}`,
    {
      hint: 'raise rawBytesMax if you trust the file',
    },
  );
}

function checkKind(
  source: ByteSource,
  { kind, isCritical, offset }: TableEntry,
  seen: Set<number>,
  protocol: number,
): void {
  const isKnown = KINDS.has(kind);
  if (isCritical && !isKnown) {
    const why = `has section ${kind}, which has to be understood`;
    throw tooNew(source, { protocol, readsUpTo: PROTOCOL_VERSION, why, offset });
  }
  if (kind === SECTION.stripe || kind === SECTION.blobs) return;
  if (seen.has(kind)) throw structure(`section "${sectionName(kind)}" is there twice`, offset);
  seen.add(kind);
}

function readEntry(table: Buffer, at: number): TableEntry {
  const bytes = readUint53(table, at + 16);
  const codec = table[at + 2] as number;
  const flags = table[at + 3] as number;
  const place = HEADER_BYTES + at;
  const kind = u16At(table, at);
  const rawBytes = readUint53(table, at + 24);
  if (!CODECS.has(codec)) throw structure(`codec ${codec} is unknown`, place + 2);
  if (codec !== CODEC.none && kind !== SECTION.stripe && kind !== SECTION.blobs)
    throw structure(`a section "${sectionName(kind)}" is compressed`, place + 2);
  if (flags > CRITICAL) throw structure(`section flags ${flags} are unknown`, place + 3);
  if (codec === CODEC.none && rawBytes !== bytes)
    throw structure('an uncompressed section has two sizes', place + 24);
  return {
    kind,
    codec,
    rawBytes,
    isCritical: flags === CRITICAL,
    crc: u32At(table, at + 4),
    offset: readUint53(table, at + 8),
    bytes,
  };
}

// No gap, no overlap: a section starts at the first multiple of 8 after the one before, with zeros between.
function checkCoverage(fileBytes: number, entry: TableEntry, before: number): number {
  const start = before + ((8 - (before % 8)) % 8);
  if (entry.offset !== start)
    throw structure(`a section starts at byte ${entry.offset}, expected ${start}`, before);
  if (entry.offset + entry.bytes > fileBytes) throw truncated(fileBytes, entry.offset + entry.bytes);
  return entry.offset + entry.bytes;
}

function checkMagic(source: ByteSource, buffer: Buffer): void {
  if (isSnapshot(buffer)) return;
  const isCut =
    buffer.length < MAGIC.length && MAGIC.subarray(0, buffer.length).every((byte, i) => byte === buffer[i]);
  if (isCut) throw truncated(buffer.length, HEADER_BYTES);
  const isTextCopy = buffer[0] === 0x89 && buffer.toString('latin1', 1, 4) === 'BRN';
  const kind = isTextCopy ? undefined : kindOfFile(source.read(0, Math.min(source.bytes, KIND_BYTES)));
  const hint = isTextCopy
    ? 'it looks like a snapshot that was copied as text: copy it again in binary mode'
    : (kind?.hint ?? 'a snapshot is what `.save` or `dump` wrote');
  const message = `this is not a brine snapshot${kind === undefined ? '' : `: it is ${kind.name}`}`;
  throw new CorruptSnapshotError('SNAPSHOT_MAGIC', message, { offset: 0, hint });
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
    hint: 'the file is damaged: use another copy of it, or `brine repair` it',
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

function readUint53(buffer: Buffer, at: number): number {
  const value = u64At(buffer, at);
  if (value <= Number.MAX_SAFE_INTEGER) return value;
  throw structure(`the number ${buffer.readBigUInt64LE(at)} is too large`, at);
}
