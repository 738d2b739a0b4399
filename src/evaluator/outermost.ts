// The texts of a cell's functions and classes that close over nothing but the globals, and of those that may close over
// more. Knows nothing of values; runs nothing.

import { readableCell } from './mentions.js';
import { type AnyNode, eachChild, isFunction } from './tree.js';

/** Texts as `Function.prototype.toString` gives them. */
export interface FunctionTexts {
  /** They stand at the top of the cell: what they use are their own variables and the globals. */
  readonly outermost: readonly string[];
  /** They stand in a function, a block or a class's field, and may close over variables or over `this`. */
  readonly inner: readonly string[];
}

/** What makes a scope that functions in it may close over. */
const SCOPES = new Set([
  'BlockStatement',
  'StaticBlock',
  'ForStatement',
  'ForInStatement',
  'ForOfStatement',
  'SwitchStatement',
  'CatchClause',
  'PropertyDefinition',
  'WithStatement',
]);

/** Sorts the functions and classes of a cell; a text that cannot be read has none. */
export function functionTexts(source: string): FunctionTexts {
  const readable = readableCell(source);
  const outermost: string[] = [];
  const inner: string[] = [];
  if (readable === undefined) return { outermost, inner };
  const { program, text } = readable;
  const stack: { readonly node: AnyNode; readonly isInner: boolean }[] = [
    { node: program as AnyNode, isInner: false },
  ];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const { node, isInner } = next;
    const own = textOf(node, text);
    if (own !== undefined) (isInner ? inner : outermost).push(own);
    const isScope = isFunction(node) || SCOPES.has(node.type);
    eachChild(node, (child) => stack.push({ node: child, isInner: isInner || isScope }));
  }
  return { outermost, inner };
}

// A method's function has the text of the whole definition, without `static`; the function expression in it is no function
// of its own, and its text is in nobody's way.
function textOf(node: AnyNode, text: string): string | undefined {
  const slice = (): string => text.slice(node.start, node.end);
  if (node.type === 'MethodDefinition') return node['static'] ? slice().replace(/^static\s+/, '') : slice();
  if (node.type === 'Property') {
    const isMethod = node['method'] === true || node['kind'] === 'get' || node['kind'] === 'set';
    return isMethod ? slice() : undefined;
  }
  return isFunction(node) || node.type === 'ClassDeclaration' || node.type === 'ClassExpression'
    ? slice()
    : undefined;
}
