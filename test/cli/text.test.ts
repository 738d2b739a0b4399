// Goal: what commands print is the same text for the same report, safe to print, and plain where it must be.
// Method: reports in, text out; no process is started.

import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseArguments } from '../../cli/commands/command.js';
import { doctorText } from '../../cli/commands/doctor.js';
import { gcText } from '../../cli/commands/gc.js';
import { commandName, isCommandLine } from '../../cli/commands/index.js';
import { mergeText } from '../../cli/commands/merge.js';
import { whyText } from '../../cli/commands/questions/why.js';
import { replayText } from '../../cli/commands/replay.js';
import { loadText, saveText } from '../../cli/commands/report.js';
import { sessionsText } from '../../cli/commands/sessions.js';
import { variablesText } from '../../cli/commands/vars.js';
import { displayJson, displayLines, displayName } from '../../cli/display-name.js';
import { ago, bytes, count, duration, softWrapped, wrapWords } from '../../cli/format.js';
import { History, historyFile } from '../../cli/repl/history.js';
import { styleFor } from '../../cli/style.js';
import { contentOf } from '../../cli/unsaved.js';
import type { Loss } from '../../src/session/types.js';

const style = styleFor({ isTTY: false }, { LANG: 'C.UTF-8' });
const page = { style, columns: 80, workingDirectory: '/work' };

const socket: Loss = {
  name: 'db',
  path: 'db.pool.clients[0].socket',
  what: 'Socket',
  reason: 'it is an operating-system handle',
  hint: 'connect again after loading',
};

test('a save report', () => {
  const report = {
    target: '/work/work.pkl',
    saved: ['cfg', 'db', 'users'],
    linked: [{ name: 'fs', target: 'node:fs' }],
    losses: [socket],
    pins: [{ name: 'feed', source: 'await open()' }],
    secrets: [
      { path: 'cfg.token', kind: 'GitHub token', isRedacted: false },
      { path: 'cfg.password', kind: 'password', isRedacted: true },
    ],
    leftOut: [{ name: 'tmp', path: 'tmp', reason: 'it was excluded with t*' }],
    changes: [],
    generation: 1,
    pruned: [],
    objects: 61330,
    rawBytes: 13_100_000,
    storedBytes: 2_400_000,
    signed: 'own' as const,
    durationMs: 412,
  };
  expect(saveText(report, page)).toBe(
    [
      '✓ work.pkl   4 names · 61,330 objects · 13.1 MB → 2.4 MB · 0.41 s',
      '  saved     cfg  db  users',
      '  linked    fs → node:fs',
      '  pinned    feed → await open()',
      '  left out  tmp (it was excluded with t*)',
      '  skipped   db.pool.clients[0].socket  Socket (it is an operating-system handle)',
      '  secret?   cfg.token  GitHub token',
      '  → they are in the file: .save with --redact takes them out, --exclude whole names',
      '  → .why db',
    ].join('\n'),
  );
});

test('a load report', () => {
  const report = {
    source: 'work.pkl',
    savedAtMs: 1_000_000,
    node: '20.20.2',
    brine: '0.1.0',
    host: 'lab-3',
    restored: ['cfg', 'users'],
    unread: ['users'],
    unreadParts: [{ name: 'users', type: 'Array(10,000)', bytes: 2_400_000, preview: '[ User, … ]\u001b' }],
    linked: [{ name: 'acorn', target: 'acorn@8.19.0', warning: '8.19.0 then, 8.20.1 now' }],
    warnings: [],
    losses: [],
    overwritten: ['cfg'],
    kept: ['mine'],
    classConflicts: [{ name: 'Point', taken: 'stored' as const }],
    leftOut: [],
    pins: [
      { name: 'feed', source: 'await open()', state: 'waiting' as const },
      { name: 'db', source: 'connect()', state: 'failed' as const, error: 'Error: no' },
    ],
    isDryRun: false,
    patched: ['Array.prototype.last'],
    generation: 1,
    objects: 3,
    opened: 'trusted' as const,
    damage: [],
    whose: { whose: 'own' as const },
    withheld: {},
    durationMs: 180,
  };
  expect(loadText(report, page, 1_000_000 + 14 * 3_600_000, '24.21.0')).toBe(
    [
      '✓ work.pkl   saved 14 h ago on lab-3 · Node 20.20.2 → 24.21.0 · 3 names · 0.18 s',
      '  restored  cfg',
      '  on touch  users  Array(10,000)  2.4 MB  [ User, … ]\\u{1b}',
      '  imported  acorn → acorn@8.19.0 ⚠ 8.19.0 then, 8.20.1 now',
      '  pinned    feed → await open() (not run; .pin feed --run)',
      '            db → connect(): Error: no',
      '  replaced  cfg',
      '  kept      mine',
      '  class     Point has another class here; what was loaded keeps the one of the',
      '            file',
      '  patched   Array.prototype.last',
    ].join('\n'),
  );
  // On an object of its own, with --as.
  expect(loadText(report, { ...page, under: 'old' }, 1_000_000, '20.20.2').split('\n')[1]).toBe(
    '  under     old: old.cfg and so on; your own names stay as they are',
  );
  expect(loadText(report, page, 1_000_000, '20.20.2')).not.toContain('  under ');
});

