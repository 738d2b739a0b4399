// The functions of the library: one value to bytes and back, to a file or stream and back.

import { globalRegistry, type Reducer } from '../graph/registry.js';
import { withPristineBuiltins } from '../realm/pristine.js';
import type { LazyLoad } from './lazy.js';
import { type DumpAllReport, type DumpOptions, type DumpReport, Pickler } from './pickler.js';
import { checkValueNames, LOAD_NAMES, type LoadValueOptions, type Salvaged, Unpickler } from './unpickler.js';

/**
 * Pickles a value: plain data, class instances, closures with what they capture, cycles, all of it.
 *
 * Runs no code of the value's (getters, iterators, `toJSON`, proxy traps) except registered reducers. The same graph gives
 * the same bytes.
 *
 * @param value    The value.
 * @param options  See {@link DumpOptions}.
 * @returns The bytes of a snapshot.
 * @throws {PicklingError} PICKLE_UNSAVABLE when something in the value cannot be pickled and `onLoss` is not given; the
 *   message names every such path. PICKLE_SECRET with `secrets: 'refuse'`, PICKLE_SIZE with `bytesMax`, PICKLE_OPTION.
 * @see `pickle.dumps` of Python; that functions take along what they capture comes from dill and cloudpickle
 * @example
 *   let count = 0;
 *   const counter = { inc: () => ++count, get: () => count };
 *   const copy = loads(dumps(counter));
 *   copy.inc();
 *   copy.get(); // 1 (and `count` here is still 0)
 */
export function dumps(value: unknown, options?: DumpOptions): Uint8Array {
  return new Pickler(options).dumps(value);
}

/**
 * Unpickles what {@link dumps} made.
 *
 * **Without options, the bytes are trusted**: their functions and classes are evaluated, and run when the value is used.
 * For bytes from anybody, give `{ mode: 'data' }`, which runs nothing, or `{ keys }`, which wants a signature.
 *
 * @param bytes    The bytes of a snapshot.
 * @param options  See {@link LoadValueOptions}.
 * @returns The value. Values that could not be saved are tombstones: touching one throws a TombstoneError.
 * @throws {CorruptSnapshotError} SNAPSHOT_MAGIC, SNAPSHOT_TRUNCATED, SNAPSHOT_CHECKSUM, SNAPSHOT_STRUCTURE
 * @throws {ProtocolError} PROTOCOL_TOO_NEW
 * @throws {LimitError} LIMIT_EXCEEDED
 * @throws {UnpicklingError} UNPICKLE_CODE, UNPICKLE_OPTION
 * @throws {SignatureError} SIGNATURE_UNKNOWN, SIGNATURE_WRONG with `keys`; KEY_FORM, KEY_STORE; ENCRYPTED
 * @throws {RestrictedError} RESTRICTED_CODE when mode `data` is about to make code, which is never to happen
 * @throws {UnpicklingError} UNPICKLE_MISSING with `onMissing: 'throw'`
 * @throws {TombstoneError} TOMBSTONE later, when a tombstone in the value is touched
 * @see `pickle.loads` of Python; mode `data` is `weights_only` of PyTorch, and `allow` the `find_class` of an unpickler
 * @example
 *   loads(dumps(new Map([['a', new Set([1])]]))); // Map { 'a' => Set { 1 } }
 *   loads(dumps({ f: () => 1 }), { mode: 'data' }).f.source; // '() => 1'
 */
export function loads<T = unknown>(bytes: Uint8Array, options?: LoadValueOptions): T {
  return new Unpickler(options).loads<T>(bytes);
}

/**
 * Pickles a value to a file, replacing it atomically and durably, or to a stream, which is not ended.
 *
 * @param value    The value.
 * @param target   A path, a file URL, or a writable stream.
 * @param options  See {@link DumpOptions}.
 * @returns How many bytes and values were written.
 * @throws {PicklingError} PICKLE_UNSAVABLE, as {@link dumps}
 * @throws {StoreError} STORE_ADDRESS for the address of a server; STORE_WRITE: the old file is untouched. STORE_DURABILITY: the new one is there, the disk did not
 *   confirm it.
 * @see `pickle.dump` of Python; the old file is replaced as databases do it, by one rename
 * @example
 *   await dump({ model: [1, 2, 3] }, 'model.pkl');
 */
