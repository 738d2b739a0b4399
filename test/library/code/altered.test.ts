// Goal: what runs a text that had to be altered when it was loaded is saved as any other: generators, of whatever age.
// Method: a program with a module that has `import.meta` and `import()`, for which loaded code has other words; generators of it are made
// after a load, and saved wherever they stand.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundleLibrary, type LibraryBundle } from '../../helpers/library-bundle.js';

let lib: LibraryBundle;
let url: string;

beforeAll(async () => {
  lib = await bundleLibrary();
  const file = join(lib.folder, 'generators.mjs');
  writeFileSync(
    file,
    `export function* g(n) {
      const u = import.meta.url; let x = n;
      while (true) { const got = yield [x++, typeof u, typeof import.meta.url]; x += got }
    }
    export const o = { *m(n) { const p = () => import("node:path"); yield typeof p; for (const k of [n, n + 1]) yield k + typeof import.meta.url } };`,
  );
  url = JSON.stringify(pathToFileURL(file).href);
});
afterAll(() => lib.remove());

test('a generator that a loaded function gave goes on after another save, and another', async () => {
  const program = `
    const again = (value) => lib.loads(lib.dumps(value));
    const { g, o } = again({ ...(await import(${url})) });
    let loop = g(5), steps = o.m(7);
    const seen = [loop.next().value, steps.next().value];
    loop = again(loop); seen.push(loop.next(10).value);
    loop = again(loop); seen.push(loop.next(1).value);
    steps = again(steps); seen.push(steps.next().value);
    steps = again(steps); seen.push(...steps);
    console.log(JSON.stringify(seen));`;
  expect(JSON.parse(await lib.run(program))).toEqual([
    [5, 'string', 'string'],
    'function',
    [16, 'string', 'string'],
    [18, 'string', 'string'],
    '7string',
    '8string',
  ]);
});

test('the text of the function stays what it was', async () => {
  const program = `
    const again = (value) => lib.loads(lib.dumps(value));
    const { g } = await import(${url});
    console.log(String(again(again(g))) === String(g));`;
  expect((await lib.run(program)).trim()).toBe('true');
});
