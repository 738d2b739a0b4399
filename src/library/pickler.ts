// Pickling one value: the walk, the meta section and the bytes. Knows nothing of files; sessions have their own way in.

import { constants } from 'node:buffer';
import { PicklingError } from '../errors.js';
import {
  bytesOf,
  type Compression,
  checkCompression,
  endMark,
  FRAME_HEAD_BYTES,
  type MetaModule,
  type Piece,
  SnapshotWriter,
  sizeOf,
} from '../format/index.js';
import { globalRegistry, type Reducer, ReducerRegistry } from '../graph/registry.js';
import { checkOptionNames, type OptionNames } from '../option-names.js';
import type { ModuleName, PickleLoss } from '../pickle/types.js';
import { walk } from '../pickle/walk.js';
import { packageVersion } from '../realm/packages.js';
import { tellSession, withPristineBuiltins, withSessionBuiltins } from '../realm/pristine.js';
import { replaceFile } from '../store/index.js';
import { pathOf } from '../store/path-of.js';
import { KeyStore, ownSigner } from '../trust/index.js';
import { BRINE_VERSION } from '../version.js';
import { checkSaveHelp, type SaveHelp, walkOptionsOf } from './help.js';
import type { FoundSecret, SecretGuard } from './secrets/guard.js';
import {
  guardOf,
  refusalOf,
  SECRET_POLICIES,
  type SecretOptions,
  type SecretPolicy,
} from './secrets/policy.js';
import { isWritable, writeToStream } from './streams.js';

/** A value that could not be pickled as it is. */
export type Loss = PickleLoss;

/** Options of {@link dumps}, {@link dump} and {@link Pickler}. */
export interface DumpOptions extends SaveHelp, SecretOptions {
  /**
   * Called for each value that cannot be pickled; it then becomes a tombstone, and everything else is saved. Without
   * it, the first such value makes the call fail. Default: none, so nothing is ever lost silently.
   */
  readonly onLoss?: (loss: Loss) => void;
  /** Called for each value that is saved as something a little different (shared memory as a copy). Default: none. */
  readonly onChange?: (change: Loss) => void;
  /**
   * What becomes of what looks like a secret, see {@link SecretOptions.secrets}; with `report` only `onSecret` tells.
   * Default: `report` when `onSecret` is given; otherwise nobody looks.
   */
  readonly secrets?: SecretPolicy;
  /**
   * Called for each value that looks like a secret: a private key, a token, a password, a copy of the environment. When it
   * returns true, it is taken out of what is saved, as with `redact`; keys of Node are only told. Default: nobody is told.
   */
  readonly onSecret?: (secret: { readonly path: string; readonly kind: string }) => unknown;
  /**
   * How it is compressed: `brotli` or `deflate`; `zstd` where Node writes it, from 22.15 on. Every Node reads all of them. What
   * would not get smaller stays as it is. Default: `none`.
   */
  readonly compression?: Compression;
  /** The most bytes that the snapshot may have; one that is larger is refused. Default: any number. */
  readonly bytesMax?: number;
  /** Namespaces of imported packages by specifier: their exports are saved by name. Default: none. */
  readonly modules?: ReadonlyMap<string, object>;
  /**
   * Signs the bytes: `own` so that this user alone knows them again, `others` with this user's key besides, for whoever
   * trusts it; see `keys` of {@link loads}. Default: they are not signed.
   */
  readonly sign?: 'own' | 'others';
  /**
   * Globals that are there where the value is loaded: functions name them, and they do not go along. Default: none; the
   * program's own go along.
   */
  readonly globalsThere?: ReadonlySet<string>;
}

const NAMES: OptionNames<DumpOptions> = {
  onLoss: 'function',
  onChange: 'function',
  secrets: 'any',
  redact: 'any',
  notSecret: 'any',
  onSecret: 'function',
  compression: 'any',
  bytesMax: 'any',
  modules: 'any',
  sign: 'any',
  globalsThere: 'any',
  persistentId: 'any',
  reducerOverride: 'any',
  onBuffer: 'any',
  pendingPromises: 'any',
  embed: 'any',
  byReference: 'any',
};

const NO_OPTIONS: DumpOptions = {};
const NO_HELP: ReturnType<typeof walkOptionsOf> = {};

/** What a {@link dump} did. */
export interface DumpReport {
  /** Bytes written. */
  readonly bytes: number;
  /** Values in the graph, each counted once. */
  readonly values: number;
}

/** What a {@link dumpAll} did. */
export interface DumpAllReport {
  /** Bytes written. */
  readonly bytes: number;
  /** Values written. */
  readonly count: number;
}

