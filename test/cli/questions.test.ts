// Goal: questions asked at the prompt are answered on the screen, at 80 and at 40 columns, with Tab for names.
// Method: the built program in a pseudo-terminal.

import { afterAll, afterEach, expect, test } from 'vitest';
import { BRINE, temporaryFolder } from '../helpers/brine.js';
import { KEY, TerminalProgram } from '../helpers/terminal.js';

const folder = temporaryFolder();
const running: TerminalProgram[] = [];
afterEach(() => {
  for (const program of running.splice(0)) program.kill();
});
afterAll(() => folder.remove());

async function start(columns: number): Promise<TerminalProgram> {
  const program = new TerminalProgram([BRINE], { cwd: folder.path, columns, rows: 40 });
  running.push(program);
  await program.waitFor(/In\[\d+\]> *$/);
  await program.run('let db = { ports: [new MessageChannel()] }, f = ((d) => () => d)(db)', 2);
  return program;
}

test('every question has its answer on the screen', async () => {
  const program = await start(80);
  expect(await program.run('.why f', 2)).toMatch(
    /f {2}cannot be saved whole\n {2}path {2}f → captures d\.ports\[0\]\n {2}is {4}MessageChannel\n[\s\S]*code {2}In\[1\]:1[\s\S]*also {2}db\.ports\[0\]\n {2}do /,
  );
  expect(await program.run('.size', 2)).toMatch(/values, as a save writes them, about\n/);
  expect(await program.run('.deps f', 2)).toMatch(/\n {2}captures {2}d {2}/);
  expect(await program.run('.path f db', 2)).toMatch(/\nf → captures d\n/);
  expect(await program.run('.retains db', 2)).toMatch(/ held by {2}db\n {2}held by {2}f → captures d\n/);
  expect(await program.run('.origin db', 2)).toMatch(/ made by In\[1\]\n/);
  expect(await program.run('.trace', 2)).toMatch(/2 names, \d+ values/);
  // `.inspect` with each of its flags.
  await program.run('.save w.pkl', 2);
  expect(await program.run('.inspect w.pkl', 2)).toMatch(
    /\ndb +let +Object\{1\} +✗ part [\s\S]*missing or in part: brine why w\.pkl\n/,
  );
  expect(await program.run('.inspect w.pkl --code', 2)).toMatch(/\n {2}arrow {2}In\[1\]:1\n {4}\(\) => d\n/);
  expect(await program.run('.inspect w.pkl --all', 2)).toMatch(
    /\n {2}code +arrow +\d+ B +In\[1\]:1 +\(\) => d\n/,
  );
  expect((await program.run('.inspect w.pkl --json', 2)).replace(/\n/g, '')).toContain(
    '{"protocol":1,"fileBytes":',
  );
});

test('at 40 columns nothing is wider than the screen, and Tab completes names', async () => {
  const program = await start(40);
  const screen = await program.run('.why f', 2);
  expect(screen).toMatch(/path {2}f → captures d\.ports\[0\]\n/);
  const { length } = (await program.run('.help save', 2)).split('\n');
  const help = (await program.screen()).split('\n').slice(screen.split('\n').length);
  expect(length).toBeGreaterThan(20);
  // What is wrapped twice goes on between the columns.
  expect(help.filter((line) => /^ {9,19}\S/.test(line))).toEqual([]);
  expect([...screen.split('\n'), ...help].filter((line) => line.length > 40)).toEqual([]);
  await program.run('let longVariableName = [1]', 3);
  program.type(`.retains longV${KEY.tab}`);
  await program.waitFor(/\.retains longVariableName *$/);
});
