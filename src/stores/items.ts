// What a key-value store has to offer to become a store of brine: whole items of a bounded size. Implemented over unstorage
// and over HTTP. Knows nothing of parts and manifests.

/** An item as its place describes it, without its bytes. */
export interface ItemStat {
  /** Undefined where the place does not say. */
  readonly bytes: number | undefined;
  readonly modifiedAtMs: number | undefined;
  /** What the place calls this content, for a later `ifMatch`; undefined where it has no word for it. */
  readonly tag: string | undefined;
}

/** Items under keys. Whatever is thrown becomes an error of the store. */
export interface Items {
  readonly name: string;
  get(key: string): Promise<Uint8Array | undefined>;
  /**
   * Stores an item. With `ifMatch` only over the item with that tag (null: over none), where the place can hold to that; it
   * gives false when it did not.
   */
  set(key: string, bytes: Uint8Array, condition?: { readonly ifMatch: string | null }): Promise<boolean>;
  has(key: string): Promise<boolean>;
  stat(key: string): Promise<ItemStat | undefined>;
  remove(key: string): Promise<void>;
  /** All keys, or at least those that begin so. */
  keys(prefix: string): Promise<readonly string[]>;
  /** The bytes from an offset on as they come, where items may be large; undefined for no item. */
  stream?(key: string, offset: number, signal?: AbortSignal): Promise<AsyncIterable<Uint8Array> | undefined>;
  close(): Promise<void>;
}
