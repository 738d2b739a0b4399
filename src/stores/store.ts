// What a store is: bytes under keys, somewhere. Every store keeps the promises written here; one suite of tests holds them
// all to it. Knows nothing of what the bytes mean.

/** Bytes to be stored, whole or piece by piece. */
export type StoreContent = Uint8Array | Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

/** What a store says of something it keeps. */
export interface Stored {
  readonly key: string;
  readonly bytes: number;
  /** The number of this save, in stores that keep the saves before it; undefined in others. */
  readonly generation: number | undefined;
  /** Milliseconds since the epoch; undefined where the store does not know. */
  readonly modifiedAtMs: number | undefined;
  /** Differs from that of every other content that was there under this key, as far as the store can tell. */
  readonly version: string;
}

/** Options of {@link Store.put}. */
export interface PutOptions {
  /**
   * Put it there only over this version, as {@link Stored.version} says it; null: only where nothing is. Otherwise the put
   * fails with STORE_CONFLICT and changes nothing. Default: over whatever is there.
   */
  readonly ifVersion?: string | null;
  /** Told how many bytes have gone so far. */
  readonly onProgress?: (bytes: number) => void;
  /** Ends it; what was there before stays. */
  readonly signal?: AbortSignal;
}

/** Options of {@link Store.get}. */
export interface GetOptions {
  /** Which save, by its number. Default: the newest. */
  readonly generation?: number;
  /** Where to begin, in bytes. Default: 0. */
  readonly offset?: number;
  readonly signal?: AbortSignal;
}

/** Which save is meant. */
export interface WhichSave {
  /** By its number. Default: the newest. */
  readonly generation?: number;
}

/**
 * A place that keeps bytes under keys: words of letters, digits, `.`, `_` and `-`, with `/` between them.
 *
 * A put shows all of its bytes or none: whoever reads meanwhile has what was there before. Every method rejects with a
 * `StoreError`.
 */
export interface Store {
  /** What messages call it; has no password in it. */
  readonly name: string;
  /** True when it keeps the saves before the newest one, each with a number. */
  readonly keepsGenerations: boolean;
  /**
   * Stores bytes, piece by piece as they come.
   *
   * @param key      The key.
   * @param content  The bytes.
   * @param options  See {@link PutOptions}.
   * @returns What is there now.
   * @throws {StoreError} STORE_WRITE, STORE_DURABILITY, STORE_CONFLICT, STORE_KEY, STORE_ABORTED
   */
  put(key: string, content: StoreContent, options?: PutOptions): Promise<Stored>;
  /**
   * Gives the bytes, piece by piece.
   *
   * @param key      The key.
   * @param options  See {@link GetOptions}.
   * @returns The pieces; the iterator fails when it is asked for one that cannot be had.
   * @throws {StoreError} STORE_READ, also when there is nothing; STORE_KEY, STORE_ABORTED
   */
  get(key: string, options?: GetOptions): AsyncIterable<Uint8Array>;
  /**
   * Gives some of the bytes.
   *
   * @param key    The key.
   * @param range  Where they begin and how many they are, in bytes; and which save, by default the newest.
   * @returns So many; fewer only where they end.
   * @throws {StoreError} STORE_READ, STORE_KEY
   */
  read(
    key: string,
    range: { readonly offset: number; readonly length: number } & WhichSave,
  ): Promise<Uint8Array>;
  /**
   * Says what is there.
   *
   * @param key    The key.
   * @param which  Which save. Default: the newest.
   * @returns Undefined when nothing is.
   * @throws {StoreError} STORE_READ, STORE_KEY
   */
  stat(key: string, which?: WhichSave): Promise<Stored | undefined>;
  /**
   * Lists the saves that are kept.
   *
   * @param key  The key.
   * @returns Oldest first; none when nothing is there.
   * @throws {StoreError} STORE_READ, STORE_KEY
   */
  generations(key: string): Promise<Stored[]>;
  /**
   * Lists keys.
   *
   * @param prefix  What they begin with. Default: all.
   * @returns Sorted.
   * @throws {StoreError} STORE_READ
   */
  list(prefix?: string): Promise<string[]>;
  /**
   * Takes everything under a key away, or one save of it.
   *
   * @param key    The key.
   * @param which  Which save. Default: all of them.
   * @returns False when there was nothing.
   * @throws {StoreError} STORE_WRITE, STORE_KEY
   */
  delete(key: string, which?: WhichSave): Promise<boolean>;
  /** Ends it. Doing it twice is no error. */
  close(): Promise<void>;
}