test('on a narrow screen what has no room in a table stands below, and nothing is left out', () => {
  const narrow = { style, columns: 40, rowColumns: 40 };
  const shown = (text: string): string => softWrapped(text, 40);
  const texts = {
    gc: gcText(
      {
        isDryRun: true,
        garbage: [
          {
            ...{ kind: 'temporary', path: '/work/.a-long-name.pkl.1234.tmp', bytes: 1_200_000 },
            ...{ name: '/work/.a-long-name.pkl.1234.tmp', lastMs: 0, isRemoved: false },
          },
        ],
        freedBytes: 1_200_000,
        unsaved: 1,
      },
      narrow,
      3_600_000,
    ),
    merge: mergeText(
      { a: 'monday.pkl', b: 'tuesday.pkl' },
      {
        ...{ target: 'both.pkl', a: ['one'], b: ['two'], same: ['unit'] },
        conflicts: [{ name: 'aNameThatIsRatherLong', a: 'Array(10,000)', b: 'Object{12}', take: null }],
        ...{ isWritten: false, isSigned: false, isEncrypted: false },
      },
      narrow,
    ),
    doctor: doctorText(
      [
        { check: 'terminal', state: 'ok', found: '40 columns, 256 colours, UTF-8', fix: null },
        {
          check: 'saves',
          state: 'problem',
          found: '/srv/brine/sessions: others can write',
          fix: 'chmod 700',
        },
      ] as never,
      narrow,
    ),
    sessions: sessionsText(
      [
        { name: 'the-session-of-this-week', generations: [{ generation: 7, bytes: 5e6, savedAtMs: 0 }] },
      ] as never,
      3_600_000,
      narrow,
    ),
    replay: replayText(
      {
        ...{ cells: 3, failed: [{ number: 2, error: 'Error: no' }], isReproducible: false },
        names: [
          {
            ...{ name: 'aNameThatIsRatherLong', state: 'differs' },
            changes: [{ kind: 'changed', name: 'a', path: 'a.b', before: 'false', after: 'true' }],
          },
        ],
      } as never,
      narrow,
    ),
  };
  for (const [name, text] of Object.entries(texts))
    for (const line of shown(text).split('\n'))
      expect(line.length, `${name}: ${line}`).toBeLessThanOrEqual(40);
  expect(shown(texts.gc)).toMatch(
    /^ {2}would go\n +\/work\/\.a-long-name[^\n]*\n {14}of a save that was killed\n {14}1\.2 MB {2}1 h ago/m,
  );
  expect(shown(texts.merge)).toMatch(
    /^ {2}conflict {2}aNameThatIsRatherLong\n {14}a: Array\(10,000\)\n {14}b: Object\{12\}/m,
  );
  expect(shown(texts.doctor)).toMatch(/^ {2}saves +✗\n +\/srv\/brine\/sessions:\s+others\s+can\s+write/m);
  expect(shown(texts.sessions)).toMatch(
    /^1 {2}the-session-of-this-week@7\n {5}1 h ago {2}5\.0 MB {2}newest/m,
  );
  expect(shown(texts.replay)).toMatch(/^ {2}aNameThatIsRatherLong {2}differs\n[\s\S]*false then, true now/m);
  // Where programs read, a row is a line.
  expect(
    gcText({ isDryRun: true, garbage: [], freedBytes: 0, unsaved: 0 }, { style, columns: 100 }, 0),
  ).toContain('nothing');
});

const problem = {
  ...{
    name: 'db',
    path: 'db.pool.clients[0].socket',
    what: 'Socket',
    why: 'it is an operating-system handle',
  },
  chain: [
    { step: 'db', type: 'Pool{1}' },
    { step: '.pool', type: 'Object{1}' },
    { step: '.socket', type: 'Socket' },
  ],
  also: ['index.source'],
  alsoCount: 1,
  cures: [{ way: 'again', text: 'connect again after loading' }],
  code: { url: 'In[5]', line: 2, text: 'return db.pool' },
} as const;
const answer = { path: 'db', type: 'Pool{1}', save: 'partly', problems: [problem] } as const;

