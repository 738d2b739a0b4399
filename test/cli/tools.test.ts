// Goal: `brine merge`, `convert` and `gc` do what their pages say where it matters most: conflicts are never decided silently,
// what is merged works, nothing runs and nothing is believed that was not, wrong files are named, the newest save stays.
// Method: files are made by the built program in one folder; commands that run no code are called in this process, whatever
// evaluates is a process of its own.

import { existsSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hostTag } from '../../src/store/temp-name.js';
import { brine, pipe, temporaryFolder } from '../helpers/brine.js';
import { commandLine } from '../helpers/command-line.js';
import { PICKLES } from './plain/python-fixtures.js';

const folder = temporaryFolder();
afterAll(() => folder.remove());
const at = (name: string): string => join(folder.path, name);
const env = { HOME: folder.path, BRINE_HOME: at('home'), XDG_STATE_HOME: at('state') };
const here = { cwd: folder.path, env };
const json = async (parameters: readonly string[], options = here): Promise<any> =>
  JSON.parse((await commandLine([...parameters, '--json'], options)).stdout);
const evaluated = async (code: string, file: string): Promise<any> =>
  JSON.parse((await brine(['eval', code, '--load', file, '--json'], here)).stdout).value;

beforeAll(async () => {
  const secret = { ...here, env: { ...env, BRINE_PASSPHRASE: 'open' } };
  await Promise.all([
    pipe(
      'let cfg = { rate: 1 }, unit = "kg", list = [cfg, new Float64Array(70000).fill(2)]\nlet only = 1n\n.save a.pkl\n',
      here,
    ),
    pipe(
      `let cfg = { rate: 2 }; const unit_ = 0; let unit = "kg"
       class Point { #x = 7; get x() { return this.#x } }
       const p = new Point(), f = () => [p.x, Point === p.constructor, cfg.rate]
       Array.prototype.second = function () { return this[1] }
       import { sep } from 'node:path'
       .save b.pkl\n`,
      here,
    ),
    pipe('let cfg = { rate: 3 }\n.save other.pkl\n', { ...here, env: { ...env, BRINE_HOME: at('others') } }),
    pipe('let cfg = { rate: 4 }\n.save secret.pkl --encrypt\n', secret),
  ]);
  writeFileSync(at('python.pkl'), Buffer.from(PICKLES[2] as string, 'base64'));
  writeFileSync(at('data.json'), '{"rows": [1, 2], "cfg": {"a": null}}');
  writeFileSync(at('odd.json'), '{"process": 1, "a b": 2}');
});

test('a conflict is listed, and nothing is written', async () => {
  const { stdout, code } = await commandLine(['merge', 'a.pkl', 'b.pkl', 'no.pkl'], here);
  expect(code).toBe(1);
  expect(stdout).toContain('conflict  cfg  a: Object{1}  b: Object{1}');
  expect(existsSync(at('no.pkl'))).toBe(false);
});

test('files to merge are looked at before the target', async () => {
  const there = async (a: string, b: string): Promise<string> =>
    (await commandLine(['merge', a, b, 'data.json', '--take', 'a'], here)).stderr;
  expect(await there('nix.pkl', 'b.pkl')).toMatch(/^✗ cannot read "nix\.pkl"/);
  expect(await there('a.pkl', 'python.pkl')).toMatch(/^✗ python\.pkl is a Python pickle/);
  expect(await there('a.pkl', 'b.pkl')).toMatch(/^✗ data\.json exists, and was not replaced/);
});

test('what was merged is whole, shares what was shared, and runs', async () => {
  const report = await json(['merge', 'a.pkl', 'b.pkl', 'both.pkl', '--take', 'a', '--take', 'cfg=b']);
  expect(report).toMatchObject({ same: ['unit'], isWritten: true, isSigned: true, isEncrypted: false });
  expect(report.conflicts).toEqual([{ name: 'cfg', a: 'Object{1}', b: 'Object{1}', take: 'b' }]);
  const code = '[list[0].rate, list[0] === cfg, list[1].length, only, f(), [1, 2].second(), sep, unit]';
  expect(await evaluated(code, 'both.pkl')).toEqual([1, false, 70000, '1', [7, true, 2], 2, '/', 'kg']);
  const { stdout } = await brine(['verify', 'both.pkl', '--load'], here);
  expect(stdout).toContain('all as they were');
  // Both ways round and merged again, it is the same.
  const again = await json(['merge', 'both.pkl', 'b.pkl', 'again.pkl', '--dry-run']);
  expect(again).toMatchObject({ conflicts: [], isWritten: false });
});

test('what nobody vouches for is merged without a signature, unless somebody does', async () => {
  const report = await json(['merge', 'a.pkl', 'other.pkl', 'mixed.pkl', '--take', 'b']);
  expect(report).toMatchObject({ isWritten: true, isSigned: false });
  const { code, stderr } = await brine(['eval', 'cfg.rate', '--load', 'mixed.pkl'], here);
  expect({ code, isSaid: /RESTRICTED|signed by nobody|not signed/i.test(stderr) }).toEqual({
    code: 3,
    isSaid: true,
  });
  await json(['merge', 'a.pkl', 'other.pkl', 'mine.pkl', '--take', 'b', '--trust']);
  expect(await evaluated('cfg.rate', 'mine.pkl')).toBe(3);
});

