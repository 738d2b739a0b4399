// What looks like a secret in the bytes of a buffer: a key file that was read, a token that came over the network.
//
// Only bytes that read as text are looked at, and of a long buffer only the start: the guard must not cost what the save
// does. Keys in binary forms, UTF-16 and what lies among much binary data are not seen. Knows nothing of graphs.

import { secretsIn } from './patterns.js';

/** One secret in bytes, by its offsets. */
export interface SecretBytes {
  readonly kind: string;
  readonly secret: string;
  readonly start: number;
  readonly end: number;
}

/** Of a longer buffer only the start is looked at. */
const LOOKED_AT_BYTES_MAX = 1 << 20;
/** So many bytes at the start say whether it reads as text. */
const SAMPLE_BYTES = 512;
const TEXT_SHARE_MIN = 0.95;
const SHORTEST_BYTES = 10;
/** A buffer up to this size that does not read as text is looked at between its zeros. */
const SPLIT_BYTES_MAX = 1 << 14;

/** The secrets in bytes that read as text. */
export function secretsInBytes(bytes: Uint8Array): readonly SecretBytes[] {
  if (readsAsText(bytes)) return inText(bytes, 0, Math.min(bytes.length, LOOKED_AT_BYTES_MAX));
  return bytes.length <= SPLIT_BYTES_MAX ? inParts(bytes) : [];
}

// What small Buffers of Node share has zeros between them.
function inParts(bytes: Uint8Array): SecretBytes[] {
  const found: SecretBytes[] = [];
  for (let start = 0; start < bytes.length; ) {
    const zero = bytes.indexOf(0, start);
    const end = zero < 0 ? bytes.length : zero;
    if (readsAsText(bytes.subarray(start, end))) found.push(...inText(bytes, start, end));
    start = end + 1;
  }
  return found;
}

// A character a byte, so that places in the text are places in the bytes.
function inText(bytes: Uint8Array, from: number, to: number): SecretBytes[] {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('latin1');
  return secretsIn(text).map(({ kind, secret, at }) => {
    const start = from + at;
    return { kind, secret, start, end: start + secret.length };
  });
}

// ASCII that is printed, blanks, and what UTF-8 has beyond.
function readsAsText(bytes: Uint8Array): boolean {
  if (bytes.length < SHORTEST_BYTES) return false;
  const count = Math.min(bytes.length, SAMPLE_BYTES);
  let texts = 0;
  for (let i = 0; i < count; i++) {
    const byte = bytes[i] as number;
    if ((byte >= 0x20 && byte !== 0x7f) || (byte >= 0x09 && byte <= 0x0d)) texts++;
  }
  return texts >= count * TEXT_SHARE_MIN;
}
