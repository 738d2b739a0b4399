// The tree of variables as nested details; what is shared and what is a cycle are links to where the value is.
//
// As deep as the tree is, which is bounded by what made it.

import type { Tree, TreeNode } from '../tree.js';
import { line, plural } from '../words.js';
import { highlighted } from './highlight.js';
import { type Content, element, type Markup, tableMarkup, together } from './markup.js';
import { plotMarkup } from './plot.js';

/** The tree. */
export function treeMarkup({ names, more }: Tree): Markup {
  return element(
    'div',
    { class: 'tree', id: 'tree' },
    names.length === 0
      ? element('p', { class: 'more' }, 'no names')
      : element('ul', {}, ...names.map(nodeMarkup)),
    more > 0 ? element('p', { class: 'more' }, `${plural(more, 'more name')} not shown`) : '',
  );
}

function nodeMarkup(node: TreeNode): Markup {
  const { label, kind, id, text } = node;
  const anchor = id === undefined ? undefined : `v${id}`;
  if (label === '' && kind === 'inner')
    return element('li', {}, element('div', { class: 'inline' }, line(text, 2000)));
  const inner = innerMarkup(node);
  const head = headMarkup(node);
  return element(
    'li',
    {},
    inner.length === 0
      ? element('div', { class: `leaf ${kind}`, id: anchor }, head)
      : element('details', { id: anchor }, element('summary', { class: kind }, head), ...inner),
  );
}

function headMarkup({ label, kind, text, tone, declared, sharedId, isCycle }: TreeNode): Markup {
  // `class Point` says it once.
  const isSaid = declared !== undefined && text === `${declared} ${label}`;
  return together(
    declared === undefined ? '' : element('span', { class: 'dim' }, `${line(declared, 20)} `),
    label === '' ? '' : element('span', { class: 'label' }, line(label, 80)),
    label === '' || isSaid ? '' : element('span', { class: 'dim' }, kind === 'entry' ? ' → ' : ': '),
    isSaid ? '' : element('span', { class: `v-${tone}` }, line(text, 600)),
    sharedId === undefined
      ? ''
      : together(' ', element('a', { href: `#v${sharedId}` }, isCycle === true ? '↑ cycle' : '→ shared')),
  );
}

function innerMarkup({ children, more, code, table, plot }: TreeNode): Content[] {
  return [
    ...(plot === undefined ? [] : [plotMarkup(plot)]),
    ...(table === undefined ? [] : [element('div', { class: 'scroll' }, tableMarkup(table))]),
    ...(code === undefined
      ? []
      : [
          code.place === '' ? '' : element('div', { class: 'dim' }, line(code.place, 120)),
          element(
            'pre',
            {},
            element('code', {}, highlighted(code.source)),
            code.left > 0 ? `\n… ${plural(code.left, 'more character')}` : '',
          ),
        ]),
    ...(children.length === 0 ? [] : [element('ul', {}, ...children.map(nodeMarkup))]),
    ...(more > 0 ? [element('p', { class: 'more' }, `${plural(more, 'more part')} not shown`)] : []),
  ];
}
