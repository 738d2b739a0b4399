// Reads a snapshot section by section: the index first, then what is asked for. Every checksum, count and index is checked
// when its section is read, before anything is made of it.
//
// Builds no value and runs nothing. Knows nothing of files: a source gives it bytes.

import { createHash } from 'node:crypto';
import { BrineError, CorruptSnapshotError } from '../errors.js';
import type { CodeEntry } from '../graph/code.js';
import type { Graph, Link } from '../graph/graph.js';
import type { Limits } from '../limits.js';
import { ByteReader } from './bytes.js';
import { decodeCodes } from './code-section.js';
import type { CellBounds } from './columns.js';
import {
  type Container,
  decoded,
  PROTOCOL_VERSION,
  readContainer,
  readSection,
  readSectionParts,
  SECTION,
  sectionName,
  type TableEntry,
} from './container.js';
import { FreeCells } from './free-cells.js';
import { decodeIndex, type GroupEntry, type Index } from './index-section.js';
import { joinGroups, type LoadedGroup } from './join-groups.js';
import { decodeMeta, type Meta } from './meta.js';
import { checkDigest, digestOf, readSignature, type Signature } from './signature-section.js';
import type { ByteSource } from './source.js';
import { type DecodedStripe, decodeStripe, groupOfStripe } from './stripe.js';
import { tooNew } from './too-new.js';
import type { CopiedSection } from './writer.js';

/** An open snapshot. */
export class SnapshotReader {
  readonly container: Container;
  private readonly source: ByteSource;
  readonly limits: Limits;
  private readonly free: FreeCells;
  private readonly checked = new Set<number>();
  private metaOnce: Meta | undefined;
  private indexOnce: Index | undefined;
  private codesOnce: readonly CodeEntry[] | undefined;
  private digests: Signature['digests'] = [];

  /**
   * Reads header and table.
   *
   * @throws {CorruptSnapshotError} SNAPSHOT_MAGIC, SNAPSHOT_TRUNCATED, SNAPSHOT_CHECKSUM, SNAPSHOT_STRUCTURE
   * @throws {ProtocolError} PROTOCOL_TOO_NEW
   * @throws {LimitError} LIMIT_EXCEEDED
   */
  constructor(source: ByteSource, limits: Limits) {
    this.source = source;
    this.limits = limits;
    this.container = readContainer(source, limits);
    this.free = new FreeCells(rationOf(source.bytes, this.container));
  }

  get meta(): Meta {
    this.metaOnce ??= this.guarded(() => decodeMeta(this.only(SECTION.meta)));
    return this.metaOnce;
  }

  get index(): Index {
    this.indexOnce ??= this.guarded(() => {
      const { sections } = this.container;
      const index = decodeIndex(this.only(SECTION.index), sections.length, this.free, this.limits);
      checkUse(index, sections);
      return index;
    });
    return this.indexOnce;
  }

  /** All texts of code. */
  codes(): readonly CodeEntry[] {
    this.codesOnce ??= this.guarded(() => {
      const bytes = this.only(SECTION.code);
      return bytes.length === 1 && bytes[0] === 0 ? [] : decodeCodes(bytes, this.limits);
    });
    return this.codesOnce;
  }

  /**
   * Reads groups and joins them to one graph. `external` gives the value of a link to a group that is not among them; `onStripe` is
   * told of each section before it is decoded.
   */
  graph(
    groups: readonly number[],
    external: (link: Link) => unknown,
    onStripe?: (section: number) => void,
  ): Graph {
    return this.guarded(() => {
      const loaded: LoadedGroup[] = [];
      for (const number of groups) loaded.push(this.loaded(number, onStripe));
      return joinGroups(loaded, external, () => this.codes());
    });
  }

  /** Reads one group as it is, its ids and links those of the file. */
  group(number: number): LoadedGroup {
    return this.guarded(() => this.loaded(number));
  }

  private loaded(number: number, onStripe?: (section: number) => void): LoadedGroup {
    const entry = this.index.groups[number] as GroupEntry;
    const before = this.free.count;
    const stripes: DecodedStripe[] = [];
    for (const place of entry.stripes) {
      onStripe?.(place);
      stripes.push(this.stripe(place, number, entry));
    }
    const free = this.free.count - before;
    if (free > entry.freeCells) {
      throw structure(
        `group ${number} has ${free} cells without bytes, and the index says ${entry.freeCells}`,
      );
    }
    return { number, entry, stripes, blobs: this.blobs(entry) };
  }

  /** What the file has of a signature: nothing of it is believed. Undefined when it has none. */
  signature(): Signature | undefined {
    const place = this.container.sections.findIndex(({ kind }) => kind === SECTION.signature);
    if (place < 0) return undefined;
    return this.guarded(() => readSignature(this.source, this.container, this.section(place)));
  }

  /** From now on, what is read has to be what a signature says. Nothing may have been read that was not checked. */
  hold(signature: Pick<Signature, 'digests'>): void {
    this.digests = signature.digests;
  }

