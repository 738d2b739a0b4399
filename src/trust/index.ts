// Whose a file is, and who may read it: this user's keys, signatures, passphrases. Knows nothing of values and sessions.

export {
  decrypted,
  ENCRYPTED_HEAD_BYTES,
  encrypted,
  encryptedGeneration,
  isEncrypted,
} from './encryption.js';
export { keyFolder } from './key-folder.js';
export { KeyStore, type TrustedKey } from './keys.js';
export { fingerprint, keyOfText, keyText } from './public-key.js';
export { isTrusted, type Keyring, ownSigner, type Whose, whoseSignature } from './sign.js';
