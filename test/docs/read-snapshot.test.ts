// Goal: docs/FORMAT.md is enough to write a reader from; the Python one in docs/examples/ was.
// Method: write snapshots with brine, read them with `python3`, compare what it prints; damage one at every byte and
// expect a message, never a traceback or a value. Without Python on the machine there is nothing to try.

import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { bytesOf, SnapshotWriter } from '../../src/format/index.js';
import { ReducerRegistry } from '../../src/graph/registry.js';
import { dumps } from '../../src/library/index.js';
import type { Root } from '../../src/pickle/types.js';
import { walk } from '../../src/pickle/walk.js';
import { ROOT } from './markdown.js';

const SCRIPT = `${ROOT}/docs/examples/read_snapshot.py`;
const folder = fs.mkdtempSync(join(os.tmpdir(), 'brine-python-'));
afterAll(() => fs.rmSync(folder, { recursive: true }));

const python = spawnSync('python3', ['-c', 'import sys; print(sys.version_info >= (3, 9))'], {
  encoding: 'utf8',
});
const hasPython = python.status === 0 && python.stdout.trim() === 'True';
if (!hasPython) console.warn('no python3 of 3.9 or newer here: read_snapshot.py is not tried');

/** Values by what Python prints for them. */
const VALUES: [name: string, value: unknown, printed: string][] = [
  ['a whole number', -300, '-300'],
  ['minus zero', -0, '-0.0'],
  ['not a number', Number.NaN, 'nan'],
  ['a bigint', -(2n ** 70n), '-1180591620717411303424n'],
  ['null and undefined', [null, undefined], '[None, undefined]'],
  ['booleans of one column', [true, false, true], '[True, False, True]'],
  ['a latin string', 'é', "'\\xe9'"],
  ['a wide string', '☃ and 😀', "'\\u2603 and \\U0001f600'"],
  ['a lone surrogate', '\ud800', "'\\ud800'"],
  ['holes', [1, , 'x'], "[1, <hole>, 'x']"],
  ['a sparse array', Object.assign([], { 5000: 'x' }), "[(5000, 'x')]"],
  ['an array in itself', cyclicArray(), '[1, [...]]'],
  ['a map and a set', new Map<unknown, unknown>([['k', new Set([1, 'x'])]]), "Map[('k', Set[1, 'x'])]"],
  ['a date', new Date(86_400_000), 'datetime.datetime(1970, 1, 2, 0, 0, tzinfo=datetime.timezone.utc)'],
  ['an invalid date', new Date(Number.NaN), '<date nan>'],
  ['a Buffer', Buffer.from('hi'), "b'hi'"],
  ['doubles', new Float64Array([1.5, -2]), '[1.5, -2.0]'],
  ['a view', new Uint16Array(Uint8Array.of(0, 0, 1, 2, 3, 4).buffer, 2, 2), '[513, 1027]'],
  ['a DataView', new DataView(Uint8Array.of(1, 2, 3).buffer, 1), "b'\\x02\\x03'"],
  ['bigints in an array', new BigInt64Array([-5n]), '[-5]'],
  ['an error', Object.assign(new RangeError('no'), { stack: 's' }), "{'stack': 's', 'message': 'no'}"],
  ['a getter is not run', { get x() { throw new Error(); } }, "{'x': <accessor>}"], // biome-ignore format: one line
  ['a boxed string', Object('s'), "'s'"],
  ['what is named', [Symbol.iterator, /a/g, Symbol('s')], '[<intrinsic Symbol.iterator>, <regexp /a/g>, <symbol s>]'], // biome-ignore format: one line
  ['what is code', [() => 1, class {}], '[<function>, <class>]'],
  ['two layouts of one shape', [{ a: 1 }, { a: 'x' }], "[{'a': 1}, {'a': 'x'}]"],
  ['a name that is no name', JSON.parse('{"__proto__": 1}'), "{'__proto__': 1}"],
];

function cyclicArray(): unknown[] {
  const array: unknown[] = [1];
  array.push(array);
  return array;
}

function readWithPython(path: string, ...names: string[]): string {
  return execFileSync('python3', [SCRIPT, path, ...names], { encoding: 'utf8' });
}

function written(name: string, bytes: Uint8Array): string {
  const path = join(folder, name);
  fs.writeFileSync(path, bytes);
  return path;
}

test.skipIf(!hasPython)('Python reads every kind of plain data', () => {
  const all = Object.fromEntries(VALUES.map(([name, value]) => [name, { value }]));
  const printed = readWithPython(written('plain.pkl', dumps(all)));
  for (const [name, , expected] of VALUES) {
    expect(printed, name).toContain(`'${name}': {'value': ${expected}}`);
  }
});

