// Goal: a snapshot that is read when it is touched is the one that is read at once: same values, same identities, in any
// order of touching; and it reads what is touched and no more, and lets go of its file.
// Method: random graphs behind several names, touched in random orders and compared with the graph that was saved; a file
// with a damaged part; processes that count their open files and what they read.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bytesOf } from '../../src/format/container.js';
import { type MetaBinding, SnapshotWriter } from '../../src/format/index.js';
import { ReducerRegistry } from '../../src/graph/registry.js';
import { dump, load } from '../../src/library/index.js';
import { walk } from '../../src/pickle/walk.js';
import { buildRecipe, recipe } from '../helpers/graphs.js';
import { bundleLibrary, type LibraryBundle } from '../helpers/library-bundle.js';
import { differences } from '../helpers/same.js';
import { testSeed } from '../helpers/seed.js';

let lib: LibraryBundle;
let folder: string;
beforeAll(async () => {
  lib = await bundleLibrary(['src/index.ts']);
  folder = mkdtempSync(join(tmpdir(), 'brine-lazy-'));
});
afterAll(() => {
  lib.remove();
  rmSync(folder, { recursive: true, force: true });
});

/** A session's snapshot of some values by name. */
function writeSession(path: string, values: Readonly<Record<string, unknown>>): void {
  const sink = new SnapshotWriter();
  const roots = Object.entries(values).map(([name, value]) => ({ name, value }));
  const result = walk(roots, { registry: new ReducerRegistry(), sink });
  const bindings = roots.map(({ name }): MetaBinding => ({ name, kind: 'let', cell: 0, type: '' }));
  const session = { bindings, cells: [], losses: [], patched: [], savedAtMs: 0, host: '', platform: '' };
  const meta = {
    type: 'session',
    brine: '0',
    node: '20',
    values: result.values,
    modules: [],
    session,
  } as const;
  writeFileSync(path, Buffer.concat([...bytesOf(sink.finish(result.index, meta))]));
}

test(`names touched in any order share what they shared (seed ${testSeed})`, async () => {
  const path = join(folder, 'random.pkl');
  await fc.assert(
    fc.asyncProperty(recipe, fc.infiniteStream(fc.nat()), async (steps, picks) => {
      const built = buildRecipe(steps);
      const nodes = Array.isArray(built) ? (built as unknown[]) : [built];
      const values: Record<string, unknown> = { all: nodes };
      for (let i = 0; i < Math.min(nodes.length, 6); i++)
        values[`n${i}`] = nodes[(picks.next().value as number) % nodes.length];
      writeSession(path, values);
      const late = await load<Record<string, unknown>>(path, { lazy: true });
      const names = Object.keys(late.value);
      expect(names).toEqual(Object.keys(values));
      const touched: Record<string, unknown> = {};
      while (names.length > 0) {
        const [name] = names.splice((picks.next().value as number) % names.length, 1) as [string];
        touched[name] = late.value[name];
      }
      late.close();
      expect(
        differences(values, Object.fromEntries(Object.keys(values).map((n) => [n, touched[n]]))),
      ).toEqual([]);
    }),
    { numRuns: 150, seed: testSeed },
  );
}, 120_000);

test('one value is built with the first touch, once, and then needs no file', async () => {
  const path = join(folder, 'one.pkl');
  const shared = { deep: [1, 2] };
  await dump({ a: shared, b: shared }, path);
  const late = await load<{ a: object; b: object }>(path, { lazy: true });
  expect(Object.getOwnPropertyDescriptor(late, 'value')?.get).toBeTypeOf('function');
  const { value } = late;
  expect(differences({ a: shared, b: shared }, value)).toEqual([]);
  await late[Symbol.asyncDispose]();
  expect(late.value).toBe(value);
});

test('what was not touched before the end says so', async () => {
  const path = join(folder, 'ended.pkl');
  await dump([1], path);
  const late = await load(path, { lazy: true });
  late.close();
  late.close();
  expect(() => late.value).toThrow(expect.objectContaining({ code: 'STORE_READ' }));
  writeSession(path, { a: [1], b: [2], n: 5 });
  const names = await load<Record<string, unknown>>(path, { lazy: true });
  expect(names.value['a']).toEqual([1]);
  names.close();
  expect(names.value['a']).toEqual([1]);
  expect(() => names.value['b']).toThrow(expect.objectContaining({ code: 'STORE_READ' }));
});

