// Goal: the rules of the house hold for the whole tree, not only where somebody remembered them.
// Method: every check is a function over {path → text} (checks/, tried on samples in checks.test.ts); here they see the
// real files and must find nothing. A failure lists every violation with its place.

import { execFileSync } from 'node:child_process';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { bannedThings, strayWriters } from './checks/banned.js';
import { codeFromText } from './checks/code-from-text.js';
import { importCycles } from './checks/cycles.js';
import { unexplainedExports } from './checks/doc-comments.js';
import { errorCodes, untestedCodes, unthrownCodes } from './checks/error-codes.js';
import { filesWithoutFirstComment } from './checks/first-comment.js';
import { inspectorViolations } from './checks/inspector.js';
import { layerViolations } from './checks/layers.js';
import { readSourceFiles, type SourceFiles } from './checks/source-files.js';
import { testsNotRun } from './checks/test-files.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const code = readSourceFiles(root, ['src', 'cli'], ['.ts', '.tsx']);
const library = only(code, (path) => path.startsWith('src/'));

function only(files: SourceFiles, isWanted: (path: string) => boolean): SourceFiles {
  return new Map([...files].filter(([path]) => isWanted(path)));
}

test('the tree is read at all', () => {
  expect(code.size).toBeGreaterThan(20);
  expect(errorCodes(code)).toContain('STORE_WRITE');
});

test('imports go one way, by the table of layers', () => {
  expect(layerViolations(code)).toEqual([]);
});

test('no files import each other in a circle, not even for types', () => {
  expect(importCycles(code)).toEqual([]);
});

test('every file starts with a comment on what it is for', () => {
  expect(filesWithoutFirstComment(code)).toEqual([]);
});

test('only src/realm/compile.ts turns text into code', () => {
  expect(codeFromText(code)).toEqual([]);
});

test('only one file, in src/pickle/capture/, talks to the inspector', () => {
  expect(inspectorViolations(code)).toEqual([]);
});

test('the library writes nothing to the terminal and holds no unfinished business', () => {
  expect(bannedThings(library)).toEqual([]);
});

test('the command line writes to a terminal in two files only', () => {
  expect(strayWriters(only(code, (path) => path.startsWith('cli/')))).toEqual([]);
});

test('every public export has a doc comment', () => {
  expect(unexplainedExports('src/index.ts', code)).toEqual([]);
  expect(unexplainedExports('src/parallel/index.ts', code)).toEqual([]);
});

test('every error code is thrown somewhere', () => {
  expect(unthrownCodes(code)).toEqual([]);
});

test('every error code is named by a test', () => {
  const tests = only(
    readSourceFiles(root, ['test'], ['.test.ts', '.test.tsx']),
    (path) => !path.startsWith('test/house/'),
  );
  expect(untestedCodes(code, tests)).toEqual([]);
});

test('every test file on disk is run', () => {
  const vitest = fileURLToPath(new URL('vitest.mjs', import.meta.resolve('vitest/package.json')));
  const listed = execFileSync(process.execPath, [vitest, 'list', '--filesOnly', '--json'], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, BRINE_TEST_NO_BUILD: '1' },
  });
  const rows = JSON.parse(listed.slice(listed.indexOf('['))) as { file: string }[];
  const run = new Set(rows.map(({ file }) => relative(root, file).replaceAll('\\', '/')));
  expect(run.size).toBeGreaterThan(5);
  const endings = ['.ts', '.tsx', '.mts', '.cts', '.js', '.jsx', '.mjs', '.cjs'];
  expect(testsNotRun(readSourceFiles(root, ['.'], endings), run)).toEqual([]);
});
