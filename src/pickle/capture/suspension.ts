// Decides from the text alone whether all that a suspended generator needs to go on is in its variables.
//
// V8 keeps what an expression has evaluated so far, what a `finally` block is to do in the end and what `using` is to dispose in
// registers that have no names. An expression that was evaluated gives the same once more only when nothing can have
// changed it: literals, constants, variables that nobody else can assign to. Knows nothing of values.

import { iteratorsOnPath, pathToYield, type SyntaxNode } from '../../graph/syntax-path.js';
import { isPlainMethod } from './pending-calls.js';
import { type CodeUnit, lookUp, type StaticScope, type StaticScript } from './scopes.js';

/** A place that can be saved: the nodes down to its `yield`, and the iterators that have to be found. */
export interface Suspension {
  readonly path: readonly SyntaxNode[];
  readonly iterators: readonly SyntaxNode[];
  /** The generator's own variables that are evaluated once more. */
  readonly operands: readonly string[];
  /** What is called of the calls that it stands in the arguments of, where V8 has to say that it is still the same. */
  readonly callees: readonly SyntaxNode[];
}

/**
 * The suspension at a position, or the reason why it cannot be saved: words that go on after `it`. `outer` is the scope
 * around a function whose text is analysed by itself.
 */
export function suspensionAt(
  script: StaticScript,
  unit: CodeUnit,
  position: number,
  outer?: StaticScope,
): Suspension | string {
  const path = pathToYield(unit.node, position);
  const scope = script.yields.get(position);
  if (path === null || scope === undefined) return 'waits for a promise, which goes on in this process only';
  const inside = unitScope(unit);
  if (inside.hasEval) return 'has a direct eval in its text, which can name variables that nobody sees';
  const sight: Sight = { script, scope, outer, operands: new Set(), callees: [] };
  const obstacle = path
    .map((node, i) => (i + 1 < path.length ? obstacleAt(sight, node, path[i + 1]) : null))
    .find((found) => found !== null);
  if (obstacle != null) return `stands ${obstacle}, at line ${lineOf(script, position)}`;
  const odd = oddityOf(script, unit, path);
  return (
    odd ?? { path, iterators: iteratorsOnPath(path), operands: [...sight.operands], callees: sight.callees }
  );
}

/** What stands in the way of going on with a function at all, wherever it stands; null for nothing. */
export function oddityOf(script: StaticScript, unit: CodeUnit, path: readonly SyntaxNode[]): string | null {
  return sloppyFunction(script, unit) ?? hiddenName(script, unit, path) ?? earlyFunction(script, path);
}

/** The line of a position, from 1. */
export function lineOf({ source }: StaticScript, position: number): number {
  let line = 1;
  for (let at = source.indexOf('\n'); at >= 0 && at < position; at = source.indexOf('\n', at + 1)) line++;
  return line;
}

/** The scope of a function's parameters. */
export function unitScope(unit: CodeUnit): StaticScope {
  let scope = unit.inner;
  while (scope.kind !== 'function') scope = scope.parent as StaticScope;
  return scope;
}

// — what V8 does not show —

const LISTS = 'Program SwitchCase IfStatement LabeledStatement WhileStatement DoWhileStatement'.split(' ');
const PLAIN = new Set([
  ...LISTS,
  ...'ExpressionStatement ReturnStatement ThrowStatement ForStatement CatchClause TryStatement SwitchStatement'.split(
    ' ',
  ),
  ...'UnaryExpression AwaitExpression YieldExpression ChainExpression ImportExpression'.split(' '),
]);

// From where names are looked up: `outer` is where the text of a generator that was loaded stands.
interface Sight {
  readonly script: StaticScript;
  readonly scope: StaticScope;
  readonly outer: StaticScope | undefined;
  /** Takes the names of the generator's own variables that were found to be fixed. */
  readonly operands: Set<string>;
  /** Takes callees. */
  readonly callees: SyntaxNode[];
}

