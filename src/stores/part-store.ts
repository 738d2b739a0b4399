// A store over items of a bounded size: what fits into one item is one, under its key; what does not goes in parts, and
// under the key stands which parts these are.
//
//   work                        the bytes themselves, or a manifest
//   work.parts/<sha-256>        a part, under the hash of its bytes
//
// The manifest is written last, so whoever reads sees the old content or the new one. A transfer that broke goes on where it
// was: parts that are there are not sent again. A few parts are in memory at most. Knows nothing of where items are.

import { createHash } from 'node:crypto';
import { StoreError } from '../errors.js';
import { partsOf, piecesOf } from './content.js';
import { asStoreError, changedMeanwhile, type Guard, guardOf, nothingThere } from './failures.js';
import type { ItemStat, Items } from './items.js';
import { checkKey, isKey } from './keys.js';
import { isManifest, type Manifest, manifestBytes, PART_BYTES_MAX, readManifest } from './manifest.js';
import { checked, checkStoreNames, GET, PUT, RANGE, WHICH } from './options.js';
import type { GetOptions, PutOptions, Store, StoreContent, Stored, WhichSave } from './store.js';

/** Bytes of a part, when nothing else is said. */
export const PART_BYTES = 4 * 2 ** 20;

/** Options of a store in parts. */
export interface PartOptions {
  /** How many bytes one item has at most. Default: 4 MiB. */
  readonly partBytes?: number;
}

// What is under a key: the item itself, or the parts that it names.
interface Found {
  readonly stat: ItemStat;
  readonly item: Uint8Array | undefined;
  readonly manifest: Manifest | undefined;
}

// What became of content on its way.
interface Sent {
  readonly bytes: number;
  readonly parts: readonly string[];
  /** Parts that were there already. */
  readonly there: ReadonlySet<string>;
  /** The item of content that is not in parts. */
  readonly alone: Buffer;
}

/** A store over items. */
export class PartStore implements Store {
  readonly name: string;
  readonly keepsGenerations = false;
  private readonly guarded: Guard;
  private readonly items: Items;
  private readonly partBytes: number;
  // The part that was read last: what reads a head piece by piece asks for it again and again.
  private latest: { readonly name: string; readonly bytes: Uint8Array } | undefined;

  constructor(items: Items, { partBytes = PART_BYTES }: PartOptions = {}) {
    if (!Number.isInteger(partBytes) || partBytes < 1 || partBytes > PART_BYTES_MAX)
      throw new StoreError('STORE_OPTION', `partBytes cannot be ${partBytes}`, {
        hint: `give a number from 1 to ${PART_BYTES_MAX}`,
      });
    this.items = items;
    this.name = items.name;
    this.guarded = guardOf(items.name);
    this.partBytes = partBytes;
  }

  put(key: string, content: StoreContent, options: PutOptions = {}): Promise<Stored> {
    return this.guarded('STORE_WRITE', key, async () => {
      checkStoreNames(options, PUT);
      checkKey(key);
      const before = await this.find(key);
      this.checkVersion(key, before, options);
      const { bytes, parts, there, alone } = await this.sendAll(key, content, options);
      const manifest = { bytes, partBytes: this.partBytes, savedAtMs: Date.now(), parts };
      // Others may have saved while the parts went.
      if (options.ifVersion !== undefined) this.checkVersion(key, await this.find(key), options);
      const condition = options.ifVersion === undefined ? undefined : { ifMatch: before?.stat.tag ?? null };
      // Not every place keeps an item without bytes.
      const isInParts = parts.length > 0 || bytes === 0;
      const isSet = await this.items.set(key, isInParts ? manifestBytes(manifest) : alone, condition);
      if (!isSet) throw changedMeanwhile(this.name, key);
      const now = await this.find(key);
      if (now === undefined)
        throw new StoreError('STORE_WRITE', `${this.name} took ${key} and does not have it`, {
          path: key,
          hint: 'check that the bucket or the folder exists, and that you may write to it',
        });
      await this.checkParts(key, there);
      const isMine = !isInParts || versionOf(now) === digestOf(manifestBytes(manifest));
      if (isMine) await this.dropParts(key, before?.manifest?.parts ?? [], new Set(parts));
      return storedOf(key, now, bytes);
    });
  }

