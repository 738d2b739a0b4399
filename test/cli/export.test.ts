// Goal: `.export`, `.save` by extension and `brine export` write the same, run nothing of a file whoever made it, keep what no
// export made, and say what went wrong with the right exit code.
// Method: the built program in pipes and on files; cells whose running would leave a file behind.

import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { brine, pipe, temporaryFolder } from '../helpers/brine.js';

const folder = temporaryFolder();
afterAll(() => folder.remove());
const here = { cwd: folder.path, env: { BRINE_HOME: join(folder.path, 'home') } };
const stranger = { ...here.env, BRINE_HOME: join(folder.path, 'stranger') };
const read = (name: string): string => readFileSync(join(folder.path, name), 'utf8');

const MAKES = `require('node:fs').writeFileSync('ran', 'x')`;

beforeAll(async () => {
  const input = [
    `const list = [1, 2, 3, 4, 5]`,
    'list',
    `if (typeof again !== 'undefined') ${MAKES}`,
    `class Loud { static { globalThis.again ? ${MAKES} : 0 } get x() { return 1 } }`,
    `const token = 'ghp${'_'}aB3dE6gH9jK2mN5pQ8sT1vW4yZ7aB3dE6gH9jK2m'`,
    '.export at-prompt.md --title work',
    '.save saved.md --title work',
    '.export at-prompt.html --title work',
    '.save work.pkl',
  ];
  const { code, stderr } = await pipe(input.join('\n'), here);
  expect(stderr).toContain('at-prompt.md   5 cells · 1 output · 3 names');
  expect(code).toBe(0);
});

// The time of a save is a part of it.
const timeless = (text: string): string => text.replace(/saved 20[\d-]+ [\d:]+ UTC/g, 'saved then');

test('the prompt, `.save` and the command line write the same', async () => {
  expect(timeless(read('saved.md'))).toBe(timeless(read('at-prompt.md')));
  await brine(['export', 'work.pkl', 'from-file.md'], here);
  await brine(['export', 'work.pkl', 'from-file.html'], here);
  expect(timeless(read('from-file.md'))).toBe(timeless(read('at-prompt.md')));
  expect(timeless(read('from-file.html'))).toBe(timeless(read('at-prompt.html')));
});

test('a file of somebody who is not trusted is exported, and nothing of it runs', async () => {
  for (const name of ['theirs.html', 'theirs.ipynb', 'theirs.mjs']) {
    const { code, stdout, stderr } = await brine(['export', 'work.pkl', name], { ...here, env: stranger });
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(new RegExp(`^✓ ${name} {3}5 cells · .*\\n {2}secret\\? +token {2}GitHub token`));
  }
  expect(existsSync(join(folder.path, 'ran'))).toBe(false);
  expect(statSync(join(folder.path, 'theirs.html')).mode & 0o777).toBe(0o600);
});

test('`--json` says what was written', async () => {
  const { stdout } = await brine(['export', 'work.pkl', 'j.ipynb', '--no-outputs', '--json'], here);
  expect(JSON.parse(stdout)).toEqual({
    ...{ target: 'j.ipynb', format: 'ipynb', cells: 5, failed: 0, outputs: 0, names: 3, commented: 0 },
    bytes: statSync(join(folder.path, 'j.ipynb')).size,
    secrets: [
      { path: 'token', kind: 'GitHub token' },
      { path: 'In[5]', kind: 'GitHub token' },
    ],
  });
});

test('what no export made is not replaced by the way', async () => {
  writeFileSync(join(folder.path, 'own.js'), 'my own work');
  const refused = await brine(['export', 'work.pkl', 'own.js'], here);
  expect([refused.code, refused.stderr]).toEqual([
    1,
    expect.stringMatching(/own\.js is there.*\n.*--overwrite/),
  ]);
  expect((await pipe('1\n.save own.js', here)).code).toBe(1);
  expect(read('own.js')).toBe('my own work');
  expect((await brine(['export', 'work.pkl', 'own.js', '--overwrite'], here)).code).toBe(0);
  // What an export made may be replaced by the next one.
  expect((await brine(['export', 'work.pkl', 'own.js'], here)).code).toBe(0);
  expect(read('own.js')).toContain('class Loud');
});

test('mistakes are told with what is right, and exit codes', async () => {
  writeFileSync(join(folder.path, 'torn.pkl'), readFileSync(join(folder.path, 'work.pkl')).subarray(0, 900));
  writeFileSync(join(folder.path, 'no.pkl'), 'no snapshot');
  const runs = [
    [['work.pkl', 'notes.pdf'], 2, /notes\.pdf does not say what to make.*\.ipynb/],
    [['gone.pkl', 'n.md'], 1, /gone\.pkl/],
    [['torn.pkl', 'n.md'], 3, /SNAPSHOT_/],
    [['no.pkl', 'n.md'], 3, /SNAPSHOT_MAGIC/],
    [['work.pkl', 'no-folder/n.md'], 1, /no-folder/],
    [['work.pkl', 'n.md', '--odd'], 2, /brine export has no --odd/],
    [['work.pkl'], 2, /brine export needs <file>/],
  ] as const;
  for (const [given, exit, said] of runs) {
    const { code, stderr } = await brine(['export', ...given], here);
    expect([given, code, stderr]).toEqual([given, exit, expect.stringMatching(said)]);
  }
  expect(existsSync(join(folder.path, 'n.md'))).toBe(false);
  const { stderr } = await brine(['--keep-going'], {
    ...here,
    input: '.export\n.export a.txt\n.export a.md x\n.save a.md --encrypt\nawait 1\n.export a.cjs\n',
  });
  expect(stderr).toMatch(/\.export needs a file/);
  expect(stderr).toMatch(/a\.txt does not say what to make/);
  expect(stderr).toMatch(/an export has the whole session, not x alone/);
  expect(stderr).toMatch(/--encrypt is for snapshots, and a\.md is an export/);
  expect(stderr).toMatch(/CommonJS cannot\n.*\.mjs or \.js {2}\[SESSION_EXPORT\]/);
});
