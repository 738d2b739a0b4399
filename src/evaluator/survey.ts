// One look over a cell's tree: what in it reaches the top level, beside its top-level statements.
//
// Knows nothing of how the cell is then rewritten.

import type { Program } from 'acorn';
import { type AnyNode, eachChild, isFunction, patternNames } from './tree.js';

/** What a survey finds. */
export interface Survey {
  /** The top level awaits. */
  isAsync: boolean;
  /** `var` declarations inside blocks and loop heads. */
  readonly nestedVars: { readonly node: AnyNode; readonly place: 'statement' | 'head' }[];
  /** Sloppy function declarations in blocks that no surrounding block's name hides. */
  readonly blockFunctions: AnyNode[];
  /** Every name that is assigned to anywhere, whatever it refers to. */
  readonly assigned: Set<string>;
  /** Specifiers of `await import('literal')` at the top level. */
  readonly awaitedModules: string[];
}

/** Looks over a program. */
export function survey(program: Program): Survey {
  const seen: Survey = {
    isAsync: false,
    nestedVars: [],
    blockFunctions: [],
    assigned: new Set(),
    awaitedModules: [],
  };
  for (const statement of program.body as AnyNode[]) {
    const isTopLevelVariables = statement.type === 'VariableDeclaration';
    if (isTopLevelVariables) eachChild(statement, (child) => look(seen, child, statement, [], false));
    else look(seen, statement, undefined, [], false);
  }
  return seen;
}

function look(
  seen: Survey,
  node: AnyNode,
  parent: AnyNode | undefined,
  hidden: readonly ReadonlySet<string>[],
  isInFunction: boolean,
): void {
  const isInner = isInFunction || isFunction(node);
  const isMember = node.type === 'PropertyDefinition' || node.type === 'StaticBlock';
  noteAssignments(seen, node);
  if (!isInFunction) noteTopLevel(seen, node, parent, hidden);
  const names = isInner ? hidden : withNames(node, hidden);
  eachChild(node, (child, field) => {
    const isKey = isMember && field === 'key';
    look(seen, child, node, names, isInner || (isMember && !isKey));
  });
}

function noteAssignments(seen: Survey, node: AnyNode): void {
  if (node.type === 'AssignmentExpression')
    for (const name of patternNames(node['left'])) seen.assigned.add(name);
  else if (node.type === 'UpdateExpression')
    for (const name of patternNames(node['argument'])) seen.assigned.add(name);
  else if (node.type === 'ForInStatement' || node.type === 'ForOfStatement') {
    for (const name of patternNames(node['left'])) seen.assigned.add(name);
  }
}

function noteTopLevel(
  seen: Survey,
  node: AnyNode,
  parent: AnyNode | undefined,
  hidden: readonly ReadonlySet<string>[],
): void {
  switch (node.type) {
    case 'AwaitExpression':
      seen.isAsync = true;
      if (node['argument'].type === 'ImportExpression' && typeof node['argument'].source.value === 'string') {
        seen.awaitedModules.push(node['argument'].source.value);
      }
      break;
    case 'ForOfStatement':
      if (node['await']) seen.isAsync = true;
      break;
    case 'VariableDeclaration':
      if (node['kind'] === 'await using') seen.isAsync = true;
      if (node['kind'] === 'var' && parent !== undefined && parent.type !== 'ExportNamedDeclaration') {
        seen.nestedVars.push({
          node,
          place: parent.type.startsWith('For') && parent['body'] !== node ? 'head' : 'statement',
        });
      }
      break;
    case 'FunctionDeclaration':
      if (parent !== undefined && !parent.type.startsWith('Export') && !node['async'] && !node['generator']) {
        const name = node['id'].name as string;
        const isHidden = hidden.slice(0, -1).some((names) => names.has(name));
        if (!isHidden && parent.type !== 'IfStatement' && parent.type !== 'LabeledStatement')
          seen.blockFunctions.push(node);
      }
      break;
  }
}

// The names that blocks around a node declare, outermost first.
function withNames(node: AnyNode, hidden: readonly ReadonlySet<string>[]): readonly ReadonlySet<string>[] {
  const lists: readonly AnyNode[] | undefined =
    node.type === 'BlockStatement'
      ? node['body']
      : node.type === 'SwitchStatement'
        ? node['cases'].flatMap((branch: AnyNode) => branch['consequent'])
        : node.type === 'ForStatement'
          ? [node['init']]
          : undefined;
  if (lists === undefined) return hidden;
  const names = new Set<string>();
  for (const statement of lists) {
    if (statement?.type === 'VariableDeclaration' && statement['kind'] !== 'var') {
      for (const declarator of statement['declarations'])
        for (const name of patternNames(declarator.id)) names.add(name);
    }
  }
  return [...hidden, names];
}
