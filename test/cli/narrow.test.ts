// Goal: the prompt works at 40 columns, in a terminal that can nothing, in a locale without UTF-8 and without colours; there it writes
// ASCII and no colours (but for the dots of texts that are cut short), and tables are read as easily as on a wide screen. A file of
// another kind is offered for import there, too.
// Method: prompts in pseudo-terminals: one of 40 columns that calls itself dumb, one of 80 with LC_ALL=C and NO_COLOR. Every byte that
// they write is looked at; what the screens show is compared with test/cli/screens/, which somebody looked at and was pleased with
// (BRINE_UPDATE_SCREENS=1 writes them anew).

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, expect, test } from 'vitest';
import { BRINE, brine, pipe, temporaryFolder } from '../helpers/brine.js';
import { steady } from '../helpers/steady.js';
import { KEY, TerminalProgram } from '../helpers/terminal.js';
import { PICKLES } from './plain/python-fixtures.js';

const folder = temporaryFolder();
const running: TerminalProgram[] = [];
afterEach(() => {
  for (const program of running.splice(0)) program.kill();
});
afterAll(() => folder.remove());

const isUpdating = process.env['BRINE_UPDATE_SCREENS'] === '1';
const GOLDEN = (name: string): string => fileURLToPath(new URL(`screens/${name}.txt`, import.meta.url));

function start(name: string, columns: number, env: Record<string, string>): TerminalProgram {
  const cwd = join(folder.path, name);
  mkdirSync(cwd);
  writeFileSync(join(cwd, 'data.pkl'), Buffer.from(PICKLES[4] as string, 'base64'));
  // A pseudo-terminal says itself what it is called.
  const program = new TerminalProgram([`TERM=${env['TERM'] ?? 'xterm'}`, process.execPath, BRINE], {
    ...{ command: 'env', cwd, columns, rows: 400 },
    env: {
      ...{ HOME: cwd, BRINE_HOME: join(cwd, 'home'), XDG_STATE_HOME: join(cwd, 'state'), EDITOR: 'true' },
      ...{ BRINE_AUTOSAVE: 'on', LANG: 'C', LC_ALL: 'C', ...env },
    },
  });
  running.push(program);
  return program;
}

/** Types lines at a prompt, each when it is there again; what the screen shows of all. */
async function typed(program: TerminalProgram, lines: readonly string[]): Promise<string> {
  let before = await program.waitFor(/In\[1\]> *$/);
  for (const line of lines) {
    program.type(`${line}${KEY.enter}`);
    const rows = before.split('\n').length;
    before = await program.waitFor(new RegExp(`^(?:.*\\n){${rows},}In\\[\\d+\\]> *$`));
  }
  return before;
}

/** Lines on how far something is; how many come depends on how fast the machine is. */
const PROGRESS =
  /^(?:answering|saving|inspecting|verifying) [^\n]*:(?: |\n +)(?:walking|encoding|writing|reading|linking|following|weighing|comparing|waiting) [^\n]*\n/gm;

function expectGolden(name: string, screen: string): void {
  // Where lines break depends on what the machine is called.
  const shown = steady(screen.replace(PROGRESS, '')).replace(
    / {2}saved # on [\s\S]*?(?=\n {2}section)/g,
    '  saved # on',
  );
  if (isUpdating) writeFileSync(GOLDEN(name), `${shown}\n`);
  expect(`${shown}\n`).toBe(readFileSync(GOLDEN(name), 'utf8'));
}