  /** The bytes of a section that is to be copied: read when they are used, and checked then. */
  copy(place: number): CopiedSection {
    const { kind, bytes, crc, codec, rawBytes } = this.container.sections[place] as TableEntry;
    const digest = this.isSigned(place) ? this.digests[place] : undefined;
    return { kind, bytes, crc, digest, stored: { codec, rawBytes }, read: () => this.parts(place) };
  }

  /** Reads whatever has not been read yet, to check it. */
  checkRest(): void {
    for (let place = 0; place < this.container.sections.length; place++)
      if (!this.checked.has(place)) this.section(place);
  }

  /** The bytes of a section, checked and decoded. */
  section(place: number, isOwn = false): Uint8Array {
    return decoded(this.container.sections[place] as TableEntry, this.storedSection(place, isOwn));
  }

  /** The bytes of a section as they are in the file, checked. */
  storedSection(place: number, isOwn = false): Uint8Array {
    const bytes = readSection(this.source, this.container, place, isOwn);
    if (this.isSigned(place)) checkDigest(this.container, place, this.digests, digestOf([bytes]));
    this.checked.add(place);
    return bytes;
  }

  private *parts(place: number): Generator<Uint8Array> {
    const hash = createHash('sha256');
    for (const part of readSectionParts(this.source, this.container, place)) {
      if (this.isSigned(place)) hash.update(part);
      yield part;
    }
    if (this.isSigned(place)) checkDigest(this.container, place, this.digests, hash.digest());
  }

  // Asked so that an index property of a prototype is no digest.
  private isSigned(place: number): boolean {
    return Object.hasOwn(this.digests, place);
  }

  private only(kind: number): Uint8Array {
    const { sections } = this.container;
    for (let place = 0; place < sections.length; place++)
      if (sections[place]?.kind === kind) return this.section(place);
    throw missing(kind);
  }

  private stripe(place: number, number: number, entry: GroupEntry): DecodedStripe {
    const reader = new ByteReader(this.section(place), 'stripe');
    const group = groupOfStripe(reader);
    if (group !== number) throw reader.corrupt(`it is of group ${group}, and the index says ${number}`);
    const bounds: CellBounds = {
      ids: entry.values,
      blobs: entry.blobBytes.length,
      links: entry.links.length,
      free: this.free,
      limits: this.limits,
      reach: 0,
    };
    return decodeStripe(reader, number, bounds);
  }

  private blobs({ blobBytes, blobSections }: GroupEntry): Uint8Array[] {
    const blobs: Uint8Array[] = [];
    for (const { section, blobs: count } of blobSections) {
      // A large blob becomes the memory of a buffer as it is read.
      const bytes = this.section(section, count === 1);
      const reader = new ByteReader(bytes, 'blobs');
      for (let i = 0; i < count; i++) {
        reader.align(8);
        const length = blobBytes[blobs.length] as number;
        const view = reader.raw(length);
        blobs.push(new Uint8Array(view.buffer, view.byteOffset, length));
      }
      reader.end();
    }
    return blobs;
  }

  private tooNew(cause: unknown): Error {
    const { protocol } = this.container;
    return tooNew(this.source, { protocol, readsUpTo: PROTOCOL_VERSION, why: 'uses something of it', cause });
  }

  // A newer writer may use kinds and forms that this reader does not know, in a file that is in order.
  private guarded<T>(read: () => T): T {
    try {
      return read();
    } catch (error) {
      const isStructure = error instanceof BrineError && error.code === 'SNAPSHOT_STRUCTURE';
      throw isStructure && this.container.protocol > PROTOCOL_VERSION ? this.tooNew(error) : error;
    }
  }
}

// What is compressed has the ration of what comes of it.
function rationOf(fileBytes: number, { sections }: Container): number {
  let ration = fileBytes;
  for (const { bytes, rawBytes } of sections) if (rawBytes > bytes) ration += rawBytes - bytes;
  return ration;
}

// Every stripe and blob section belongs to one group. Texts of code are read late, and must be there all the same.
function checkUse({ groups }: Index, sections: readonly TableEntry[]): void {
  let owned = 0;
  let hasCode = false;
  for (const { kind } of sections) {
    if (kind === SECTION.code) hasCode = true;
    if (kind === SECTION.stripe || kind === SECTION.blobs) owned++;
  }
  if (!hasCode) throw missing(SECTION.code);
  const used = new Set<number>();
  const use = (place: number, kind: number): void => {
    if (sections[place]?.kind !== kind) throw structure(`section ${place} is no ${sectionName(kind)}`);
    if (used.has(place)) throw structure(`section ${place} belongs to two groups`);
    used.add(place);
  };
  for (const { stripes, blobSections } of groups) {
    for (const place of stripes) use(place, SECTION.stripe);
    for (const { section } of blobSections) use(section, SECTION.blobs);
  }
  if (owned !== used.size) throw structure('a section belongs to no group');
}

function missing(kind: number): CorruptSnapshotError {
  return structure(`section "${sectionName(kind)}" is missing`);
}

function structure(message: string): CorruptSnapshotError {
  return new CorruptSnapshotError('SNAPSHOT_STRUCTURE', message, {
    hint: 'it was written by a broken or hostile program',
  });
}
