// Functions that remember: what a call gave is kept under a key of the function, of all that it captures, and of its arguments.
//
// What is kept is signed, and only what this user signed is believed: a folder or a server that others can write to gives nobody
// a way to run code here. Knows nothing of places but the one that is used when none is given.

import { join } from 'node:path';
import { PicklingError } from '../errors.js';
import { checkOptionNames, type OptionNames } from '../option-names.js';
import { withPristineBuiltins } from '../realm/pristine.js';
import { readFileBytes, replaceFile } from '../store/index.js';
import { makeOwnFolder } from '../store/own-folder.js';
import { keyFolder } from '../trust/index.js';
import { hasPrivates, isClass } from './classes.js';
import { loadBytes } from './load-bytes.js';
import { Pickler } from './pickler.js';
import { keyOfSnapshot } from './value-key.js';

/** Where results are kept: a {@link Store}, or anything else that gives back bytes under the name they were put under. */
export interface MemoStore {
  /** The bytes of that name, also piece by piece; undefined when there are none. */
  get(key: string): Promise<Uint8Array | undefined> | AsyncIterable<Uint8Array> | Uint8Array | undefined;
  /** Undefined when there are none: asked first where it is there. */
  stat?(key: string): Promise<unknown>;
  /** Keeps bytes under a name. */
  put(key: string, bytes: Uint8Array): Promise<unknown> | unknown;
}

/** Options of {@link memoize}. */
export interface MemoizeOptions {
  /** Where results are kept: a folder, or whatever has `get` and `put`. Default: `cache` in the folder of this user's keys. */
  readonly store?: string | MemoStore;
  /** Part of the key: another value forgets all there is, without a change of the code. Default: none. */
  readonly version?: string | number;
  /** Told of each call whether its result was there. Default: nobody. */
  readonly onCall?: (call: { readonly key: string; readonly isHit: boolean }) => void;
}

/** A function that remembers. */
export interface Memoized<A extends readonly unknown[], R> {
  (...args: A): Promise<Awaited<R>>;
  /** The key of a call. */
  keyOf(...args: A): string;
}

// What is behind a function that remembers: it takes its place in keys, so that a change in it is one of whoever calls it.
const behind = new WeakMap<object, Function>();
const BEHIND = 'brine:memoized';

/**
 * Makes a function that remembers what it gave, also in other processes and after a restart.
 *
 * The key of a call is a hash of the function's text, of everything that it captures (functions, classes, variables, at any
 * depth; packages by name and version) and of the arguments. So a change of any of these computes anew, and one of
 * anything else does not. Making the key pickles all that; this is for functions that take longer. `this` is not part of it.
 *
 * The first result is the one that was computed, later ones are copies, instances of the same classes. Errors are not kept. Calls
 * with the same key that overlap compute once.
 *
 * @param fn       The function; an asynchronous one as well.
 * @param options  See {@link MemoizeOptions}.
 * @returns The function; its calls are asynchronous, and `keyOf` of it gives the key of a call.
 * @throws {PicklingError} PICKLE_OPTION for options of the wrong form
 * @throws {PicklingError} from calls: PICKLE_UNSAVABLE when an argument, something captured or the result cannot be pickled
 * @throws {StoreError} from calls: STORE_READ, STORE_WRITE; {SignatureError} KEY_STORE
 * @see `joblib.Memory` of Python
 * @example
 *   let runs = 0;
 *   const factor = 3;
 *   const kept = new Map();
 *   const slow = memoize((n) => n * factor, { store: { get: (key) => kept.get(key), put: (key, bytes) => kept.set(key, bytes) } });
 *   const both = [await slow(5), await slow(5)];
 *   both; // [ 15, 15 ]
 *   kept.size; // 1
 */
export function memoize<A extends readonly unknown[], R>(
  fn: (...args: A) => R | PromiseLike<R>,
  options: MemoizeOptions = {},
): Memoized<A, R> {
  checkOptions(fn, options);
  const { store: given = join(keyFolder(), 'cache'), version, onCall } = options;
  const store = typeof given === 'string' ? new FolderStore(given) : given;
  const running = new Map<string, Promise<{ readonly value: Awaited<R> }>>();
  const call = async (args: A): Promise<{ readonly value: Awaited<R> }> => {
    const asked = askedOf(fn, args, version);
    const { key, classes } = asked;
    const before = running.get(key);
    if (before !== undefined) return before;
    const computed = remembered(store, key, classes, async (isHit) => {
      onCall?.({ key, isHit });
      return isHit ? undefined : { value: await fn(...args) };
    });
    running.set(key, computed);
    try {
      return await computed;
    } finally {
      running.delete(key);
    }
  };
  const memoized = async (...args: A): Promise<Awaited<R>> => (await call(args)).value;
  const keyOf = (...args: A): string => askedOf(fn, args, version).key;
  behind.set(memoized, fn);
  return Object.assign(memoized, { keyOf });
}

