// The refusal of what a newer brine wrote, with both versions: that of the file and the one that runs.
//
// Which brine wrote a file stands in its meta section. Header, entries and `brine` in that section keep their form in every
// protocol, so that an older reader can say who wrote what it does not understand; where they do not, it says less. Never
// throws by itself; what it reads is only told when it has the form of a version.

import { crc32 } from 'node:zlib';
import { ProtocolError } from '../errors.js';
import { BRINE_VERSION } from '../version.js';
import type { ByteSource } from './source.js';

/** What is newer. */
export interface Newer {
  readonly protocol: number;
  /** The protocol that this brine reads up to. */
  readonly readsUpTo: number;
  /** What it cannot do with the file, for example `needs a reader of 7`. */
  readonly why: string;
  readonly offset?: number;
  readonly cause?: unknown;
}

const HEADER_BYTES = 32;
const ENTRY_BYTES = 32;
const META_KIND = 1;
const SECTIONS_MAX = 1 << 16;
const META_BYTES_MAX = 1 << 26;
const VERSION = /^\d+\.\d+\.\d+(?:[-+][\w.+-]{1,40})?$/;

/** The error PROTOCOL_TOO_NEW. */
export function tooNew(source: ByteSource, { protocol, readsUpTo, why, ...more }: Newer): ProtocolError {
  const writer = writerOf(source);
  const by = writer === undefined ? '' : `, was written by brine ${writer}`;
  const message = `the snapshot has protocol ${protocol}${by} and ${why}; this is brine ${BRINE_VERSION}, which reads up to protocol ${readsUpTo}`;
  return new ProtocolError('PROTOCOL_TOO_NEW', message, {
    ...more,
    hint: 'open it with a newer brine: npm install brine@latest',
  });
}

/** The version of the brine that wrote a file, if it can be told. */
function writerOf(source: ByteSource): string | undefined {
  try {
    const sections = bufferOf(source, 0, HEADER_BYTES).readUInt32LE(12);
    if (sections > SECTIONS_MAX) return undefined;
    const table = bufferOf(source, HEADER_BYTES, sections * ENTRY_BYTES);
    for (let at = 0; at < table.length; at += ENTRY_BYTES) {
      if (table.readUInt16LE(at) === META_KIND)
        return versionIn(source, table.subarray(at, at + ENTRY_BYTES));
    }
  } catch {
    // It is laid out in another way.
  }
  return undefined;
}

function versionIn(source: ByteSource, entry: Buffer): string | undefined {
  const [offset, bytes] = [Number(entry.readBigUInt64LE(8)), Number(entry.readBigUInt64LE(16))];
  if (bytes > META_BYTES_MAX || offset + bytes > source.bytes) return undefined;
  const text = bufferOf(source, offset, bytes);
  if (crc32(text) !== entry.readUInt32LE(4)) return undefined;
  const { brine } = JSON.parse(text.toString('utf8')) as { readonly brine?: unknown };
  return typeof brine === 'string' && VERSION.test(brine) ? brine : undefined;
}

function bufferOf(source: ByteSource, offset: number, bytes: number): Buffer {
  const read = source.read(offset, bytes);
  return Buffer.from(read.buffer, read.byteOffset, read.byteLength);
}
