// Goal: the address of a store works wherever a file does, at the prompt and on the command line, and its password shows nowhere.
// Method: the built program against a SQLite database, a server of this process and a real Redis; every file that it leaves is
// searched for the password.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BRINE, brine, pipe, temporaryFolder } from '../helpers/brine.js';
import { KEY, TerminalProgram } from '../helpers/terminal.js';
import { FileServer } from '../stores/file-server.js';
import { NO_REDIS, REDIS, type Running } from '../stores/servers.js';

const folder = temporaryFolder();
const server = new FileServer();
let running: Running;
beforeAll(async () => {
  running = await server.start();
});
afterAll(async () => {
  await running.close();
  folder.remove();
});
const options = { cwd: folder.path, env: { XDG_STATE_HOME: join(folder.path, 'state') } };

describe('a session in a SQLite database', () => {
  test('has a number for each save, and each comes back', async () => {
    const saved = await pipe(
      'let a = 1; const f = () => ++a\n.save sqlite:lab.db#work\nf()\n.save\n.save sqlite:lab.db#work@1',
      options,
    );
    expect(saved.stderr).toContain('sqlite:lab.db#work@1');
    expect(saved.stderr).toContain('sqlite:lab.db#work@2');
    expect(saved.stderr).toContain('.save takes no generation');
    const loaded = await pipe(
      '.load sqlite:lab.db#work\nf()\n.load sqlite:lab.db#work@1 --take\nf()\n.save',
      options,
    );
    expect(loaded.stdout.trim().split('\n')).toEqual(['3', '2']);
    expect(loaded.stderr).toContain('sqlite:lab.db#work@3');
  });

  test('is a file to the commands that read files', async () => {
    const vars = await brine(['vars', 'sqlite:lab.db#work@1'], options);
    expect(vars.stdout).toMatch(/^a +let/mu);
    const inspected = await brine(['inspect', 'sqlite:lab.db#work@1'], options);
    expect(inspected.stdout).toContain('sqlite:lab.db#work@1');
    const diff = await brine(['diff', 'sqlite:lab.db#work@1', 'sqlite:lab.db#work@2'], options);
    expect(diff.stdout).toContain('1 → 2');
    const there = await pipe('.load sqlite:lab.db#work@2\n.diff sqlite:lab.db#work@1\n.verify', options);
    expect(there.stdout).toContain('2 → 1'.split(' ')[0]);
    expect(there.stdout).toContain('undamaged');
    const evaluated = await brine(['eval', 'f() + 10', '--load', 'sqlite:lab.db#work@2'], options);
    expect(evaluated.stdout).toBe('13\n');
  });

  test('is not replaced by a session that does not know what is there', async () => {
    await pipe('let b = 1\n.save sqlite:other.db#w', options);
    const source = `.load sqlite:other.db#w
await new Promise((done) => setTimeout(done, 30));
(await import('node:child_process')).execFileSync(process.execPath, [${JSON.stringify(BRINE)}, 'eval', '0', '--save', 'sqlite:other.db#w']).length
.save
.save --overwrite
`;
    const { stderr, code } = await pipe(source, { ...options, env: { ...options.env } });
    expect(stderr).toContain('STORE_CONFLICT');
    expect(code).toBe(1);
    const goesOn = await brine(['-k'], { ...options, input: source });
    expect(goesOn.stderr).toContain('sqlite:other.db#w@4');
  });

  test('something else that is there stays', async () => {
    server.files.set('/notes.txt', Buffer.from('notes'));
    const { stderr } = await pipe(`let a = 1\n.save ${running.address}/notes.txt`, options);
    expect(stderr).toContain('was not replaced');
    expect(server.files.get('/notes.txt')?.toString()).toBe('notes');
  });
});

