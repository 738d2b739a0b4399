// Goal: a save keeps what it was told to keep, says what it left out, and says so again when it is loaded; pins travel as
// text and run only when that is said; a load meets the session's names as it was told to.
// Method: sessions in processes of their own; reports and globals are compared whole.

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
const newFile = (): string => JSON.stringify(join(lib.folder, `policy-${files++}.pkl`));

const inProcess = (
  cells: readonly string[],
  code: string,
  options?: Parameters<LibraryBundle['run']>[1],
): Promise<any> => toldBy(lib, cells, code, options);

const NAMES = ['const a = 1', 'const b = { a }', 'const tmp1 = [1]', 'const tmp2 = [2]'];

describe('selection', () => {
  test('names and patterns choose, exclusions leave out, and the file says what', async () => {
    const file = newFile();
    const saved = await inProcess(
      NAMES,
      `const report = await session.save(${file}, { names: ['a', 'tmp?', 'b'], exclude: ['tmp2', 'nothing*'] });
       tell({ saved: report.saved, leftOut: report.leftOut });`,
    );
    const leftOut = [{ name: 'tmp2', path: 'tmp2', reason: 'it was excluded' }];
    expect(saved).toEqual({ saved: ['a', 'b', 'tmp1'], leftOut });
    const loaded = await inProcess(
      [],
      `const report = await session.load(${file}, { names: ['t*', 'b'] });
       const error = await errorOf(() => session.load(${file}, { names: ['tmp2'] }));
       tell({ restored: report.restored, leftOut: report.leftOut, names: session.evaluator.names(), error });`,
    );
    expect(loaded).toMatchObject({ restored: ['b', 'tmp1'], leftOut, names: ['b', 'tmp1'] });
    expect(loaded.error.code).toBe('SESSION_NAME');
    expect(loaded.error.message).toMatch(/has no tmp2: when it was saved, it was excluded$/);
  });

  test('a name that is not there is an error that says which one was meant', async () => {
    const told = await inProcess(
      ['const tables = 1'],
      `tell([
        await errorOf(() => session.save(${newFile()}, { names: ['tabels'] })),
        await errorOf(() => session.save(${newFile()}, { exclude: ['tabels'] })),
        await errorOf(() => session.save(${newFile()}, { names: ['x*'] })),
        await errorOf(() => session.save(${newFile()}, { exclude: 'tables' })),
        await errorOf(() => session.save(${newFile()}, { bytesMax: -1 })),
        await errorOf(() => session.load(${newFile()}, { under: '1x' })),
        await errorOf(() => session.load(${newFile()}, { onConflict: 'maybe' })),
      ]);`,
    );
    expect(told.map(({ code }: { code: string }) => code)).toEqual([
      ...['SESSION_NAME', 'SESSION_NAME', 'SESSION_NAME'],
      ...['SESSION_OPTION', 'SESSION_OPTION', 'SESSION_OPTION', 'SESSION_OPTION'],
    ]);
    expect(told[0].hint).toBe('did you mean tables?');
    expect(told[2].message).toBe('no name of the session matches x*');
    expect(told[6].hint).toBe('give take, keep, refuse');
  });

  test('a long text under a name of its own counts, too', async () => {
    const file = newFile();
    const told = await inProcess(
      ['const text = "x".repeat(300_000)', 'const number = 2n ** 400_000n', 'const small = [1]'],
      `const { saved, leftOut } = await session.save(${file}, { bytesMax: 50_000 });
       tell([saved, leftOut.map(({ name, bytes }) => [name, bytes])]);`,
    );
    expect(told).toEqual([
      ['small'],
      [
        ['text', 300_000],
        ['number', 100_001],
      ],
    ]);
  });

  test('the largest names go first when the file has a limit; shared parts are counted where they end up', async () => {
    const file = newFile();
    const cells = [
      'const small = { ok: true }',
      'const big = Array.from({ length: 20_000 }, (_, i) => ({ i, s: "text " + i }))',
      'const alias = { big }',
      'const middle = Array.from({ length: 200 }, (_, i) => "m" + i)',
    ];
    const told = await inProcess(
      cells,
      `const report = await session.save(${file}, { bytesMax: 20_000 });
       const strict = await errorOf(() => session.save(${newFile()}, { bytesMax: 20_000, isStrict: true }));
       const none = await errorOf(() => session.save(${newFile()}, { bytesMax: 10 }));
       tell({ saved: report.saved, left: report.leftOut.map(({ name, bytes, reason }) => [name, bytes > 20_000, reason.endsWith('the limit of 20000 for the file lets in')]), fits: report.rawBytes <= 20_000, strict, none });`,
    );
    expect(told).toMatchObject({
      saved: ['middle', 'small'],
      left: [
        ['big', true, true],
        ['alias', true, true],
      ],
      fits: true,
      strict: { code: 'SESSION_SIZE' },
      none: { code: 'SESSION_SIZE' },
    });
    expect(told.strict.hint).toMatch(/^the largest names are big \(\d+ bytes\)/);
    expect(told.none.hint).toMatch(/\.clear forgets them/);
  });
});