interface Asked {
  readonly key: string;
  /** In the order in which the graph has them: the same whenever the key is. */
  readonly classes: readonly Function[];
}

function askedOf(fn: Function, args: readonly unknown[], version: unknown): Asked {
  const classes = new Set<Function>();
  const pickler = new Pickler({
    reducerOverride: (value) => {
      const inner = behind.get(value);
      if (inner !== undefined) return { name: BEHIND, state: inner };
      if (typeof value === 'function' && isClass(value) && !hasPrivates(value)) classes.add(value);
      return undefined;
    },
  });
  return { key: keyOfSnapshot(pickler.dumps([fn, args, version])), classes: [...classes] };
}

async function remembered<R>(
  store: MemoStore,
  key: string,
  classes: readonly Function[],
  compute: (isHit: boolean) => Promise<{ readonly value: R } | undefined>,
): Promise<{ readonly value: R }> {
  const kept = await keptIn(store, key);
  const found = kept === undefined ? undefined : await opened<R>(kept, key, classes);
  if (found !== undefined) {
    await compute(true);
    return found;
  }
  const { value } = (await compute(false)) as { readonly value: R };
  const names = new Map<object, string>(classes.map((one, index) => [one, String(index)]));
  const pickler = new Pickler({ sign: 'own', persistentId: (one) => names.get(one) });
  await store.put(key, pickler.dumps({ key, value }));
  return { value };
}

async function keptIn(store: MemoStore, key: string): Promise<Uint8Array | undefined> {
  if (store.stat !== undefined && (await store.stat(key)) === undefined) return undefined;
  const got = store.get(key);
  if (typeof got !== 'object' || !(Symbol.asyncIterator in got)) return got;
  const pieces: Uint8Array[] = [];
  for await (const piece of got) pieces.push(piece);
  return Buffer.concat(pieces);
}

// What is damaged, or signed by nobody or somebody else, was never there. The key inside keeps entries from being exchanged.
async function opened<R>(
  bytes: Uint8Array,
  key: string,
  classes: readonly Function[],
): Promise<{ readonly value: R } | undefined> {
  const options = { keys: ['own'], persistentLoad: (id: unknown) => classes[Number(id)] };
  try {
    const { value } = await loadBytes<{ key: string; value: R }>(bytes, options);
    return value.key === key ? { value: value.value } : undefined;
  } catch {
    return undefined;
  }
}

// One file for each key, replaced atomically.
class FolderStore implements MemoStore {
  readonly #folder: string;
  #isThere = false;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    try {
      return await readFileBytes(this.#fileOf(key));
    } catch (error) {
      const { cause } = error as { readonly cause?: NodeJS.ErrnoException };
      if (cause?.code === 'ENOENT') return undefined;
      throw error;
    }
  }

  async put(key: string, bytes: Uint8Array): Promise<void> {
    if (!this.#isThere) makeOwnFolder(this.#folder);
    this.#isThere = true;
    await replaceFile(this.#fileOf(key), [bytes]);
  }

  #fileOf(key: string): string {
    return join(this.#folder, `${key}.pkl`);
  }
}

const NAMES: OptionNames<MemoizeOptions> = { store: 'any', version: 'any', onCall: 'any' };

function checkOptions(fn: unknown, options: MemoizeOptions): void {
  withPristineBuiltins(() =>
    checkOptionNames(
      options,
      NAMES,
      (message, hint) => new PicklingError('PICKLE_OPTION', message, { hint }),
    ),
  );
  const { store, version, onCall } = options;
  const wrong = (option: string, hint: string): PicklingError =>
    new PicklingError('PICKLE_OPTION', `${option} has the wrong form`, { hint });
  if (typeof fn !== 'function') throw wrong('fn', 'give a function');
  const isStore =
    store === undefined ||
    (typeof store === 'string' && store !== '') ||
    (typeof store === 'object' &&
      store !== null &&
      typeof store.get === 'function' &&
      typeof store.put === 'function');
  if (!isStore) throw wrong('store', 'give the path of a folder, or an object with get and put');
  if (version !== undefined && typeof version !== 'string' && typeof version !== 'number')
    throw wrong('version', 'give a text or a number');
  if (onCall !== undefined && typeof onCall !== 'function') throw wrong('onCall', 'give a function');
}
