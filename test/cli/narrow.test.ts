// Goal: the prompt works at 40 columns, in a terminal that can nothing, and in a locale without UTF-8; there it writes ASCII and no
// colours (but for the dots of texts that are cut short). A file of another kind is offered for import there, too.
// Method: one prompt in a pseudo-terminal of 40 columns that calls itself dumb; every byte that it writes is looked at.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { BRINE, temporaryFolder } from '../helpers/brine.js';
import { KEY, TerminalProgram } from '../helpers/terminal.js';
import { PICKLES } from './plain/python-fixtures.js';

const folder = temporaryFolder();
let program: TerminalProgram | undefined;
afterAll(() => {
  program?.kill();
  folder.remove();
});

test('40 columns, TERM=dumb, LANG=C', async () => {
  writeFileSync(join(folder.path, 'data.pkl'), Buffer.from(PICKLES[4] as string, 'base64'));
  // A pseudo-terminal says itself what it is called.
  program = new TerminalProgram(['TERM=dumb', process.execPath, BRINE], {
    command: 'env',
    cwd: folder.path,
    columns: 40,
    env: {
      ...{ HOME: folder.path, BRINE_HOME: join(folder.path, 'home'), BRINE_PROGRESS: '1' },
      ...{ LANG: 'C', LC_ALL: 'C' },
    },
  });
  await program.waitFor(/In\[1\]> *$/);
  await program.run('let a = [1, 2], f = () => a', 2);
  await program.run('const process = 1', 3);
  expect(await program.run('.vars', 3)).toMatch(/\na +Array\(2\) +\+ +\[ 1, 2 \]\n/);
  expect(await program.run('.save w.pkl', 3)).toMatch(/\+ w\.pkl/);
  expect(await program.run('.why f', 3)).toMatch(/\+ f can be saved/);
  expect(await program.run('.svae', 3)).toMatch(/did you mean \.save\?/);
  await program.run('.help', 3);
  program.type(`.load data.pkl${KEY.enter}`);
  await program.waitFor(/take its\s+plain\s+data\s+as\s+data\?\s+\[y\]es,\s+\[n\]o: *$/);
  program.type(`y${KEY.enter}`);
  await program.waitFor(/imported: data[\s\S]*In\[3\]> *$/);
  expect(await program.run('data.price', 4)).toContain("'1.5'");
  program.type(`.exit${KEY.enter}`);
  expect(await program.waitForExit()).toBe(0);
  const odd = [...program.raw].filter((character) => character > '~');
  expect([...new Set(odd)]).toEqual([]);
  expect(program.raw).not.toMatch(/\u001b\[\d*m/);
});