test('damage matters when it is touched, and names its section and its bytes', async () => {
  const path = join(folder, 'damaged.pkl');
  writeSession(path, { good: { x: 1 }, bad: { marker: 'to be damaged' } });
  const bytes = readFileSync(path);
  bytes[bytes.indexOf('to be damaged')]! ^= 1;
  writeFileSync(path, bytes);
  const { value, close } = await load<Record<string, unknown>>(path, { lazy: true });
  expect(value['good']).toEqual({ x: 1 });
  for (let again = 0; again < 2; again++) {
    expect(() => value['bad']).toThrow(
      expect.objectContaining({
        code: 'SNAPSHOT_CHECKSUM',
        message: expect.stringMatching(/section "stripe" \(bytes \d+-\d+\)/) as string,
        offset: expect.any(Number) as number,
      }),
    );
  }
  close();
});

test('names can be assigned to unread, and an accessor comes back as one', async () => {
  const path = join(folder, 'assigned.pkl');
  writeSession(path, { a: [1], b: [2] });
  const { value, close } = await load<Record<string, unknown>>(path, { lazy: true });
  value['a'] = 'mine';
  expect(Object.getOwnPropertyDescriptor(value, 'a')).toMatchObject({ value: 'mine', writable: true });
  expect(Object.getOwnPropertyDescriptor(value, 'b')?.get).toBeTypeOf('function');
  close();
  const out = await lib.run(`
    const session = new lib.Session();
    await session.evaluator.evaluate('let hidden = { n: 1 }; Object.defineProperty(globalThis, "twice", { get: () => hidden.n * 2, set(v) { hidden.n = v }, configurable: true, enumerable: true }); import { sep } from "node:path"; void 0', { isWhole: true });
    await session.save('accessor.pkl');
    const { value } = await lib.load('accessor.pkl', { lazy: true });
    const first = value.twice;
    value.twice = 21;
    console.log(JSON.stringify([first, value.twice, value.hidden.n, value.sep]));`);
  // Functions of a session look for its names among the globals, where this process has them too.
  expect(JSON.parse(out)).toEqual([2, 42, 1, '/']);
});

test('the file is closed when all is read, at the end, and when what is unread is dropped', async () => {
  writeSession(join(lib.folder, 'open.pkl'), { a: [1], b: [2], c: 3 });
  const out = await lib.run(
    `
    import { readdirSync, readlinkSync } from 'node:fs';
    const open = () => readdirSync('/proc/self/fd').filter((fd) => { try { return readlinkSync('/proc/self/fd/' + fd).endsWith('open.pkl') } catch { return false } }).length;
    const collected = async () => { for (let i = 0; i < 50 && open() > 0; i++) { gc(); await new Promise((done) => setTimeout(done, 10)) } return open() };
    const counts = [];
    const read = await lib.load('open.pkl', { lazy: true });
    counts.push(open()); read.value.a; counts.push(open()); read.value.b; read.value.c; counts.push(open());
    { const ended = await lib.load('open.pkl', { lazy: true }); counts.push(open()); await ended[Symbol.asyncDispose]() }
    counts.push(open());
    await (async () => { await lib.load('open.pkl', { lazy: true }) })();
    counts.push(await collected());
    const session = new lib.Session();
    await session.load('open.pkl', { isLazy: true, as: 'trusted' });
    counts.push(open());
    session.evaluator.drop('a'); session.evaluator.drop('b');
    counts.push(await collected());
    await lib.load('open.pkl', { lazy: true }).then((late) => late.close());
    try { await lib.load('open.pkl') } catch {}
    counts.push(open());
    console.log(JSON.stringify(counts));`,
    { flags: ['--expose-gc'] },
  );
  expect(JSON.parse(out)).toEqual([1, 1, 0, 1, 0, 0, 1, 0, 0]);
});

test('a session is told from one value when nothing is lazy', async () => {
  const path = join(folder, 'session.pkl');
  writeSession(path, { a: 1 });
  await expect(load(path)).rejects.toMatchObject({ code: 'UNPICKLE_OPTION' });
  await expect(load(path, { lazy: false })).rejects.toMatchObject({ code: 'UNPICKLE_OPTION' });
});

test('a reviver that touches what is being built is told so, and no value is made twice', async () => {
  const out = await lib.run(`
    globalThis.Cell = class Cell { constructor(v) { this.v = v } };
    lib.registerReducer(Cell, { reduce: ({ v }) => ({ v }), revive: ({ v }) => { globalThis.seen?.(); return new Cell(v) } });
    const session = new lib.Session();
    await session.evaluator.evaluate('let cell = new Cell(1); let other = [2]; void 0', { isWhole: true });
    await session.save('reviver.pkl');
    const { value } = await lib.load('reviver.pkl', { lazy: true });
    const codes = [];
    globalThis.seen = () => { try { value.cell } catch (error) { codes.push(error.code) } codes.push(value.other[0]) };
    const { cell } = value;
    console.log(JSON.stringify([codes, cell.v, value.cell === cell]));`);
  expect(JSON.parse(out)).toEqual([['UNPICKLE_OPTION', 2], 1, true]);
});
