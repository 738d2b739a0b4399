// Goal: depth, width and number are no obstacle: nothing recurses, nothing is quadratic.
// Method: large graphs of every kind of link, there and back, measured loosely; doubling one must not take four times as
// long.

import { expect, test } from 'vitest';
import { dumps, loads } from '../../src/library/index.js';

interface Link {
  readonly i: number;
  readonly next: Link | null;
}

function listOf(count: number): Link {
  let list: Link = { i: 0, next: null };
  for (let i = 1; i < count; i++) list = { i, next: list };
  return list;
}

test.each([200_000, 1_000_000])('a list of %i nodes', (count) => {
  let copy: Link | null = loads<Link>(dumps(listOf(count)));
  let seen = 0;
  for (; copy !== null; copy = copy.next) {
    if (copy.i !== count - 1 - seen) throw new Error(`node ${seen} is ${copy.i}`);
    seen++;
  }
  expect(seen).toBe(count);
});

test('a list that is a ring', () => {
  const list = listOf(100_000) as { next: unknown };
  let last = list as { next: any };
  while (last.next !== null) last = last.next;
  last.next = list;
  let copy = loads<Link>(dumps(list)) as Link;
  const start = copy;
  let seen = 0;
  do {
    copy = copy.next as Link;
    seen++;
  } while (copy !== start);
  expect(seen).toBe(100_000);
});

const nestings: readonly (readonly [string, (inner: unknown) => unknown, (outer: any) => unknown])[] = [
  ['arrays', (inner) => [inner], (outer) => outer[0]],
  ['Map values', (inner) => new Map([[1, inner]]), (outer) => outer.get(1)],
  ['Map keys', (inner) => new Map([[inner, 1]]), (outer) => [...outer.keys()][0]],
  ['Sets', (inner) => new Set([inner]), (outer) => [...outer][0]],
  ['frozen objects', (inner) => Object.freeze({ inner }), (outer) => outer.inner],
  [
    'accessor-free objects of two shapes',
    (inner) => ({ inner, [inner === null ? 'a' : 'b']: 1 }),
    (outer) => outer.inner,
  ],
  ['dates', (inner) => Object.assign(new Date(0), { inner }), (outer) => outer.inner],
];

test.each(nestings)('%s nested 200,000 deep', (_, wrap, unwrap) => {
  let value: unknown = null;
  for (let i = 0; i < 200_000; i++) value = wrap(value);
  let copy = loads(dumps(value));
  let depth = 0;
  for (; copy !== null; copy = unwrap(copy)) depth++;
  expect(depth).toBe(200_000);
});

test('causes of errors 20,000 deep', () => {
  let error = new Error('first');
  for (let i = 0; i < 20_000; i++) error = new Error('next', { cause: error });
  let copy: unknown = loads(dumps(error));
  let depth = 0;
  for (; copy !== undefined; copy = (copy as Error).cause) depth++;
  expect(depth).toBe(20_001);
});

test('a chain of prototypes 10,000 long', () => {
  let object: object = { depth: 0 };
  for (let i = 1; i <= 10_000; i++)
    object = Object.create(object, { depth: { value: i, enumerable: true } }) as object;
  let copy: object | null = loads<object>(dumps(object));
  for (let i = 10_000; i >= 0; i--) {
    if (Object.getOwnPropertyDescriptor(copy, 'depth')?.value !== i) throw new Error(`link ${i} differs`);
    copy = Object.getPrototypeOf(copy) as object | null;
  }
  expect(copy).toBe(Object.prototype);
});

test('bound functions of bound functions, 500 deep', () => {
  let bound: (...values: number[]) => number = Math.max;
  for (let i = 0; i < 500; i++) bound = bound.bind(null, i);
  expect(loads<typeof bound>(dumps(bound))()).toBe(499);
});

test('wide arrays, dictionaries, Maps and typed arrays', () => {
  const value = {
    doubles: Array.from({ length: 1_000_000 }, (_, i) => i / 2),
    texts: Array.from({ length: 200_000 }, (_, i) => `text ${i}`),
    dictionary: Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`key ${i}`, i])),
    map: new Map(Array.from({ length: 100_000 }, (_, i) => [i, `${i}`])),
    bytes: new Uint8Array(4_000_000).fill(7),
    zeros: new Array(6_000_000).fill(0),
    holes: new Array(1_000_000),
  };
  const copy = loads<typeof value>(dumps(value));
  expect(copy.doubles[999_999]).toBe(499_999.5);
  expect(copy.texts[199_999]).toBe('text 199999');
  expect(Object.keys(copy.dictionary)).toHaveLength(100_000);
  expect(copy.map.get(99_999)).toBe('99999');
  expect(copy.bytes[3_999_999]).toBe(7);
  expect(copy.zeros.length + (copy.zeros[5_999_999] as number)).toBe(6_000_000);
  expect(copy.holes.length).toBe(1_000_000);
  expect(0 in copy.holes).toBe(false);
});

