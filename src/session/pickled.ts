// One save up to the writing: names are chosen, pickled until they fit, looked through for secrets, signed; what comes out is
// what a place is to write, and the report that is whole when it has. Knows nothing of files, stores and waiting.

import { PicklingError, SessionError, SignatureError } from '../errors.js';
import type { Evaluator } from '../evaluator/index.js';
import { bytesOf, type MessageSigner } from '../format/index.js';
import type { ReducerRegistry } from '../graph/registry.js';
import { checkSaveHelp } from '../library/help.js';
import type { FoundSecret } from '../library/secrets/guard.js';
import { guardOf, refusalOf } from '../library/secrets/policy.js';
import { withPristineBuiltins } from '../realm/pristine.js';
import { encrypted, KeyStore, ownSigner } from '../trust/index.js';
import { pickleToFit } from './fit.js';
import type { Place, Stamp } from './places.js';
import { told } from './progress.js';
import { pickleSession } from './save.js';
import { select } from './selection.js';
import type { Loss, Pin, SaveOptions, SaveReport } from './types.js';
import type { Writing, Written } from './write.js';

/** What a save knows of its session. */
export interface SavedSession {
  readonly evaluator: Evaluator;
  readonly registry: ReducerRegistry;
  readonly pins: Pin[];
  readonly startedAtMs: number;
  /** What stood at each place when this session last loaded or saved it; a save that is done adds to it. */
  readonly seen: Map<string, Stamp>;
}

/** What a save asks of a place before anything is written. */
export type SavePlace = Pick<Place, 'key' | 'shownAs' | 'look' | 'targetFor'>;

/** What is to be written, and the report once it is. */
export interface PickledSave {
  readonly writing: Writing;
  report(written: Written): SaveReport;
}

/**
 * Pickles a session for a place. The options were checked.
 *
 * @throws {SessionError} SESSION_NAME, SESSION_OPTION, SESSION_SIZE, SESSION_SECRET
 * @throws {PicklingError} PICKLE_UNSAVABLE with `isStrict`, PICKLE_OPTION
 * @throws {SignatureError} KEY_STORE when `sign` is given and the keys cannot be had
 */
export function pickledSave(
  { evaluator, registry, pins, startedAtMs, seen }: SavedSession,
  place: SavePlace,
  options: SaveOptions,
): PickledSave {
  const start = performance.now();
  checkSaveHelp(options);
  const { bytesMax, onProgress, note, author, compression } = options;
  const { names, leftOut } = withPristineBuiltins(() =>
    select(evaluator.names(), options.names, options.exclude),
  );
  const { signer, signed, unsignedBecause } = withPristineBuiltins(() => signerFor(options.sign));
  const generation = withPristineBuiltins(() => place.look()?.generation ?? 0) + 1;
  const {
    pieces,
    piecesOf,
    report,
    bytes: storedBytes,
  } = pickleToFit(
    names,
    (some, tooLarge) => {
      const all = [...leftOut, ...tooLarge];
      const guard = options.secrets === 'ignore' ? undefined : guardOf(options);
      // What cells showed may show what is left out.
      const hasOutputs = options.outputs ?? (options.names === undefined && all.length === 0);
      const more = {
        registry,
        help: options,
        leftOut: all,
        onProgress,
        live: options.live,
        signer,
        guard,
        generation,
      };
      return pickleSession(evaluator, some, { ...more, pins, hasOutputs, note, author, compression });
    },
    { bytesMax, mayLeaveOut: options.isStrict !== true },
  ).pickled;
  refuseSecrets(report.secrets, options);
  if (options.isStrict === true) refuse(report.losses);
  const { passphrase, onConflict, keeping, isDetached } = options;
  const copied = isDetached === true ? Array.from(bytesOf(pieces), (chunk) => chunk.slice()) : undefined;
  const writing: Writing = {
    seen: seen.get(place.key),
    startedAtMs,
    mayOverwrite: onConflict === 'overwrite',
    keeping,
    // The number differs only where another process has saved since; what is detached goes to places of its own.
    chunksOf: (number) => {
      const bytes = copied ?? bytesOf(number === generation ? pieces : piecesOf(number));
      const chunks = passphrase === undefined ? bytes : encrypted(bytes, passphrase, number);
      return onProgress === undefined ? chunks : told(chunks, { onProgress, total: report.rawBytes });
    },
  };
  const made = ({ now, ...numbers }: Written): SaveReport => {
    if (now !== undefined) seen.set(place.key, now);
    return {
      ...report,
      ...numbers,
      ...(unsignedBecause !== undefined && { unsignedBecause }),
      target: place.targetFor(numbers.generation),
      ...{ signed, storedBytes, durationMs: performance.now() - start },
    };
  };
  return { writing, report: made };
}

interface Signing {
  readonly signer?: MessageSigner;
  readonly signed: SaveReport['signed'];
  readonly unsignedBecause?: string;
}

// Where there is no place for keys, a save is still a save: it says that it is not signed.
function signerFor(wanted: SaveOptions['sign']): Signing {
  if (wanted === 'no') return { signed: undefined };
  try {
    return { signer: ownSigner(new KeyStore(), wanted === 'others'), signed: wanted ?? 'own' };
  } catch (error) {
    if (wanted !== undefined || !(error instanceof SignatureError)) throw error;
    return { signed: undefined, unsignedBecause: error.message };
  }
}

function refuse(losses: readonly Loss[]): void {
  const [first] = losses;
  if (first === undefined) return;
  const more = losses.length > 1 ? `, and ${losses.length - 1} more` : '';
  throw new PicklingError(
    'PICKLE_UNSAVABLE',
    `cannot save ${first.path}: ${first.what}, ${first.reason}${more}`,
    {
      path: first.path,
      hint: first.hint,
    },
  );
}

function refuseSecrets(found: readonly FoundSecret[], options: SaveOptions): void {
  const refusal = refusalOf(found, options);
  if (refusal !== undefined) throw new SessionError('SESSION_SECRET', refusal.message, refusal);
}
