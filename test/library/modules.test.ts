// Goal: what another process can import comes back as the same object that an import gives there, in whichever build, and
// options turn that round; what is missing or has another version is said.
// Method: packages of every form are written to a folder; one process saves what it imported, others load it and compare
// with what they import themselves.

import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ROOT } from '../docs/markdown.js';
import { bundleLibrary, type LibraryBundle } from '../helpers/library-bundle.js';

let lib: LibraryBundle;
let here: string;

const PACKAGES: Readonly<Record<string, string>> = {
  'esm/package.json':
    '{"name":"esm","version":"1.2.0","type":"module","exports":{".":"./index.js","./deep/*":"./lib/*.js"}}',
  'esm/index.js': `import { helper } from './lib/inner.js';
    export class Point { constructor(x) { this.x = x } twice() { return this.x * 2 } }
    export const area = (p) => helper(p.x);
    export const names = { area, one: { two: () => 2 } };
    export const settings = { unit: 'cm', run() {} };
    const closed = { secret: 1 };
    export const fromClosure = () => closed;
    export { helper };
    export default function main() { return 'main' }`,
  'esm/lib/inner.js': 'export function helper(x) { return x * x } export const only = () => "only inner";',
  'dual/package.json':
    '{"name":"dual","version":"2.0.0","exports":{".":{"import":"./index.mjs","require":"./index.cjs"}}}',
  'dual/index.mjs': 'export class Duo { who() { return "esm" } } export const build = () => "esm";',
  'dual/index.cjs': 'exports.Duo = class Duo { who() { return "cjs" } }; exports.build = () => "cjs";',
  'common/package.json': '{"name":"common","version":"3.0.0","main":"lib/main.js"}',
  'common/lib/main.js': `function common(x) { return x + 1 }
    common.util = { deep: { inc: common, dec: (x) => x - 1 }, state: { items: [1] } };
    common.Box = class Box { constructor(v) { this.v = v } };
    common.kinds = { big: new common.Box('big') };
    module.exports = common;`,
  'common/other.js': 'exports.other = () => "other";',
  'compiled/package.json': '{"name":"compiled","version":"4.0.0","main":"index.js"}',
  'compiled/index.js': `"use strict";
    Object.defineProperty(exports, "__esModule", { value: true });
    var __createBinding = (o, m, k) => Object.defineProperty(o, k, { enumerable: true, get: function() { return m[k]; } });
    const inner_1 = require("./inner");
    __createBinding(exports, inner_1, "Thing");
    Object.defineProperty(exports, "make", { enumerable: true, get: function () { return inner_1.make; } });
    Object.defineProperty(exports, "trap", { enumerable: true, get: function () { globalThis.trapped = true; return 1; } });`,
  'compiled/inner.js':
    'exports.Thing = class Thing { is() { return "thing" } }; exports.make = () => new exports.Thing();',
};

