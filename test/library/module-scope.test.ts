// Goal: what a module's wrapper gives its code works in restored code: `require`, `module`, `exports`, `__filename`,
// `__dirname`, `import()` and `import.meta` mean what they meant where the code stood, or fail with an error that says why.
// Method: a CommonJS and an ES module are written to a folder; one process saves their functions, another one, started
// elsewhere, loads them, saves them again and calls what came of that.

import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundleLibrary, type LibraryBundle } from '../helpers/library-bundle.js';

let lib: LibraryBundle;
let project: string;
let elsewhere: string;

const FILES: Readonly<Record<string, string>> = {
  'node_modules/near/package.json':
    '{"name":"near","version":"1.0.0","type":"module","exports":"./index.js"}',
  'node_modules/near/index.js': 'export const near = "near";',
  'sibling.cjs': 'exports.sibling = "sibling";',
  'sibling.mjs': 'export const sibling = "es sibling";',
  'data.json': '{"answer":42}',
  'old.cjs': `
    let calls = 0;
    exports.state = { list: [1] };
    exports.requires = () => require('./sibling.cjs').sibling;
    exports.packages = () => require('near').near;
    exports.resolves = () => require.resolve('./sibling.cjs');
    exports.places = () => [__filename, __dirname];
    exports.exported = () => exports.state;
    exports.module = () => [module.exports === exports, module.filename, module.id, module.require('./sibling.cjs').sibling];
    exports.counts = () => { calls++; module.exports.state.list.push(calls); return exports.state.list.length };
    exports.top = (() => () => this === exports)();
    exports.evals = (text) => eval(text);
    exports.imports = () => import('./sibling.mjs');
    exports.Holder = class { static file = __filename; load() { return require('./sibling.cjs').sibling } };
  `,
  'moving.mjs': `
    export let count = 0, { wide } = { wide: 1 };
    export const step = () => { count++; wide = 2; mode = 'set'; return count };
    let mode = 'none';
    export { mode as way };
    export let still = 1;
    export default function named() { named = 2 }
  `,
  'passing.mjs': `import { wide } from './moving.mjs'; export { count as passed } from './moving.mjs'; export * from './moving.mjs'; export { wide as both };`,
  'seeing.mjs': `import named, { count, step as up, way as kind, still } from './moving.mjs';
    import { passed, both, wide } from './passing.mjs'; import * as all from './moving.mjs';
    export const see = { count: () => count, twice: () => count + still, up, kind: class { static kind() { return kind } },
      passed: () => passed, both: () => both, wide: () => wide, still: () => [still, up], named: () => named };
  `,
  'standing.mjs': `import { count, still } from './moving.mjs'; import { wide } from './passing.mjs';
    function* steps() { yield 1; yield count + still } const begun = steps(); begun.next();
    export const see = { begun, evaluated: () => eval('wide') };
  `,
  'new.mjs': `
    export const meta = () => [import.meta.url, import.meta.filename, import.meta.dirname];
    export const resolves = () => import.meta.resolve('./sibling.mjs');
    export const imports = async () => (await import('./sibling.mjs')).sibling;
    export const above = async () => (await import('../' + (import.meta.dirname.split('/').at(-1)) + '/sibling.mjs')).sibling;
    export const packages = async () => (await import('near')).near;
    export const core = async () => typeof (await import('node:path')).join;
    export const json = async () => (await import('./data.json', { with: { type: 'json' } })).default.answer;
    export const missing = () => import('./missing.mjs');
    export const computed = async (name) => Object.keys(await import(name));
    export class Loader {
      static async make() { return (await import('./sibling.mjs')).sibling }
      #path = './sibling.mjs';
      async load() { return (await import(this.#path)).sibling }
      where = () => import.meta.url;
    }
    export const nested = () => () => import('./sibling.mjs');
  `,
};

beforeAll(async () => {
  lib = await bundleLibrary();
  project = join(lib.folder, 'project');
  elsewhere = join(lib.folder, 'elsewhere');
  mkdirSync(join(project, 'node_modules/near'), { recursive: true });
  mkdirSync(elsewhere);
  for (const [file, text] of Object.entries(FILES)) writeFileSync(join(project, file), text);
  // The name means another file there.
  writeFileSync(join(elsewhere, 'sibling.mjs'), 'export const sibling = "the wrong one";');
  writeFileSync(join(elsewhere, 'sibling.cjs'), 'exports.sibling = "the wrong one";');
  await lib.run(
    `import { createRequire } from 'node:module';
    process.chdir(${JSON.stringify(project)});
    const old = createRequire(process.cwd() + '/')('./old.cjs');
    const es = await import(process.cwd() + '/new.mjs');
    await lib.dump({ old: { ...old }, itself: old, loader: new es.Loader(), es: { ...es }, inner: es.nested() }, '../elsewhere/code.pkl');`,
  );
});
afterAll(() => lib.remove());

/** What a program that has the restored code of the second generation says. */
const said = async (program: string): Promise<any> =>
  JSON.parse(
    await lib.run(
      `const first = (await lib.load('code.pkl')).value;
      const { old, itself, es, loader, inner } = lib.loads(lib.dumps(first));
      const say = (value) => console.log(JSON.stringify(value));
      const failure = async (work) => { try { await work(); return 'it did not fail' } catch (error) { return error.message } };
      ${program}`,
      { cwd: elsewhere },
    ),
  );

