// Goal: what belongs to another vm context comes back as the same thing of this one, and the report says so once for each
// value; what cannot has one reason, which is true. Nothing of the context runs.
// Method: values made in a context, saved in one process and compared in another with the same made in that one.

import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundleLibrary, type LibraryBundle } from '../helpers/library-bundle.js';

const VALUES: Record<string, string> = {
  array: '[1, , [2.5], "x"]',
  object: '({ b: 1, a: { c: [] } })',
  frozen: 'Object.freeze([1])',
  map: 'new Map([[{ k: 1 }, new Set([1])]])',
  date: 'new Date(86400000)',
  regexp: 'Object.assign(/a+/giu, { lastIndex: 2 })',
  error: 'Object.assign(new RangeError("far", { cause: [1] }), { stack: "at home", code: 7 })',
  aggregate: 'Object.assign(new AggregateError([1, 2]), { stack: "" })',
  match: '/(?<year>\\d+)/d.exec("in 1999")',
  bytes: 'new Uint16Array([1, 2, 3])',
  view: 'new DataView(new Uint8Array([1, 2, 3]).buffer, 1)',
  boxed: '[Object(1), Object("s"), Object(2n), Object(true)]',
  promise: 'Promise.resolve([1])',
  bound: '(function f(a) { return a }).bind(null, 1)',
  weakMap: 'new WeakMap()',
  iterator: 'new Map([[1, 2]]).entries()',
  format: 'new Intl.NumberFormat("de", { minimumFractionDigits: 2 })',
  builtIns:
    '[Math, JSON, { list: [], proto: Array.prototype, map: Array.prototype.map, isArray: Array.isArray }]',
  code: '[(a) => a + 1, async () => 1, function* () { yield 1 }, function f() {}]',
  shared: '(() => { let n = 0; return { inc: () => ++n, get: () => n } })()',
  class: '(() => { class A { #n = 4; get() { return this.#n } } return [A, new A()] })()',
  list: '(() => { class L extends Array { sum() { return 3 } } return new L(1, 2) })()',
  accessor: '({ get x() { throw new Error("ran") } })',
};

let lib: LibraryBundle;
beforeAll(async () => {
  lib = await bundleLibrary(['src/index.ts', 'test/helpers/same.ts']);
});
afterAll(() => lib.remove());

test('values of another context come back in another process as those of that one, each reported once', async () => {
  const saved = JSON.parse(
    await lib.run(`
      import vm from 'node:vm';
      const context = vm.createContext();
      const saved = {};
      for (const [name, source] of Object.entries(${JSON.stringify(VALUES)})) {
        const report = [];
        const bytes = lib.dumps(vm.runInContext(source, context), {
          onLoss: (loss) => report.push({ kind: 'loss', ...loss }),
          onChange: (change) => report.push({ kind: 'change', ...change }),
        });
        saved[name] = { bytes: Buffer.from(bytes).toString('base64'), report };
      }
      console.log(JSON.stringify(saved));`),
  ) as Record<string, { bytes: string; report: { kind: string; path: string; reason: string }[] }>;
  for (const [name, { report }] of Object.entries(saved)) {
    expect(report.length, name).toBeGreaterThan(0);
    expect(
      report.filter(({ kind }) => kind === 'loss'),
      name,
    ).toEqual([]);
    for (const { reason } of report)
      expect(reason, name).toMatch(/^it belongs to another vm context, which another process does not have/);
    const paths = report.map(({ path }) => path);
    expect(new Set(paths).size, name).toBe(paths.length);
  }
  expect(saved['array']?.report.map(({ path }) => path)).toEqual(['', '[2]']);
  writeFileSync(`${lib.folder}/saved.json`, JSON.stringify(saved));
  const same = JSON.parse(
    await lib.run(
      `
      import { readFileSync } from 'node:fs';
      import { inspect } from 'node:util';
      const saved = JSON.parse(readFileSync('saved.json', 'utf8'));
      const found = {};
      for (const [name, source] of Object.entries(${JSON.stringify(VALUES)})) {
        const copy = lib.loads(Buffer.from(saved[name].bytes, 'base64'));
        const wanted = (0, eval)(source);
        found[name] = name === 'weakMap' ? [Object.prototype.toString.call(copy)] : lib.differences(wanted, copy);
        if (inspect(copy, { depth: 9 }) !== inspect(wanted, { depth: 9 })) found[name].push(inspect(copy));
      }
      const load = (name) => lib.loads(Buffer.from(saved[name].bytes, 'base64'));
      const counter = load('shared');
      counter.inc();
      found.runs = [counter.get(), load('class')[1].get(), load('code')[0](1), load('list').sum(), load('format').format(1)];
      console.log(JSON.stringify(found));`,
    ),
  ) as Record<string, unknown[]>;
  const { runs, weakMap, ...others } = same;
  expect(runs).toEqual([1, 4, 2, 3, '1,00']);
  expect(weakMap).toEqual(['[object WeakMap]']);
  for (const [name, found] of Object.entries(others)) expect(found, name).toEqual([]);
});

test('what a context has no twin for here has one reason of its own', async () => {
  const found = JSON.parse(
    await lib.run(`
      import vm from 'node:vm';
      const found = {};
      for (const source of ['Math.max', 'globalThis', 'new WebAssembly.Memory({ initial: 1 })']) {
        const losses = [];
        lib.dumps({ v: vm.runInNewContext(source) }, { onLoss: ({ path, reason }) => losses.push(path + ': ' + reason) });
        found[source] = losses;
      }
      console.log(JSON.stringify(found));`),
  ) as Record<string, string[]>;
  const why = '.v: it belongs to another vm context, whose built-ins another process has no names for';
  expect(found['Math.max']).toEqual([why]);
  expect(found['globalThis']).toEqual([why]);
  expect(found['new WebAssembly.Memory({ initial: 1 })']).toEqual([
    '.v: how far it may grow cannot be asked',
  ]);
});

test('of many values the report names the first 200 and says that there are more', async () => {
  const out = await lib.run(`
    import vm from 'node:vm';
    const paths = [];
    const reasons = [];
    const bytes = lib.dumps(vm.runInNewContext('Array.from({ length: 5000 }, (_, i) => ({ i }))'), {
      onChange: ({ path, reason }) => { paths.push(path); reasons.push(reason); },
    });
    console.log(JSON.stringify([paths.length, reasons.at(-1), lib.loads(bytes)[4999].i]));`);
  const [count, last, value] = JSON.parse(out) as [number, string, number];
  expect(count).toBe(201);
  expect(last).toContain('as are others after it');
  expect(value).toBe(4999);
});

test('what somebody put in the place of a built-in of the context is not taken for the built-in', async () => {
  const out = await lib.run(`
    import vm from 'node:vm';
    const value = vm.runInNewContext(
      'Array.prototype.map = function map() { return "mine" }; const own = { [Symbol.toStringTag]: "Math", max: () => "mine" };' +
      '({ list: [], map: Array.prototype.map, own })');
    const copy = lib.loads(lib.dumps(value, { onLoss: (loss) => console.log(loss) }));
    console.log(copy.map === Array.prototype.map, copy.map(), copy.own === Math, copy.own.max());`);
  expect(out).toBe('false mine false mine\n');
});
