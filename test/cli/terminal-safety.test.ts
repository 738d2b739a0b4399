// Goal: nothing that comes from a file, or from a name of whatever origin, acts on the terminal: no output has a control
// character but line ends, a sequence but brine's own colours, or a character that reorders or hides others.
// Method: the functions that everything goes through over every code point; then a snapshot and folders with escape tricks
// in every place that a text can stand in, through every command that prints, in processes and at a prompt.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { inspect } from 'node:util';
import { render } from 'ink';
import { createElement } from 'react';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { displayJson, displayLines, displayName, terminalText } from '../../cli/display-name.js';
import { safelyInspected } from '../../cli/inspected.js';
import { styleFor } from '../../cli/style.js';
import { Progress } from '../../cli/views/progress.js';
import { SECTION } from '../../src/format/container.js';
import { BRINE, brine, type Run, temporaryFolder } from '../helpers/brine.js';
import { bundleLibrary, type LibraryBundle } from '../helpers/library-bundle.js';
import { findNode } from '../helpers/nodes.js';
import { reseal, sectionsOf } from '../helpers/reseal.js';
import { KEY, TerminalProgram } from '../helpers/terminal.js';

/** Tricks in characters that a text of one byte a character can hold. */
const ASCII_TRICKS = [
  '\u001b[2J\u001b[1;1H', // clears the screen
  '\u001b]0;title\u0007', // sets the title
  '\u001b]52;c;ZWNobw==\u0007', // writes the clipboard
  '\u001b]8;;http://evil/\u0007here\u001b]8;;\u0007', // a link that says otherwise
  '\u001bP+q544e\u001b\\', // asks the terminal, which answers as if somebody typed
  '\u001b[8mhidden\u001b[31m', // hides, colours
  '\u001b[?1049h\u001b[6n', // the other screen, the place of the cursor
  '\r\b\b\u007f\u0000\u000b\u000c', // over what was there
  '\nFAKE-LINE', // a line of its own
];
const WIDE_TRICKS = [
  '\u009b2J\u0085\u0090', // the same in one character
  '\u202egpj.exe\u202c\u2066x\u2069', // turns around
  '\u200b\u200d\ufeff\u00ad\u2060', // shows nothing
  '\u{e0041}\u{e0042}', // tags
  '\u2028\u2029FAKE-LINE',
  '\ud800',
  '\u115f\u3164\u180e',
];
const ASCII = ASCII_TRICKS.join('');
const ALL = ASCII + WIDE_TRICKS.join('');