test('why', () => {
  expect(whyText(answer, { style, columns: 80 })).toBe(
    [
      'db  cannot be saved whole',
      '  path  db.pool.clients[0].socket',
      '  is    Socket',
      '  why   it is an operating-system handle',
      '  chain db (Pool{1}) → .pool (Object{1}) → .socket (Socket)',
      '  code  In[5]:2  return db.pool',
      '  also  index.source',
      '  do    connect again after loading',
    ].join('\n'),
  );
});

test('the table of names', () => {
  const rows = [
    {
      name: 'users',
      kind: 'let',
      type: 'Array(10,000)',
      preview: '[ 1 ]',
      bytes: 2000,
      cell: 3,
      save: 'value',
    },
    { name: 'db', kind: 'const', type: 'Pool', preview: '', bytes: undefined, cell: 0, save: 'lost' },
  ] as const;
  expect(variablesText(rows, { style, columns: 80 })).toBe(
    [
      'name   kind   type           save    since  size    preview',
      'users  let    Array(10,000)  ✓       In[3]  2.0 kB  [ 1 ]',
      'db     const  Pool           ✗ .why',
      '2 names, 1 cannot be saved',
    ].join('\n'),
  );
});

test('nothing unsafe is printed', () => {
  expect(displayName('a\u001b[2J\u009bb\u202e\u200b\u2028\ud800\u{e0041}é漢')).toBe(
    'a\\u{1b}[2J\\u{9b}b\\u{202e}\\u{200b}\\u{2028}\\u{d800}\\u{e0041}é漢',
  );
  expect(displayName('abcdef', 4)).toBe('abc…');
  const bad = '\u001b]0;y\u0007\u202e\u009b\u2066\u0000';
  const hostile = {
    ...{ name: bad, path: `${bad}.a`, what: bad, why: bad, also: [bad], alsoCount: 1 },
    chain: [1, 2, 3].map(() => ({ step: bad, type: bad })),
    cures: [{ way: 'again', text: bad }],
    code: { url: bad, line: 1, text: bad },
  } as const;
  const text = whyText({ ...answer, path: bad, problems: [hostile] }, { style, columns: 80 });
  expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e\u2066]/);
});

test('colours and symbols follow the environment', () => {
  const red = (env: NodeJS.ProcessEnv, isTTY: boolean) => styleFor({ isTTY }, env).red('x');
  expect(red({ TERM: 'xterm' }, true)).toBe('\u001b[31mx\u001b[39m');
  expect([red({ TERM: 'xterm' }, false), red({ NO_COLOR: '1' }, true), red({ TERM: 'dumb' }, true)]).toEqual([
    'x',
    'x',
    'x',
  ]);
  expect(red({ FORCE_COLOR: '1' }, false)).toBe('\u001b[31mx\u001b[39m');
  const ok = (env: NodeJS.ProcessEnv) => styleFor({}, env).ok;
  expect([ok({}), ok({ LANG: 'de_DE.UTF-8' }), ok({ LC_ALL: 'C' }), ok({ BRINE_PLAIN: '1' })]).toEqual([
    '✓',
    '✓',
    '+',
    '+',
  ]);
});

test('numbers', () => {
  expect([count(0), count(1234567), count(999)]).toEqual(['0', '1,234,567', '999']);
  expect([bytes(0), bytes(412), bytes(13_100_000), bytes(999_600)]).toEqual([
    '0 B',
    '412 B',
    '13.1 MB',
    '1.0 MB',
  ]);
  expect([duration(1), duration(2100), duration(412, true), duration(125_000)]).toEqual([
    '1 ms',
    '2.1 s',
    '0.41 s',
    '2 min 5 s',
  ]);
  expect([ago(0, 5_000), ago(0, 600_000), ago(0, 86_400_000 * 5)]).toEqual([
    '5 s ago',
    '10 min ago',
    '5 days ago',
  ]);
  expect(wrapWords('  saved  ', ['aaaa', 'bbbb', 'cccc'], 20)).toBe('  saved  aaaa  bbbb\n         cccc');
});