  async *get(key: string, options: GetOptions = {}): AsyncIterable<Uint8Array> {
    try {
      const { generation, offset = 0, signal } = checked(options, GET);
      checkKey(key);
      const direct = generation === undefined ? await this.direct(key, offset, signal) : undefined;
      if (direct !== undefined) {
        yield* direct;
        return;
      }
      const found = generation === undefined ? await this.find(key) : undefined;
      if (found === undefined) throw nothingThere(this.name, key, generation);
      const { item, manifest } = found;
      if (item !== undefined) {
        if (offset < item.length) yield item.subarray(offset);
        return;
      }
      if (manifest === undefined) return;
      for (let at = offset; at < manifest.bytes; ) {
        const index = Math.floor(at / manifest.partBytes);
        const part = await this.part(key, manifest, index);
        yield part.subarray(at - index * manifest.partBytes);
        at = (index + 1) * manifest.partBytes;
      }
    } catch (error) {
      throw asStoreError('STORE_READ', { store: this.name, key, error });
    }
  }

  read(
    key: string,
    range: { readonly offset: number; readonly length: number } & WhichSave,
  ): Promise<Uint8Array> {
    return this.guarded('STORE_READ', key, async () => {
      const { offset, length, generation } = checked(range, RANGE);
      const pieces: Uint8Array[] = [];
      let left = length;
      if (left === 0) return new Uint8Array(0);
      for await (const piece of this.get(key, { offset, ...(generation !== undefined && { generation }) })) {
        pieces.push(piece.subarray(0, left));
        left -= Math.min(left, piece.length);
        if (left === 0) break;
      }
      return Uint8Array.from(Buffer.concat(pieces));
    });
  }

  stat(key: string, which: WhichSave = {}): Promise<Stored | undefined> {
    return this.guarded('STORE_READ', key, async () => {
      const { generation } = checked(which, WHICH);
      checkKey(key);
      const found = generation === undefined ? await this.find(key) : undefined;
      return (
        found && storedOf(key, found, found.manifest?.bytes ?? found.item?.length ?? found.stat.bytes ?? 0)
      );
    });
  }

  async generations(key: string): Promise<Stored[]> {
    const found = await this.stat(key);
    return found === undefined ? [] : [found];
  }

  list(prefix = ''): Promise<string[]> {
    return this.guarded('STORE_READ', prefix, async () => {
      const keys = await this.items.keys(prefix);
      return [...new Set(keys)].filter((key) => isKey(key) && key.startsWith(prefix)).sort();
    });
  }

  delete(key: string, which: WhichSave = {}): Promise<boolean> {
    return this.guarded('STORE_WRITE', key, async () => {
      const { generation } = checked(which, WHICH);
      checkKey(key);
      if (generation !== undefined) return false;
      const before = await this.find(key);
      if (before === undefined) return false;
      await this.items.remove(key);
      // Also what transfers left that broke.
      const places = await this.items.keys(`${key}.parts/`).catch(() => []);
      const orphans = places.filter((place) => place.startsWith(`${key}.parts/`)).map(nameOfPart);
      await this.dropParts(key, [...(before.manifest?.parts ?? []), ...orphans], new Set());
      return true;
    });
  }

  async close(): Promise<void> {
    this.latest = undefined;
    await this.items.close();
  }

  // The bytes of an item that is larger than a part, which is not taken into memory; undefined for all others.
  private async direct(
    key: string,
    offset: number,
    signal?: AbortSignal,
  ): Promise<AsyncIterable<Uint8Array> | undefined> {
    const large = await this.large(key, await this.items.stat(key), signal);
    if (large === undefined || offset === 0) return large;
    await large.return(undefined);
    return this.items.stream?.(key, offset, signal);
  }

  private async large(
    key: string,
    stat: ItemStat | undefined,
    signal?: AbortSignal,
  ): Promise<AsyncGenerator<Uint8Array> | undefined> {
    if (stat?.bytes === undefined || stat.bytes <= this.partBytes) return undefined;
    const stream = await this.items.stream?.(key, 0, signal);
    const rest = stream?.[Symbol.asyncIterator]();
    const first = await rest?.next();
    if (rest === undefined || first === undefined || first.done === true) return undefined;
    // A manifest of very many parts is larger than one of them.
    if (!isManifest(first.value)) return resumed(first.value, rest);
    await rest.return?.();
    return undefined;
  }

  private async find(key: string): Promise<Found | undefined> {
    const stat = await this.items.stat(key);
    if (stat === undefined) return undefined;
    const large = await this.large(key, stat);
    if (large !== undefined) {
      await large.return(undefined);
      return { stat, item: undefined, manifest: undefined };
    }
    const item = await this.items.get(key);
    if (item === undefined) return undefined;
    return isManifest(item)
      ? { stat, item: undefined, manifest: readManifest(item, key) }
      : { stat, item, manifest: undefined };
  }

