// `brine key`, `brine sign`, `brine trust`: whose a file is, and whose files open as trusted.
//
// A signature says whose a file is, a checksum that it is undamaged; no line says both. Nothing here builds or runs
// anything of a file.

import { LimitError, SignatureError } from '../../src/errors.js';
import {
  type ByteSource,
  bytesOf,
  bytesSource,
  KIND_BYTES,
  openSnapshot,
  type SnapshotReader,
  signedAnew,
} from '../../src/format/index.js';
import { ownRing } from '../../src/library/trusting.js';
import { type Limits, RESTRICTED_LIMITS } from '../../src/limits.js';
import { openFile, readFileBytes, replaceFile } from '../../src/store/index.js';
import {
  decrypted,
  fingerprint,
  isEncrypted,
  isTrusted,
  KeyStore,
  keyOfText,
  keyText,
  ownSigner,
  type Whose,
  whoseSignature,
} from '../../src/trust/index.js';
import { displayJson, displayName } from '../display-name.js';
import { CommandError } from '../errors.js';
import { failed } from '../failure.js';
import { table } from '../format.js';
import { printFound } from '../page.js';
import { pathOfWord } from '../session-word.js';
import { type Command, type CommandArguments, EXIT, type Shell } from './command.js';
import { checkKind } from './foreign-file.js';
import { passphrase } from './passphrase.js';
import { whoseText } from './report.js';

/** A command's answer: what `--json` prints, the text, and its exit code. */
interface Answer {
  readonly json: unknown;
  readonly text: string;
  readonly code?: number;
}

/** Runs one of the commands for `brine <name>`; prints on standard output. Returns an exit code. */
export async function answer(
  isJson: boolean | undefined,
  work: () => Answer | Promise<Answer>,
): Promise<number> {
  try {
    const { json, text, code = EXIT.ok } = await work();
    printFound(isJson, json, () => text);
    return code;
  } catch (error) {
    return failed(error);
  }
}

/** `brine key`: this user's public key, made when it is first asked for. */
export function showKey(): Answer {
  const { publicKey } = new KeyStore().ensureIdentity();
  const key = keyOf(publicKey);
  return { json: key, text: `${key.key}\n  to compare: ${key.fingerprint}` };
}

/** `brine sign <file>`: says that a file is this user's, to everybody who has the public key. */
export async function signFile(file: string): Promise<Answer> {
  const { source, wasEncrypted, close } = await openSource(file);
  try {
    if (wasEncrypted)
      throw new CommandError(
        `${displayName(file)} is encrypted, and what is inside is what is signed`,
        'load it and save it again with --sign --encrypt',
      );
    const { reader, whose } = look(source);
    if (whose.whose === 'forged') throw forged(file, whose.publicKey);
    reader.checkRest();
    const keys = new KeyStore();
    await replaceFile(pathOfWord(file), bytesOf(signedAnew(reader, ownSigner(keys, true))));
    const key = keyOf(keys.ensureIdentity().publicKey);
    const text = `${displayName(file)} is signed with your key ${key.fingerprint}`;
    return { json: { file: pathOfWord(file), ...key }, text };
  } finally {
    close();
  }
}

/** `brine trust`: lists, adds or removes people whose files open as trusted; a file stands for who signed it. */
export async function trust(what: string | undefined, name: string, isRemoving: boolean): Promise<Answer> {
  const keys = new KeyStore();
  if (what === undefined) {
    const trusted = keys.trusted().map((one) => ({ ...keyOf(one.publicKey), name: one.name }));
    return { json: trusted, text: trustedText(keys) };
  }
  const publicKey = what.startsWith('brine-ed25519:') ? keyOfText(what) : await signerOf(what);
  const key = fingerprint(publicKey);
  const told = { ...keyOf(publicKey), name };
  if (isRemoving) {
    const isChanged = keys.distrust(publicKey);
    const json = { ...told, isTrusted: false, isChanged };
    if (isChanged) return { json, text: `files signed with ${key} are not trusted any more` };
    return { json, text: `${key} was not trusted`, code: EXIT.failed };
  }
  const called = name === '' ? '' : ` (${displayName(name, 80)})`;
  const isChanged = keys.trust(publicKey, name);
  const text = isChanged
    ? `files signed with ${key}${called} are trusted from now on: their code runs when they are loaded`
    : `${key} is trusted already`;
  return { json: { ...told, isTrusted: true, isChanged }, text };
}

