// Goal: the prompt behaves in a real terminal, on every supported line of Node.
// Method: the built program in a pseudo-terminal; keys are typed, the screen is read.

import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { BRINE, pipe, temporaryFolder } from '../helpers/brine.js';
import { findNode } from '../helpers/nodes.js';
import { KEY, type TerminalOptions, TerminalProgram } from '../helpers/terminal.js';

const folder = temporaryFolder();
const running: TerminalProgram[] = [];
afterEach(() => {
  for (const program of running.splice(0)) program.kill();
});
afterAll(() => folder.remove());

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

for (const major of [20, 24]) {
  const node = findNode(major);
  if ('missing' in node) console.warn(`the prompt is not tested on Node ${major}: ${node.missing}`);
  describe.skipIf('missing' in node)(`on Node ${major}`, () => {
    const command = 'path' in node ? node.path : '';

    async function start(
      parameters: readonly string[] = [],
      options: Partial<TerminalOptions> = {},
    ): Promise<TerminalProgram> {
      const program = new TerminalProgram([BRINE, ...parameters], { command, cwd: folder.path, ...options });
      running.push(program);
      await program.waitFor(/In\[\d+\]> *$/);
      return program;
    }

    test('the banner and the first prompt', async () => {
      const program = await start();
      expect(await program.screen()).toMatch(
        /^brine \d+\.\d+\.\d+ · Node \d+\.\d+\.\d+ · TypeScript on · \.help for commands\nIn\[1\]>$/,
      );
    });

    test('values, previews, _ and _error', async () => {
      const program = await start();
      program.type('1 + 41');
      await program.waitFor(/In\[1\]> 1 \+ 41\n42$/);
      program.type(KEY.enter);
      await program.waitFor(/\n42\nIn\[2\]> *$/);
      expect(await program.run('_ + 1', 3)).toMatch(/\n43\nIn/);
      await program.run('null.x', 4);
      expect(await program.run('_error.name', 5)).toMatch(/\n'TypeError'\nIn/);
      expect(await program.run('let quiet = 1', 6)).toMatch(/let quiet = 1\nIn\[6\]/);
      // Of the stack only what was typed.
      expect(await program.run('await null.x', 7)).toMatch(/'x'\)\n {4}at In\[6\]:1:\d+\nIn/);
    });

    test('typing runs nothing, and only what was entered is a cell', async () => {
      const program = await start();
      await program.run(
        'const box = { n: 10, add(k) { this.n += k; return this }, get tick() { return ++this.n } }',
        2,
      );
      for (const key of 'box.add(5).n') {
        program.type(key);
        await pause(40);
      }
      program.type(KEY.tab);
      await pause(100);
      program.type(KEY.enter);
      expect(await program.waitFor(/In\[3\]> *$/)).toMatch(/\n15\nIn\[3\]/);
      for (const key of 'box.tick.to') {
        program.type(key);
        await pause(40);
      }
      program.type(KEY.ctrlU);
      expect(await program.run('box.n', 4)).toMatch(/\n15\nIn\[4\]/);
      program.type(`.save typed.js${KEY.enter}`);
      await program.waitFor(/typed\.js[\s\S]*In\[4\]> *$/);
      expect(readFileSync(join(folder.path, 'typed.js'), 'utf8')).not.toMatch(/try|tick\.to/);
    });

    test('everything can be declared again', async () => {
      const program = await start();
      await program.run('const c = 1', 2);
      await program.run('const c = 2', 3);
      expect(await program.run('c', 4)).toMatch(/\n2\nIn/);
      expect(await program.run('c = 3', 5)).toMatch(
        /Uncaught TypeError: Assignment to constant variable\.\n {4}at In\[4\]/,
      );
      expect(await program.run('let t: string = "x"; t', 6)).toMatch(/\n'x'\nIn/);
    });

    test('a cell of several lines is typed, run and recalled as one', async () => {
      const program = await start();
      program.type(`function foo(a) {${KEY.enter}  return a + 1${KEY.enter}}`);
      await program.waitFor(/\} *$/);
      program.type(KEY.enter);
      await program.waitFor(/In\[2\]> *$/);
      expect(await program.run('foo(5)', 3)).toMatch(/\n6\nIn/);
      program.type(KEY.up + KEY.up);
      await program.waitFor(/In\[3\]> function foo\(a\) \{\n(?:\| )? {2}return a \+ 1\n(?:\| )?\}$/);
      program.type(KEY.enter);
      await program.waitFor(/In\[4\]> *$/);
      program.type(`1${KEY.altEnter}+ 2`);
      await program.waitFor(/1\n(?:\| )?\+ 2/);
      program.type(KEY.enter);
      await program.waitFor(/\n3\nIn\[5\]> *$/);
    });

    test('an earlier line of a cell can be edited', async () => {
      const program = await start();
      program.type(`[1,${KEY.enter}2]`);
      await program.waitFor(/2\] *$/m);
      program.type(`${KEY.up}${KEY.right}9,`);
      await pause(100);
      program.type(KEY.enter);
      await program.waitFor(/In\[2\]> *$/);
      expect(await program.screen()).toMatch(/\[ 1, 9, 2 \]/);
    });

    test('a pasted block is one cell, whatever its lines start with', async () => {
      const program = await start();
      program.type(KEY.paste('const xs = [1, 2, 3]\n  .map(x => x * 2)\n  .filter(Boolean)\n'));
      await program.waitFor(/filter\(Boolean\)/);
      program.type(KEY.enter);
      await program.waitFor(/In\[2\]> *$/);
      expect(await program.run('xs.length + xs[2]', 3)).toMatch(/\n9\nIn/);
      program.type(KEY.up + KEY.up);
      await program.waitFor(
        /In\[3\]> const xs = \[1, 2, 3\]\n(?:\| )? {2}\.map\(x => x \* 2\)\n(?:\| )? {2}\.filter\(Boolean\)$/,
      );
    });

    test('Ctrl-C stops a loop and a wait; the session lives', async () => {
      const program = await start();
      await program.run('let kept = 7', 2);
      program.type(`while (true) {}${KEY.enter}`);
      await pause(500);
      program.type(KEY.ctrlC);
      await program.waitFor(/Interrupted\nIn\[3\]> *$/);
      program.type(`await new Promise(() => {})${KEY.enter}`);
      await pause(500);
      program.type(KEY.ctrlC);
      await program.waitFor(/Interrupted\nIn\[4\]> *$/);
      expect(await program.run('kept', 5)).toMatch(/\n7\nIn/);
    });

    test('Ctrl-C stops a loop that prints, wherever it is in printing, and what is printed later is seen', async () => {
      const program = await start();
      for (let cell = 1; cell <= 9; cell += 2) {
        program.type(`console.log("go", ${cell}); for (;;) process.stdout.write("")${KEY.enter}`);
        await program.waitFor(new RegExp(`\\ngo ${cell}$`));
        await pause(50 + cell);
        program.type(KEY.ctrlC);
        await program.waitFor(new RegExp(`Interrupted\\nIn\\[${cell + 1}\\]> *$`));
        expect(await program.run(`console.log("seen " + ${cell})`, cell + 2)).toContain(`\nseen ${cell}\n`);
      }
    });

    test('errors of timers and promises do not end the session', async () => {
      const program = await start();
      program.type(`setTimeout(() => { throw new Error("late") }, 50); 0${KEY.enter}`);
      await program.waitFor(/Uncaught Error: late\n {4}at .*In\[1\]:1:26.*\nIn\[2\]> *$/);
      program.type(`Promise.reject(new Error("refused")); 0${KEY.enter}`);
      await program.waitFor(/Uncaught Error: refused\n {4}at In\[2\]:1:16\nIn\[3\]> *$/);
      expect(await program.run('1 + 1', 4)).toMatch(/\n2\nIn/);
    });

    test('output that comes later goes above the line being typed', async () => {
      const program = await start();
      await program.run('setTimeout(() => { console.log("tick"); console.error("tock") }, 400); 0', 2);
      program.type('half');
      await program.waitFor(/tick\ntock\nIn\[2\]> half$/);
      program.type(` = 5${KEY.enter}`);
      await program.waitFor(/half = 5\n5\nIn\[3\]> *$/);
    });

    test('Tab completes commands, files, names and code', async () => {
      writeFileSync(join(folder.path, 'session-file.pkl'), '');
      const program = await start();
      await program.run('let longVariableName = { innerProperty: 1 }', 2);
      for (const [typed, completed] of [
        ['.sa', '.save'],
        ['.load session-', '.load session-file.pkl'],
        ['.why longV', '.why longVariableName'],
        ['.drop longV', '.drop longVariableName'],
        ['longV', 'longVariableName'],
        ['longVariableName.inn', 'longVariableName.innerProperty'],
      ]) {
        program.type(`${typed}${KEY.tab}`);
        await program.waitFor(`In[2]> ${completed}`);
        program.type(KEY.ctrlU);
        await program.waitFor(/In\[2\]> *$/);
      }
    });

    test('Tab completes the names of sessions and their saves', async () => {
      const env = { BRINE_HOME: join(folder.path, `tab-home-${major}`) };
      await pipe('let a = 1\n.save evening-notes', { cwd: folder.path, env });
      const program = await start([], { env });
      await program.run('let b = 2', 2);
      for (const [typed, completed] of [
        ['.load eveni', '.load evening-notes'],
        ['.load evening-notes@', '.load evening-notes@1'],
        ['.save eveni', '.save evening-notes'],
        ['.sessions eveni', '.sessions evening-notes'],
        ['.undo-save eveni', '.undo-save evening-notes'],
      ]) {
        program.type(`${typed}${KEY.tab}`);
        await program.waitFor(`In[2]> ${completed}`);
        program.type(KEY.ctrlU);
        await program.waitFor(/In\[2\]> *$/);
      }
    });

    test('Ctrl-R finds a cell', async () => {
      const program = await start();
      await program.run('let needle = 41', 2);
      await program.run('1', 3);
      program.type(`${KEY.ctrlR}needle`);
      await program.waitFor(/bck-i-search: needle/);
      program.type(KEY.right);
      await program.waitFor(/In\[3\]> let needle = 41/);
      program.type(`${KEY.enter}`);
      await program.waitFor(/In\[4\]> *$/);
    });

    test('the history outlives the process', async () => {
      const file = join(folder.path, `state-${major}`, 'history.jsonl');
      const env = { BRINE_HISTORY: file };
      const first = await start([], { env });
      first.type(`function twice(x) {${KEY.enter}return x * 2 }`);
      await pause(150);
      first.type(KEY.enter);
      await first.waitFor(/In\[2\]> *$/);
      first.type(KEY.ctrlD);
      expect(await first.waitForExit()).toBe(0);
      expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({
        cell: 'function twice(x) {\nreturn x * 2 }',
      });
      expect(statSync(file).mode & 0o777).toBe(0o600);
      const second = await start([], { env });
      second.type(KEY.up);
      await second.waitFor(/In\[1\]> function twice\(x\) \{\n(?:\| )?return x \* 2 \}/);
      const third = await start(['--no-history'], { env });
      third.type(KEY.up);
      await pause(150);
      expect(await third.screen()).toMatch(/In\[1\]>$/);
    });

    test('without a history file none is written', async () => {
      const program = await start([], {
        env: { BRINE_HISTORY: '', XDG_STATE_HOME: join(folder.path, `none-${major}`) },
      });
      await program.run('1', 2);
      expect(existsSync(join(folder.path, `none-${major}`))).toBe(false);
    });

    test('.editor takes several lines', async () => {
      const program = await start();
      program.type(`.editor${KEY.enter}`);
      await program.waitFor(/several lines/);
      program.type(`let e1 = 1${KEY.enter}let e2 = 2${KEY.enter}e1 + e2`);
      await program.waitFor(/e1 \+ e2/);
      program.type(KEY.ctrlD);
      await program.waitFor(/\n3\nIn\[2\]> *$/);
      program.type(`.editor${KEY.enter}`);
      await pause(150);
      program.type(`dropped = 1${KEY.ctrlC}`);
      await program.waitFor(/In\[2\]> *$/);
      expect(await program.run('typeof dropped', 3)).toMatch(/\n'undefined'\nIn/);
    });

    test('what is typed ahead waits its turn', async () => {
      const program = await start();
      program.type(['await 5', 'await 6', '7', 'await 8', '"end"', ''].join(KEY.enter));
      const screen = await program.waitFor(/'end'\nIn\[6\]> *$/);
      expect(screen).toMatch(
        /await 5\n5\nIn\[2\]> await 6\n6\nIn\[3\]> 7\n7\nIn\[4\]> await 8\n8\nIn\[5\]> "end"\n'end'/,
      );
    });

    test('a cell that waits may use the terminal itself', async () => {
      const program = await start();
      await program.run('import readline from "node:readline/promises"', 2);
      const ask = 'const rl = readline.createInterface({ input: process.stdin, output: process.stdout })';
      program.type(
        `await (async () => { ${ask}; const name = await rl.question("name? "); rl.close(); return name })()${KEY.enter}`,
      );
      await program.waitFor(/\nname\?$/);
      await pause(200);
      program.type(`bob${KEY.enter}`);
      await program.waitFor(/'bob'\nIn\[3\]> *$/);
      expect(await program.run('1 + 1', 4)).toMatch(/\n2\nIn/);
    });

    test('commands: names, why, unknown ones, help', async () => {
      const program = await start();
      await program.run('let a = 1, b = new Map([[1, 2]])', 2);
      expect(await program.run('.vars', 2)).toMatch(
        /name +kind +type +save +since +preview\na +let +.*In\[1\] +1\nb +let +Map\(1\).*In\[1\] +\{ 1 => 2 \}\n2 names/,
      );
      expect(await program.run('.why a', 2)).toContain('✓ a can be saved');
      expect(await program.run('.svae', 2)).toContain('did you mean .save?');
      expect(await program.run('.help', 2)).toMatch(/\.editor +write several lines/);
      expect(await program.run('.history', 2)).toMatch(/1 {3}let a = 1, b = new Map/);
      expect(await program.run('.drop a', 2)).toContain('dropped a');
      expect(await program.run('typeof a', 3)).toMatch(/\n'undefined'\nIn/);
      expect(await program.run('.clear', 3)).toContain('dropped 1 name');
    });

    test('a session is saved here and comes back there', async () => {
      const first = await start();
      await first.run('let n = 0; const inc = () => ++n; inc()', 2);
      const file = `kept-${major}.pkl`;
      expect(await first.run(`.save ${file}`, 2)).toMatch(/✓ kept-\d+\.pkl .*2 names/);
      first.type(KEY.ctrlD);
      await first.waitForExit();
      const second = await start([file]);
      await second.waitFor(/✓ kept-\d+\.pkl .*saved[\s\S]*In\[\d\]> *$/);
      second.type(`inc()${KEY.enter}`);
      await second.waitFor(/inc\(\)\n2\nIn\[3\]> *$/);
    });

    test('leaving works whatever was overwritten', async () => {
      const program = await start();
      await program.run('let process = 1, exit = 2; class Map {}', 2);
      await program.run('1 + 1', 3);
      program.type(`.exit 5${KEY.enter}`);
      expect(await program.waitForExit()).toBe(5);
      const other = await start();
      other.type(KEY.ctrlC);
      await other.waitFor(/press Ctrl\+C again/);
      other.type(KEY.ctrlC);
      expect(await other.waitForExit()).toBe(0);
    });

    test('a long save shows its progress and leaves the prompt as it was', async () => {
      const program = await start();
      await program.run(
        'let big = Array.from({ length: 1000000 }, (_, i) => ({ id: i, name: "n" + i, at: [i] })); 0',
        2,
      );
      program.type(`.save big-${major}.pkl${KEY.enter}`);
      const screen = await program.waitFor(/✓ big-\d+\.pkl .*\nIn|✓ big-\d+\.pkl [\s\S]*In\[2\]> *$/, 50_000);
      expect(program.raw).toMatch(/walking|encoding|writing/);
      expect(screen).not.toMatch(/█|░/);
      await program.waitFor(/In\[2\]> *$/);
      expect(await program.run('big.length', 3)).toMatch(/\n1000000\nIn/);
      program.type(KEY.up);
      await program.waitFor(/In\[3\]> big\.length/);
    });
  });
}
