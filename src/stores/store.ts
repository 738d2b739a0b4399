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
  /** Stores bytes, piece by piece as they come. STORE_WRITE, STORE_DURABILITY, STORE_CONFLICT */
  put(key: string, content: StoreContent, options?: PutOptions): Promise<Stored>;
  /** The bytes, piece by piece. STORE_READ, also when there is nothing */
  get(key: string, options?: GetOptions): AsyncIterable<Uint8Array>;
  /** Some of the bytes; fewer only where they end. STORE_READ */
  read(
    key: string,
    range: { readonly offset: number; readonly length: number } & WhichSave,
  ): Promise<Uint8Array>;
  /** What is there; undefined when nothing is. STORE_READ */
  stat(key: string, which?: WhichSave): Promise<Stored | undefined>;
  /** All saves that are kept, oldest first; none when nothing is there. STORE_READ */
  generations(key: string): Promise<Stored[]>;
  /** The keys that begin with a text, sorted. STORE_READ */
  list(prefix?: string): Promise<string[]>;
  /** Takes everything under a key away, or one save of it; false when there was nothing. STORE_WRITE */
  delete(key: string, which?: WhichSave): Promise<boolean>;
  /** Ends it. Doing it twice is no error. */
  close(): Promise<void>;
}
