// A session as one page of HTML that needs nothing else: no network, one style and one script known by their hashes, and
// nothing of the data becomes markup. Bounded, with what is not there counted.

import { createHash } from 'node:crypto';
import type { Web } from '../../detect/index.js';
import type { Meta, MetaCell, MetaOutput } from '../../format/index.js';
import { factsOf } from '../facts.js';
import { MADE_BY } from '../made-by.js';
import { treeOf } from '../tree.js';
import { duration, line, moment, plural } from '../words.js';
import { BEHAVIOUR } from './behaviour.js';
import { highlighted } from './highlight.js';
import { element, type Markup, ownText, tableMarkup, together } from './markup.js';
import { plotMarkup } from './plot.js';
import { STYLE } from './style.js';
import { treeMarkup } from './tree-markup.js';

/** So much of a session is on a page at most. */
export const PAGE_LIMITS = {
  cells: 2000,
  sourceCharacters: 40_000,
  characters: 2_000_000,
  rows: 500,
} as const;

/** A session as HTML. */
export function htmlOf(web: Web, meta: Meta, title: string): string {
  const shown = line(title, 120);
  const cells = meta.session?.cells ?? [];
  const tree = treeMarkup(treeOf(web));
  const head = [
    element('meta', { charset: 'utf-8' }),
    element('meta', { 'http-equiv': 'Content-Security-Policy', content: policy() }),
    element('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
    element('meta', { name: 'referrer', content: 'no-referrer' }),
    element('meta', { name: 'generator', content: `brine: ${MADE_BY}` }),
    element('title', {}, shown),
    ownText('style', STYLE),
  ];
  const side = element(
    'section',
    { class: 'side', 'aria-label': 'Variables', id: 'variables' },
    element('h2', {}, meta.type === 'session' ? 'Variables' : 'Value'),
    tree,
  );
  const main = element(
    'main',
    { class: cells.length === 0 ? 'one' : undefined },
    ...(cells.length === 0 ? [] : [cellsMarkup(cells)]),
    element('div', {}, side, ...notes(meta)),
  );
  const body = [
    element(
      'header',
      {},
      element('h1', {}, shown),
      element('ul', { class: 'facts' }, ...factsOf(meta).map((fact) => element('li', {}, line(fact, 120)))),
      meta.session?.note === undefined
        ? ''
        : element('p', { class: 'note' }, ...cutText(meta.session.note, (it) => together(it))),
      element(
        'div',
        { class: 'tools', id: 'tools' },
        cells.length === 0 ? '' : element('a', { class: 'jump', href: '#variables' }, 'Variables'),
      ),
    ),
    main,
    element('footer', {}, 'A snapshot of a session, made by brine. Nothing on this page runs any of it.'),
    ownText('script', BEHAVIOUR),
  ];
  const page = element('html', { lang: 'en' }, element('head', {}, ...head), element('body', {}, ...body));
  return `<!doctype html>\n${page.markup}\n`;
}

function policy(): string {
  const hash = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  return `default-src 'none'; style-src ${hash(STYLE)}; script-src ${hash(BEHAVIOUR)}; base-uri 'none'; form-action 'none'`;
}

// The newest cells, in order, as many as fit.
function cellsMarkup(cells: readonly MetaCell[]): Markup {
  let characters = 0;
  let first = cells.length;
  while (first > 0 && cells.length - first < PAGE_LIMITS.cells && characters < PAGE_LIMITS.characters)
    characters += sizeOf(cells[--first] as MetaCell);
  return element(
    'section',
    { 'aria-label': 'Cells', id: 'cells' },
    element('h2', {}, 'Cells'),
    first > 0 ? element('p', { class: 'more' }, `${plural(first, 'earlier cell')} not shown`) : '',
    ...cells.slice(first).map((cell, at) => cellMarkup(cell, first + at + 1)),
  );
}

function sizeOf({ source, output }: MetaCell): number {
  const rows = output?.table?.rows.slice(0, PAGE_LIMITS.rows) ?? [];
  const table = rows.reduce((sum, row) => sum + row.join('').length + 10 * row.length, 0);
  const texts = [source, output?.text ?? '', output?.printed ?? ''];
  return texts.reduce((sum, text) => sum + Math.min(text.length, PAGE_LIMITS.sourceCharacters), table);
}

function cellMarkup(cell: MetaCell, place: number): Markup {
  const { number, source, durationMs, isError, startedAtMs, output } = cell;
  return element(
    'article',
    { class: isError ? 'cell failed' : 'cell', id: `cell-${place}` },
    element(
      'div',
      { class: 'head' },
      element('a', { href: `#cell-${place}`, title: moment(startedAtMs) }, `In[${number}]`),
      durationMs >= 0.5 ? element('span', {}, duration(durationMs)) : '',
      isError ? element('span', { class: 'bad' }, 'failed') : '',
    ),
    element('pre', { class: 'source' }, element('code', {}, ...cutText(source.trimEnd(), highlighted))),
    ...(output === undefined ? [] : [outputMarkup(output, isError)]),
  );
}

function outputMarkup({ printed, text, left = 0, table, plot }: MetaOutput, isError: boolean): Markup {
  const values = plot === undefined ? undefined : { ...plot, values: plot.values.slice(0, 2000) };
  const rows = table?.rows.slice(0, PAGE_LIMITS.rows) ?? [];
  return element(
    'div',
    { class: 'out' },
    printed === undefined
      ? ''
      : element('pre', { class: 'printed' }, ...cutText(printed.trimEnd(), (it) => together(it))),
    table === undefined
      ? ''
      : element(
          'div',
          { class: 'scroll' },
          tableMarkup({ ...table, rows, rowsLeft: table.rowsLeft + table.rows.length - rows.length }),
        ),
    values === undefined ? '' : plotMarkup(values),
    text === undefined ? '' : textMarkup(text, isError, table !== undefined || plot !== undefined),
    left > 0 ? element('p', { class: 'more' }, plural(left, 'more character')) : '',
  );
}

// What a table or a plot says better can still be seen.
function textMarkup(text: string, isError: boolean, isTold: boolean): Markup {
  const shown = cutText(text, isError ? (it) => together(it) : highlighted);
  const block = element('pre', { class: isError ? 'error' : 'text' }, ...shown);
  return isTold ? element('details', {}, element('summary', { class: 'dim' }, 'as text'), block) : block;
}

function cutText(text: string, shown: (text: string) => Markup): Markup[] {
  const left = text.length - PAGE_LIMITS.sourceCharacters;
  if (left <= 0) return [shown(text)];
  const more = element('span', { class: 'c' }, `\n… ${plural(left, 'more character')}`);
  return [shown(text.slice(0, PAGE_LIMITS.sourceCharacters)), more];
}

// What the snapshot does not have, and which modules it names.
function notes(meta: Meta): Markup[] {
  const { losses = [], leftOut = [] } = meta.session ?? {};
  const missing = [
    ...losses.map(({ path, what, reason }) => [path, what, reason]),
    ...leftOut.map(({ path, reason }) => [path, 'left out', reason]),
  ];
  const modules = meta.modules.map(({ specifier, version = '' }) => [specifier, version]);
  return [
    ...(missing.length === 0 ? [] : [noteMarkup('Not in the snapshot', ['path', 'what', 'why'], missing)]),
    ...(modules.length === 0 ? [] : [noteMarkup('Modules', ['module', 'version'], modules)]),
  ];
}

function noteMarkup(title: string, columns: readonly string[], rows: readonly (readonly string[])[]): Markup {
  const shown = rows.slice(0, PAGE_LIMITS.rows).map((row) => row.map((text) => line(text, 200)));
  const table = { columns, rows: shown, rowsLeft: rows.length - shown.length, columnsLeft: 0 };
  return element(
    'section',
    { class: 'side notes' },
    element('h2', {}, title),
    element('div', { class: 'scroll' }, tableMarkup(table)),
  );
}
