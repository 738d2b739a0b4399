// Goal: who leaves with unsaved changes is asked once, R-style, unless a setting has answered; nothing is lost unsaid; signals, closed
// terminals and pipes are never asked.
// Method: the built program in a pseudo-terminal: every way out, every answer, every place of the setting; then what is on the disk.

import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { BRINE, pipe, temporaryFolder } from '../helpers/brine.js';
import { KEY, TerminalProgram } from '../helpers/terminal.js';

const folder = temporaryFolder();
const running: TerminalProgram[] = [];
afterEach(() => {
  for (const program of running.splice(0)) program.kill();
});
afterAll(() => folder.remove());

const QUESTION = /Save workspace image[^?]*\? \[y\]es[^[]*\[n\]o \([^)]*\), \[c\]ancel: *$/;
const PROMPT = /In\[\d+\]> *$/;
let count = 0;

interface Started {
  readonly program: TerminalProgram;
  readonly cwd: string;
  readonly env: Record<string, string>;
}

async function start(
  env: Record<string, string> = {},
  { words = [], config }: { words?: readonly string[]; config?: object } = {},
): Promise<Started> {
  const cwd = join(folder.path, `folder-${++count}`);
  mkdirSync(cwd);
  if (config !== undefined) writeFileSync(join(cwd, '.brinerc.json'), JSON.stringify(config));
  const own = { XDG_STATE_HOME: join(cwd, 'state'), BRINE_HOME: join(folder.path, 'home') };
  const all = { ...own, BRINE_AUTOSAVE: 'on', BRINE_SAVE_ON_EXIT: '', ...env };
  const program = new TerminalProgram([BRINE, ...words], { cwd, columns: 110, env: all });
  running.push(program);
  await program.waitFor(PROMPT);
  return { program, cwd, env: all };
}

