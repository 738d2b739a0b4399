// Words the call with which a function's frame is entered: literal arguments that its parameters can take apart, so
// that nothing of the user's runs before the first instruction. Knows nothing of the inspector.

import type { CodeUnit } from './scopes.js';

/** The call as text with `%f` for the function, or null when entering could run code of the user's. */
export function callOf(unit: CodeUnit): string | null {
  if (STOPS_AT_EVAL && unit.inner.hasEval) return null;
  if (unit.form === 'class' && !isEntered(unit.node)) return null;
  const node = unit.form === 'class' ? constructorOf(unit) : unit.node;
  const args = node === null ? '' : argumentsFor(node.params);
  if (args === null) return null;
  if (unit.form === 'class') return `new %f(${args})`;
  return node.generator === true ? `%f(${args}).next()` : `%f(${args})`;
}

// The V8 of Node 20 ends the process when an expression is evaluated at the start of a strict function that has a direct
// eval in it and was itself made by one, which its text does not tell.
const STOPS_AT_EVAL = Number.parseInt(process.versions.v8, 10) < 12;

/**
 * Where a function's first statement starts, as a range of offsets that V8's stop for it must lie in: one character for a
 * block's first statement, the whole body for an arrow with an expression (whose stop may be an operator inside). Null
 * where something may run before: then the frame has to be stepped into.
 */
export function firstStatementOf(
  unit: CodeUnit,
  { mayBeAsync = false } = {},
): { readonly start: number; readonly end: number } | null {
  const node = unit.form === 'class' ? quietConstructor(unit) : unit.node;
  if (node === null || node.generator === true || (node.async === true && !mayBeAsync)) return null;
  if (!node.params.every((param: any) => param.type === 'Identifier')) return null;
  if (node.body.type !== 'BlockStatement')
    return beginsWithFunction(node.body) ? null : { start: node.body.start, end: node.body.end };
  const first = node.body.body[0];
  if (first?.type === 'ExpressionStatement' && beginsWithFunction(first.expression)) return null;
  const isPlain =
    (first?.type === 'ReturnStatement' && first.argument !== null) ||
    (first?.type === 'ExpressionStatement' && first.directive === undefined);
  return isPlain ? { start: first.start, end: first.start + 1 } : null;
}

// Asked for the stops of the function at such a place, V8 gives those of the inner one, which is not entered.
function beginsWithFunction(expression: any): boolean {
  const { start } = expression;
  for (let at = expression; at?.start === start; ) {
    if (/Function|Class/.test(at.type)) return true;
    at = at.left ?? at.callee ?? at.object ?? at.test ?? at.tag ?? at.expressions?.[0] ?? at.argument;
  }
  return false;
}

// The constructor of a base class before whose body nothing is evaluated: neither fields' values nor what Node 22 stumbles
// over (see below).
function quietConstructor(unit: CodeUnit): any {
  if (unit.node.superClass !== null || !isEntered(unit.node)) return null;
  const hasValues = unit.node.body.body.some(
    (element: any) => element.type === 'PropertyDefinition' && !element.static && element.value !== null,
  );
  return hasValues ? null : constructorOf(unit);
}

// A derived class without a constructor enters its base class first. A base class with fields is entered in a function
// that V8 makes for them; where there is another one for static parts, Node 22 mistakes one for the other when an
// expression is evaluated there, and ends the process.
function isEntered(node: any): boolean {
  const elements: any[] = node.body.body;
  if (node.superClass !== null) return elements.some((element) => element.kind === 'constructor');
  const hasFields = elements.some(({ type, static: isStatic }) => type === 'PropertyDefinition' && !isStatic);
  const hasStatics = elements.some(
    ({ type, static: isStatic }) => type === 'StaticBlock' || (type === 'PropertyDefinition' && isStatic),
  );
  return !(hasFields && hasStatics);
}

function constructorOf(unit: CodeUnit): any {
  const element = unit.node.body.body.find((each: any) => each.kind === 'constructor');
  return element?.value ?? null;
}

function argumentsFor(params: readonly any[]): string | null {
  const parts: string[] = [];
  for (const param of params) {
    const part = param.type === 'RestElement' ? restFor(param.argument) : standInFor(param);
    if (part === null) return null;
    if (part !== '') parts.push(part);
  }
  return parts.join();
}

function restFor(pattern: any): string | null {
  if (pattern.type === 'Identifier') return '';
  if (pattern.type === 'ArrayPattern') return argumentsFor(pattern.elements.map((each: any) => each ?? HOLE));
  return standInFor(pattern) === null ? null : '1';
}

const HOLE = { type: 'Identifier', name: '_' };

// A value that a pattern can take apart without touching a default.
function standInFor(pattern: any): string | null {
  switch (pattern.type) {
    case 'Identifier':
      return '1';
    case 'AssignmentPattern':
      return standInFor(pattern.left);
    case 'ArrayPattern': {
      const inner = argumentsFor(pattern.elements.map((each: any) => each ?? HOLE));
      return inner === null ? null : `[${inner}]`;
    }
    case 'ObjectPattern': {
      const parts: string[] = [];
      for (const property of pattern.properties) {
        if (property.type === 'RestElement') continue;
        if (property.computed && property.key.type !== 'Literal') return null;
        const value = standInFor(property.value);
        if (value === null) return null;
        const key =
          property.key.type === 'Literal' ? JSON.stringify(String(property.key.value)) : property.key.name;
        parts.push(`[${key === property.key.name ? JSON.stringify(key) : key}]:${value}`);
      }
      return `{${parts.join()}}`;
    }
    default:
      return null;
  }
}
