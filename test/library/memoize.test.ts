// Goal: a function that remembers computes once for the same code, captured values and arguments, in this process and in later ones,
// and anew when any of these changes; nobody else can put a result there.
// Method: counts of real runs; two processes with one folder; files that are damaged, exchanged and signed by nobody.

import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dumps } from '../../src/library/index.js';
import { type MemoStore, memoize } from '../../src/library/memoize.js';
import { memoryStore } from '../../src/stores/memory-store.js';
import { bundleLibrary, type LibraryBundle } from '../helpers/library-bundle.js';

const folder = mkdtempSync(join(tmpdir(), 'brine-memo-'));
let lib: LibraryBundle;
beforeAll(async () => {
  lib = await bundleLibrary();
});
afterAll(() => {
  lib.remove();
  rmSync(folder, { recursive: true, force: true });
});

// What a call did, told outside of what is captured.
function counted(): {
  readonly store: MemoStore & { readonly kept: Map<string, Uint8Array> };
} {
  const kept = new Map<string, Uint8Array>();
  const store = {
    kept,
    get: (key: string) => kept.get(key),
    put: (key: string, bytes: Uint8Array) => kept.set(key, bytes),
  };
  return { store };
}
// Reads the list through an accessor, which is no part of a key.
let log: string[] = [];
Object.defineProperty(globalThis, 'memoLog', { get: () => log, configurable: true });
declare const memoLog: string[];
const noted = <T>(text: string, value: T): T => {
  memoLog.push(text);
  return value;
};

test('it computes once for the same arguments, whatever their identity', async () => {
  log = [];
  const { store } = counted();
  const area = memoize(
    ({ w, h }: { w: number; h: number }) => {
      memoLog.push('run');
      return { area: w * h };
    },
    { store },
  );
  const first = await area({ w: 2, h: 3 });
  expect([first, await area({ w: 2, h: 3 }), await area({ w: 3, h: 3 })]).toEqual([
    { area: 6 },
    { area: 6 },
    { area: 9 },
  ]);
  expect(log).toHaveLength(2);
  expect(store.kept.size).toBe(2);
});

test('another text, another captured value at any depth, another version: computed anew', async () => {
  log = [];
  const { store } = counted();
  const keys = new Set<string>();
  const made = (text: string, rate: number, version?: number) => {
    const settings = { deep: [{ rate }] };
    const helper = () => settings.deep[0]!.rate;
    const fn =
      text === 'plus' ? (n: number) => noted(text, n + helper()) : (n: number) => noted(text, n * helper());
    return { fn: memoize(fn, { store, ...(version !== undefined && { version }) }), settings };
  };
  for (const [text, rate, version] of [
    ['plus', 2],
    ['times', 2],
    ['plus', 3],
    ['plus', 2, 1],
  ] as const) {
    const { fn } = made(text, rate, version);
    keys.add(fn.keyOf(10));
    expect(await fn(10)).toBe(text === 'plus' ? 10 + rate : 10 * rate);
  }
  expect([keys.size, log.length]).toEqual([4, 4]);
  // The same again, made anew: nothing runs.
  expect(await made('plus', 3).fn(10)).toBe(13);
  expect(log).toHaveLength(4);
  const { fn, settings } = made('plus', 2);
  settings.deep[0]!.rate = 7;
  expect(await fn(10)).toBe(17);
  expect(log).toHaveLength(5);
});

test('a change in a function that remembers is one of whoever calls it; one that calls itself works', async () => {
  const { store } = counted();
  const made = (rate: number) => {
    const inner = memoize((n: number) => n * rate, { store });
    return memoize(async (n: number) => (await inner(n)) + 1, { store });
  };
  expect([await made(2)(5), await made(3)(5)]).toEqual([11, 16]);
  const fib = memoize(
    async (n: number): Promise<number> => (n < 2 ? n : (await fib(n - 1)) + (await fib(n - 2))),
    { store },
  );
  expect(await fib(12)).toBe(144);
});

