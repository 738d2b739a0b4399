// Goal: what cells showed is kept with them: values, errors and what they printed; it is saved, comes back, is in no save that
// leaves names out, and shows no secret that was taken out.
// Method: the built program, piped and with `eval`; the files are read.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { describeSnapshot } from '../../src/index.js';
import { BRINE, brine, pipe, temporaryFolder } from '../helpers/brine.js';
import { TerminalProgram } from '../helpers/terminal.js';

const folder = temporaryFolder();
afterAll(() => folder.remove());
const here = { cwd: folder.path, env: { BRINE_HOME: join(folder.path, 'home') } };

function cellsOf(file: string): { source: string; output?: any }[] {
  const { meta } = describeSnapshot(readFileSync(join(folder.path, file)));
  return meta.session?.cells.map(({ source, output }) => ({ source, output })) ?? [];
}

test('values, errors and what was printed are saved with their cells, and come back', async () => {
  const input = [
    'const rows = [{ a: 1, b: "x" }, { a: 2, b: "y" }]',
    'rows',
    'void (console.log("hello"), console.error("again"))\n7',
    'process.stdout.write(Buffer.from("bytes\\n")) && undefined',
    'await new Promise((done) => setTimeout(() => { console.log("later"); done() }, 5))',
    'null.x',
    '[1, 2, 3, 4, 50]',
    '.save kept.pkl',
  ];
  const run = await brine(['--keep-going'], { ...here, input: input.join('\n') });
  expect(run.stdout).toContain('hello\n7\nbytes\nlater\n');
  expect(cellsOf('kept.pkl')).toEqual([
    { source: input[0], output: undefined },
    {
      source: 'rows',
      output: {
        text: "[ { a: 1, b: 'x' }, { a: 2, b: 'y' } ]",
        table: {
          columns: ['a', 'b'],
          rows: [
            ['1', 'x'],
            ['2', 'y'],
          ],
          rowsLeft: 0,
          columnsLeft: 0,
        },
      },
    },
    { source: 'void (console.log("hello"), console.error("again"))', output: { printed: 'hello\nagain\n' } },
    { source: '7', output: { text: '7' } },
    { source: input[3], output: { printed: 'bytes\n' } },
    { source: input[4], output: { printed: 'later\n' } },
    {
      source: 'null.x',
      output: { text: expect.stringMatching(/^Uncaught TypeError: Cannot read.*\n +at \[stdin\]:7:6$/) },
    },
    {
      source: input[6],
      output: { text: '[ 1, 2, 3, 4, 50 ]', plot: { values: [1, 2, 3, 4, 50], count: 5 } },
    },
  ]);
  const again = await pipe('.load kept.pkl\n1 + 1\n.save again.pkl', here);
  expect(again.code).toBe(0);
  const cells = cellsOf('again.pkl');
  expect(cells.slice(0, 7)).toEqual(cellsOf('kept.pkl').slice(0, 7));
  expect(cells.at(-1)).toEqual({ source: '1 + 1', output: { text: '2' } });
});

test('a cell that replaces the writer of the output keeps its own', async () => {
  const { stdout } = await pipe(
    'const real = process.stdout.write; let seen = 0; process.stdout.write = function (...given) { seen++; return real.apply(this, given) }\n' +
      'console.log("a")\nseen > 0',
    here,
  );
  expect(stdout).toContain('true');
});

test('`brine eval` keeps its value, `--quiet` nothing that was not shown', async () => {
  await brine(['eval', '6 * 7', '--save', 'eval.pkl'], here);
  expect(cellsOf('eval.pkl')).toEqual([{ source: '6 * 7', output: { text: '42' } }]);
  await brine(['--quiet'], { ...here, input: '6 * 7\n.save quiet.pkl' });
  expect(cellsOf('quiet.pkl')).toEqual([{ source: '6 * 7', output: undefined }]);
});

test('a save that leaves names out, or is told to, says of outputs only how long they were', async () => {
  const saves = [
    ['a.pkl', { text: "'the hidden text'" }],
    ['b.pkl open', { left: 17 }],
    ['c.pkl --exclude hidden', { left: 17 }],
    ['d.pkl --no-outputs', { left: 17 }],
  ] as const;
  const lines = saves.map(([words]) => `.save ${words}`).join('\n');
  await pipe(`const open = 1, hidden = "the hidden text"\nhidden\n${lines}`, here);
  for (const [words, output] of saves)
    expect(cellsOf(words.split(' ')[0] as string)[1]?.output, words).toEqual(output);
});

test('what is taken out as a secret is in no output either', async () => {
  const token = `ghp${'_'}aB3dE6gH9jK2mN5pQ8sT1vW4yZ7aB3dE6gH9jK2m`;
  const input = [
    `const config = { token: '${token}', db: { password: 'abc12' } }`,
    'config',
    'config.db.password',
    'console.log("with " + config.token)',
    '[config.db, config.db]',
    '.save secret.pkl --redact',
  ];
  await pipe(input.join('\n'), here);
  const shown = JSON.stringify(cellsOf('secret.pkl').map(({ output }) => output));
  expect(shown).not.toContain(token.slice(0, 12));
  expect(shown).not.toContain('abc12');
  expect(shown).toContain('[redacted]');
});

test('the prompt keeps what it shows', async () => {
  const program = new TerminalProgram([BRINE], { cwd: folder.path, env: here.env });
  try {
    await program.waitFor(/In\[1\]> *$/);
    await program.run('[1, { a: 2 }]', 2);
    await program.run('await console.log("printed")', 3);
    await program.run('null.x', 4);
    await program.run('.save typed.pkl', 4);
  } finally {
    program.kill();
  }
  expect(cellsOf('typed.pkl').map(({ output }) => output)).toEqual([
    { text: '[ 1, { a: 2 } ]' },
    { printed: expect.stringMatching(/^printed\r?\n$/) },
    { text: expect.stringMatching(/^Uncaught TypeError: Cannot read/) },
  ]);
});