const PINNED_CELLS = [
  'class Pool { constructor(url) { this.url = url; this.socket = new FinalizationRegistry(() => {}) } }',
  'const connect = async (url) => new Pool(url)',
  'const url = "tcp://lab"',
  'const db = await connect(url)',
  'const app = { db }',
];

describe('pins', () => {
  test('a pinned value is no loss; the pin runs when that is said, and only then', async () => {
    const file = newFile();
    const saved = await inProcess(
      PINNED_CELLS,
      `session.pin('db', 'await connect(url)');
       const report = await session.save(${file});
       tell({ losses: report.losses, pins: report.pins, saved: report.saved });`,
    );
    const pin = { name: 'db', source: 'await connect(url)' };
    expect(saved).toMatchObject({ losses: [], pins: [pin] });
    const quiet = await inProcess(
      [],
      `const report = await session.load(${file});
       const touched = await errorOf(() => run('db.url')) ?? await run('try { db.url } catch (e) { e.message + " / " + e.hint }');
       const made = await session.runPin('db');
       tell({ pins: report.pins, losses: report.losses, touched, made, url: await run('db.url'), cells: session.evaluator.cells.length, held: await run('try { app.db.url } catch (e) { e.message }') });`,
    );
    expect(quiet).toMatchObject({
      pins: [{ ...pin, state: 'waiting' }],
      losses: [],
      touched:
        'db is missing: Pool, it is pinned: an expression makes it again / run its pin: await connect(url)',
      made: { ...pin, state: 'made' },
      url: 'tcp://lab',
      held: 'db is missing: Pool, it is pinned: an expression makes it again',
    });
    const told = await inProcess(
      [],
      `const asked = [];
       const report = await session.load(${file}, { runPins: (pin) => { asked.push(pin); return true; } });
       tell({ asked, pins: report.pins, url: await run('db.url'), kind: session.evaluator.binding('db').kind });`,
    );
    expect(told).toEqual({
      asked: [pin],
      pins: [{ ...pin, state: 'made' }],
      url: 'tcp://lab',
      kind: 'const',
    });
  });

  test('what was loaded and not made keeps its pin through the next save', async () => {
    const [first, second] = [newFile(), newFile()];
    await inProcess(
      PINNED_CELLS,
      `session.pin('db', 'await connect(url)'); await session.save(${first}); tell(0);`,
    );
    await inProcess([], `await session.load(${first}); await session.save(${second}); tell(0);`);
    const told = await inProcess(
      [],
      `const report = await session.load(${second}, { runPins: true }); tell({ pins: report.pins, url: await run('db.url') });`,
    );
    expect(told).toEqual({
      pins: [{ name: 'db', source: 'await connect(url)', state: 'made' }],
      url: 'tcp://lab',
    });
  });

  test('a pin that throws costs its own name only', async () => {
    const file = newFile();
    await inProcess(
      ['const db = { x: new FinalizationRegistry(() => {}) }', 'const ok = 1'],
      `session.pin('db', 'nowhere()'); await session.save(${file}); tell(0);`,
    );
    const told = await inProcess(
      [],
      `const report = await session.load(${file}, { runPins: true }); tell({ pins: report.pins, ok: await run('ok') });`,
    );
    expect(told).toEqual({
      pins: [
        { name: 'db', source: 'nowhere()', state: 'failed', error: 'ReferenceError: nowhere is not defined' },
      ],
      ok: 1,
    });
  });

  test('nothing of a file that is opened as data runs, and its pins are not taken over', async () => {
    const file = newFile();
    await inProcess(
      PINNED_CELLS,
      `session.pin('db', 'globalThis.ran = 1'); await session.save(${file}); tell(0);`,
    );
    const told = await inProcess(
      [],
      `const report = await session.load(${file}, { as: 'data', runPins: true });
       tell({ pins: report.pins, ran: typeof ran, mine: session.pins(), error: await errorOf(() => session.runPin('db')) });`,
    );
    expect(told).toMatchObject({
      pins: [{ name: 'db', source: 'globalThis.ran = 1', state: 'waiting' }],
      ran: 'undefined',
      mine: [],
      error: { code: 'SESSION_PIN' },
    });
  });

  test('a pin needs a name and one expression', async () => {
    const told = await inProcess(
      ['const db = 1'],
      `const errors = [];
       for (const [name, source] of [['nope', '1'], ['db', 'let x = 1'], ['db', '1); evil(']])
         errors.push((await errorOf(() => session.pin(name, source)))?.code);
       session.pin('db', '{ a: 1 }');
       tell({ errors, pins: session.pins(), gone: [session.unpin('db'), session.unpin('db')] });`,
    );
    expect(told).toEqual({
      errors: ['SESSION_PIN', 'SESSION_PIN', 'SESSION_PIN'],
      pins: [{ name: 'db', source: '{ a: 1 }' }],
      gone: [true, false],
    });
  });
});