  // Sends the parts, but for one that is alone: that is the item.
  private async sendAll(key: string, content: StoreContent, options: PutOptions): Promise<Sent> {
    const parts: string[] = [];
    const there = new Set<string>();
    let bytes = 0;
    let alone: Buffer | undefined = Buffer.alloc(0);
    const send = async (part: Uint8Array): Promise<void> => {
      const name = digestOf(part);
      // What is there already need not go again.
      if (await this.items.has(partKey(key, name))) there.add(name);
      else await this.items.set(partKey(key, name), part);
      parts.push(name);
    };
    for await (const part of partsOf(piecesOf(content, options), this.partBytes)) {
      const isFirst = bytes === 0;
      bytes += part.length;
      if (isFirst) alone = part;
      else {
        if (alone !== undefined) await send(alone);
        alone = undefined;
        await send(part);
      }
    }
    if (alone !== undefined && isManifest(alone)) {
      await send(alone);
      alone = undefined;
    }
    return { bytes, parts, there, alone: alone ?? Buffer.alloc(0) };
  }

  // Somebody who saved at the same time may have taken away what need not be sent.
  private async checkParts(key: string, names: ReadonlySet<string>): Promise<void> {
    for (const name of names) {
      if (await this.items.has(partKey(key, name))) continue;
      throw new StoreError('STORE_WRITE', `${key} in ${this.name} was saved by two at the same time`, {
        path: key,
        hint: 'save it again',
      });
    }
  }

  private async part(key: string, manifest: Manifest, index: number): Promise<Uint8Array> {
    const name = manifest.parts[index] as string;
    if (this.latest?.name === name) return this.latest.bytes;
    const bytes = await this.items.get(partKey(key, name));
    const length = Math.min(manifest.partBytes, manifest.bytes - index * manifest.partBytes);
    if (bytes === undefined || bytes.length !== length || digestOf(bytes) !== name)
      throw new StoreError(
        'STORE_READ',
        `part ${index + 1} of ${manifest.parts.length} of ${key} is ${bytes === undefined ? 'missing' : 'damaged'}`,
        { path: key, hint: 'save it again: only the parts that are missing are sent' },
      );
    this.latest = { name, bytes };
    return bytes;
  }

  // What stays behind when this fails is in nobody's way.
  private async dropParts(key: string, names: readonly string[], kept: ReadonlySet<string>): Promise<void> {
    for (const name of new Set(names)) {
      if (kept.has(name)) continue;
      try {
        await this.items.remove(partKey(key, name));
      } catch {}
    }
  }

  private checkVersion(key: string, found: Found | undefined, { ifVersion }: PutOptions): void {
    if (ifVersion === undefined) return;
    const version = found === undefined ? null : versionOf(found);
    if (ifVersion !== version) throw changedMeanwhile(this.name, key);
  }
}

// Ended also when nobody began it.
function resumed(
  first: Uint8Array,
  rest: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array, undefined, undefined> {
  let next: Promise<IteratorResult<Uint8Array, undefined>> | undefined = Promise.resolve({
    done: false,
    value: first,
  });
  const end = async (): Promise<IteratorReturnResult<undefined>> => {
    await rest.return?.();
    return { done: true, value: undefined };
  };
  return {
    next: () => {
      const one = next ?? (rest.next() as Promise<IteratorResult<Uint8Array, undefined>>);
      next = undefined;
      return one;
    },
    return: end,
    throw: async (error) => {
      await end();
      throw error;
    },
    [Symbol.asyncIterator]() {
      return this;
    },
    [Symbol.asyncDispose]: async () => void (await end()),
  };
}

function storedOf(key: string, found: Found, bytes: number): Stored {
  const modifiedAtMs = found.manifest?.savedAtMs ?? found.stat.modifiedAtMs;
  return { key, bytes, generation: undefined, modifiedAtMs, version: versionOf(found) };
}

// By what it is, where it is at hand; a large item of others by what its place calls it.
function versionOf({ item, manifest, stat }: Found): string {
  if (item !== undefined) return digestOf(item);
  if (manifest !== undefined) return digestOf(manifestBytes(manifest));
  return stat.tag ?? `${stat.bytes}-${stat.modifiedAtMs}`;
}

function partKey(key: string, name: string): string {
  return `${key}.parts/${name}`;
}

function nameOfPart(place: string): string {
  return place.slice(place.lastIndexOf('/') + 1);
}

function digestOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
