// Goal: names of a large snapshot come back when they are touched, as if all had been there from the start, in any order.
// Method: one snapshot of everything that can be shared between names (objects, classes, closures over one scope, private
// members, buffers, symbols); separate processes load it lazily and touch its names in many orders.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundleLibrary, type LibraryBundle } from '../helpers/library-bundle.js';

let lib: LibraryBundle;

const CELLS = `
  const config = { name: 'shared', tags: ['a'] };
  class Point { #x; constructor(x) { this.#x = x; this.config = config } get x() { return this.#x } static make(x) { return new Point(x) } }
  class Deep extends Point { #y = 2; sum() { return this.x + this.#y } }
  const { inc, get, both } = (() => { let n = 0; return { inc: () => ++n, get: () => n, both: { inc2: () => n += 2 } } })();
  const users = Array.from({ length: 2000 }, (_, i) => ({ id: i, at: new Point(i), next: null }));
  users.forEach((user, i) => { user.next = users[(i + 1) % users.length] });
  const first = users[0];
  const aLast = users[1999];
  const deeps = [new Deep(1), new Deep(5)];
  const bytes = new Uint8Array(100000).fill(7);
  const view = new Uint8Array(bytes.buffer, 10, 5);
  const mark = Symbol('mark');
  const marked = { [mark]: config, made: Symbol.for('reg') };
  let count = 5;
  const big = 2n ** 70n;
  const text = 'plain';
  function useAll() { return users.length + count }
  const lost = { map: new FinalizationRegistry(() => {}) };
  var missing = new FinalizationRegistry(() => {});
  void 0`;

const LOAD = `
  const session = new lib.Session();
  const report = await session.load('work.pkl', { isLazy: true });
  const ask = async (code) => {
    const outcome = await session.evaluator.evaluate(code);
    if (outcome.status !== 'done') throw outcome.error ?? new Error(outcome.message);
    return outcome.value;
  };
  const isUnread = (name) => Object.getOwnPropertyDescriptor(globalThis, name)?.get !== undefined;
`;

beforeAll(async () => {
  lib = await bundleLibrary(['src/index.ts', 'cli/repl/members.ts']);
  await lib.run(`
    const session = new lib.Session();
    const outcome = await session.evaluator.evaluate(${JSON.stringify(CELLS)}, { isWhole: true });
    if (outcome.status !== 'done') throw outcome.error;
    const report = await session.save('work.pkl');
    console.log(JSON.stringify(report.losses.map(({ path }) => path)));`);
});
afterAll(() => lib.remove());

test('listing and reporting read nothing', async () => {
  const out = await lib.run(`${LOAD}
    const rows = session.variables();
    console.log(JSON.stringify({ rows, unread: report.unread, still: report.unread.filter(isUnread), losses: report.losses.map(({ path }) => path) }));`);
  const { rows, unread, still, losses } = JSON.parse(out) as any;
  expect(still).toEqual(unread);
  expect(unread).toContain('users');
  expect(unread).not.toContain('count');
  const row = (name: string) => rows.find((one: any) => one.name === name);
  expect(row('users')).toMatchObject({ kind: 'const', type: 'Array(2,000)', save: 'value' });
  expect(row('inc')).toMatchObject({ type: 'function', save: 'value' });
  expect(row('missing')).toMatchObject({ save: 'lost' });
  expect([...losses].sort()).toEqual(['lost.map', 'missing']);
});

test('names, sizes and previews are there at once, and looking at them reads nothing', async () => {
  const out = await lib.run(`
    import fs from 'node:fs';
    import { syncBuiltinESMExports } from 'node:module';
    let bytesRead = 0;
    const readSync = fs.readSync;
    fs.readSync = (...given) => { const taken = readSync(...given); bytesRead += taken; return taken };
    syncBuiltinESMExports();
    ${LOAD}
    const atLoad = bytesRead;
    const { fileBytes, meta } = lib.describeSnapshot(fs.readFileSync('work.pkl'));
    bytesRead = 0;
    const rows = session.variables();
    Object.keys(globalThis); session.evaluator.names();
    const completions = lib.memberCompletions('users.', lib.builtinGetters());
    const untouched = report.unread.every(isUnread);
    const looking = bytesRead;
    const parts = Object.fromEntries(report.unreadParts.map((part) => [part.name, part]));
    await ask('config.name');
    const small = bytesRead;
    await ask('bytes[0]');
    console.log(JSON.stringify({ atLoad, fileBytes, bindings: meta.session.bindings, rows, looking, completions, untouched, parts, small, large: bytesRead }));`);
  const { atLoad, fileBytes, bindings, rows, looking, completions, untouched, parts, small, large } =
    JSON.parse(out) as any;
  expect(atLoad).toBeGreaterThan(0);
  expect(atLoad).toBeLessThan(fileBytes / 3);
  expect(looking).toBe(0);
  expect(completions).toEqual([[], 'users.']);
  expect(untouched).toBe(true);
  expect(small).toBeGreaterThan(0);
  expect(small).toBeLessThan(1000);
  expect(large).toBeGreaterThan(100_000);
  expect(parts.users).toMatchObject({
    type: 'Array(2,000)',
    preview: '[ Object, Object, Object, Object, Object, Object, … ]',
  });
  expect(parts.bytes).toMatchObject({ preview: '[ 7, 7, 7, 7, 7, 7, … ]' });
  expect(parts.bytes.bytes).toBeGreaterThan(100_000);
  for (const part of Object.values(parts) as any[]) {
    const { name, type, bytes, preview } = part;
    const written = bindings.find((one: any) => one.name === name);
    expect({ type: written.type, bytes: written.bytes ?? 0, preview: written.preview ?? '' }, name).toEqual({
      type,
      bytes,
      preview,
    });
    expect(
      rows.find((one: any) => one.name === name),
      name,
    ).toMatchObject({ type, bytes, preview });
  }
});

