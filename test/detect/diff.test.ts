// Goal: what differs between two snapshots is told completely, by path and kind, and nothing else is.
// Method: pairs of values with one difference each, on every kind of container; identity made and taken; a chain of 100,000;
// files compared by the built program, with its exit codes; the session against its last save on a terminal.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { detect, diff } from '../../src/detect/index.js';
import { dumps } from '../../src/library/index.js';
import { BRINE, brine, temporaryFolder } from '../helpers/brine.js';
import { TerminalProgram } from '../helpers/terminal.js';

const folder = temporaryFolder();
afterAll(() => folder.remove());

const told = (before: unknown, after: unknown): string[] =>
  diff(detect(dumps(before)), detect(dumps(after))).changes.map(({ kind, path, before: was, after: is }) =>
    [kind, path, was, is].filter((part) => part !== undefined).join(' | '),
  );

const shared = { s: 1 };
const TABLE: readonly (readonly [string, unknown, unknown, readonly string[]])[] = [
  ['nothing', { a: [1, { b: 2 }] }, { a: [1, { b: 2 }] }, []],
  ['a number', { a: 1 }, { a: 2 }, ['changed | .a | 1 | 2']],
  ['minus zero', { a: 0 }, { a: -0 }, ['changed | .a | 0 | -0']],
  ['a whole number as another type', { a: 1 }, { a: 1n }, ['changed | .a | 1 | 1n']],
  ['a primitive root', 1, 'x', ['changed |  | 1 | "x"']],
  ['a property more', { a: 1 }, { a: 1, b: {} }, ['added | .b | Object{0}']],
  ['a property less', { a: 1, b: null }, { a: 1 }, ['removed | .b | null']],
  ['another order of keys', { a: 1, b: 2 }, { b: 2, a: 1 }, []],
  ['a longer list', [1], [1, [2]], ['added | [1] | Array(1)']],
  ['a shorter list', [1, 2], [1], ['removed | [1] | 2']],
  ['a map', new Map([['k', 1]]), new Map([['k', 2]]), ['changed | .get("k") | 1 | 2']],
  [
    'a key of a map',
    new Map([['k', 1]]),
    new Map([['l', 1]]),
    ['removed | .get("k") | 1', 'added | .get("l") | 1'],
  ],
  [
    'a map in another order',
    new Map([
      ['a', 1],
      ['b', 2],
    ]),
    new Map([
      ['b', 2],
      ['a', 1],
    ]),
    [],
  ],
  ['a set', new Set(['a']), new Set(['a', 'b']), ['added | .has("b") | "b"']],
  [
    'bytes',
    { b: new Uint8Array([1, 2]) },
    { b: new Uint8Array([1, 3]) },
    ['changed | .b.buffer | 2 bytes | 2 bytes'],
  ],
  ['a date', new Date(1), new Date(2), ['changed |  | 1 | 2']],
  ['another kind', { a: [] }, { a: {} }, ['changed | .a | Array(0) | Object{0}']],
  [
    'a long text',
    { a: 'x'.repeat(99) },
    { a: `${'x'.repeat(98)}y` },
    [`changed | .a | "${'x'.repeat(59)}…" | "${'x'.repeat(59)}…"`],
  ],
  ['shared no more', { a: shared, b: shared }, { a: { s: 1 }, b: { s: 1 } }, ['identity | .b | .a']],
  ['shared now', { a: { s: 1 }, b: { s: 1 } }, { a: shared, b: shared }, ['identity | .b | .a']],
  [
    'frozen',
    {},
    Object.freeze({}),
    ['changed |  | frozen, sealed or extensible | frozen, sealed or extensible'],
  ],
];

for (const [name, before, after, expected] of TABLE) {
  test(`${name}`, () => {
    expect(told(before, after)).toEqual(expected);
    expect(told(before, before)).toEqual([]);
  });
}

test('a value that is shared otherwise and differs is told as both', () => {
  const before = { a: shared, b: shared };
  const after = { a: { s: 1 }, b: { s: 2 } };
  expect(told(before, after)).toEqual(['identity | .b | .a', 'changed | .b.s | 1 | 2']);
});

test('code is a text diff, and one that is too different is not', () => {
  const wide = (line: (i: number) => string): string =>
    Array.from({ length: 3000 }, (_, i) => line(i)).join('\n');
  const make = (body: string): unknown => new Function(`return { f() {\n${body}\n} }`)();
  const found = diff(detect(dumps(make('let a = 1\nreturn a'))), detect(dumps(make('let a = 2\nreturn a'))));
  expect(found.changes).toMatchObject([{ kind: 'code', path: '.f' }]);
  expect(found.changes[0]?.lines).toEqual(expect.arrayContaining(['-let a = 1', '+let a = 2', ' return a']));
  const [before, after] = [make(wide((i) => `a${i}()`)), make(wide((i) => `b${i}()`))];
  const far = diff(detect(dumps(before)), detect(dumps(after)));
  expect(far.changes).toEqual([{ kind: 'code', name: '', path: '.f' }]);
});

test('a long chain is compared to its end, and of many changes the first thousand are told', () => {
  const chain = (end: number): object => {
    let at: object = { end };
    for (let i = 0; i < 100_000; i++) at = { at };
    return at;
  };
  expect(told(chain(1), chain(2))).toEqual([
    expect.stringMatching(/^changed \| .* … .*\.at\.end \| 1 \| 2$/),
  ]);
  const rows = (by: number): number[] => Array.from({ length: 5000 }, (_, i) => i + by);
  const many = diff(detect(dumps(rows(0))), detect(dumps(rows(1))));
  expect([many.changes.length, many.changeCount]).toEqual([1000, 5000]);
});

test('exit codes are those of diff', async () => {
  const place = (name: string): string => join(folder.path, name);
  writeFileSync(place('a.pkl'), dumps({ a: 1 }));
  writeFileSync(place('b.pkl'), dumps({ a: 2 }));
  writeFileSync(place('no.pkl'), 'no snapshot');
  const here = { cwd: folder.path };
  expect(await brine(['diff', 'a.pkl', 'a.pkl'], here)).toMatchObject({
    code: 0,
    stdout: '✓ nothing differs\n',
  });
  expect(await brine(['diff', 'a.pkl', 'b.pkl'], here)).toMatchObject({ code: 1, stdout: '~ .a  1 → 2\n' });
  expect(await brine(['diff', 'a.pkl', 'no.pkl'], here)).toMatchObject({ code: 2, stdout: '' });
  expect(await brine(['diff', 'a.pkl', 'missing.pkl'], here)).toMatchObject({ code: 2, stdout: '' });
  expect(await brine(['diff', 'a.pkl', 'b.pkl', 'nobody'], here)).toMatchObject({ code: 2, stdout: '' });
});

test('at the prompt, against the last save', async () => {
  const program = new TerminalProgram([BRINE], { cwd: folder.path, rows: 40 });
  try {
    await program.waitFor(/In\[1\]> *$/);
    await program.run('let cfg = { rate: 1 }, old = 1', 2);
    expect(await program.run('.diff', 2)).toContain('nothing was saved or loaded yet');
    await program.run('.save work.pkl', 2);
    expect(await program.run('.diff', 2)).toContain('✓ nothing differs');
    await program.run('cfg.rate = 2; let fresh = 1; old = [1]', 3);
    expect(await program.run('.diff', 3)).toMatch(
      /\n~ cfg\.rate {2}1 → 2\n\+ fresh {2}1\n~ old {2}1 → Array\(1\)\n/,
    );
  } finally {
    program.kill();
  }
});
