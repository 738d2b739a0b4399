// Goal: functions called in workers give what they give here, whatever they capture, and what goes wrong there is told here.
// Method: one pool of threads and one of processes run the same tests; nothing is stood in for. Workers are ended, hang and
// throw for real.

import { createHash } from 'node:crypto';
import { afterAll, describe, expect, test } from 'vitest';
import { ParallelError } from '../../src/errors.js';
import { type Pool, pool } from '../../src/parallel/index.js';

const KINDS = ['threads', 'processes'] as const;
const pools = new Map(KINDS.map((kind) => [kind, pool({ kind, workers: 2 })]));
afterAll(async () => {
  for (const one of pools.values()) await one.close();
});

const RATE = 1.5;
class Item {
  constructor(readonly size: number) {}
  cost(): number {
    return this.size * RATE;
  }
}
class Dear extends Item {
  override cost(): number {
    return super.cost() * 2;
  }
}
class Sealed {
  #secret: number;
  constructor(secret: number) {
    this.#secret = secret;
  }
  reveal(): number {
    return this.#secret;
  }
}
const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

async function failure(work: Promise<unknown>): Promise<ParallelError> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ParallelError);
  return error as ParallelError;
}

async function listed<T>(values: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const value of values) list.push(value);
  return list;
}

describe.each(KINDS)('%s', (kind) => {
  const workers = pools.get(kind) as Pool;

  test('map calls a closure with every item and keeps the order', async () => {
    let offset = 10;
    const add = (n: number): number => n + offset;
    expect(await workers.map(add, numbers(1000))).toEqual(numbers(1000).map((n) => n + 10));
    // Each call takes what is captured now.
    offset = 20;
    expect(await workers.map(add, [1])).toEqual([21]);
    expect(await workers.map(add, [])).toEqual([]);
  });

  test('a call begins with what was captured, whatever an earlier one made of it in the worker', async () => {
    let count = 0;
    const next = (): number => ++count;
    const first = await workers.map(next, [0, 0, 0], { chunk: 3 });
    expect(await workers.map(next, [0, 0, 0], { chunk: 3 })).toEqual(first);
    expect([first, count]).toEqual([[1, 2, 3], 0]);
  });

  test('modules, asynchronous functions, Maps, cycles and undefined travel', async () => {
    const hash = async (text: string): Promise<string> => createHash('sha256').update(text).digest('hex');
    expect(await workers.map(hash, ['a', 'b'])).toEqual(await Promise.all([hash('a'), hash('b')]));
    const odd = [undefined, new Map([[{ a: 1 }, new Set([2n])]]), Number.NaN, -0, Symbol.iterator];
    expect(await workers.map((value) => value, odd)).toEqual(odd);
    const ring: { self?: unknown } = {};
    ring.self = ring;
    const [back] = await workers.map((value) => value, [ring]);
    expect(back?.self).toBe(back);
  });

  test('starmap, run and pipe', async () => {
    const power = (base: number, exponent: number): number => base ** exponent;
    expect(await workers.starmap(power, [[2, 3] as const, [3, 2] as const])).toEqual([8, 9]);
    expect(await workers.run(power, 2, 10)).toBe(1024);
    const stages = [(n: number) => n + 1, async (n: number) => ({ n }), (one: { n: number }) => one.n * 10];
    expect(await listed(workers.pipe(numbers(40), stages))).toEqual(numbers(40).map((n) => (n + 1) * 10));
  });

  test('reduce keeps the order, maps first when it is told to, and puts the initial value in once', async () => {
    const join = (a: string, b: string): string => a + b;
    const letters = numbers(500).map((n) => String.fromCharCode(97 + (n % 26)));
    expect(await workers.reduce(join, letters, { chunk: 7 })).toBe(letters.join(''));
    const tagged = { map: (letter: string) => `<${letter}>`, initial: '!', chunk: 3 };
    expect(await workers.reduce(join, ['a', 'b', 'c', 'd'], tagged)).toBe('!<a><b><c><d>');
    expect(await workers.reduce(join, [], { initial: 'none' })).toBe('none');
    expect((await failure(workers.reduce(join, []))).code).toBe('PARALLEL_OPTION');
  });

  test('imap asks an iterator only for what is worked on next, and ends it when nobody reads on', async () => {
    let asked = 0;
    let hasEnded = false;
    function* source(): Generator<number> {
      try {
        for (;;) yield asked++;
      } finally {
        hasEnded = true;
      }
    }
    const seen: number[] = [];
    for await (const value of workers.imap((n) => n * 2, source(), { chunk: 1 })) {
      seen.push(value);
      if (seen.length === 5) break;
    }
    expect(seen).toEqual([0, 2, 4, 6, 8]);
    expect(asked).toBeLessThan(20);
    expect(hasEnded).toBe(true);
    async function* later(): AsyncGenerator<number> {
      yield* [1, 2, 3];
    }
    expect(await listed(workers.imap((n) => n + 1, later()))).toEqual([2, 3, 4]);
  });

  test('uimap gives what is ready first', async () => {
    const wait = (ms: number): Promise<number> => new Promise((resolve) => setTimeout(() => resolve(ms), ms));
    expect(await listed(workers.uimap(wait, [600, 1, 2, 3], { chunk: 1 }))).toEqual([1, 2, 3, 600]);
  });

  test('an error comes with its index, its class, its properties and its stack there', async () => {
    class Refused extends Error {
      readonly status = 403;
    }
    const check = (n: number): number => {
      if (n === 37) throw new Refused(`not ${n}`);
      return n;
    };
    const error = await failure(workers.map(check, numbers(60), { chunk: 9 }));
    expect([error.code, error.index, error.path]).toEqual(['PARALLEL_TASK', 37, '[37]']);
    expect(error.message).toBe('item 37 failed: not 37');
    expect(error.cause).toBeInstanceOf(Refused);
    expect((error.cause as Refused).status).toBe(403);
    expect(error.remoteStack).toContain('not 37');
    expect(error.remoteStack?.split('\n').length).toBeGreaterThan(1);
  });

  test('a result that cannot be pickled is told with its index', async () => {
    const broken = (n: number): unknown => (n === 2 ? new FinalizationRegistry(() => {}) : n);
    const error = await failure(workers.map(broken, numbers(4), { chunk: 4 }));
    expect([error.code, error.index]).toEqual(['PARALLEL_TASK', 2]);
    expect((error.cause as { code?: string }).code).toBe('PICKLE_UNSAVABLE');
  });

  test('a task that hangs is ended by its time-out, and the pool goes on', async () => {
    const hang = (n: number): number => {
      while (n === 1);
      return n;
    };
    const error = await failure(workers.map(hang, [0, 1, 2], { taskTimeoutMs: 150 }));
    expect([error.code, error.index]).toEqual(['PARALLEL_TIMEOUT', 1]);
    expect(await workers.map((n) => n, [1, 2], { taskTimeoutMs: 20_000 })).toEqual([1, 2]);
  });

  test('a whole call has a time-out and a signal', async () => {
    const forever = (): never => {
      for (;;);
    };
    expect((await failure(workers.map(forever, [1, 2], { timeoutMs: 200 }))).code).toBe('PARALLEL_TIMEOUT');
    const controller = new AbortController();
    const { signal } = controller;
    const work = failure(workers.map(forever, [1, 2], { signal }));
    setTimeout(() => controller.abort(new Error('enough')), 100);
    const error = await work;
    expect([error.code, (error.cause as Error).message]).toEqual(['PARALLEL_ABORTED', 'enough']);
    expect((await failure(workers.map((n) => n, [1], { signal }))).code).toBe('PARALLEL_ABORTED');
    expect(await workers.map((n) => n, [1])).toEqual([1]);
  });

  test('a worker that ends in the middle of a task is told, and another takes its place', async () => {
    const error = await failure(workers.map(() => process.exit(3), [1]));
    expect(error.code).toBe('PARALLEL_WORKER');
    expect(await workers.map((n) => n, [1, 2, 3])).toEqual([1, 2, 3]);
  });

  test('progress is told until all is done', async () => {
    const told: [number, number | undefined][] = [];
    const onProgress = ({ done, total }: { done: number; total: number | undefined }): void =>
      void told.push([done, total]);
    await workers.map((n) => n, numbers(30), { chunk: 4, onProgress });
    expect(told).toHaveLength(8);
    expect(told.at(-1)).toEqual([30, 30]);
    expect(told.map(([done]) => done)).toEqual([...told.map(([done]) => done)].sort((a, b) => a - b));
  });

  test('large typed arrays come and go whole', async () => {
    const large = new Float64Array(100_000).fill(0.5);
    const [twice] = await workers.map((values) => values.map((n) => n * 2), [large]);
    expect(twice).toEqual(new Float64Array(100_000).fill(1));
    expect(large.length).toBe(100_000);
  });
});

