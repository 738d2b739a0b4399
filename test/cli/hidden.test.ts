// Goal: a name that hides one of Node's globals is told of once, the prompt goes on with everything it can, and `.drop` gives the
// global back.
// Method: one prompt in a pseudo-terminal hides what the prompt itself and Node use most; then cells, completion, commands, saving and
// loading run as before.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { BRINE, temporaryFolder } from '../helpers/brine.js';
import { KEY, TerminalProgram } from '../helpers/terminal.js';

const folder = temporaryFolder();
let program: TerminalProgram | undefined;
afterAll(() => {
  program?.kill();
  folder.remove();
});

test('hiding what everything stands on', async () => {
  program = new TerminalProgram([BRINE], {
    cwd: folder.path,
    env: { HOME: folder.path, BRINE_HOME: join(folder.path, 'home') },
  });
  await program.waitFor(/In\[1\]> *$/);
  expect(await program.run('const process = 1', 2)).toContain(
    "⚠ process hides a global of Node's; .drop process gives it back",
  );
  const screen = await program.run(
    'let fetch = 2, console = {}, setTimeout = 0, Buffer = 0, queueMicrotask = 0',
    3,
  );
  expect(screen).toMatch(
    /\n⚠ Buffer, console, fetch, queueMicrotask, setTimeout hide globals of Node's;\n {2}\.drop Buffer/,
  );
  await program.run(
    'class Map {}; class Promise {}; const Object = { hidden: true }, JSON = null, Symbol = 0',
    4,
  );
  // Once each: not again for what was told, nor for names that hide nothing.
  const again = await program.run('const fs = 1, kept = [process, fetch]; process + fetch', 5);
  expect(again).toMatch(/\n3\nIn\[5\]> *$/);
  expect(again.match(/process hides/g)).toHaveLength(1);
  await program.run('await 5', 6);
  program.type(`.dro${KEY.tab}`);
  await program.waitFor(/In\[6\]> \.drop *$/);
  program.type(KEY.ctrlU);
  expect(await program.run('.vars kept', 6)).toMatch(/kept +const +Array\(2\)/);
  expect(await program.run('.save w.pkl', 6)).toMatch(/✓ w\.pkl {3}\d+ names/);
  expect(existsSync(join(folder.path, 'w.pkl'))).toBe(true);
  expect(await program.run('.why kept', 6)).toContain('kept can be saved');
  expect(await program.run('.drop process fetch Map Promise Object JSON Symbol', 6)).toContain(
    'dropped process',
  );
  const back = '[process.pid > 0, typeof fetch, new Map([[1, 2]]).size, JSON.stringify({ a: 1 })]';
  expect(await program.run(back, 7)).toContain(`[ true, 'function', 1, '{"a":1}' ]`);
  expect(await program.run('.load w.pkl fetch --take', 7)).toMatch(/restored +fetch/);
  program.type(`.exit${KEY.enter}`);
  expect(await program.waitForExit()).toBe(0);
});
