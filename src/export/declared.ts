// The names that a program's statements declare at the top level. Knows nothing of cells.

import type { Pattern } from 'acorn';
import { type AnyNode, eachChild, isFunction, patternNames } from '../evaluator/tree.js';

/** Every name, those of `var` in blocks and of imports included. */
export function declaredNames(body: readonly AnyNode[]): Set<string> {
  const names = new Set<string>();
  for (const statement of body) {
    const node = declarationIn(statement);
    if (node.type === 'ImportDeclaration') for (const name of importedNames(node)) names.add(name);
    else if (node.type === 'VariableDeclaration') addPatterns(node, names);
    else if (node.type === 'FunctionDeclaration' || node.type === 'ClassDeclaration') {
      const name = node['id']?.name as string | undefined;
      if (name !== undefined) names.add(name);
    }
    addInnerVars(node, names);
  }
  return names;
}

/** The local names of an import. */
export function importedNames(node: AnyNode): string[] {
  return (node['specifiers'] as readonly AnyNode[]).map((specifier) => specifier['local'].name as string);
}

function declarationIn(statement: AnyNode): AnyNode {
  const isExport = statement.type === 'ExportNamedDeclaration';
  return isExport && statement['declaration'] !== null ? (statement['declaration'] as AnyNode) : statement;
}

function addPatterns(node: AnyNode, names: Set<string>): void {
  for (const { id } of node['declarations'] as readonly { readonly id: Pattern }[])
    for (const name of patternNames(id)) names.add(name);
}

function addInnerVars(root: AnyNode, names: Set<string>): void {
  const stack: AnyNode[] = [root];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (node.type === 'VariableDeclaration' && node['kind'] === 'var') addPatterns(node, names);
    if (isFunction(node) || node.type === 'ClassBody') continue;
    eachChild(node, (child) => void stack.push(child));
  }
}