test('what is kept unread keeps its size and preview in the next file', async () => {
  const out = await lib.run(`${LOAD}
    const before = report.unreadParts.find(({ name }) => name === 'bytes');
    await ask('config.name');
    await session.save('next.pkl');
    const { meta } = lib.describeSnapshot((await import('node:fs')).readFileSync('next.pkl'));
    const { type, bytes, preview } = meta.session.bindings.find(({ name }) => name === 'bytes');
    console.log(JSON.stringify([isUnread('bytes'), before, { name: 'bytes', type, bytes, preview }]));`);
  const [still, before, after] = JSON.parse(out) as any;
  expect(still).toBe(true);
  expect(after).toEqual(before);
});

// Each is true whatever was touched before it.
const CHECKS = [
  'config.tags[0] === "a"',
  'new Point(3).x === 3 && new Point(1).config === config',
  'Point.make(4) instanceof Point',
  'users[7].at instanceof Point && users[7].at.x === 7',
  'users[3].at.config === config',
  'first === users[0] && first.next === users[1]',
  'aLast.next === first',
  'deeps[1] instanceof Deep && deeps[1].sum() === 7 && deeps[0] instanceof Point',
  '(() => { const before = get(); inc(); both.inc2(); return get() === before + 3 })()',
  'bytes.length === 100000 && bytes[5] === 7',
  'view.buffer === bytes.buffer && view.byteOffset === 10',
  'marked[mark] === config && marked.made === Symbol.for("reg")',
  'count === 5 && big === 2n ** 70n && text === "plain"',
  'useAll() === 2005',
];

test('identity, closures and classes are shared in any order of touching', async () => {
  const out = await lib.run(
    `${LOAD}
    let seed = Number(process.argv[2]);
    const random = () => ((seed = (seed * 1103515245 + 12345) % 2 ** 31) / 2 ** 31);
    const checks = ${JSON.stringify(CHECKS)}.map((check) => [random(), check]).sort((a, b) => a[0] - b[0]);
    const failed = [];
    for (const [, check] of [...checks, ...checks]) if ((await ask(check)) !== true) failed.push(check);
    console.log(JSON.stringify(failed));`,
    { args: ['1'] },
  );
  expect(JSON.parse(out)).toEqual([]);
  for (let seed = 2; seed <= 12; seed++) {
    const again = await lib.run(`${LOAD}
      let seed = ${seed};
      const random = () => ((seed = (seed * 1103515245 + 12345) % 2 ** 31) / 2 ** 31);
      const checks = ${JSON.stringify(CHECKS)}.map((check) => [random(), check]).sort((a, b) => a[0] - b[0]);
      const failed = [];
      for (const [, check] of checks) if ((await ask(check)) !== true) failed.push(check);
      console.log(JSON.stringify(failed));`);
    expect(JSON.parse(again), `order of seed ${seed}`).toEqual([]);
  }
}, 120_000);

test('touching a small name leaves the large ones unread', async () => {
  const out = await lib.run(`${LOAD}
    await ask('config.name'); await ask('inc()'); await ask('new Point(1)');
    console.log(JSON.stringify(report.unread.filter(isUnread)));`);
  const still = JSON.parse(out) as string[];
  expect(still).toEqual(expect.arrayContaining(['users', 'bytes', 'first', 'deeps']));
  expect(still).not.toContain('config');
});

test('constants refuse another value, others take one without being read', async () => {
  const out = await lib.run(`${LOAD}
    let message = '';
    try { globalThis.users = 1 } catch (error) { message = error.message }
    globalThis.missing = 'new';
    console.log(JSON.stringify([message, isUnread('users'), isUnread('missing'), globalThis.missing]));`);
  expect(JSON.parse(out)).toEqual(['Assignment to constant variable.', true, false, 'new']);
});

