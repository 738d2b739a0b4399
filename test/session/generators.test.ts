// Goal: generators of a session go on with their own text, whatever other code is in the snapshot, read at once or late.
// Method: names with code of their own beside generators in every state; another process goes on with them.

import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundleLibrary, type LibraryBundle } from '../helpers/library-bundle.js';
import { toldBy } from '../helpers/sessions.js';

let lib: LibraryBundle;
let file: string;
beforeAll(async () => {
  lib = await bundleLibrary(['src/index.ts']);
  file = JSON.stringify(join(lib.folder, 'generators.pkl'));
  expect(await toldBy(lib, CELLS, `tell((await session.save(${file})).losses);`)).toEqual([]);
});
afterAll(() => lib.remove());

const CELLS = [
  'class A { get x() { return 1 } }',
  'const first = () => "first"; const second = () => "second"',
  'function* count() { yield 1; yield 2; return 3 }',
  'function* words() { let n = 0; for (const word of new Set(["a", "b", "c"])) { n++; yield word + n } }',
  'async function* later() { yield "l1"; yield "l2" }',
  'const begun = count(); begun.next(); const called = count(); const done = count(); [...done]',
  'const speaking = words(); speaking.next(); speaking.next()',
  'const waiting = later(); await waiting.next()',
  'const held = { list: [words(), begun], a: new A() }; held.list[0].next()',
];

test.each([false, true])('beside classes and functions of other names (read late: %s)', async (isLazy) => {
  const told = await toldBy(
    lib,
    [],
    `const { losses } = await session.load(${file}, { isLazy: ${isLazy} });
     tell([losses, held.list[1] === begun, [...begun], [...called], [...done], [...speaking], held.list[0].next().value,
       (await waiting.next()).value, held.a.x, first(), second()]);`,
  );
  expect(told).toEqual([[], true, [2], [1, 2], [], ['c3'], 'b2', 'l2', 1, 'first', 'second']);
});
