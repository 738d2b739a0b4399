// A session as Markdown: cells with what they showed, lists of records as tables, and the names.
//
// No text of the session's can become markup: code stands in fences longer than any in it, in tables everything that means
// something to Markdown or HTML is escaped. Knows nothing of files.

import type { Meta, MetaCell, MetaOutput, MetaTable } from '../format/index.js';
import { visible } from '../visible.js';
import { factsOf } from './facts.js';
import { MADE_BY } from './made-by.js';
import { duration, line, plural, rangeOf, shownText, sparkline } from './words.js';

const FIELD_CHARACTERS_MAX = 80;

/** A session as Markdown. */
export function markdownOf(meta: Meta, title: string): string {
  const { cells = [], bindings = [], losses = [], leftOut = [] } = meta.session ?? {};
  return [
    `# ${escaped(line(title, FIELD_CHARACTERS_MAX))}`,
    factsOf(meta).map(escaped).join(' · '),
    ...(meta.session?.note === undefined ? [] : [quoted(meta.session.note)]),
    ...cells.flatMap(cellParts),
    ...(bindings.length === 0
      ? []
      : [
          '## Names',
          tableText(
            ['name', 'kind', 'type', 'value'],
            bindings.map(({ name, kind, type, preview = '' }) => [name, kind, type, preview]),
          ),
        ]),
    ...(losses.length + leftOut.length === 0
      ? []
      : [
          '## Not in it',
          tableText(
            ['path', 'what', 'why'],
            [
              ...losses.map(({ path, what, reason }) => [path, what, reason]),
              ...leftOut.map(({ path, reason }) => [path, 'left out', reason]),
            ],
          ),
        ]),
    `<!-- ${MADE_BY} -->\n`,
  ].join('\n\n');
}

/** A text of several lines as a quotation. */
export function quoted(text: string): string {
  return text
    .split('\n')
    .map((part) => `> ${escaped(part)}`.trimEnd())
    .join('\n');
}

function cellParts(cell: MetaCell): string[] {
  const { number, source, durationMs, isError, output } = cell;
  const facts = [duration(durationMs), ...(isError ? ['failed'] : [])].filter((fact) => fact !== '');
  return [
    [`**In[${number}]**`, ...facts].join(' · '),
    fenced(source.trimEnd(), 'js'),
    ...(output === undefined ? [] : outputParts(output, number)),
  ];
}

function outputParts({ printed, text, left, table, plot }: MetaOutput, number: number): string[] {
  const parts: string[] = [];
  if (printed !== undefined) parts.push(fenced(printed.trimEnd(), 'text'));
  if (table !== undefined) parts.push(`Out[${number}]`, recordsText(table));
  else if (text !== undefined) parts.push(`Out[${number}]`, fenced(text, 'text'));
  if (plot !== undefined) {
    const [low, high] = rangeOf(plot.values.filter((value): value is number => value !== null));
    parts.push(`\`${sparkline(plot.values)}\` ${plural(plot.count, 'number')} from ${low} to ${high}`);
  }
  if (left !== undefined && left > 0) parts.push(`*${plural(left, 'more character')}*`);
  return parts;
}

function recordsText({ columns, rows, rowsLeft, columnsLeft }: MetaTable): string {
  const left = [
    ...(rowsLeft > 0 ? [plural(rowsLeft, 'more row')] : []),
    ...(columnsLeft > 0 ? [plural(columnsLeft, 'more column')] : []),
  ];
  return [tableText(columns, rows), ...(left.length > 0 ? [`*${left.join(', ')}*`] : [])].join('\n\n');
}

function tableText(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const rowText = (row: readonly string[]): string =>
    `| ${row.map((field) => escaped(line(field, FIELD_CHARACTERS_MAX))).join(' | ')} |`;
  return [rowText(columns), `|${' --- |'.repeat(columns.length)}`, ...rows.map(rowText)].join('\n');
}

/** A block of code that nothing in it ends. */
function fenced(text: string, language: string): string {
  const shown = shownText(text);
  const longest = Math.max(2, ...[...shown.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${shown}\n${fence}`;
}

/** A text on one line in which nothing is markup. */
export function escaped(text: string): string {
  return visible(text)
    .replace(/[\\`*_[\]#|~!$]/g, '\\$&')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/^([-+=]|\d+[.)])/, '\\$1')
    .replace(
      /\b(https?|ftp|www|mailto)(?=[:.])/gi,
      (scheme) => `${scheme.slice(0, -1)}&#${scheme.charCodeAt(scheme.length - 1)};`,
    );
}

/** How much of a session a format shows. */
export function countsOf(meta: Meta): { cells: number; failed: number; outputs: number; names: number } {
  const { cells = [], bindings = [] } = meta.session ?? {};
  return {
    cells: cells.length,
    failed: cells.filter(({ isError }) => isError).length,
    outputs: cells.filter(({ output }) => output?.text !== undefined || output?.printed !== undefined).length,
    names: bindings.length,
  };
}
