// Goal: whoever asks is told what does not work here and what to do about it, and the page about it is true.
// Method: surroundings with something wrong in them, one at a time; the command in this process, its JSON against the table of
// docs/commands/doctor.md, and in a Node that must not read code.

import { chmodSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { examine, type Finding, type Surroundings } from '../../cli/doctor/checks.js';
import { page, table } from '../docs/markdown.js';
import { temporaryFolder } from '../helpers/brine.js';
import { commandLine } from '../helpers/command-line.js';

const folder = temporaryFolder();
afterAll(() => folder.remove());
let home: string;
let count = 0;
beforeEach(() => {
  home = join(folder.path, `home-${count++}`);
  mkdirSync(join(home, 'sessions'), { recursive: true, mode: 0o700 });
});

const around = (more: Partial<Surroundings> = {}): Surroundings => ({
  version: '20.20.2',
  environment: { BRINE_HOME: home, XDG_STATE_HOME: home, TERM: 'xterm-256color', LANG: 'C.UTF-8' },
  folder: home,
  output: { isTTY: true, columns: 100, getColorDepth: () => 8 },
  ...more,
});

function finding(check: string, more: Partial<Surroundings> = {}): Finding {
  const found = examine(around(more)).find((one) => one.check === check);
  if (found === undefined) throw new Error(`there is no check ${check}`);
  return found;
}

test('nothing is wrong where nothing is wrong, and nothing is left behind', () => {
  const found = examine(around());
  expect(found.filter(({ state }) => state === 'problem')).toEqual([]);
  expect(found.map(({ check }) => check)).toEqual(checksOfPage());
  expect(readdirSync(join(home, 'sessions'))).toEqual([]);
});

test('a Node that is too old is a problem, one that was not tried a note', () => {
  expect(finding('node', { version: '20.18.3' })).toMatchObject({
    state: 'problem',
    fix: expect.any(String),
  });
  expect(finding('node', { version: '20.19.0' }).state).toBe('ok');
  expect(finding('node', { version: '25.1.0' }).state).toBe('note');
  expect(finding('node', { version: '26.0.0' }).state).toBe('ok');
});

test('a terminal that shows less is a note', () => {
  const { environment } = around();
  expect(finding('terminal')).toMatchObject({ state: 'ok', found: '100 columns, 256 colours, UTF-8' });
  expect(finding('terminal', { output: {} }).state).toBe('note');
  expect(finding('terminal', { environment: { ...environment, TERM: 'dumb' } }).found).toContain('dumb');
  expect(finding('terminal', { environment: { ...environment, LANG: 'C' } }).fix).toContain('UTF-8');
  expect(finding('terminal', { output: { isTTY: true, columns: 30 } }).found).toContain('30 columns');
});

test('a configuration that is wrong is a problem with the nearest key', () => {
  writeFileSync(join(home, '.brinerc.json'), '{ "exlude": [] }');
  expect(finding('config')).toMatchObject({ state: 'problem', found: expect.stringContaining('exlude') });
  expect(finding('config').fix).toContain('exclude');
  writeFileSync(join(home, '.brinerc.json'), '{ "exclude": ["a*"], "saveOnExit": "no" }');
  expect(finding('config')).toMatchObject({ state: 'ok', found: '2 of project' });
});

test.skipIf(process.platform === 'win32')('a folder that others may write to is a problem', () => {
  chmodSync(join(home, 'sessions'), 0o777);
  const { state, fix } = finding('sessions');
  expect(state).toBe('problem');
  expect(fix).toContain('chmod');
});

test('the command prints JSON as its page says, and ends with 1 when something does not work', async () => {
  const env = { BRINE_HOME: home, XDG_STATE_HOME: home, HOME: home };
  const good = await commandLine(['doctor', '--json'], { cwd: home, env });
  expect(good.code).toBe(0);
  const fields = table(page('docs/commands/doctor.md'), 'field', 'type').map(({ field }) => field);
  for (const one of JSON.parse(good.stdout))
    expect(Object.keys(one).map((key) => `[].${key}`)).toEqual(fields);
  writeFileSync(join(home, '.brinerc.json'), '{ "exlude": [] }');
  const bad = await commandLine(['doctor'], { cwd: home, env });
  expect(bad.code).toBe(1);
  expect(bad.stdout).toMatch(/^✗ one thing does not work here\n/);
  expect(bad.stdout).toContain('→ config: did you mean exclude?');
  expect(existsSync(join(home, 'secret'))).toBe(false);
});

// The names in the first example of the page.
function checksOfPage(): string[] {
  const [, shown = ''] = /```text\n✓ brine works here\n(.*?)```/s.exec(page('docs/commands/doctor.md')) ?? [];
  return [...shown.matchAll(/^ {2}(\S.*?) +[✓·✗] /gm)].map(([, name]) => name as string);
}