interface Encoded {
  readonly pieces: Piece[];
  readonly values: number;
  /** Says that the pieces are used. */
  readonly release: () => void;
}

/** Pickles values with a registry of reducers of its own, on top of the global one. */
export class Pickler {
  private readonly registry = new ReducerRegistry(globalRegistry);
  private readonly options: DumpOptions;

  /**
   * @param options  The defaults of every call. Default: none.
   * @throws {PicklingError} PICKLE_OPTION for options of the wrong form
   * @example
   *   const pickler = new Pickler({ onLoss: (loss) => losses.push(loss.path) });
   *   pickler.dumps({ ok: 1, broken: new FinalizationRegistry(() => {}) });
   */
  constructor(options?: DumpOptions) {
    if (options !== undefined) {
      withPristineBuiltins(() => checkOptionNames(options, NAMES, wrongOption));
      checkSaveHelp(options);
      withPristineBuiltins(() => checkDumpOptions(options));
    }
    this.options = options ?? NO_OPTIONS;
  }

  /** Registers a reducer for this pickler only. See {@link registerReducer}. */
  registerReducer<T extends object, S>(
    constructor: abstract new (...args: any) => T,
    reducer: Reducer<T, S>,
  ): this {
    this.registry.register(constructor, reducer);
    return this;
  }

  /** Pickles a value to bytes. See {@link dumps}. */
  dumps(value: unknown): Uint8Array {
    return withPristineBuiltins(() => {
      const { pieces, release } = this.encode(value, false);
      const bytes = joined(pieces);
      release();
      return bytes;
    });
  }

  /** Pickles a value to a file or stream. See {@link dump}. */
  async dump(value: unknown, target: string | URL | NodeJS.WritableStream): Promise<DumpReport> {
    if (typeof target !== 'string' && !(target instanceof URL) && !isWritable(target))
      throw new PicklingError('PICKLE_OPTION', 'what dump is to write to is no path and no stream', {
        hint: 'give a path, a file URL or a writable stream; `dumps` gives bytes',
      });
    const { pieces, values, release } = withPristineBuiltins(() => this.encode(value, true));
    if (typeof target === 'string' || target instanceof URL) {
      await replaceFile(pathOf(target), bytesOf(pieces));
      release();
      // Whoever reads a stream may keep what went through it.
    } else await writeToStream(target, bytesOf(pieces));
    return { bytes: sizeOf(pieces), values };
  }

  /** Pickles values to a stream, one behind the other, and an end mark. See {@link dumpAll}. */
  async dumpAll(
    values: Iterable<unknown> | AsyncIterable<unknown>,
    stream: NodeJS.WritableStream,
  ): Promise<DumpAllReport> {
    let count = 0;
    let bytes = 0;
    for await (const value of values) {
      bytes += (await this.dump(value, stream)).bytes;
      count++;
    }
    await writeToStream(stream, [endMark(count)]);
    return { bytes: bytes + FRAME_HEAD_BYTES, count };
  }

  private encode(value: unknown, isWrittenLater: boolean): Encoded {
    const { onLoss, onChange, modules, sign, globalsThere, compression } = this.options;
    const guard = this.guard();
    // User code between the walk and the last byte could change the bytes of buffers.
    const help = this.options === NO_OPTIONS ? NO_HELP : walkOptionsOf(this.options);
    const runsUserCode =
      help.override !== undefined ||
      onLoss !== undefined ||
      onChange !== undefined ||
      guard !== undefined ||
      !this.registry.isEmpty;
    const sink = new SnapshotWriter(isWrittenLater || runsUserCode);
    const walkOptions = {
      registry: this.registry,
      sink,
      ...(modules && { modules }),
      ...help,
      ...(guard && { onStripe: guard.look, onBytes: guard.lookAtBytes, isKeyless: guard.mayRedact }),
      takesGlobals: globalsThere === undefined ? true : (name: string) => !globalsThere.has(name),
    };
    const root = { name: '', value: guard === undefined ? value : guard.lookAtRoot(value, '') };
    const result = walk([root], walkOptions);
    if (onLoss !== undefined) tellSession(result.losses, onLoss);
    else if (result.losses.length > 0) refuseLosses(result.losses);
    if (onChange !== undefined) tellSession(result.changes, onChange);
    const codes = guard?.lookAtCodes(result.index.codes) ?? result.index.codes;
    const pieces = sink.finish(
      { ...result.index, codes },
      {
        type: 'value',
        brine: BRINE_VERSION,
        node: process.versions.node,
        values: result.values,
        modules: result.modules.length > 0 ? metaModules(result.modules) : [],
      },
      {
        signer: sign === undefined ? undefined : ownSigner(new KeyStore(), sign === 'others'),
        compression,
      },
    );
    if (guard !== undefined || this.options.bytesMax !== undefined)
      this.refuse(guard?.found ?? [], sizeOf(pieces));
    return { pieces, values: result.values, release: () => sink.release() };
  }

