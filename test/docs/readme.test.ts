// Goal: what scripts write into the README and docs/api is what they would write today, and every link in the documents leads somewhere.
// Method: the scripts compare their pages with a run: the pages of the library with the doc comments, the tour with two processes in
// a pseudo-terminal, columns of the comparison with the tools themselves. Links are looked up as GitHub does it, files and headings.

import { execFile } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { anchorsOf, page, prose, ROOT } from './markdown.js';

const CHECKS = {
  'docs/api says what the doc comments say': ['scripts/api-docs.mjs', '--check'],
  'the tour in the README is what two processes show': ['scripts/tour.mjs', '--check'],
  'the comparison in the README is what a run gives': [
    'scripts/comparison.mjs',
    '--check',
    'brine,v8,serialize-javascript',
  ],
};

for (const [name, words] of Object.entries(CHECKS))
  test.concurrent(name, { timeout: 120_000 }, async ({ expect }) => {
    const said = await promisify(execFile)(process.execPath, words, { cwd: ROOT }).catch((error) => error);
    expect(`${said.stdout}${said.stderr}`).toBe('');
  });

const documents = [
  ...['README.md', 'CHANGELOG.md', 'CONTRIBUTING.md', 'bench/README.md', 'snapshots/README.md'],
  ...readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name.replaceAll('\\', '/')}`),
];

test('every link leads to a file and a heading that are there', () => {
  const broken: string[] = [];
  const known = new Map<string, Set<string>>();
  const hasAnchor = (file: string, anchor: string): boolean => {
    if (!known.has(file)) known.set(file, anchorsOf(page(file)));
    return known.get(file)?.has(anchor) === true;
  };
  for (const document of documents)
    for (const [, target] of prose(page(document)).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^[a-z]+:/.test(target as string)) continue;
      const [path = '', anchor] = (target as string).split('#');
      const file = path === '' ? document : normalize(join(dirname(document), path));
      const isThere = existsSync(join(ROOT, file));
      const isFound =
        anchor === undefined || (isThere && statSync(join(ROOT, file)).isFile() && hasAnchor(file, anchor));
      if (!isThere || !isFound) broken.push(`${document}: ${target}`);
    }
  expect(broken).toEqual([]);
});

test('no page of the library has a heading twice', () => {
  for (const name of readdirSync(join(ROOT, 'docs/api'))) {
    const text = prose(page(`docs/api/${name}`));
    const headings = [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading]) => heading);
    expect(headings.filter((heading, at) => headings.indexOf(heading) !== at)).toEqual([]);
  }
});