test('an encrypted file makes an encrypted one', async () => {
  const secret = { ...here, env: { ...env, BRINE_PASSPHRASE: 'open' } };
  expect(await json(['merge', 'a.pkl', 'secret.pkl', 'locked.pkl', '--take', 'b'], secret)).toMatchObject({
    isEncrypted: true,
  });
  expect((await commandLine(['vars', 'locked.pkl'], here)).code).toBe(3);
});

/** `[what, arguments, exit code, error output]` */
const REFUSED: readonly (readonly [string, readonly string[], number, RegExp])[] = [
  [
    'a target that exists',
    ['merge', 'a.pkl', 'b.pkl', 'a.pkl', '--take', 'a'],
    1,
    /a\.pkl exists.*\n.*--force/,
  ],
  [
    'a side that is none',
    ['merge', 'a.pkl', 'b.pkl', 'n.pkl', '--take', 'c'],
    2,
    /--take takes a, b, or name=a/,
  ],
  [
    'a choice for no conflict',
    ['merge', 'a.pkl', 'b.pkl', 'n.pkl', '--take', 'unit=a'],
    2,
    /no conflict\n.*cfg/,
  ],
  [
    'which of two files is wrong',
    ['merge', 'a.pkl', 'data.json', 'n.pkl'],
    3,
    /data\.json is JSON, not a brine/,
  ],
  [
    'a snapshot that is to run',
    ['run', 'a.pkl'],
    2,
    /a\.pkl is a snapshot, not a program\n {2}brine a\.pkl opens it/,
  ],
  [
    'a pickle that is looked at',
    ['inspect', 'python.pkl'],
    3,
    /python\.pkl is a Python pickle.*\n.*--import/,
  ],
  ['JSON to JSON', ['convert', 'data.json', 'n.json'], 2, /is JSON already/],
  ['nothing to convert', ['convert', 'a.pkl', 'n.pkl'], 2, /--encrypt or --decrypt/],
  ['no passphrase', ['convert', 'a.pkl', 'n.pkl', '--encrypt'], 2, /BRINE_PASSPHRASE/],
  ['a number that is none', ['gc', '--keep', '0'], 2, /--keep takes a whole number from 1/],
];
for (const [what, parameters, code, error] of REFUSED)
  test(`refused: ${what}`, async () => {
    const run = await commandLine(parameters, here);
    expect(run.stderr).toMatch(error);
    expect(run.code).toBe(code);
    expect(existsSync(at('n.pkl'))).toBe(false);
  });

test('JSON and Python pickles become names, and JSON again', async () => {
  expect((await json(['convert', 'data.json', 'data.pkl'])).names).toEqual(['cfg', 'rows']);
  const back = await commandLine(['convert', 'data.pkl', 'back.json'], here);
  expect(back.code).toBe(0);
  expect(JSON.parse(readFileSync(at('back.json'), 'utf8'))).toEqual({ rows: [1, 2], cfg: { a: null } });
  // What would hide a global, or is no name, stays together.
  expect((await json(['convert', 'odd.json', 'odd.pkl'])).names).toEqual(['data']);
  const python = await commandLine(['convert', 'python.pkl', 'py.pkl', '--as', 'py'], here);
  expect(python.code).toBe(4);
  expect(python.stdout).toContain("1 of Python's shop.P → a record");
  expect(await evaluated('py.ints.at(-1) === 10n ** 30n', 'py.pkl')).toBe(true);
});

test('.load imports plain data when it is told to, and hides no name with it', async () => {
  const lines = '.load python.pkl --import\npython.price\n.load data.json --import --as python\n';
  const { stdout, stderr, code } = await pipe(lines, here);
  expect({ stdout, code }).toEqual({ stdout: "'1.5'\n", code: 1 });
  expect(stderr).toContain('python is here already');
});

test('gc keeps the newest of everything, and says before what it does', async () => {
  await pipe('let n = 1\n.save kept\nn = 2\n.save kept\nn = 3\n.save kept\n', here);
  // The number of a process that cannot be there, on this machine, tells that it was killed.
  const dead = at(`.x.pkl.4194999-1-${hostTag()}0123456789abcdef.tmp`);
  writeFileSync(dead, 'x'.repeat(1000));
  utimesSync(dead, 0, 0);
  const planned = await json(['gc', '--keep', '1', '--dry-run']);
  expect(planned.garbage.map(({ kind, name }: any) => (kind === 'save' ? name : kind)).sort()).toEqual([
    'kept@1',
    'kept@2',
    'temporary',
  ]);
  const done = await json(['gc', '--keep', '1']);
  expect(done).toEqual({
    ...planned,
    isDryRun: false,
    garbage: planned.garbage.map((one: object) => ({ ...one, isRemoved: true })),
  });
  expect(existsSync(dead)).toBe(false);
  expect((await json(['sessions', 'kept']))[0].generations).toHaveLength(1);
  expect((await json(['gc', '--keep', '1'])).garbage).toEqual([]);
});