test('arguments', () => {
  const { words, flags } = parseArguments('"my file.pkl" a\\ b \'c d\' --replace --name=x "--not"');
  expect(words).toEqual(['my file.pkl', 'a b', 'c d', '--not']);
  expect([...flags]).toEqual([
    ['replace', true],
    ['name', 'x'],
  ]);
  expect([commandName('  .save x'), commandName('.5'), commandName('...a'), commandName('.map(')]).toEqual([
    'save',
    undefined,
    undefined,
    undefined,
  ]);
  expect([isCommandLine('.vars'), isCommandLine('.vars()'), isCommandLine('.varz')]).toEqual([
    true,
    false,
    false,
  ]);
});

test('the history is one cell a line, private, bounded, and survives damage', () => {
  const folder = mkdtempSync(join(tmpdir(), 'brine-history-'));
  try {
    const file = join(folder, 'deep', 'history.jsonl');
    const first = new History(file);
    first.add('let a = 1');
    first.add('function f() {\n}');
    first.add('function f() {\n}');
    first.add('  ');
    expect([statSync(file).mode & 0o777, statSync(join(folder, 'deep')).mode & 0o777]).toEqual([
      0o600, 0o700,
    ]);
    expect(JSON.parse(readFileSync(file, 'utf8').split('\n')[1]!)).toMatchObject({
      cell: 'function f() {\n}',
    });
    writeFileSync(file, `${readFileSync(file, 'utf8')}{"cell": "cut`, { mode: 0o600 });
    expect(new History(file).cells).toEqual(['function f() {\n}', 'let a = 1']);
    writeFileSync(
      file,
      Array.from({ length: 30_000 }, (_, i) => JSON.stringify({ cell: `${'x'.repeat(90)}${i}` })).join('\n'),
    );
    expect(new History(file).cells).toHaveLength(1000);
    expect(statSync(file).size).toBeLessThan(200_000);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('the history can be moved and turned off', () => {
  expect(historyFile({ BRINE_HISTORY: '' })).toBeUndefined();
  expect(historyFile({ BRINE_HISTORY: '/dev/null' })).toBeUndefined();
  expect(historyFile({ BRINE_HISTORY: '/x/y' })).toBe('/x/y');
  expect(historyFile({ XDG_STATE_HOME: '/state' })).toBe('/state/brine/history.jsonl');
});

// What acts on a terminal, by properties of Unicode and not by the list that the code has.
const ACTS = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;

test('no code point of the first plane acts on a terminal through names, lines or JSON', () => {
  const acting: string[] = [];
  for (let code = 0; code <= 0xffff; code++) {
    const text = `a${String.fromCharCode(code)}b`;
    // Unassigned and private code points act on nothing, and may be letters of a newer Unicode.
    const isHarmless = /^a[\p{Cn}\p{Co}]b$/u.test(text) && !/\p{Default_Ignorable_Code_Point}/u.test(text);
    const json = displayJson({ [text]: text });
    const shown = [displayName(text), json, ...displayLines(text).split('\n')];
    if (!isHarmless && shown.some((one) => ACTS.test(one))) acting.push(code.toString(16));
    if (JSON.parse(json)[text] !== text) acting.push(`${code.toString(16)} is lost in JSON`);
  }
  expect(acting).toEqual([]);
});

test('escapes in a row, cut in the middle or beyond the first plane are shown', () => {
  const tricks = [
    '\u001b]0;title\u0007',
    '\u001b]8;;https://x\u001b\\link\u001b]8;;\u001b\\',
    '\u001b]52;c;eA==\u0007',
    '\u009d52;c;eA==\u009c',
    '\u001bPq\u001b\\',
    '\u001b_apc\u001b\\',
    '\u001b[8mhidden\u001b[0m',
    'a\rb\bc\u007fd',
    '\u202eevil\u2066\u2069',
    'a\u200b\u200d\u2060b\ufeff',
    '\u{e0041}\u{e007f}',
    '\u{1d173}',
    '\ud83d',
  ];
  for (const trick of tricks) {
    expect(ACTS.test(displayName(trick)), JSON.stringify(trick)).toBe(false);
    expect(ACTS.test(displayName(trick, 5)), JSON.stringify(trick)).toBe(false);
    expect(JSON.parse(displayJson(trick))).toBe(trick);
    expect(ACTS.test(displayJson(trick)), JSON.stringify(trick)).toBe(false);
  }
});

test('what is offered back counts the names that it lists, also those that no snapshot could have', () => {
  const change = { type: 'change', rebound: ['res', 'users', 'byCity'], gone: [], kinds: {} };
  const found = { snapshot: { names: 2 }, changes: [], entries: [change] } as never;
  expect(contentOf(found)).toBe('3 names (byCity, users, res)');
});
