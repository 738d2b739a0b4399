// A snapshot under a passphrase: scrypt makes a key of it, AES-256-GCM encrypts the file and notices every change.
//
//   offset  bytes  field
//   0       8      magic 89 42 52 58 0D 0A 1A 0A
//   8       8      generation: the number of the save to its place, for who has no passphrase; 0: nobody counts
//   16      16     salt
//   32      12     nonce
//   44      …      the snapshot, encrypted
//   −16     16     tag, over all of the above
//
// Salt and nonce are random and fresh for each file. The costs of scrypt are fixed here: a file cannot ask for more. What
// is decrypted is handed out only when the tag was right, so an encrypted file is read as a whole. Knows nothing of what
// is inside.

import { createCipheriv, createDecipheriv, randomBytes, scryptSync } from 'node:crypto';
import { LimitError, SignatureError } from '../errors.js';

/** The first bytes of every encrypted snapshot. */
export const ENCRYPTED_MAGIC: Uint8Array = Uint8Array.of(0x89, 0x42, 0x52, 0x58, 0x0d, 0x0a, 0x1a, 0x0a);

const SALT_AT = 16;
const SALT_BYTES = 16;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const HEAD_BYTES = SALT_AT + SALT_BYTES + NONCE_BYTES;
const PART_BYTES = 1 << 24;
/** What one key and nonce may encrypt. */
const CONTENT_BYTES_MAX = 2 ** 36 - 32;
// 128 MiB and some tenths of a second for each try.
const SCRYPT = { N: 2 ** 17, r: 8, p: 1, maxmem: 2 ** 28 };

/** True when bytes start as an encrypted snapshot does. */
export function isEncrypted(bytes: Uint8Array): boolean {
  return bytes.length >= 8 && ENCRYPTED_MAGIC.every((byte, index) => bytes[index] === byte);
}

/** How many bytes {@link encryptedGeneration} needs. */
export const ENCRYPTED_HEAD_BYTES = HEAD_BYTES;

/** The number of the save, as the first bytes of a file say; undefined when it is not encrypted. Nothing has proved it. */
export function encryptedGeneration(head: Uint8Array): number | undefined {
  if (!isEncrypted(head) || head.length < HEAD_BYTES) return undefined;
  const generation = Number(
    Buffer.from(head.buffer, head.byteOffset, HEAD_BYTES).readBigUInt64LE(ENCRYPTED_MAGIC.length),
  );
  return Number.isSafeInteger(generation + 1) ? generation : 0;
}

/** Encrypts the pieces of a file, with the number of the save beside it; what it gives is as long as they are, and 60 bytes. */
export function* encrypted(
  pieces: Iterable<Uint8Array>,
  passphrase: string,
  generation = 0,
): Generator<Uint8Array> {
  const number = Buffer.alloc(SALT_AT - ENCRYPTED_MAGIC.length);
  number.writeBigUInt64LE(BigInt(generation));
  const [salt, nonce] = [randomBytes(SALT_BYTES), randomBytes(NONCE_BYTES)];
  const head = Buffer.concat([ENCRYPTED_MAGIC, number, salt, nonce]);
  const cipher = createCipheriv('aes-256-gcm', keyOf(passphrase, salt), nonce, {
    authTagLength: TAG_BYTES,
  });
  cipher.setAAD(head);
  yield head;
  let bytes = 0;
  for (const piece of pieces) {
    bytes += piece.length;
    if (bytes > CONTENT_BYTES_MAX)
      throw new LimitError('LIMIT_EXCEEDED', `more than ${CONTENT_BYTES_MAX} bytes cannot be encrypted`, {
        hint: 'save it in parts, or without a passphrase',
      });
    for (let at = 0; at < piece.length; at += PART_BYTES)
      yield cipher.update(piece.subarray(at, at + PART_BYTES));
  }
  cipher.final();
  yield cipher.getAuthTag();
}

/** Decrypts a file. Throws ENCRYPTED when the passphrase is another one or anything of the file was changed. */
export function decrypted(file: Uint8Array, passphrase: string | undefined): Uint8Array {
  if (passphrase === undefined)
    throw new SignatureError('ENCRYPTED', 'the snapshot is encrypted', {
      hint: 'give its passphrase',
    });
  if (file.length < HEAD_BYTES + TAG_BYTES) throw wrong();
  const head = file.subarray(0, HEAD_BYTES);
  const content = file.subarray(HEAD_BYTES, file.length - TAG_BYTES);
  const key = keyOf(passphrase, head.subarray(SALT_AT, SALT_AT + SALT_BYTES));
  const decipher = createDecipheriv('aes-256-gcm', key, head.subarray(SALT_AT + SALT_BYTES), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAAD(head);
  decipher.setAuthTag(file.subarray(file.length - TAG_BYTES));
  const plain = new Uint8Array(content.length);
  for (let at = 0; at < content.length; at += PART_BYTES)
    plain.set(decipher.update(content.subarray(at, at + PART_BYTES)), at);
  try {
    decipher.final();
  } catch {
    throw wrong();
  }
  return plain;
}

function keyOf(passphrase: string, salt: Uint8Array): Buffer {
  return scryptSync(passphrase.normalize('NFC'), salt, 32, SCRYPT);
}

function wrong(): SignatureError {
  return new SignatureError('ENCRYPTED', 'the snapshot does not open with this passphrase', {
    hint: 'it is another passphrase, or the file was changed or cut short: these cannot be told apart',
  });
}