function install(names: readonly string[], folder = here): void {
  for (const [file, text] of Object.entries(PACKAGES)) {
    if (!names.includes(file.split('/')[0] as string)) continue;
    const path = join(folder, 'node_modules', file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
}

const ALL = ['esm', 'dual', 'common', 'compiled'];

beforeAll(async () => {
  lib = await bundleLibrary();
  here = join(lib.folder, 'home');
  mkdirSync(here);
  install(ALL);
});
afterAll(() => lib.remove());

/** Runs a program in the folder that has the packages; what it prints is JSON. */
const run = async (program: string, folder = here): Promise<any> =>
  JSON.parse(await lib.run(PRELUDE + program, { cwd: folder }));

const PRELUDE = `import { createRequire } from 'node:module';
  import { readFileSync, writeFileSync } from 'node:fs';
  const require = createRequire(process.cwd() + '/');
  const say = (value) => console.log(JSON.stringify(value));
  `;

/** Expressions over what is imported; each has to come back as the same value. */
const SAME: Readonly<Record<string, string>> = {
  'a class of an ES module': 'esm.Point',
  'a function': 'esm.area',
  'a default export': 'esm.default',
  'an arrow in an exported object': 'esm.names.area',
  'an arrow two levels down': 'esm.names.one.two',
  'an exported object that holds functions': 'esm.settings',
  'an export of a subpath': 'inner.only',
  'a prototype': 'esm.Point.prototype',
  'a method': 'esm.Point.prototype.twice',
  'the ES build of a dual package': 'dual.Duo',
  'a function of the ES build': 'dual.build',
  'the CommonJS build of a dual package': 'require("dual").Duo',
  'what a CommonJS package is': 'common.default',
  'a namespace within it': 'common.default.util',
  'a nested object of functions': 'common.default.util.deep',
  'an instance of its own class that it keeps': 'common.default.kinds.big',
  'a file of a CommonJS package': 'require("common/other").other',
  'a class behind an accessor': 'require("compiled").Thing',
  'a function behind an accessor': 'require("compiled").make',
  'a function of Node': 'path.join',
  'an object of Node': 'path.posix',
  'constants of Node': 'os.constants.signals',
  'a promise module of Node': 'fs.promises.readFile',
};

const IMPORTS = `
  import * as esm from 'esm'; import * as inner from 'esm/deep/inner'; import * as dual from 'dual';
  import * as common from 'common'; import * as path from 'node:path'; import * as os from 'node:os'; import * as fs from 'node:fs';
  const expressions = ${JSON.stringify(Object.values(SAME))};
  `;

// Programs stand outside of the folder of packages, so they import through one that stands in it.
function inFolder(program: string): string {
  const file = join(here, `in-folder-${Math.random().toString(36).slice(2)}.mjs`);
  writeFileSync(file, `import * as lib from ${JSON.stringify(lib.url)};\n${PRELUDE}${program}`);
  return `process.chdir(${JSON.stringify(here)}); await import(${JSON.stringify(file)});`;
}

describe('the same as a fresh import', () => {
  let loaded: Record<string, unknown>[];
  beforeAll(async () => {
    await lib.run(
      inFolder(`${IMPORTS}
        expressions.forEach((text, i) => lib.dumps(0));
        for (let i = 0; i < expressions.length; i++)
          writeFileSync('same-' + i + '.pkl', lib.dumps({ f: () => 1, it: eval(expressions[i]) }));
        writeFileSync('instance.pkl', lib.dumps([new esm.Point(4), new dual.Duo(), new (require('compiled').Thing)()]));
        writeFileSync('namespaces.pkl', lib.dumps([esm, inner, dual, common, path]));
        writeFileSync('trap.pkl', JSON.stringify([globalThis.trapped === true]));`),
    );
    const load = (how: string): Promise<any> =>
      run(
        inFolder(`${how === 'first' ? '' : IMPORTS}
          const texts = ${JSON.stringify(Object.values(SAME))};
          const values = [];
          for (let i = 0; i < texts.length; i++) {
            const bytes = readFileSync('same-' + i + '.pkl');
            values.push(${how === 'async' ? `(await lib.load('same-' + i + '.pkl')).value.it` : 'lib.loads(bytes).it'});
          }
          {
            const [esm, inner, dual, common, path, os, fs] = await Promise.all(
              ['esm', 'esm/deep/inner', 'dual', 'common', 'node:path', 'node:os', 'node:fs'].map((name) => import(name)));
            say(texts.map((text, i) => eval(text) === values[i]));
          }`),
      );
    loaded = [await load('first'), await load('sync'), await load('async')] as never;
  });

  for (const [i, [name, text]] of Object.entries(SAME).entries())
    test(`${name}: ${text}`, () => {
      expect(loaded.map((each) => each[i])).toEqual([true, true, true]);
    });

  test('an instance has the class that an import gives', async () => {
    const said = await run(
      inFolder(`const [point, duo, thing] = lib.loads(readFileSync('instance.pkl'));
        const [esm, dual] = [await import('esm'), await import('dual')];
        say([point instanceof esm.Point, point.twice(), Object.getPrototypeOf(point) === esm.Point.prototype, duo.who(),
          duo instanceof dual.Duo, thing instanceof require('compiled').Thing, thing.is(),
          Object.getOwnPropertyNames(Object.getPrototypeOf(thing))]);`),
    );
    expect(said).toEqual([true, 8, true, 'esm', true, true, 'thing', ['constructor', 'is']]);
  });

  test('a namespace is the namespace', async () => {
    const said = await run(
      inFolder(`const { value } = await lib.load('namespaces.pkl');
        const fresh = await Promise.all(['esm', 'esm/deep/inner', 'dual', 'common', 'node:path'].map((n) => import(n)));
        say(value.map((each, i) => each === fresh[i]));`),
    );
    expect(said).toEqual([true, true, true, true, true]);
  });

  test('plain data of packages that cells imported and required, in a session without any code', async () => {
    const plain = join(here, 'node_modules/plain');
    mkdirSync(plain, { recursive: true });
    writeFileSync(join(plain, 'package.json'), '{"name":"plain","version":"1.0.0"}');
    writeFileSync(
      join(plain, 'one.mjs'),
      'export const one = { is: "one" }; export default { is: "default" };',
    );
    writeFileSync(join(plain, 'two.cjs'), 'exports.two = { is: "two" };');
    const file = JSON.stringify(join(here, 'plain.pkl'));
    await lib.run(
      inFolder(`const session = new lib.Session();
        await session.evaluator.evaluate(\`import { one } from "plain/one.mjs"; const { default: other } = await import("plain/one.mjs");
          const held = { one, other, two: require("plain/two.cjs").two }; const own = { is: "own" }\`);
        await session.save(${file});`),
    );
    const said = await run(
      inFolder(`const session = new lib.Session();
        await session.load(${file});
        const [{ one, default: other }, { two }] = [await import('plain/one.mjs'), require('plain/two.cjs')];
        say([held.one === one, held.other === other, held.two === two, own]);`),
    );
    expect(said).toEqual([true, true, true, { is: 'own' }]);
  });

  test('no accessor of a package ran during the save', async () => {
    expect(await run(inFolder(`say(JSON.parse(readFileSync('trap.pkl', 'utf8')))`))).toEqual([false]);
  });
});

test('a function that somebody put on a package or a module of Node goes by value', async () => {
  const said = await run(
    inFolder(`import common from 'common'; import fs from 'node:fs';
      common.mine = () => 'mine'; common.util.mine = () => 'deep'; fs.accessSync = () => 'patched';
      const copy = lib.loads(lib.dumps([common.mine, common.util.mine, fs.accessSync, fs.readFileSync]));
      say([copy.map((each, i) => i < 3 ? each() : each === fs.readFileSync), copy[0] === common.mine]);`),
  );
  expect(said).toEqual([['mine', 'deep', 'patched', true], false]);
});

test('what a package keeps as state goes by value', async () => {
  const said = await run(
    inFolder(`import common from 'common';
      const copy = lib.loads(lib.dumps({ f: common, state: common.util.state }));
      say([copy.f === common, copy.state === common.util.state, copy.state]);`),
  );
  expect(said).toEqual([true, false, { items: [1] }]);
});

describe('versions and missing packages', () => {
  let away: string;
  beforeAll(async () => {
    await lib.run(
      inFolder(`import * as esm from 'esm'; import common from 'common';
        globalThis.point = new esm.Point(1);
        await lib.dump({ area: esm.area, point: new esm.Point(1), common, data: [1, 2], own: () => 'own' }, 'away.pkl');
        const session = new lib.Session();
        await session.evaluator.evaluate("import { area } from 'esm'; let n = 5; const at = () => area({ x: n })");
        await session.save('session.pkl');`),
    );
    away = join(lib.folder, 'away');
    mkdirSync(away, { recursive: true });
    for (const file of ['away.pkl', 'session.pkl']) cpSync(join(here, file), join(away, file));
  });

  const inAway = (program: string): Promise<any> =>
    run(`process.chdir(${JSON.stringify(away)});\n${program}`, away);

  test('another version warns with what was saved, what is here, and what installs it', async () => {
    install(['esm', 'common'], away);
    writeFileSync(
      join(away, 'node_modules/esm/package.json'),
      (PACKAGES['esm/package.json'] as string).replace('1.2.0', '1.1.0'),
    );
    const said = await inAway(`const warnings = [];
      const { value } = await lib.load('away.pkl', { onWarning: (warning) => warnings.push(warning) });
      const again = [];
      lib.loads(readFileSync('away.pkl'), { onWarning: ({ message }) => again.push(message) });
      const session = new lib.Session();
      const report = await session.load('session.pkl');
      say([warnings, again, report.warnings.map(({ message }) => message), report.linked, value.point.twice(), at()]);`);
    const message = 'saved with esm 1.2.0, here is 1.1.0';
    expect(said).toEqual([
      [{ package: 'esm', saved: '1.2.0', here: '1.1.0', message, hint: 'npm install esm@1.2.0' }],
      [message],
      [message],
      [{ name: 'area', target: 'esm@1.1.0', warning: 'saved with 1.2.0' }],
      2,
      25,
    ]);
  });

  test('without a package everything else loads, and its values are tombstones with name and version', async () => {
    rmSync(join(away, 'node_modules'), { recursive: true });
    const said = await inAway(`const losses = [];
      const { value } = await lib.load('away.pkl', { onLoss: (loss) => losses.push(loss) });
      let message = '';
      try { value.area(1) } catch (error) { message = error.name + ': ' + error.message }
      const session = new lib.Session();
      const report = await session.load('session.pkl');
      say([value.data, value.own(), message, losses.map(({ what, hint }) => what + ' ' + hint).sort(),
        losses.every(({ reason }) => /saved with version/.test(reason)), n,
        report.losses.map(({ name, hint }) => name + ' ' + hint)]);`);
    expect(said[0]).toEqual([1, 2]);
    expect(said[1]).toBe('own');
    expect(said[2]).toMatch(/^TombstoneError: .*esm.*1\.2\.0/s);
    expect(said[3]).toEqual([
      'common npm install common@3.0.0',
      'esm.Point.prototype npm install esm@1.2.0',
      'esm.area npm install esm@1.2.0',
    ]);
    expect(said.slice(4)).toEqual([true, 5, ['area npm install esm@1.2.0']]);
  });
});

describe('embed', () => {
  test('a package is taken by value, and a process without it loads it', async () => {
    await lib.run(
      inFolder(`import * as esm from 'esm'; import common from 'common';
        await lib.dump({ esm: { ...esm }, point: new esm.Point(3), common, ns: esm }, 'embedded.pkl', { embed: ['esm', 'common'] });
        const session = new lib.Session();
        await session.evaluator.evaluate("import { area } from 'esm'; let n = 5; const at = () => area({ x: n })");
        await session.save('embedded-session.pkl', { embed: ['*'] });`),
    );
    const bare = join(lib.folder, 'bare');
    mkdirSync(bare, { recursive: true });
    for (const file of ['embedded.pkl', 'embedded-session.pkl']) cpSync(join(here, file), join(bare, file));
    const said = await run(
      `process.chdir(${JSON.stringify(bare)});
      const { value } = await lib.load('embedded.pkl');
      const { esm, point, common, ns } = value;
      const session = new lib.Session();
      const report = await session.load('embedded-session.pkl');
      say([point.twice(), point instanceof esm.Point, esm.area({ x: 4 }), esm.default(), common(1), common.util.deep.dec(1),
        esm.names.one.two(), ns.Point === esm.Point, at(), report.losses, report.linked]);`,
      bare,
    );
    expect(said).toEqual([6, true, 16, 'main', 2, 0, 2, true, 25, [], []]);
  });

  test('real packages: decimal.js, luxon, immutable, big.js, and functions of lodash', async () => {
    const program = `import { createRequire } from 'node:module'; import { writeFileSync } from 'node:fs';
      const require = createRequire(${JSON.stringify(`${ROOT}/`)});
      const Decimal = require('decimal.js'), { DateTime } = require('luxon'), { Map: IMap, List } = require('immutable');
      const Big = require('big.js'), _ = require('lodash');
      const embed = ['decimal.js', 'luxon', 'immutable', 'big.js', 'lodash'];
      const value = { third: new Decimal(1).div(3), time: DateTime.fromISO('2020-03-01T10:00:00Z', { zone: 'utc' }),
        map: IMap({ a: List([1, 2]) }), big: new Big('0.1'), chunk: _.chunk, sort: _.sortBy, debounce: _.debounce, clone: _.cloneDeep };
      writeFileSync(${JSON.stringify(join(here, 'real.pkl'))}, lib.dumps(value, { embed }));
      console.log(JSON.stringify(1));`;
    await lib.run(program);
    const bare = join(lib.folder, 'bare-real');
    mkdirSync(bare, { recursive: true });
    const said = await run(
      `const value = lib.loads(readFileSync(${JSON.stringify(join(here, 'real.pkl'))}));
      say([value.third.times(6).toString(), value.time.plus({ days: 1 }).toISO(), value.map.getIn(['a', 1]), value.map.set('b', 1).size,
        value.big.plus('0.2').toString(), value.chunk([1, 2, 3], 2), value.sort([{ n: 2 }, { n: 1 }], 'n'),
        value.clone({ a: [new Date(0)] }).a[0].getTime()]);`,
      bare,
    );
    expect(said).toEqual([
      '2',
      '2020-03-02T10:00:00.000Z',
      2,
      2,
      '0.3',
      [[1, 2], [3]],
      [{ n: 1 }, { n: 2 }],
      0,
    ]);
  }, 240_000);
});

describe("the user's own files", () => {
  beforeAll(() => {
    mkdirSync(join(here, 'src/lib'), { recursive: true });
    writeFileSync(
      join(here, 'src/lib/model.mjs'),
      `export class Model { name() { return 'v1' } } export const seen = { f() {} };`,
    );
    writeFileSync(join(here, 'src/lib/old.cjs'), `exports.Old = class Old { name() { return 'old v1' } };`);
    writeFileSync(
      join(here, 'src/app.mjs'),
      `import { Model } from './lib/model.mjs'; export class App extends Model {}`,
    );
  });
  const SAVE = `const { Model } = await import('./src/lib/model.mjs'); const { App } = await import('./src/app.mjs');
    const { Old } = require('./src/lib/old.cjs');
    const value = [new Model(), new Old(), new App(), Model, Old, App];`;

  test('go by value', async () => {
    const said = await run(
      inFolder(`${SAVE}
        const copy = lib.loads(lib.dumps(value));
        say([copy[3] === Model, copy[4] === Old, copy[5] === App, copy[0] instanceof copy[3], copy[0].name()]);`),
    );
    expect(said).toEqual([false, false, false, true, 'v1']);
  });

  test('go by reference where a pattern says so, and are what the file says when it is loaded', async () => {
    await lib.run(
      inFolder(`${SAVE}
        const options = { byReference: ['src/lib'] };
        const copy = lib.loads(lib.dumps(value, options));
        if (copy[3] !== Model || copy[4] !== Old || copy[5] === App) throw new Error('not the same');
        writeFileSync('own.pkl', lib.dumps(value, options));
        const session = new lib.Session();
        globalThis.kept = new Model();
        await session.save('own-session.pkl', { byReference: ['src/lib/*.mjs'] });`),
    );
    const model = join(here, 'src/lib/model.mjs');
    writeFileSync(model, `export class Model { name() { return 'v2' } }`);
    const said = await run(
      inFolder(`const [model, old, app] = (await lib.load('own.pkl')).value;
        const sync = lib.loads(readFileSync('own.pkl'));
        await new lib.Session().load('own-session.pkl');
        const { Model } = await import('./src/lib/model.mjs');
        say([model.name(), old.name(), app.name(), model instanceof Model, app instanceof Model, sync[0] instanceof Model,
          kept instanceof Model]);`),
    );
    expect(said).toEqual(['v2', 'old v1', 'v2', true, true, true, true]);
  });

  test('a file that is not there costs its values only, and data mode looks nothing up', async () => {
    const said = await run(
      `process.chdir(${JSON.stringify(join(here, 'node_modules'))});
      const losses = [];
      const value = lib.loads(readFileSync('../own.pkl'), { onLoss: ({ what, hint }) => losses.push(what + ': ' + hint) });
      const data = lib.loads(readFileSync('../own.pkl'), { mode: 'data' });
      say([losses.length > 0, losses.every((text) => /folder that it was saved in/.test(text)), data[3].captured, data[3].name]);`,
      join(here, 'node_modules'),
    );
    expect(said).toEqual([true, true, 'reference', './src/lib/model.mjs.Model']);
  });

  test('options of the wrong form are refused', async () => {
    const said = await run(`const codes = [];
      for (const options of [{ embed: 'lodash' }, { byReference: [1] }, { byReference: [''] }])
        try { lib.dumps(1, options) } catch (error) { codes.push(error.code) }
      try { await new lib.Session().save('x.pkl', { embed: {} }) } catch (error) { codes.push(error.code) }
      say(codes);`);
    expect(said).toEqual(['PICKLE_OPTION', 'PICKLE_OPTION', 'PICKLE_OPTION', 'PICKLE_OPTION']);
  });
});
