// Markup by its parts: a text is never markup, and what is markup was made here. So nothing of the data can become any.
//
// Knows nothing of what is shown.

import type { MetaTable } from '../../format/index.js';
import { visible } from '../../visible.js';
import { plural, shownText } from '../words.js';

/** Markup that is whole in itself. */
export interface Markup {
  readonly markup: string;
}

/** What an element holds: markup, or texts, which are escaped. */
export type Content = Markup | string | readonly Content[];

const VOID = new Set(['meta', 'path', 'line']);

/** An element; attributes that are undefined are left out, true ones have no value. Names are ours, never from data. */
export function element(
  name: string,
  attributes: Readonly<Record<string, string | number | true | undefined>>,
  ...content: readonly Content[]
): Markup {
  let open = `<${name}`;
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined) continue;
    open += value === true ? ` ${key}` : ` ${key}="${escapedText(visible(String(value)))}"`;
  }
  if (VOID.has(name)) return { markup: `${open}/>` };
  return { markup: `${open}>${joined(content)}</${name}>` };
}

/** Contents behind each other. */
export function together(...content: readonly Content[]): Markup {
  return { markup: joined(content) };
}

/** The content of a `script` or `style` element of brine's own, as it is. */
export function ownText(name: 'script' | 'style', text: string): Markup {
  return { markup: `<${name}>${text}</${name}>` };
}

function joined(content: readonly Content[]): string {
  return content.map(markupOf).join('');
}

function markupOf(content: Content): string {
  if (typeof content === 'string') return escapedText(shownText(content));
  return 'markup' in content ? content.markup : joined(content);
}

function escapedText(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')
    .replaceAll('`', '&#96;');
}

/** A small table of records, with what is not in it counted. */
export function tableMarkup({ columns, rows, rowsLeft, columnsLeft }: MetaTable): Markup {
  const left = [
    ...(rowsLeft > 0 ? [plural(rowsLeft, 'more row')] : []),
    ...(columnsLeft > 0 ? [plural(columnsLeft, 'more column')] : []),
  ];
  const isNumber = columns.map((_, at) => isNumeric(rows.map((row) => row[at] ?? '')));
  const cell = (name: 'th' | 'td', text: string, at: number): Markup =>
    element(name, { class: isNumber[at] === true ? 'num' : undefined }, text);
  return together(
    element(
      'table',
      {},
      element('thead', {}, element('tr', {}, ...columns.map((text, at) => cell('th', text, at)))),
      element(
        'tbody',
        {},
        ...rows.map((row) => element('tr', {}, ...columns.map((_, at) => cell('td', row[at] ?? '', at)))),
      ),
    ),
    left.length === 0 ? '' : element('p', { class: 'more' }, left.join(', ')),
  );
}

// All that is there are numbers, and there are some.
function isNumeric(texts: readonly string[]): boolean {
  const there = texts.filter((text) => text !== '');
  return there.length > 0 && there.every((text) => /^-?[\d.][\d.e+-]*n?$/.test(text));
}
