// Goal: whatever user code does to objects and whenever, a fast way of reading or making them gives what the plain way
// gives, loses nothing, runs nothing and leaves them as they are.
// Method: herds of objects of few shapes with random mutations, pickled before, between and after these by brine and by a
// second brine that was loaded with the plain ways only. Bytes and losses must be equal; both load both; descriptors and
// the way V8 holds elements are compared before and after. What cannot be undone in a process is done to one of its own.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import * as fast from '../../src/index.js';
import { noteWalked } from '../../src/pickle/memo.js';
import { natives } from '../../src/realm/natives.js';
import { type HerdRecipe, herdRecipe, makeHerd, mutate, takeRuns } from '../helpers/herds.js';
import { bundleLibrary, type LibraryBundle } from '../helpers/library-bundle.js';
import { differences } from '../helpers/same.js';
import { testSeed } from '../helpers/seed.js';

const seed = testSeed;
const runs = Number(process.env['BRINE_TEST_RUNS'] ?? 20);

type Library = typeof fast;
let plain: Library;

beforeAll(async () => {
  // The first walks of a process keep no object by its contents.
  noteWalked(1e9);
  vi.stubEnv('BRINE_PLAIN_PATHS', '1');
  vi.resetModules();
  plain = await import('../../src/index.js');
  vi.unstubAllEnvs();
  const { natives: none } = await import('../../src/realm/natives.js');
  expect([natives === undefined, none === undefined]).toEqual([false, true]);
});

interface Pickled {
  readonly bytes: Buffer;
  readonly losses: string[];
}

function pickled(library: Library, value: unknown): Pickled {
  const losses: string[] = [];
  const pickler = new library.Pickler({ onLoss: (loss) => losses.push(`${loss.path}: ${loss.reason}`) });
  return { bytes: Buffer.from(pickler.dumps(value)), losses };
}

/** Holds for any value: both ways write the same, and what comes back is the same. */
function checkBothWays(value: unknown, isLoaded = true): void {
  takeRuns();
  const one = pickled(fast, value);
  const other = pickled(plain, value);
  const runsWhileSaving = takeRuns();
  expect(one.losses).toEqual(other.losses);
  expect(one.bytes.equals(other.bytes), 'the same bytes').toBe(true);
  expect(runsWhileSaving, 'user code that ran').toBe(0);
  if (!isLoaded || one.losses.length > 0) return;
  const copies = [fast.loads(one.bytes), plain.loads(one.bytes)];
  expect(takeRuns(), 'user code that ran').toBe(0);
  // Comparing proxies asks them.
  expect(differences(value, copies[0])).toEqual([]);
  // One brine answers for the texts of restored functions in a process: the first.
  const found = differences(value, copies[1]);
  expect(found.filter((difference) => !difference.endsWith('the text of a function changed'))).toEqual([]);
  takeRuns();
}

/** All that can be told of objects without running anything of theirs. */
function lookAt(objects: readonly object[]): unknown[] {
  const seen: unknown[] = [];
  // Whether elements are small integers, doubles or anything is not asked: code that V8 has optimised for several kinds of
  // arrays makes those it only reads more general.
  const { hasDictionaryElements, hasHoleyElements } = natives as NonNullable<typeof natives>;
  const ask = [hasDictionaryElements, hasHoleyElements];
  for (const object of objects) for (const question of ask) seen.push(question(object));
  for (const object of objects) {
    seen.push(Object.getPrototypeOf(object), Object.isExtensible(object));
    for (const key of Reflect.ownKeys(object)) {
      const d = Object.getOwnPropertyDescriptor(object, key) as PropertyDescriptor;
      seen.push(key, d.value, d.get, d.set, d.writable, d.enumerable, d.configurable);
    }
  }
  return seen;
}

function firstChange(before: readonly unknown[], after: readonly unknown[]): number {
  if (before.length !== after.length) return Math.min(before.length, after.length);
  return before.findIndex((item, i) => !Object.is(item, after[i]));
}

function checkHerd(recipe: HerdRecipe): void {
  const herd = makeHerd(recipe);
  for (const mutations of recipe.moments) {
    const before = lookAt(herd.objects);
    checkBothWays(herd.objects);
    expect(firstChange(before, lookAt(herd.objects)), 'the objects are as they were').toBe(-1);
    for (const mutation of mutations) mutate(herd, mutation);
  }
  checkBothWays(herd.objects);
}

// First: what other tests put on prototypes makes V8 hold arrays in other ways for good.
test('arrays come back as V8 held them', () => {
  const held = (list: object): unknown[] => [
    natives?.hasSmiElements(list),
    natives?.hasDoubleElements(list),
    natives?.hasHoleyElements(list),
  ];
  const numbers = (length: number, part: number): number[] => Array.from({ length }, (_, i) => i + part);
  for (const length of [3, 1000, 65_536, 65_537, 70_000, 300_000])
    for (const list of [numbers(length, 0), numbers(length, 0.5), numbers(length, 0).map(String)])
      expect(held(fast.loads<object>(fast.dumps(list)))).toEqual(held(list));
});

