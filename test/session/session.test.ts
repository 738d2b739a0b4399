// Goal: a session comes back in another process as it was, completely or not at all.
// Method: cells are run and saved in one process, loaded in another and looked at there. Every program prints one JSON
// line. Failed loads are compared with the session before them.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundleLibrary, type LibraryBundle } from '../helpers/library-bundle.js';
import { toldBy } from '../helpers/sessions.js';

let lib: LibraryBundle;
beforeAll(async () => {
  lib = await bundleLibrary(['src/index.ts', 'test/helpers/same.ts', 'test/helpers/reseal.ts']);
});
afterAll(() => lib.remove());

let files = 0;
const newFile = (): string => join(lib.folder, `session-${files++}.pkl`);

const inProcess = (
  cells: readonly string[],
  code: string,
  options?: Parameters<LibraryBundle['run']>[1],
): Promise<any> => toldBy(lib, cells, code, options);

/** Saves cells in one process, loads them in another and runs code there. */
async function overnight(cells: readonly string[], code: string, load = '{}'): Promise<any> {
  const file = newFile();
  await inProcess(cells, `await session.save(${JSON.stringify(file)});`);
  return inProcess([], `const report = await session.load(${JSON.stringify(file)}, ${load});\n${code}`);
}

describe('names', () => {
  test('kinds, values and cell numbers come back', async () => {
    const cells = [
      'const fixed = { a: 1 }',
      'let open = [fixed]',
      'var old = 3; function add() { return ++old }',
      'class Point { constructor(x) { this.x = x } }',
      'implicit = new Point(4)',
    ];
    const told = await overnight(
      cells,
      `tell({
        rows: session.variables(),
        same: await run('open[0] === fixed'),
        add: [await run('add()'), await run('old')],
        point: await run('implicit instanceof Point && implicit.x'),
        restored: report.restored, objects: report.objects > 3, node: report.node,
      });`,
    );
    expect(told.rows).toEqual([
      {
        name: 'Point',
        kind: 'class',
        type: 'class',
        preview: 'class Point { constructor(x) { this.x = x } }',
        cell: 4,
        save: 'value',
      },
      {
        name: 'add',
        kind: 'function',
        type: 'function',
        preview: 'function add() { return ++old }',
        cell: 3,
        save: 'value',
      },
      { name: 'fixed', kind: 'const', type: 'Object{1}', preview: '{ a: 1 }', cell: 1, save: 'value' },
      { name: 'implicit', kind: 'implicit', type: 'Point', preview: '{ x: 4 }', cell: 0, save: 'value' },
      { name: 'old', kind: 'var', type: 'number', preview: '3', cell: 3, save: 'value' },
      { name: 'open', kind: 'let', type: 'Array(1)', preview: '[ Object ]', cell: 2, save: 'value' },
    ]);
    expect(told).toMatchObject({
      same: true,
      add: [4, 4],
      point: 4,
      objects: true,
      node: process.versions.node,
    });
    expect(told.restored).toEqual(['Point', 'add', 'fixed', 'implicit', 'old', 'open']);
  });

  test('const stays const, let stays assignable, and both can be declared again', async () => {
    const told = await overnight(
      ['const fixed = 1', 'let open = 1'],
      `tell([await run('fixed = 2'), await run('fixed'), await run('open = 2; open'), await run('const fixed = 3; fixed')]);`,
    );
    expect(told[0]).toMatch(/failed: .*(constant|const)/);
    expect(told.slice(1)).toEqual([1, 2, 3]);
  });

  test('a constant that is assigned to in a function is refused', async () => {
    const told = await overnight(
      ['const fixed = 1', 'function change() { "use strict"; fixed = 2 }'],
      `tell([await run('change()'), await run('fixed')]);`,
    );
    expect(told[0]).toMatch(/failed: /);
    expect(told[1]).toBe(1);
  });

  test('names that were dropped or deleted stay gone', async () => {
    const file = newFile();
    await inProcess(
      ['let a = 1', 'b = 2', 'let c = 3'],
      `
      session.evaluator.drop('a');
      await run('delete globalThis.b');
      await session.save(${JSON.stringify(file)});`,
    );
    const told = await inProcess(
      [],
      `await session.load(${JSON.stringify(file)}); tell([session.evaluator.names(), await run('typeof a + typeof b')]);`,
    );
    expect(told).toEqual([['c'], 'undefinedundefined']);
  });

  test('globals that are accessors come back as accessors and no getter runs', async () => {
    const cells = [
      'let ran = 0',
      "Object.defineProperty(globalThis, 'lazy', { get() { ran++; return 'computed' }, configurable: true, enumerable: true })",
    ];
    const told = await overnight(
      cells,
      `tell([await run('ran'), await run('lazy'), await run('ran'), report.restored]);`,
    );
    expect(told).toEqual([0, 'computed', 1, ['lazy', 'ran']]);
  });

  test('the require of another session in the process is nobody’s own, one of the user’s is', async () => {
    const told = await inProcess(
      ['let a = 1'],
      `new lib.Session();
       const { saved, losses } = await session.save(${JSON.stringify(newFile())});
       await run('require = (name) => name');
       tell([saved, losses, (await session.save(${JSON.stringify(newFile())})).saved]);`,
    );
    expect(told).toEqual([['a'], [], ['a', 'require']]);
  });

  test('the require of cells is saved by name, and is that of the session that loads it', async () => {
    const file = newFile();
    const told = await inProcess(
      [
        'const load = require',
        'load.mine = 1; load.resolve = () => 2',
        'const exists = () => load("node:fs").existsSync("/")',
      ],
      `const { saved, losses, changes, objects } = await session.save(${JSON.stringify(file)});
       tell([saved, losses, changes.map(({ path, reason }) => path + ': ' + reason), objects < 10]);`,
    );
    const reason = 'its own resolve, mine: a require is saved by name, and what was changed on it is not';
    expect(told).toEqual([['exists', 'load'], [], [`load: ${reason}`], true]);
    const code = `await session.load(${JSON.stringify(file)}); tell([await run('load === require'), await run('exists()')]);`;
    expect(await inProcess([], code)).toEqual([true, true]);
  });

  test('outside of a session it resolves from the working directory', async () => {
    const file = JSON.stringify(newFile());
    await inProcess(
      [],
      `(await import('node:fs')).writeFileSync(${file}, lib.dumps({ load: await run('require') }));`,
    );
    const look = `import { readFileSync } from 'node:fs'; import fs from 'node:fs';
      const { load } = lib.loads(readFileSync(${file}));
      console.log(JSON.stringify([load('node:fs') === fs, load.resolve('./a.js').startsWith(process.cwd())]));`;
    writeFileSync(join(lib.folder, 'a.js'), '');
    expect(JSON.parse(await lib.run(look))).toEqual([true, true]);
  });

  test('a built-in that was given another value is restored', async () => {
    const told = await overnight(
      ['structuredClone = (x) => ["mine", x]'],
      `tell(await run('structuredClone(1)'));`,
    );
    expect(told).toEqual(['mine', 1]);
  });

  test('closures share their variables with each other across cells', async () => {
    const cells = [
      'const [inc, get] = (() => { let n = 5; return [() => ++n, () => n] })()',
      'const both = { inc, get }',
    ];
    expect(
      await overnight(
        cells,
        `tell([await run('inc()'), await run('both.get()'), await run('both.inc === inc')]);`,
      ),
    ).toEqual([6, 6, true]);
  });
});