describe('how a load meets the session', () => {
  const before = ['let a = "mine"', 'let other = 1'];

  /** Loads `a` and `b` into a session that has `a` and `other`, lazily or not. */
  async function met(load: string, isLazy: boolean): Promise<any> {
    const file = newFile();
    await inProcess(['const a = { from: "file" }', 'const b = [a]'], `await session.save(${file}); tell(0);`);
    return inProcess(
      before,
      `const options = ${load}; options.isLazy = ${isLazy};
       const error = await errorOf(async () => { globalThis.report = await session.load(${file}, options); });
       const { overwritten, kept, restored, isDryRun } = globalThis.report ?? {};
       delete globalThis.report;
       tell({ overwritten, kept, restored, isDryRun, error: error?.code, names: session.evaluator.names(),
         a: await run('typeof a === "string" ? a : a.from'), shared: await run('typeof b === "undefined" ? undefined : b[0] === a || b[0].from') });`,
    );
  }

  for (const isLazy of [false, true]) {
    const how = isLazy ? 'lazily' : 'at once';
    test(`merge takes the file's values and says which, ${how}`, async () => {
      expect(await met('{}', isLazy)).toMatchObject({
        ...{ overwritten: ['a'], kept: [], restored: ['a', 'b'], a: 'file', shared: true },
        names: ['a', 'b', 'other'],
      });
    });

    test(`keep leaves the session's names alone, ${how}`, async () => {
      expect(await met('{ onConflict: "keep" }', isLazy)).toMatchObject({
        ...{ overwritten: [], kept: ['a'], restored: ['b'], a: 'mine', shared: 'file' },
        names: ['a', 'b', 'other'],
      });
    });

    test(`refuse changes nothing, ${how}`, async () => {
      expect(await met('{ onConflict: "refuse" }', isLazy)).toMatchObject({
        ...{ error: 'SESSION_CONFLICT', names: ['a', 'other'], a: 'mine' },
      });
    });

    test(`replace drops the rest, ${how}`, async () => {
      expect(await met('{ mode: "replace" }', isLazy)).toMatchObject({ names: ['a', 'b'], a: 'file' });
    });

    test(`a dry run says what would happen and does nothing, ${how}`, async () => {
      expect(await met('{ isDryRun: true }', isLazy)).toMatchObject({
        ...{ overwritten: ['a'], restored: ['a', 'b'], isDryRun: true, a: 'mine', names: ['a', 'other'] },
      });
    });

    test(`the names can go on an object of their own, which can be saved again, ${how}`, async () => {
      const [file, again] = [newFile(), newFile()];
      await inProcess(
        ['const a = { from: "file" }', 'const b = [a]', 'let n = 0', 'const up = () => ++n'],
        `await session.save(${file}); tell(0);`,
      );
      const told = await inProcess(
        before,
        `const report = await session.load(${file}, { under: 'old', isLazy: ${isLazy} });
         await session.save(${again});
         tell({ names: session.evaluator.names(), keys: await run('Object.keys(old).join()'), shared: await run('old.b[0] === old.a && old.a.from'), a: await run('a'), fixed: await run('"use strict"; try { old.a = 1; "assigned" } catch { "fixed" }'), restored: report.restored });`,
      );
      expect(told).toEqual({
        names: ['a', 'old', 'other'],
        keys: 'a,b,n,up',
        shared: 'file',
        a: 'mine',
        fixed: 'fixed',
        restored: ['a', 'b', 'n', 'up'],
      });
      const back = await inProcess(
        [],
        `await session.load(${again}); tell(await run('old.b[0] === old.a && old.a.from'));`,
      );
      expect(back).toBe('file');
    });
  }

  test('strict puts nothing in when something is missing', async () => {
    const file = newFile();
    await inProcess(
      ['const a = new FinalizationRegistry(() => {})', 'const b = 1'],
      `await session.save(${file}); tell(0);`,
    );
    const told = await inProcess(
      [],
      `tell({ error: await errorOf(() => session.load(${file}, { isStrict: true })), names: session.evaluator.names() });`,
    );
    expect(told).toMatchObject({ error: { code: 'SESSION_LOSSY' }, names: [] });
  });

  test('only the names that are asked for are read of a file that is read late', async () => {
    const file = newFile();
    await inProcess(
      [
        'const a = [1]',
        'class Touched { static [Symbol.for("brine.revive")](s) { globalThis.ran = 1; return new Touched() } [Symbol.for("brine.reduce")]() { return 1 } }',
        'const b = new Touched()',
      ],
      `await session.save(${file}); tell(0);`,
    );
    const told = await inProcess(
      [],
      `await session.load(${file}, { names: ['a'], isLazy: true }); tell({ names: session.evaluator.names(), ran: typeof ran });`,
    );
    expect(told).toEqual({ names: ['a'], ran: 'undefined' });
  });
});
