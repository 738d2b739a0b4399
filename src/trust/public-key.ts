// Public keys as people hand them round: one word of text, and a short form to compare aloud.

import { createHash, createPublicKey, type KeyObject } from 'node:crypto';
import { SignatureError } from '../errors.js';

const PREFIX = 'brine-ed25519:';
const KEY_BYTES = 32;

/** A public key's text: `brine-ed25519:` and 43 characters. */
export function keyText(publicKey: Uint8Array): string {
  return PREFIX + Buffer.from(publicKey).toString('base64url');
}

/** The key of a text. Throws KEY_FORM. */
export function keyOfText(text: string): Uint8Array {
  const coded = text.startsWith(PREFIX) ? text.slice(PREFIX.length) : '';
  const bytes = Buffer.from(coded, 'base64url');
  // One text for each key: another spelling of the same bytes is none.
  if (bytes.length !== KEY_BYTES || keyText(bytes) !== text)
    throw new SignatureError('KEY_FORM', `${JSON.stringify(text.slice(0, 80))} is no public key`, {
      hint: '`brine key` prints one; it starts with brine-ed25519:',
    });
  return bytes;
}

/** Sixteen hexadecimal digits to compare keys by: `3f9a 01c2 77de 4b60`. */
export function fingerprint(publicKey: Uint8Array): string {
  const digits = createHash('sha256').update(publicKey).digest('hex').slice(0, 16);
  return digits.replace(/(.{4})(?=.)/g, '$1 ');
}

/** The key as Node's crypto takes it. */
export function keyObject(publicKey: Uint8Array): KeyObject {
  const x = Buffer.from(publicKey).toString('base64url');
  return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
}

/** The raw bytes of a public key. */
export function rawKey(key: KeyObject): Uint8Array {
  return Buffer.from(key.export({ format: 'jwk' }).x as string, 'base64url');
}