test('30,000 objects of different shapes', () => {
  const value = Array.from({ length: 30_000 }, (_, i) => ({ [`k${i}`]: i, [`l${i % 100}`]: 1 }));
  const copy = loads<typeof value>(dumps(value));
  expect(copy[29_999]).toEqual({ k29999: 29_999, l99: 1 });
});

test('pool Buffers keep their bytes and bring nobody else’s', () => {
  const canary = Buffer.from('a secret that must stay here: 8f3b');
  const mine = Array.from({ length: 20 }, (_, i) => Buffer.from(`mine ${i}`));
  const after = Buffer.from('another secret that must stay here: 77aa');
  const bytes = Buffer.from(dumps(mine));
  expect(bytes.includes('secret')).toBe(false);
  expect(canary.length + after.length).toBeGreaterThan(0);
  const copy = loads<Buffer[]>(bytes);
  expect(copy.map(String)).toEqual(mine.map(String));
  expect(copy[0]?.buffer === copy[1]?.buffer).toBe(mine[0]?.buffer === mine[1]?.buffer);
  expect(copy[0]).toBeInstanceOf(Buffer);
});

test('objects of 10,000 keys, and one that holds 100,000 others', () => {
  const many = Array.from({ length: 30 }, (_, k) =>
    Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`key ${i}`, i + k])),
  );
  const all = Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`k${i}`, { i }]));
  const copy = loads<[typeof many, typeof all]>(dumps([many, all]));
  expect(copy[0].every((one, k) => Object.keys(one).length === 10_000 && one['key 9999'] === 9999 + k)).toBe(
    true,
  );
  expect(copy[1]['k99999']).toEqual({ i: 99_999 });
});

test('the longest array there is, with 50,000 elements far apart', () => {
  const array: number[] = [];
  for (let i = 0; i < 50_000; i++) array[i * 80_000] = i;
  array.length = 2 ** 32 - 1;
  const copy = loads<number[]>(dumps(array));
  expect(copy.length).toBe(2 ** 32 - 1);
  expect(Object.keys(copy)).toHaveLength(50_000);
  expect([copy[0], copy[49_999 * 80_000], 1 in copy]).toEqual([0, 49_999, false]);
});

test('a string of 64 million characters, of one byte and of two', () => {
  for (const text of ['0123456789abcdef'.repeat(2 ** 22), `${'0123456789abcdef'.repeat(2 ** 21)}€`]) {
    const copy = loads<string[]>(dumps([text, text]));
    expect(copy[0] === text && copy[1] === text).toBe(true);
  }
});

/** The least CPU time of some runs. */
function best(work: () => void): number {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 4; i++) {
    const start = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(start);
    least = Math.min(least, user + system);
  }
  return least;
}

const growing: readonly (readonly [string, (n: number) => unknown])[] = [
  [
    'keys of objects',
    (n) =>
      Array.from({ length: n / 5000 }, (_, k) =>
        Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`k${i}`, i + k])),
      ),
  ],
  ['entries of a Map', (n) => new Map(Array.from({ length: n }, (_, i) => [i, i + 0.5]))],
  [
    'elements of a sparse array',
    (n) =>
      Object.assign(
        Array.from({ length: 0 }),
        Object.fromEntries(Array.from({ length: n }, (_, i) => [i * 4000, i])),
      ),
  ],
  [
    'properties of one object',
    (n) => Object.fromEntries(Array.from({ length: n }, (_, i) => [`k${i}`, { i }])),
  ],
];

test.each(growing)('four times the %s takes no more than some ten times as long', (_, make) => {
  const [small, large] = [make(20_000), make(80_000)];
  const [smallBytes, largeBytes] = [dumps(small), dumps(large)];
  // What is quadratic takes sixteen times as long. A busy machine, caches and collections take the rest.
  expect(best(() => dumps(large)) / best(() => dumps(small))).toBeLessThan(11);
  expect(best(() => loads(largeBytes)) / best(() => loads(smallBytes))).toBeLessThan(11);
});
