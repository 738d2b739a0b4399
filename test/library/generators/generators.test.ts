// Goal: asynchronous generators come back where nothing is in flight; who loads as data gets no generator; many are quick.
// Method: in one process, since the samples and the random runs are in several.

import { expect, it } from 'vitest';
import { dumps, isCaptured, loads } from '../../../src/index.js';

async function* count(start: number): AsyncGenerator<number, void, number> {
  let n = start;
  try {
    for (;;) n += yield n;
  } finally {
    n = 0;
  }
}

it('a suspended asynchronous generator goes on, also after a second save', async () => {
  const generator = count(1);
  await generator.next();
  const loaded = loads(dumps(generator)) as typeof generator;
  expect(await loaded.next(2)).toEqual({ value: 3, done: false });
  const again = loads(dumps(loaded)) as typeof generator;
  expect(await again.next(4)).toEqual({ value: 7, done: false });
  expect(await again.return()).toEqual({ value: undefined, done: true });
  expect(await loaded.next(1)).toEqual({ value: 4, done: false });
  expect(await generator.next(1)).toEqual({ value: 2, done: false });
});

it('an asynchronous generator that was asked for more than it gave is in flight', async () => {
  const generator = count(1);
  const first = generator.next();
  expect(() => dumps(generator)).toThrow(/it is in flight/);
  await first;
  expect(() => dumps(generator)).not.toThrow();
});

it('an asynchronous generator that waits for a promise is told by its await', async () => {
  const generator = (async function* () {
    yield 1;
    await new Promise(() => {});
  })();
  await generator.next();
  void generator.next();
  expect(() => dumps(generator)).toThrow(/it waits for a promise/);
});

it('a generator that is running is told', () => {
  const seen: unknown[] = [];
  const held: { generator?: Generator } = {};
  const generator: Generator = (function* () {
    yield 1;
    try {
      dumps(held.generator);
    } catch (error) {
      seen.push((error as Error).message);
    }
  })();
  held.generator = generator;
  generator.next();
  generator.next();
  expect(seen).toEqual([expect.stringMatching(/it is running/)]);
});

it('loaded as data, generators and iterators are records', () => {
  const generator = (function* () {
    let a = 1;
    for (;;) yield a++;
  })();
  generator.next();
  const map = new Map([[1, 2]]);
  const value = { generator, iterator: map.keys(), map };
  const loaded = loads(dumps(value), { mode: 'data' }) as Record<string, unknown>;
  expect(isCaptured(loaded['generator'])).toBe(true);
  expect(isCaptured(loaded['iterator'])).toBe(true);
  expect(loaded['map']).toEqual(map);
});

it('a thousand generators of one function, each with variables of its own', () => {
  function* steps(start: number): Generator<number> {
    for (let i = start; ; i++) {
      const twice = i * 2;
      yield i + twice;
    }
  }
  const all = Array.from({ length: 1000 }, (_, i) => steps(i));
  for (const each of all) each.next();
  const loaded = loads(dumps(all)) as typeof all;
  expect(loaded.map((each) => each.next().value)).toEqual(all.map((_, i) => 3 * (i + 1)));
});

it('a loop over an iterator is found again after loading, when functions stand at places left of their text', () => {
  const source = {
    n: 0,
    next: () => ({ value: ++source.n, done: source.n > 9 }),
    [Symbol.iterator]: () => source,
  };
  function* over(): Generator<number> {
    for (const x of source as unknown as Iterable<number>) yield x;
  }
  const lone = loads(
    dumps(function lone() {
      return 1;
    }),
  ) as () => number;
  const generator = over();
  generator.next();
  let value = { generator, lone };
  for (let i = 0; i < 3; i++) value = loads(dumps(value)) as typeof value;
  expect([value.generator.next().value, value.lone()]).toEqual([2, 1]);
});
