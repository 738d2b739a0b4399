// Goal: docs/VALUES.md says what really becomes of every built-in kind of value, and no kind is left out.
// Method: the samples are judged again in a process of its own, on this Node and on the others that the page is for; the
// rows are compared. Every class that this Node offers is in a sample or in the list of those that need none.

import { execFile } from 'node:child_process';
import * as fs from 'node:fs';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundleLibrary, type LibraryBundle } from '../helpers/library-bundle.js';
import { findNode } from '../helpers/nodes.js';
import { page, ROOT } from './markdown.js';

interface Row {
  readonly family: string;
  readonly name: string;
  readonly verdict: string;
  readonly note: string;
}

const run = promisify(execFile);
const text = page('docs/VALUES.md');

/** The rows of the page that are for a version of Node. */
function rowsFor(major: number): Row[] {
  const rows: Row[] = [];
  let family = '';
  for (const line of text.split('\n')) {
    if (line.startsWith('## ')) family = line.slice(3);
    const cells = line.split(/(?<!\\)\|/).map((cell) => cell.trim());
    if (cells.length !== 6 || cells[1] === 'kind' || cells[1] === '---') continue;
    const [, name, majors, verdict, note] = cells as [string, string, string, string, string];
    if (majors === '' || majors.split(' ').includes(String(major)))
      rows.push({ family, name, verdict, note });
  }
  return rows;
}

// A kind that only some versions have stands behind the others.
function sorted(rows: readonly Row[]): Row[] {
  const order = ({ family, name }: Row): string => `${family} ${name}`;
  return [...rows].sort((a, b) => (order(a) < order(b) ? -1 : 1));
}

const majors = [...(/tried \(([\d, ]+)\)/.exec(text)?.[1] ?? '').matchAll(/\d+/g)].map(Number);

describe('docs/VALUES.md', () => {
  let lib: LibraryBundle;
  let kinds: LibraryBundle;
  let program: string;
  beforeAll(async () => {
    lib = await bundleLibrary(['test/helpers/judge.ts']);
    // In a file of their own, which is small: what surrounds a function is read with it.
    kinds = await bundleLibrary(['test/helpers/builtin-kinds.ts']);
    program = `${lib.folder}/judge.mjs`;
    fs.writeFileSync(
      program,
      `import { writeSync } from 'node:fs';
      import { judgeAll } from ${JSON.stringify(lib.url)};
      import { builtinKinds } from ${JSON.stringify(kinds.url)};
      writeSync(1, JSON.stringify(await judgeAll(builtinKinds)));
      process.reallyExit(0);`,
    );
  });
  afterAll(() => {
    lib.remove();
    kinds.remove();
  });

  test('is for the oldest Node that brine runs on and for later ones', () => {
    expect(majors[0]).toBe(20);
    expect(majors.length).toBeGreaterThan(1);
  });

  for (const major of [20, 22, 24, 26]) {
    const node = findNode(major);
    test.skipIf('missing' in node)(`says what Node ${major} does`, async () => {
      expect(majors, 'node scripts/values.mjs, with each node').toContain(major);
      const { path } = node as { path: string };
      const { stdout } = await run(path, ['--no-warnings', program], { maxBuffer: 1 << 26, env: CLEAN });
      expect(sorted(JSON.parse(stdout) as Row[])).toEqual(sorted(rowsFor(major)));
    });
  }

  test('has no row that is a fault', () => {
    expect(text).not.toMatch(/\| (DIFFERENT|ERROR) \|/);
  });
});

const { NODE_OPTIONS: _options, ...CLEAN } = process.env;

// Classes without instances of their own that anybody could hold, or whose instances other rows speak of.
const NEED_NONE = new Set(
  (
    'Infinity Performance Object Array Function Boolean String Number Symbol BigInt Atomics Reflect JSON Math Intl Temporal WebAssembly Iterator ' +
    // Readers, controllers and parts of streams go the way of their stream; entries of the performance timeline that of measures.
    'ReadableStreamDefaultReader ReadableStreamBYOBReader ReadableStreamBYOBRequest ReadableByteStreamController ' +
    'ReadableStreamDefaultController WritableStreamDefaultController WritableStreamDefaultWriter ' +
    'TransformStreamDefaultController TextEncoderStream DecompressionStream PerformanceEntry ' +
    'PerformanceObserverEntryList PerformanceResourceTiming EventSource CloseEvent Storage Navigator Crypto SubtleCrypto ' +
    'QuotaExceededError ErrorEvent'
  ).split(' '),
);

test('every class of the language and of the web that this Node offers has a sample', () => {
  const samples = fs.readFileSync(`${ROOT}/test/helpers/builtin-kinds.ts`, 'utf8');
  const classes = Object.getOwnPropertyNames(globalThis).filter((name) => /^[A-Z][a-z]/.test(name));
  const missing = classes.filter(
    (name) => !NEED_NONE.has(name) && !new RegExp(`\\b${name}\\b`).test(samples),
  );
  expect(missing).toEqual([]);
});