test('errors are not kept, calls that overlap compute once, results keep their class', async () => {
  log = [];
  const { store } = counted();
  class Answer {
    constructor(readonly n: number) {}
  }
  const ask = memoize(
    async (n: number) => {
      memoLog.push('run');
      await new Promise((resolve) => setTimeout(resolve, 20));
      if (memoLog.length === 1) throw new Error('not yet');
      return new Answer(n);
    },
    { store },
  );
  await expect(Promise.all([ask(1), ask(1)])).rejects.toThrow('not yet');
  expect(log).toHaveLength(1);
  const [a, b] = await Promise.all([ask(1), ask(1)]);
  expect([log.length, a]).toEqual([2, b]);
  const later = await ask(1);
  expect(log).toHaveLength(2);
  expect(later).toBeInstanceOf(Answer);
  expect(later).not.toBe(a);
});

test('any store of brine will do', async () => {
  log = [];
  const store = memoryStore();
  const made = () => memoize((n: number) => noted('run', { n }), { store });
  expect([await made()(4), await made()(4), log.length]).toEqual([{ n: 4 }, { n: 4 }, 1]);
  expect(await store.list()).toEqual([made().keyOf(4)]);
});

test('what is damaged, exchanged or signed by nobody is computed anew', async () => {
  log = [];
  const store = join(folder, 'own');
  const double = memoize((n: number) => noted('run', n * 2), { store });
  await double(1);
  await double(2);
  const [one, two] = [1, 2].map((n) => join(store, `${double.keyOf(n)}.pkl`)) as [string, string];
  expect(readdirSync(store)).toHaveLength(2);
  copyFileSync(one, two);
  expect(await double(2)).toBe(4);
  expect(log).toHaveLength(3);
  writeFileSync(one, dumps({ key: double.keyOf(1), value: 666 }));
  expect(await double(1)).toBe(2);
  const bytes = readFileSync(one);
  bytes[bytes.length >> 1]! ^= 1;
  writeFileSync(one, bytes);
  expect([await double(1), await double(1), log.length]).toEqual([2, 2, 5]);
});

test('another process finds what the first computed, wherever the code stands by then', async () => {
  const program = (before: string, rate: number) => `${before}
    import { appendFileSync } from 'node:fs';
    const rate = ${rate};
    class Result { constructor(n) { this.n = n } }
    const slow = lib.memoize((n) => new Result(n * rate), {
      store: ${JSON.stringify(join(folder, 'shared'))},
      onCall: ({ isHit }) => console.log(isHit ? 'hit' : 'miss'),
    });
    const result = await slow(21);
    console.log(result.n, result instanceof Result);`;
  const env = { BRINE_HOME: join(folder, 'home') };
  expect(await lib.run(program('', 2), { env })).toBe('miss\n42 true\n');
  expect(await lib.run(program('// moved\n\n\n', 2), { env })).toBe('hit\n42 true\n');
  expect(await lib.run(program('', 3), { env })).toBe('miss\n63 true\n');
  // Whoever has another key does not believe it.
  expect(await lib.run(program('', 2), { env: { BRINE_HOME: join(folder, 'other') } })).toBe(
    'miss\n42 true\n',
  );
});

test('what cannot be pickled and options of the wrong form are refused', async () => {
  const { store } = counted();
  const registry = new FinalizationRegistry(() => {});
  const unsavable = expect.objectContaining({ code: 'PICKLE_UNSAVABLE' });
  await expect(memoize(() => registry, { store })()).rejects.toEqual(unsavable);
  await expect(memoize((one: unknown) => one, { store })(registry)).rejects.toEqual(unsavable);
  const wrongOption = expect.objectContaining({ code: 'PICKLE_OPTION' });
  for (const wrong of [{ store: {} }, { store: '' }, { version: {} }, { onCall: 1 }])
    expect(() => memoize(() => 1, wrong as never)).toThrow(wrongOption);
  expect(() => memoize(1 as never)).toThrow(wrongOption);
});
