// Opens a snapshot and decides what it may make: whose it is comes before anything of it is read.
//
// The signature is looked at first; from then on the reader compares everything it reads with what was signed, so that
// whoever can write to the file afterwards changes nothing that is believed. Knows nothing of building.

import { LimitError, RestrictedError, SignatureError, UnpicklingError } from '../errors.js';
import { type ByteSource, bytesSource, openSnapshot, type SnapshotReader } from '../format/index.js';
import { DEFAULT_LIMITS, type Limits } from '../limits.js';
import {
  decrypted,
  fingerprint,
  isEncrypted,
  isTrusted,
  type Keyring,
  KeyStore,
  keyOfText,
  type Whose,
  whoseSignature,
} from '../trust/index.js';
import type { Allow, Policy } from '../unpickle/policy.js';
import { limitsFor, policyFor } from './opening.js';

/** What is to be opened how. */
export interface Asked {
  /** Undefined: trusted for whose signature counts; for others what `otherwise` says. */
  readonly mode: 'data' | 'trusted' | undefined;
  /** What becomes of a file whose signature does not count, where it has to or decides. */
  readonly otherwise: 'refuse' | 'data';
  /** The keys that count; undefined: no signature is looked at, and `mode` decides. */
  readonly ring: Keyring | undefined;
  readonly allow?: Allow | undefined;
  readonly limits?: Partial<Limits> | undefined;
  readonly passphrase?: string | undefined;
  /** The file, for messages. */
  readonly name: string;
}

/** An open snapshot with what it may make. */
export interface Opened {
  readonly reader: SnapshotReader;
  readonly policy: Policy;
  /** Undefined when no signature was looked at. */
  readonly whose: Whose | undefined;
}

/** Opens a snapshot in memory or elsewhere. Reads its header, its table and its signature only. */
export function openTrusting(given: Uint8Array | ByteSource, asked: Asked): Opened {
  const { mode, otherwise, ring, allow, limits } = asked;
  const source = plainSource(given, asked);
  const open = (isTrusting: boolean): SnapshotReader => openSnapshot(source, limitsFor(isTrusting, limits));
  if (ring === undefined) {
    const chosen = mode ?? 'data';
    return { reader: open(chosen === 'trusted'), policy: policyFor(chosen, allow), whose: undefined };
  }
  const reader = open(true);
  const signature = reader.signature();
  const whose = whoseSignature(signature, ring);
  if (isTrusted(whose)) {
    if (signature !== undefined) reader.hold(signature);
    const chosen = mode ?? 'trusted';
    if (chosen === 'trusted') return { reader, policy: policyFor(chosen, allow), whose };
    const restricted = open(false);
    if (signature !== undefined) restricted.hold(signature);
    return { reader: restricted, policy: policyFor(chosen, allow), whose };
  }
  if (otherwise === 'refuse') throw refusal(whose, asked);
  return { reader: open(false), policy: policyFor('data', allow), whose };
}

/** The keys of this user, as far as there are any. */
export function ownRing(keys: KeyStore = new KeyStore()): Keyring {
  return { secret: keys.secret(), own: keys.identity()?.publicKey, trusted: keys.trusted() };
}

/** The keys that a caller named: public keys, `own` for this user's, `trusted` for everybody that this user trusts. */
export function ringOf(keys: readonly string[]): Keyring {
  if (!Array.isArray(keys) || keys.some((key) => typeof key !== 'string'))
    throw new UnpicklingError('UNPICKLE_OPTION', 'keys is no list of texts', {
      hint: "give public keys as `brine key` prints them, 'own' or 'trusted'",
    });
  const named = keys.filter((key) => key !== 'own' && key !== 'trusted');
  const trusted = named.map((text) => ({ publicKey: keyOfText(text), name: text }));
  if (named.length === keys.length) return { secret: undefined, own: undefined, trusted };
  const mine = ownRing();
  return keys.includes('trusted')
    ? { ...mine, trusted: [...mine.trusted, ...trusted] }
    : { ...mine, trusted };
}

/** What is to be read: a file's bytes, decrypted where they are encrypted. */
export function plainSource(given: Uint8Array | ByteSource, { passphrase, limits, mode }: Asked): ByteSource {
  const source = 'read' in given ? given : bytesSource(given);
  if (!isEncrypted(source.read(0, Math.min(8, source.bytes)))) return source;
  const { fileBytesMax } = mode === 'data' ? limitsFor(false, limits) : { ...DEFAULT_LIMITS, ...limits };
  if (source.bytes > fileBytesMax)
    throw new LimitError('LIMIT_EXCEEDED', `${source.bytes} bytes; the limit is ${fileBytesMax}`, {
      hint: 'raise fileBytesMax if you trust the file',
    });
  return bytesSource(decrypted(source.read(0, source.bytes), passphrase));
}

const HINT =
  'look at it with `brine inspect`; open it without running anything (--data, or { mode: "data" }); or trust it (--trust)';

function refusal(whose: Whose, { name, mode }: Asked): RestrictedError | SignatureError {
  const Kind = mode === undefined ? RestrictedError : SignatureError;
  switch (whose.whose) {
    case 'stranger': {
      const key = fingerprint(whose.publicKey);
      return new Kind(
        mode === undefined ? 'RESTRICTED_CODE' : 'SIGNATURE_UNKNOWN',
        `${name} is signed with the key ${key}, which is not trusted here: only what is trusted may run code`,
        { hint: `${HINT}, or its signer (brine trust)` },
      );
    }
    case 'forged':
      return new SignatureError(
        'SIGNATURE_WRONG',
        `${name} is not what was signed with the key ${fingerprint(whose.publicKey)}`,
        { hint: 'it was changed after it was signed, or signed by somebody who does not have the key' },
      );
    default:
      return new Kind(
        mode === undefined ? 'RESTRICTED_CODE' : 'SIGNATURE_UNKNOWN',
        `${name} is not signed by you or by anybody you trust: only what is trusted may run code`,
        { hint: HINT },
      );
  }
}
