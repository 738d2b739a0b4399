// `.size` and `brine size`: what takes the space, as a tree.

import { type SizeNode, type Sizes, sizes } from '../../../src/detect/index.js';
import { displayName } from '../../display-name.js';
import { besideOrBelow, bytes, count } from '../../format.js';
import type { Page } from '../../page.js';
import { plural } from '../report.js';
import { type Answer, nowhere, type Question } from './question.js';

/** `.size [name or path]` */
export const sizeQuestion: Question = {
  name: 'size',
  usage: '[name or path]',
  summary: 'say what takes the space, what is shared counted once',
  wordsMin: 0,
  isOnePath: true,
  ask: (web, [path = ''], page): Answer => {
    const found = sizes(web, path);
    if (found === undefined) throw nowhere(web, path, page);
    return { json: found, text: sizeText(found, page) };
  },
};

/** Parts smaller than this share of everything are not shown below another. */
const SHARE_MIN = 0.01;

function sizeText(found: Sizes, page: Page): string {
  const lines = [`${bytes(found.bytes)} in ${plural(found.values, 'value')}, as a save writes them, about`];
  for (const part of found.parts) lines.push(...nodeLines(part, '', { page, total: found.bytes, lead: '' }));
  if (found.more > 0) lines.push(`${bytes(found.moreBytes).padStart(9)}  ${count(found.more)} more`);
  return lines.join('\n');
}

/** A part of the tree as lines, deeper ones further in; as deep as the tree was asked for. */
export function nodeLines(
  node: SizeNode,
  parent: string,
  { page, total, lead }: { readonly page: Page; readonly total: number; readonly lead: string },
): string[] {
  const { path, type, bytes: size, places, parts, more, moreBytes } = node;
  const step = parent !== '' && path.startsWith(parent) ? path.slice(parent.length) : path;
  const shared = places > 1 ? `  ${page.style.dim(`held in ${count(places)} places`)}` : '';
  const name = displayName(step.trimStart() || 'the value', 60);
  const head = `${bytes(size).padStart(9)}  ${lead}`;
  const what = `${page.style.dim(displayName(type, 40))}${shared}`;
  const lines = [...besideOrBelow(head, name, what, page.rowColumns)];
  const shown = parts.filter((part) => part.bytes >= total * SHARE_MIN);
  const inner = { page, total, lead: `${lead}  ` };
  for (const part of shown) lines.push(...nodeLines(part, path, inner));
  const hidden = parts.length - shown.length + more;
  const hiddenBytes = parts.slice(shown.length).reduce((sum, part) => sum + part.bytes, moreBytes);
  if (hidden > 0 && hiddenBytes >= total * SHARE_MIN)
    lines.push(`${bytes(hiddenBytes).padStart(9)}  ${lead}  ${count(hidden)} more`);
  return lines;
}
