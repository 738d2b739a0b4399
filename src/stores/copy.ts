// From one store to another, piece by piece: nothing is ever held as a whole.

import type { OptionNames } from '../option-names.js';
import { checkStoreNames } from './options.js';
import type { Store, Stored } from './store.js';

/** Something in a store. */
export interface InStore {
  readonly store: Store;
  readonly key: string;
  /** Which save. Default: the newest; where something goes it has no meaning. */
  readonly generation?: number | undefined;
}

/** Options of {@link copyStored}. */
export interface CopyOptions {
  /** Put it there only over this version: see {@link PutOptions.ifVersion}. */
  readonly ifVersion?: string | null;
  /** Told how many bytes have come so far, and how many there are where the store says so. */
  readonly onProgress?: (bytes: number, total: number) => void;
  readonly signal?: AbortSignal;
}

const NAMES: OptionNames<CopyOptions> = { ifVersion: 'any', onProgress: 'function', signal: 'any' };

/**
 * Copies what one store keeps into another, or under another key. Whoever reads there meanwhile has what was there before.
 * A transfer that broke goes on where it was when it is made again, where a store keeps it in parts.
 *
 * @param from     What is copied.
 * @param to       Where it goes.
 * @param options  See {@link CopyOptions}.
 * @returns What is there now.
 * @throws {StoreError} STORE_READ, STORE_WRITE, STORE_CONFLICT, STORE_ABORTED, STORE_KEY
 * @see `rclone copy`
 * @example
 *   const from = fileStore('snapshots');
 *   await from.put('work.pkl', dumps({ a: 1 }));
 *   const to = memoryStore();
 *   (await copyStored({ store: from, key: 'work.pkl' }, { store: to, key: 'work' })).generation; // 1
 */
export async function copyStored(
  from: InStore,
  to: Omit<InStore, 'generation'>,
  options: CopyOptions = {},
): Promise<Stored> {
  checkStoreNames(options, NAMES);
  const { ifVersion, onProgress, signal } = options;
  const which = from.generation === undefined ? {} : { generation: from.generation };
  const total = (await from.store.stat(from.key, which))?.bytes ?? 0;
  const content = from.store.get(from.key, { ...which, ...(signal !== undefined && { signal }) });
  return to.store.put(to.key, content, {
    ...(ifVersion !== undefined && { ifVersion }),
    ...(signal !== undefined && { signal }),
    ...(onProgress !== undefined && { onProgress: (bytes: number) => onProgress(bytes, total) }),
  });
}
