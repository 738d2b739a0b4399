// Walking a syntax tree without knowing its node types, and the names that a pattern binds.
// Knows nothing of cells.

import type { Node, Pattern } from 'acorn';

/** A node whose fields are looked at by name. */
export type AnyNode = Node & { readonly [field: string]: any };

const FUNCTIONS = new Set(['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression']);

/** True for every node that starts a new function scope. */
export function isFunction(node: Node): boolean {
  return FUNCTIONS.has(node.type);
}

/** Calls `visit` for every direct child node, in source order of the fields. */
export function eachChild(node: AnyNode, visit: (child: AnyNode, field: string) => void): void {
  for (const field of Object.keys(node)) {
    const value: unknown = node[field];
    if (Array.isArray(value)) {
      for (const item of value) if (isNode(item)) visit(item, field);
    } else if (isNode(value)) visit(value, field);
  }
}

function isNode(value: unknown): value is AnyNode {
  return (
    typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string'
  );
}

/** The identifiers that a binding or assignment pattern assigns to, in source order. */
export function patternIdentifiers(pattern: Pattern | null, into: AnyNode[] = []): AnyNode[] {
  const node = pattern as AnyNode | null;
  switch (node?.type) {
    case 'Identifier':
      into.push(node);
      break;
    case 'ObjectPattern':
      for (const property of node['properties'])
        patternIdentifiers(property.value ?? property.argument, into);
      break;
    case 'ArrayPattern':
      for (const element of node['elements']) patternIdentifiers(element, into);
      break;
    case 'AssignmentPattern':
      patternIdentifiers(node['left'], into);
      break;
    case 'RestElement':
      patternIdentifiers(node['argument'], into);
      break;
  }
  return into;
}

/** The names that a pattern binds. */
export function patternNames(pattern: Pattern | null): string[] {
  return patternIdentifiers(pattern).map((identifier) => identifier['name'] as string);
}

/**
 * Replacements in a text. Each is `[start, end, replacement]`; ranges do not overlap. Errors thrown inside of a
 * replacement are shown at `origin` where it is given.
 */
export type Edits = [start: number, end: number, replacement: string, origin?: number][];

/** Applies replacements to a text; those at the same place go in the order they were added. */
export function applyEdits(text: string, edits: Edits): string {
  if (edits.length === 0) return text;
  const sorted = edits.map((edit, index) => ({ edit, index }));
  sorted.sort((a, b) => a.edit[0] - b.edit[0] || a.edit[1] - b.edit[1] || a.index - b.index);
  let result = '';
  let at = 0;
  for (const { edit } of sorted) {
    result += text.slice(at, edit[0]) + edit[2];
    at = edit[1];
  }
  return result + text.slice(at);
}

/** Code on a line that was moved to the right: from `column` on, by `by`. Both 1-based, in the new text. */
export interface ColumnShift {
  readonly line: number;
  readonly column: number;
  readonly by: number;
  /** The place that the `length` columns from `column` on stand for; 1-based, in the old text. */
  readonly origin?: { readonly line: number; readonly column: number; readonly length: number };
}

/** What the edits moved, those at the very start left out. */
export function columnShifts(text: string, edits: Edits): ColumnShift[] {
  const shifts: ColumnShift[] = [];
  const sorted = edits.filter(
    ([start, , replacement, origin]) => start > 0 || origin !== undefined || !/^[^\n]*$/.test(replacement),
  );
  sorted.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  let moved = 0;
  let line = 0;
  for (const [start, end, replacement, origin] of sorted) {
    const by = replacement.length - (end - start);
    if (by === 0 && origin === undefined) continue;
    const before = text.slice(0, start).split('\n');
    if (before.length !== line) moved = 0;
    line = before.length;
    const column = before[line - 1]!.length + moved + 1;
    if (origin === undefined) shifts.push({ line, column, by });
    else {
      const from = text.slice(0, origin).split('\n');
      const place = { line: from.length, column: from[from.length - 1]!.length + 1 };
      shifts.push({ line, column, by, origin: { ...place, length: replacement.length } });
    }
    moved += by;
  }
  return shifts;
}

/** Blanks a text, keeping its length and its lines. */
export function blank(text: string): string {
  return text.replace(/[^\n\r\u2028\u2029]/g, ' ');
}
