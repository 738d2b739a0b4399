// Whether an arrow calls `super()`: only the constructor that it was made in can do that. Knows nothing of scopes.

/** True when the call belongs to a constructor around the node. */
export function callsSuper(node: any): boolean {
  if (node === null || typeof node !== 'object') return false;
  if (Array.isArray(node)) return node.some(callsSuper);
  if (node.type === 'CallExpression' && node.callee.type === 'Super') return true;
  if (node.type === 'FunctionExpression' || node.type === 'FunctionDeclaration') return false;
  if (node.type === 'PropertyDefinition' || node.type === 'StaticBlock')
    return node.computed === true && callsSuper(node.key);
  return Object.keys(node).some((key) => callsSuper(node[key]));
}