function expectPlain({ raw }: TerminalProgram): void {
  const odd = [...raw].filter((character) => character > '~');
  expect([...new Set(odd)]).toEqual([]);
  expect(raw).not.toMatch(/\u001b\[(?:3|4|9|10)\d[;\d]*m/);
}

test('40 columns, TERM=dumb, LANG=C', async () => {
  const program = start('narrow', 40, { TERM: 'dumb', BRINE_PROGRESS: '1' });
  const screen = await typed(program, [
    'let a = [1, 2], f = () => a',
    'const process = 1',
    'const graph = { tags: new Map([["who", f]]), text: "x".repeat(900) }',
    'const aNameThatIsAsLongAsNamesGet = { url: "tcp://lab", cache: new FinalizationRegistry(() => {}) }',
    '.vars',
    // What nobody holds while its name is dropped may be collected; Out holds it.
    'aNameThatIsAsLongAsNamesGet.cache',
    '.drop aNameThatIsAsLongAsNamesGet --json',
    '.undo',
    '.why f',
    '.why aNameThatIsAsLongAsNamesGet',
    '.size',
    '.trace',
    '.deps f',
    '.retains graph',
    '.path graph a',
    '.pin f "makeAnotherFunction({ of: a })"',
    '.pins',
    '.unpin f',
    '.save a-session-with-a-long-name',
    'a.push(3)',
    '.save a-session-with-a-long-name',
    '.sessions',
    '.diff a-session-with-a-long-name@1',
    '.history',
    '.history --full',
    '.checkpoint the-state-before-the-change',
    '.checkpoint',
    '.save w.pkl',
    '.inspect w.pkl',
    '.verify --replay',
    '.recover --list',
    '.help save',
    '.svae',
  ]);
  expect(screen).toMatch(/did you mean \.save\?/);
  expect(screen).toMatch(/\nanswering \.why: (?:walking|encoding) {2}\d+ (?:objects|bytes)/);
  // The terminal breaks nothing but what is typed, and lines of JSON.
  const broken = (await program.unwrapped()).split('\n').filter((line) => line.length > 40);
  expect(broken.filter((line) => !/^In\[|^\{/.test(line))).toEqual([]);
  expectGolden('narrow', screen);
  program.type(`.load data.pkl${KEY.enter}`);
  await program.waitFor(/take its\s+plain\s+data\s+as\s+data\?\s+\[y\]es,\s+\[n\]o: *$/);
  // What was typed with a wrong answer, and before it is asked again, answers the next.
  program.type(`x${KEY.enter}y${KEY.enter}[7]${KEY.enter}`);
  await program.waitFor(/answer with y or n[\s\S]*imported: data[\s\S]*In\[8\]> *$/);
  expect(await program.run('data.price', 9)).toContain("'1.5'");
  program.type(`.exit${KEY.enter}`);
  expect(await program.waitForExit()).toBe(0);
  expectPlain(program);
});

test('80 columns, LC_ALL=C and NO_COLOR', async () => {
  const program = start('plain', 80, { NO_COLOR: '1' });
  const screen = await typed(program, [
    'class Point { constructor(x) { this.x = x } }',
    'const points = [new Point(1), new Point(2)]',
    'const db = { cache: new FinalizationRegistry(() => {}) }',
    'throw new TypeError("a cell that fails")',
    '({ list: [1, "two", null], at: new Date(0), of: /x/g })',
    '.vars',
    '.sessions -i',
    '.save w.pkl',
    'points[0].x = 3',
    '.diff',
    '.why db',
    '.size points',
    '.history',
    '.inspect w.pkl',
    '.load w.pkl --take',
  ]);
  expectGolden('plain', screen);
  program.type(`.vars -i${KEY.enter}`);
  expect(await program.waitFor(/> *Point[\s\S]*q quit/)).toMatch(/\+-+\+/);
  program.type('q');
  await program.waitFor(/In\[\d+\]> *$/);
  program.type(`.exit${KEY.enter}`);
  expect(await program.waitForExit()).toBe(0);
  expectPlain(program);
});

test('in that locale nothing that brine says is anything but ASCII', async () => {
  const { COMMANDS } = await import('../../cli/commands/index.js');
  const program = start('ascii', 80, { NO_COLOR: '1' });
  const lines = [
    'const holder = { cache: new FinalizationRegistry(() => {}), big: "x".repeat(2000) }, f = () => holder',
    '.save w.pkl',
    'const fs = process.getBuiltinModule?.("fs") ?? require("fs"); const bytes = fs.readFileSync("w.pkl"); 0',
    'bytes[bytes.length >> 1] ^= 1; fs.writeFileSync("damaged.pkl", bytes); fs.writeFileSync("cut.pkl", bytes.subarray(0, 500))',
    ...['.load w.pkl --take', 'f().cache.register({})', '.load damaged.pkl --take', 'holder', 'f()'],
    ...[
      '.load cut.pkl',
      '.repair damaged.pkl',
      '.repair cut.pkl',
      '.verify damaged.pkl',
      '.inspect w.pkl --all',
    ],
    ...['.why', '.why f', '.path f nothing', '.path f holder', '.deps f', '.retains holder', '.origin f'],
    ...[
      '.size f',
      '.trace',
      '.diff w.pkl',
      '.export x',
      '.export x.md',
      '.load nix',
      '.load nix@3',
      '.load 1.pkl --as "1"',
    ],
    ...[
      '.undo',
      '.redo',
      '.checkpoint a',
      '.rollback a',
      '.rollback b',
      '.exclude f',
      '.exclude',
      '.drop zz',
    ],
    ...[
      '.save w.pkl --max-size 10',
      '.save /no/where/x.pkl',
      '.save --sve',
      '.rerun 99',
      '.edit nope',
      '.pin x',
      '.pin f "1 +"',
    ],
    ...[
      '.sessions',
      '.sessions nix',
      '.recover',
      '.recover 7',
      '.undo-save nix',
      '.time 1 + 1',
      '.jobs',
      '.trust',
      '.svae',
    ],
    ...[
      '.share',
      '.share s.pkl --note hi',
      '.config',
      '.history --full',
      '.vars zz',
      '.load redis://',
      '.import',
      '.dis',
    ],
    ...COMMANDS.map(({ name }) => `.help ${name}`),
    ...['.help', '.help nix', 'const const', 'await nix', 'null.x', 'const process = 1'],
  ];
  await typed(program, lines);
  expectPlain(program);
  // What is brine's own is broken between words.
  const rows = (await program.unwrapped()).split('\n');
  expect(rows.filter((row) => row.includes('Uncaught TombstoneError'))).toHaveLength(1);
  expect(rows.filter((row) => row.length > 80 && /missing|Uncaught/.test(row))).toEqual([]);
  program.kill();
  const here = {
    cwd: join(folder.path, 'ascii'),
    env: { LC_ALL: 'C', BRINE_HOME: join(folder.path, 'ascii', 'home') },
  };
  for (const words of [
    ['--help'],
    ...['inspect', 'verify', 'repair', 'why', 'size', 'trace', 'dis', 'vars'].map((name) => [
      name,
      'damaged.pkl',
    ]),
    ...['verify', 'repair', 'why', 'vars'].map((name) => [name, 'cut.pkl']),
    ...[
      ['dis', 'w.pkl'],
      ['diff', 'w.pkl', 'damaged.pkl'],
      ['merge', 'w.pkl', 'damaged.pkl', 'm.pkl'],
      ['convert', 'w.pkl', 'w.json'],
    ],
    ...[
      ['doctor'],
      ['config'],
      ['sessions'],
      ['gc', '--dry-run'],
      ['copy', 'w.pkl', 'w2.pkl'],
      ['eval', 'f().cache.x', '--load', 'w.pkl'],
    ],
    ...[['nix'], ['merge'], ['load', 'nix'], ['worker', '--queue', 'nix'], ['path', 'w.pkl', 'f', 'holder']],
  ]) {
    const { stdout, stderr } = await brine(words, here);
    const odd = [...`${stdout}${stderr}`].filter((character) => character > '~');
    expect([words.join(' '), ...new Set(odd)]).toEqual([words.join(' ')]);
  }
}, 180_000);

test('what a command says on the error output fits a terminal of 40 columns, too', async () => {
  const cwd = join(folder.path, 'errors');
  mkdirSync(cwd);
  const env = { HOME: cwd, BRINE_HOME: join(cwd, 'home') };
  const made = await pipe('const lab = { cache: new FinalizationRegistry(() => {}) }\n.save w.pkl', {
    cwd,
    env,
  });
  expect(made.code, made.stderr).toBe(0);
  // Piped, it is for programs: a line is a line.
  expect(made.stderr).toMatch(/^✓ w\.pkl {3}1 name · .* s$/m);
  for (const words of [
    ['eval', 'lab.cache.register({})', '--load', 'w.pkl'],
    ['eval', '1', '--load', 'a-file-that-is-not-there.pkl'],
  ]) {
    const program = new TerminalProgram([BRINE, ...words], { cwd, env, columns: 40 });
    running.push(program);
    await program.waitForExit();
    const rows = (await program.unwrapped()).split('\n');
    expect(
      rows.filter((row) => row.length > 40),
      words[1],
    ).toEqual([]);
    expect(rows.join(' ').replace(/\s+/g, ' '), words[1]).toMatch(
      /lab\.cache is missing: FinalizationRegistry|nothing in this folder is called like that/,
    );
  }
});