describe('brine copy', () => {
  test('takes a snapshot from any place to any other, and replaces nothing unasked', async () => {
    await pipe('let a = 1\n.save work.pkl\n.save named', options);
    const address = `${running.address}/copy.pkl`;
    const there = await brine(['copy', 'work.pkl', address], options);
    expect([there.code, there.stderr]).toEqual([0, '']);
    expect(there.stdout).toContain(`work.pkl → ${address}`);
    expect(
      Buffer.compare(server.files.get('/copy.pkl') as Buffer, readFileSync(join(folder.path, 'work.pkl'))),
    ).toBe(0);
    const again = await brine(['copy', 'named', address], options);
    expect([again.code, again.stdout]).toEqual([1, '']);
    expect(again.stderr).toContain('was not replaced');
    const forced = await brine(['copy', 'named', address, '--force', '--json'], options);
    expect(JSON.parse(forced.stdout)).toMatchObject({ from: 'named@1', to: address });
    expect((await brine(['copy', address, 'odd name.pkl'], options)).code).toBe(0);
    expect((await pipe('.load "odd name.pkl"\na', options)).stdout).toBe('1\n');
  });

  test('refuses what is no snapshot, and places that it cannot write to', async () => {
    writeFileSync(join(folder.path, 'text.txt'), 'hello there');
    const text = await brine(['copy', 'text.txt', 'b.pkl'], options);
    expect([text.code, text.stderr.includes('text.txt is ')]).toEqual([3, true]);
    const name = await brine(['copy', 'work.pkl', 'somename'], options);
    expect([name.code, name.stderr.includes('name of a session')]).toEqual([2, true]);
    const save = await brine(['copy', 'work.pkl', 'sqlite:lab.db#work@1'], options);
    expect([save.code, save.stderr.includes('always the newest')]).toEqual([2, true]);
    const nothing = await brine(['copy', 'redis://127.0.0.1:1/nothing', 'b.pkl'], options);
    expect([nothing.code, nothing.stderr.includes('STORE_READ')]).toEqual([1, true]);
  });
});

describe.skipIf(NO_REDIS !== undefined)(
  `a session in Redis${NO_REDIS === undefined ? '' : ` (${NO_REDIS})`}`,
  () => {
    test('comes back in another process, also a large one, read when it is touched', async () => {
      const address = `${REDIS}/cli/work`;
      const saved = await pipe(
        `let a = [1]; const big = Float64Array.from({ length: 1e6 }, (_, i) => i)\n.save ${address} --overwrite`,
        options,
      );
      expect(saved.stderr).toContain(`${address}   `);
      const loaded = await pipe(`.load ${address}\nbig[999999] + a[0]`, options);
      expect(loaded.stdout).toBe('1000000\n');
      expect(loaded.stderr).toContain('on touch');
    });
  },
);

const textsIn = (state: string): (readonly [string, string])[] =>
  readdirSync(state, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => [entry.name, readFileSync(join(entry.parentPath, entry.name), 'latin1')]);

test('a password in an address shows nowhere, and no file keeps it', async () => {
  const address = running.address.replace('http://', 'http://me:hunter2@');
  const state = join(folder.path, 'secret-state');
  const env = {
    XDG_STATE_HOME: state,
    BRINE_HOME: join(state, 'home'),
    BRINE_HISTORY: join(state, 'history.jsonl'),
  };
  const program = new TerminalProgram([BRINE], {
    cwd: folder.path,
    columns: 120,
    env: { ...env, BRINE_AUTOSAVE: 'on', BRINE_SAVE_ON_EXIT: '' },
  });
  let atWork: (readonly [string, string])[] = [];
  try {
    await program.waitFor(/In\[\d+\]> *$/);
    await program.run('let a = 1', 2);
    program.type(`.save ${address}/secret.pkl${KEY.enter}`);
    await program.waitFor(/✓ http:\/\/me:\*\*\*@/);
    program.type(`.load ${address}/secret.pkl --take${KEY.enter}`);
    await program.waitFor(/restored +a/);
    program.type(`.load ${address}/nothing.pkl${KEY.enter}`);
    await program.waitFor(/there is nothing at/);
    await program.run('a = 2', 3);
    await new Promise((resolve) => setTimeout(resolve, 300));
    // The journal says which commands ran.
    atWork = textsIn(state);
    expect(atWork.some(([, text]) => text.includes('"command"') && text.includes('me:***@'))).toBe(true);
    const typed = program.raw.split('hunter2').length - 1;
    program.type(`.exit${KEY.enter}`);
    await program.waitFor(/Save workspace image/);
    program.type(`y${KEY.enter}`);
    await program.waitFor(/: y[\s\S]*✓ http:\/\/me:\*\*\*@/);
    // Nothing but the lines as they were typed.
    expect(program.raw.split('hunter2').length - 1).toBe(typed);
  } finally {
    program.kill();
  }
  expect(server.files.has('/secret.pkl')).toBe(true);
  const texts = textsIn(state);
  expect(texts.some(([name, text]) => name === 'history.jsonl' && text.includes('me:***@'))).toBe(true);
  for (const [name, text] of [...atWork, ...texts]) expect(text, name).not.toContain('hunter2');
});
