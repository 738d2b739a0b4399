// Makes static scopes and declares names in them: patterns, `var` statements wherever they stand, lexical declarations.
// Knows nothing of references and of V8.

import type { CodeUnit, StaticBinding, StaticBindingKind, StaticKind, StaticScope } from './scopes.js';

/** A scope without names. */
export function newScope(
  kind: StaticKind,
  parent: StaticScope | null,
  range: { start: number; end: number },
  isStrict: boolean,
  unit: CodeUnit | null,
): StaticScope {
  const scope = {
    kind,
    parent,
    depth: parent === null ? 0 : parent.depth + 1,
    start: range.start,
    end: range.end,
    isStrict,
    owner: null as unknown as StaticScope,
    unit,
    bindings: new Map<string, StaticBinding>(),
    hasEval: false,
  };
  const isOwner = kind === 'top' || kind === 'function' || kind === 'field';
  scope.owner = isOwner ? scope : (parent as StaticScope).owner;
  return scope;
}

/** Declares a name; a `var` gives way to what is there. */
export function declare(
  scope: StaticScope,
  name: string,
  kind: StaticBindingKind,
  initialisedAt: number,
): void {
  const known = scope.bindings.get(name);
  if (known !== undefined && kind === 'var') return;
  const fresh = { isAssigned: false, isRewritten: false, isCaptured: false };
  scope.bindings.set(name, { name, kind, scope, initialisedAt, ...fresh });
}

/** `var` declarations of a function body, wherever they stand; functions and classes inside are left alone. */
export function declareVars(body: readonly any[], scope: StaticScope): void {
  const stack = body.filter(isStatementLike);
  let node: any;
  while ((node = stack.pop()) !== undefined) {
    if (node.type === 'VariableDeclaration' && node.kind === 'var') {
      for (const declarator of node.declarations) {
        for (const name of patternNames(declarator.id)) {
          declare(scope, name, 'var', scope.start);
          (scope.bindings.get(name) as StaticBinding).isRewritten = true; // as often as its statement runs
        }
      }
    }
    for (const key of STATEMENT_KEYS) {
      const child = node[key];
      if (Array.isArray(child)) {
        for (const item of child) if (item !== null && isStatementLike(item)) stack.push(item);
      } else if (child !== null && child !== undefined && isStatementLike(child)) stack.push(child);
    }
  }
}

/** Declares what a statement declares in its block; `onSloppyFunction` hears of functions in blocks of sloppy code. */
export function declareLexical(
  statement: any,
  scope: StaticScope,
  onSloppyFunction: (name: string, scope: StaticScope) => void,
): void {
  const node = unlabelled(statement);
  switch (node.type) {
    case 'VariableDeclaration':
      if (node.kind === 'var') return;
      for (const declarator of node.declarations) {
        const kind: StaticBindingKind = node.kind === 'let' ? 'let' : 'const';
        for (const name of patternNames(declarator.id)) declare(scope, name, kind, declarator.end);
      }
      return;
    case 'ClassDeclaration':
      if (node.id) declare(scope, node.id.name, 'class', node.end);
      return;
    case 'FunctionDeclaration':
      if (!node.id) return;
      declare(scope, node.id.name, 'function', node.start);
      if (!node.generator && !node.async && isSloppyBlock(scope)) onSloppyFunction(node.id.name, scope);
      return;
    case 'ImportDeclaration':
      for (const specifier of node.specifiers) declare(scope, specifier.local.name, 'const', 0);
      return;
    case 'ExportNamedDeclaration':
    case 'ExportDefaultDeclaration':
      if (node.declaration) declareLexical(node.declaration, scope, onSloppyFunction);
  }
}
/** True for a body that begins with `use strict`. */
export function hasUseStrict(body: readonly any[]): boolean {
  for (const statement of body) {
    if (statement.directive === undefined) return false;
    if (statement.directive === 'use strict') return true;
  }
  return false;
}

/** What is done with the parts of a pattern. */
export interface PatternVisitor {
  name(node: any): void;
  expression(node: any): void;
}

/** Goes through a binding or assignment pattern: its names, and the expressions inside it. */
export function walkPattern(pattern: any, visitor: PatternVisitor): void {
  const stack = [pattern];
  let node: any;
  while ((node = stack.pop()) !== undefined) {
    if (node === null) continue;
    switch (node.type) {
      case 'Identifier':
        visitor.name(node);
        break;
      case 'ObjectPattern':
        for (const property of node.properties) {
          if (property.type === 'RestElement') stack.push(property.argument);
          else {
            if (property.computed) visitor.expression(property.key);
            stack.push(property.value);
          }
        }
        break;
      case 'ArrayPattern':
        for (const element of node.elements) stack.push(element);
        break;
      case 'AssignmentPattern':
        visitor.expression(node.right);
        stack.push(node.left);
        break;
      case 'RestElement':
        stack.push(node.argument);
        break;
      default:
        visitor.expression(node);
    }
  }
}

/** The names a pattern binds. */
export function patternNames(pattern: any): string[] {
  const names: string[] = [];
  walkPattern(pattern, { name: (node) => names.push(node.name), expression: () => {} });
  return names;
}

// — helpers —

const STATEMENT_KEYS = [
  'body',
  'consequent',
  'alternate',
  'block',
  'handler',
  'finalizer',
  'cases',
  'init',
  'left',
  'declaration',
];

function isSloppyBlock({ isStrict, kind }: StaticScope): boolean {
  return !isStrict && kind !== 'top' && kind !== 'function' && kind !== 'body';
}

function isStatementLike(node: any): boolean {
  const type: string = node.type;
  if (type === 'FunctionDeclaration' || type === 'ClassDeclaration') return false;
  return (
    type.endsWith('Statement') ||
    type === 'VariableDeclaration' ||
    type === 'CatchClause' ||
    type === 'SwitchCase' ||
    type === 'ExportNamedDeclaration'
  );
}

function unlabelled(statement: any): any {
  let node = statement;
  while (node.type === 'LabeledStatement') node = node.body;
  return node;
}