export function dump(
  value: unknown,
  target: string | URL | NodeJS.WritableStream,
  options?: DumpOptions,
): Promise<DumpReport> {
  return new Pickler(options).dump(value, target);
}

/**
 * Pickles values to a stream, one behind the other as they come, and an end mark behind the last one. The stream takes the
 * next value when it has taken the one before; it is not ended.
 *
 * What two values share is there twice: each is a snapshot of its own.
 *
 * @param values   The values; a promise among them is awaited, as `for await` does.
 * @param stream   A writable stream: a file, a pipe, a socket.
 * @param options  See {@link DumpOptions}.
 * @returns How many bytes and values were written.
 * @throws {PicklingError} PICKLE_UNSAVABLE, as {@link dumps}; what was written before stays written
 * @throws {StoreError} STORE_WRITE
 * @see pickles one behind the other in one file, as Python has them; here with an end
 * @example
 *   const { PassThrough } = await import('node:stream');
 *   const pipe = new PassThrough();
 *   dumpAll([1, { a: 2 }], pipe).then(() => pipe.end());
 *   const values = [];
 *   for await (const value of loadAll(pipe)) values.push(value);
 *   values; // [ 1, { a: 2 } ]
 */
export function dumpAll(
  values: Iterable<unknown> | AsyncIterable<unknown>,
  stream: NodeJS.WritableStream,
  options?: DumpOptions,
): Promise<DumpAllReport> {
  return new Pickler(options).dumpAll(values, stream);
}

/** Options of {@link loadAll}. */
export interface LoadAllOptions extends LoadValueOptions {
  /**
   * Fail with SNAPSHOT_TRUNCATED when the stream ends without the end mark of {@link dumpAll}: somebody ended between two
   * values. Default: false, because who sends one value after the other with {@link dump} writes none.
   */
  readonly needsEnd?: boolean;
}

/**
 * Unpickles the values on a stream, one by one as they are asked for: what {@link dump} wrote to it again and again, or
 * {@link dumpAll}. Ending the loop ends the stream.
 *
 * Reads no further than the value that is asked for, and holds no more than its snapshot says it has, which the limit
 * `fileBytesMax` bounds. **As {@link loads}, it trusts what comes unless the options say otherwise.**
 *
 * @param stream   A readable stream of bytes: a file, a pipe, a socket.
 * @param options  See {@link LoadAllOptions}.
 * @returns An asynchronous iterator over the values, which calls no `then` of theirs.
 * @throws As {@link loads}, when the next value is asked for; SNAPSHOT_TRUNCATED when the stream ends in a value; STORE_READ
 *   when it breaks
 * @see `pickle.load` of Python, called until the file ends
 * @example
 *   const { PassThrough } = await import('node:stream');
 *   const pipe = new PassThrough();
 *   await dump('first', pipe);
 *   await dump('second', pipe);
 *   for await (const value of loadAll(pipe)) if (value === 'first') break;
 *   pipe.destroyed; // true
 */
export function loadAll<T = unknown>(
  stream: AsyncIterable<unknown>,
  options: LoadAllOptions = {},
): AsyncIterableIterator<T, undefined> {
  withPristineBuiltins(() => checkValueNames(options, { ...LOAD_NAMES, needsEnd: 'any' }));
  const { needsEnd = false, ...others } = options;
  return new Unpickler(others).loadAll<T>(stream, { needsEnd });
}

/** Options of {@link load}. */
export interface LoadFileOptions extends LoadValueOptions {
  /**
   * Read and build when it is touched: the value with the first touch of `value`, each name of a session's snapshot with
   * its own. Damage in what is not touched does not matter. Default: false.
   */
  readonly lazy?: boolean;
}

