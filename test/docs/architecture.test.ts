// Goal: the documents speak of the project as it is, not of how it was when they were written.
// Method: every path in backticks must exist, every name in backticks must stand somewhere in the sources, "`name` in
// `path`" must be true, every link must lead somewhere, and the table of layers must be the one that is enforced.

import fs from 'node:fs';
import { expect, test } from 'vitest';
import { LAYERS } from '../house/checks/layers.js';
import { readSourceFiles } from '../house/checks/source-files.js';
import { anchorsOf, inlineCode, links, page, part, ROOT, table } from './markdown.js';

const PAGES = ['docs/ARCHITECTURE.md', 'docs/CAPTURE.md', 'docs/FORMAT.md'];
const PATH = /^(?:src|cli|test|docs|bench|scripts|snapshots|examples|\.ci)\/[\w./-]*$/;
const NAME = /^[A-Za-z_$][\w$]*$/;

const sources = readSourceFiles(ROOT, ['src', 'cli'], ['.ts', '.tsx']);
const words = new Set([...sources.values()].flatMap((text) => text.match(/[\w$]+/g) ?? []));
for (const layer of LAYERS.keys()) words.add(layer);

for (const path of PAGES) {
  const text = page(path);

  test(`${path}: every path and link leads somewhere`, () => {
    const missing = inlineCode(text)
      .filter((code) => PATH.test(code))
      .map((code) => (code.startsWith('examples/') ? `docs/${code}` : code))
      .filter((target) => !fs.existsSync(`${ROOT}/${target}`) && target !== 'snapshots/1/');
    expect(missing).toEqual([]);
    expect(links(text).filter((target) => !fs.existsSync(`${ROOT}/docs/${target}`))).toEqual([]);
  });

  test(`${path}: every link to a heading finds it`, () => {
    const broken: string[] = [];
    for (const [, target, anchor] of text.matchAll(/\]\(([\w.-]*)#([^)]+)\)/g)) {
      const goal = target === '' ? text : page(`docs/${target}`);
      if (!anchorsOf(goal).has(anchor as string)) broken.push(`${target}#${anchor}`);
    }
    expect(broken).toEqual([]);
  });

  test(`${path}: every name stands in the sources`, () => {
    const unknown = inlineCode(text).filter((code) => NAME.test(code) && !words.has(code));
    expect([...new Set(unknown)]).toEqual([]);
  });

  test(`${path}: a name is in the file it is said to be in`, () => {
    const wrong: string[] = [];
    const said = /`([\w$]+)` (?:in|\()\s*`((?:src|cli|test)\/[\w./-]+)`/g;
    for (const [, name, file] of text.replace(/\s+/g, ' ').matchAll(said)) {
      const content = fs.statSync(`${ROOT}/${file}`).isDirectory() ? '' : page(file as string);
      if (content !== '' && !new RegExp(`\\b${name}\\b`).test(content)) wrong.push(`${name} in ${file}`);
    }
    expect(wrong).toEqual([]);
  });
}

const architecture = page('docs/ARCHITECTURE.md');

test('the code map has a part for every folder of src/ and cli/', () => {
  const map = part(architecture, '## Code map');
  const folders = new Set([...sources.keys()].map((path) => path.slice(0, path.lastIndexOf('/') + 1)));
  folders.delete('src/');
  const missing = [...folders].filter((folder) => !map.includes(`\n### \`${folder}\`\n`));
  expect(missing, 'folders that docs/ARCHITECTURE.md does not explain').toEqual([]);
  const stale = [...map.matchAll(/^### `([^`]+)`$/gm)].filter(
    ([, folder]) => !fs.existsSync(`${ROOT}/${folder}`),
  );
  expect(stale).toEqual([]);
});

test('files that a part of the code map names are in its folder', () => {
  const missing: string[] = [];
  for (const [, folder] of architecture.matchAll(/^### `([^`]+)`$/gm)) {
    for (const code of inlineCode(part(architecture, `### \`${folder}\``))) {
      if (!/^[\w-]+\.tsx?$/.test(code)) continue;
      if (!fs.existsSync(`${ROOT}/${folder}${code}`)) missing.push(`${folder}${code}`);
    }
  }
  expect(missing).toEqual([]);
});

test('the table of layers is the one that test/house/checks/layers.ts enforces', () => {
  const rows = table(part(architecture, '## Who may import whom'), 'layer', 'may import');
  const said = rows.map((row): [string, string[]] => {
    const list = row['may import'] as string;
    if (list !== 'everything above') return [row['layer'] as string, list.split(' ').filter(Boolean).sort()];
    const before = rows.slice(0, rows.indexOf(row)).map((other) => other['layer'] as string);
    return [row['layer'] as string, before.sort()];
  });
  const enforced = [...LAYERS].map(([layer, allowed]): [string, string[]] => [layer, [...allowed].sort()]);
  expect(said).toEqual(enforced);
});
