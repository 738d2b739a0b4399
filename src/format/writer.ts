// Writes a snapshot while a graph is walked: stripes and blobs become sections as they come, the rest follows at the end.
//
// Everything is bytes at once, so that nothing of the walk has to be kept. Knows nothing of live values or files.

import type { GraphIndex, GraphSink, SegmentDraftView } from '../graph/graph.js';
import { giveNumbers } from '../graph/rooms.js';
import { ByteWriter } from './bytes.js';
import { encodeCodes } from './code-section.js';
import { CODEC, type Compression, compressed } from './codecs.js';
import { crcOf, type Piece, SECTION, type Section, type StoredForm, sizeOf } from './container.js';
import { mayBeFree } from './free-cells.js';
import { encodeIndex, type GroupEntry } from './index-section.js';
import { encodeMeta, type Meta } from './meta.js';
import { type SpareWish, sealWith } from './sealing.js';
import type { MessageSigner } from './signature-section.js';
import { encodeStripe } from './stripe.js';

/** Sections before the stripes: meta, index and code. */
const FIRST_STRIPE = 3;
/** Small blobs share sections of about this size. */
const BLOB_SECTION_BYTES = 1 << 20;
const LARGE_BLOB_BYTES = 1 << 16;
/** Values of less have no spare. */
const SPARED_BYTES_MIN = 1 << 16;

/** A section of another file, read when it is written. */
export interface CopiedSection {
  readonly kind: number;
  readonly bytes: number;
  readonly crc: number;
  /** The SHA-256 that its bytes are compared with when they are read. */
  readonly digest?: Uint8Array | undefined;
  /** How they are stored, in the file that they come from and in this one. */
  readonly stored: StoredForm;
  read(): Iterable<Uint8Array>;
}

interface GroupDraft {
  freeCells: number;
  readonly stripes: number[];
  readonly blobBytes: number[];
  readonly blobSections: { section: number; blobs: number }[];
}

interface OpenBlobs {
  readonly pieces: Uint8Array[];
  bytes: number;
  blobs: number;
}

/** Collects the sections of one snapshot. */
export class SnapshotWriter implements GraphSink {
  private readonly sections: Section[] = [];
  private readonly groups: GroupDraft[] = [];
  private readonly open = new Map<number, OpenBlobs>();
  private readonly copiesBlobs: boolean;
  private freeCells = 0;
  private bytes = 0;
  private sparedBytes = 0;
  private readonly lent: Float64Array[] = [];

  /** @param copiesBlobs  True when the bytes of blobs may change before the pieces are used. Default: true. */
  constructor(copiesBlobs = true) {
    this.copiesBlobs = copiesBlobs;
  }

  stripe(group: number, segments: readonly SegmentDraftView[]): void {
    const writer = this.rationed();
    encodeStripe(writer, group, segments);
    this.keep(writer);
    const draft = this.groupOf(group);
    draft.freeCells += writer.freeCells - this.freeCells;
    this.freeCells = writer.freeCells;
    draft.stripes.push(this.add(SECTION.stripe, writer.take()));
  }

  blob(group: number, bytes: Uint8Array): void {
    this.groupOf(group).blobBytes.push(bytes.length);
    let open = this.open.get(group);
    // A large blob has a section of its own, so that it can be read straight into a buffer.
    if (open !== undefined && bytes.length >= LARGE_BLOB_BYTES) {
      this.closeBlobs(group, open);
      open = undefined;
    }
    if (open === undefined) this.open.set(group, (open = { pieces: [], bytes: 0, blobs: 0 }));
    const padding = (8 - (open.bytes % 8)) % 8;
    if (padding > 0) open.pieces.push(ZEROS.subarray(0, padding));
    open.pieces.push(this.copiesBlobs ? Uint8Array.prototype.slice.call(bytes) : bytes);
    open.bytes += padding + bytes.length;
    open.blobs++;
    if (open.bytes >= BLOB_SECTION_BYTES || bytes.length >= LARGE_BLOB_BYTES) this.closeBlobs(group, open);
  }

  /** Takes a group over from another file as it is; its sections are read when they are written. */
  copy(number: number, entry: GroupEntry, section: (place: number) => CopiedSection): void {
    const draft = this.groupOf(number);
    draft.freeCells += entry.freeCells;
    this.freeCells += entry.freeCells;
    for (const place of entry.stripes) draft.stripes.push(this.addCopy(section(place)));
    draft.blobBytes.push(...entry.blobBytes);
    for (const { section: place, blobs } of entry.blobSections)
      draft.blobSections.push({ section: this.addCopy(section(place)), blobs });
  }

  /** True when the groups of another file can be taken over without going over the ration of free cells. */
  canCopy(entries: readonly GroupEntry[], bytes: number): boolean {
    return mayBeFree(
      entries.reduce((sum, { freeCells }) => sum + freeCells, 0),
      this.freeCells,
      this.bytes + bytes,
    );
  }

  /** Bytes of the stripes and blobs of a group so far. */
  bytesOf(group: number): number {
    const draft = this.groups[group];
    if (draft === undefined) return this.open.get(group)?.bytes ?? 0;
    const places = [...draft.stripes, ...draft.blobSections.map(({ section }) => section)];
    const sections = places.map((place) => sizeOf((this.sections[place - FIRST_STRIPE] as Section).pieces));
    return sections.reduce((sum, bytes) => sum + bytes, this.open.get(group)?.bytes ?? 0);
  }