test(`herds and their mutations are read and made alike both ways (seed ${seed})`, () => {
  fc.assert(fc.property(herdRecipe, checkHerd), { seed, numRuns: runs });
});

// A walk of some thousand values finds objects by what they hold.
function crowd(): object[] {
  return Array.from({ length: 3000 }, (_, id) => ({ id, name: `n${id}`, at: new Date(id % 50) }));
}

test(`herds in a crowd are found again wherever they are met (seed ${seed})`, () => {
  fc.assert(
    fc.property(herdRecipe, fc.nat(), (recipe, step) => {
      const herd = makeHerd(recipe);
      for (const mutations of recipe.moments) {
        const { objects } = herd;
        const shuffled = objects.map((_, i) => objects[(i * 7 + step) % objects.length]);
        checkBothWays([crowd(), { objects, shuffled }, [...objects].reverse(), new Set(objects)], false);
        for (const mutation of mutations) mutate(herd, mutation);
      }
    }),
    { seed, numRuns: Math.ceil(runs / 4) },
  );
});

test('objects that a reducer changes while others are saved stay one', () => {
  const bytes = [fast, plain].map((library) => {
    const others = crowd() as { id: number; name: string }[];
    class Changer {}
    const change = (): null => {
      for (const other of others) Object.assign(other, { id: 1, name: 'changed' });
      return null;
    };
    const pickler = new library.Pickler().registerReducer(Changer, {
      name: 'Changer',
      reduce: change,
      revive: () => ({}),
    });
    const value = { others, changer: new Changer(), again: { deep: { others: [...others].reverse() } } };
    const saved = pickler.dumps(value);
    const copy = library.loads(saved) as typeof value;
    const again = copy.again.deep.others.reverse();
    expect(again.findIndex((other, i) => other !== copy.others[i])).toBe(-1);
    return Buffer.from(saved);
  });
  expect(bytes[0]!.equals(bytes[1]!)).toBe(true);
});

test('objects that a reducer gives other properties before their turn are read as they are then', () => {
  const bytes = [fast, plain].map((library) => {
    class Changer {}
    // All of them get their places before the first is read; their hidden class is known by then.
    const herd: object[] = Array.from({ length: 7000 }, (_, id) => ({ id, name: 'one', at: { id } }));
    const change = (): null => {
      for (const [i, object] of herd.entries()) {
        if (i < 3500 || i % 2 === 0) continue;
        if (i % 3 === 0) Reflect.deleteProperty(object, 'name');
        else if (i % 5 === 0)
          Object.defineProperty(object, 'name', { get: () => 'no data', enumerable: true });
        else if (i % 7 === 0) Object.assign(object, { 0: 'index', more: i });
        else Object.freeze(object);
      }
      return null;
    };
    herd.splice(3000, 0, new Changer());
    const pickler = new library.Pickler().registerReducer(Changer, {
      name: 'Changer',
      reduce: change,
      revive: () => ({}),
    });
    const saved = pickler.dumps(herd);
    const copy = library.loads(saved) as object[];
    // Who changes them is missing where nobody registered how to make one.
    for (const list of [herd, copy]) list.splice(3000, 1);
    const keysOf = (object: object): string => Reflect.ownKeys(object).map(String).join();
    expect(copy.findIndex((object, i) => keysOf(object) !== keysOf(herd[i] as object))).toBe(-1);
    expect(copy.filter(Object.isFrozen).length).toBe(herd.filter(Object.isFrozen).length);
    return Buffer.from(saved);
  });
  expect(bytes[0]!.equals(bytes[1]!)).toBe(true);
});

test('objects that whoever is told of a secret changes meanwhile stay one', () => {
  const bytes = [fast, plain].map((library) => {
    const others = crowd() as { id: number; name: string }[];
    const onSecret = (): boolean => {
      for (const other of others) other.id = 1;
      return false;
    };
    // So long a text ends a stripe, which is then looked at.
    const long = { text: 'x'.repeat(40_000_000) };
    const value = {
      first: { password: 'hunter2-Tr0ub4dor' },
      others,
      long,
      again: { deep: [[...others].reverse()] },
    };
    const saved = library.dumps(value, { onSecret });
    expect(others[0]).toMatchObject({ id: 1 });
    const copy = library.loads(saved) as typeof value;
    const again = copy.again.deep[0]!.reverse();
    expect(again.findIndex((other, i) => other !== copy.others[i])).toBe(-1);
    return Buffer.from(saved);
  });
  expect(bytes[0]!.equals(bytes[1]!)).toBe(true);
});

