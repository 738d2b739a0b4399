// Goal: what a save leaves out and how a load meets the session can be said on the command line, by the project, and by a
// person who is asked; mistakes are errors that name what is allowed.
// Method: the built program, in pipes and in a pseudo-terminal; output and exit codes are compared.

import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { BRINE, brine, pipe, temporaryFolder } from '../helpers/brine.js';
import { KEY, TerminalProgram } from '../helpers/terminal.js';

const folder = temporaryFolder();
afterAll(() => folder.remove());
const here = { cwd: folder.path, env: { BRINE_HOME: join(folder.path, 'keys') } };

const CELLS = 'const a = 1\nconst tmp1 = [1]\nconst tmp2 = [2]\nconst b = { a }\n';

describe('in a pipe', () => {
  test('names, patterns and exclusions choose what is saved', async () => {
    const saved = await pipe(`${CELLS}.save w.pkl a tmp* --exclude tmp2 --json`, here);
    const report = JSON.parse(saved.stdout) as { saved: string[]; leftOut: unknown[] };
    expect(report.saved).toEqual(['a', 'tmp1']);
    expect(report.leftOut).toEqual([{ name: 'tmp2', path: 'tmp2', reason: 'it was excluded' }]);
    const loaded = await pipe('.load w.pkl\n.vars', here);
    expect(loaded.stderr).toContain('left out  tmp2 (it was excluded)');
    const seen = await brine(['inspect', 'w.pkl'], here);
    expect(seen.stdout).toMatch(/ {2}left out {2}tmp2 {2}it was excluded/);
  });

  /** `[what is typed, what standard error says]` */
  const MISTAKES: readonly (readonly [string, string])[] = [
    ['.save w.pkl tmq1', 'there is no tmq1\n  did you mean tmp1?'],
    ['.save w.pkl x*', 'no name matches x*'],
    ['.save w.pkl --exclude x*', 'no name matches x*'],
    ['.save w.pkl --exclude', '--exclude needs a value'],
    ['.save w.pkl --max-size 10', '--max-size takes a size, not 10'],
    ['.save w.pkl --max-sise 10MB', 'did you mean --max-size?'],
    ['.load w.pkl --take --keep', '.load takes --take or --keep, not both'],
    ['.load w.pkl --as 1x', 'the option under has the wrong form'],
    ['.pin a', '.pin needs a name and an expression'],
    ['.pin a "let x"', 'the pin of a is no expression'],
    ['.unpin a', 'a is not pinned'],
  ];
  for (const [line, message] of MISTAKES) {
    test(`a mistake is named: ${line}`, async () => {
      const run = await pipe(`${CELLS}${line}`, here);
      expect(run.code).not.toBe(0);
      expect(run.stderr).toContain(message);
    });
  }

  test('a size leaves the largest names out', async () => {
    const run = await pipe(
      'const small = 1\nconst big = Array.from({ length: 5000 }, (_, i) => "text" + i)\n.save size.pkl --max-size 4kB',
      here,
    );
    expect(run).toMatchObject({ code: 0 });
    expect(run.stderr).toMatch(/left out {2}big \(its \d+ bytes are more than the limit of 4000/);
  });

  test('pins are listed, saved, and run only when that is said', async () => {
    const cells = 'const make = (n) => ({ n, f: new FinalizationRegistry(() => {}) })\nconst db = make(1)\n';
    const saved = await pipe(`${cells}.pin db "make(2)"\n.pins\n.save pins.pkl`, here);
    expect(saved).toMatchObject({ code: 0, stdout: 'db  make(2)\n' });
    expect(saved.stderr).toContain('pinned    db → make(2)');
    expect((await brine(['inspect', 'pins.pkl'], here)).stdout).toContain('  pinned  db  make(2)');
    const quiet = await pipe('.load pins.pkl\ntypeof db\n.pin db --run\ndb.n', here);
    expect(quiet.stdout).toBe("'object'\n2\n");
    expect(quiet.stderr).toContain('db → make(2) (not run; .pin db --run)');
    expect((await pipe('.load pins.pkl --run-pins\ndb.n', here)).stdout).toBe('2\n');
    expect((await brine(['eval', 'db.n', '--load', 'pins.pkl', '--run-pins'], here)).stdout).toBe('2\n');
    const failing = await pipe('.load pins.pkl\nmake = null\n.load pins.pkl db --run-pins', here);
    expect(failing.code).toBe(1);
  });

  test('a load keeps, takes, goes on an object, or only says what it would do', async () => {
    await pipe('const a = "file"\nconst b = 2\n.save modes.pkl', here);
    const kept = await pipe('let a = "mine"\n.load modes.pkl --keep\na + b', here);
    expect(kept).toMatchObject({ code: 0, stdout: "'mine2'\n" });
    expect(kept.stderr).toContain('kept      a');
    const taken = await pipe('let a = "mine"\n.load modes.pkl\na + b', here);
    expect(taken.stdout).toBe("'file2'\n");
    expect(taken.stderr).toContain('replaced  a');
    const under = await pipe('let a = "mine"\n.load modes.pkl --as old\na + old.a + old.b', here);
    expect(under.stdout).toBe("'minefile2'\n");
    const dry = await pipe('let a = "mine"\n.load modes.pkl --dry-run\na', here);
    expect(dry.stdout).toBe("'mine'\n");
    expect(dry.stderr).toMatch(/dry run: nothing was loaded\n {2}loads {5}a {2}b\n {2}replaces {2}a/);
  });
});

describe('the project', () => {
  const project = join(folder.path, 'project');
  const inside = join(project, 'src', 'deep');
  mkdirSync(inside, { recursive: true });
  const there = { ...here, cwd: inside };

  test('what it excludes is left out, from the nearest folder upwards, by either file', async () => {
    for (const [name, text] of [
      ['.brinerc.json', '{ "exclude": ["tmp*", "not-there"], "maxSize": "1 MB" }'],
      ['package.json', '{ "name": "x", "brine": { "exclude": ["tmp*"] } }'],
    ] as const) {
      writeFileSync(join(project, name), text);
      writeFileSync(join(inside, 'package.json'), '{ "name": "without" }');
      const run = await pipe(`${CELLS}.save p.pkl --json`, there);
      expect(JSON.parse(run.stdout), name).toMatchObject({ saved: ['a', 'b'] });
      rmSync(join(project, name));
    }
  });

  /** `[file, text, message]` */
  const WRONG: readonly (readonly [string, string, string])[] = [
    [
      '.brinerc.json',
      '{ "exclude": "tmp" }',
      '.brinerc.json: the key "exclude" has the wrong form\n  it takes a list',
    ],
    ['.brinerc.json', '{ "exlude": [] }', '.brinerc.json: there is no key "exlude"\n  did you mean exclude?'],
    ['.brinerc.json', '{ "maxSize": 5 }', 'it takes a size with its unit, for example "100 MB"'],
    ['.brinerc.json', '[]', '.brinerc.json: it is no object'],
    ['.brinerc.json', '{', '.brinerc.json: it is no JSON'],
    ['package.json', '{ "brine": { "x": 1 } }', 'package.json: there is no key "x"'],
  ];
  for (const [name, text, message] of WRONG) {
    test(`a mistake names the file, the key and what is allowed: ${text}`, async () => {
      const file = join(project, name);
      writeFileSync(file, text);
      const run = await pipe(`${CELLS}.save p.pkl`, there);
      rmSync(file);
      expect(run.code).toBe(2);
      expect(run.stderr).toContain(message);
    });
  }

  test('files of code are neither read nor run', async () => {
    for (const name of ['.brinerc.js', 'brine.config.js', '.brinerc.cjs'])
      writeFileSync(join(project, name), 'console.log("ran"); module.exports = { exclude: ["*"] }');
    const run = await pipe(`${CELLS}.save p.pkl --json`, there);
    expect(JSON.parse(run.stdout)).toMatchObject({ saved: ['a', 'b', 'tmp1', 'tmp2'] });
  });
});

describe('a person is asked', () => {
  const running: TerminalProgram[] = [];
  afterEach(() => {
    for (const program of running.splice(0)) program.kill();
  });
  async function start(): Promise<TerminalProgram> {
    const program = new TerminalProgram([BRINE], { ...here, columns: 120 });
    running.push(program);
    await program.waitFor(/In\[\d+\]> *$/);
    return program;
  }

  test('whose names to take', async () => {
    await pipe('const a = "file"\n.save asked.pkl', here);
    const program = await start();
    await program.run('let a = "mine"', 2);
    for (const [answer, value, cell] of [
      ['c', 'mine', 3],
      ['k', 'mine', 4],
      ['t', 'file', 5],
    ] as const) {
      program.type(`.load asked.pkl${KEY.enter}`);
      await program.waitFor(/a: here already; \[t\]ake those of the file, \[k\]eep yours, \[c\]ancel: *$/);
      program.type(`${answer}${KEY.enter}`);
      await program.waitFor(/In\[\d+\]> *$/);
      expect(await program.run('a', cell)).toContain(`'${value}'\nIn[${cell}]`);
    }
  });

  test('whether a pin may run', async () => {
    await pipe(
      'const make = (n) => ({ n, f: new FinalizationRegistry(() => {}) })\nconst db = make(1)\n.pin db "make(2)"\n.save askpin.pkl',
      here,
    );
    const program = await start();
    program.type(`.load askpin.pkl${KEY.enter}`);
    await program.waitFor(/make db again with make\(2\)\? \[y\]es, \[n\]o: *$/);
    program.type(`y${KEY.enter}`);
    await program.waitFor(/✓ db → make\(2\)\nIn\[\d+\]> *$/);
    const number = Number(/In\[(\d+)\]> *$/.exec(await program.screen())?.[1]);
    expect(await program.run('db.n', number + 1)).toContain('\n2\nIn');
  });
});
