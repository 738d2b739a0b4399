// Mending: a damaged file read as if it were whole. What has a copy in the spare, or follows from the rest, is put in its
// place; what has none is named with its bytes, and is never taken for what it was.
//
// Nothing is believed because it looks right: a section counts when it has the checksum of the table, and the table when it
// has its own or covers the file exactly. Builds nothing and runs nothing. Knows nothing of groups and names.

import { crc32 } from 'node:zlib';
import { CorruptSnapshotError } from '../errors.js';
import type { Limits } from '../limits.js';
import { codeLayout } from './code-section.js';
import {
  type Container,
  ENTRY_BYTES,
  HEADER_BYTES,
  headOf,
  paddingAfter,
  readContainer,
  readSectionParts,
  SECTION,
  type Section,
  sectionName,
  statedBytes,
  type TableEntry,
  writeEntry,
} from './container.js';
import { FreeCells } from './free-cells.js';
import { decodeIndex } from './index-section.js';
import { PatchedSource } from './patched-source.js';
import type { ByteSource } from './source.js';
import { findSpare, readSpare, type Spare, type SparePlan, withSpare } from './spare-section.js';

/** Bytes of a file that are not what was written. */
export interface Damage {
  /** The name of the section; `header` and `table` for what comes before them, `end` for what follows them. */
  readonly section: string;
  /** Where it starts, in bytes of the file. */
  readonly from: number;
  /** Where it ends: the first byte behind it. */
  readonly to: number;
  /** In words: it has another checksum, the file ends in it. */
  readonly problem: string;
  /** True when nothing is lost by it: there is a copy, or it follows from the rest. */
  readonly isMended: boolean;
}

/** A damaged file, mended as far as it goes. */
export interface Mended {
  /** Reads as the file was, but for what is lost. */
  readonly source: PatchedSource;
  readonly container: Container;
  /** Everything that was found, by where it is. Empty for a file that is whole. */
  readonly damage: readonly Damage[];
  /** The sections that are not to be had, by their places. */
  readonly lost: ReadonlyMap<number, Damage>;
  /** The texts of code that are not to be had, by their numbers; undefined when none of them is. */
  readonly lostTexts: ReadonlyMap<number, Damage> | undefined;
  /** True when every byte is as it was written: nothing is lost, not even a signature. */
  readonly isExact: boolean;
}

/**
 * Mends a file. Reads all of it.
 *
 * @throws {CorruptSnapshotError} SNAPSHOT_MAGIC, SNAPSHOT_TRUNCATED, SNAPSHOT_CHECKSUM, SNAPSHOT_STRUCTURE when not even its
 *   table can be had
 * @throws {ProtocolError} PROTOCOL_TOO_NEW
 * @throws {LimitError} LIMIT_EXCEEDED
 */
export function mend(given: ByteSource, limits: Limits): Mended {
  return new Mending(given, limits).run();
}

/** The kind of a section that nobody reads: it takes the place of a signature that says nothing any more. */
const GONE = 0xffff;

class Mending {
  private readonly given: ByteSource;
  private readonly limits: Limits;
  private readonly damage: Damage[] = [];
  private readonly lost = new Map<number, Damage>();
  private lostTexts: Map<number, Damage> | undefined = new Map();
  private spare: Spare | undefined;
  private source!: PatchedSource;
  private container!: Container;
  private isExact = true;

  constructor(given: ByteSource, limits: Limits) {
    this.given = given;
    this.limits = limits;
  }

  run(): Mended {
    this.findTable();
    this.checkSections();
    this.useSpare();
    this.mendCode();
    this.mendSpare();
    this.dropSignature();
    const { source, container, lost, lostTexts } = this;
    const damage = this.damage.sort((a, b) => a.from - b.from);
    return { source, container, damage, lost, lostTexts, isExact: this.isExact && lost.size === 0 };
  }

  private findTable(): void {
    const stated = statedBytes(this.given);
    if (stated !== undefined && this.isTable(new PatchedSource(this.given, stated))) {
      const { bytes } = this.given;
      if (bytes > stated) this.note('end', stated, bytes, `${bytes - stated} bytes follow the end`, true);
      return;
    }
    const isFound =
      this.isTable(withHeader(this.given, true)) ||
      this.isTable(this.withSpareTable()) ||
      this.isTable(withHeader(this.given, false));
    if (!isFound) throw unmendable(this.given, this.limits);
    this.noteHead();
  }