describe('with something added to built-in prototypes', () => {
  const places: [string, object][] = [
    ['Object.prototype', Object.prototype],
    ['Map.prototype', Map.prototype],
    ['Set.prototype', Set.prototype],
    ['Date.prototype', Date.prototype],
    ['Array.prototype', Array.prototype],
  ];
  const keys = ['added', '0', '1'];
  afterEach(() => {
    for (const [, object] of places) for (const key of keys) Reflect.deleteProperty(object, key);
  });

  test.each(places)(`that is enumerable, on %s, herds are read alike (seed ${seed})`, (_, object) => {
    fc.assert(
      fc.property(herdRecipe, fc.constantFrom(...keys), (recipe, key) => {
        const herd = makeHerd(recipe);
        for (const mutation of recipe.moments[0]!) mutate(herd, mutation);
        // A mutation may run a trap that one before it put there.
        takeRuns();
        const add = { value: 1, enumerable: true, configurable: true, writable: true };
        Object.defineProperty(object, key, add);
        const [one, other] = [pickled(fast, herd.objects), pickled(plain, herd.objects)];
        Reflect.deleteProperty(object, key);
        expect(one.losses).toEqual(other.losses);
        expect(one.bytes.equals(other.bytes)).toBe(true);
        expect(takeRuns()).toBe(0);
        expect(pickled(fast, herd.objects).bytes.equals(one.bytes), 'as without it').toBe(true);
      }),
      { seed, numRuns: Math.ceil(runs / 10) },
    );
  });
});

test('long lists of numbers and texts, of one sort and mixed, are the same both ways', () => {
  const texts = [
    'café',
    'Київ',
    '',
    '\ud800',
    '🙂🙂',
    'plain',
    'ÿ',
    'Ā',
    'x'.repeat(66_000),
    `${'y'.repeat(5000)}я`,
  ];
  const mixed = Array.from({ length: 3000 }, (_, i) => `${texts[(i * 7) % texts.length]}${i % 3}`);
  const narrow = mixed.filter((text) => !/[^\0-\xff]/.test(text));
  const long = 70_000;
  const distinct = Array.from({ length: long }, (_, i) => `text ${i}`);
  const repeated = Array.from({ length: 5000 }, (_, i) => `text ${(i * 7919) % 300}`);
  const turning = [...repeated.slice(0, 300), ...distinct.slice(0, 6000), 1, ...distinct.slice(0, 900), null];
  const doubles = Array.from({ length: long }, (_, i) => i / 7 + 0.1);
  const odd = [...doubles, Number.NaN, -0, Number.POSITIVE_INFINITY];
  const holey = [...doubles];
  delete holey[5];
  const matrix = Array.from({ length: 50 }, (_, i) => Array.from({ length: 100 }, (__, k) => i + k / 3));
  const ints = Array.from({ length: long }, (_, i) => (i * 31) % 20_011);
  for (const list of [mixed, narrow, distinct, repeated, turning, doubles, odd, holey, matrix, ints])
    checkBothWays(list);
  checkBothWays({ matrix, odd: [Number.NaN, 1.5], doubles: [...doubles], map: new Map(turning.entries()) });
});

test('whole numbers among many doubles are the same both ways, however many there are', () => {
  const count = 17_000;
  for (const doubles of [0, 1, 2, count / 8 - 1, count / 8, count / 8 + 1, count / 2, count - 1, count]) {
    const list = Array.from({ length: count }, () => 0.5);
    for (let i = 0; i < count; i++) list[i] = i < doubles ? i + 0.25 : i - 5000;
    for (const value of [
      list,
      [...list].reverse(),
      [list, 'text'],
      [list, [1, 2, 3]],
      { a: [1, 2], list, b: [0.5] },
    ])
      checkBothWays(value);
  }
  const odd = Array.from({ length: count }, (_, i) => i / 3);
  odd[7] = -0;
  odd[8] = 2 ** 31;
  odd[9] = new Float64Array(new Uint32Array([5, 0x7ff80001]).buffer)[0] as number;
  for (const value of [odd, [odd, null], Array.from({ length: count }, () => 1.5)]) checkBothWays(value);
});

test('what is found of texts that repeat is little, of texts that do not everything', () => {
  const bytesOf = (different: number): number =>
    fast.dumps(
      Array.from(
        { length: 20_000 },
        (_, i) => `a text of twenty ${(Math.imul(i, 2654435761) >>> 8) % different}`,
      ),
    ).length;
  expect(bytesOf(300)).toBeLessThan(60_000);
  expect(bytesOf(1000)).toBeLessThan(80_000);
  expect(bytesOf(20_000)).toBeGreaterThan(20_000 * 20);
});

test('a stripe ends at the same value both ways', () => {
  const many = Array.from({ length: 150_000 }, (_, id) => ({
    id,
    text: 'thirty-two letters, all in one text',
  }));
  checkBothWays(many, false);
});

