// Goal: a class that is here under the same name with another source is decided about by a stated rule, and each value
// that fails on the way costs only itself.
// Method: one process saves with an old class, another loads with a new one, lazily and at once, from sessions and from
// bytes; instances, identities and reports are compared.

import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundleLibrary, type LibraryBundle } from '../helpers/library-bundle.js';
import { toldBy } from '../helpers/sessions.js';

let lib: LibraryBundle;
beforeAll(async () => {
  lib = await bundleLibrary(['src/index.ts']);
});
afterAll(() => lib.remove());

let files = 0;
const newFile = (): string => JSON.stringify(join(lib.folder, `class-${files++}.pkl`));

const inProcess = (
  cells: readonly string[],
  code: string,
  options?: Parameters<LibraryBundle['run']>[1],
): Promise<any> => toldBy(lib, cells, code, options);

const OLD = [
  'class Point { constructor(x) { this.x = x } double() { return this.x * 2 } }',
  'class Far extends Point {}',
  'const p = new Point(1); p.self = p',
  'const list = [p, new Point(2), new Far(3)]',
  'const make = (x) => new Point(x)',
];
const NEW = `class Point {
  static count = 0;
  constructor(a) { this.a = a; Point.count++ }
  double() { return 'new ' + this.a + this.x }
  static [Symbol.for('brine.migrate')](point, { source }) {
    if (point.x === 2) throw new Error('not this one');
    point.a = point.x * 10; delete point.x; point.was = source.includes('this.x = x');
  }
}`;

const LOOK = `[
  await run('[typeof mine.double(), list[0] instanceof Point, list[1] instanceof Point, p.self === p].join()'),
  await run('[list[0].double(), list[1].double(), list[2].double(), make(7).double()].join()'),
  await run('[list[2] instanceof Point, mine instanceof Point, list[0].constructor === Point].join()')]`;

for (const isLazy of [false, true]) {
  describe(isLazy ? 'read late' : 'read at once', () => {
    async function met(rule: string): Promise<any> {
      const file = newFile();
      await inProcess(OLD, `await session.save(${file}); tell(0);`);
      return inProcess(
        [NEW, 'const mine = new Point(5)'],
        `const late = [];
         const options = { onClassConflict: '${rule}', isLazy: ${isLazy}, onLoss: ({ reason }) => late.push(reason) };
         const { classConflicts, losses } = await session.load(${file}, options);
         const conflicts = [...classConflicts];
         tell({ look: ${LOOK}, conflicts, late, losses: losses.map(({ reason }) => reason) });`,
      );
    }

    test('stored: both exist, and the name is the one of the file', async () => {
      const { look, conflicts } = await met('stored');
      expect(look).toEqual(['string,true,true,true', '2,4,6,14', 'true,false,true']);
      expect(conflicts).toEqual([{ name: 'Point', taken: 'stored' }]);
    });

    test('current: the class that is here, with the fields that were stored', async () => {
      const { look, conflicts } = await met('current');
      expect(look).toEqual([
        'string,true,true,true',
        'new undefined1,new undefined2,new undefined3,new 7undefined',
        'true,true,true',
      ]);
      expect(conflicts).toEqual([{ name: 'Point', taken: 'current' }]);
    });

    test('migrate: each instance is brought up to date; one that throws is named and stays as it was', async () => {
      const { look, conflicts, losses, late } = await met('migrate');
      expect(look).toEqual([
        'string,true,true,true',
        'new 10undefined,new undefined2,new undefined3,new 7undefined',
        'true,true,true',
      ]);
      expect(conflicts).toEqual([{ name: 'Point', taken: 'migrated' }]);
      // Of a name that is read late, the callback tells.
      expect(isLazy ? late : losses).toEqual(['its migration threw: not this one']);
    });
  });
}

test('classes of names that are read late are told, each once, those without a name of their own when they are read', async () => {
  const file = newFile();
  await inProcess(
    [
      ...OLD,
      'const Thing = class { old = 1 }',
      'const thing = new Thing()',
      'class Other {}',
      'class Same {}',
    ],
    `await session.save(${file}); tell(0);`,
  );
  const told = await inProcess(
    [NEW, 'const Thing = class { young = 1 }', 'class Other { changed = 1 }', 'class Same {}'],
    `const early = [];
     const report = await session.load(${file}, { isLazy: true, onClass: ({ name }) => early.push(name) });
     const before = [[...early].sort(), report.classConflicts.map(({ name }) => name).sort()];
     await run('list[0]; p; Point; thing; Thing; Other; Same');
     tell([before, [...early].sort()]);`,
  );
  expect(told).toEqual([
    [
      ['Other', 'Point'],
      ['Other', 'Point'],
    ],
    ['Other', 'Point', 'Thing'],
  ]);
});

