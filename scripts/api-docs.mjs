// Writes docs/api/: a page for each entry point of the package, one for its errors, and an index, from the declarations and doc
// comments in src/. Refuses what a doc comment should say and does not.
//
//   npm run docs:api              writes the pages
//   npm run docs:api -- --check   says which of them are stale; ends with 1 when any is
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { errorsPage, throwersOf } from './api/errors-page.mjs';
import { linksOf } from './api/links.mjs';
import { exportsOf, programOf } from './api/model.mjs';
import { cell, firstSentence, inOrder, NOTE, pageOf } from './api/page.mjs';
import { problemsOf } from './api/problems.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = join(root, 'docs/api');

/** The entry points, as package.json names them. */
const ENTRIES = [
  {
    specifier: 'brine',
    file: 'brine.md',
    entry: 'src/index.ts',
    shown: ['dumps', 'loads', 'Session', 'why'],
    intro: 'Values to bytes and back, sessions to files and back, and questions about both.',
  },
  {
    specifier: 'brine/parallel',
    file: 'parallel.md',
    entry: 'src/parallel/index.ts',
    shown: ['pool'],
    intro:
      'Functions of this program, called in threads, processes and on other machines. The guide is [PARALLEL](../PARALLEL.md).',
  },
  {
    specifier: 'brine/stores',
    file: 'stores.md',
    entry: 'src/stores/index.ts',
    shown: ['copyStored', 'openStore'],
    intro: 'Places that keep snapshots. The guide is [STORES](../STORES.md).',
  },
];

/** Parts of a page, by the folder that declares; the first that fits. */
const GROUPS = [
  ['src/errors', 'Errors'],
  ['src/session/autosave', 'Autosave, recovery, undo'],
  ['src/session', 'Sessions'],
  ['src/evaluator', 'Cells'],
  ['src/detect', 'Questions'],
  ['src/export', 'Export'],
  ['src/format', 'Snapshots as bytes'],
  ['src/store', 'Stores'],
  ['src/parallel', 'Pools'],
  ['src/version', 'Version'],
  ['src/', 'Values'],
];
const ORDER = [
  'Values',
  'Sessions',
  'Cells',
  'Autosave, recovery, undo',
  'Questions',
  'Export',
  'Snapshots as bytes',
];

const program = programOf(
  root,
  ENTRIES.map(({ entry }) => entry),
);
const pages = ENTRIES.map((one) => ({ ...one, items: exportsOf(program, root, one.entry) }));
const codes = codesOf(pages);
const problems = [];
const texts = new Map();
for (const page of pages) {
  const links = linksOf(pages, page.file, codes);
  texts.set(page.file, pageOf({ ...page, groups: groupsOf(page.items) }, links));
  problems.push(...links.broken, ...problemsOf(page, codes));
}
const thrown = throwersOf(pages, codes);
problems.push(
  ...[...codes.keys()]
    .filter((code) => !thrown.has(code))
    .map((code) => `${code} is thrown by nothing that says so`),
);
texts.set('errors.md', errorsPage(pages, codes, linksOf(pages, 'errors.md', codes)));
texts.set('README.md', index());

if (problems.length > 0) {
  console.error(problems.join('\n'));
  process.exitCode = 1;
} else if (process.argv.includes('--check')) check();
else write();

function groupsOf(items) {
  const titleOf = ({ file }) => GROUPS.find(([start]) => file.startsWith(start))[1];
  const groups = Map.groupBy === undefined ? grouped(items, titleOf) : Map.groupBy(items, titleOf);
  const place = (title) => (ORDER.includes(title) ? ORDER.indexOf(title) : ORDER.length);
  return [...groups]
    .map(([title, some]) => ({ title, items: some }))
    .sort((a, b) => place(a.title) - place(b.title));
}

// Node 20 has no Map.groupBy.
function grouped(items, keyOf) {
  const groups = new Map();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}

// The table of codes with the sentences that say when each is raised.
function codesOf([{ items }]) {
  const { text } = items.find(({ name }) => name === 'ERROR_CODES');
  return new Map(
    [...text.matchAll(/^\s*(\w+):\s*'((?:[^'\\]|\\.)*)',?$/gm)].map(([, code, when]) => [code, when]),
  );
}

function index() {
  const rows = pages.flatMap(({ specifier, items }) =>
    inOrder(items)
      .filter(({ kind }) => kind === 'function' || kind === 'class')
      .map((item) => {
        const links = linksOf(pages, 'README.md', codes);
        return `| ${links.to(item.name)} | \`${specifier}\` | ${cell(links.resolve(firstSentence(item.doc.text), item.name))} |`;
      }),
  );
  const list = pages.map(({ specifier, file, intro }) => `- [\`${specifier}\`](${file}): ${intro}`);
  return `# The library, name by name

${NOTE}

${list.join('\n')}
- [Errors](errors.md): every code, when it is raised, and by what.

| name | import from | what it does |
| --- | --- | --- |
${rows.join('\n')}
`;
}

function check() {
  const there = existsSync(folder) ? readdirSync(folder) : [];
  const stale = [...texts].filter(
    ([file, text]) => !there.includes(file) || readFileSync(join(folder, file), 'utf8') !== text,
  );
  const more = there.filter((file) => !texts.has(file));
  for (const [file] of stale) console.log(`docs/api/${file} is not what src/ says: npm run docs:api`);
  for (const file of more) console.log(`docs/api/${file} is of no entry point`);
  if (stale.length + more.length > 0) process.exitCode = 1;
}

function write() {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  for (const [file, text] of texts) writeFileSync(join(folder, file), text);
}
