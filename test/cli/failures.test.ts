// Goal: whatever goes wrong on the command line is said in one way: a mark, what, and further in what to do, in the words of a shell;
// with the exit code for it, and nothing on the standard output.
// Method: wrong calls of every kind in one folder; commands that run no code in this process.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { brine, pipe, temporaryFolder } from '../helpers/brine.js';
import { commandLine } from '../helpers/command-line.js';

const folder = temporaryFolder();
afterAll(() => folder.remove());
const env = { HOME: folder.path, BRINE_HOME: join(folder.path, 'home'), LC_ALL: 'C.UTF-8' };
const here = { cwd: folder.path, env };
beforeAll(async () => {
  await pipe('let cfg = { rate: 1 }\n.save w.pkl\n', here);
  writeFileSync(join(folder.path, 'x.txt'), 'hi there\n');
});

const WRONG: readonly (readonly [line: string, code: number, said: string])[] = [
  [
    'vars',
    2,
    '✗ brine vars needs <snapshot>\n  usage: brine vars [options] <snapshot>; brine vars --help says more\n',
  ],
  ['vars w.pkl b', 2, '✗ brine vars takes 1 word, and got 2\n  usage: '],
  ['config x', 2, '✗ brine config takes no word, and got 1\n  usage: '],
  ['vars w.pkl --jsn', 2, '✗ brine vars has no --jsn\n  did you mean --json?\n'],
  ['gc --keep', 2, '✗ --keep needs a value\n  usage: '],
  ['completion csh', 2, '✗ brine completion takes one of bash, zsh, fish as <shell>, not csh\n  usage: '],
  ['--save-on-exit foo', 2, '✗ --save-on-exit takes one of ask, yes, no, not foo\n  usage: '],
  [
    'merg a b c',
    2,
    '✗ there is no command merg, and no file or session of that name\n  did you mean brine merge?\n',
  ],
  ['why w.pkl cgf', 1, '✗ there is no cgf\n  did you mean cfg?\n'],
  ['why w.pkl odd', 1, '✗ there is no odd\n  brine vars w.pkl lists the names\n'],
  ['size w.pkl cfg.x', 1, '✗ cfg has nothing at cfg.x\n  paths are as brine size w.pkl prints them: '],
  [
    'deps w.pkl cfg',
    1,
    '✗ cfg is no function that a save brings along\n  brine path w.pkl and brine retains w.pkl take',
  ],
  [
    'sessions nix',
    1,
    '✗ there is no session nix\n  brine sessions lists those there are  [SESSION_GENERATION]\n',
  ],
  ['run nix.mjs', 1, '✗ cannot read "nix.mjs": no such file or folder (ENOENT)\n  check the name; '],
  ...['inspect x.txt', 'repair x.txt', 'why x.txt', 'sign x.txt'].map(
    (line) =>
      [line, 3, '✗ x.txt is a text file, not a brine snapshot\n  brine reads its own snapshots; '] as const,
  ),
];

test('in one style, in the words of a shell', async () => {
  for (const [line, code, said] of WRONG) {
    const run = await commandLine(line.split(' '), here);
    expect({ line, code: run.code, stdout: run.stdout, stderr: run.stderr }).toEqual({
      ...{ line, code, stdout: '' },
      stderr: expect.stringMatching(new RegExp(`^${escaped(said)}`)),
    });
    expect(run.stderr, line).toMatch(/^✗ [^\n]+\n( {2}[^\n]+\n)*$/);
  }
});

test('what no save made is replaced when that is said', async () => {
  writeFileSync(join(folder.path, 'y.txt'), 'hi\n');
  const saved = await brine(['eval', 'const kept = 7', '--save', 'y.txt', '--overwrite'], here);
  expect([saved.code, saved.stderr]).toEqual([0, expect.stringMatching(/^✓ y\.txt /)]);
  expect((await commandLine(['vars', 'y.txt'], here)).stdout).toMatch(/\nkept +const +number +✓/);
});

test('also around code, and in ASCII where nothing else shows', async () => {
  const plain = { ...here, env: { ...env, LC_ALL: 'C', TERM: 'dumb', NO_COLOR: '1' } };
  const [load, verify, save, session] = await Promise.all([
    brine(['eval', '1', '--load', 'x.txt'], here),
    brine(['verify', 'x.txt'], here),
    brine(['eval', '1', '--save', 'x.txt'], plain),
    brine(['eval', '1', '--load', 'nix'], plain),
  ]);
  for (const { code, stderr } of [load, verify])
    expect([code, stderr]).toEqual([
      3,
      expect.stringMatching(/^✗ x\.txt is a text file, not a brine.*\n {2}brine/),
    ]);
  expect([save.code, save.stdout, save.stderr]).toEqual([
    ...[1, '1\n'],
    'x "x.txt" is a text file, and was not replaced\n  choose another name, or --overwrite (onConflict: "overwrite") replaces it  [STORE_FOREIGN]\n',
  ]);
  expect([session.code, session.stderr]).toEqual([
    1,
    'x there is no session nix\n  brine sessions lists those there are  [SESSION_GENERATION]\n',
  ]);
});

test('a text that ends too early is pointed at behind its end', async () => {
  const [code, input] = await Promise.all([
    brine(['eval', 'let x = '], here),
    pipe('let a = 1\nlet x = [1,\n  a +', here),
  ]);
  expect([code.code, code.stdout, code.stderr]).toEqual([
    ...[1, ''],
    '[eval]:1\nlet x = \n        ^\n\nUncaught SyntaxError: Unexpected end of input\n    at [eval]:1:9\n',
  ]);
  expect([input.code, input.stdout, input.stderr]).toEqual([
    ...[1, ''],
    '[stdin]:3\n  a +\n     ^\n\nUncaught SyntaxError: Unexpected end of input\n    at [stdin]:3:6\n',
  ]);
});

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