test('a class with private members, or without a migration, stays beside the one that is here, and why is said', async () => {
  const file = newFile();
  await inProcess(
    [
      'class Safe { #pin = 1; get pin() { return this.#pin } }',
      'class Plain { constructor() { this.old = true } }',
      'const safe = new Safe(); const plain = new Plain()',
    ],
    `await session.save(${file}); tell(0);`,
  );
  const told = await inProcess(
    ['class Safe { static [Symbol.for("brine.migrate")]() {} }', 'class Plain { young = true }'],
    `const report = await session.load(${file}, { onClassConflict: 'migrate' });
     tell({ conflicts: report.classConflicts, pin: await run('safe.pin'), old: await run('plain instanceof Plain && plain.old') });`,
  );
  expect(told).toEqual({
    conflicts: expect.arrayContaining([
      { name: 'Safe', taken: 'stored', why: 'it has private members' },
      {
        name: 'Plain',
        taken: 'stored',
        why: "the class that is here has no static method [Symbol.for('brine.migrate')]",
      },
    ]),
    pin: 1,
    old: true,
  });
});

test('in programs the classes that are here are given', async () => {
  const out = await lib.run(`
    const old = (() => { class Point { constructor(x) { this.x = x } size() { return 'old' } } return Point })();
    class Point { size() { return 'new ' + this.x } }
    const bytes = lib.dumps([new old(1), new old(2)]);
    const conflicts = [];
    const options = { classes: [Point], onConflict: (conflict) => conflicts.push(conflict) };
    const sizes = [
      lib.loads(bytes, options)[0].size(),
      lib.loads(bytes, { ...options, onClassConflict: 'current' })[1].size(),
      lib.loads(bytes, { ...options, onClassConflict: 'current' })[1] instanceof Point,
    ];
    const codes = [];
    for (const wrong of [{ onClassConflict: 'current' }, { onClassConflict: 'newest' }, { classes: 1 }])
      try { lib.loads(bytes, wrong) } catch (error) { codes.push(error.code) }
    console.log(JSON.stringify({ sizes, conflicts, codes }));`);
  expect(JSON.parse(out)).toEqual({
    sizes: ['old', 'new 2', true],
    conflicts: [
      { name: 'Point', taken: 'stored' },
      { name: 'Point', taken: 'current' },
      { name: 'Point', taken: 'current' },
    ],
    codes: ['UNPICKLE_OPTION', 'UNPICKLE_OPTION', 'UNPICKLE_OPTION'],
  });
});

test('a value deep inside that cannot be revived is told by the load of a session too', async () => {
  const file = newFile();
  const cells = [
    'class Bad { [Symbol.for("brine.reduce")]() { return 1 } static [Symbol.for("brine.revive")]() { throw new Error("no revive") } }',
    'const held = { deep: [new Bad(), 2] }',
  ];
  await inProcess(cells, `await session.save(${file}); tell(0);`);
  const told = await inProcess(
    [],
    `const { losses } = await session.load(${file}); tell([losses.map(({ reason }) => reason), await run('held.deep[1]')]);`,
  );
  expect(told).toEqual([[expect.stringContaining('no revive')], 2]);
});

test('a reducer and a reviver that throw cost only their own values', async () => {
  const out = await lib.run(`
    class Bad { constructor(n) { this.n = n } }
    lib.registerReducer(Bad, {
      reduce: (bad) => { if (bad.n === 1) throw new Error('no reduce'); return bad.n },
      revive: (n) => { if (n === 2) throw new Error('no revive'); return new Bad(n) },
    });
    const saved = []; const loaded = [];
    const bytes = lib.dumps({ a: new Bad(1), b: new Bad(2), c: new Bad(3), d: [1] }, { onLoss: (l) => saved.push([l.path, l.reason]) });
    const back = lib.loads(bytes, { onLoss: (l) => loaded.push(l.reason) });
    console.log(JSON.stringify({ saved, loaded, c: back.c.n, d: back.d }));`);
  const told = JSON.parse(out) as { saved: unknown; loaded: string[]; c: number; d: unknown };
  expect(told.saved).toEqual([['.a', 'its reducer threw: no reduce']]);
  expect(told.loaded).toHaveLength(2);
  expect(told.loaded.join()).toContain('no reduce');
  expect(told.loaded.join()).toContain('no revive');
  expect(told).toMatchObject({ c: 3, d: [1] });
});