  private isTable(source: PatchedSource | undefined): boolean {
    if (source === undefined) return false;
    try {
      this.container = readContainer(source, this.limits);
      this.source = source;
      return true;
    } catch (error) {
      if (error instanceof CorruptSnapshotError) return false;
      throw error;
    }
  }

  // The spare has the entries before its own; its own follows from where it is, and the signature is what comes after.
  private withSpareTable(): PatchedSource | undefined {
    const { given } = this;
    const spare = findSpare(given);
    if (spare === undefined) return undefined;
    const { fileBytes } = spare;
    const end = spare.offset + spare.bytes.length;
    const after = end + paddingAfter(end);
    const isSigned = after < fileBytes;
    const table = Buffer.alloc(spare.table.length + (isSigned ? 2 : 1) * ENTRY_BYTES);
    table.set(spare.table);
    const own = { kind: SECTION.spare, offset: spare.offset, bytes: spare.bytes.length };
    writeEntry(table, spare.table.length, { ...own, isCritical: false, crc: crc32(spare.bytes) });
    if (isSigned) {
      const isThere = fileBytes <= given.bytes;
      const crc = isThere ? crc32(given.read(after, fileBytes - after)) : 0;
      const signature = { kind: isThere ? SECTION.signature : GONE, offset: after, bytes: fileBytes - after };
      writeEntry(table, table.length - ENTRY_BYTES, { ...signature, isCritical: false, crc });
    }
    this.spare = spare;
    return new PatchedSource(given, fileBytes).patch(0, headOf(table, fileBytes));
  }

  // Which bytes of header and table are others than they should be.
  private noteHead(): void {
    const { sections } = this.container;
    const end = HEADER_BYTES + sections.length * ENTRY_BYTES;
    const range = differing(this.given, 0, this.source.read(0, end));
    const name = range.from < HEADER_BYTES ? 'header' : 'table';
    this.note(name, range.from, range.to, 'it has another checksum', true);
    if (this.given.bytes > this.source.bytes)
      this.note('end', this.source.bytes, this.given.bytes, 'bytes follow the end', true);
  }

  private checkSections(): void {
    const { sections } = this.container;
    sections.forEach((entry, place) => {
      const end = entry.offset + entry.bytes;
      const name = entry.kind === GONE ? sectionName(SECTION.signature) : sectionName(entry.kind);
      if (end > this.given.bytes) {
        const to = Math.max(entry.offset, Math.min(end, this.given.bytes));
        const problem = to > entry.offset ? `the file ends in it, at byte ${to}` : 'the file ends before it';
        this.lose(place, { section: name, from: entry.offset, to: end, problem, isMended: false });
      } else if (!this.isIntact(place)) {
        const problem = 'it has another checksum';
        this.lose(place, { section: name, from: entry.offset, to: end, problem, isMended: false });
      }
      if (place + 1 < sections.length) this.checkPadding(end, paddingAfter(end));
    });
  }

  private checkPadding(at: number, length: number): void {
    const there = Math.min(length, this.given.bytes - at);
    if (there <= 0 || this.given.read(at, there).every((byte) => byte === 0)) return;
    const zeros = new Uint8Array(there);
    const { from, to } = differing(this.given, at, zeros);
    this.source.patch(at, zeros);
    this.note('padding', from, to, 'it is not zero', true);
  }

  private isIntact(place: number): boolean {
    try {
      for (const _ of readSectionParts(this.source, this.container, place));
      return true;
    } catch (error) {
      if (error instanceof CorruptSnapshotError) return false;
      throw error;
    }
  }

  // What the spare has copies of, as far as they are what the table says.
  private useSpare(): void {
    const { sections } = this.container;
    const place = sections.findIndex(({ kind }) => kind === SECTION.spare);
    if (place < 0 || this.lost.has(place) || this.lost.size === 0) return;
    this.spare ??= readSpare(this.source, (sections[place] as TableEntry).offset);
    for (const [copied, bytes] of this.spare?.copies ?? []) this.restore(copied, bytes);
  }

