// Goal: an exported program does what the cells did: in their order, names declared again and again, types stripped, imports in
// the middle, awaits at the top; what failed is a comment whatever ends its lines.
// Method: lists of cells as a snapshot's meta section has them; the programs run in Node.

import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { type ScriptOptions, scriptOf } from '../../src/export/script.js';
import type { Meta } from '../../src/format/index.js';
import { temporaryFolder } from '../helpers/brine.js';

const folder = temporaryFolder();
afterAll(() => folder.remove());

type CellGiven = string | { readonly failed: string; readonly error?: string };

function metaOf(cells: readonly CellGiven[], implicit: readonly string[] = []): Meta {
  return {
    ...{ type: 'session', brine: '1', node: '20', values: 0, modules: [] },
    session: {
      cells: cells.map((cell, at) => ({
        ...{ number: at + 1, startedAtMs: 0, durationMs: 0 },
        source: typeof cell === 'string' ? cell : cell.failed,
        isError: typeof cell !== 'string',
        ...(typeof cell === 'object' && cell.error !== undefined && { output: { text: cell.error } }),
      })),
      bindings: implicit.map((name) => ({ name, kind: 'implicit', cell: 0, type: '' })),
      ...{ losses: [], patched: [], savedAtMs: 0, host: 'h', platform: 'p' },
    },
  };
}

function script(
  cells: readonly CellGiven[],
  options: Partial<ScriptOptions> = {},
  implicit: string[] = [],
): string {
  return scriptOf(metaOf(cells, implicit), { title: 't', form: 'either', isTypeScript: false, ...options })
    .text;
}

let files = 0;
function run(text: string, extension = 'js'): string {
  const file = join(folder.path, `program-${files++}.${extension}`);
  writeFileSync(file, text);
  return execFileSync(process.execPath, [file], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trimEnd();
}

test('names that are declared again are so in the program', () => {
  const cells = [
    'const a = 1; const see = () => a',
    'let a = 2',
    'function f() { return "old " + a }',
    'const early = f(); function f() { return "new " + a }',
    'class K { v = 1 }',
    'class K { v = 2 }',
    'for (var i = 0; i < 3; i++) {}',
    'let i = i + 10',
    'const { b, c: [d] } = { b: 1, c: [2] }',
    'const { b, e = 5 } = { b: 3 }',
    'console.log(see(), early, f.name, new K().v, K.name, i, b, d, e)',
  ];
  expect(run(script(cells))).toBe('2 new 2 f 2 K 13 3 2 5');
});

test('imports, awaits, require and names made by assignment make a module', () => {
  const cells = [
    'total = 1',
    'import { join } from "node:path"',
    'const os = require("node:os")',
    'total += await Promise.resolve(2)',
    'export const shown = [total, join("a", "b"), typeof os.cpus]',
    'export { total }',
    'console.log(...shown)',
  ];
  expect(run(script(cells, {}, ['total']))).toBe('3 a/b function');
  expect(run(script(cells, { form: 'module' }, ['total']), 'mjs')).toBe('3 a/b function');
});

test('a name that is imported and declared again is imported where it stood', () => {
  const cells = [
    'import path, { join, sep as separator } from "node:path"',
    'import * as all from "node:path"',
    'console.log(join("a", "b"), separator, typeof path.join, typeof all.join)',
    'const join = 1, path = 2, all = 3, separator = 4',
    'console.log(join, path, all, separator)',
  ];
  expect(run(script(cells))).toBe('a/b / function function\n1 2 3 4');
});

test('cells stay apart, whatever they end and begin with', () => {
  const cells = [
    'const f = (x) => x',
    '(console.log(1))',
    'const g = f',
    '[2].forEach((x) => console.log(x))',
    'const h = 3 // a comment',
    '`${console.log(h)}`',
    '{ a: 1, b: 2 }',
    "'use strict'",
    'undeclared = 4; console.log(undeclared, typeof this)',
    '#!/usr/bin/env node\nconsole.log(5)',
    '-1',
  ];
  expect(run(script(cells))).toBe('1\n2\n3\n4 object\n5');
});

test('types are stripped for JavaScript and stay in TypeScript', () => {
  const cells = [
    'interface P { x: number }',
    'const p: P = { x: 1 }',
    'enum E { A = 7 }',
    'console.log(p.x, E.A)',
  ];
  expect(run(script(cells))).toBe('1 7');
  const typed = script(cells, { isTypeScript: true });
  expect(typed).toContain('const p: P = { x: 1 }');
  expect(script(['const n: number = 1', 'const n: number = 2'], { isTypeScript: true })).toMatch(/var n +=/);
});

test('what failed is a comment, whatever ends its lines', () => {
  const evil = 'console.log("ran")';
  const cells: CellGiven[] = [
    { failed: 'null.x', error: 'Uncaught TypeError: no\n at x' },
    {
      failed: `1\n${evil}\r${evil}\r\n${evil}\u2028${evil}\u2029${evil}`,
      error: `x\u2028${evil}\u2029${evil}`,
    },
    { failed: evil },
    'console.log("end")',
  ];
  const text = script(cells);
  expect(text).toContain('// In[1] failed: Uncaught TypeError: no\n//   null.x\n');
  expect(run(text)).toBe('end');
  expect(run(script(cells, { title: `t\n${evil}\u2028${evil}` }))).toBe('end');
});

test('what a program cannot have is a comment, and counted', () => {
  const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;
  const cells = [
    'await 1',
    'with ({ a: 1 }) console.log(a)',
    'no program at all',
    deep,
    'console.log("end")',
  ];
  const { text, commented } = scriptOf(metaOf(cells), { title: 't', form: 'module', isTypeScript: false });
  expect(commented).toBe(3);
  expect(text).toContain('// In[2] cannot be a part of this program');
  expect(run(text, 'mjs')).toBe('end');
});

test('a CommonJS file is one, or is refused when cells import or await', () => {
  const cells = ['const require = 1, module = 2', 'console.log(require, module, this === exports)'];
  expect(run(script(cells, { form: 'commonjs' }), 'cjs')).toBe('1 2 true');
  expect(() => script(['await 1'], { form: 'commonjs' })).toThrow(
    expect.objectContaining({ code: 'SESSION_EXPORT', hint: expect.stringContaining('.mjs') }),
  );
});
