// What lies under a key whose bytes are in parts: a line of JSON that names the parts by what is in them.
//
//   {"brine":"parts/1","bytes":9000000,"partBytes":4194304,"savedAtMs":1764115200000,"parts":["<sha-256>",…]}
//
// A part's name is the SHA-256 of its bytes, in hexadecimal: a part that is there already need not be sent again, and one
// that comes is checked. Knows nothing of where any of it lies.

import { StoreError } from '../errors.js';

const START = '{"brine":"parts/1",';
const DIGEST = /^[0-9a-f]{64}$/u;
/** The most bytes that one part may have. */
export const PART_BYTES_MAX = 2 ** 28;

/** What is known of something in parts. */
export interface Manifest {
  readonly bytes: number;
  /** All parts but the last one have so many. */
  readonly partBytes: number;
  readonly savedAtMs: number;
  readonly parts: readonly string[];
}

/** True when bytes claim to be a manifest. */
export function isManifest(bytes: Uint8Array): boolean {
  return (
    Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, START.length)).toString('latin1') ===
    START
  );
}

/** The bytes of a manifest. */
export function manifestBytes({ bytes, partBytes, savedAtMs, parts }: Manifest): Buffer {
  return Buffer.from(`${JSON.stringify({ brine: 'parts/1', bytes, partBytes, savedAtMs, parts })}\n`);
}

/** Reads a manifest; what it says fits together. Throws STORE_READ for one that is damaged. */
export function readManifest(bytes: Uint8Array, key: string): Manifest {
  let found: Partial<Manifest>;
  try {
    found = JSON.parse(Buffer.from(bytes).toString()) as Partial<Manifest>;
  } catch (error) {
    throw damaged(key, error);
  }
  const { bytes: total, partBytes, savedAtMs, parts } = found;
  const isWhole =
    isCount(total) &&
    isCount(savedAtMs) &&
    isCount(partBytes) &&
    partBytes >= 1 &&
    partBytes <= PART_BYTES_MAX &&
    Array.isArray(parts) &&
    parts.length === Math.ceil(total / partBytes) &&
    parts.every((part) => typeof part === 'string' && DIGEST.test(part));
  if (!isWhole) throw damaged(key);
  return { bytes: total, partBytes, savedAtMs, parts };
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function damaged(key: string, cause?: unknown): StoreError {
  return new StoreError('STORE_READ', `what says which parts ${key} has is damaged`, {
    path: key,
    hint: 'save it again, or delete it',
    cause,
  });
}
