// Goal: every check of the house finds what it is there to find, and lets pass what is right.
// Method: small samples, right and wrong, with the exact report expected.

import { expect, test } from 'vitest';
import { bannedThings, strayWriters } from './checks/banned.js';
import { codeFromText } from './checks/code-from-text.js';
import { importCycles } from './checks/cycles.js';
import { unexplainedExports } from './checks/doc-comments.js';
import { errorCodes, untestedCodes, unthrownCodes } from './checks/error-codes.js';
import { filesWithoutFirstComment } from './checks/first-comment.js';
import { importsOf } from './checks/imports.js';
import { inspectorViolations } from './checks/inspector.js';
import { LAYERS, layerViolations } from './checks/layers.js';
import { sample } from './checks/source-files.js';
import { testsNotRun } from './checks/test-files.js';

test('imports are read in every form they have', () => {
  const files = sample({
    'src/a.ts': `import x, { type A } from './b.js';
import type { B } from './b.js';
import { type C, type D } from './b.js';
import './b.js';
import * as n from 'node:fs';
export { y } from './dir/index.js';
export type { Z } from './b.js';
export * from './view.js';
let t: import('./b.js').T;
const later = () => import('./b.js');
const old = require('./b.js');
import e = require('./missing.js');
// import './comment.js'`,
    'src/b.ts': '',
    'src/dir/index.ts': '',
    'src/view.tsx': '',
  });
  expect(importsOf('src/a.ts', files).map((one) => [one.target, one.isTypeOnly])).toEqual([
    ['src/b.ts', false],
    ['src/b.ts', true],
    ['src/b.ts', true],
    ['src/b.ts', false],
    [undefined, false],
    ['src/dir/index.ts', false],
    ['src/b.ts', true],
    ['src/view.tsx', false],
    ['src/b.ts', true],
    ['src/b.ts', false],
    ['src/b.ts', false],
    ['src/missing.js', false],
  ]);
});

test('layers: what goes up, sideways or out is found; what goes down passes', () => {
  const files = sample({
    'src/errors.ts': '',
    'src/limits.ts': '',
    'src/graph/code.ts': `import '../errors.js';`,
    'src/realm/restored.ts': `import type { CodeEntry } from '../graph/code.js';`,
    'src/realm/other.ts': `import { CODE_FORMS } from '../graph/code.js';\nimport type { X } from '../graph/ids.js';`,
    'src/pickle/a.ts': `import '../graph/code.js';\nimport type { B } from '../unpickle/b.js';`,
    'src/unpickle/b.ts': `import '../pickle/a.js';`,
    'src/store/io.ts': `import '../graph/code.js';`,
    'src/parallel/map.ts': `import '../session/session.js';`,
    'src/session/session.ts': `import '../../cli/main.js';\nimport '../pickle/a.js';`,
    'src/detect/d.ts': `import { helper } from '../../test/helpers/h.js';`,
    'src/misc/m.ts': '',
    'src/index.ts': `import './session/session.js';`,
    'cli/main.ts': `import '../src/index.js';\nimport 'ink';`,
  });
  expect(layerViolations(files)).toEqual([
    'src/realm/other.ts:1: realm must not import graph (../graph/code.js)',
    'src/realm/other.ts:2: realm must not import graph (../graph/ids.js)',
    'src/pickle/a.ts:2: pickle must not import unpickle (../unpickle/b.js)',
    'src/unpickle/b.ts:1: unpickle must not import pickle (../pickle/a.js)',
    'src/store/io.ts:1: store must not import graph (../graph/code.js)',
    'src/parallel/map.ts:1: parallel must not import session (../session/session.js)',
    'src/session/session.ts:1: session must not import cli (../../cli/main.js)',
    'src/detect/d.ts:1: detect must not import what is outside src/ and cli/ (../../test/helpers/h.js)',
    'src/misc/m.ts: no layer of this name in test/house/checks/layers.ts',
  ]);
});

test('the table of layers itself has no circle and never lets the library see the command line', () => {
  for (const [layer, allowed] of LAYERS) {
    for (const below of allowed) {
      expect(LAYERS.get(below), below).toBeDefined();
      expect(LAYERS.get(below), `${layer} and ${below}`).not.toContain(layer);
    }
    expect(allowed, layer).not.toContain('cli');
  }
});

