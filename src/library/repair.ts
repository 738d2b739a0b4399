// Repairing: a new file of what survives in a damaged one. The damaged one is kept.
//
// Builds nothing and runs nothing of the file: what survives is taken over as bytes, whoever wrote it. It is signed only
// where the caller says so: the damaged file says each time that it is damaged, and the new one looks like any other.

import { constants, copyFileSync, existsSync, unlinkSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import { SignatureError, StoreError, UnpicklingError } from '../errors.js';
import { type ByteSource, bytesOf, bytesSource, countedSource, sizeOf } from '../format/index.js';
import { DEFAULT_LIMITS } from '../limits.js';
import { checkOptionNames, type OptionNames } from '../option-names.js';
import { withPristineBuiltins, withSessionBuiltins } from '../realm/pristine.js';
import { begun, finished } from '../store/half-written.js';
import { openFile, readFileBytes, replaceFile } from '../store/index.js';
import { pathOf } from '../store/path-of.js';
import {
  ENCRYPTED_HEAD_BYTES,
  encrypted,
  encryptedGeneration,
  type Keyring,
  KeyStore,
  ownSigner,
  type Whose,
} from '../trust/index.js';
import { type Findings, type OpenedDamaged, openDamaged } from './salvage.js';
import { ownRing } from './trusting.js';

/** Options of {@link repair}. */
export interface RepairOptions {
  /** Where the new file goes. Default: beside the damaged one, `work.repaired.pkl` for `work.pkl`. */
  readonly target?: string | URL;
  /** Put the new file in the place of the damaged one, which is kept as `work.damaged.pkl`. Default: false. */
  readonly isInPlace?: boolean;
  /** Replace a target that exists. Default: false. */
  readonly isOverwriting?: boolean;
  /**
   * Sign it as this user's, so that its code runs when it is loaded: only for a file whose surviving parts you trust.
   * Default: false. A file that could be put back byte for byte keeps the signature that it had.
   */
  readonly isTrusted?: boolean;
  /** What the file was encrypted with; the new one is encrypted with it too. */
  readonly passphrase?: string;
  /** Told now and then how many bytes were read, and then how many were written. Default: nobody is told. */
  readonly onProgress?: (progress: {
    readonly phase: 'reading' | 'writing';
    readonly done: number;
    readonly total: number | undefined;
  }) => void;
}

const NAMES: OptionNames<RepairOptions> = {
  target: 'any',
  isInPlace: 'any',
  isOverwriting: 'any',
  isTrusted: 'any',
  passphrase: 'any',
  onProgress: 'function',
};

/** What {@link repair} did. */
export interface RepairReport extends Findings {
  readonly source: string;
  /** The new file; undefined when nothing was written, because nothing is damaged. */
  readonly target: string | undefined;
  /** Where the damaged file is now; undefined when it is where it was. */
  readonly damagedFile: string | undefined;
  /** `kept`: the signature that it had; `own`: this user's; undefined: none. */
  readonly signed: 'kept' | 'own' | undefined;
}

/**
 * Writes a new file of what survives in a damaged snapshot: every name whose part of the file is whole, and for each other
 * name a tombstone that says which bytes are damaged. Where all damage can be undone, the new file is what was written,
 * byte for byte. The damaged file is kept. Runs and builds nothing of the file.
 *
 * @param source   The damaged file: a path or a file URL.
 * @param options  See {@link RepairOptions}.
 * @returns What was found and written; `damage` is empty, and nothing is written, for a file that is whole.
 * @throws {UnpicklingError} UNPICKLE_OPTION for an option that there is not
 * @throws {CorruptSnapshotError} SNAPSHOT_MAGIC, SNAPSHOT_TRUNCATED, SNAPSHOT_CHECKSUM, SNAPSHOT_STRUCTURE when nothing
 *   survives
 * @throws {ProtocolError} PROTOCOL_TOO_NEW
 * @throws {LimitError} LIMIT_EXCEEDED
 * @throws {StoreError} STORE_ADDRESS, STORE_READ; STORE_WRITE, also for a target that exists; STORE_DURABILITY
 * @throws {SignatureError} SIGNATURE_WRONG for a file that was changed on purpose; ENCRYPTED; KEY_STORE with `isTrusted`
 * @see `.recover` of SQLite
 * @example
 *   const report = await repair('model.pkl');
 *   report.damage.length; // 0
 */
export async function repair(source: string | URL, options: RepairOptions = {}): Promise<RepairReport> {
  withPristineBuiltins(() =>
    checkOptionNames(
      options,
      NAMES,
      (message, hint) => new UnpicklingError('UNPICKLE_OPTION', message, { hint }),
    ),
  );
  const path = pathOf(source);
  if (options.target !== undefined) pathOf(options.target);
  const { passphrase, isInPlace = false, onProgress } = options;
  const file = withPristineBuiltins(() => openFile(path));
  try {
    const whole = file ?? bytesSource(await readFileBytes(path));
    const bytes = onProgress === undefined ? whole : readingTold(whole, onProgress);
    const opened = openDamaged(bytes, {
      ...{
        mode: 'trusted',
        otherwise: 'data',
        ring: ringIfAny(),
        limits: DEFAULT_LIMITS,
        passphrase,
        name: path,
      },
    });
    const { findings } = opened;
    const nothing = {
      ...findings,
      source: path,
      target: undefined,
      damagedFile: undefined,
      signed: undefined,
    };
    if (findings.damage.length === 0) return nothing;
    const target = isInPlace ? path : targetFor(path, options);
    const signer = options.isTrusted === true ? ownSigner(new KeyStore(), false) : undefined;
    const survivors = opened.pieces(signer);
    const pieces =
      onProgress === undefined
        ? bytesOf(survivors)
        : writingTold(bytesOf(survivors), sizeOf(survivors), onProgress);
    const generation = encryptedGeneration(bytes.read(0, Math.min(ENCRYPTED_HEAD_BYTES, bytes.bytes)));
    const chunks = generation === undefined ? pieces : encrypted(pieces, passphrase as string, generation);
    const damagedFile = isInPlace ? setAside(path) : undefined;
    try {
      await replaceFile(target, chunks);
    } catch (error) {
      if (damagedFile !== undefined && wasUntouched(error)) unlinkSync(damagedFile);
      throw error;
    } finally {
      if (damagedFile !== undefined) finished(damagedFile);
    }
    return { ...findings, source: path, target, damagedFile, signed: signedOf(opened, signer !== undefined) };
  } finally {
    file?.close();
  }
}

type Told = NonNullable<RepairOptions['onProgress']>;

function readingTold(source: ByteSource, onProgress: Told): ByteSource {
  let done = 0;
  return countedSource(source, (bytes) => {
    done += bytes;
    // It is read more than once.
    const total = done <= source.bytes ? source.bytes : undefined;
    withSessionBuiltins(() => onProgress({ phase: 'reading', done, total }));
  });
}

function* writingTold(pieces: Iterable<Uint8Array>, total: number, onProgress: Told): Generator<Uint8Array> {
  let done = 0;
  for (const piece of pieces) {
    withSessionBuiltins(() => onProgress({ phase: 'writing', done, total }));
    yield piece;
    done += piece.length;
  }
}

// With that code the new file is there, or may be.
function wasUntouched(error: unknown): boolean {
  return !(error instanceof StoreError && error.code === 'STORE_DURABILITY');
}

// Without keys nothing is proved, and nothing needs to be: nothing is built.
function ringIfAny(): Keyring | undefined {
  try {
    return ownRing();
  } catch (error) {
    if (error instanceof SignatureError) return undefined;
    throw error;
  }
}

function targetFor(path: string, { target, isOverwriting = false }: RepairOptions): string {
  const place = target === undefined ? besides(path, 'repaired') : pathOf(target);
  if (isOverwriting || !existsSync(place)) return place;
  throw new StoreError('STORE_WRITE', `cannot save "${place}": it exists`, {
    path: place,
    hint: 'give another name, or say that it may be replaced',
  });
}

// `work.repaired.pkl` beside `work.pkl`.
function besides(path: string, word: string): string {
  const ending = extname(path);
  return join(dirname(path), `${basename(path, ending)}.${word}${ending}`);
}

const NAMES_MAX = 1000;

// A copy under a name that nobody has: the file itself stays until the new one is whole.
function setAside(path: string): string {
  for (let number = 1; number <= NAMES_MAX; number++) {
    const place = besides(path, number === 1 ? 'damaged' : `damaged-${number}`);
    try {
      copyFileSync(path, place, constants.COPYFILE_EXCL);
      begun(place);
      return place;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') continue;
      throw new StoreError('STORE_WRITE', `cannot keep the damaged file as "${place}"`, {
        path: place,
        cause: error,
      });
    }
  }
  throw new StoreError('STORE_WRITE', `there are ${NAMES_MAX} damaged files beside "${path}"`, { path });
}

function signedOf({ findings, whose }: OpenedDamaged, isOurs: boolean): RepairReport['signed'] {
  if (findings.isExact) return isSigned(whose) ? 'kept' : undefined;
  return isOurs ? 'own' : undefined;
}

function isSigned(whose: Whose | undefined): boolean {
  return whose !== undefined && whose.whose !== 'nobody' && whose.whose !== 'forged';
}