describe('CommonJS', () => {
  test('require, module.require and require.resolve go from the file that the code was in', async () => {
    const answer = await said(
      `say([old.requires(), old.packages(), old.resolves(), new old.Holder().load(), old.evals("require('./sibling.cjs').sibling")])`,
    );
    expect(answer).toEqual(['sibling', 'near', join(project, 'sibling.cjs'), 'sibling', 'sibling']);
  });

  test('__filename and __dirname are what they were', async () => {
    expect(await said('say([...old.places(), old.Holder.file, old.evals("__filename")])')).toEqual([
      join(project, 'old.cjs'),
      project,
      join(project, 'old.cjs'),
      join(project, 'old.cjs'),
    ]);
  });

  test('module is a module, exports are its exports, and functions share both', async () => {
    const file = join(project, 'old.cjs');
    expect(
      await said(`const { Module } = await import('node:module');
        say([old.module(), itself.counts(), old.counts(), old.exported() === itself.state, old.top(), old.evals('module instanceof require("module")'),
          old.evals('typeof module.paths[0]'), old.evals('module.loaded')])`),
    ).toEqual([[true, file, file, 'sibling'], 2, 3, true, true, true, 'string', true]);
  });

  test('import() goes from the file', async () => {
    expect(await said('say((await old.imports()).sibling)')).toBe('es sibling');
  });
});

describe('ES modules', () => {
  test('variables of other modules that these may assign to stay what they are, and each is told once', async () => {
    const told = await lib.run(
      `const { see } = await import(${JSON.stringify(`file://${join(project, 'seeing.mjs')}`)});
      const told = [], again = [], losses = [];
      const bytes = lib.dumps(see, { onChange: (change) => told.push(change.path + ': ' + change.reason), onLoss: (loss) => losses.push(loss) });
      const copy = lib.loads(bytes);
      lib.dumps(copy, { onChange: (change) => again.push(change), onLoss: (loss) => losses.push(loss) });
      console.log(JSON.stringify({ told, again, losses, seen: [copy.up(), copy.count(), copy.passed(), copy.kind.kind(), copy.wide(), copy.still()[0]] }));`,
    );
    const { told: changes, ...rest } = JSON.parse(told);
    expect(rest).toEqual({ again: [], losses: [], seen: [1, 0, 0, 'none', 1, 1] });
    const of = (name: string): string =>
      `the module that ${name} is imported from may assign to it: after loading it stays what it is now`;
    expect(changes.sort()).toEqual(
      ['both', 'count', 'kind', 'named', 'passed', 'wide'].map((name) => `.${name}: ${of(name)}`),
    );
  });

  test('so does a generator that goes on, and what only a direct eval names', async () => {
    const told = await lib.run(
      `const { see } = await import(${JSON.stringify(`file://${join(project, 'standing.mjs')}`)});
      const told = [];
      const copy = lib.loads(lib.dumps(see, { onChange: (change) => told.push(change.path + ': ' + change.reason) }));
      console.log(JSON.stringify([copy.begun.next().value, copy.evaluated(), told.sort()]));`,
    );
    expect(JSON.parse(told)).toEqual([
      1,
      1,
      ['begun: the module that count', 'evaluated: the module that wide'].map(
        (what) => `.${what} is imported from may assign to it: after loading it stays what it is now`,
      ),
    ]);
  });

  test('import.meta says where the code was, and resolves from there', async () => {
    const file = join(project, 'new.mjs');
    expect(await said('say([es.meta(), es.resolves(), loader.where()])')).toEqual([
      [`file://${file}`, file, project],
      `file://${join(project, 'sibling.mjs')}`,
      `file://${file}`,
    ]);
  });

  test('import() goes from the file: relative, packages, core, attributes, computed, in methods and nested functions', async () => {
    const answer =
      await said(`say([await es.imports(), await es.above(), await es.packages(), await es.core(), await es.json(),
      await es.computed('./sibling.mjs'), await es.Loader.make(), await loader.load(), (await inner()).sibling,
      await new es.Loader().load()])`);
    expect(answer).toEqual([
      'es sibling',
      'es sibling',
      'near',
      'function',
      42,
      ['sibling'],
      'es sibling',
      'es sibling',
      'es sibling',
      'es sibling',
    ]);
  });

  test('a class with import.meta in a field keeps its private members', async () => {
    expect(
      await said(
        'say([await new loader.constructor().load(), await loader.load(), loader.where() === es.meta()[0]])',
      ),
    ).toEqual(['es sibling', 'es sibling', true]);
  });

  test('the text stays what was written', async () => {
    expect(await said('say([es.imports.toString(), es.missing.toString()])')).toEqual([
      "async () => (await import('./sibling.mjs')).sibling",
      "() => import('./missing.mjs')",
    ]);
  });

  test('what is not there fails with an error that names it', async () => {
    expect(await said('say(await failure(es.missing))')).toMatch(/Cannot find module '.*missing\.mjs'/);
  });
});

test('without the files, what needs none works, and the rest fails with an error that names the file', async () => {
  rmSync(project, { recursive: true });
  const answer = await said(`say([old.places()[1], es.meta()[2], await es.core(), old.exported().list,
    await failure(old.requires), await failure(es.imports), await failure(es.packages)])`);
  expect(answer.slice(0, 4)).toEqual([project, project, 'function', [1]]);
  expect(answer[4]).toMatch(/Cannot find module '\.\/sibling\.cjs'/);
  expect(answer[5]).toContain(join(project, 'sibling.mjs'));
  expect(answer[6]).toMatch(/Cannot find package 'near'/);
});