function obstacleAt(sight: Sight, node: SyntaxNode, next: SyntaxNode): string | null {
  const fixed = (each: SyntaxNode): boolean => isFixed(sight, each, node);
  switch (node.type) {
    case 'BlockStatement':
      return before(node.body, next).some(isUsing) ? DISPOSAL : null;
    case 'VariableDeclaration':
      return isUsing(node) && next !== node.declarations[0] ? DISPOSAL : null;
    case 'TryStatement':
      return next === node.finalizer ? 'in a finally block, whose end V8 does not show' : null;
    case 'SwitchCase':
      return next === node.test ? 'in a case of a switch, whose value V8 does not show' : null;
    case 'ForInStatement':
      return next === node.right || next === node.body ? null : 'in the head of a loop';
    case 'ForOfStatement':
      if (next === node.body && isUsing(node.left)) return DISPOSAL;
      return next === node.right || next === node.body ? null : 'in the head of a loop';
    case 'ForStatement':
      if (next !== node.init && isUsing(node.init)) return DISPOSAL;
      return next === node.init && next.declarations?.length > 1 ? 'in the head of a loop' : null;
    case 'VariableDeclarator':
      return next === node.init ? null : TEMPORARY;
    case 'ConditionalExpression':
    case 'LogicalExpression':
    case 'SequenceExpression':
      return null;
    case 'MemberExpression':
      return next === node.object || fixed(node.object) ? null : TEMPORARY;
    case 'AssignmentExpression':
      return isFixedTarget(node, fixed) ? null : TEMPORARY;
    case 'BinaryExpression':
      return next === node.left || fixed(node.left) ? null : TEMPORARY;
    case 'CallExpression':
    case 'NewExpression':
      if (next === node.callee) return null;
      if (!before(node.arguments, next).every(fixed)) return TEMPORARY;
      return fixed(node.callee) || isHeldCall(sight, node) ? null : TEMPORARY;
    case 'ArrayExpression':
      return before(node.elements, next).every((each) => each === null || fixed(each)) ? null : TEMPORARY;
    case 'TemplateLiteral':
      return before(node.expressions, next).every((each) => each.type === 'Literal') ? null : TEMPORARY;
    case 'TaggedTemplateExpression':
      return next === node.tag || fixed(node.tag) ? null : TEMPORARY;
    case 'ObjectExpression':
      return before(node.properties, next).every((each) => isFixedProperty(each, fixed)) ? null : TEMPORARY;
    case 'Property':
      return next === node.value && !node.computed ? null : TEMPORARY;
    case 'SpreadElement':
      return null;
    case 'WithStatement':
      return next === node.object ? null : 'in a with block';
    default:
      return PLAIN.has(node.type) ? null : TEMPORARY;
  }
}

/** Words for a place with something that V8 does not show. */
export const TEMPORARY =
  'in the middle of an expression, of which V8 does not show what was evaluated before';

const DISPOSAL = 'behind a using declaration, of which V8 does not show what is to be disposed';

function isUsing(node: SyntaxNode | null): boolean {
  return node?.type === 'VariableDeclaration' && node.kind.endsWith('using');
}

function before(all: readonly SyntaxNode[], node: SyntaxNode): readonly SyntaxNode[] {
  return all.slice(0, all.indexOf(node));
}

function isFixedProperty(property: SyntaxNode, fixed: (node: SyntaxNode) => boolean): boolean {
  return (
    property.type === 'Property' && !property.computed && property.kind === 'init' && fixed(property.value)
  );
}

// The target of an assignment is evaluated before its value, but only read from by operators.
function isFixedTarget({ left, operator }: SyntaxNode, fixed: (node: SyntaxNode) => boolean): boolean {
  if (left.type === 'MemberExpression')
    return operator === '=' && fixed(left.object) && (!left.computed || left.property.type === 'Literal');
  return operator === '=' || (left.type === 'Identifier' && fixed(left));
}

// A call of a method, whose registers may tell that it is still the same.
function isHeldCall({ callees }: Sight, { type, callee, arguments: list, optional }: SyntaxNode): boolean {
  if (type !== 'CallExpression' || optional || !isPlainMethod(callee)) return false;
  if (list.some((each: SyntaxNode) => each.type === 'SpreadElement')) return false;
  callees.push(callee);
  return true;
}

// True when evaluating it once more gives the same and runs nothing.
function isFixed(sight: Sight, node: SyntaxNode, around: SyntaxNode): boolean {
  const { script, scope, outer } = sight;
  if (node.type === 'Literal') return node.regex === undefined;
  if (node.type === 'ThisExpression') return true;
  if (node.type !== 'Identifier' || node.name === 'arguments') return false;
  const binding = lookUp(scope, node.name);
  if (binding === null) {
    const kind = outer === undefined ? undefined : lookUp(outer, node.name)?.kind;
    return node.name === 'undefined' || kind === 'const';
  }
  // Another module can give an imported name a new value.
  if (binding.scope.kind === 'top') return binding.kind === 'const' && binding.initialisedAt > 0;
  const isOwn = scope.owner === binding.scope.owner && !binding.isCaptured;
  if (isOwn) sight.operands.add(node.name);
  if (!binding.isAssigned) return true;
  return isOwn && !assignsTo(script, binding.scope, node.name, around);
}

