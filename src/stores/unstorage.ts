// Any driver of unstorage as a store: Redis, S3, HTTP, GitHub, Cloudflare, Azure, MongoDB and the others.
//
// What a driver takes and gives are whole items, so large content goes in parts. Knows nothing of any one driver.

import type { OptionNames } from '../option-names.js';
import type { ItemStat, Items } from './items.js';
import { checkStoreNames } from './options.js';
import { type PartOptions, PartStore } from './part-store.js';
import { importPeer } from './peers.js';
import type { Store } from './store.js';

/** What is used of a storage of unstorage. */
export interface UnstorageLike {
  hasItem(key: string): Promise<boolean>;
  getItemRaw(key: string): Promise<unknown>;
  setItemRaw(key: string, value: unknown): Promise<void>;
  removeItem(key: string): Promise<void>;
  getKeys(base?: string): Promise<string[]>;
  getMeta(
    key: string,
    options: { nativeOnly: boolean },
  ): Promise<{ mtime?: unknown; size?: unknown; etag?: unknown }>;
  dispose(): Promise<void>;
}

/** Options of {@link unstorageStore}. */
export interface UnstorageOptions extends PartOptions {
  /** What messages call it. Default: `unstorage`. */
  readonly name?: string;
}

const NAMES: OptionNames<UnstorageOptions> = { name: 'any', partBytes: 'any' };

/**
 * A store over a storage or a driver of unstorage.
 *
 * @param storage  What `createStorage` or a driver of unstorage gives.
 * @param options  See {@link UnstorageOptions}.
 * @returns The store. Content larger than a part goes in parts.
 * @throws {StoreError} STORE_PEER when a driver is given and unstorage is not installed; STORE_OPTION
 * @see unstorage, whose drivers reach some thirty places
 * @example
 *   const { default: driver } = await import('unstorage/drivers/fs');
 *   const store = await unstorageStore(driver({ base: './kept' }));
 *   await store.put('work', dumps([1]));
 */
export async function unstorageStore(
  storage: UnstorageLike | object,
  options: UnstorageOptions = {},
): Promise<Store> {
  checkStoreNames(options, NAMES);
  const { name = 'unstorage', ...parts } = options;
  if (isStorage(storage)) return new PartStore(new UnstorageItems(name, storage), parts);
  const { createStorage } = await importPeer<{ createStorage(options: object): UnstorageLike }>('unstorage', {
    what: name,
    packages: ['unstorage'],
  });
  return new PartStore(new UnstorageItems(name, createStorage({ driver: storage })), parts);
}

function isStorage(value: object): value is UnstorageLike {
  return 'getItemRaw' in value && 'getMeta' in value && 'mount' in value;
}

class UnstorageItems implements Items {
  readonly name: string;
  private readonly storage: UnstorageLike;

  constructor(name: string, storage: UnstorageLike) {
    this.name = name;
    this.storage = storage;
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    return asBytes(await this.storage.getItemRaw(key));
  }

  // No driver can compare before it replaces.
  async set(key: string, bytes: Uint8Array): Promise<boolean> {
    // Drivers in memory keep what they get.
    await this.storage.setItemRaw(key, Buffer.from(bytes));
    return true;
  }

  has(key: string): Promise<boolean> {
    return this.storage.hasItem(key);
  }

  async stat(key: string): Promise<ItemStat | undefined> {
    if (!(await this.storage.hasItem(key))) return undefined;
    const { mtime, size, etag } = await this.storage.getMeta(key, { nativeOnly: true });
    const time = mtime instanceof Date ? mtime.getTime() : Number.NaN;
    return {
      bytes: typeof size === 'number' ? size : undefined,
      modifiedAtMs: Number.isFinite(time) ? time : undefined,
      tag: typeof etag === 'string' ? etag : undefined,
    };
  }

  async remove(key: string): Promise<void> {
    await this.storage.removeItem(key);
  }

  async keys(prefix: string): Promise<readonly string[]> {
    // A base ends between words.
    const base = prefix.slice(0, prefix.lastIndexOf('/') + 1);
    return (await this.storage.getKeys(base)).map((key) => key.replaceAll(':', '/'));
  }

  async close(): Promise<void> {
    await this.storage.dispose();
  }
}

// Drivers give what suits them.
function asBytes(value: unknown): Uint8Array | undefined {
  if (value === null || value === undefined) return undefined;
  if (value instanceof Uint8Array) return value;
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  if (typeof value === 'string') return Buffer.from(value);
  if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  throw new TypeError(`the driver gave a ${typeof value} where bytes were stored`);
}
