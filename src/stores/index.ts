// The public face of the stores, `brine/stores`: places that keep snapshots. Loads no package that only some of them need.

export type { Generation, Keeping } from '../store/generations.js';
export { isAddress, shownAddress } from './addresses.js';
export { type CopyOptions, copyStored, type InStore } from './copy.js';
export { fileStore } from './file-store.js';
export { type HttpOptions, httpStore } from './http-store.js';
export { isKey } from './keys.js';
export { memoryStore } from './memory-store.js';
export { type OpenedStore, type OpenStoreOptions, openStore } from './open-store.js';
export type { PartOptions } from './part-store.js';
export { sqliteStore } from './sqlite-store.js';
export type { GetOptions, PutOptions, Store, StoreContent, Stored, WhichSave } from './store.js';
export { type UnstorageLike, type UnstorageOptions, unstorageStore } from './unstorage.js';