  // True when bytes are those of a lost section: they take its place.
  private restore(place: number, bytes: Uint8Array): boolean {
    const before = this.lost.get(place);
    const entry = this.container.sections[place];
    if (before === undefined || entry === undefined) return false;
    if (entry.bytes !== bytes.length || entry.crc !== crc32(bytes)) return false;
    this.source.patch(entry.offset, bytes);
    this.lost.delete(place);
    const isCut = entry.offset + entry.bytes > this.given.bytes;
    const range = isCut ? before : differing(this.given, entry.offset, bytes);
    this.damage.splice(this.damage.indexOf(before), 1, {
      ...before,
      from: range.from,
      to: range.to,
      isMended: true,
    });
    return true;
  }

  // Texts have checksums of their own in the spare: a damaged one costs itself.
  private mendCode(): void {
    const place = this.container.sections.findIndex(({ kind }) => kind === SECTION.code);
    const damage = this.lost.get(place);
    if (damage === undefined) return;
    this.lostTexts = undefined;
    const entry = this.container.sections[place] as TableEntry;
    // A spare lies behind the code, so that a file that has one has room for its code.
    if (this.spare === undefined || entry.bytes > this.given.bytes) return;
    const { codeHead, textCrcs } = this.spare;
    if (codeHead.length > entry.bytes) return;
    const there = Math.max(0, Math.min(entry.bytes, this.given.bytes - entry.offset));
    const bytes = Buffer.alloc(entry.bytes);
    bytes.set(this.given.read(entry.offset, there));
    bytes.set(codeHead);
    if (this.restore(place, bytes)) {
      this.lostTexts = new Map();
      return;
    }
    let texts: ReturnType<typeof codeLayout>['texts'];
    try {
      ({ texts } = codeLayout(bytes));
    } catch {
      return;
    }
    if (texts.length !== textCrcs.length) return;
    this.source.patch(entry.offset, bytes.subarray(0, codeHead.length));
    this.lostTexts = new Map();
    texts.forEach(({ crc, url, source }, number) => {
      const isThere = url[1] <= there && source[1] <= there && crc === textCrcs[number];
      if (isThere) return;
      // A url lies before its source, unless one of them alone has wide characters.
      const from = url[1] === source[0] ? url[0] : source[0];
      const at = { from: entry.offset + from, to: entry.offset + source[1] };
      this.lostTexts?.set(number, { ...damage, ...at });
    });
  }

  // It is made anew of what it copies, which gives the very same bytes with the same zlib.
  private mendSpare(): void {
    const { sections } = this.container;
    const place = sections.findIndex(({ kind }) => kind === SECTION.spare);
    const damage = this.lost.get(place);
    if (damage === undefined) return;
    const copied = [SECTION.meta, SECTION.index, SECTION.code] as readonly number[];
    const isCopied = [...this.lost.keys()].every((other) => !copied.includes(sections[other]?.kind ?? 0));
    if (isCopied && this.remakeSpare(place)) return;
    this.lost.delete(place);
    this.isExact = false;
    this.damage.splice(this.damage.indexOf(damage), 1, { ...damage, isMended: true });
  }

  private remakeSpare(place: number): boolean {
    const { sections } = this.container;
    const stripes = this.baseStripes();
    // A hostile file need not have what is copied, or has it elsewhere than before the spare.
    const isCopiable = (stripe: number): boolean => stripe < place && !this.lost.has(stripe);
    const wanted = [SECTION.meta, SECTION.index, SECTION.code] as readonly number[];
    const hasAll = wanted.every((kind) => sections.slice(0, place).some((entry) => entry.kind === kind));
    if (!hasAll || !stripes?.every(isCopiable)) return false;
    const before = sections.slice(0, place).map((entry): Section => {
      const { kind, isCritical, crc, offset, bytes, codec, rawBytes } = entry;
      const read = (): Uint8Array[] => [this.source.read(offset, bytes)];
      return { kind, isCritical, crc, pieces: [{ length: bytes, read }], stored: { codec, rawBytes } };
    });
    const signatureBytes = sections[place + 1]?.bytes ?? 0;
    for (const isDeflated of [true, false]) {
      const made = spareOf(before, { isDeflated, stripes, signatureBytes });
      if (made !== undefined && this.restore(place, made)) return true;
    }
    return false;
  }

