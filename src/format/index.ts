// Graphs to bytes and back: the sections of a snapshot and their order. Knows nothing of live values or files.

import { CorruptSnapshotError, ProtocolError } from '../errors.js';
import type { Graph } from '../graph/graph.js';
import type { Limits } from '../limits.js';
import { DEFAULT_LIMITS } from '../limits.js';
import { decodeBlobs, encodeBlobs } from './blob-section.js';
import { decodeCodes, encodeCodes } from './code-section.js';
import {
  isSnapshot,
  PROTOCOL_VERSION,
  readHead,
  SECTION,
  type Section,
  seal,
  sectionName,
  unseal,
} from './container.js';
import { decodeGraph, encodeGraph } from './graph-section.js';
import { decodeMeta, encodeMeta, type Meta } from './meta.js';
import { decodeStrings, encodeStrings } from './strings.js';

export { isSnapshot, MAGIC, PROTOCOL_VERSION } from './container.js';
export type { Meta, MetaBinding, MetaLoss, MetaModule, MetaSession } from './meta.js';

/** What a snapshot holds. */
export interface Snapshot {
  readonly meta: Meta;
  readonly graph: Graph;
}

/** Encodes a snapshot; returns the pieces of the file in order. */
export function encodeSnapshot({ meta, graph }: Snapshot): Uint8Array[] {
  // Names of keys go to the end of the table; looking every string up for a few names would not pay.
  const strings = graph.strings.slice();
  const names = new Map<string, number>();
  const stringIndex = (text: string): number => {
    let index = names.get(text);
    if (index === undefined) {
      index = strings.push(text) - 1;
      names.set(text, index);
    }
    return index;
  };
  const graphBytes = encodeGraph(graph, stringIndex);
  const section = (kind: number, bytes: Uint8Array): Section => ({ kind, isCritical: true, bytes });
  return seal([
    { kind: SECTION.meta, isCritical: false, bytes: encodeMeta(meta) },
    section(SECTION.strings, encodeStrings(strings)),
    section(SECTION.graph, graphBytes),
    section(SECTION.code, encodeCodes(graph.codes)),
    section(SECTION.blobs, encodeBlobs(graph.blobs)),
  ]);
}

/** Decodes a snapshot. Builds no value and runs nothing. */
export function decodeSnapshot(bytes: Uint8Array, limits: Limits = DEFAULT_LIMITS): Snapshot {
  try {
    return decodeSections(bytes, limits);
  } catch (error) {
    throw isFromTheFuture(bytes, error, limits) ? tooNew(error) : error;
  }
}

// A newer writer may use kinds and forms that this reader does not know, in a file that is in order.
function isFromTheFuture(bytes: Uint8Array, error: unknown, limits: Limits): boolean {
  const isStructure = error instanceof CorruptSnapshotError && error.code === 'SNAPSHOT_STRUCTURE';
  return isStructure && isSnapshot(bytes) && protocolOf(bytes, limits) > PROTOCOL_VERSION;
}

function protocolOf(bytes: Uint8Array, limits: Limits): number {
  try {
    return readHead(bytes, limits).protocol;
  } catch {
    return 0;
  }
}

function tooNew(cause: unknown): ProtocolError {
  const message = `the snapshot was written with a newer protocol than ${PROTOCOL_VERSION} and uses something of it`;
  return new ProtocolError('PROTOCOL_TOO_NEW', message, {
    cause,
    hint: 'install a newer brine: npm install brine@latest',
  });
}

function decodeSections(bytes: Uint8Array, limits: Limits): Snapshot {
  const sections = unseal(bytes, limits);
  const need = (kind: number): Uint8Array => {
    const found = sections.get(kind);
    if (found !== undefined) return found;
    throw new CorruptSnapshotError('SNAPSHOT_STRUCTURE', `section "${sectionName(kind)}" is missing`, {
      hint: 'it was written by a broken or hostile program',
    });
  };
  const meta = decodeMeta(need(SECTION.meta));
  const strings = decodeStrings(need(SECTION.strings), limits);
  const codes = decodeCodes(need(SECTION.code));
  const blobs = decodeBlobs(need(SECTION.blobs));
  return { meta, graph: decodeGraph(need(SECTION.graph), { strings, blobs, codes }, limits) };
}

/** What a snapshot says of itself, without reading its graph. */
export interface Description {
  readonly protocol: number;
  readonly fileBytes: number;
  readonly sections: readonly { readonly name: string; readonly offset: number; readonly bytes: number }[];
  readonly meta: Meta;
}

/** Reads header, table and meta section of a snapshot. Builds nothing and runs nothing. */
export function describeSnapshot(bytes: Uint8Array, limits: Limits = DEFAULT_LIMITS): Description {
  const { protocol, fileBytes, sections } = readHead(bytes, limits);
  const meta = unseal(bytes, limits, [SECTION.meta]).get(SECTION.meta);
  if (meta === undefined) throw new CorruptSnapshotError('SNAPSHOT_STRUCTURE', 'section "meta" is missing');
  const named = sections.map(({ kind, offset, bytes: size }) => ({
    name: sectionName(kind),
    offset,
    bytes: size,
  }));
  return { protocol, fileBytes, sections: named, meta: decodeMeta(meta) };
}
