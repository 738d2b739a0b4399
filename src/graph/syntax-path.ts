// Where a generator stands in its text: the nodes from the function down to a `yield`, and what loops are around it.
//
// Both sides need it: saving decides whether a place can be saved, loading writes the text that goes on from there. Works
// on acorn's trees. Knows nothing of values and of scopes.

/** A node of a syntax tree, as far as it is looked at here. */
export type SyntaxNode = any;

const FUNCTIONS: ReadonlySet<string> = new Set([
  'FunctionDeclaration',
  'FunctionExpression',
  'ArrowFunctionExpression',
]);

/** True for a node that is a function of its own: a `yield` in it is not one of the function around it. */
export function isFunctionNode(node: SyntaxNode): boolean {
  return FUNCTIONS.has(node.type);
}

/** The children of a node, in the order of their keys. */
export function childrenOf(node: SyntaxNode): SyntaxNode[] {
  const children: SyntaxNode[] = [];
  for (const key of Object.keys(node)) {
    const child = node[key];
    if (Array.isArray(child)) {
      for (const item of child) if (typeof item?.type === 'string') children.push(item);
    } else if (typeof child?.type === 'string') children.push(child);
  }
  return children;
}

/** The nodes from the body of a function to the `yield` that starts at a position, both included; null without one. */
export function pathToYield(fn: SyntaxNode, position: number): SyntaxNode[] | null {
  const path: SyntaxNode[] = [fn.body];
  for (;;) {
    const top = path.at(-1);
    if (top.type === 'YieldExpression' && top.start === position) return path;
    const next = childrenOf(top).find(
      (child) => !isFunctionNode(child) && child.start <= position && position < child.end,
    );
    if (next === undefined) return null;
    path.push(next);
  }
}

/** What V8 holds for a suspended generator beside its variables, outermost first: what loops go over, and a `yield*`. */
export function iteratorsOnPath(path: readonly SyntaxNode[]): SyntaxNode[] {
  return path.filter((node, i) => {
    if (node.type === 'ForOfStatement' || node.type === 'ForInStatement') return path[i + 1] === node.body;
    return node.type === 'YieldExpression' && node.delegate && i === path.length - 1;
  });
}
