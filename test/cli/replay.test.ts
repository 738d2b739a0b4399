// Goal: a replay says which names the session's inputs make again, in a process of its own, and runs a stranger's inputs
// only when told to.
// Method: the built program with inputs that give the same, something else, nothing, and what cannot be saved; a session whose
// names were changed by more than its inputs; on a terminal.

import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { BRINE, brine, pipe, temporaryFolder } from '../helpers/brine.js';
import { TerminalProgram } from '../helpers/terminal.js';

const folder = temporaryFolder();
afterAll(() => folder.remove());
const as = (who: string) => ({ cwd: folder.path, env: { BRINE_HOME: join(folder.path, who) } });

const INPUT = `let sum = 1 + 1
const when = process.hrtime.bigint()
enum Level { low = 1 }
const list = [sum]; list.push(list)
const read = JSON.parse(require('node:fs').readFileSync('input.json', 'utf8'))
const f = (() => { let n = 5; return () => n++ })()
console.log('printed'); console.log('{"not": "the answer"}')
const port = new MessageChannel()
globalThis.later = setInterval(() => {}, 1000)
`;

test('what comes out again, what differs, what is missing and what cannot be said', async () => {
  writeFileSync(join(folder.path, 'input.json'), '{"a":1}');
  expect(await pipe(`${INPUT}.drop later\n.save work.pkl\n.exit`, as('me'))).toMatchObject({ code: 0 });
  writeFileSync(join(folder.path, 'input.json'), 'no json');
  const { stdout, stderr, code } = await brine(['verify', 'work.pkl', '--replay', '--json'], as('me'));
  expect({ stderr, code }).toEqual({ stderr: '', code: 4 });
  const { names, failed, cells, isReproducible } = JSON.parse(stdout);
  expect(names.map((each: { name: string; state: string }) => `${each.name} ${each.state}`)).toEqual([
    'Level same',
    'f same',
    'list same',
    'port unsure',
    'read missing',
    'sum same',
    'when differs',
  ]);
  expect(failed).toMatchObject([{ error: expect.stringContaining('SyntaxError') }]);
  expect([cells > 8, isReproducible]).toEqual([true, false]);
  const text = await brine(['verify', 'work.pkl', '--replay'], as('me'));
  expect(text.stdout).toMatch(/^✗ \d+ inputs run again: 4 of 7 names come out as they are\n/);
  expect(text.stdout).toMatch(/\n {2}when +differs +when {2}\d+n then, \d+n now\n/);
});

test('a stranger’s inputs run only when they may', async () => {
  const input = `require('node:fs').writeFileSync('${join(folder.path, 'ran')}', '1')\nlet a = 1\n.save theirs.pkl`;
  expect(await pipe(input.replace('ran', 'first'), as('them'))).toMatchObject({ code: 0 });
  const refused = await brine(['verify', 'theirs.pkl', '--replay'], as('me'));
  expect(refused).toMatchObject({ code: 3, stdout: '' });
  expect(refused.stderr).toContain('a replay would run its inputs');
  expect(await brine(['verify', 'theirs.pkl', '--replay', '--trust'], as('me'))).toMatchObject({ code: 0 });
  expect(existsSync(join(folder.path, 'first'))).toBe(true);
});

test('at the prompt the session is replayed elsewhere and stays as it is', async () => {
  const program = new TerminalProgram([BRINE], { cwd: folder.path });
  try {
    await program.waitFor(/In\[1\]> *$/);
    await program.run('globalThis.runs = (globalThis.runs ?? 0) + 1', 2);
    await program.run('let a = { b: 1 }', 3);
    expect(await program.run('.verify --replay', 3)).toMatch(
      /✓ 2 inputs run again: all 2 names come out as they are\n/,
    );
    await program.run('const r = Math.random()', 4);
    expect(await program.run('.verify --replay', 4)).toMatch(
      /✗ 3 inputs run again: 2 of 3 names[^\n]*\n {2}r +differs/,
    );
    expect(await program.run('runs', 5)).toMatch(/\n1\nIn/);
  } finally {
    program.kill();
  }
});