describe('history', () => {
  test('cells come back before those of the new session and numbering goes on', async () => {
    const told = await overnight(
      ['let a = 1', 'throw new Error("no")', 'a + 1'],
      `await run('a'); tell({ cells: session.evaluator.cells.map(({ number, source, isError }) => [number, source, isError]), next: session.evaluator.nextCellNumber });`,
    );
    expect(told.cells).toEqual([
      [1, 'let a = 1', false],
      [2, 'throw new Error("no")', true],
      [3, 'a + 1', false],
      [4, 'a', false],
    ]);
    expect(told.next).toBe(5);
  });

  test('loading twice does not double the cells', async () => {
    const file = newFile();
    await inProcess(['let a = 1'], `await session.save(${JSON.stringify(file)});`);
    const told = await inProcess(
      [],
      `for (let i = 0; i < 2; i++) await session.load(${JSON.stringify(file)}); tell(session.evaluator.cells.length);`,
    );
    expect(told).toBe(1);
  });
});

describe('patched built-ins', () => {
  test('additions, replacements and deletions come back', async () => {
    const cells = [
      'Array.prototype.last = function () { return this[this.length - 1] }',
      "Object.defineProperty(String.prototype, 'shout', { get() { return this.toUpperCase() + '!' }, configurable: true })",
      'const push = Array.prototype.push; Array.prototype.push = function (...items) { globalThis.pushes = (globalThis.pushes ?? 0) + 1; return push.apply(this, items) }',
      'delete String.prototype.anchor',
      "Math[Symbol.for('mine')] = 7",
      'let pushes = 0',
    ];
    const told = await overnight(
      cells,
      `tell({ patched: report.patched, last: await run('[1, 2].last()'), shout: await run("'a'.shout"),
        pushes: await run('pushes = 0; [].push(1); pushes'), anchor: await run('typeof "".anchor'), mine: await run("Math[Symbol.for('mine')]") });`,
    );
    expect(told).toMatchObject({ last: 2, shout: 'A!', pushes: 1, anchor: 'undefined', mine: 7 });
    expect(told.patched.sort()).toEqual([
      'Array.prototype.last',
      'Array.prototype.push',
      'Math[Symbol(mine)]',
      'String.prototype.anchor',
      'String.prototype.shout',
    ]);
  });

  test('a subset of names brings no patches', async () => {
    const told = await overnight(
      ['Array.prototype.last = () => 1', 'let a = 1', 'let b = 2'],
      `tell([session.evaluator.names(), await run('typeof [].last'), report.patched]);`,
      "{ names: ['a'] }",
    );
    expect(told).toEqual([['a'], 'undefined', []]);
  });
});