const OWN_COLORS = /\u001b\[(?:[0-47]|2[2-47]|3[0-79]|9[0-7])m/g;
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

/** In values these stand between letters and parts of emoji. */
const JOINERS = /[\u200c-\u200f\u061c]|[\ufe00-\ufe0f]/g;

/** What acts in a text that was printed, besides line ends and colours; undefined when nothing does. */
function acting(printed: string, isValue = false): string | undefined {
  const rest = printed
    .replace(OWN_COLORS, '')
    .replaceAll('\n', ' ')
    .replace(isValue ? JOINERS : '', '');
  const at = rest.search(UNSAFE);
  if (at >= 0) return JSON.stringify(rest.slice(Math.max(0, at - 40), at + 40));
  // A name that ended a line could say anything on the next. A value takes the lines that it needs.
  if (isValue) return undefined;
  return printed.split('\n').find((line) => line.replace(OWN_COLORS, '').startsWith('FAKE-LINE'));
}

describe('the functions that texts go through', () => {
  test('make every code point of the first plane, and every format character of the others, harmless', () => {
    const points = Array.from({ length: 0x10000 }, (_, i) => i);
    for (let i = 0x10000; i < 0x110000; i++) if (UNSAFE.test(String.fromCodePoint(i))) points.push(i);
    for (const point of points) {
      const character = point < 0x10000 ? String.fromCharCode(point) : String.fromCodePoint(point);
      const text = `a${character}b`;
      const name = displayName(text);
      if (acting(name) !== undefined || name.includes('\n'))
        expect.fail(`displayName lets U+${point.toString(16)} pass`);
      if (name !== text && name !== `a\\u{${point.toString(16)}}b`)
        expect.fail(`U+${point.toString(16)} became ${name}`);
      if (acting(displayLines(text)) !== undefined)
        expect.fail(`displayLines lets U+${point.toString(16)} pass`);
      const json = displayJson({ [text]: text });
      if (acting(json) !== undefined || json.includes('\n'))
        expect.fail(`displayJson lets U+${point.toString(16)} pass`);
      if (JSON.parse(json)[text] !== text) expect.fail(`displayJson changes U+${point.toString(16)}`);
    }
    expect(points.length).toBeGreaterThan(0x10000 + 100);
  });

  test('let colours pass where brine writes, and no other sequence', () => {
    const { green, red, yellow, dim } = styleFor({ isTTY: true }, {});
    const dressed = `${green('a')} ${red('b')} ${yellow('c')} ${dim('d')}\n\te`;
    expect(terminalText(dressed)).toBe(dressed);
    const stopped = terminalText(ALL.replaceAll(OWN_COLORS, '').replaceAll('\u001b[31m', ''));
    expect(stopped).not.toMatch(/[\u001b\u009b\u0007\r\b\u202e\u2066\u2028\u{e0041}]/u);
    // Joiners stand between letters and parts of emoji.
    expect(terminalText('👨‍👩‍👧 نمی‌خواهم ❤️')).toBe('👨‍👩‍👧 نمی‌خواهم ❤️');
  });

  test("keep inspect's own colours, and show what values bring themselves", () => {
    const value = [
      1,
      'text',
      { [inspect.custom]: () => '\u001b[32mgreen\u001b[2J' },
      new Error('\u001b[31mred'),
    ];
    const show = (): string => inspect(value, { colors: true });
    const shown = safelyInspected(show);
    expect(shown).toContain('\u001b[33m1\u001b[39m');
    expect(shown).toContain('\\u{1b}[32mgreen\\u{1b}[2J');
    expect(shown).toContain('\\u{1b}[31mred');
    expect(inspect(1, { colors: true })).toBe('\u001b[33m1\u001b[39m');
    const plain = {
      a: [1, 'x', null, undefined, Symbol('s'), /r/, new Date(0), () => 1],
      b: new Map([[1, { c: 2n }]]),
    };
    expect(safelyInspected(() => inspect(plain, { colors: true }))).toBe(inspect(plain, { colors: true }));
  });
});

test('the progress view shows a title as it is, and nothing in it acts', () => {
  let drawn = '';
  const stdout = Object.assign(new PassThrough(), { columns: 2000 });
  stdout.on('data', (data) => (drawn += data));
  const state = { phase: 'walking' as const, done: 3, total: 10 };
  const options = { stdout: stdout as never, debug: true, patchConsole: false, exitOnCtrlC: false };
  const app = render(createElement(Progress, { title: `loading ${ALL}`, state }), options);
  app.unmount();
  const view = drawn.slice(drawn.indexOf('█'));
  expect(view).toContain('loading \\u{1b}[2J');
  expect(view).not.toMatch(/[\u0007\b\u009b\u202e\u2066\u2028\u000b]|\u001b\]|\u001b\[(?:2J|8m|6n)/u);
}, 20_000);

describe('a snapshot full of tricks', () => {
  const folder = temporaryFolder();
  const running: TerminalProgram[] = [];
  let lib: LibraryBundle;
  const home = join(folder.path, 'home');
  const state = join(folder.path, 'state');
  const env = { BRINE_HOME: home, XDG_STATE_HOME: state, FORCE_COLOR: '1' };
  // A folder whose name acts: its path is in every message.
  const place = join(folder.path, `place${ALL.replaceAll(/[\0/\ud800]/gu, '')}`);
  const file = join(place, 'work.pkl');
  const damaged = join(place, 'damaged.pkl');

  beforeAll(async () => {
    mkdirSync(place);
    lib = await bundleLibrary(['src/index.ts']);
    // An identifier as long as the tricks, which are put in its place afterwards.
    const stand = 'Z'.repeat(ASCII.length);
    const text = `${JSON.stringify(ALL)}`;
    const cells = [
      `const ${stand} = { ${stand}: 1 }; function f${stand}() { return ${stand} } class C${stand} { m${stand}() {} }`,
      `var all = { key: { [${text}]: ${text} }, inst: new C${stand}(), map: new Map([[${text}, 1]]), sym: Symbol(${text}) }`,
      `all[Symbol(${text})] = 1; all.reg = Symbol.for(${text}); all.fn = Object.defineProperty(() => 1, 'name', { value: ${text} })`,
      `var err = Object.assign(new Error(${text}), { name: ${text}, code: ${text} }); err.stack = 'Error: ' + ${text} + '\\n    at ' + ${text}`,
      `var agg = new AggregateError([err], ${text}, { cause: err }); var named = { [${text}]: class { static { Object.defineProperty(this, 'name', { value: ${text} }) } } }`,
      `var lost = { [${text}]: new (require('node:net').Socket)() }; var password = { ['password' + ${text}]: 'hunter22-and-more' }`,
      `/* ${ALL} */ var last = \`${ALL.replaceAll('\\', '\\\\')}\``,
      `all.proto = Object.create({ constructor: Object.defineProperty(function () {}, 'name', { value: ${text} }) }); all.tag = { [Symbol.toStringTag]: ${text} }`,
    ];
    writeFileSync(join(folder.path, 'cells.json'), JSON.stringify(cells));
    await lib.run(
      `import { readFileSync } from 'node:fs';
       const session = new lib.Session();
       for (const cell of JSON.parse(readFileSync(${JSON.stringify(join(folder.path, 'cells.json'))}, 'utf8'))) {
         const { status, error } = await session.evaluator.evaluate(cell, { isWhole: true });
         if (status !== 'done') throw error;
       }
       globalThis.feed = 1; session.pin('feed', 'open(/* ' + ${text} + ' */)');
       await session.save(${JSON.stringify(join(folder.path, 'plain.pkl'))}, { sign: 'no' });`,
      { env: { BRINE_HOME: home } },
    );
    const plain = readFileSync(join(folder.path, 'plain.pkl'));
    const sections = sectionsOf(plain).filter(({ kind }) => kind !== SECTION.spare);
    for (const section of sections) {
      if (section.kind === SECTION.meta) {
        const meta = JSON.parse(
          section.bytes.toString('utf8').replaceAll(stand, JSON.stringify(ASCII).slice(1, -1)),
        );
        meta.session.host = `host${ALL}`;
        section.bytes = Buffer.from(JSON.stringify(meta));
      } else if (section.kind !== SECTION.code) putInstead(section.bytes, stand, ASCII);
    }
    const hostile = Buffer.from(reseal(sections));
    writeFileSync(file, hostile);
    const broken = Buffer.from(plain);
    putInstead(broken, 'hunter22', 'hunter23');
    writeFileSync(damaged, broken);
    expect(hostile.includes('\u001b[2J')).toBe(true);
  });
  afterEach(() => {
    for (const program of running.splice(0)) program.kill();
  });
  afterAll(() => {
    lib.remove();
    folder.remove();
  });

  function putInstead(bytes: Buffer, from: string, to: string): void {
    for (let at = bytes.indexOf(from); at >= 0; at = bytes.indexOf(from, at)) bytes.write(to, at, 'latin1');
  }

  const checked = ({ stdout, stderr }: Run, isValue = false): string => {
    expect(acting(stdout, isValue)).toBeUndefined();
    expect(acting(stderr, isValue)).toBeUndefined();
    return stdout + stderr;
  };

  test.each([
    ['inspect', (path: string) => ['inspect', path]],
    ['inspect --json', (path: string) => ['inspect', '--json', path]],
    ['vars', (path: string) => ['vars', path]],
    ['vars --json', (path: string) => ['vars', '--json', path]],
    ['verify', (path: string) => ['verify', path]],
    ['verify --json', (path: string) => ['verify', '--json', path]],
    ['verify --load', (path: string) => ['verify', '--load', '--trust', path]],
    ['sign', (path: string) => ['sign', path]],
    ['trust', (path: string) => ['trust', path]],
    ['repair', (path: string) => ['repair', path, `${path}.repaired`]],
    ['repair --json', (path: string) => ['repair', '--json', path, `${path}.again`]],
    ['loading', (path: string) => [path]],
    ['loading as data', (path: string) => ['--data', path]],
  ])('%s prints nothing that acts', async (_, words) => {
    for (const path of [file, damaged, join(place, 'nowhere.pkl'), place]) {
      const printed = checked(await brine(words(path), { cwd: place, env }));
      expect(printed.length).toBeGreaterThan(10);
    }
  });

  test.each(['--trust', '--data'])('commands after a load with %s print nothing that acts', async (how) => {
    const commands = [
      ...[
        '.vars',
        '.vars --json',
        '.why lost',
        '.why all',
        '.why',
        '.history',
        '.history --json',
        '.pins',
        '.sessions',
      ],
      ...[
        'all',
        'err',
        'agg',
        'lost',
        'named',
        'password',
        'Object.keys(all.key)',
        'throw err',
        'throw agg',
        'all.reg',
        'all.tag',
        'all.proto',
      ],
      ...[
        'Promise.reject(err)',
        '.save again.pkl',
        '.save --json again.pkl',
        '.save --redact again.pkl',
        '.load again.pkl',
        '.load --json again.pkl',
      ],
      ...[
        '.load --dry-run again.pkl',
        '.load --as ns again.pkl',
        '.save work',
        '.load work',
        '.sessions',
        '.undo-save work',
        '.nothing',
        '.load missing.pkl',
      ],
      ...[
        '.why missing',
        '.drop missing',
        '.run-pin feed',
        '.pin --run feed',
        '.inspect again.pkl',
        '.load --replace again.pkl',
        '.unpin feed',
        '.recover',
      ],
    ];
    // What is a value, and what is a report, in a process each.
    for (const isValue of [true, false]) {
      const some = commands.filter((command) => command.startsWith('.') !== isValue);
      const input = [`.load ${how} work.pkl`, ...some, ''].join('\n');
      const printed = checked(await brine(['--keep-going'], { cwd: place, env, input }), isValue);
      expect(printed).toContain('work.pkl');
      // Every command said something.
      expect(printed.split('\n').length).toBeGreaterThan(some.length);
    }
  });

  for (const major of [20, 24]) {
    const node = findNode(major);
    test.skipIf('missing' in node)(
      `at a prompt of Node ${major} values, previews and completion do not act`,
      async () => {
        const program = new TerminalProgram([BRINE, '--data', 'work.pkl'], {
          command: 'path' in node ? node.path : '',
          cwd: place,
          env: { BRINE_HOME: home, XDG_STATE_HOME: state },
        });
        running.push(program);
        await program.waitFor(/In\[1\]> *$/);
        let number = 1;
        for (const cell of ['err', 'all', 'agg', 'throw err', 'var own = { e: err }'])
          await program.run(cell, ++number);
        // Previews below the line, then completion of names and members.
        for (const text of ['own', 'own.e', 'err', 'all.', 'all.key.', '']) {
          program.type(text);
          await new Promise((resolve) => setTimeout(resolve, 300));
          program.type(KEY.tab + KEY.tab);
          await new Promise((resolve) => setTimeout(resolve, 300));
          program.type(KEY.ctrlC);
          await new Promise((resolve) => setTimeout(resolve, 100));
        }
        const { raw } = program;
        for (const trick of [
          '\u001b[2J',
          '\u001b]',
          '\u001bP',
          '\u001b[8m',
          '\u001b[?1049h',
          '\u001b[6n',
          '\u009b',
          '\u202e',
          '\u2066',
          '\u2028',
          '\u{e0041}',
          '\u000b',
        ])
          expect(raw.includes(trick), JSON.stringify(trick)).toBe(false);
        expect(raw).toContain('\\u{1b}[2J');
      },
    );
  }
});
