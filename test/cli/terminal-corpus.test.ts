// Goal: no byte of a text from a file acts on a terminal, wherever brine prints it.
// Method: a real session with a mark in every place that holds a text is saved, each trick of a corpus takes the place of the
// mark in the file, and every command that prints prints it, in real processes and in a pseudo-terminal; of what comes out
// nothing may act. The whole of Unicode goes through the functions that everything printed goes through.

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { journalLine } from '../../src/session/autosave/journal.js';
import { BRINE, brine, type Run, temporaryFolder } from '../helpers/brine.js';
import { acting, TRICKS, withTrick } from '../helpers/hostile.js';
import { KEY, TerminalProgram } from '../helpers/terminal.js';

const folder = temporaryFolder();
afterAll(() => folder.remove());
const at = (name: string): string => join(folder.path, name);
const as = (who: string, more: Record<string, string> = {}) => ({
  cwd: folder.path,
  env: { BRINE_HOME: at(who), XDG_STATE_HOME: at(`${who}-state`), BRINE_AUTOSAVE: 'off', ...more },
});

const CELLS = `
const QQ9number = 1, QQ9text = 'QQ9'
let QQ9object = { QQ9: 'QQ9', [Symbol('QQ9')]: 1, deep: { QQ9: { QQ9: { QQ9: ['QQ9'] } } }, get QQ9get() { return 1 } }
QQ9object[Symbol.toStringTag] = 'QQ9'
class QQ9Class { #QQ9 = 1; QQ9method() { return this.#QQ9 } static QQ9static = 1; static name = 'QQ9' }
const QQ9instance = new QQ9Class()
function QQ9function() { return 'QQ9' }
Object.defineProperty(QQ9function, 'name', { value: 'QQ9' })
const QQ9arrow = () => QQ9object, QQ9bound = QQ9function.bind('QQ9')
const QQ9error = Object.assign(new Error('QQ9', { cause: new TypeError('QQ9') }), { name: 'QQ9', QQ9: 1 })
const QQ9stack = Object.assign(new RangeError('QQ9'), { stack: 'RangeError: QQ9\\n    at QQ9 (QQ9:1:1)' })
const QQ9many = new AggregateError([QQ9error, 'QQ9'], 'QQ9')
const QQ9symbol = Symbol('QQ9'), QQ9key = Symbol.for('QQ9')
const QQ9map = new Map([['QQ9', { QQ9: 'QQ9' }]]), QQ9set = new Set(['QQ9']), QQ9regexp = /QQ9/
const QQ9null = Object.assign(Object.create(null), { QQ9: 1 }), QQ9date = Object.assign(new Date(0), { QQ9: 1 })
const QQ9big = Array.from({ length: 3000 }, (_, i) => ({ QQ9: 'QQ9' + i }))
const QQ9lost = { QQ9: { QQ9: new (require('node:net').Socket)() } }
const QQ9left = 'QQ9', plain = { error: QQ9error, stack: QQ9stack, symbol: QQ9symbol, regexp: QQ9regexp }
plain.function = QQ9function
const loud = QQ9stack
import { sep as QQ9sep } from 'node:path'
Array.prototype.QQ9patched = function () { return 'QQ9' }
.pin QQ9lost "QQ9()"
.save marked.pkl --exclude QQ9left
`;

const ALL = Object.values(TRICKS);
/** Two tricks at a time: more would be cut where there is little room. */
const PAIRS = ALL.flatMap((trick, i) => (i % 2 === 0 ? [trick + (ALL[i + 1] ?? '')] : []));
/** Every trick in one text; as the name of a file what the system allows in it. */
const JOINED = ALL.join(' ');
const FILE_NAME = ALL.slice(0, 8).join('').replaceAll('/', '').replaceAll('\0', '');