function assignsTo(script: StaticScript, scope: StaticScope, name: string, around: SyntaxNode): boolean {
  const own = around.type === 'AssignmentExpression' ? around.left.start : -1;
  return script.references.some(
    (each) =>
      each.isWrite &&
      each.target === scope &&
      each.name === name &&
      each.position >= around.start &&
      each.position < around.end &&
      each.position !== own,
  );
}

// — what going on could not do —

// A function in a block of sloppy code is a variable of the function as well, when its declaration is passed.
function sloppyFunction(script: StaticScript, unit: CodeUnit): string | null {
  const scope = unitScope(unit);
  if (scope.isStrict) return null;
  const isOdd = script.units.some(
    ({ isDeclaration, form, scope: around }) =>
      isDeclaration && form === 'function' && around.owner === scope && around.kind === 'block',
  );
  return isOdd ? 'is sloppy code with a function declared in a block' : null;
}

// What goes on stands in the innermost scope: names further out must not be hidden by it.
function hiddenName(script: StaticScript, unit: CodeUnit, path: readonly SyntaxNode[]): string | null {
  const position = path.at(-1)?.start;
  if (position === undefined) return null;
  for (let at = script.yields.get(position); at !== undefined && at.kind !== 'function'; ) {
    const scope = at;
    for (const name of scope.bindings.keys()) {
      const outer = lookUp(scope.parent as StaticScope, name);
      const isOwn = outer !== null && outer.scope.depth > unit.scope.depth && !isHeadOf(outer.scope, scope);
      if (isOwn || isNamedFurtherOut(script, unit, scope, name))
        return `stands where a variable ${name} hides another of that name`;
    }
    at = scope.parent as StaticScope;
  }
  return null;
}

/**
 * True for the scope of a loop's head around the one that each turn has of its own: nothing but the head names its variables, and that
 * was evaluated.
 */
export function isHeadOf(outer: StaticScope, { start, end, kind }: StaticScope): boolean {
  return outer.kind === 'block' && kind === 'block' && outer.start === start && outer.end === end;
}

function isNamedFurtherOut(script: StaticScript, unit: CodeUnit, scope: StaticScope, name: string): boolean {
  return script.references.some(
    ({ kind, name: other, position, target }) =>
      kind === 'name' &&
      other === name &&
      position >= unit.innerStart &&
      position < unit.end &&
      (target === null || target.depth <= unit.scope.depth) &&
      target !== scope,
  );
}

// A function made before cannot come to see a variable that is declared after the place.
function earlyFunction(script: StaticScript, path: readonly SyntaxNode[]): string | null {
  const position = path.at(-1)?.start;
  if (position === undefined) return null;
  for (let at = script.yields.get(position); at !== undefined; at = at.parent as StaticScope) {
    const scope = at;
    for (const binding of scope.bindings.values()) {
      const isLater = isLexical(binding.kind) && binding.initialisedAt > position;
      if (!isLater || !binding.isCaptured) continue;
      const isEarly = script.references.some(
        (each) =>
          each.name === binding.name &&
          each.target === scope &&
          each.scope.owner !== scope.owner &&
          (each.position < position || isHoisted(each.scope, scope)),
      );
      if (isEarly)
        return `has a function that sees ${binding.name}, which is declared after the place it stands at`;
    }
    if (scope.kind === 'function') return null;
  }
  return null;
}

function isLexical(kind: string): boolean {
  return kind === 'let' || kind === 'const' || kind === 'class';
}

// True when the reference stands in a function that exists from the start of the block.
function isHoisted(from: StaticScope, block: StaticScope): boolean {
  for (let at: StaticScope | null = from; at !== null && at.owner !== block.owner; at = at.owner.parent) {
    const unit = at.owner.unit;
    if (unit?.isDeclaration === true && unit.form === 'function' && unit.scope.owner === block.owner)
      return true;
  }
  return false;
}

/** The `switch` on the way to a position that a scope belongs to, or undefined. */
export function switchOf(path: readonly SyntaxNode[], scope: StaticScope): SyntaxNode | undefined {
  return path.find(
    (node) => node.type === 'SwitchStatement' && node.start === scope.start && scope.kind === 'block',
  );
}