// Capturing classes takes the most of what a test costs: processes do it in processes.test.ts.
test('instances come back as instances of the class that is here, and go there with their methods', async () => {
  const workers = pools.get('threads') as Pool;
  const made = await workers.map((size) => new Dear(size), [1, 2, 3]);
  expect(made.every((one) => one instanceof Dear && one instanceof Item)).toBe(true);
  expect(made.map((one) => one.cost())).toEqual([3, 6, 9]);
  expect(await workers.map((one) => one.cost(), [new Item(2), new Dear(2)])).toEqual([3, 6]);
  // The same, when the class is met in an item only.
  const [back] = await workers.map((one) => one, [new Item(7)]);
  expect(back).toBeInstanceOf(Item);
});

test('private members come back, on one twin of the class for the whole call', async () => {
  const workers = pools.get('threads') as Pool;
  const made = await workers.map((n) => new Sealed(n), numbers(50), { chunk: 5 });
  expect(made.map((one) => one.reveal())).toEqual(numbers(50));
  expect(new Set(made.map(Object.getPrototypeOf)).size).toBe(1);
  expect(await workers.map((one) => one.reveal(), [new Sealed(5)])).toEqual([5]);
});

test('threads share shared memory, captured or in items, and take over what is transferred', async () => {
  const workers = pools.get('threads') as Pool;
  const counter = new Int32Array(new SharedArrayBuffer(4));
  await workers.map((n) => Atomics.add(counter, 0, n), [1, 2, 3]);
  await workers.map((ints) => Atomics.add(ints, 0, 10), [counter, counter]);
  expect(counter[0]).toBe(26);
  const given = new Uint8Array(1_000_000).fill(3);
  const [sum] = await workers.map((bytes) => bytes.reduce((a, b) => a + b, 0), [given], { transfer: true });
  expect([sum, given.length]).toEqual([3_000_000, 0]);
});

