// Goal: what one does all day at the prompt works in a real terminal: earlier cells and values, an editor, times, looking
// around in the names and picking a saved session.
// Method: the built program in a pseudo-terminal, one session for several claims, because starting one is what takes long.

import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { BRINE, temporaryFolder } from '../helpers/brine.js';
import { findNode } from '../helpers/nodes.js';
import { KEY, type TerminalOptions, TerminalProgram } from '../helpers/terminal.js';

const folder = temporaryFolder();
const running: TerminalProgram[] = [];
afterEach(() => {
  for (const program of running.splice(0)) program.kill();
});
afterAll(() => folder.remove());

const editor = join(folder.path, 'editor.sh');
writeFileSync(editor, '#!/bin/sh\nsed -i s/2/20/ "$2"\n');
chmodSync(editor, 0o755);

for (const major of [20, 24]) {
  const node = findNode(major);
  if ('missing' in node) console.warn(`living in the prompt is not tested on Node ${major}: ${node.missing}`);
  describe.skipIf('missing' in node)(`on Node ${major}`, () => {
    const command = 'path' in node ? node.path : '';
    const env = { BRINE_HOME: join(folder.path, `home-${major}`) };

    async function start(options: Partial<TerminalOptions> = {}): Promise<TerminalProgram> {
      const program = new TerminalProgram([BRINE], {
        command,
        cwd: folder.path,
        ...options,
        env: { ...env, ...options.env },
      });
      running.push(program);
      await program.waitFor(/In\[\d+\]> *$/);
      return program;
    }

    test('earlier cells and values: In, Out, .history, .rerun, .edit, .time', async () => {
      const program = await start({ env: { VISUAL: `${editor} --wait` } });
      await program.run('let n = 1', 2);
      await program.run('n + 2', 3);
      expect(await program.run('Out[2] + In[1].length', 4)).toMatch(/\n12\nIn/);
      expect(await program.run('.rerun 2-3', 6)).toMatch(
        /In\[4\]> n \+ 2\n3\nIn\[5\]> Out\[2\].*\n12\nIn\[6\]/,
      );
      expect(await program.run('.edit 2', 7)).toMatch(/In\[6\]> n \+ 20\n21\nIn\[7\]/);
      program.type(KEY.up);
      await program.waitFor(/In\[7\]> n \+ 20(?:\n21)?$/);
      program.type(KEY.ctrlU);
      expect(await program.run('.time n', 8)).toMatch(
        /\n1\n[\d.]+ m?s · CPU [\d.]+ m?s · [+-][\d.]+ k?M?B on the heap\nIn/,
      );
      expect(await program.run('.history 2 n +', 8)).toMatch(/\n 4 {3}n \+ 2 .* ms\n 6 {3}n \+ 20 .* ms\nIn/);
      expect(await program.run('.edit nope', 8)).toMatch(/there is no nope/);
      program.type(`.rerun 99${KEY.enter}`);
      await program.waitFor(/there is no cell 99\n {2}\.history lists the cells\nIn\[8\]> *$/);
    });

    test('the names can be looked around in', async () => {
      const program = await start({ rows: 24, columns: 80 });
      await program.run('const users = [{ name: "ada", tags: new Set(["x"]) }, { name: "bo" }]', 2);
      await program.run('let big = "x".repeat(5000); const db = new FinalizationRegistry(() => {})', 3);
      program.type(`.vars -i${KEY.enter}`);
      await program.waitFor(/variables +1\/3[\s\S]*› big +let +string[\s\S]*q quit/);
      program.type(KEY.down);
      await program.waitFor(/› db ✗ +const +FinalizationRegistry/);
      program.type('w');
      await program.waitFor(/db {2}cannot be saved[\s\S]*q quit/);
      program.type('s');
      await program.waitFor(/› big +let +string +5\.\d kB/);
      program.type('/us');
      await program.waitFor(/variables +1\/1[\s\S]*› users/);
      program.type(KEY.enter);
      await program.waitFor(/\/us · /);
      program.type(KEY.enter);
      await program.waitFor(/variables → users +1\/2[\s\S]*› \[0\] +Object\{2\}/);
      program.type(KEY.enter);
      await program.waitFor(/variables → users\[0\] +1\/2[\s\S]*› \.name +string +"ada"/);
      program.type(`${KEY.left}`);
      await program.waitFor(/variables → users +1\/2/);
      program.type(`${KEY.left}`);
      await program.waitFor(/variables +1\/1/);
      program.type(KEY.escape);
      await program.waitFor(/variables +1\/3/);
      program.type('x');
      await program.waitFor(/stays out of what you save/);
      program.type(`${KEY.down}${KEY.down}`);
      await program.waitFor(/› users|› db/);
      program.type('q');
      await program.waitFor(/In\[3\]> *$/);
      const screen = await program.screen();
      expect(screen).not.toMatch(/variables|╭|│/);
      expect(await program.run('1 + 1', 4)).toMatch(/\n2\nIn/);
      expect(await program.run('.exclude', 4)).toMatch(/excluded {2}big/);
      expect(await program.run('.save look.pkl', 4)).toMatch(/left out +big/);
    });

    test('a name that was dropped by a wrong key is back with another', async () => {
      const program = await start({ rows: 24, columns: 80 });
      await program.run('const users = ["ada"], keep = 1', 2);
      program.type(`.vars -i${KEY.enter}`);
      await program.waitFor(/variables +1\/2[\s\S]*› keep/);
      expect(await program.screen()).not.toContain('u undo drop');
      program.type('d');
      await program.waitFor(/dropped keep; u puts it back/);
      program.type('d');
      // Also when nothing is left.
      await program.waitFor(/nothing[\s\S]*dropped users; u puts it back[\s\S]*u undo drop/);
      program.type('u');
      await program.waitFor(/› users[\s\S]*users is back/);
      program.type('u');
      expect(await program.waitFor(/keep is back/)).not.toContain('u undo drop');
      program.type('d');
      await program.waitFor(/dropped keep/);
      program.type('q');
      await program.waitFor(/\ndropped keep\nIn\[2\]> *$/);
      // As it was, and still a constant.
      expect(await program.run('users[0] + typeof keep', 3)).toContain("'adaundefined'");
      expect(await program.run('users = 1', 4)).toContain('TypeError');
    });

    test('a saved session is offered at the start, by number, and picked from a list', async () => {
      const first = await start();
      await first.run('let kept = 42', 2);
      await first.run('.save alpha', 2);
      await first.run('let other = 43', 3);
      await first.run('.save beta', 3);
      first.type(`.exit${KEY.enter}`);
      await first.waitForExit();
      const second = await start();
      expect(await second.screen()).toMatch(
        /\n {2}1 {2}beta +\d+ s ago +\d.* k?B\n {2}2 {2}alpha +\d+ s ago +.*\n\.load 1 brings beta back\nIn/,
      );
      expect(await second.run('.load 2', 2)).toMatch(/✓ alpha/);
      expect(await second.run('kept', 3)).toMatch(/\n42\nIn/);
      second.type(`.sessions -i${KEY.enter}`);
      await second.waitFor(/sessions +1\/2[\s\S]*› beta/);
      second.type('g');
      await second.waitFor(/sessions → beta +1\/1[\s\S]*› beta@1/);
      second.type(KEY.enter);
      await second.waitFor(/\[c\]ancel: *$/);
      second.type(`t${KEY.enter}`);
      await second.waitFor(/In\[2\]> kept\n42[\s\S]*✓ beta@1[\s\S]*In\[\d\]> *$/);
      expect(await second.run('other', 4)).toMatch(/\n43\nIn/);
    });
  });
}

test('Enter runs the command that was typed, not the one that is suggested', async () => {
  const cwd = join(folder.path, 'suggested');
  mkdirSync(cwd);
  writeFileSync(join(cwd, 'report.txt'), 'kept');
  const program = new TerminalProgram([BRINE], { cwd, env: { BRINE_HOME: join(cwd, 'home') } });
  running.push(program);
  await program.waitFor(/In\[1\]> *$/);
  await program.run('let total = 1', 2);
  for (const key of '.save rep') {
    program.type(key);
    await new Promise((resolve) => setTimeout(resolve, 40));
  }
  await program.waitFor(/\.save report\.txt/);
  expect(await program.run('', 2)).toMatch(/✓ rep@1/);
  expect(readFileSync(join(cwd, 'report.txt'), 'utf8')).toBe('kept');
  expect(await program.run('.vars', 2)).toMatch(/total +let/);
});

test('where there is no room for a view, the same is printed by another command', async () => {
  const program = new TerminalProgram([BRINE], { cwd: folder.path, rows: 8, columns: 80 });
  running.push(program);
  await program.waitFor(/In\[1\]> *$/);
  expect(await program.run('.vars -i', 1)).toMatch(/needs a terminal of at least 40 columns and 12 rows/);
});
