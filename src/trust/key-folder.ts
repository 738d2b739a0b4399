// The folder with this user's keys: where it is, and how a secret is made and read so that nobody else has it.
//
//   secret        32 random bytes; what is signed with it was written by this user
//   signing-key   the private half of an Ed25519 pair, PKCS 8 in PEM
//   trusted-keys  public keys of others, one a line, each with a name
//
// Files are 0600 in a folder of 0700, made so that two processes that start together end with the same one. A secret that
// others may read, that belongs to somebody else or that is a link is refused, not used, and so is all that lies in a folder
// where others may put something. Knows nothing of snapshots.

import { randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  linkSync,
  openSync,
  readSync,
  realpathSync,
  renameSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import { SignatureError } from '../errors.js';
import { makeOwnFolder, othersIn } from '../store/own-folder.js';

const KEY_FILE_BYTES_MAX = 1 << 20;
const FILE_MODE = 0o600;

/** The folder of this user's keys: `BRINE_HOME`, or `brine` in `XDG_CONFIG_HOME`, or in `~/.config`. */
export function keyFolder(environment: NodeJS.ProcessEnv = process.env): string {
  const own = environment['BRINE_HOME'];
  if (own !== undefined && own !== '') return own;
  const config = environment['XDG_CONFIG_HOME'];
  // The specification says that a relative path means nothing.
  const base = config !== undefined && isAbsolute(config) ? config : join(homedir(), '.config');
  return join(base, 'brine');
}

/** Reads a file of keys; undefined when there is none. Throws KEY_STORE when it is not safe to use. */
export function readKeyFile(path: string): Buffer | undefined {
  checkFolder(dirname(path));
  let file: number;
  try {
    file = openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    if (code === 'ELOOP') throw refused(path, 'it is a link', 'put the file itself there');
    throw unusable(path, 'reading', error);
  }
  try {
    checkOwner(path, file);
    const bytes = Buffer.alloc(KEY_FILE_BYTES_MAX);
    let length = 0;
    for (;;) {
      const taken = readSync(file, bytes, length, bytes.length - length, null);
      if (taken === 0) return Buffer.from(bytes.subarray(0, length));
      length += taken;
      if (length === bytes.length) throw refused(path, 'it is far too long', 'it is no file of keys');
    }
  } catch (error) {
    throw error instanceof SignatureError ? error : unusable(path, 'reading', error);
  } finally {
    closeSync(file);
  }
}

/** Makes a file of keys that must not exist; false when somebody else has just made one. */
export function createKeyFile(path: string, bytes: Uint8Array): boolean {
  const temp = writeTemp(path, bytes);
  try {
    // A link fails where the file exists, and whoever sees the file sees all of it.
    linkSync(temp, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw unusable(path, 'writing', error);
  } finally {
    unlinkSync(temp);
  }
}

/** Replaces a file of keys. */
export function replaceKeyFile(path: string, bytes: Uint8Array): void {
  const temp = writeTemp(path, bytes);
  try {
    renameSync(temp, path);
  } catch (error) {
    unlinkSync(temp);
    throw unusable(path, 'writing', error);
  }
}

function writeTemp(path: string, bytes: Uint8Array): string {
  const temp = `${path}.${randomBytes(12).toString('hex')}.tmp`;
  try {
    makeOwnFolder(dirname(path));
    checkFolder(dirname(path));
    const file = openSync(temp, 'wx', FILE_MODE);
    try {
      for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    return temp;
  } catch (error) {
    throw error instanceof SignatureError ? error : unusable(path, 'writing', error);
  }
}

// A folder that is there may be a link, as people keep their settings; what it leads to has to be theirs alone.
function checkFolder(folder: string): void {
  let reason: ReturnType<typeof othersIn>;
  try {
    reason = othersIn(realpathSync(folder));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw unusable(folder, 'looking at', error);
  }
  if (reason !== undefined)
    throw new SignatureError('KEY_STORE', `the keys in "${folder}" are not used: ${reason.why}`, {
      path: folder,
      hint: reason.hint,
    });
}

function checkOwner(path: string, file: number): void {
  const { mode, uid } = fstatSync(file);
  if ((mode & constants.S_IFMT) !== constants.S_IFREG)
    throw refused(path, 'it is no file', 'remove what is there');
  if (process.getuid === undefined) return;
  if (uid !== process.getuid())
    throw refused(path, 'it belongs to another user', 'remove it, or set BRINE_HOME to a folder of your own');
  if ((mode & 0o077) !== 0)
    throw refused(
      path,
      'others may read or write it',
      `chmod 600 "${path}", or remove it if others may have`,
    );
}

function refused(path: string, why: string, hint: string): SignatureError {
  return new SignatureError('KEY_STORE', `the key "${path}" is not used: ${why}`, { path, hint });
}

function unusable(path: string, what: string, cause: unknown): SignatureError {
  const { code, message } = cause as NodeJS.ErrnoException;
  return new SignatureError('KEY_STORE', `${what} the key "${path}" failed: ${code ?? message}`, {
    path,
    hint: 'set BRINE_HOME to a folder that you can write to',
    cause,
  });
}