test('cycles: of two, of three, of types; a file that imports itself; none in a diamond', () => {
  const cyclic = sample({
    'src/a.ts': `import type { B } from './b.js';`,
    'src/b.ts': `import { a } from './a.js';`,
    'src/c.ts': `export * from './d.js';`,
    'src/d.ts': `const e = () => import('./e.js');`,
    'src/e.ts': `import './c.js';`,
    'src/self.ts': `import './self.js';`,
  });
  expect(importCycles(cyclic)).toEqual([
    'src/a.ts → src/b.ts → src/a.ts',
    'src/c.ts → src/d.ts → src/e.ts → src/c.ts',
    'src/self.ts → src/self.ts',
  ]);
  const diamond = sample({
    'src/top.ts': `import './left.js'; import './right.js';`,
    'src/left.ts': `import './bottom.js';`,
    'src/right.ts': `import './bottom.js';`,
    'src/bottom.ts': '',
  });
  expect(importCycles(diamond)).toEqual([]);
});

test('first comments: missing and empty ones are found; a #! line may come before', () => {
  const files = sample({
    'src/a.ts': '// Says what.\n',
    'src/b.ts': '/* Says what. */',
    'cli/main.ts': '#!/usr/bin/env node\n// Says what.\n',
    'src/c.ts': `import 'x';\n// Too late.`,
    'src/d.ts': '\n// After an empty line.',
    'src/e.ts': '//\n',
    'src/f.ts': '',
  });
  expect(filesWithoutFirstComment(files).map((line) => line.split(':')[0])).toEqual([
    'src/c.ts',
    'src/d.ts',
    'src/e.ts',
    'src/f.ts',
  ]);
});

test('code from text: every road is found, the one file may, and words in strings and comments are no code', () => {
  const wrong: Record<string, string> = {
    vm: `import vm from 'node:vm';`,
    'vm as a type': `import type { Script } from 'vm';`,
    'vm constants': `import { constants } from 'node:vm';`,
    'vm, late': `const vm = await import('node:vm');`,
    eval: `eval('1');`,
    'indirect eval': `(0, eval)('1');`,
    'eval of the global': `globalThis.eval('1');`,
    'eval kept': `const run = eval;`,
    Function: `Function('return 1');`,
    'new Function': `new Function('return 1');`,
    'Function of the global': `new globalThis.Function('return 1');`,
    AsyncFunction: `new AsyncFunction('return 1');`,
    'GeneratorFunction, cast': `(GeneratorFunction as any)('yield 1');`,
    'import of a variable': `await import(name);`,
    'import of a template': 'await import(`./${name}.js`);',
    'a worker from text': `new Worker(text, { eval: true });`,
  };
  for (const [name, text] of Object.entries(wrong)) {
    expect(codeFromText(sample({ 'src/a.ts': text })), name).toHaveLength(1);
    expect(codeFromText(sample({ 'src/realm/compile.ts': text })), name).toEqual([]);
  }
  const right = `// eval('1'), new Function('x')
const names = ['eval', 'Function', 'node:vm'];
const lazily = () => import('./b.js');
new Worker(url, { eval: false });
if (value instanceof Function) use(Function.prototype, Object.getPrototypeOf(Function));
const type: Function = use;`;
  expect(codeFromText(sample({ 'src/a.ts': right }))).toEqual([]);
});

test('the inspector: elsewhere is found, a second file is found, one in its folder passes', () => {
  const files = sample({
    'src/pickle/capture/v8.ts': `import { Session } from 'node:inspector';`,
    'src/pickle/capture/types.ts': `import type { Session } from 'inspector/promises';`,
    'src/session/s.ts': `const late = () => import('node:inspector');`,
    'cli/kernel/halt.ts': `import 'node:inspector';`,
    'src/pickle/capture.ts': `import 'node:inspector';`,
    'src/a.ts': `import { inspect } from 'node:util';`,
  });
  expect(inspectorViolations(files)).toEqual([
    'src/session/s.ts:1: imports the inspector outside src/pickle/capture/',
    'src/pickle/capture.ts:1: imports the inspector outside src/pickle/capture/',
    'src/pickle/capture/types.ts:1: imports the inspector, as src/pickle/capture/v8.ts:1 does already',
  ]);
});

