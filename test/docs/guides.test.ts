// Goal: every block of code in the documents runs, and shows what is printed.
// Method: the pages of HERE are run block by block (run-blocks.ts), side by side. Every other block of every page must be of a kind
// that another test runs, which then names the page; be no code; or be on the list of those that nobody runs, with a reason.

import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { ERROR_CODES } from '../../src/errors.js';
import { blocksOf } from './blocks/fences.js';
import { links, page, ROOT } from './markdown.js';
import { isNotRun, NOT_RUN } from './not-run.js';
import { runBlocks } from './run-blocks.js';

const pages = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync(`${ROOT}/docs`, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name.replaceAll('\\', '/')}`)
    .sort(),
];
const HERE = pages.filter(
  (path) =>
    path.startsWith('docs/guides/') ||
    ['README.md', 'docs/CAPTURE.md', 'docs/PARALLEL.md', 'docs/STORES.md'].includes(path),
);

for (const path of HERE)
  test.concurrent(`${path} shows what is printed`, { timeout: 120_000 }, ({ expect }) =>
    runBlocks(path, expect),
  );

/** What other tests run: pages, the languages of blocks, the test. */
const ELSEWHERE: readonly (readonly [pages: RegExp, languages: readonly string[], test: string])[] = [
  [/^docs\/api\/.*\.md$/, ['js', 'ts'], 'test/library/doc-examples.test.ts'],
  [/^docs\/commands\/.*\.md$/, ['brine', 'sh'], 'test/docs/commands.test.ts'],
  [/^docs\/commands\/.*\.md$/, ['prompt'], 'test/cli/screens.test.ts'],
  [/^docs\/SERVE\.md$/, ['serve', 'js', 'text'], 'test/docs/serve.test.ts'],
  [/^docs\/commands\/serve\.md$/, ['serve'], 'test/docs/serve.test.ts'],
  [/^docs\/FORMAT\.md$/, ['js', 'bytes'], 'test/docs/format.test.ts'],
];
/** Languages that nobody could run. */
const NO_CODE = ['drawing', 'grammar'];

test('every block is run by a test, or says why not', () => {
  const unsaid = pages
    .filter((path) => !HERE.includes(path))
    .flatMap((path) =>
      blocksOf(path, page(path)).filter(
        (block) =>
          !NO_CODE.includes(block.language) &&
          !isNotRun(path, block) &&
          !ELSEWHERE.some(([those, languages]) => those.test(path) && languages.includes(block.language)),
      ),
    );
  expect(unsaid.map(({ place, language, text }) => `${place} ${language}: ${text.split('\n', 1)}`)).toEqual(
    [],
  );
});

test('what nobody runs is on the pages, and is little', () => {
  const stale = NOT_RUN.filter(
    ({ page: path, starts }) =>
      !existsSync(`${ROOT}/${path}`) ||
      !blocksOf(path, page(path)).some(({ text }) => text.startsWith(starts)),
  );
  expect(stale).toEqual([]);
  expect(NOT_RUN.length).toBeLessThan(14);
});

test('what another test runs is of a page that it speaks of', () => {
  for (const [those, , file] of ELSEWHERE) {
    const folder = those.source.includes('api') ? 'docs/api' : 'docs/commands';
    const name = /([\w/]+)\\\.md/.exec(those.source)?.[1]?.split('/').at(-1) ?? folder;
    expect(page(file), file).toContain(name);
  }
});

test('the page on what goes wrong has every code of an error', () => {
  const text = page('docs/guides/troubleshooting.md');
  expect(Object.keys(ERROR_CODES).filter((code) => !text.includes(`\`${code}\``))).toEqual([]);
});

test('links of the guides and of the index lead somewhere', () => {
  const broken = [...pages.filter((path) => path.startsWith('docs/guides/')), 'docs/README.md'].flatMap(
    (path) =>
      links(page(path))
        .filter((target) => !existsSync(join(ROOT, dirname(path), target)))
        .map((target) => `${path}: ${target}`),
  );
  expect(broken).toEqual([]);
});
