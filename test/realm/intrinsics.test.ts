// Goal: by reference goes only what every process has. What a program itself put on the global object or on built-ins
// before it ever saved is its own, and goes by value.
// Method: two processes; the program changes its globals before and after it loads brine, and another one loads what it
// saved.

import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { intrinsicByName, intrinsicName } from '../../src/realm/intrinsics.js';
import { bundleLibrary, type LibraryBundle } from '../helpers/library-bundle.js';

let bundle: LibraryBundle;
beforeAll(async () => {
  bundle = await bundleLibrary();
});
afterAll(() => bundle.remove());

describe('what a program put on the global object and on built-ins', () => {
  const CHANGES = `
    globalThis.state = { list: [1, 2] };
    Array.prototype.last = function last() { return this[this.length - 1]; };
    Array.extra = { x: 1 };
    Math.bound = Math.max.bind(null, 5);
    URL.prototype.early = function early() { return this.href; };`;
  const VALUE = `({ state, last: Array.prototype.last, extra: Array.extra, bound: Math.bound,
    own: Array.prototype.map, max: Math.max, early: URL.prototype.early, search: URL.prototype.toString })`;
  const JUDGE = `JSON.stringify([v.state, v.last.call([4, 9]), v.extra, v.bound(3), v.bound(7),
    v.own === Array.prototype.map, v.max === Math.max, v.early.call({ href: 6 }), v.search === URL.prototype.toString])`;

  test.each([
    ['before brine was loaded', (load: string) => `${CHANGES}\n${load}`],
    ['after brine was loaded', (load: string) => `${load}\n${CHANGES}`],
  ])('goes by value when it was there %s', (_, order) => {
    const file = path.join(bundle.folder, 'globals.pkl');
    const load = `const { dumps, loads } = await import(${JSON.stringify(bundle.url)}); const fs = await import('node:fs');`;
    const save = `${order(load)}\nfs.writeFileSync(${JSON.stringify(file)}, dumps(${VALUE}));`;
    execFileSync(process.execPath, ['--input-type=module', '-e', save]);
    const open = `${load}\nconst v = loads(fs.readFileSync(${JSON.stringify(file)}), { mode: 'trusted' });
      console.log(${JUDGE});`;
    const printed = execFileSync(process.execPath, ['--input-type=module', '-e', open], { encoding: 'utf8' });
    expect(JSON.parse(printed)).toEqual([{ list: [1, 2] }, 9, { x: 1 }, 5, 7, true, true, 6, true]);
    fs.rmSync(file);
  });
});

describe('the catalogue', () => {
  test('names what the language has, by the shortest path', () => {
    expect(intrinsicName(Array.prototype)).toBe('Array.prototype');
    expect(intrinsicName(Object.prototype.toString)).toBe('Object.prototype.toString');
    expect(intrinsicName(Array.prototype[Symbol.unscopables as never])).toBe('Array.prototype.@@unscopables');
    expect(intrinsicName(Symbol.iterator)).toBe('Symbol.iterator');
    expect(intrinsicName(Object.getPrototypeOf(Int8Array.prototype))).toBe('%TypedArray%.prototype');
    expect(intrinsicByName('Map.prototype.get')).toBe(Map.prototype.get);
  });

  test('does not name the global object’s own additions', () => {
    expect(intrinsicByName('describe')).toBeUndefined();
  });
});