// As it is handed round, and as two people compare it.
function keyOf(publicKey: Uint8Array): { readonly key: string; readonly fingerprint: string } {
  return { key: keyText(publicKey), fingerprint: fingerprint(publicKey) };
}

/** `.trust <file or key> [name]` at the prompt. */
export const trustCommand: Command = {
  name: 'trust',
  usage: '[file or key] [name] [--remove]',
  summary: 'let files of whoever signed this one run code when they are loaded',
  flags: ['remove', 'json'],
  completes: 'file',
  run: async (shell: Shell, given: CommandArguments) => {
    const [what, ...name] = given.words;
    const { json, text, code = EXIT.ok } = await trust(what, name.join(' '), given.flags.has('remove'));
    shell.print(given.flags.has('json') ? displayJson(json) : text);
    return code;
  },
};

/** Opens a snapshot to be looked at, held to the limits of what it is; with a line on its signature. */
export function openToLook(
  source: ByteSource,
  limits: Limits = RESTRICTED_LIMITS,
): { readonly reader: SnapshotReader; readonly line: string } {
  const { reader, whose } = look(source);
  return {
    reader: isTrusted(whose) ? reader : openSnapshot(source, limits),
    line: whoseText(whose),
  };
}

/** The bytes of a file or of a named session, decrypted where they are encrypted. */
export async function openSource(
  word: string,
): Promise<{ readonly source: ByteSource; readonly wasEncrypted: boolean; close(): void }> {
  const file = pathOfWord(word);
  const open = openFile(file);
  try {
    const source = open ?? bytesSource(await readFileBytes(file));
    checkKind(word, source.read(0, Math.min(KIND_BYTES, source.bytes)));
    const wasEncrypted = isEncrypted(source.read(0, Math.min(8, source.bytes)));
    if (!wasEncrypted) return { source, wasEncrypted, close: () => open?.close() };
    if (source.bytes > ENCRYPTED_BYTES_MAX)
      throw new LimitError(
        'LIMIT_EXCEEDED',
        `${source.bytes} encrypted bytes; the limit is ${ENCRYPTED_BYTES_MAX}`,
      );
    const plain = decrypted(source.read(0, source.bytes), passphrase().passphrase);
    return { source: bytesSource(plain), wasEncrypted, close: () => open?.close() };
  } catch (error) {
    open?.close();
    throw error;
  }
}

/** What is encrypted has to be in memory. */
const ENCRYPTED_BYTES_MAX = 2 ** 32;

/** Opens a snapshot and says whose it is; what is read of it has to be what was signed. */
export function look(source: ByteSource): { reader: SnapshotReader; whose: Whose } {
  const reader = openSnapshot(source);
  const signature = reader.signature();
  const whose = whoseSignature(signature, ownRing());
  if (signature !== undefined && isTrusted(whose)) reader.hold(signature);
  return { reader, whose };
}

async function signerOf(file: string): Promise<Uint8Array> {
  const { source, close } = await openSource(file);
  try {
    const { whose } = look(source);
    if (whose.whose === 'stranger' || whose.whose === 'trusted') return whose.publicKey;
    if (whose.whose === 'forged') throw forged(file, whose.publicKey);
    const why = whose.whose === 'own' ? 'is signed by you' : 'has no signature of anybody else';
    throw new CommandError(
      `${displayName(file)} ${why}`,
      'give a public key as `brine key` prints it, or a file that somebody signed',
    );
  } finally {
    close();
  }
}

/** The error for a file that was changed after it was signed. */
export function forged(file: string, publicKey: Uint8Array): SignatureError {
  const message = `${file} is not what was signed with the key ${fingerprint(publicKey)}`;
  return new SignatureError('SIGNATURE_WRONG', message, {
    hint: 'it was changed after it was signed, or signed by somebody who does not have the key',
  });
}

function trustedText(keys: KeyStore): string {
  const known = keys.trusted();
  if (known.length === 0) return 'nobody but you is trusted';
  return table(
    known.map(({ publicKey, name }) => [fingerprint(publicKey), displayName(name, 40), keyText(publicKey)]),
  );
}
