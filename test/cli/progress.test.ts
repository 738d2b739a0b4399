// Goal: a long save, a long load and a long question show how fast they are and how long they still take, and Ctrl-C ends them, also
// while a file is written and while an answer is computed: the file and the session are as they were, and the prompt goes on. So do
// questions about large files on the command line.
// Method: one prompt in a pseudo-terminal with a session that takes seconds; what is on the disk is compared byte for byte.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { paceOf, paceText } from '../../cli/views/pace.js';
import { BRINE, temporaryFolder } from '../helpers/brine.js';
import { KEY, TerminalProgram } from '../helpers/terminal.js';

test('the pace in words', () => {
  const state = { phase: 'walking', done: 20_000, total: undefined } as const;
  expect(paceText(paceOf(state, 2000), 'objects')).toBe('20,000 objects  10,000/s');
  expect(paceText(paceOf(state, 2000, 50_000), 'objects')).toBe('20,000 objects  10,000/s  about 3.0 s left');
  expect(paceText(paceOf({ ...state, total: 20_001 }, 2000, 9), 'objects')).toContain('about 1.0 s left');
  expect(paceText(paceOf(state, 2000, 10_000), 'objects')).toBe('20,000 objects  10,000/s');
});

const folder = temporaryFolder();
let program: TerminalProgram | undefined;
afterAll(() => {
  program?.kill();
  folder.remove();
});

test('Ctrl-C ends a save and a load, and nothing is lost', async () => {
  const file = join(folder.path, 'w.pkl');
  program = new TerminalProgram([BRINE], {
    cwd: folder.path,
    env: { HOME: folder.path, BRINE_HOME: join(folder.path, 'home'), BRINE_PROGRESS: '1' },
  });
  await program.waitFor(/In\[1\]> *$/);
  await program.run('let small = 1', 2);
  await program.run('.save w.pkl', 2);
  const before = readFileSync(file);
  const expectNothingLeft = (): void => {
    expect(readFileSync(file).equals(before)).toBe(true);
    // Neither a temporary file nor a claim.
    expect(readdirSync(folder.path).filter((name) => !['home', 'w.pkl', '.local'].includes(name))).toEqual(
      [],
    );
  };
  // Nothing to walk, much to write.
  await program.run('let big = Array.from({ length: 50 }, (_, i) => new Uint8Array(1e7).fill(i)); 0', 3);
  program.type(`.save w.pkl${KEY.enter}`);
  await program.waitForMoment(/[1-9]\d?% {2}writing\nsaving w\.pkl {3}[\d,]+ bytes/);
  program.type(KEY.ctrlC);
  await program.waitFor(/✗ saving w\.pkl: cancelled\n {2}nothing was changed\nIn\[3\]> *$/);
  expectNothingLeft();
  // Maps are read one by one, so that this takes a while on any machine.
  await program.run('big = Array.from({ length: 4e5 }, (_, i) => new Map([[i, { i }]])); 0', 4);
  program.type(`.save w.pkl${KEY.enter}`);
  expect(await program.waitForMoment(/objects {2}[\d,]+\/s/)).toContain('Ctrl-C cancels');
  program.type(KEY.ctrlC);
  const screen = await program.waitFor(/✗ saving w\.pkl: cancelled\n {2}nothing was changed\nIn\[4\]> *$/);
  expect(screen).not.toContain('Ctrl-C cancels');
  expectNothingLeft();
  expect(await program.run('[small, big.length, big[5].get(5)]', 5)).toContain('[ 1, 400000, { i: 5 } ]');
  // Questions walk the session, too; and then what they found.
  for (const [question, phase, unit] of [
    ['.size', 'walking', 'objects'],
    ['.retains big', 'linking|following|weighing', 'values|fields'],
  ]) {
    program.type(`${question}${KEY.enter}`);
    const name = question!.split(' ')[0]!.replace('.', '\\.');
    await program.waitForMoment(
      new RegExp(`(?:${phase})\\n *answering ${name}[\\s\\S]*(?:${unit}) {2}[\\d,]+/s`),
    );
    program.type(KEY.ctrlC);
    await program.waitFor(
      new RegExp(`✗ answering ${name}: cancelled\\n {2}nothing was changed\\nIn\\[5\\]> *$`),
    );
  }
  // The next one may end, and knows how many there are.
  program.type(`.save w.pkl --overwrite${KEY.enter}x`);
  await program.waitForMoment(/about [\d.]+ (s|min)/);
  expect(await program.waitFor(/✓ w\.pkl[\s\S]*In\[5\]> x *$/, 60_000)).toContain('2 names');
  program.type(`${KEY.ctrlU}small = 2; big = 'mine'${KEY.enter}`);
  await program.waitFor(/In\[6\]> *$/);
  program.type(`.load w.pkl --take --eager${KEY.enter}`);
  await program.waitForMoment(/building[\s\S]*\/s/, 30_000);
  program.type(KEY.ctrlC);
  await program.waitFor(/✗ loading w\.pkl: cancelled\n {2}nothing was changed\nIn\[6\]> *$/, 30_000);
  // Another process is ended with its command.
  program.type(`.verify w.pkl${KEY.enter}`);
  await program.waitForMoment(/waiting\nverifying w\.pkl {3}\d+ seconds/);
  program.type(KEY.ctrlC);
  await program.waitFor(/✗ verifying w\.pkl: cancelled\n {2}nothing was changed\nIn\[6\]> *$/);
  expect(await program.run('[small, big]', 7)).toContain("[ 2, 'mine' ]");
  program.type(`.exit${KEY.enter}`);
  expect(await program.waitForExit()).toBe(0);
});

test('a question about a large file shows how far it is beside its answer, and Ctrl-C ends it', async () => {
  // The shell lives on, and says what became of it.
  const script = `trap : INT; '${process.execPath}' '${BRINE}' "$@"; code=$?; echo; echo "code $code"`;
  const shell = (...words: readonly string[]): TerminalProgram =>
    new TerminalProgram(['-c', script, 'sh', ...words], {
      ...{ command: 'sh', cwd: folder.path, columns: 50 },
      env: { HOME: folder.path, BRINE_HOME: join(folder.path, 'home'), BRINE_PROGRESS: '1' },
    });
  const bytes = readFileSync(join(folder.path, 'w.pkl'));
  const ended = shell('retains', 'w.pkl', 'big');
  const whole = shell('size', 'w.pkl', '--json');
  try {
    await ended.waitForMoment(/brine retains w\.pkl big|brine retains w\.pkl {2}\d+% {2}/);
    ended.type(KEY.ctrlC);
    await ended.waitFor(/\ncode 130$/);
    expect(readFileSync(join(folder.path, 'w.pkl')).equals(bytes)).toBe(true);
    const screen = await whole.waitFor(/\ncode 0$/);
    expect(whole.raw).toMatch(/brine size w\.pkl {2}\d+% {2}(reading|linking) /);
    // Nothing of it stays.
    expect(screen).not.toContain('brine size');
    expect(screen).toMatch(/^\{"bytes":/);
  } finally {
    ended.kill();
    whole.kill();
  }
});