beforeAll(async () => {
  const run = await brine(['-k'], { ...as('her'), input: CELLS });
  expect(run).toMatchObject({ code: 0 });
  const marked = readFileSync(at('marked.pkl'));
  for (const [i, trick] of PAIRS.entries()) {
    writeFileSync(at(`${i}.pkl`), withTrick(marked, trick));
    writeFileSync(at(`${i}-code.pkl`), withTrick(marked, trick, true));
  }
  writeFileSync(at('joined.pkl'), withTrick(marked, JOINED));
});

function expectQuiet({ stdout, stderr }: Run, isValue = false): void {
  expect([acting(stdout, { isValue }), acting(stderr, { isValue })]).toEqual([undefined, undefined]);
}

const CAME = 'Reflect.ownKeys(globalThis).filter((key) => !before.has(key)).map((key) => globalThis[key])';

describe('in a pipe', () => {
  const FIRST = 'globalThis.before = new Set([...Reflect.ownKeys(globalThis), "before"]); 0';
  const linesFor = (linesOf: (i: number) => readonly string[]): string =>
    [FIRST, ...PAIRS.flatMap((_, i) => [...linesOf(i), '.clear', FIRST]), ''].join('\n');

  test(`what commands print of files with ${ALL.length} tricks, two at a time, in every text`, async () => {
    const input = linesFor((i) => [
      ...[`.load ${i}.pkl --data --dry-run`, `.load ${i}.pkl --data`, '.vars', '.vars --json', '.why'],
      ...['.why --json', '.history', '.pins', `.inspect ${i}.pkl`, `.inspect ${i}.pkl --json`],
      ...[`.trust ${i}.pkl`, `.load ${i}.pkl --strict --data`, `.load ${i}.pkl --data --as here`],
      ...[`.repair ${i}.pkl`, '.save out.pkl', '.load out.pkl --take', '.clear', FIRST],
      ...[`.load ${i}.pkl --trust`, `.load ${i}-code.pkl --trust`, '.why'],
    ]);
    const run = await brine(['-k'], { ...as('him'), input });
    expectQuiet(run);
    expect((run.stdout + run.stderr).match(/\\u\{1b\}\]52;c/g)?.length).toBeGreaterThan(50);
  });

  test('what is shown of values of these files, opened as data and trusted, and when they are thrown', async () => {
    const input = linesFor((i) => [
      ...[`.load ${i}.pkl --data`, CAME, `console.log('values of ${i}', ${CAME}.length)`],
      ...['throw globalThis.loud', 'plain.stack.message', '.clear', FIRST],
      ...[`.load ${i}-code.pkl --trust`, CAME, 'throw loud'],
    ]);
    const run = await brine(['-k'], { ...as('him'), input });
    expectQuiet(run, true);
    expect(run.stdout.match(/^values of \d+ (?:1\d|2\d)$/gm)).toHaveLength(PAIRS.length);
    expect((run.stdout + run.stderr).match(/\\u\{1b\}\]52;c/g)?.length).toBeGreaterThan(5);
    const painted = await brine(['-k'], { ...as('him', { FORCE_COLOR: '1' }), input });
    expectQuiet(painted, true);
    expect(painted.stdout).toContain('\u001b[32m');
  });

  test('the whole first plane and all that has no shape beyond it, as the message of an error', async () => {
    const code = `
      const codes = [...Array(0x110000).keys()].filter((code) => code < 0x10000 || /[\\p{C}\\p{M}]/u.test(String.fromCodePoint(code)) && !/[\\p{Cn}\\p{Co}]/u.test(String.fromCodePoint(code)));
      const text = codes.map((code) => 'x' + String.fromCodePoint(code)).join('');
      throw Object.assign(new Error(text), { stack: text, name: text, [text]: Symbol(text), cause: text });`;
    const run = await brine(['-k'], { ...as('him'), input: code });
    expect(run.code).toBe(1);
    expectQuiet(run, true);
    expect(run.stderr).toContain('x\\u{9d}x');
    expect(run.stderr.length).toBeGreaterThan(200_000);
    expect(run.stderr).toContain('x\\u{e0041}');
  });

  test('errors of later, of brine’s own and of others, in messages, causes and hints', async () => {
    const input = `
      const trick = ${JSON.stringify(JOINED)}
      Promise.reject(Object.assign(new Error(trick), { cause: new Error(trick) })); await new Promise((go) => setTimeout(go, 20))
      throw trick
      throw { [trick]: trick, [Symbol(trick)]: class { static name = trick } }
      await import(trick)
      ${'`${trick}`'} + nothing
    `;
    const run = await brine(['-k'], { ...as('him'), input });
    expectQuiet(run, true);
    writeFileSync(at('later.js'), `setTimeout(() => { throw new Error(${JSON.stringify(JOINED)}) })`);
    const later = await brine(['run', 'later.js'], as('him'));
    expectQuiet(later, true);
    expect(later).toMatchObject({ code: 1, stderr: expect.stringContaining('\\u{1b}]52;c') });
  });
});

