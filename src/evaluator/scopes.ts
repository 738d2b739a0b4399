// Finds the assignments in a cell that reach a name of the session, shadowing respected.
//
// Only for cells that assign to something named like a constant, so it may be thorough rather than quick.
// Knows nothing of what the names hold.

import type { Program } from 'acorn';
import { type AnyNode, eachChild, isFunction, patternIdentifiers, patternNames } from './tree.js';

/** One place where a name of the session is assigned to. */
export interface Assignment {
  readonly name: string;
  readonly identifier: AnyNode;
  /** `simple` is `x = …` and `x += …`; `update` is `x++`; `pattern` is everything else. */
  readonly form: 'simple' | 'update' | 'pattern';
  /** The assignment or update expression, or the pattern's owner. */
  readonly owner: AnyNode;
  /** Inside a function or class member, so that it runs later or never. */
  readonly isInFunction: boolean;
  /** Inside a `{a}` pattern without a colon. */
  readonly isShorthand: boolean;
}

interface Scope {
  readonly names: ReadonlySet<string>;
  readonly parent: Scope | undefined;
}

interface Walk {
  readonly wanted: (name: string) => boolean;
  readonly found: Assignment[];
}

/** The assignments in a program to names for which `wanted` answers true and which no inner scope declares. */
export function assignmentsTo(program: Program, wanted: (name: string) => boolean): Assignment[] {
  const walk: Walk = { wanted, found: [] };
  eachChild(program as AnyNode, (child) => visit(walk, child, undefined, false));
  return walk.found;
}

function visit(walk: Walk, node: AnyNode, scope: Scope | undefined, isInFunction: boolean): void {
  const inner = innerScope(node, scope);
  const isInner =
    isInFunction || isFunction(node) || node.type === 'PropertyDefinition' || node.type === 'StaticBlock';
  if (node.type === 'AssignmentExpression') {
    note(walk, node['left'], node['left'].type === 'Identifier' ? 'simple' : 'pattern', node, inner, isInner);
  } else if (node.type === 'UpdateExpression') {
    if (node['argument'].type === 'Identifier') note(walk, node['argument'], 'update', node, inner, isInner);
  } else if (node.type === 'ForInStatement' || node.type === 'ForOfStatement') {
    if (node['left'].type !== 'VariableDeclaration')
      note(walk, node['left'], 'pattern', node, inner, isInner);
  }
  eachChild(node, (child) => visit(walk, child, inner, isInner));
}

function note(
  walk: Walk,
  target: AnyNode,
  form: Assignment['form'],
  owner: AnyNode,
  scope: Scope | undefined,
  isInFunction: boolean,
): void {
  const shorthands = new Set<AnyNode>();
  collectShorthands(target, shorthands);
  for (const identifier of patternIdentifiers(target as never)) {
    const name = identifier['name'] as string;
    if (!walk.wanted(name) || isDeclared(scope, name)) continue;
    walk.found.push({ name, identifier, form, owner, isInFunction, isShorthand: shorthands.has(identifier) });
  }
}

function collectShorthands(pattern: AnyNode, into: Set<AnyNode>): void {
  if (pattern.type === 'ObjectPattern') {
    for (const property of pattern['properties'] as AnyNode[]) {
      if (!property['shorthand']) continue;
      const value = property['value'] as AnyNode;
      into.add(value.type === 'AssignmentPattern' ? value['left'] : value);
    }
  }
  eachChild(pattern, (child) => collectShorthands(child, into));
}

function isDeclared(scope: Scope | undefined, name: string): boolean {
  for (let at = scope; at !== undefined; at = at.parent) if (at.names.has(name)) return true;
  return false;
}

function innerScope(node: AnyNode, parent: Scope | undefined): Scope | undefined {
  const names = new Set<string>();
  if (isFunction(node)) {
    for (const parameter of node['params']) for (const name of patternNames(parameter)) names.add(name);
    if (node.type === 'FunctionExpression' && node['id'] != null) names.add(node['id'].name);
    collectVars(node['body'], names);
    if (node['body'].type === 'BlockStatement') collectLexical(node['body'].body, names);
  } else if (node.type === 'BlockStatement' || node.type === 'StaticBlock') {
    collectLexical(node['body'], names);
    if (node.type === 'StaticBlock') for (const statement of node['body']) collectVars(statement, names);
  } else if (node.type === 'ForStatement') collectLexical([node['init']], names);
  else if (node.type === 'ForInStatement' || node.type === 'ForOfStatement')
    collectLexical([node['left']], names);
  else if (node.type === 'SwitchStatement') {
    for (const branch of node['cases']) collectLexical(branch.consequent, names);
  } else if (node.type === 'CatchClause') for (const name of patternNames(node['param'])) names.add(name);
  else if ((node.type === 'ClassExpression' || node.type === 'ClassDeclaration') && node['id'] != null) {
    names.add(node['id'].name);
  }
  return names.size === 0 ? parent : { names, parent };
}

function collectLexical(statements: readonly (AnyNode | null)[], into: Set<string>): void {
  for (const statement of statements) {
    if (statement?.type === 'VariableDeclaration' && statement['kind'] !== 'var') {
      for (const declarator of statement['declarations'])
        for (const name of patternNames(declarator.id)) into.add(name);
    } else if (statement?.type === 'FunctionDeclaration' || statement?.type === 'ClassDeclaration') {
      if (statement['id'] != null) into.add(statement['id'].name);
    }
  }
}

function collectVars(node: AnyNode, into: Set<string>): void {
  if (isFunction(node)) return;
  if (node.type === 'VariableDeclaration' && node['kind'] === 'var') {
    for (const declarator of node['declarations'])
      for (const name of patternNames(declarator.id)) into.add(name);
  }
  eachChild(node, (child) => collectVars(child, into));
}
