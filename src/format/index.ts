// Graphs to bytes and back: the sections of a snapshot and their order. Knows nothing of live values or files.

import type { Limits } from '../limits.js';
import { DEFAULT_LIMITS } from '../limits.js';
import { type Piece, SECTION, type Section, sectionName } from './container.js';
import { encodeMeta, type Meta } from './meta.js';
import { SnapshotReader } from './reader.js';
import { type SpareWish, sealWith } from './sealing.js';
import type { MessageSigner } from './signature-section.js';
import { type ByteSource, bytesSource } from './source.js';

export { type Compression, canCompress, checkCompression } from './codecs.js';
export {
  bytesOf,
  isSnapshot,
  MAGIC,
  type Piece,
  PROTOCOL_VERSION,
  sectionName,
  sizeOf,
} from './container.js';
export { countedSource } from './counted-source.js';
export { type FileKind, KIND_BYTES, kindOfFile } from './file-kinds.js';
export { endMark, FRAME_HEAD_BYTES, readFrameHead } from './frames.js';
export type { GroupEntry, Index } from './index-section.js';
export { type Damage, type Mended, mend } from './mend.js';
export { type MergePart, mergeGroups } from './merge.js';
export type {
  Meta,
  MetaBinding,
  MetaCell,
  MetaLeftOut,
  MetaLoss,
  MetaModule,
  MetaOutput,
  MetaPin,
  MetaPlot,
  MetaSession,
  MetaTable,
} from './meta.js';
export { SnapshotReader } from './reader.js';
export type { MessageSigner, Signature, Signed, SignerPart } from './signature-section.js';
export type { ByteSource } from './source.js';
export { bytesSource } from './source.js';
export { type ReadListener, stripesTold } from './stripes-told.js';
export { lostGroups, type NewRoot, type Rebuilt, rebuilt } from './survivors.js';
export { SnapshotWriter } from './writer.js';

/** Opens a snapshot in memory or elsewhere. Reads header and table only. */
export function openSnapshot(
  source: Uint8Array | ByteSource,
  limits: Limits = DEFAULT_LIMITS,
): SnapshotReader {
  return new SnapshotReader('read' in source ? source : bytesSource(source), limits);
}

/** What a snapshot says of itself, without reading its graph. */
export interface Description {
  readonly protocol: number;
  readonly fileBytes: number;
  readonly sections: readonly { readonly name: string; readonly offset: number; readonly bytes: number }[];
  readonly meta: Meta;
}

/**
 * Reads header, table and meta section of a snapshot. Builds nothing and runs nothing.
 *
 * @param bytes   The bytes of a snapshot.
 * @param limits  The limits to hold it to. Default: `DEFAULT_LIMITS`.
 * @returns Its protocol, its sections with offset and length in bytes, and what it says of itself: who wrote it when, in
 *   milliseconds since the epoch, which names. Texts are as they are in the file: escape them before they are printed.
 * @throws {CorruptSnapshotError} SNAPSHOT_MAGIC, SNAPSHOT_TRUNCATED, SNAPSHOT_CHECKSUM, SNAPSHOT_STRUCTURE
 * @throws {ProtocolError} PROTOCOL_TOO_NEW
 * @throws {LimitError} LIMIT_EXCEEDED
 * @see the header of safetensors, which can be read alone
 * @example
 *   describeSnapshot(dumps({ a: 1 })).meta.type; // 'value'
 */
export function describeSnapshot(bytes: Uint8Array, limits: Limits = DEFAULT_LIMITS): Description {
  return describeReader(openSnapshot(bytes, limits));
}

/** {@link describeSnapshot} of an open snapshot. */
export function describeReader(reader: SnapshotReader): Description {
  const { protocol, fileBytes, sections } = reader.container;
  const named = sections.map(({ kind, offset, bytes }) => ({ name: sectionName(kind), offset, bytes }));
  return { protocol, fileBytes, sections: named, meta: reader.meta };
}

/**
 * The pieces of a snapshot with another signature, or none, and with another description where one is given. Sections are
 * read when they are used, and checked then.
 */
export function signedAnew(reader: SnapshotReader, signer: MessageSigner | undefined, meta?: Meta): Piece[] {
  const { sections: entries } = reader.container;
  const sections = entries.flatMap(({ kind, isCritical }, place): Section[] => {
    if (kind === SECTION.signature || kind === SECTION.spare) return [];
    if (kind === SECTION.meta && meta !== undefined)
      return [{ kind, isCritical, pieces: [encodeMeta(meta)] }];
    const { bytes, crc, stored, read } = reader.copy(place);
    return [{ kind, isCritical, pieces: [{ length: bytes, read }], crc, stored }];
  });
  const isSpared = entries.some(({ kind }) => kind === SECTION.spare);
  return sealWith(sections, { signer, spare: isSpared ? spareLike(reader) : undefined });
}

// It says where everything is, so another table needs another one.
function spareLike({ meta, index }: SnapshotReader): SpareWish {
  return { isDeflated: meta.type === 'session', stripes: index.groups[0]?.stripes ?? [] };
}
