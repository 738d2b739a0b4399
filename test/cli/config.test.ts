// Goal: the strongest of flag, variable, project's file and user's file counts, and whoever says something wrong is told where.
// Method: files in two folders, and commands in this process; one real prompt's worth of saving reads them.

import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { pipe, temporaryFolder } from '../helpers/brine.js';
import { commandLine } from '../helpers/command-line.js';

const folder = temporaryFolder();
afterAll(() => folder.remove());
const home = join(folder.path, 'home');
const project = join(folder.path, 'project', 'deep');
const user = join(home, '.brinerc.json');
const own = join(folder.path, 'project', '.brinerc.json');
const env = { HOME: home, BRINE_HISTORY: '', BRINE_HOME: join(folder.path, 'keys') };
beforeEach(() => {
  for (const place of [home, project]) mkdirSync(place, { recursive: true });
  for (const file of [user, own]) rmSync(file, { force: true });
});

async function said(
  name: string,
  more: Record<string, string> = {},
  flags: readonly string[] = [],
): Promise<unknown[]> {
  const run = await commandLine([...flags, 'config', '--json'], { cwd: project, env: { ...env, ...more } });
  expect(run.stderr).toBe('');
  const found = (JSON.parse(run.stdout) as any[]).find((one) => one.name === name);
  return [found.value, found.from, found.source];
}

test('the strongest counts, and where it was said is told', async () => {
  expect(await said('saveOnExit')).toEqual([null, 'default', null]);
  writeFileSync(user, '{"saveOnExit": "yes", "exclude": ["a*"]}');
  expect(await said('saveOnExit')).toEqual(['yes', 'user', user]);
  writeFileSync(own, '{"saveOnExit": "no", "exclude": ["b*"]}');
  expect(await said('saveOnExit')).toEqual(['no', 'project', own]);
  expect(await said('exclude')).toEqual([['b*'], 'project', own]);
  const variable = { BRINE_SAVE_ON_EXIT: 'ask' };
  expect(await said('saveOnExit', variable)).toEqual(['ask', 'environment', 'BRINE_SAVE_ON_EXIT']);
  expect(await said('saveOnExit', variable, ['--save-on-exit', 'yes'])).toEqual([
    'yes',
    'flag',
    '--save-on-exit',
  ]);
});

test('a passphrase is never shown', async () => {
  expect(await said('BRINE_PASSPHRASE', { BRINE_PASSPHRASE: 'hush' })).toEqual([
    null,
    'environment',
    'BRINE_PASSPHRASE',
  ]);
  const { stdout } = await commandLine(['config'], {
    cwd: project,
    env: { ...env, BRINE_PASSPHRASE: 'hush' },
  });
  expect(stdout).toContain('(not shown)');
  expect(stdout).not.toContain('hush');
});

/** `[what, file, content, error]` */
const WRONG: readonly (readonly [string, string, string, RegExp])[] = [
  [
    'an unknown key',
    own,
    '{"exlude": []}',
    /project\/\.brinerc\.json: there is no key "exlude"\n {2}did you mean exclude\?/,
  ],
  [
    'a wrong type in the user file',
    user,
    '{"generations": "5"}',
    /home\/\.brinerc\.json: the key "generations" has the wrong form\n {2}it takes/,
  ],
  ['no object', own, '[]', /it is no object\n {2}the keys are exclude/],
  ['no JSON', user, '{', /home\/\.brinerc\.json: it is no JSON/],
];
for (const [what, file, content, error] of WRONG)
  test(`${what} is named with its file`, async () => {
    writeFileSync(file, content);
    const run = await commandLine(['config'], { cwd: project, env });
    expect(run.stderr).toMatch(error);
    expect(run.code).toBe(2);
  });

test('a wrong variable is named with what it takes', async () => {
  const run = await commandLine(['config'], { cwd: project, env: { ...env, BRINE_AUTOSAVE: 'sometimes' } });
  expect([run.code, run.stderr]).toEqual([
    2,
    expect.stringMatching(/BRINE_AUTOSAVE takes on, off, exit, not sometimes/),
  ]);
});

test('saves follow the files, whatever the variables say', async () => {
  writeFileSync(user, '{"exclude": ["tmp*"]}');
  const { stdout, code } = await pipe('let tmpA = 1, kept = 2\n.save w.pkl --json\n.config --json', {
    cwd: project,
    env: { ...env, BRINE_SAVE_ON_EXIT: 'perhaps' },
  });
  expect(stdout.split('\n')[0]).toMatch(/"saved":\["kept"\]/);
  expect(code).toBe(2);
});