test('a session that is partly unread is saved whole, over its own file, and what is unread stays so', async () => {
  const still = await lib.run(`
    import { copyFileSync } from 'node:fs';
    copyFileSync('work.pkl', 'own.pkl');
    const session = new lib.Session();
    await session.load('own.pkl', { isLazy: true });
    await session.evaluator.evaluate('inc(); users[0].extra = 1');
    const { losses, saved } = await session.save('own.pkl');
    const isUnread = (name) => Object.getOwnPropertyDescriptor(globalThis, name)?.get !== undefined;
    console.log(JSON.stringify([['bytes', 'deeps', 'marked', 'users', 'inc'].map(isUnread), losses.map(({ path }) => path).sort(), saved.length]));`);
  // `deeps` has private members of a class that was touched: it came with it.
  expect(JSON.parse(still)).toEqual([[true, false, true, false, false], ['lost.map', 'missing'], 19]);
  const out = await lib.run(`
    const session = new lib.Session();
    const report = await session.load('own.pkl');
    const value = async (code) => (await session.evaluator.evaluate(code)).value;
    const points = await value('deeps[0] instanceof Point && deeps[1].config === config && users[2].at.config === config');
    const marks = await value('marked[mark] === config && view.buffer === bytes.buffer');
    console.log(JSON.stringify([await value('first.extra'), await value('get()'), await value('bytes[3]'), points, marks, report.unread]));`);
  expect(JSON.parse(out)).toEqual([1, 1, 7, true, true, []]);
  // And once more, from a lazy load of what was copied, touched in another order.
  const again = await lib.run(`
    const session = new lib.Session();
    await session.load('own.pkl', { isLazy: true });
    const value = async (code) => (await session.evaluator.evaluate(code)).value;
    const first = await value('marked[mark] === config');
    await session.save('copy.pkl');
    await session.load('copy.pkl', { isLazy: true });
    console.log(JSON.stringify([first, await value('deeps[1].sum()'), await value('deeps[0].config === config && marked[mark] === config'), await value('first.extra')]));`);
  expect(JSON.parse(again)).toEqual([true, 7, true, 1]);
});

test('a damaged part shows when it is touched and leaves the others alone', async () => {
  const bytes = readFileSync(join(lib.folder, 'work.pkl'));
  // The bytes of the large buffer are the only run of sevens.
  const at = bytes.indexOf(Buffer.alloc(64, 7));
  bytes[at + 50] = 8;
  writeFileSync(join(lib.folder, 'damaged.pkl'), bytes);
  const out = await lib.run(`
    const session = new lib.Session();
    await session.load('damaged.pkl', { isLazy: true });
    const outcome = await session.evaluator.evaluate('bytes.length');
    const other = await session.evaluator.evaluate('users[4].id');
    let eager = '';
    try { await session.load('damaged.pkl', { isLazy: false }) } catch (error) { eager = error.code }
    console.log(JSON.stringify([outcome.status, outcome.error.code, other.value, eager]));`);
  expect(JSON.parse(out)).toEqual(['failed', 'SNAPSHOT_CHECKSUM', 4, 'SNAPSHOT_CHECKSUM']);
});

test('a file that is replaced or removed meanwhile is read as it was', async () => {
  const out = await lib.run(`
    import { copyFileSync, renameSync, unlinkSync, writeFileSync } from 'node:fs';
    copyFileSync('work.pkl', 'gone.pkl');
    const session = new lib.Session();
    await session.load('gone.pkl', { isLazy: true });
    writeFileSync('other.tmp', 'something else');
    renameSync('other.tmp', 'gone.pkl');
    const one = await session.evaluator.evaluate('users.length');
    unlinkSync('gone.pkl');
    const two = await session.evaluator.evaluate('bytes.length');
    console.log(JSON.stringify([one.value, two.value]));`);
  expect(JSON.parse(out)).toEqual([2000, 100000]);
});

test('a small file is read at once, and bytes behind its end are refused either way', async () => {
  const out = await lib.run(`
    import { appendFileSync, copyFileSync } from 'node:fs';
    const session = new lib.Session();
    const { unread } = await session.load('work.pkl');
    copyFileSync('work.pkl', 'long.pkl');
    appendFileSync('long.pkl', 'x');
    const codes = [];
    for (const isLazy of [true, false])
      try { await session.load('long.pkl', { isLazy }) } catch (error) { codes.push(error.code) }
    console.log(JSON.stringify([unread, codes]));`);
  expect(JSON.parse(out)).toEqual([[], ['SNAPSHOT_STRUCTURE', 'SNAPSHOT_STRUCTURE']]);
});