describe('imports', () => {
  test('imported names are linked, and are the real ones again', async () => {
    const told = await overnight(
      [
        "import * as fs from 'node:fs'",
        "import { join as glue } from 'node:path'",
        'const uses = { read: fs.readFileSync, glue, promises: fs.promises }',
      ],
      `tell({ linked: report.linked, fs: await run("typeof fs.readFileSync"), glue: await run("glue('a', 'b')"),
        same: await run('uses.read === fs.readFileSync && uses.glue === glue && uses.promises === fs.promises'), kind: session.evaluator.binding('glue').kind });`,
    );
    expect(told).toEqual({
      linked: [
        { name: 'fs', target: 'node:fs' },
        { name: 'glue', target: 'node:path' },
      ],
      fs: 'function',
      glue: 'a/b',
      same: true,
      kind: 'import',
    });
  });

  test('a package is linked by name and version; without it the name is a tombstone and the rest loads', async () => {
    const home = join(lib.folder, 'home');
    const away = join(lib.folder, 'away');
    mkdirSync(join(home, 'node_modules/tiny'), { recursive: true });
    mkdirSync(away);
    writeFileSync(
      join(home, 'node_modules/tiny/package.json'),
      '{"name":"tiny","version":"1.2.3","type":"module","exports":"./index.js"}',
    );
    writeFileSync(
      join(home, 'node_modules/tiny/index.js'),
      'export const greet = (who) => `hello ${who}`; export class Box {}; export default 5;',
    );
    const file = newFile();
    const saved = await inProcess(
      ["import five, { greet, Box } from 'tiny'", 'const kept = { greet, box: new Box(), n: 1 }'],
      `const report = await session.save(${JSON.stringify(file)}); tell(report);`,
      { cwd: home },
    );
    expect(saved.linked).toContainEqual({ name: 'greet', target: 'tiny@1.2.3' });
    const there = await inProcess(
      [],
      `const report = await session.load(${JSON.stringify(file)}); tell([await run('greet("you")'), await run('kept.greet === greet'), await run('kept.box instanceof Box'), await run('five'), report.losses]);`,
      { cwd: home },
    );
    expect(there).toEqual(['hello you', true, true, 5, []]);
    const gone = await inProcess(
      [],
      `const report = await session.load(${JSON.stringify(file)});
       tell({ n: await run('kept.n'), refused: await run('greet(1)'), names: session.evaluator.names(), losses: report.losses.map(({ name, what, hint }) => [name, what, hint]), rows: session.variables().filter((row) => row.save === 'lost').map((row) => row.name) });`,
      { cwd: away },
    );
    expect(gone.n).toBe(1);
    expect(gone.refused).toMatch(
      /TombstoneError: greet is missing: tiny, module tiny \(saved with version 1\.2\.3\) cannot be imported here: it is not installed$/m,
    );
    expect(gone.names).toEqual(['Box', 'five', 'greet', 'kept']);
    expect(gone.losses).toContainEqual(['greet', 'tiny', 'npm install tiny@1.2.3']);
    expect(gone.rows).toEqual(['Box', 'five', 'greet']);
  });
});

