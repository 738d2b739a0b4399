// A store in the memory of this process: for tests, and for what need not outlive it. Keeps generations.

import { LimitError } from '../errors.js';
import { beyondKept, type Keeping } from '../store/generations.js';
import { piecesOf, wholeOf } from './content.js';
import { asStoreError, changedMeanwhile, nothingThere } from './failures.js';
import { checkKey } from './keys.js';
import { checked, checkKeeping, checkStoreNames, GET, KEEPS, PUT, RANGE, WHICH } from './options.js';
import { pick } from './saves.js';
import type { GetOptions, PutOptions, Store, StoreContent, Stored, WhichSave } from './store.js';

interface Save {
  readonly generation: number;
  readonly savedAtMs: number;
  readonly version: string;
  readonly bytes: number;
  readonly content: Uint8Array;
}

const PIECE_BYTES = 1 << 20;
// What one array of bytes has on every Node.
const BYTES_MAX = 2 ** 32;

/**
 * A store in memory.
 *
 * @param options  How many saves of each key are kept: see {@link Keeping}.
 * @returns The store. What it keeps goes with the process.
 * @throws {StoreError} STORE_OPTION
 * @see the `memory` driver of unstorage; for tests, above all
 * @example
 *   const store = memoryStore();
 *   await store.put('a', new Uint8Array([1, 2, 3]));
 *   (await store.stat('a')).bytes; // 3
 */
export function memoryStore(options: { readonly keeping?: Keeping } = {}): Store {
  checkStoreNames(options, KEEPS);
  checkKeeping(options.keeping);
  return new MemoryStore(options.keeping);
}

class MemoryStore implements Store {
  readonly name = 'memory';
  readonly keepsGenerations = true;
  private readonly saves = new Map<string, Save[]>();
  private readonly keeping: Keeping | undefined;
  private count = 0;

  constructor(keeping: Keeping | undefined) {
    this.keeping = keeping;
  }

  async put(key: string, content: StoreContent, options: PutOptions = {}): Promise<Stored> {
    checkStoreNames(options, PUT);
    checkKey(key);
    const bytes = await wholeOf(piecesOf(content, options), { bytesMax: BYTES_MAX, tooLarge }).catch(
      (error: unknown) => {
        throw asStoreError('STORE_WRITE', { store: this.name, key, error });
      },
    );
    const before = this.saves.get(key) ?? [];
    const newest = before.at(-1);
    if (options.ifVersion !== undefined && options.ifVersion !== (newest?.version ?? null))
      throw changedMeanwhile(this.name, key);
    const save = {
      generation: (newest?.generation ?? 0) + 1,
      savedAtMs: Date.now(),
      version: String(++this.count),
      bytes: bytes.length,
      content: bytes,
    };
    const all = [...before, save];
    const gone = new Set(beyondKept(all, this.keeping).map(({ generation }) => generation));
    this.saves.set(
      key,
      all.filter(({ generation }) => !gone.has(generation)),
    );
    return storedOf(key, save);
  }

  async *get(key: string, options: GetOptions = {}): AsyncIterable<Uint8Array> {
    const { generation, offset = 0 } = checked(options, GET);
    const { content } = this.one(key, generation);
    for (let at = offset; at < content.length; at += PIECE_BYTES)
      yield content.slice(at, Math.min(at + PIECE_BYTES, content.length));
  }

  async read(
    key: string,
    range: { readonly offset: number; readonly length: number } & WhichSave,
  ): Promise<Uint8Array> {
    const { offset, length, generation } = checked(range, RANGE);
    return this.one(key, generation).content.slice(offset, offset + length);
  }

  async stat(key: string, which: WhichSave = {}): Promise<Stored | undefined> {
    const { generation } = checked(which, WHICH);
    checkKey(key);
    const save = pick(this.saves.get(key) ?? [], generation);
    return save && storedOf(key, save);
  }

  async generations(key: string): Promise<Stored[]> {
    checkKey(key);
    return (this.saves.get(key) ?? []).map((save) => storedOf(key, save));
  }

  async list(prefix = ''): Promise<string[]> {
    return [...this.saves.keys()].filter((key) => key.startsWith(prefix)).sort();
  }

  async delete(key: string, which: WhichSave = {}): Promise<boolean> {
    const { generation } = checked(which, WHICH);
    checkKey(key);
    const all = this.saves.get(key) ?? [];
    const left = generation === undefined ? [] : all.filter((save) => save.generation !== generation);
    if (left.length === 0) this.saves.delete(key);
    else this.saves.set(key, left);
    return left.length < all.length;
  }

  async close(): Promise<void> {
    this.saves.clear();
  }

  private one(key: string, generation: number | undefined): Save {
    checkKey(key);
    const save = pick(this.saves.get(key) ?? [], generation);
    if (save === undefined) throw nothingThere(this.name, key, generation);
    return save;
  }
}

function storedOf(key: string, { generation, savedAtMs, bytes, version }: Save): Stored {
  return { key, bytes, generation, modifiedAtMs: savedAtMs, version };
}

function tooLarge(): LimitError {
  return new LimitError('LIMIT_EXCEEDED', `more than ${BYTES_MAX} bytes, which memory does not keep`, {
    hint: 'keep it in files',
  });
}
