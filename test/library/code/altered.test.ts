// Goal: what runs a text that had to be altered when it was loaded is saved as any other: generators, of whatever age.
// Method: a module with `import.meta` and `import()`, which loaded code has other words for; its generators are made before and after a
// load, and saved wherever they stand.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dumps, loads } from '../../../src/index.js';

interface Module {
  g(n: number): Generator<unknown[], void, number>;
  readonly o: { m(n: number): Generator<string> };
}

const folder = mkdtempSync(join(tmpdir(), 'brine-altered-'));
let module: Module;

beforeAll(async () => {
  const file = join(folder, 'generators.mjs');
  writeFileSync(
    file,
    `export function* g(n) {
      const u = import.meta.url; let x = n;
      while (true) { const got = yield [x++, typeof u, typeof import.meta.url]; x += got }
    }
    export const o = { *m(n) { const p = import("node:path"); yield typeof p; for (const k of [n, n + 1]) yield k + typeof import.meta.url } };`,
  );
  module = (await import(pathToFileURL(file).href)) as Module;
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function again<T>(value: T): T {
  return loads(dumps(value)) as T;
}

test('a generator that a loaded function gave goes on after another save, and another', () => {
  const { g, o } = again({ g: module.g, o: module.o });
  let loop = g(5);
  expect(loop.next().value).toEqual([5, 'string', 'string']);
  loop = again(loop);
  expect(loop.next(10).value).toEqual([16, 'string', 'string']);
  loop = again(loop);
  expect(loop.next(1).value).toEqual([18, 'string', 'string']);
  let steps = o.m(7);
  expect(steps.next().value).toBe('object');
  steps = again(steps);
  expect(steps.next().value).toBe('7string');
  steps = again(steps);
  expect([...steps]).toEqual(['8string']);
});

test('the text of the function stays what it was', () => {
  expect(String(again(again(module.g)))).toBe(String(module.g));
});