describe('on the command line', () => {
  test('arguments that are wrong, whatever they are', async () => {
    const runs = await Promise.all(
      [
        ...[[`--${JOINED}`], ['run', JOINED], ['inspect'], ['trust', `brine-ed25519:${JOINED}`], [JOINED]],
        ...[
          ['eval', '1', '--load', JOINED],
          ['eval', JOINED],
          ['eval', '1', '--save', `none/${FILE_NAME}`],
        ],
      ].map((words) =>
        brine(
          words.map((word) => word.replaceAll('\0', '')),
          as('him'),
        ),
      ),
    );
    for (const run of runs) {
      expectQuiet(run);
      expect([run.code !== 0, run.stderr !== '']).toEqual([true, true]);
    }
  });

  test('what is trusted, where keys lie, and what a project configures', async () => {
    const key = (await brine(['key'], as('her'))).stdout.split('\n')[0] as string;
    expectQuiet(await brine(['trust', key, JOINED.replaceAll('\0', '')], as('him')));
    const list = await brine(['trust'], as('him'));
    expectQuiet(list);
    expect(list.stdout).toMatch(/^[0-9a-f ]{19} .*\[2J.* brine-ed25519:/);
    const home = FILE_NAME.slice(0, 60);
    writeFileSync(at(home), 'no folder');
    const keys = await brine(['key'], { ...as('him'), env: { BRINE_HOME: at(home) } });
    expectQuiet(keys);
    expect(keys.stderr).toContain('KEY_STORE');
    mkdirSync(at('project'));
    for (const config of [`{${JSON.stringify(JOINED)}: 1}`, JOINED, '{"secrets": "x"}']) {
      writeFileSync(at('project/.brinerc.json'), config);
      const run = await brine([], { ...as('him'), cwd: at('project'), input: 'const a = 1\n.save a.pkl\n' });
      expectQuiet(run);
      expect(run.code).toBe(2);
    }
  });
});

describe('at the prompt', () => {
  const running = new Set<TerminalProgram>();
  afterEach(() => {
    for (const program of running) program.kill();
    running.clear();
  });
  const open = async (parameters: readonly string[], more: Record<string, string> = {}) => {
    const { cwd, env } = as('him', more);
    const program = new TerminalProgram([BRINE, ...parameters], { cwd, env, columns: 120, rows: 40 });
    running.add(program);
    await program.waitFor(/In\[\d\]> *$/);
    return program;
  };
  const expectQuietTerminal = (program: TerminalProgram): void => {
    expect(acting(program.raw, { isTerminal: true })).toBeUndefined();
    // Nothing that the check takes for the editor's own came from a file.
    for (const trick of ALL.slice(0, 10))
      expect(program.raw.includes(trick), JSON.stringify(trick)).toBe(false);
  };

  test('a file is opened, asked about, and its values are shown', async () => {
    const program = await open([]);
    program.type(`.load joined.pkl${KEY.enter}`);
    await program.waitFor(/to leave it as data: *$/);
    program.type(`i${KEY.enter}`);
    await program.waitFor(/to leave it as data:[\s\S]*to leave it as data: *$/);
    program.type(KEY.enter);
    await program.waitFor(/In\[\d\]> *$/);
    await program.run('plain', 2);
    await program.run('plain.stack', 3);
    await program.run('throw loud', 4);
    await program.run('.vars', 4);
    await program.run('.why', 4);
    await program.run('.history', 4);
    await program.run('setTimeout(() => { throw loud }, 1); 0', 5);
    await program.run('await new Promise((go) => setTimeout(go, 50))', 6);
    program.type(`.load 2.pkl${KEY.enter}`);
    await program.waitFor(/\[c\]ancel:? *$/);
    program.type(`c${KEY.enter}`);
    await program.waitFor(/nothing was loaded\nIn\[6\]> *$/);
    expectQuietTerminal(program);
  });

  test('previews while typing, completion and earlier lines', async () => {
    const names = ALL.map((trick, i) =>
      `seen${i}${trick}`.replaceAll('/', '').replaceAll('\0', '').slice(0, 60),
    );
    mkdirSync(at('files'));
    for (const name of names) writeFileSync(join(at('files'), name), '');
    writeFileSync(
      at('history.jsonl'),
      ALL.map((trick) => `${JSON.stringify({ cell: `'${trick}'` })}\n`).join(''),
    );
    const program = await open([], { BRINE_HISTORY: at('history.jsonl') });
    await program.run('.load joined.pkl --data', 1);
    await program.run(
      `const keys = { ok1: 1, ok2: 1, ['ok3\\u200d']: 1, ['ok4\\u{e0100}']: 1 }; globalThis['keys2\\u200c'] = 1`,
      2,
    );
    // The preview of an error is its stack.
    program.type('plain.stack');
    await program.waitFor(/In\[2\]> plain\.stack\n.*RangeError/);
    program.type(KEY.ctrlU);
    for (const start of [
      'keys.ok',
      'key',
      '.drop ',
      '.drop k',
      '.load files/',
      '.load files/se',
      'require("./files/se',
      'QQ',
      'plain.',
    ]) {
      // Tab completes only when it comes alone.
      for (const keys of [start, KEY.tab, KEY.tab, KEY.ctrlU]) {
        program.type(keys);
        await new Promise((go) => setTimeout(go, 60));
      }
    }
    await program.run('1', 3);
    for (const _ of ALL) program.type(KEY.up);
    await new Promise((go) => setTimeout(go, 150));
    program.type(KEY.ctrlU);
    program.type(`${KEY.ctrlR}a`);
    await new Promise((go) => setTimeout(go, 100));
    program.type(KEY.ctrlC);
    program.type(KEY.ctrlU);
    await program.run('2', 4);
    expect(await program.screen()).toMatch(/keys.ok1 +keys.ok2/);
    expectQuietTerminal(program);
  });

  test('sessions that ended unsaved', async () => {
    const root = at('him-state/brine/autosave');
    const place = join(root, '1-a');
    mkdirSync(place, { recursive: true, mode: 0o700 });
    const owner = {
      pid: 2 ** 22 + 1,
      started: '1',
      host: hostname(),
      workingDirectory: JOINED,
      startedAtMs: 1,
    };
    writeFileSync(join(place, 'owner.json'), JSON.stringify(owner), { mode: 0o600 });
    const cell = { number: 1, source: `'${JOINED}'`, startedAtMs: 0, durationMs: 0, isError: false };
    const change = { type: 'change', cell, kinds: {}, rebound: [JOINED], gone: [JOINED] } as const;
    writeFileSync(join(place, 'journal.jsonl'), journalLine(change as never, 1), { mode: 0o600 });
    const program = await open([], { BRINE_AUTOSAVE: 'on' });
    expect(await program.screen()).toContain('unsaved: 1 cell');
    await program.run('.recover --list', 1);
    await program.run('.recover --list --json', 1);
    expect(await program.run('.recover', 2)).toContain('did not run again');
    await program.run('.history', 2);
    expectQuietTerminal(program);
    expect(readdirSync(root).length).toBeGreaterThan(0);
  });
});