test('banned: the terminal in every spelling and unfinished business; the words as data pass', () => {
  for (const text of [
    `console.log('x');`,
    `globalThis.console.log('x');`,
    `const { log } = console['x'];`,
    `process.stdout.write('x');`,
    `process['stderr'].write('x');`,
    '// TODO: later',
    '/* FIXME */',
  ]) {
    expect(bannedThings(sample({ 'src/a.ts': text })), text).toHaveLength(1);
  }
  const right = `// What the console shows.\nconst names = ['console', 'process.stdout'];\nuse(console, process.stdin);\nMAYTODO();`;
  expect(bannedThings(sample({ 'src/a.ts': right }))).toEqual([]);
});

test('writers to a terminal: only in the two files that own it', () => {
  const text =
    'process.stdout.write(name); process.stderr["write"](name); console.log(name); use(process.stdout);';
  expect(strayWriters(sample({ 'cli/a.ts': text }))).toHaveLength(3);
  expect(strayWriters(sample({ 'cli/out.ts': text, 'cli/repl/terminal.ts': text }))).toEqual([]);
});

test('doc comments: found through renames, re-exports and imports; nameless exports are found', () => {
  const files = sample({
    'src/index.ts': `import { viaImport } from './a.js';
export { good, bad as renamed } from './a.js';
export type { Shape } from './chain.js';
export { viaImport };
export { lost } from './a.js';
export * from './a.js';
export * as whole from './a.js';
/** Explained. */
export const here = 1;
export function bare() {}
export default 1;`,
    'src/a.ts': `/** Explained. */
export function good(): void;
export function good() {}
// Not a doc comment.
export class bad {}
export const viaImport = 1;`,
    'src/chain.ts': `export * from './deep.js';`,
    'src/deep.ts': `export interface Shape {}`,
  });
  expect(unexplainedExports('src/index.ts', files)).toEqual([
    'src/index.ts:6: exports everything of a file; name what is public',
    'src/index.ts:7: exports everything of a file; name what is public',
    'src/index.ts:11: exports without a name',
    'src/a.ts:5: renamed is public and has no doc comment',
    'src/deep.ts:1: Shape is public and has no doc comment',
    'src/a.ts:6: viaImport is public and has no doc comment',
    'src/index.ts: the declaration of lost was not found',
    'src/index.ts:10: bare is public and has no doc comment',
  ]);
  expect(unexplainedExports('src/none.ts', files)).toEqual(['src/none.ts: is missing']);
});

test('error codes: unthrown and untested ones are listed; comparing and typing is not throwing', () => {
  const files = sample({
    'src/errors.ts': `export const ERROR_CODES = { A_ONE: '…', 'A_TWO': '…', A_THREE: '…', A_FOUR: '…' } as const;`,
    'src/a.ts': `throw new StoreError('A_ONE', 'x');
if (error.code === 'A_TWO') retry();
switch (error.code) { case 'A_THREE': break; }
type T = 'A_TWO'; // 'A_TWO'
throw isBad ? refusal('A_FOUR') : 1;`,
  });
  const tests = sample({ 'test/a.test.ts': `expect(error.code).toBe('A_ONE'); // A_TWOO, A_THREE` });
  expect(errorCodes(files)).toEqual(['A_ONE', 'A_TWO', 'A_THREE', 'A_FOUR']);
  expect(unthrownCodes(files)).toEqual(['A_TWO', 'A_THREE']);
  expect(untestedCodes(files, tests)).toEqual(['A_TWO', 'A_FOUR']);
});

test('test files: those the runner misses are found, by name and by what they import', () => {
  const files = sample({
    'test/a.test.ts': `import { test } from 'vitest';`,
    'test/b.spec.ts': '',
    'src/c.test.tsx': '',
    'test/d.ts': `import { expect, test } from 'vitest';`,
    'test/e.ts': `import { describe as group } from "vitest";`,
    'test/helper.ts': `import { expect, type TestContext } from 'vitest';`,
    'scripts/f.mjs': `import { it } from 'node:test';`,
  });
  expect(testsNotRun(files, new Set(['test/a.test.ts']))).toEqual([
    'test/b.spec.ts: is named as a test and is not run',
    'src/c.test.tsx: is named as a test and is not run',
    'test/d.ts: defines tests and is not run',
    'test/e.ts: defines tests and is not run',
    'scripts/f.mjs: defines tests and is not run',
  ]);
});
