// Goal: Markdown, notebooks and pages have the cells, what they showed, tables, plots and variables; notebooks are what the
// format's own schema says; the same snapshot gives the same bytes; a page says what it leaves out.
// Method: one session saved by the built program; notebooks against the schema of nbformat; meta sections made for the purpose.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Validator } from 'jsonschema';
import { beforeAll, describe, expect, test } from 'vitest';
import { detect } from '../../src/detect/index.js';
import { htmlOf, PAGE_LIMITS } from '../../src/export/html/page.js';
import { exported, exportFormatOf } from '../../src/export/index.js';
import { markdownOf } from '../../src/export/markdown.js';
import { notebookOf } from '../../src/export/notebook.js';
import { TREE_LIMITS, treeOf } from '../../src/export/tree.js';
import type { Meta, MetaCell } from '../../src/format/index.js';
import { dumps } from '../../src/library/index.js';
import { ROOT } from '../docs/markdown.js';
import { CELLS, sampleSnapshot } from './sample.js';

let bytes: Uint8Array;
beforeAll(async () => {
  bytes = await sampleSnapshot();
});

const schema = JSON.parse(
  readFileSync(join(ROOT, 'test/fixtures/export/nbformat.v4.5.schema.json'), 'utf8'),
) as object;
const problems = (notebook: string): string[] =>
  new Validator().validate(JSON.parse(notebook), schema).errors.map(String);

function metaOf(cells: readonly Partial<MetaCell>[]): Meta {
  const whole = { number: 1, source: '1', startedAtMs: 0, durationMs: 0, isError: false };
  return {
    ...{ type: 'session', brine: '1', node: '20', values: 0, modules: [] },
    session: {
      cells: cells.map((cell) => ({ ...whole, ...cell })),
      ...{ bindings: [], losses: [], patched: [], savedAtMs: 0, host: 'h', platform: 'p' },
    },
  };
}

test('the extension says what is made', () => {
  expect(['a.md', 'a.HTML', 'a.htm', 'b/a.ipynb', 'a.mjs', 'a.ts'].map(exportFormatOf)).toEqual([
    ...['md', 'html', 'html', 'ipynb', 'mjs', 'ts'],
  ]);
  expect(['a.pkl', 'a', 'html', 'a.json'].map(exportFormatOf)).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});

test('every format has all cells, and the same snapshot gives the same text', () => {
  for (const format of ['md', 'html', 'ipynb', 'js'] as const) {
    const one = exported(bytes, format, { title: 'sample' });
    expect(one).toEqual(exported(bytes, format, { title: 'sample' }));
    expect(one).toMatchObject({ format, cells: CELLS.length, failed: 1, outputs: 5 });
    expect(one.text).toContain('made by brine');
    const bare = exported(bytes, format, { outputs: false });
    expect(bare.outputs).toBe(0);
    if (format !== 'js') expect(bare.text.length).toBeLessThan(one.text.length);
    expect(bare.text).not.toContain('Uncaught TypeError');
  }
});

test('what has no cells is a page or Markdown, and no notebook', () => {
  const value = dumps({ list: [1, 2], text: 'a' });
  expect(exported(value, 'html').text).toContain('<span class="label">list</span>');
  expect(exported(value, 'md').text).toContain('# session');
  for (const format of ['ipynb', 'js'] as const)
    expect(() => exported(value, format)).toThrow(expect.objectContaining({ code: 'SESSION_EXPORT' }));
});

