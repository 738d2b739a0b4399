// Goal: every store keeps every promise of the interface, so that one can stand for another.
// Method: one suite, `holdsTheContract`, held over files, memory, SQLite, plain HTTP, and drivers of unstorage with the real thing
// behind them: a Redis, an S3-compatible server, unstorage's own server.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createStorage } from 'unstorage';
import fsDriver from 'unstorage/drivers/fs';
import fsLiteDriver from 'unstorage/drivers/fs-lite';
import httpDriver from 'unstorage/drivers/http';
import lruDriver from 'unstorage/drivers/lru-cache';
import memoryDriver from 'unstorage/drivers/memory';
import overlayDriver from 'unstorage/drivers/overlay';
import redisDriver from 'unstorage/drivers/redis';
import s3Driver from 'unstorage/drivers/s3';
import { createStorageServer } from 'unstorage/server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BrineError } from '../../src/errors.js';
import {
  fileStore,
  httpStore,
  memoryStore,
  type Store,
  sqliteStore,
  unstorageStore,
} from '../../src/stores/index.js';
import { content, errorOf, isSame } from '../store/sample.js';
import { startS3 } from './s3.js';
import { NO_REDIS, REDIS, type Running, serve } from './servers.js';

const folder = mkdtempSync(join(tmpdir(), 'brine-stores-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const partBytes = 1000;
const small = { partBytes };

holdsTheContract('files', { partBytes, open: async () => fileStore(join(folder, 'files')) });
holdsTheContract('memory', { partBytes, open: async () => memoryStore() });
holdsTheContract('SQLite', { partBytes, open: () => sqliteStore(join(folder, 'store.db')) });

holdsTheContract('unstorage memory', { partBytes, open: () => unstorageStore(memoryDriver(), small) });
holdsTheContract('unstorage lru-cache', { partBytes, open: () => unstorageStore(lruDriver({}), small) });
holdsTheContract('unstorage overlay', {
  partBytes,
  open: () => unstorageStore(overlayDriver({ layers: [memoryDriver(), memoryDriver()] }), small),
});
for (const [name, driver] of [
  ['fs', fsDriver],
  ['fs-lite', fsLiteDriver],
] as const)
  holdsTheContract(`unstorage ${name}`, {
    partBytes,
    open: () => unstorageStore(driver({ base: join(folder, name) }), small),
  });
holdsTheContract('unstorage redis', {
  partBytes,
  missing: NO_REDIS,
  open: async () => {
    const storage = createStorage({ driver: redisDriver({ url: REDIS as string, base: 'contract' }) });
    await storage.clear();
    return unstorageStore(storage, small);
  },
});

let http: Running;
const storageServer = async (): Promise<string> => {
  http = await serve(createStorageServer(createStorage()).handle as Parameters<typeof serve>[0]);
  return http.address;
};
holdsTheContract('unstorage http', {
  partBytes,
  open: async () => unstorageStore(httpDriver({ base: await storageServer() }), small),
  close: () => http.close(),
});
holdsTheContract('plain HTTP', {
  partBytes,
  open: async () => httpStore(await storageServer(), small),
  close: () => http.close(),
});

let s3: Awaited<ReturnType<typeof startS3>>;
holdsTheContract('unstorage s3', {
  partBytes,
  open: async () => {
    s3 = await startS3(join(folder, 's3'));
    return unstorageStore(s3Driver(s3.options), small);
  },
  close: () => s3.close(),
});

test('a size of parts that none can have is refused', () => {
  for (const odd of [0, -1, 1.5, 2 ** 40, Number.NaN])
    expect(() => httpStore('http://127.0.0.1/', { partBytes: odd })).toThrow(
      expect.objectContaining({ code: 'STORE_OPTION' }),
    );
});

test('what is no address of HTTP is refused, and its password is not shown', () => {
  for (const odd of ['nonsense', '', 'ftp://ada:geheim@host/x', new URL('file:///etc')])
    expect(() => httpStore(odd), String(odd)).toThrow(
      expect.objectContaining({ code: 'STORE_ADDRESS', message: expect.not.stringContaining('geheim') }),
    );
});

// — the suite; contents are sized around the parts of a store, because that is where counting goes wrong —

/** What the suite has to know of a store. */
interface Subject {
  /** Opens it, empty. Undefined: it is not there on this machine, and `missing` says what would bring it. */
  open(): Promise<Store>;
  /** Ends what `open` began. */
  close?(): Promise<void> | void;
  /** Bytes of a part; any number where there are none. */
  readonly partBytes: number;
  /** False where the place cannot say what it has. Default: true. */
  readonly lists?: boolean;
  /** Why it cannot run here. */
  readonly missing?: string | undefined;
}

/** Holds a store to the contract. */
function holdsTheContract(name: string, subject: Subject): void {
  const { partBytes, missing } = subject;
  const lists = subject.lists ?? true;
  describe.skipIf(missing !== undefined)(`${name}${missing === undefined ? '' : ` (${missing})`}`, () => {
    let store: Store;
    beforeAll(async () => {
      store = await subject.open();
    });
    afterAll(async () => {
      await store?.close();
      await store?.close();
      await subject.close?.();
    });

    const sizes = [0, 1, 1000, partBytes - 1, partBytes, partBytes + 1, 2 * partBytes, 2 * partBytes + 17];
    test.for(sizes)('%i bytes come back as they went', async (bytes) => {
      const key = `sizes/of-${bytes}`;
      const expected = content(bytes + 1, bytes);
      const put = await store.put(key, expected);
      expect(put).toMatchObject({ key, bytes });
      expect(isSame(await all(store, key), expected)).toBe(true);
      expect(await store.stat(key)).toMatchObject({ key, bytes, version: put.version });
    });

    test('bytes that no text has come back, and those of a manifest too', async () => {
      const every = Uint8Array.from({ length: 256 }, (_, index) => index);
      const manifest = Buffer.from('{"brine":"parts/1","bytes":1,"partBytes":1,"savedAtMs":1,"parts":[]}');
      const text = Buffer.from('base64:AAAA');
      for (const each of [every, manifest, text]) {
        await store.put('odd.bin', each);
        expect(isSame(await all(store, 'odd.bin'), each)).toBe(true);
      }
    });

    test('content may come in pieces of any size, from memory that is used again', async () => {
      const expected = content(5, 3 * partBytes + 5);
      async function* pieces(): AsyncGenerator<Uint8Array> {
        const memory = new Uint8Array(partBytes + 3);
        for (
          let at = 0, size = 1;
          at < expected.length;
          at += size, size = (size * 7 + 1) % (partBytes + 3)
        ) {
          memory.set(expected.subarray(at, at + size));
          yield memory.subarray(0, Math.min(size, expected.length - at));
        }
      }
      let told = 0;
      await store.put('pieces', pieces(), { onProgress: (bytes) => (told = bytes) });
      expect(told).toBe(expected.length);
      expect(isSame(await all(store, 'pieces'), expected)).toBe(true);
    });

    test('any range is read, and what goes beyond the end is cut', async () => {
      const expected = content(6, 2 * partBytes + 9);
      await store.put('ranges', expected);
      const ends = [0, partBytes - 1, partBytes, 2 * partBytes + 9];
      for (const offset of ends)
        for (const length of [0, 1, partBytes, expected.length]) {
          const found = await store.read('ranges', { offset, length });
          expect(isSame(found, expected.subarray(offset, offset + length)), `${offset}+${length}`).toBe(true);
        }
      for (const offset of ends)
        expect(isSame(await all(store, 'ranges', offset), expected.subarray(offset)), `from ${offset}`).toBe(
          true,
        );
    });

    test('a put replaces what was there, and nothing of it is left', async () => {
      await store.put('replaced', content(1, 3 * partBytes));
      await store.put('replaced', content(2, 10));
      expect(isSame(await all(store, 'replaced'), content(2, 10))).toBe(true);
      await store.put('replaced', content(3, 2 * partBytes));
      expect(isSame(await all(store, 'replaced'), content(3, 2 * partBytes))).toBe(true);
    });

    test('a put that breaks leaves what was there', async () => {
      const before = content(1, partBytes + 4);
      await store.put('broken', before);
      async function* broken(): AsyncGenerator<Uint8Array> {
        yield content(2, 2 * partBytes);
        throw new Error('the producer broke');
      }
      const error = await errorOf(() => store.put('broken', broken()));
      expect(error).toBeInstanceOf(BrineError);
      expect((error as BrineError).code).toBe('STORE_WRITE');
      expect((error as BrineError).message).toContain('the producer broke');
      expect(isSame(await all(store, 'broken'), before)).toBe(true);
      const odd = await errorOf(() => store.put('broken', ['text'] as unknown as Uint8Array[]));
      expect(odd).toMatchObject({ code: 'STORE_WRITE' });
      expect(isSame(await all(store, 'broken'), before)).toBe(true);
    });

    test('a put that is ended leaves what was there', async () => {
      await store.put('ended', content(1, 9));
      const controller = new AbortController();
      async function* pieces(): AsyncGenerator<Uint8Array> {
        yield content(2, partBytes);
        controller.abort();
        yield content(3, partBytes);
      }
      const error = await errorOf(() => store.put('ended', pieces(), { signal: controller.signal }));
      expect(error).toMatchObject({ code: 'STORE_ABORTED' });
      expect(isSame(await all(store, 'ended'), content(1, 9))).toBe(true);
    });

    test('a put over a version that is not there any more is a conflict', async () => {
      const first = await store.put('versions', content(1, 8), { ifVersion: null });
      expect(await codeOf(store.put('versions', content(2, 8), { ifVersion: null }))).toBe('STORE_CONFLICT');
      const second = await store.put('versions', content(2, 8), { ifVersion: first.version });
      expect(second.version).not.toBe(first.version);
      expect(await codeOf(store.put('versions', content(3, 8), { ifVersion: first.version }))).toBe(
        'STORE_CONFLICT',
      );
      expect(isSame(await all(store, 'versions'), content(2, 8))).toBe(true);
    });

    test('keys are listed, sorted and by what they begin with', async (context) => {
      await store.put('list/b', content(1, 1));
      await store.put('list/a.pkl', content(1, 2 * partBytes));
      await store.put('list/deep/er', content(1, 1));
      await store.put('lists', content(1, 1));
      if (!lists) return context.skip('this place does not list what it has');
      expect(await store.list('list/')).toEqual(['list/a.pkl', 'list/b', 'list/deep/er']);
      expect(await store.list('list/a')).toEqual(['list/a.pkl']);
      expect(await store.list('nothing')).toEqual([]);
      const every = await store.list();
      expect(every).toEqual([...every].sort());
      expect(every).toEqual(expect.arrayContaining(['lists', 'list/b']));
      // Parts are no keys.
      expect(every.filter((key) => key.includes('parts'))).toEqual([]);
    });

    test('what is deleted is gone; deleting nothing says so', async () => {
      await store.put('gone', content(1, 2 * partBytes));
      expect(await store.delete('gone')).toBe(true);
      expect(await store.delete('gone')).toBe(false);
      expect(await store.stat('gone')).toBeUndefined();
      expect(await store.generations('gone')).toEqual([]);
      if (lists) expect(await store.list('gone')).toEqual([]);
    });

    test('what is not there is undefined when it is asked for, and an error when it is read', async () => {
      expect(await store.stat('nothing')).toBeUndefined();
      expect(await codeOf(all(store, 'nothing'))).toBe('STORE_READ');
      expect(await codeOf(store.read('nothing', { offset: 0, length: 1 }))).toBe('STORE_READ');
      await store.put('one', content(1, 1));
      expect(await codeOf(store.read('one', { offset: 0, length: 1, generation: 77 }))).toBe('STORE_READ');
      expect(await store.stat('one', { generation: 77 })).toBeUndefined();
      expect(await store.delete('one', { generation: 77 })).toBe(false);
    });

    const hostile = [
      '',
      '/',
      'a/',
      '/a',
      '../a',
      'a/../b',
      '.',
      '..',
      '.hidden',
      'a\\b',
      'a\0',
      'a b',
      'ä',
      'con',
    ];
    test('no store takes a key that leads out, hides or means something else', async () => {
      for (const key of [...hostile, 'a.', 'a:b', 'a?b', 'a$', 'a%2fb', 'x.parts/y', 'a'.repeat(201)])
        for (const call of [
          () => store.put(key, content(1, 1)),
          () => all(store, key),
          () => store.stat(key),
          () => store.read(key, { offset: 0, length: 1 }),
          () => store.delete(key),
          () => store.generations(key),
        ])
          expect(await codeOf(call()), key).toBe('STORE_KEY');
    });

    test('saves before the newest are kept where the store says so', async () => {
      for (const number of [1, 2, 3]) await store.put('kept', content(number, 20));
      const saves = await store.generations('kept');
      if (!store.keepsGenerations) {
        expect(saves).toHaveLength(1);
        expect(saves[0]?.generation).toBeUndefined();
        return;
      }
      expect(saves.map(({ generation }) => generation)).toEqual([1, 2, 3]);
      for (const number of [1, 2, 3]) {
        const which = { generation: number };
        expect(isSame(await all(store, 'kept', 0, number), content(number, 20))).toBe(true);
        expect(await store.stat('kept', which)).toEqual(saves[number - 1]);
        const part = await store.read('kept', { offset: 5, length: 5, ...which });
        expect(isSame(part, content(number, 20).subarray(5, 10))).toBe(true);
      }
      expect(isSame(await all(store, 'kept'), content(3, 20))).toBe(true);
      expect(await store.delete('kept', { generation: 2 })).toBe(true);
      expect((await store.generations('kept')).map(({ generation }) => generation)).toEqual([1, 3]);
      for (let number = 4; number < 12; number++) await store.put('kept', content(number, 20));
      expect((await store.generations('kept')).map(({ generation }) => generation)).toEqual([
        7, 8, 9, 10, 11,
      ]);
    });
  });
}

async function codeOf(work: Promise<unknown>): Promise<unknown> {
  const error = await errorOf(() => work);
  return error instanceof BrineError ? error.code : error;
}

async function all(store: Store, key: string, offset = 0, generation?: number): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of store.get(key, { offset, ...(generation !== undefined && { generation }) }))
    pieces.push(piece);
  return Buffer.concat(pieces);
}