  private baseStripes(): readonly number[] | undefined {
    const { sections } = this.container;
    const entry = sections.find(({ kind }) => kind === SECTION.index);
    if (entry === undefined) return undefined;
    const { offset, bytes } = entry;
    try {
      const free = new FreeCells(this.source.bytes);
      const index = decodeIndex(this.source.read(offset, bytes), sections.length, free, this.limits);
      return index.groups[0]?.stripes ?? [];
    } catch {
      return undefined;
    }
  }

  // Whatever it says, it does not say it of this file any more. Its place stays, or all others would be wrong.
  private dropSignature(): void {
    const { sections } = this.container;
    const place = sections.findIndex(({ kind }) => kind === SECTION.signature || kind === GONE);
    const damage = this.lost.get(place);
    if (damage === undefined) return;
    this.lost.delete(place);
    this.isExact = false;
    const table = Buffer.from(this.source.read(HEADER_BYTES, sections.length * ENTRY_BYTES));
    table.writeUInt16LE(GONE, place * ENTRY_BYTES);
    this.source.patch(0, headOf(table, this.source.bytes));
    this.container = readContainer(this.source, this.limits);
  }

  private lose(place: number, damage: Damage): void {
    this.lost.set(place, damage);
    this.damage.push(damage);
  }

  private note(section: string, from: number, to: number, problem: string, isMended: boolean): void {
    this.damage.push({ section, from, to, problem, isMended });
  }
}

// Undefined for code that has the right checksum and contradicts itself.
function spareOf(before: readonly Section[], plan: SparePlan): Uint8Array | undefined {
  try {
    return withSpare(before, plan).at(-1)?.pieces[0] as Uint8Array;
  } catch (error) {
    if (error instanceof CorruptSnapshotError) return undefined;
    throw error;
  }
}

// The header follows from the table: its first section says where the table ends, its last one where the file does.
function withHeader(given: ByteSource, isSummed: boolean): PatchedSource | undefined {
  if (given.bytes < HEADER_BYTES + ENTRY_BYTES) return undefined;
  const start = Buffer.from(given.read(0, HEADER_BYTES + ENTRY_BYTES));
  const end = Number(start.readBigUInt64LE(HEADER_BYTES + 8));
  if (end % ENTRY_BYTES !== 0 || end <= HEADER_BYTES || end > given.bytes || end > HEAD_BYTES_MAX)
    return undefined;
  const table = given.read(HEADER_BYTES, end - HEADER_BYTES);
  if (isSummed && crc32(table) !== start.readUInt32LE(24)) return undefined;
  const last = Buffer.from(table.subarray(table.length - ENTRY_BYTES));
  const fileBytes = Number(last.readBigUInt64LE(8)) + Number(last.readBigUInt64LE(16));
  if (!Number.isSafeInteger(fileBytes)) return undefined;
  return new PatchedSource(given, fileBytes).patch(0, headOf(table, fileBytes));
}

/** Of a table that is to be believed without its checksum. */
const HEAD_BYTES_MAX = 2 ** 25;

// The first and the last byte of a file that differ from what should be there.
function differing(given: ByteSource, at: number, wanted: Uint8Array): { from: number; to: number } {
  const found = given.read(at, Math.max(0, Math.min(wanted.length, given.bytes - at)));
  let from = 0;
  while (from < found.length && found[from] === wanted[from]) from++;
  let to = wanted.length;
  if (found.length === to) while (to > from && found[to - 1] === wanted[to - 1]) to--;
  return { from: at + from, to: at + to };
}

// As it is said of a file that nobody tries to mend.
function unmendable(given: ByteSource, limits: Limits): unknown {
  try {
    readContainer(given, limits);
  } catch (error) {
    return error;
  }
  return new CorruptSnapshotError('SNAPSHOT_STRUCTURE', 'the section table contradicts itself', {
    offset: HEADER_BYTES,
    hint: 'it was written by a broken or hostile program',
  });
}