describe('what cannot be saved', () => {
  const cells = [
    'const ok = 1',
    'let cache = new FinalizationRegistry(() => {})',
    'let deep = { list: [0, { p: new Promise(() => {}) }] }',
  ];

  test('it is reported by name and path, on both sides, and the rest is saved', async () => {
    const file = newFile();
    const saved = await inProcess(cells, `tell(await session.save(${JSON.stringify(file)}));`);
    expect(saved.losses.map(({ name, path, what }: any) => [name, path, what])).toEqual([
      ['cache', 'cache', 'FinalizationRegistry'],
      ['deep', 'deep.list[1].p', 'Promise'],
    ]);
    expect(saved.saved).toEqual(['deep', 'ok']);
    const loaded = await inProcess(
      [],
      `tell([await session.load(${JSON.stringify(file)}), await run('ok'), await run('cache.get({})'), session.variables()]);`,
    );
    const [report, ok, refused, rows] = loaded;
    expect(report.restored).toEqual(['deep', 'ok']);
    expect(report.losses.map(({ name, path }: any) => [name, path])).toEqual([
      ['cache', 'cache'],
      ['deep', 'deep.list[1].p'],
    ]);
    expect(ok).toBe(1);
    expect(refused).toMatch(/cache is missing: FinalizationRegistry/);
    expect(rows.find(({ name }: any) => name === 'cache')).toMatchObject({
      type: 'missing FinalizationRegistry',
      save: 'lost',
    });
  });

  test('losses() says the same without saving, for all names or one', async () => {
    const told = await inProcess(
      cells,
      `tell([session.losses(), session.losses('deep'), session.losses('ok'), await errorOf(() => session.losses('nobody'))]);`,
    );
    expect(told[0].map(({ path }: any) => path)).toEqual(['cache', 'deep.list[1].p']);
    expect(told[1].map(({ path }: any) => path)).toEqual(['deep.list[1].p']);
    expect(told[2]).toEqual([]);
    expect(told[3]).toMatchObject({ code: 'SESSION_NAME', path: 'nobody' });
  });

  test('with isStrict nothing is written', async () => {
    const file = newFile();
    writeFileSync(file, 'before');
    const told = await inProcess(
      cells,
      `tell(await errorOf(() => session.save(${JSON.stringify(file)}, { isStrict: true, onConflict: 'overwrite' })));`,
    );
    expect(told).toMatchObject({ code: 'PICKLE_UNSAVABLE', path: 'cache' });
    expect(readFileSync(file, 'utf8')).toBe('before');
  });

  test('a tombstone is saved again as the same loss', async () => {
    const [one, two] = [newFile(), newFile()];
    await inProcess(cells, `await session.save(${JSON.stringify(one)});`);
    await inProcess(
      [],
      `await session.load(${JSON.stringify(one)}); await run('renamed = cache'); await session.save(${JSON.stringify(two)});`,
    );
    const told = await inProcess(
      [],
      `const report = await session.load(${JSON.stringify(two)}); tell([await run('renamed.get(1)'), report.losses.map(({ path }) => path).sort()]);`,
    );
    expect(told[0]).toMatch(/cache is missing: FinalizationRegistry/);
    expect(told[1]).toContain('cache');
    expect(told[1]).toContain('deep.list[1].p');
  });
});

