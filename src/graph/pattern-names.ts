// The names that a declaration's pattern binds: `{ a, b: [c = 1], ...d }` binds a, c and d. Works on acorn's trees; knows nothing
// of scopes.

import type { SyntaxNode } from './syntax-path.js';

/** The names, in source order; none for a hole of a list. */
export function patternNames(pattern: SyntaxNode | null): string[] {
  switch (pattern?.type) {
    case 'Identifier':
      return [pattern.name];
    case 'ObjectPattern':
      return pattern.properties.flatMap((each: SyntaxNode) => patternNames(each.value ?? each.argument));
    case 'ArrayPattern':
      return pattern.elements.flatMap((each: SyntaxNode | null) => patternNames(each));
    case 'AssignmentPattern':
      return patternNames(pattern.left);
    case 'RestElement':
      return patternNames(pattern.argument);
    default:
      return [];
  }
}
