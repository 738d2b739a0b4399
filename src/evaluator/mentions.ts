// The names that each statement of a cell mentions, and whether it may reach any name without mentioning it.
//
// A property's key is no name; a shorthand is. Shadowing is not respected: a name too many does no harm to who asks.
// Runs nothing.

import type { Program } from 'acorn';
import { parseCell } from './parse.js';
import { type AnyNode, eachChild } from './tree.js';
import { stripTypes } from './typescript.js';

/** What a statement mentions. */
export interface Mentions {
  readonly names: ReadonlySet<string>;
  /** It may reach every name: it uses `eval`, `Function`, `globalThis`, `global`, or `this` outside of functions. */
  readonly reachesAll: boolean;
  /** It calls or awaits something, and so may have started what goes on after it: a timer, a server, a promise. */
  readonly callsSomething: boolean;
}

const THIS_OF_ITS_OWN = new Set(['FunctionDeclaration', 'FunctionExpression', 'ClassBody']);
const CALLS = new Set([
  'CallExpression',
  'NewExpression',
  'AwaitExpression',
  'ImportExpression',
  'TaggedTemplateExpression',
]);
const REACH_ALL = new Set(['eval', 'Function', 'globalThis', 'global', 'this']);

/** Looks through the statements of a cell; a text that cannot be read mentions nothing, because it did not run. */
export function mentionsOf(source: string): Mentions[] {
  const readable = readableCell(source);
  if (readable === undefined) return [];
  return (readable.program.body as AnyNode[]).map((statement) => {
    const names = new Set<string>();
    const callsSomething = collect(statement, names);
    return { names, reachesAll: [...REACH_ALL].some((name) => names.has(name)), callsSomething };
  });
}

/** The tree of a cell, without its types, and the text that its offsets are in; undefined for one that cannot be read. */
export function readableCell(
  source: string,
): { readonly program: Program; readonly text: string } | undefined {
  const parsed = parseCell(source);
  if (parsed.status === 'program') return parsed;
  const stripped = stripTypes(source, 'cell');
  const again = stripped.status === 'code' ? parseCell(stripped.code) : parsed;
  return again.status === 'program' ? again : undefined;
}

// Returns whether the statement calls something.
function collect(root: AnyNode, names: Set<string>): boolean {
  let callsSomething = false;
  const stack: { readonly node: AnyNode; readonly isInner: boolean }[] = [{ node: root, isInner: false }];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const { node } = next;
    if (node.type === 'Identifier') names.add(node['name'] as string);
    else if (node.type === 'ThisExpression' && !next.isInner) names.add('this');
    callsSomething ||= CALLS.has(node.type);
    const isInner = next.isInner || THIS_OF_ITS_OWN.has(node.type);
    eachChild(node, (child, field) => {
      if (!isKey(node, child, field)) stack.push({ node: child, isInner });
    });
  }
  return callsSomething;
}

function isKey(node: AnyNode, child: AnyNode, field: string): boolean {
  if (child.type !== 'Identifier' || node['computed'] === true) return false;
  if (node.type === 'MemberExpression') return field === 'property';
  if (node.type === 'LabeledStatement' || node.type === 'BreakStatement' || node.type === 'ContinueStatement')
    return field === 'label';
  return field === 'key' && node['shorthand'] !== true;
}