describe('parts and modes', () => {
  test('a subset of names is saved, with what they share', async () => {
    const file = newFile();
    const told = await inProcess(
      ['let a = { x: 1 }', 'let b = [a]', 'let c = 3'],
      `
      await session.save(${JSON.stringify(file)}, { names: ['b'] });
      tell(await errorOf(() => session.save(${JSON.stringify(file)}, { names: ['b', 'zzz'] })));`,
    );
    expect(told).toMatchObject({ code: 'SESSION_NAME', path: 'zzz' });
    expect(
      await inProcess(
        [],
        `await session.load(${JSON.stringify(file)}); tell([session.evaluator.names(), await run('b')]);`,
      ),
    ).toEqual([['b'], [{ x: 1 }]]);
  });

  test('merging keeps other names, replacing drops them', async () => {
    const file = newFile();
    await inProcess(['let a = 1'], `await session.save(${JSON.stringify(file)});`);
    for (const mode of ['merge', 'replace']) {
      const told = await inProcess(
        ['let a = "old"', 'let mine = 2', 'parseInt = 5'],
        `
        const report = await session.load(${JSON.stringify(file)}, { mode: ${JSON.stringify(mode)} });
        tell([session.evaluator.names(), await run('a'), report.overwritten, typeof parseInt]);`,
      );
      expect(told, mode).toEqual(
        mode === 'merge' ? [['a', 'mine', 'parseInt'], 1, ['a'], 'number'] : [['a'], 1, ['a'], 'function'],
      );
    }
  });

  test('a name that the file does not have is refused and nothing changes', async () => {
    const file = newFile();
    await inProcess(['let a = 1', 'let b = 2'], `await session.save(${JSON.stringify(file)});`);
    const told = await inProcess(
      ['let a = 5'],
      `
      const error = await errorOf(() => session.load(${JSON.stringify(file)}, { names: ['a', 'zzz'] }));
      tell([error, session.evaluator.names(), await run('a')]);`,
    );
    expect(told).toEqual([expect.objectContaining({ code: 'SESSION_NAME', path: 'zzz' }), ['a'], 5]);
  });

  test('a file of one value is no session, and the other way round', async () => {
    const [value, names] = [newFile(), newFile()];
    const told = await inProcess(
      ['let a = 1', 'let b = 1'],
      `
      await lib.dump([1], ${JSON.stringify(value)});
      await session.save(${JSON.stringify(names)});
      tell([await errorOf(() => session.load(${JSON.stringify(value)}, { as: 'trusted' })), await errorOf(() => lib.load(${JSON.stringify(names)}))]);`,
    );
    expect(told).toMatchObject([{ code: 'SESSION_NAME' }, { code: 'UNPICKLE_OPTION' }]);
  });

  test('progress is told through all phases', async () => {
    const file = newFile();
    const told = await inProcess(
      ['let a = Array.from({ length: 20000 }, (_, i) => ({ i, [i % 7]: i }))'],
      `
      const phases = new Set();
      const onProgress = ({ phase }) => phases.add(phase);
      await session.save(${JSON.stringify(file)}, { onProgress });
      await session.load(${JSON.stringify(file)}, { onProgress });
      tell([...phases]);`,
    );
    expect(told).toEqual(['walking', 'encoding', 'writing', 'reading', 'building']);
  });
});

test('values that a listener to progress changes meanwhile stay one', async () => {
  const file = newFile();
  await inProcess(
    [
      'let a = Array.from({ length: 20000 }, (_, id) => ({ id })); let b = { deep: { all: [...a].reverse() } }',
    ],
    `
    const onProgress = () => { for (const one of a) one.id = 7; };
    await session.save(${JSON.stringify(file)}, { onProgress });`,
  );
  const told = await inProcess(
    [],
    `
    await session.load(${JSON.stringify(file)}, { as: 'trusted' });
    const again = b.deep.all.reverse();
    tell([again.length, again.findIndex((one, i) => one !== a[i])]);`,
  );
  expect(told).toEqual([20_000, -1]);
});

