// Goal: the same graph gives the same bytes, whatever the engine did to hold it, with V8's help and without.
// Method: random graphs with sharing, cycles and odd attributes, built from a random recipe. A recipe is built twice, the
// second time with every string, array and object made in another way, and in fresh processes with and without V8's help.

import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dumps, loads } from '../../src/library/index.js';
import { buildRecipe, recipe } from '../helpers/graphs.js';
import { bundleLibrary, type LibraryBundle } from '../helpers/library-bundle.js';
import { differences } from '../helpers/same.js';
import { testSeed } from '../helpers/seed.js';
import { reportRow, scaled } from '../helpers/torture.js';

const seed = testSeed;
const runs = Number(process.env['BRINE_TEST_RUNS'] ?? scaled(24, 1000));
const TIMEOUT_MS = scaled(60_000, 3_600_000);

test(
  `random graphs come back the same, and the same bytes from the copy (seed ${seed})`,
  () => {
    fc.assert(
      fc.property(recipe, (steps) => {
        const value = buildRecipe(steps);
        const bytes = dumps(value);
        const copy = loads(bytes);
        expect(differences(value, copy)).toEqual([]);
        expect(hash(dumps(copy))).toBe(hash(bytes));
        expect(hash(dumps(value))).toBe(hash(bytes));
      }),
      { seed, numRuns: runs },
    );
  },
  TIMEOUT_MS,
);

test(
  `how the engine holds a graph does not show in its bytes (seed ${seed})`,
  () => {
    fc.assert(
      fc.property(recipe, (steps) => {
        const plain = hash(dumps(buildRecipe(steps)));
        expect(hash(dumps(buildRecipe(steps, { isOdd: true })))).toBe(plain);
        expect(hash(dumps(buildRecipe(steps, { isLate: true })))).toBe(plain);
        expect(hash(dumps(buildRecipe(steps, { isOdd: true, isLate: true })))).toBe(plain);
      }),
      { seed, numRuns: runs },
    );
  },
  TIMEOUT_MS,
);

describe('in fresh processes', () => {
  let lib: LibraryBundle;
  beforeAll(async () => {
    lib = await bundleLibrary(['src/index.ts', 'test/helpers/graphs.ts']);
  });
  afterAll(() => lib.remove());

  test.each(['Buffer.alloc(5, 7)', 'new EventEmitter()', '[{ read: readFileSync }, EventEmitter.prototype]'])(
    'what a process has saved before does not show in %s',
    async (source) => {
      const program = `
        import { EventEmitter } from 'node:events';
        import { readFileSync } from 'node:fs';
        const value = ${source};
        const bytes = () => Buffer.from(lib.dumps(value)).toString('base64');
        const first = bytes();
        lib.dumps([Buffer.alloc(1), EventEmitter, readFileSync, function () {}]);
        console.log(bytes() === first);`;
      expect(await lib.run(program)).toBe('true\n');
    },
  );

  // V8 makes two scripts of the first two calls, and one of all later ones.
  test('closures of one text that was evaluated again and again are of one code', async () => {
    const program = `
      const make = () => new Function('a', 'let n = 0; return { up: () => ++n + a, C: class { m() { return n } } }')(1);
      const evaluate = () => (0, eval)('(() => { let n = 0; return () => ++n })()');
      const hash = (of) => Buffer.from(lib.dumps([of(), of(), of()])).toString('base64');
      const [a, b] = lib.loads(lib.dumps([make(), make()]));
      console.log(hash(make) === hash(make), hash(evaluate) === hash(evaluate), a.up(), a.C !== b.C, new a.C().m(), new b.C().m());`;
    expect(await lib.run(program)).toBe('true true 2 true 1 0\n');
  });

  test(
    `with V8's help and without, as made and made in another way, the bytes are the same (seed ${seed})`,
    async () => {
      const recipes = fc.sample(recipe, { seed, numRuns: Math.ceil(runs / 2) });
      writeFileSync(join(lib.folder, 'recipes.json'), JSON.stringify(recipes));
      const program = `
      import { readFileSync } from 'node:fs';
      import { createHash } from 'node:crypto';
      const isOdd = process.argv[2] === 'odd';
      const isLate = process.argv[2] === 'late';
      const recipes = JSON.parse(readFileSync('recipes.json', 'utf8'));
      const hash = (bytes) => createHash('sha256').update(bytes).digest('hex');
      console.log(JSON.stringify(recipes.map((steps) => hash(lib.dumps(lib.buildRecipe(steps, { isOdd, isLate }))))));`;
      const timeoutMs = 2 * TIMEOUT_MS;
      const [fast, plain, odd, late] = (await Promise.all([
        lib.run(program, { timeoutMs }),
        lib.run(program, { timeoutMs, env: { BRINE_PLAIN_PATHS: '1' } }),
        lib.run(program, { timeoutMs, args: ['odd'] }),
        lib.run(program, { timeoutMs, args: ['late'] }),
      ]).then((outs) => outs.map((out) => JSON.parse(out) as string[]))) as [
        string[],
        string[],
        string[],
        string[],
      ];
      expect(fast).toHaveLength(recipes.length);
      for (const [i, steps] of recipes.entries()) {
        const here = hash(dumps(buildRecipe(steps)));
        expect([fast[i], plain[i], odd[i], late[i]], `seed ${seed}, recipe ${JSON.stringify(steps)}`).toEqual(
          [here, here, here, here],
        );
      }
      reportRow({
        what: 'the same graph in four processes',
        trials: recipes.length,
        result: 'the same bytes',
      });
    },
    TIMEOUT_MS,
  );
});

test('unrelated work before does not change the bytes', () => {
  const make = (): unknown => ({
    rows: Array.from({ length: 200 }, (_, i) => ({ id: i, name: `n${i}` })),
    map: new Map([[1, 2]]),
  });
  const before = hash(dumps(make()));
  for (let i = 0; i < 100; i++) dumps({ [`k${i}`]: i, nested: [{ id: 'other', name: i }] });
  expect(hash(dumps(make()))).toBe(before);
});

function hash(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
