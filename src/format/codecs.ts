// How a section is stored: as it is, or compressed. Each section by itself, so that a name can be read alone.
//
// What is decompressed never grows beyond what the table says, and has to use up all of the stored bytes: no bomb goes off, and
// nothing hides behind a stream. Zstandard is written where Node has it and read everywhere. Knows nothing of sections.

import zlib from 'node:zlib';
import { Decompress } from 'fzstd';
import { PicklingError } from '../errors.js';

/** Numbers of codecs in the section table. Append only. */
export const CODEC = { none: 0, deflate: 1, brotli: 2, zstd: 3 } as const;

/** How sections are compressed. */
export type Compression = keyof typeof CODEC;

// Fast rather than small: a save is waited for.
const DEFLATE_LEVEL = 1;
const BROTLI_QUALITY = 1;
const ZSTD_LEVEL = 1;
/** More than this goes into a file as it is: what compresses takes one array of bytes. */
const COMPRESSED_BYTES_MAX = 2 ** 30;
/** What is compressed has at most this share of what it was: less is not worth the time of reading it. */
const SHARE_MAX = 0.95;
// What a frame may ask its reader to keep of what came before: 128 MiB, as zstd's own reader has it.
const ZSTD_WINDOW_BYTES_MAX = 2 ** 27;
const ZSTD_MAGIC = 0xfd2fb528;

// What Node has of Zstandard, from 22.15 on.
interface Zstandard {
  zstdCompressSync?(bytes: Uint8Array, options: object): Buffer;
  zstdDecompressSync?(
    bytes: Uint8Array,
    options: object,
  ): { buffer: Buffer; engine: { bytesWritten: number } };
}
const { zstdCompressSync, zstdDecompressSync } = zlib as unknown as Zstandard;
// ZSTD_c_compressionLevel, which older types of Node do not name.
const ZSTD_LEVEL_PARAMETER = 100;

/** True when this Node can write so. */
export function canCompress(compression: Compression): boolean {
  return compression !== 'zstd' || zstdCompressSync !== undefined;
}

/** Throws PICKLE_OPTION for what is no compression, or none that this Node can write. */
export function checkCompression(compression: unknown): void {
  if (compression === undefined) return;
  if (typeof compression !== 'string' || !Object.hasOwn(CODEC, compression))
    throw new PicklingError('PICKLE_OPTION', `there is no compression ${JSON.stringify(compression)}`, {
      hint: `give ${Object.keys(CODEC).join(', ')}`,
    });
  if (!canCompress(compression as Compression))
    throw new PicklingError('PICKLE_OPTION', `Node ${process.versions.node} cannot write zstd`, {
      hint: 'use Node 22.15 or newer, or brotli; every Node reads both',
    });
}

/** Bytes in a smaller form; undefined where it would not be smaller. */
export function compressed(pieces: readonly Uint8Array[], compression: Compression): Uint8Array | undefined {
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  if (length === 0 || length > COMPRESSED_BYTES_MAX || compression === 'none') return undefined;
  const bytes = pieces.length === 1 ? (pieces[0] as Uint8Array) : Buffer.concat(pieces, length);
  const stored = compress(bytes, compression);
  return stored.length < length * SHARE_MAX ? stored : undefined;
}

function compress(bytes: Uint8Array, compression: Exclude<Compression, 'none'>): Buffer {
  switch (compression) {
    case 'deflate':
      return zlib.deflateRawSync(bytes, { level: DEFLATE_LEVEL });
    case 'brotli': {
      const { BROTLI_PARAM_QUALITY, BROTLI_PARAM_SIZE_HINT } = zlib.constants;
      return zlib.brotliCompressSync(bytes, {
        params: { [BROTLI_PARAM_QUALITY]: BROTLI_QUALITY, [BROTLI_PARAM_SIZE_HINT]: bytes.length },
      });
    }
    case 'zstd':
      return (zstdCompressSync as NonNullable<typeof zstdCompressSync>)(bytes, {
        params: { [ZSTD_LEVEL_PARAMETER]: ZSTD_LEVEL },
      });
  }
}

/** Bytes as they were, in memory of their own; undefined when they are not exactly `rawBytes` in that form. */
export function decompressed(stored: Uint8Array, codec: number, rawBytes: number): Uint8Array | undefined {
  try {
    const raw = decompress(stored, codec, rawBytes);
    if (raw === undefined || raw.length !== rawBytes) return undefined;
    // Small results lie in memory that Node shares out, at any place of it.
    const isAlone = raw.byteOffset === 0 && raw.buffer.byteLength === raw.length;
    return isAlone ? new Uint8Array(raw.buffer) : Uint8Array.from(raw);
  } catch {
    return undefined;
  }
}

function decompress(stored: Uint8Array, codec: number, rawBytes: number): Uint8Array | undefined {
  const options = { maxOutputLength: rawBytes, info: true };
  switch (codec) {
    case CODEC.deflate:
      return allOf(stored, zlib.inflateRawSync(stored, options));
    case CODEC.brotli:
      return allOf(stored, zlib.brotliDecompressSync(stored, options));
    case CODEC.zstd:
      if (!isBoundedFrame(stored, rawBytes)) return undefined;
      return zstdDecompressSync === undefined
        ? unzstd(stored, rawBytes)
        : allOf(stored, zstdDecompressSync(stored, options));
    default:
      return undefined;
  }
}

// With `info`, what Node's types do not know: how much of the input was used.
function allOf(stored: Uint8Array, result: unknown): Uint8Array | undefined {
  const { buffer, engine } = result as { buffer: Buffer; engine: { bytesWritten: number } };
  return engine.bytesWritten === stored.length ? buffer : undefined;
}

// One frame of Zstandard that asks for no more memory than what comes of it, or than every reader takes.
function isBoundedFrame(stored: Uint8Array, rawBytes: number): boolean {
  const head = Buffer.alloc(14);
  head.set(stored.subarray(0, head.length));
  const descriptor = head[4] as number;
  const hasDictionary = (descriptor & 3) !== 0;
  if (stored.length < 6 || head.readUInt32LE(0) !== ZSTD_MAGIC || hasDictionary) return false;
  const isSingleSegment = (descriptor & 0x20) !== 0;
  if (!isSingleSegment) {
    const base = 2 ** (10 + ((head[5] as number) >> 3));
    return base + (base / 8) * ((head[5] as number) & 7) <= ZSTD_WINDOW_BYTES_MAX;
  }
  switch (descriptor >> 6) {
    case 0:
      return head[5] === rawBytes;
    case 1:
      return head.readUInt16LE(5) + 256 === rawBytes;
    case 2:
      return head.readUInt32LE(5) === rawBytes;
    default:
      return head.readBigUInt64LE(5) === BigInt(rawBytes);
  }
}

// For Nodes without Zstandard.
function unzstd(stored: Uint8Array, rawBytes: number): Uint8Array | undefined {
  const raw = new Uint8Array(rawBytes);
  let length = 0;
  const stream = new Decompress((piece) => {
    if (piece.length > rawBytes - length) throw new RangeError('more than it says');
    raw.set(piece, length);
    length += piece.length;
  });
  stream.push(stored, true);
  return raw.subarray(0, length);
}
