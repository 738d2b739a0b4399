// Tells whether V8 certainly holds a variable for a suspended generator since it is read next, by the text alone.
//
// Optimised code writes no variable to a suspended generator that nothing reads afterwards: what V8 lists then is an older value.
// Where a `for…in` loop is among its names is a number that nobody is shown; its variable says it. So this variable counts only
// where a closure sees it, which keeps it in a scope, or where the statement after that of the `yield` reads it in any case.
// Knows nothing of values.

import { childrenOf, isFunctionNode, type SyntaxNode } from '../../graph/syntax-path.js';
import type { StaticBinding, StaticScope, StaticScript } from './scopes.js';

/** The name of a loop's variable that holds its last name at a `yield`, or null. */
export function keptName(script: StaticScript, loop: SyntaxNode, position: number): string | null {
  const { left, body, start, end } = loop;
  if (left.type !== 'VariableDeclaration' || left.kind === 'var') return null;
  const { id } = left.declarations[0];
  if (id.type !== 'Identifier') return null;
  let at: StaticScope | null = script.yields.get(position) ?? null;
  while (at !== null && !(at.bindings.has(id.name) && at.start >= start && at.end <= end)) at = at.parent;
  const binding = at?.bindings.get(id.name) as StaticBinding | undefined;
  if (binding === undefined || (left.kind === 'let' && isWritten(script, binding, left))) return null;
  if (binding.isCaptured) return id.name;
  const statements: SyntaxNode[] = body.type === 'BlockStatement' ? body.body : [];
  const index = statements.findIndex((each) => each.start <= position && position < each.end);
  const isPlain = [index, index + 1].every((i) => PLAIN.has(statements[i]?.type));
  return isPlain && reads(statements[index + 1], id.name) ? id.name : null;
}

/** True when what follows a `yield` in its block, or in its loop, reads a variable that nothing gives a value before. */
export function isReadAfter(
  { script, path }: { script: StaticScript; path: readonly SyntaxNode[] },
  binding: StaticBinding,
): boolean {
  const at = path.findLastIndex(({ type }) => PLAIN.has(type));
  if (at < 1) return false;
  const list = path[at - 1].type === 'BlockStatement' ? path[at - 1].body : [path[at]];
  for (const each of list.slice(list.indexOf(path[at]))) {
    if (!PLAIN.has(each.type) || isWrittenIn(script, binding, each)) return false;
    if (each !== path[at] && reads(each, binding.name)) return true;
  }
  const body = path[at - 1].type === 'BlockStatement' ? at - 1 : at;
  const loop = path[body - 1];
  return loop?.type === 'ForStatement' && loop.body === path[body] && countsBy(loop, binding.name);
}

// — helpers —

const PLAIN: ReadonlySet<string> = new Set(['ExpressionStatement', 'VariableDeclaration']);
/** Parts of these may be left out. */
const CONDITIONAL: ReadonlySet<string> = new Set([
  'LogicalExpression',
  'ConditionalExpression',
  'ChainExpression',
]);

function isWrittenIn(
  script: StaticScript,
  { name, scope }: StaticBinding,
  { start, end }: SyntaxNode,
): boolean {
  return script.references.some(
    (each) =>
      each.isWrite &&
      each.target === scope &&
      each.name === name &&
      each.position >= start &&
      each.position < end,
  );
}

// What a `for` loop does after its body: its update, then its condition.
function countsBy({ test, update }: SyntaxNode, name: string): boolean {
  const isIt = (each: SyntaxNode): boolean => each?.type === 'Identifier' && each.name === name;
  if (update?.type === 'UpdateExpression' && isIt(update.argument)) return true;
  return update == null && test?.type === 'BinaryExpression' && (isIt(test.left) || isIt(test.right));
}

/** True when something but the head of its loop gives a variable a value. */
export function isWritten(script: StaticScript, { name, scope }: StaticBinding, left: SyntaxNode): boolean {
  return script.references.some(
    (each) =>
      each.isWrite &&
      each.target === scope &&
      each.name === name &&
      !(each.position >= left.start && each.position < left.end),
  );
}

// As the argument of a call or the computed name of a property, so that its value is needed.
function reads(node: SyntaxNode, name: string): boolean {
  if (isFunctionNode(node) || node.type.startsWith('Class') || CONDITIONAL.has(node.type)) return false;
  const isIt = (each: SyntaxNode): boolean => each.type === 'Identifier' && each.name === name;
  if (node.type === 'CallExpression' && node.arguments.some(isIt)) return true;
  if (node.type === 'MemberExpression' && node.computed && isIt(node.property)) return true;
  return childrenOf(node).some((child) => reads(child, name));
}