test('bytes of one save stay as they are while others are made, and when one fails', () => {
  const value = Array.from({ length: 20_000 }, (_, i) => ({ i, x: i / 3, text: `text ${i}` }));
  const first = fast.dumps(value);
  const kept = Buffer.from(first);
  const refused = [...value.slice(0, 9000), new FinalizationRegistry(() => {})];
  for (let i = 0; i < 3; i++) {
    fast.dumps(value.map(({ i: id }) => ({ id, y: id * 1.5 })));
    expect(() => fast.dumps(refused)).toThrow(expect.objectContaining({ code: 'PICKLE_UNSAVABLE' }));
  }
  expect(kept.equals(first)).toBe(true);
  expect(Buffer.from(fast.dumps(value)).equals(kept)).toBe(true);
});

test('a reducer for arrays is asked for arrays like those before', () => {
  for (const library of [fast, plain]) {
    library.dumps([[1], [2]]);
    const reducer = { name: 'list', reduce: (list: unknown[]) => `of ${list.length}`, revive: () => [] };
    const bytes = new library.Pickler().registerReducer(Array, reducer).dumps({ a: [1, 2], b: [3] });
    expect(Buffer.from(bytes).includes('of 2')).toBe(true);
  }
});

describe('in processes of their own', () => {
  let lib: LibraryBundle;
  beforeAll(async () => {
    lib = await bundleLibrary();
    writePackage('pkg', 'module.exports = { f: function Thing() { this.x = 1; } }');
    writePackage('made', 'module.exports = new (require("pkg").f)()');
  });
  afterAll(() => lib.remove());

  function writePackage(name: string, text: string): void {
    const folder = join(lib.folder, 'node_modules', name);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ name, version: '1.0.0' }));
    writeFileSync(join(folder, 'index.js'), text);
  }

  async function bothWays(program: string): Promise<[string, string]> {
    return Promise.all([lib.run(program), lib.run(program, { env: { BRINE_PLAIN_PATHS: '1' } })]);
  }

  const inherited: [string, string][] = [
    ['a value', 'Object.defineProperty(Array.prototype, 4, { value: 7, writable: true })'],
    ['a value further up', 'Object.defineProperty(Object.prototype, 4, { value: 7, writable: true })'],
    [
      'a trap',
      `Object.setPrototypeOf(Array.prototype, new Proxy(Object.prototype, {
        get: (target, key, self) => { if (key === '4') ran++; return Reflect.get(target, key, self); },
        has: (target, key) => { if (key === '4') ran++; return Reflect.has(target, key); } }))`,
    ],
  ];
  test.each(inherited)('a hole stays a hole where its index leads to %s', async (_, change) => {
    const outs = await bothWays(`
      const holes = (list) => { delete list[4]; return list; };
      const value = [holes([0, 1, 2, 3, 4, 5]), holes([0.5, 1, 2, 3, 4, 5]), holes(['a', 1, 2, 3, 4, {}])];
      let ran = 0;
      ${change};
      const bytes = Buffer.from(lib.dumps(value)).toString('hex');
      const kept = lib.loads(Buffer.from(bytes, 'hex')).map((list) => Object.hasOwn(list, 4));
      console.log(JSON.stringify({ bytes, ran, kept }));`);
    expect(outs[0]).toBe(outs[1]);
    expect(JSON.parse(outs[0])).toMatchObject({ ran: 0, kept: [false, false, false] });
  });

  const alike: [string, string][] = [
    ['a few objects of its shape', '[{ f: 1 }, { f: Array.prototype.map }, pkg]'],
    ['objects of its shape without functions', '[{ f: 1 }, { f: 2 }, pkg]'],
    ['hundreds of objects of its shape', '[...Array.from({ length: 300 }, (_, i) => ({ f: i })), pkg]'],
    ['an instance of its class', '[new pkg.f(), { deep: [new pkg.f(), made] }, made]'],
    [
      'hundreds of instances of its class',
      '[...Array.from({ length: 300 }, () => new pkg.f()), { deep: [made] }, made]',
    ],
  ];
  test.each(alike)('what a package exports is named also after %s', async (_, value) => {
    const outs = await bothWays(`
      import { createRequire } from 'node:module';
      const require = createRequire(process.cwd() + '/');
      const [pkg, made] = [require('pkg'), require('made')];
      const value = ${value};
      const bytes = Buffer.from(lib.dumps(value)).toString('hex');
      const isNamed = lib.loads(Buffer.from(bytes, 'hex')).at(-1) === value.at(-1);
      console.log(JSON.stringify({ bytes, isNamed }));`);
    expect(outs[0]).toBe(outs[1]);
    expect(JSON.parse(outs[0])).toMatchObject({ isNamed: true });
  });
});