async function codeOf(program: TerminalProgram): Promise<number> {
  for (const deadline = Date.now() + 15_000; program.exitCode === undefined; ) {
    if (Date.now() > deadline) throw new Error(`it does not end:\n${await program.screen()}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return program.exitCode;
}

const lengthOf = async (cwd: string, env: Record<string, string>, file: string): Promise<string> =>
  (await pipe(`.load ${file}\nlist.length`, { cwd, env })).stdout.trim();

const unsaved = ({ cwd }: Started): number => readdirSync(join(cwd, 'state', 'brine', 'autosave')).length;

describe('with unsaved changes', () => {
  test('y asks for a name when there is none, saves and leaves; the next y needs no name', async () => {
    const { program, cwd, env } = await start();
    await program.run('const list = [1]', 2);
    program.type(`.exit 7${KEY.enter}`);
    await program.waitFor(QUESTION);
    program.type(`y${KEY.enter}`);
    await program.waitFor(/save as \(a file or a name\): *$/);
    program.type(`kept.pkl${KEY.enter}`);
    expect(await codeOf(program)).toBe(7);
    expect(await lengthOf(cwd, env, 'kept.pkl')).toBe('1');

    const again = new TerminalProgram([BRINE, 'kept.pkl'], { cwd, columns: 110, env });
    running.push(again);
    await again.waitFor(/In\[2\]> *$/);
    await again.run('list.push(2)', 3);
    again.type(KEY.ctrlD);
    expect(await again.waitFor(QUESTION)).toMatch(
      /image to kept\.pkl\? \[y\]es, \[n\]o \(\.recover has it\), \[c\]ancel: *$/,
    );
    again.type(`y${KEY.enter}`);
    expect(await codeOf(again)).toBe(0);
    expect(await lengthOf(cwd, env, 'kept.pkl')).toBe('2');
    expect(unsaved({ program, cwd, env }), 'what is saved is not offered again').toBe(0);
  });

  test('n saves to no file, and the next start offers it', async () => {
    const started = await start();
    const { program, cwd, env } = started;
    await program.run('const list = [1]', 2);
    program.type(KEY.ctrlD);
    await program.waitFor(QUESTION);
    program.type(`n${KEY.enter}`);
    expect(await codeOf(program)).toBe(0);
    expect(await program.screen()).toContain('unsaved work is kept: .recover brings it back');
    expect(existsSync(join(cwd, 'kept.pkl'))).toBe(false);
    const next = new TerminalProgram([BRINE], { cwd, columns: 110, env });
    running.push(next);
    await next.waitFor(PROMPT);
    expect(await next.screen()).toContain('unsaved: 1 name');
    await next.run('.recover', 2);
    expect(await next.run('list', 3)).toContain('[ 1 ]');
  });

  test('c, Ctrl-C, no name and an answer that is none keep the shell', async () => {
    const { program } = await start();
    await program.run('const list = [1]', 2);
    for (const keys of [`c${KEY.enter}`, KEY.ctrlC]) {
      program.type(KEY.ctrlD);
      await program.waitFor(QUESTION);
      program.type(keys);
      await program.waitFor(/In\[2\]> *$/);
    }
    program.type(KEY.ctrlD);
    await program.waitFor(QUESTION);
    program.type(`perhaps${KEY.enter}`);
    await program.waitFor(/\nanswer with y, n or c\nSave workspace image\? [^\n]*: *$/);
    program.type(`y${KEY.enter}`);
    await program.waitFor(/save as \(a file or a name\): *$/);
    program.type(KEY.enter);
    await program.waitFor(/In\[2\]> *$/);
    expect(await program.run('list.length', 3)).toMatch(/\n1\nIn/);
  });

  test('a second Ctrl-D leaves where autosave keeps the work, and stays where nothing does', async () => {
    const kept = await start();
    await kept.program.run('const list = [1]', 2);
    kept.program.type(KEY.ctrlD);
    await kept.program.waitFor(QUESTION);
    kept.program.type(KEY.ctrlD);
    expect(await codeOf(kept.program)).toBe(0);
    expect(unsaved(kept)).toBe(1);

    const { program } = await start({ BRINE_AUTOSAVE: 'off' });
    await program.run('const list = [1]', 2);
    program.type(KEY.ctrlD);
    expect(await program.waitFor(QUESTION)).toContain('[n]o (it is lost)');
    program.type(KEY.ctrlD);
    await program.waitFor(/In\[2\]> *$/);
    expect(await program.run('list.length', 3)).toMatch(/\n1\nIn/);
  });

  test('a second Ctrl-C at an empty line asks too', async () => {
    const { program } = await start();
    await program.run('const list = [1]', 2);
    program.type(KEY.ctrlC);
    await program.waitFor(/press Ctrl\+C again[\s\S]*In\[2\]> *$/);
    program.type(KEY.ctrlC);
    await program.waitFor(QUESTION);
    program.type(`c${KEY.enter}`);
    await program.waitFor(/In\[2\]> *$/);
  });

  test('a save that fails keeps the shell and says why', async () => {
    const { program } = await start();
    await program.run('const list = [1]', 2);
    program.type(`.exit${KEY.enter}`);
    await program.waitFor(QUESTION);
    program.type(`y${KEY.enter}`);
    await program.waitFor(/save as \(a file or a name\): *$/);
    program.type(`no/such/folder.pkl${KEY.enter}`);
    expect(await program.waitFor(/In\[2\]> *$/)).toContain('cannot save');
    expect(await program.run('list.length', 3)).toMatch(/\n1\nIn/);
  });

  for (const [signal, code] of [
    ['SIGHUP', 129],
    ['SIGTERM', 143],
  ] as const) {
    test(`${signal} asks nothing, also while the question stands`, async () => {
      for (const isAsking of [false, true]) {
        const started = await start();
        const { program } = started;
        await program.run('const list = [1]', 2);
        if (isAsking) {
          program.type(KEY.ctrlD);
          await program.waitFor(QUESTION);
        }
        program.kill(signal);
        expect(await codeOf(program)).toBe(code);
        expect((await program.screen()).includes('Save workspace'), `${isAsking}`).toBe(isAsking);
        expect(unsaved(started)).toBe(1);
      }
    });
  }
});

describe('the setting', () => {
  test('yes saves to the file of the session without a question: by flag, environment and project', async () => {
    for (const [env, more] of [
      [{}, { words: ['--save-on-exit', 'yes'] }],
      [{ BRINE_SAVE_ON_EXIT: 'yes' }, {}],
      [{}, { config: { saveOnExit: 'yes' } }],
    ] as const) {
      const { program, cwd, env: all } = await start(env, more);
      await program.run('const list = [1]', 2);
      await program.run('.save work', 2);
      await program.run('list.push(2, 3)', 3);
      program.type(KEY.ctrlD);
      expect(await codeOf(program)).toBe(0);
      expect(await program.screen()).not.toContain('Save workspace');
      expect(await lengthOf(cwd, all, 'work')).toBe('3');
    }
  });

  test('no leaves at once; the flag goes before the environment, and that before the project', async () => {
    const started = await start(
      { BRINE_SAVE_ON_EXIT: 'ask' },
      { words: ['--save-on-exit', 'no'], config: { saveOnExit: 'yes' } },
    );
    await started.program.run('const list = [1]', 2);
    started.program.type(`.exit${KEY.enter}`);
    expect(await codeOf(started.program)).toBe(0);
    expect(await started.program.screen()).not.toContain('Save workspace');
    expect(unsaved(started)).toBe(1);
  });

  test('a word that it does not have is said, and the question asked', async () => {
    const { program } = await start({ BRINE_SAVE_ON_EXIT: 'maybe' });
    await program.run('const list = [1]', 2);
    program.type(`.exit${KEY.enter}`);
    expect(await program.waitFor(QUESTION)).toContain('BRINE_SAVE_ON_EXIT takes ask, yes, no, not maybe');
  });
});

test('nothing unsaved, or nothing made, is no question', async () => {
  const { program } = await start();
  await program.run('1 + 1', 2);
  program.type(KEY.ctrlD);
  expect(await codeOf(program)).toBe(0);
  expect(await program.screen()).not.toContain('Save workspace');

  const { program: other } = await start();
  await other.run('const list = [1]', 2);
  await other.run('.save saved.pkl', 2);
  other.type(KEY.ctrlD);
  expect(await codeOf(other)).toBe(0);
  expect(await other.screen()).not.toContain('Save workspace');
});

test('a pipe is never asked, whatever the setting', async () => {
  const env = { BRINE_SAVE_ON_EXIT: 'ask' };
  expect(await pipe('const list = [1]\n.exit 3', { cwd: folder.path, env })).toMatchObject({
    code: 3,
    stdout: '',
  });
});