describe('Markdown', () => {
  test('has code in fences that nothing ends, tables of records, and courses', () => {
    const text = exported(bytes, 'md').text;
    expect(text).toContain("```js\nimport { sep } from 'node:path'\n```");
    expect(text).toMatch(/Out\[4\]\n\n\| id \| name \|.*\n\| --- \|.*\n\| 0 \| n0 \|/);
    expect(text).toContain('*10 more rows*');
    expect(text).toMatch(/`[▁▂▃▄▅▆▇█]+` 400 numbers from -0.9999\d* to 0.9999/);
    expect(text).toMatch(/\| ring \| const \| Object\{3\}/);
    expect(text).toMatch(/\| lost \| Socket \| /);
    const fences = markdownOf(metaOf([{ source: '````\n<b>', output: { text: '```', left: 3 } }]), 't');
    expect(fences).toContain('`````js\n````\n<b>\n`````');
    expect(fences).toContain('````text\n```\n````\n\n*3 more characters*');
  });

  test('nothing of the data is markup', () => {
    const evil = '[x](javascript:a) <img src=x> | `b` *c* https://evil.example &lt; \u202e # d';
    const table = { columns: [evil], rows: [[evil]], rowsLeft: 0, columnsLeft: 0 };
    const text = markdownOf(metaOf([{ source: '1', output: { text: '1', table } }]), evil);
    const shown = text.split('\n').filter((line) => !line.startsWith('<!-- made by'));
    for (const line of shown) expect(line).not.toMatch(/<|[^\\]\[x|[^\\]`b|[^\\]\*c|https:|\u202e/);
    expect(
      shown.filter((line) => line.startsWith('|')).map((line) => line.match(/(?<!\\)\|/g)?.length),
    ).toEqual([2, 2, 2]);
  });
});

describe('a notebook', () => {
  test('is what the schema says, with values, errors, streams, tables and plots', () => {
    const { text } = exported(bytes, 'ipynb', { title: 'sample' });
    expect(problems(text)).toEqual([]);
    const { cells } = JSON.parse(text) as { cells: any[] };
    expect(cells.slice(1).map(({ source }) => source.join(''))).toEqual(CELLS);
    const outputs = cells.flatMap((cell) => cell.outputs ?? []);
    expect(outputs.map(({ output_type }) => output_type)).toEqual([
      ...['execute_result', 'execute_result', 'stream', 'execute_result', 'error'],
    ]);
    expect(Object.keys(outputs[0].data)).toEqual(['text/html', 'text/plain']);
    expect(Object.keys(outputs[1].data)).toEqual(['image/svg+xml', 'text/plain']);
    expect(outputs.at(-1)).toMatchObject({ ename: 'TypeError', evalue: 'thrown QQ9' });
  });

  test('is so for what no prompt writes', () => {
    const odd = [
      { number: -1, durationMs: -5, source: '', output: {} },
      { number: 1e300, durationMs: Number.MAX_VALUE, output: { left: 5 } },
      { number: 0.5, isError: true, output: { text: '\u001b[31m<script>' } },
      { number: 2 ** 53, output: { printed: '\u202e\n\n', text: '' } },
      { number: 1, output: { plot: { values: [null, 1e308, -1e308], count: 3 } } },
      { number: 1, output: { text: 'x', plot: { values: [], count: 0 }, left: 1 } },
    ];
    const text = notebookOf(metaOf(odd), '# t\n<b>');
    expect(problems(text)).toEqual([]);
    // JSON of a notebook writes them as escapes.
    expect(JSON.stringify(JSON.parse(text))).not.toMatch(/\\u001b|\u202e/);
    expect(problems('{"cells":[{}],"metadata":{},"nbformat":4,"nbformat_minor":5}').length).toBeGreaterThan(
      0,
    );
  });
});

describe('a page', () => {
  test('shows variables with what is shared and what is a cycle as links that lead somewhere', () => {
    const { text } = exported(bytes, 'html');
    const anchors = new Set([...text.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id));
    const links = [...text.matchAll(/href="#([^"]*)"/g)].map(([, id]) => id as string);
    expect(links.filter((id) => !anchors.has(id))).toEqual([]);
    expect(text).toContain('↑ cycle');
    expect(text).toContain('→ shared');
    expect(text).toContain('<svg');
    expect(text).toMatch(/<li><details id="v\d+"><summary class="name"><span class="dim">const <\/span>/);
    // What a function captures, and a private field.
    expect(text).toMatch(/class="captured"><span class="label">hidden</);
    expect(text).toMatch(/class="leaf private"><span class="label">#id<\/span>/);
    expect(text).toContain('1970-01-01T00:00:00.000Z');
    expect(text).toContain('1180591620717411303424n');
    expect(text).toMatch(/Socket is not in the snapshot/);
  });

  test('is bounded, and says what is not shown', () => {
    const source = 'x'.repeat(100_000);
    const table = {
      columns: ['a'],
      rows: Array.from({ length: 2000 }, () => ['1']),
      rowsLeft: 1,
      columnsLeft: 2,
    };
    const output = {
      text: source,
      printed: source,
      table,
      plot: { values: Array(100_000).fill(1), count: 1e6 },
    };
    const meta = metaOf(Array.from({ length: 5000 }, () => ({ source, output })));
    const names = Object.fromEntries(
      Array.from({ length: 5000 }, (_, at) => [`n${at}`, { at, list: [{}, {}] }]),
    );
    const web = detect(dumps({ ...names, deep: nested(100), long: 'y'.repeat(1_000_000) }));
    const page = htmlOf(web, meta, 'z'.repeat(100_000));
    expect(page.length).toBeLessThan(12_000_000);
    expect(page).toContain('earlier cells not shown');
    expect(page).toContain('60,000 more characters');
    expect(page).toContain('1,501 more rows, 2 more columns');
    expect(page).toMatch(/[\d,]+ more parts not shown/);
    expect(page.match(/<article/g)?.length).toBeLessThan(PAGE_LIMITS.cells);
  });

  test('the tree is bounded in names, parts and depth', () => {
    const web = detect(dumps({ wide: Array.from({ length: 1000 }, () => ({})), deep: nested(100) }));
    const [root] = treeOf(web).names;
    const wide = root?.children.find(({ label }) => label === 'wide');
    expect([wide?.children.length, wide?.more]).toEqual([TREE_LIMITS.parts, 1000 - TREE_LIMITS.parts]);
    let depth = 0;
    for (let at = root?.children.find(({ label }) => label === 'deep'); at !== undefined; at = at.children[0])
      depth++;
    expect(depth).toBe(TREE_LIMITS.depth);
  });
});

function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let i = 0; i < depth; i++) value = { value };
  return value;
}
