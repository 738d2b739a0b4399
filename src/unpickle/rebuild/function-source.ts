// The text of a function or arrow as it is compiled: as it stands, but for `import.meta`, `import()` and, where the function's own
// name must not be seen inside, that name. Knows nothing of scopes.

import type { CodeText } from './check-text.js';
import { editImports, mayHaveImports, TextEdit, type TextSource } from './edit.js';
import type { UnitOptions } from './types.js';

/** The source of a function expression or arrow function. */
export function functionSource(
  text: CodeText,
  { names, sites }: UnitOptions,
  isRenamed: boolean,
): TextSource {
  const { source } = text.entry;
  const isMarked = sites.isMarked(text);
  if (!isRenamed && !isMarked && !mayHaveImports(source))
    return { expression: source, params: [], isEdited: false };
  const edit = new TextEdit(text);
  editImports(text, edit, names);
  sites.edit(text, edit, names.shared);
  const { ast } = text;
  if (isRenamed && ast.type === 'FunctionExpression' && ast.id) edit.replace(ast.id, `${names.prefix}f`);
  return { expression: edit.toString(), params: [], isEdited: edit.isEdited };
}