  private guard(): SecretGuard | undefined {
    const { onSecret, secrets = onSecret === undefined ? 'ignore' : 'report' } = this.options;
    if (secrets === 'ignore') return undefined;
    const asked =
      onSecret === undefined
        ? undefined
        : (path: string, kind: string) => withSessionBuiltins(() => onSecret({ path, kind })) === true;
    return guardOf(this.options, asked);
  }

  private refuse(secrets: readonly FoundSecret[], bytes: number): void {
    const refusal = refusalOf(
      secrets.filter(({ isRedacted }) => !isRedacted),
      this.options,
    );
    if (refusal !== undefined) throw new PicklingError('PICKLE_SECRET', refusal.message, refusal);
    const { bytesMax } = this.options;
    if (bytesMax === undefined || bytes <= bytesMax) return;
    throw new PicklingError('PICKLE_SIZE', `the snapshot has ${bytes} bytes, more than ${bytesMax}`, {
      hint: 'leave something out, or allow more with bytesMax',
    });
  }
}

const wrongOption = (message: string, hint: string): PicklingError =>
  new PicklingError('PICKLE_OPTION', message, { hint });

/** Throws PICKLE_OPTION when what is said about secrets, size and signing has the wrong form. */
function checkDumpOptions({
  secrets,
  redact,
  notSecret,
  bytesMax,
  sign,
  globalsThere,
  compression,
}: DumpOptions): void {
  checkCompression(compression);
  const wrong = (option: string, hint: string): PicklingError =>
    new PicklingError('PICKLE_OPTION', `the option ${option} has the wrong form`, { hint });
  if (secrets !== undefined && !SECRET_POLICIES.includes(secrets))
    throw wrong('secrets', `give ${SECRET_POLICIES.join(', ')}`);
  for (const [option, words] of Object.entries({ redact, notSecret }))
    if (words !== undefined && (!Array.isArray(words) || words.some((word) => typeof word !== 'string')))
      throw wrong(option, 'give a list of paths; * and ? stand for any text and any character');
  if (bytesMax !== undefined && !(typeof bytesMax === 'number' && bytesMax > 0))
    throw wrong('bytesMax', 'give a number of bytes above 0');
  if (sign !== undefined && sign !== 'own' && sign !== 'others')
    throw wrong('sign', "give 'own' or 'others', or leave it out");
  if (globalsThere !== undefined && !(globalsThere instanceof Set))
    throw wrong('globalsThere', 'give a Set of names');
}

/** Throws when anything could not be pickled, naming all of it. */
export function refuseLosses(losses: readonly PickleLoss[]): void {
  const [first] = losses;
  if (first === undefined) return;
  const more = losses.length > 1 ? ` (and ${losses.length - 1} more: ${listed(losses.slice(1))})` : '';
  const path = first.path === '' ? 'the value' : first.path;
  throw new PicklingError(
    'PICKLE_UNSAVABLE',
    `cannot pickle ${path}: ${first.what}, ${first.reason}${more}`,
    {
      path: first.path,
      hint: first.hint,
    },
  );
}

function listed(losses: readonly PickleLoss[]): string {
  const shown = losses.slice(0, 5).map((loss) => loss.path);
  return losses.length > shown.length ? `${shown.join(', ')}, …` : shown.join(', ');
}

/** The modules that references name, with the versions that are installed here. */
export function metaModules(modules: readonly ModuleName[]): MetaModule[] {
  const names = new Set(modules.map(({ specifier }) => specifier));
  const imported = new Set(
    modules
      .filter(({ space }) => space === 'import' || space === 'importFile')
      .map(({ specifier }) => specifier),
  );
  return [...names].sort().map((specifier): MetaModule => {
    const version = packageVersion(specifier);
    return {
      specifier,
      ...(version !== undefined && { version }),
      ...(imported.has(specifier) && { isImported: true }),
    };
  });
}

function joined(pieces: readonly Piece[]): Uint8Array {
  const size = sizeOf(pieces);
  if (size > constants.MAX_LENGTH) {
    throw new PicklingError('PICKLE_OPTION', `the snapshot has ${size} bytes, more than one array can hold`, {
      hint: 'write it to a file or a stream with `dump`',
    });
  }
  // Not filled with zeros first: every byte is written.
  const { buffer } = Buffer.allocUnsafeSlow(size);
  const bytes = new Uint8Array(buffer, 0, size);
  let at = 0;
  for (const piece of bytesOf(pieces)) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}
