// This user's keys: a secret for what is only ever read back here, a pair of keys for what is handed to others, and the
// public keys of others that are trusted.

import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto';
import { join } from 'node:path';
import { SignatureError } from '../errors.js';
import { createKeyFile, keyFolder, readKeyFile, replaceKeyFile } from './key-folder.js';
import { keyOfText, keyText, rawKey } from './public-key.js';

const SECRET_BYTES = 32;
const NAME_UNITS_MAX = 80;

/** Somebody whose files open as trusted. */
export interface TrustedKey {
  readonly publicKey: Uint8Array;
  /** As this user called them. */
  readonly name: string;
}

/** A private key with its public half. */
export interface Identity {
  readonly privateKey: KeyObject;
  readonly publicKey: Uint8Array;
}

/** The keys in a folder. Reads and makes files when it is asked, not before. */
export class KeyStore {
  readonly folder: string;

  /** @param folder  Where they are. Default: {@link keyFolder}. */
  constructor(folder: string = keyFolder()) {
    this.folder = folder;
  }

  /** The secret of this user; undefined when there is none yet. */
  secret(): Uint8Array | undefined {
    const path = join(this.folder, 'secret');
    const bytes = readKeyFile(path);
    if (bytes !== undefined && bytes.length !== SECRET_BYTES) throw damaged(path);
    return bytes;
  }

  /** The secret of this user, made now if there is none. */
  ensureSecret(): Uint8Array {
    const found = this.secret();
    if (found !== undefined) return found;
    const made = randomBytes(SECRET_BYTES);
    if (createKeyFile(join(this.folder, 'secret'), made)) return made;
    return this.secret() as Uint8Array;
  }

  /** The pair of keys of this user; undefined when there is none yet. */
  identity(): Identity | undefined {
    const path = join(this.folder, 'signing-key');
    const bytes = readKeyFile(path);
    if (bytes === undefined) return undefined;
    try {
      const privateKey = createPrivateKey({ key: bytes, format: 'pem' });
      if (privateKey.asymmetricKeyType !== 'ed25519') throw damaged(path);
      return { privateKey, publicKey: rawKey(createPublicKey(privateKey)) };
    } catch (error) {
      throw error instanceof SignatureError ? error : damaged(path);
    }
  }

  /** The pair of keys of this user, made now if there is none. */
  ensureIdentity(): Identity {
    const found = this.identity();
    if (found !== undefined) return found;
    const { privateKey } = generateKeyPairSync('ed25519');
    const pem = privateKey.export({ format: 'pem', type: 'pkcs8' }) as string;
    createKeyFile(join(this.folder, 'signing-key'), Buffer.from(pem));
    return this.identity() as Identity;
  }

  /** Everybody who is trusted, in the order in which they were added. */
  trusted(): TrustedKey[] {
    const path = join(this.folder, 'trusted-keys');
    const lines = readKeyFile(path)?.toString('utf8').split('\n') ?? [];
    return lines
      .filter((line) => line.trim() !== '' && !line.startsWith('#'))
      .map((line) => {
        const [text = '', ...name] = line.trim().split(' ');
        return { publicKey: keyOfText(text), name: name.join(' ') };
      });
  }

  /** Trusts a key from now on; false when it was trusted already. */
  trust(publicKey: Uint8Array, name: string): boolean {
    const before = this.trusted();
    if (before.some((known) => isSame(known.publicKey, publicKey))) return false;
    this.write([...before, { publicKey, name: plainName(name) }]);
    return true;
  }

  /** Trusts a key no more; false when it was not trusted. */
  distrust(publicKey: Uint8Array): boolean {
    const before = this.trusted();
    const after = before.filter((known) => !isSame(known.publicKey, publicKey));
    if (after.length === before.length) return false;
    this.write(after);
    return true;
  }

  private write(keys: readonly TrustedKey[]): void {
    const lines = keys.map(({ publicKey, name }) => `${keyText(publicKey)} ${name}`.trimEnd());
    replaceKeyFile(join(this.folder, 'trusted-keys'), Buffer.from(lines.map((line) => `${line}\n`).join('')));
  }
}

// One line of the file.
function plainName(name: string): string {
  return name
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim()
    .slice(0, NAME_UNITS_MAX);
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

function damaged(path: string): SignatureError {
  return new SignatureError('KEY_STORE', `the key "${path}" is damaged`, {
    path,
    hint: 'remove it to get a new one; what was signed with it opens as data then',
  });
}