  /** How many bytes compressing has saved. */
  get spared(): number {
    return this.sparedBytes;
  }

  /** The pieces of the file in order, compressed as told, and signed where there is a signer. */
  finish(
    index: GraphIndex,
    meta: Meta,
    {
      signer,
      compression = 'none',
    }: { readonly signer?: MessageSigner | undefined; readonly compression?: Compression | undefined } = {},
  ): Piece[] {
    for (const [group, open] of this.open) this.closeBlobs(group, open);
    this.putBaseFirst();
    if (compression !== 'none') this.compress(compression);
    const groups: GroupEntry[] = [];
    for (const group of index.groups) groups.push({ ...group, ...this.groupOf(groups.length) });
    const { rootNames, rootLinks, roots } = index;
    const writer = this.rationed();
    encodeIndex(writer, { groups, rootNames, rootLinks, roots });
    this.keep(writer);
    const [metaPieces, indexPieces, codePieces] = [
      [encodeMeta(meta)],
      writer.take(),
      encodeCodes(index.codes),
    ];
    const sections: Section[] = [
      { kind: SECTION.meta, isCritical: false, pieces: metaPieces, crc: crcOf(metaPieces) },
      { kind: SECTION.index, isCritical: true, pieces: indexPieces, crc: crcOf(indexPieces) },
      { kind: SECTION.code, isCritical: true, pieces: codePieces, crc: crcOf(codePieces) },
      ...this.sections,
    ];
    return sealWith(sections, { signer, spare: this.spareFor(meta, groups[0]) });
  }

  /** Gives memory back that the pieces are in; none of them may be used afterwards. */
  release(): void {
    for (const room of this.lent.splice(0)) giveNumbers(room);
  }

  private keep({ lent }: ByteWriter): void {
    for (const room of lent) this.lent.push(room);
  }

  // The base stays as it is: a spare has copies of it. What was taken over from another file stays as it was there.
  private compress(compression: Compression): void {
    const base = this.groups[0]?.stripes.length ?? 0;
    for (let at = base; at < this.sections.length; at++) {
      const { kind, isCritical, pieces, stored } = this.sections[at] as Section;
      if (stored !== undefined || pieces.some((piece) => 'read' in piece)) continue;
      const bytes = compressed(pieces as Uint8Array[], compression);
      if (bytes === undefined) continue;
      const rawBytes = sizeOf(pieces);
      this.sparedBytes += rawBytes - bytes.length;
      const form = { codec: CODEC[compression], rawBytes };
      this.sections[at] = { kind, isCritical, pieces: [bytes], crc: crcOf([bytes]), stored: form };
    }
  }

  // Everything depends on the base: in a file that was cut short it is still there.
  private putBaseFirst(): void {
    const base = this.groups[0]?.stripes ?? [];
    const { sections } = this;
    const before = sections.slice();
    // By the old place of a section the new one.
    const places = new Uint32Array(FIRST_STRIPE + sections.length);
    let next = FIRST_STRIPE;
    for (const place of base) places[place] = next++;
    for (let place = FIRST_STRIPE; place < places.length; place++)
      if (places[place] === 0) places[place] = next++;
    for (let i = 0; i < before.length; i++)
      sections[(places[FIRST_STRIPE + i] as number) - FIRST_STRIPE] = before[i] as Section;
    for (const { stripes, blobSections } of this.groups) {
      for (let i = 0; i < stripes.length; i++) stripes[i] = places[stripes[i] as number] as number;
      for (const blobs of blobSections) blobs.section = places[blobs.section] as number;
    }
  }

  // Whoever keeps a session keeps it for long. A value is often a message: only a larger one gets a spare.
  private spareFor({ type }: Meta, base: GroupEntry | undefined): SpareWish | undefined {
    const isSession = type === 'session';
    if (!isSession && this.bytes < SPARED_BYTES_MIN) return undefined;
    return { isDeflated: isSession, stripes: base?.stripes ?? [] };
  }

  // All writers of a file share one ration of cells that take no bytes.
  private rationed(): ByteWriter {
    const writer = new ByteWriter();
    writer.freeCells = this.freeCells;
    writer.bytesBefore = this.bytes;
    return writer;
  }

  private closeBlobs(group: number, { pieces, blobs }: OpenBlobs): void {
    this.open.delete(group);
    this.groupOf(group).blobSections.push({ section: this.add(SECTION.blobs, pieces), blobs });
  }

  private addCopy({ kind, bytes, crc, digest, stored, read }: CopiedSection): number {
    this.bytes += stored.rawBytes;
    const pieces = [{ length: bytes, read }];
    return this.sections.push({ kind, isCritical: true, pieces, crc, digest, stored }) - 1 + FIRST_STRIPE;
  }

  private add(kind: number, pieces: Uint8Array[]): number {
    for (const piece of pieces) this.bytes += piece.length;
    return this.sections.push({ kind, isCritical: true, pieces, crc: crcOf(pieces) }) - 1 + FIRST_STRIPE;
  }

  private groupOf(number: number): GroupDraft {
    while (this.groups.length <= number)
      this.groups.push({ freeCells: 0, stripes: [], blobBytes: [], blobSections: [] });
    return this.groups[number] as GroupDraft;
  }
}

const ZEROS = new Uint8Array(8);
