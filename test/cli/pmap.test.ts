// Goal: `pmap` at the prompt calls cells' functions in threads, shows how far it is, ends with Ctrl-C, and is no name of the session.
// Method: one prompt in a pseudo-terminal; pipes for what needs no terminal.

import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { BRINE, pipe, temporaryFolder } from '../helpers/brine.js';
import { KEY, TerminalProgram } from '../helpers/terminal.js';

const folder = temporaryFolder();
let program: TerminalProgram | undefined;
afterAll(() => {
  program?.kill();
  folder.remove();
});
const env = { HOME: folder.path, BRINE_HOME: join(folder.path, 'home') };

test('it shows how far it is while a cell waits, Ctrl-C ends it, and the prompt goes on and ends', async () => {
  program = new TerminalProgram([BRINE], { cwd: folder.path, env });
  await program.waitFor(/In\[1\]> *$/);
  await program.run(
    'const slow = (ms) => { const end = Date.now() + ms; while (Date.now() < end); return ms }',
    2,
  );
  program.type(`await pmap(slow, Array(40).fill(100), { chunk: 1 })${KEY.enter}`);
  await program.waitForMoment(
    /mapping[\s\S]*pmap {3}\d+ items {2}\d+\/s {2}about[\s\S]*Ctrl-C cancels/,
    30_000,
  );
  const screen = await program.waitFor(/100, 100[\s\S]*In\[3\]> *$/, 30_000);
  expect(screen).not.toContain('Ctrl-C cancels');
  program.type(`await pmap(() => { for (;;); }, [1, 2, 3])${KEY.enter}`);
  await new Promise((resolve) => setTimeout(resolve, 500));
  program.type(KEY.ctrlC);
  await program.waitFor(/Interrupted\n+In\[4\]> *$/, 30_000);
  // The threads that hung are gone: others do this, or nobody would.
  expect(await program.run('(await pmap((n) => n * 2, [1, 2, 3])).join()', 5)).toContain("'2,4,6'");
  program.type(`.exit${KEY.enter}`);
  expect(await program.waitForExit()).toBe(0);
});

test('it is no name of the session, can be hidden, and comes back when it is dropped', async () => {
  const { stdout, stderr, code } = await pipe(
    [
      'const rate = 2',
      'class Point { constructor(x) { this.x = x } }',
      '(await pmap((x) => new Point(x * rate), [1, 2])).every((one) => one instanceof Point)',
      'const kept = pmap',
      '.vars',
      '.save a.pkl',
      'let pmap = 3',
      'pmap',
      '.drop pmap',
      'typeof pmap',
      '',
    ].join('\n'),
    { cwd: folder.path, env },
  );
  expect(code, stderr).toBe(0);
  expect(stdout).toMatch(/^true\n/);
  expect(stdout).not.toMatch(/^pmap /m);
  expect(stdout).toMatch(/\n3\n'function'\n$/);
  expect(stderr).toMatch(/3 names/);
  expect(stderr).not.toContain('skipped');
  const later = await pipe('.load a.pkl\n(await kept((n) => n + 1, [1, 2])).join()\n', {
    cwd: folder.path,
    env,
  });
  expect([later.stdout, later.code], later.stderr).toEqual(["'2,3'\n", 0]);
});

test('an option that there is not is refused, with the one that was meant', async () => {
  for (const [options, said] of [
    ['{ chunks: 2 }', 'there is no option "chunks"\n  did you mean chunk?'],
    ['null', 'the options are no object'],
  ]) {
    const { stderr, code } = await pipe(`await pmap((n) => n, [1], ${options})`, { cwd: folder.path, env });
    expect(code).toBe(1);
    expect(stderr).toContain(`Uncaught ParallelError: ${said}`);
  }
});