/**
 * Unpickles a file or stream.
 *
 * The value comes wrapped, because an asynchronous function that returns it bare would call its `then` method if it has
 * one. With `lazy`, it resolves to a {@link LazyLoad}, also for the snapshot of a session: `value` then has its names, which
 * share what they shared in whatever order they are touched. Built-ins that the session changed are left alone, and its functions find its
 * names where they always look, among the globals of this process: a Session brings both back. The file
 * stays open until all is read, or until `close()`.
 *
 * @param source   A path, a file URL, or a readable stream of bytes, which is read to its end.
 * @param options  See {@link LoadFileOptions}.
 * @returns `{ value }`; with `lazy` also `close()`.
 * @throws As {@link loads}, and {StoreError} STORE_READ, STORE_ADDRESS for the address of a server. With `lazy`, touching throws them too.
 * @see `pickle.load` of Python; `lazy` is `torch.load(mmap=True)`, and `load_module_asdict` of dill for a session
 * @example
 *   const { value } = await load('model.pkl');
 *   value.ready; // true
 *   const later = await load('model.pkl', { lazy: true });
 *   later.value.ready; // true
 *   later.close();
 */
export function load<T = unknown>(
  source: string | URL | AsyncIterable<unknown>,
  options: LoadFileOptions & { readonly lazy: true },
): Promise<LazyLoad<T>>;
export function load<T = unknown>(
  source: string | URL | AsyncIterable<unknown>,
  options?: LoadFileOptions,
): Promise<{ value: T }>;
export function load<T>(
  source: string | URL | AsyncIterable<unknown>,
  options: LoadFileOptions = {},
): Promise<{ value: T }> {
  withPristineBuiltins(() => checkValueNames(options, { ...LOAD_NAMES, lazy: 'any' }));
  const { lazy, ...others } = options;
  return new Unpickler(others).load<T>(source, { lazy: lazy === true });
}

/**
 * Unpickles what survives of a damaged snapshot, of one value or of a session. A file that is whole is read as well.
 *
 * What survives is as it was: a name comes back when everything that it needs is undamaged, and otherwise not at all; a
 * tombstone then says which bytes are damaged. Reads the whole file. What an encrypted file holds cannot be salvaged.
 *
 * **Opens the file as data unless `mode` is `trusted`**: whoever can damage a file may have done so on purpose.
 *
 * @param source   A path, a file URL, the bytes, or a readable stream of bytes, which is read to its end.
 * @param options  See {@link LoadValueOptions}. Default: `{ mode: 'data' }`.
 * @returns The value or the names as `value`, and what was found: `damage`, `lost`, `recovered`, `isExact`.
 * @throws {CorruptSnapshotError} SNAPSHOT_MAGIC, SNAPSHOT_TRUNCATED, SNAPSHOT_CHECKSUM, SNAPSHOT_STRUCTURE when nothing
 *   survives
 * @throws As {@link load} otherwise
 * @see `.recover` of SQLite
 * @example
 *   const bytes = dumps({ a: 1 });
 *   // In the header, which follows from the rest.
 *   bytes[20] ^= 1;
 *   const { value, damage, lost } = await salvage(bytes);
 *   [value.a, damage[0].section, lost.length]; // [ 1, 'header', 0 ]
 */
export function salvage<T = unknown>(
  source: string | URL | Uint8Array | AsyncIterable<unknown>,
  options: LoadValueOptions = {},
): Promise<Salvaged<T>> {
  return new Unpickler({ ...(options.allow === undefined && { mode: 'data' }), ...options }).salvage<T>(
    source,
  );
}

/**
 * Registers how instances of a class (and its subclasses) are reduced to a state and revived from it, for every pickler
 * and unpickler of this process. Register the same reducer where the value is loaded.
 *
 * @param constructor  The class.
 * @param reducer      See {@link Reducer}.
 * @throws {PicklingError} PICKLE_OPTION when the reducer has the wrong form.
 * @see `copyreg.pickle` of Python and `dill.register`
 * @example
 *   registerReducer(Connection, {
 *     reduce: (connection) => ({ url: connection.url }),
 *     revive: ({ url }) => new Connection(url),
 *   });
 */
export function registerReducer<T extends object, S>(
  constructor: abstract new (...args: any) => T,
  reducer: Reducer<T, S>,
): void {
  globalRegistry.register(constructor, reducer);
}
