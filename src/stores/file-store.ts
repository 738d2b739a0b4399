// A folder as a store: the key `lab/work.pkl` is the file `<folder>/lab/work.pkl`. The default one.
//
// A put replaces the file atomically and durably. Files whose names are no keys are not seen. Knows nothing of what is in
// them.

import fs from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { errnoHint, errnoOf, errnoText } from '../store/errno.js';
import { realIo } from '../store/io-real.js';
import { replaceSteps } from '../store/replace-file.js';
import { runSteps } from '../store/steps.js';
import { piecesOf } from './content.js';
import { asStoreError, changedMeanwhile, type Guard, guardOf, nothingThere } from './failures.js';
import { checkKey, isKey } from './keys.js';
import { checked, checkStoreNames, GET, PUT, RANGE, WHICH } from './options.js';
import type { GetOptions, PutOptions, Store, StoreContent, Stored, WhichSave } from './store.js';

const PIECE_BYTES = 1 << 20;

/**
 * A store in a folder, which is made when something is put there.
 *
 * @param folder  The folder.
 * @returns The store. It throws when it is used, not when it is made.
 * @see the `fs` driver of unstorage
 * @example
 *   const store = fileStore('snapshots');
 *   await store.put('monday.pkl', dumps({ a: 1 }));
 *   await store.list(); // [ 'monday.pkl' ]
 */
export function fileStore(folder: string): Store {
  return new FileStore(resolve(folder));
}

/** One file, whatever it is called, as a store with one key: its name. Links to it stay links. */
export function oneFile(path: string): Store {
  return new FileStore(dirname(resolve(path)), resolve(path));
}

class FileStore implements Store {
  readonly name: string;
  readonly keepsGenerations = false;
  private readonly guarded: Guard;
  private readonly folder: string;
  private readonly only: string | undefined;

  constructor(folder: string, only?: string) {
    this.folder = folder;
    this.name = folder;
    this.guarded = guardOf(folder, (code, key, error) => this.failure(code, key, error));
    this.only = only;
  }

  put(key: string, content: StoreContent, options: PutOptions = {}): Promise<Stored> {
    return this.guarded('STORE_WRITE', key, async () => {
      checkStoreNames(options, PUT);
      const path = this.path(key);
      await this.checkVersion(key, options);
      const isOwn = this.only === undefined;
      if (isOwn) await fs.promises.mkdir(dirname(path), { recursive: true, mode: 0o700 });
      const checked = this.checkedAtEnd(key, content, options);
      await runSteps(replaceSteps(realIo, path, { chunks: checked, mode: 0o600, isOwn }));
      return (await this.stat(key)) ?? storedOf(key, { size: 0, mtimeMs: Date.now(), ino: 0 });
    });
  }

  async *get(key: string, options: GetOptions = {}): AsyncIterable<Uint8Array> {
    try {
      const { generation, offset = 0 } = checked(options, GET);
      if (generation !== undefined) throw nothingThere(this.name, key, generation);
      const handle = await fs.promises.open(this.path(key));
      try {
        for (let at = offset; ; ) {
          const piece = new Uint8Array(PIECE_BYTES);
          const { bytesRead } = await handle.read(piece, 0, PIECE_BYTES, at);
          if (bytesRead === 0) return;
          yield piece.subarray(0, bytesRead);
          at += bytesRead;
        }
      } finally {
        await handle.close();
      }
    } catch (error) {
      throw this.failure('STORE_READ', key, error);
    }
  }

  read(
    key: string,
    range: { readonly offset: number; readonly length: number } & WhichSave,
  ): Promise<Uint8Array> {
    return this.guarded('STORE_READ', key, async () => {
      const { offset, length, generation } = checked(range, RANGE);
      if (generation !== undefined) throw nothingThere(this.name, key, generation);
      const handle = await fs.promises.open(this.path(key));
      try {
        const { size } = await handle.stat();
        const into = new Uint8Array(Math.max(0, Math.min(length, size - offset)));
        let done = 0;
        while (done < into.length) {
          const { bytesRead } = await handle.read(into, done, into.length - done, offset + done);
          if (bytesRead === 0) break;
          done += bytesRead;
        }
        return into.subarray(0, done);
      } finally {
        await handle.close();
      }
    });
  }

  stat(key: string, which: WhichSave = {}): Promise<Stored | undefined> {
    return this.guarded('STORE_READ', key, async () => {
      const { generation } = checked(which, WHICH);
      const path = this.path(key);
      if (generation !== undefined) return undefined;
      try {
        const found = await fs.promises.stat(path);
        return found.isFile() ? storedOf(key, found) : undefined;
      } catch (error) {
        if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR') return undefined;
        throw error;
      }
    });
  }

  async generations(key: string): Promise<Stored[]> {
    const found = await this.stat(key);
    return found === undefined ? [] : [found];
  }

  list(prefix = ''): Promise<string[]> {
    return this.guarded('STORE_READ', prefix, async () => {
      const keys: string[] = [];
      const folders = [''];
      for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
        for (const entry of await entriesIn(join(this.folder, folder))) {
          const key = folder === '' ? entry.name : `${folder}/${entry.name}`;
          if (!isKey(key)) continue;
          if (entry.isDirectory()) folders.push(key);
          else if (entry.isFile() && key.startsWith(prefix)) keys.push(key);
        }
      }
      return keys.sort();
    });
  }

  delete(key: string, which: WhichSave = {}): Promise<boolean> {
    return this.guarded('STORE_WRITE', key, async () => {
      const { generation } = checked(which, WHICH);
      const path = this.path(key);
      if (generation !== undefined || (await this.stat(key)) === undefined) return false;
      await fs.promises.rm(path);
      return true;
    });
  }

  async close(): Promise<void> {}

  private path(key: string): string {
    if (this.only !== undefined) return this.only;
    checkKey(key);
    return join(this.folder, ...key.split('/'));
  }

  // Others may save while the bytes come; what is checked at their end is as late as it can be.
  private async *checkedAtEnd(
    key: string,
    content: StoreContent,
    options: PutOptions,
  ): AsyncGenerator<Uint8Array> {
    yield* piecesOf(content, options);
    await this.checkVersion(key, options);
  }

  private async checkVersion(key: string, { ifVersion }: PutOptions): Promise<void> {
    if (ifVersion === undefined) return;
    const version = (await this.stat(key))?.version ?? null;
    if (version !== ifVersion) throw changedMeanwhile(this.name, key);
  }

  private failure(code: 'STORE_READ' | 'STORE_WRITE', key: string, error: unknown): unknown {
    if (errnoOf(error) === 'ENOENT' && code === 'STORE_READ') return nothingThere(this.name, key);
    const isOfSystem = errnoOf(error)?.startsWith('E') === true;
    return asStoreError(code, {
      store: this.name,
      key,
      error: isOfSystem ? new Error(errnoText(error), { cause: undefined }) : error,
      ...(isOfSystem && { hint: errnoHint(error) }),
    });
  }
}

async function entriesIn(folder: string): Promise<import('node:fs').Dirent[]> {
  try {
    return await fs.promises.readdir(folder, { withFileTypes: true });
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR') return [];
    throw error;
  }
}

function storedOf(
  key: string,
  { size, mtimeMs, ino }: { size: number; mtimeMs: number; ino: number },
): Stored {
  const version = `${size}-${mtimeMs}-${ino}`;
  return { key, bytes: size, generation: undefined, modifiedAtMs: mtimeMs, version };
}