test('calls that run beside each other do not disturb each other', async () => {
  const workers = pools.get('threads') as Pool;
  const calls = numbers(8).map((k) => workers.map((n) => n * k, numbers(100)));
  expect(await Promise.all(calls)).toEqual(numbers(8).map((k) => numbers(100).map((n) => n * k)));
});

test('what cannot be pickled is refused before anything runs, and options of the wrong form are refused', async () => {
  const workers = pools.get('threads') as Pool;
  const registry = new FinalizationRegistry(() => {});
  await expect(workers.map(() => registry, [1])).rejects.toMatchObject({ code: 'PICKLE_UNSAVABLE' });
  await expect(workers.map((n) => n, [registry])).rejects.toMatchObject({ code: 'PICKLE_UNSAVABLE' });
  for (const wrong of [
    { kind: 'fibres' },
    { workers: 0 },
    { workers: 1.5 },
    { chunk: 0 },
    { timeoutMs: -1 },
    { taskTimeoutMs: 'soon' },
    { signal: {} },
    { onProgress: 1 },
    { snapshot: 1 },
  ])
    expect(() => pool(wrong as never), JSON.stringify(wrong)).toThrow(
      expect.objectContaining({ code: 'PARALLEL_OPTION' }),
    );
  expect((await failure(workers.map(1 as never, [1]))).code).toBe('PARALLEL_OPTION');
  expect((await failure(workers.map((n) => n, 1 as never))).code).toBe('PARALLEL_OPTION');
});

test('a closed pool says so, in the middle of a call as well', async () => {
  const workers = pool({ workers: 1 });
  const work = failure(
    workers.map(
      () => {
        for (;;);
      },
      [1],
      {},
    ),
  );
  await new Promise((resolve) => setTimeout(resolve, 100));
  await workers.close();
  expect((await work).code).toBe('PARALLEL_CLOSED');
  expect((await failure(workers.map((n) => n, [1]))).code).toBe('PARALLEL_CLOSED');
});
