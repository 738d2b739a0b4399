// The names that each statement of a cell mentions, and whether it may reach any name without mentioning it.
//
// A property's key is no name; a shorthand is. Shadowing is not respected: a name too many does no harm to who asks.
// Runs nothing.

import { parseCell } from './parse.js';
import { type AnyNode, eachChild } from './tree.js';
import { stripTypes } from './typescript.js';

/** What a statement mentions. */
export interface Mentions {
  readonly names: ReadonlySet<string>;
  /** It may reach every name: it uses `eval`, `Function`, `globalThis`, `global`, or `this` outside of functions. */
  readonly reachesAll: boolean;
}

const THIS_OF_ITS_OWN = new Set(['FunctionDeclaration', 'FunctionExpression', 'ClassBody']);
const REACH_ALL = new Set(['eval', 'Function', 'globalThis', 'global', 'this']);

/** Looks through the statements of a cell; a text that cannot be read mentions nothing, because it did not run. */
export function mentionsOf(source: string): Mentions[] {
  let parsed = parseCell(source);
  if (parsed.status !== 'program') {
    const stripped = stripTypes(source, 'cell');
    if (stripped.status === 'code') parsed = parseCell(stripped.code);
  }
  if (parsed.status !== 'program') return [];
  return (parsed.program.body as AnyNode[]).map((statement) => {
    const names = new Set<string>();
    collect(statement, names);
    return { names, reachesAll: [...REACH_ALL].some((name) => names.has(name)) };
  });
}

function collect(root: AnyNode, names: Set<string>): void {
  const stack: { readonly node: AnyNode; readonly isInner: boolean }[] = [{ node: root, isInner: false }];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const { node } = next;
    if (node.type === 'Identifier') names.add(node['name'] as string);
    else if (node.type === 'ThisExpression' && !next.isInner) names.add('this');
    const isInner = next.isInner || THIS_OF_ITS_OWN.has(node.type);
    eachChild(node, (child, field) => {
      if (!isKey(node, child, field)) stack.push({ node: child, isInner });
    });
  }
}

function isKey(node: AnyNode, child: AnyNode, field: string): boolean {
  if (child.type !== 'Identifier' || node['computed'] === true) return false;
  if (node.type === 'MemberExpression') return field === 'property';
  if (node.type === 'LabeledStatement' || node.type === 'BreakStatement' || node.type === 'ContinueStatement')
    return field === 'label';
  return field === 'key' && node['shorthand'] !== true;
}