describe('a load that fails changes nothing', () => {
  test('a built-in that is locked here refuses the patch, and everything is taken back', async () => {
    const file = newFile();
    await inProcess(
      ['let a = "theirs"', 'Array.prototype.aaa = 1', 'Array.prototype.last = () => 1'],
      `await session.save(${JSON.stringify(file)});`,
    );
    const told = await inProcess(
      ['let a = "mine"'],
      `
      Object.defineProperty(Array.prototype, 'last', { value: 0 });
      const error = await errorOf(() => session.load(${JSON.stringify(file)}));
      tell([error, await run('a'), 'aaa' in Array.prototype]);`,
    );
    expect(told).toEqual([
      expect.objectContaining({ code: 'SESSION_CONFLICT', path: 'Array.prototype.last' }),
      'mine',
      false,
    ]);
  });

  const before = ['const a = "mine"', 'let b = { x: 1 }', 'c = 3', 'Array.prototype.old = 1'];
  const look = `const look = async () => [session.variables(), await run('a'), await run('b.x'), await run('c'), Object.keys(Array.prototype), session.evaluator.cells.length, session.evaluator.nextCellNumber];`;

  test.each([
    ['cut short', 'bytes.subarray(0, bytes.length - 5)', 'SNAPSHOT_TRUNCATED'],
    ['damaged', 'bytes.map((byte, i) => (i === bytes.length - 3 ? byte ^ 1 : byte))', 'SNAPSHOT_CHECKSUM'],
    ['no snapshot', "Buffer.from('hello')", 'SNAPSHOT_MAGIC'],
    [
      'hostile',
      "lib.withSection(bytes, 'stripe', (before) => before.map((byte, i) => (i === 4 ? 99 : byte)))",
      'SNAPSHOT_STRUCTURE',
    ],
    [
      'changed by somebody else',
      "lib.withSection(bytes, 'meta', (before) => Buffer.from(before.toString().replace('theirs', 'others')))",
      'RESTRICTED_CODE',
      '{}',
    ],
  ])('%s', async (_, change, code, as = "{ as: 'trusted' }") => {
    const file = newFile();
    await inProcess(
      ['let a = "theirs"', 'let b = 2', 'let c = 4', 'Array.prototype.fresh = 1'],
      `await session.save(${JSON.stringify(file)});`,
    );
    const told = await inProcess(
      before,
      `
      import { readFileSync, writeFileSync } from 'node:fs';
      ${look}
      const bytes = readFileSync(${JSON.stringify(file)});
      writeFileSync(${JSON.stringify(file)}, ${change});
      const state = (await look()).slice(0, 5);
      const error = await errorOf(() => session.load(${JSON.stringify(file)}, { mode: 'replace', ...${as} }));
      tell([error, state, (await look()).slice(0, 5)]);`,
    );
    expect(told[0]).toMatchObject({ code });
    expect(told[2]).toEqual(told[1]);
  });

  test('a name that cannot be defined takes everything back that was put in before it', async () => {
    const file = newFile();
    await inProcess(
      ['let a = "theirs"', 'let b = 2', 'let zebra = 4', 'Array.prototype.fresh = 1'],
      `await session.save(${JSON.stringify(file)});`,
    );
    for (const mode of ['merge', 'replace']) {
      const told = await inProcess(
        before,
        `
        ${look}
        Object.defineProperty(globalThis, 'zebra', { value: 'locked', writable: false, configurable: false });
        const state = JSON.stringify((await look()).slice(0, 5));
        const error = await errorOf(() => session.load(${JSON.stringify(file)}, { mode: ${JSON.stringify(mode)} }));
        tell([error, state, JSON.stringify((await look()).slice(0, 5)), await run('zebra')]);`,
      );
      expect(told[0], mode).toMatchObject({ code: 'SESSION_CONFLICT', path: 'zebra' });
      expect(JSON.parse(told[2]), mode).toEqual(JSON.parse(told[1]));
      expect(told[3], mode).toBe('locked');
    }
  });

  test('a missing file is said so', async () => {
    const told = await inProcess(
      [],
      `tell(await errorOf(() => session.load(${JSON.stringify(join('/nowhere', 'x.pkl'))})));`,
    );
    expect(told).toMatchObject({ code: 'STORE_READ' });
  });
});
