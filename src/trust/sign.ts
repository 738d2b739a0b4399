// Signing and whose a signature is. The algorithms are fixed here; nothing in a file chooses one.
//
// HMAC-SHA-256 with this user's secret for one's own files, Ed25519 for those of others. A signature says whose a file is;
// whether it is undamaged is what checksums say. Knows nothing of how files are laid out.

import { createHmac, sign, timingSafeEqual, verify } from 'node:crypto';
import type { MessageSigner, Signature, Signed, SignerPart } from '../format/index.js';
import type { KeyStore, TrustedKey } from './keys.js';
import { keyObject } from './public-key.js';

// What is signed for brine means nothing anywhere else.
const MAC_DOMAIN = Buffer.from('brine own snapshot 1\n');
const SIGNER_DOMAIN = Buffer.from('brine signed snapshot 1\n');

/** Signs with this user's secret, and with their pair of keys where it is for others. Makes the keys if need be. */
export function ownSigner(keys: KeyStore, isForOthers: boolean): MessageSigner {
  const secret = keys.ensureSecret();
  const identity = isForOthers ? keys.ensureIdentity() : undefined;
  return {
    hasSigner: identity !== undefined,
    sign: (message): Signed => {
      const signer = identity && {
        publicKey: identity.publicKey,
        signature: sign(null, Buffer.concat([SIGNER_DOMAIN, message]), identity.privateKey),
      };
      return { mac: macOf(secret, message, signer), signer };
    },
  };
}

/** Whose a snapshot is. */
export type Whose =
  /** This user's: the secret of this machine signed it. */
  | { readonly whose: 'own' }
  /** Somebody's whom this user trusts, or whose key the caller gave. */
  | { readonly whose: 'trusted'; readonly publicKey: Uint8Array; readonly name: string }
  /** Somebody's whom nobody here trusts. */
  | { readonly whose: 'stranger'; readonly publicKey: Uint8Array }
  /** Signed by a key and changed since, or signed by somebody who does not have the key. */
  | { readonly whose: 'forged'; readonly publicKey: Uint8Array }
  /** Not signed, or with another user's secret only: these look the same. */
  | { readonly whose: 'nobody' };

/** Which keys count. */
export interface Keyring {
  readonly secret: Uint8Array | undefined;
  readonly own: Uint8Array | undefined;
  readonly trusted: readonly TrustedKey[];
}

/** Whose a signature is. It is believed only in what was read under it; see `SnapshotReader.hold`. */
export function whoseSignature(signature: Signature | undefined, ring: Keyring): Whose {
  if (signature === undefined) return { whose: 'nobody' };
  const { message, mac, signer } = signature;
  if (ring.secret !== undefined && timingSafeEqual(mac, macOf(ring.secret, message, signer)))
    return { whose: 'own' };
  if (signer === undefined) return { whose: 'nobody' };
  const { publicKey } = signer;
  if (!isSignedBy(message, signer)) return { whose: 'forged', publicKey };
  const known = ring.trusted.find((key) => Buffer.compare(key.publicKey, publicKey) === 0);
  if (known !== undefined) return { whose: 'trusted', publicKey, name: known.name };
  if (ring.own !== undefined && Buffer.compare(ring.own, publicKey) === 0) return { whose: 'own' };
  return { whose: 'stranger', publicKey };
}

/** True for what may open as trusted. */
export function isTrusted(found: Whose): boolean {
  return found.whose === 'own' || found.whose === 'trusted';
}

function isSignedBy(message: Uint8Array, { publicKey, signature }: SignerPart): boolean {
  try {
    return verify(null, Buffer.concat([SIGNER_DOMAIN, message]), keyObject(publicKey), signature);
  } catch {
    // Bytes that are no point of the curve are nobody's key.
    return false;
  }
}

// Over the other signature too: for whoever has the secret, no byte of the file can be changed.
function macOf(secret: Uint8Array, message: Uint8Array, signer: SignerPart | undefined): Buffer {
  const hmac = createHmac('sha256', secret).update(MAC_DOMAIN).update(message);
  if (signer !== undefined) hmac.update(signer.publicKey).update(signer.signature);
  return hmac.digest();
}