test.skipIf(!hasPython)('Python reads every width and form of a column', () => {
  const columns = [0, 7, 200, -200, 40_000, 3_000_000_000, 0.5].flatMap((first) => [
    [first, first],
    [first, 1],
    [first, null, 'x', 2n],
  ]);
  const many = Array.from({ length: 70_000 }, (_, i) => `s${i}`);
  const printed = readWithPython(written('columns.pkl', dumps([columns, many])));
  const words = printed.slice(printed.indexOf('[')).replaceAll('None', 'null').replaceAll('2n', '2');
  expect(JSON.parse(words.replaceAll("'", '"'))).toEqual(
    [columns, many].map((list) => list.map((item) => (Array.isArray(item) ? item.map(plain) : item))),
  );
});

function plain(value: unknown): unknown {
  return typeof value === 'bigint' ? Number(value) : value;
}

test.skipIf(!hasPython)('Python lists the names of a session, or one of them', () => {
  const shared = { x: 1 };
  const roots = [
    { name: 'work', value: shared },
    { name: 'more', value: [shared, Symbol.iterator] },
    { name: 'again', value: shared },
    { name: 'count', value: 7 },
    { name: 'data', value: Buffer.from('bytes') },
  ];
  const path = written('named.pkl', snapshotOf(roots));
  const all = readWithPython(path);
  expect(all.slice(all.indexOf('\n'))).toBe(
    `${['', "work = {'x': 1}", "more = [{'x': 1}, <intrinsic Symbol.iterator>]", "again = {'x': 1}", 'count = 7', "data = b'bytes'"].join('\n')}\n`,
  );
  expect(readWithPython(path, 'work')).toContain("\nwork = {'x': 1}\n");
  expect(readWithPython(path, 'work')).not.toContain('more');
  expect(readWithPython(path, 'more', 'count').split('\n').slice(1, 3)).toEqual(all.split('\n').slice(2, 5).filter((_, i) => i !== 1)); // biome-ignore format: one line
  expect(readWithPython(path, 'other')).not.toContain('work');
});

test.skipIf(!hasPython)('Python reads a group that lies in several stripes', () => {
  // A long text weighs as much as many cells, and is in the file once.
  const heavy = new Array(40).fill('x'.repeat(2 ** 20));
  const after = Array.from({ length: 100 }, (_, i) => [i]);
  const path = written('stripes.pkl', snapshotOf([{ name: 'all', value: [heavy, after, after[7]] }]));
  const out = execFileSync('python3', ['-c', STRIPES, SCRIPT, path], { encoding: 'utf8' });
  expect(JSON.parse(out)).toEqual([2, 40, true, true]);
});

// How many stripes the group has, how many texts; whether each item is where it belongs, and is shared.
const STRIPES = `
import json, runpy, sys
reader = runpy.run_path(sys.argv[1])
snapshot = reader["Snapshot"](open(sys.argv[2], "rb").read())
heavy, after, seventh = snapshot.roots["all"]
is_right = after == [[i] for i in range(100)]
print(json.dumps([len(snapshot.groups[1].stripes), len(heavy), is_right, after[7] is seventh]))
`;

function snapshotOf(roots: readonly Root[]): Buffer {
  const sink = new SnapshotWriter(false);
  const { index, values } = walk(roots, { registry: new ReducerRegistry(), sink });
  const meta = { type: 'value', brine: '0.1.0', node: '20.19.0', values, modules: [] } as const;
  return Buffer.concat([...bytesOf(sink.finish(index, meta))]);
}

test.skipIf(!hasPython)('Python refuses a snapshot that was damaged anywhere it looks', () => {
  const bytes = dumps({ a: 1, list: [1.5, null], text: 'é☃', data: Buffer.from('bytes') });
  written('whole.pkl', bytes);
  const out = execFileSync('python3', ['-c', DAMAGE, SCRIPT, join(folder, 'whole.pkl')], {
    encoding: 'utf8',
  });
  expect(out).toBe('');
});

// In one process, because starting Python some hundred times takes a minute. Bytes of the code section are not read.
const DAMAGE = `
import runpy, sys
reader = runpy.run_path(sys.argv[1])
data = open(sys.argv[2], "rb").read()
code = reader["struct"].unpack_from("<QQ", data, 32 + 2 * 32 + 8)
for at in range(len(data)):
    for name, damaged in (("flipped", data[:at] + bytes([data[at] ^ 1]) + data[at + 1:]), ("cut", data[:at])):
        if name == "flipped" and code[0] <= at < code[0] + code[1]:
            continue
        try:
            reader["Snapshot"](damaged)
            print(name, at, "was not noticed")
        except reader["SnapshotError"]:
            pass
        except Exception as error:
            print(name, at, repr(error))
`;
