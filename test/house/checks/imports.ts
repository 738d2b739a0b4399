// Reads what a file imports: statements, re-exports, `import()` with a literal, import types, `require`.

import { posix } from 'node:path';
import ts from 'typescript';
import { parse, placeOf, type SourceFiles, walk } from './source-files.js';

/** One import of a file. */
export interface Import {
  /** As written. */
  readonly specifier: string;
  /** The path from the project's root for a relative import of a known file; undefined for packages and node:. */
  readonly target: string | undefined;
  /** True when nothing of it is left at run time. */
  readonly isTypeOnly: boolean;
  /** `path:line`. */
  readonly place: string;
}

/** What a file imports, in the order of the text. */
export function importsOf(path: string, files: SourceFiles): readonly Import[] {
  const imports: (Import & { readonly at: number })[] = [];
  walk(parse(path, files.get(path) ?? ''), (node) => {
    const found = importIn(node);
    if (found === undefined) return;
    const target = resolve(path, found.specifier, files);
    imports.push({ ...found, target, place: placeOf(node), at: node.getStart() });
  });
  return imports.sort((a, b) => a.at - b.at);
}

function importIn(node: ts.Node): { specifier: string; isTypeOnly: boolean } | undefined {
  if (ts.isImportDeclaration(node)) return literal(node.moduleSpecifier, isTypeOnlyImport(node));
  if (ts.isExportDeclaration(node)) return literal(node.moduleSpecifier, isTypeOnlyExport(node));
  if (ts.isExternalModuleReference(node)) return literal(node.expression, false);
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument))
    return literal(node.argument.literal, true);
  if (ts.isCallExpression(node)) {
    const isImport = node.expression.kind === ts.SyntaxKind.ImportKeyword;
    const isRequire = ts.isIdentifier(node.expression) && node.expression.text === 'require';
    if (isImport || isRequire) return literal(node.arguments[0], false);
  }
  return undefined;
}

function literal(node: ts.Node | undefined, isTypeOnly: boolean) {
  return node !== undefined && ts.isStringLiteralLike(node)
    ? { specifier: node.text, isTypeOnly }
    : undefined;
}

function isTypeOnlyImport(node: ts.ImportDeclaration): boolean {
  const clause = node.importClause;
  if (clause === undefined) return false;
  if (clause.isTypeOnly) return true;
  const { name, namedBindings } = clause;
  if (name !== undefined || namedBindings === undefined || !ts.isNamedImports(namedBindings)) return false;
  return namedBindings.elements.length > 0 && namedBindings.elements.every((element) => element.isTypeOnly);
}

function isTypeOnlyExport(node: ts.ExportDeclaration): boolean {
  if (node.isTypeOnly) return true;
  const clause = node.exportClause;
  if (clause === undefined || !ts.isNamedExports(clause)) return false;
  return clause.elements.length > 0 && clause.elements.every((element) => element.isTypeOnly);
}

function resolve(from: string, specifier: string, files: SourceFiles): string | undefined {
  if (!specifier.startsWith('.')) return undefined;
  const path = posix.join(posix.dirname(from), specifier);
  const stem = path.replace(/\.jsx?$/u, '');
  return (
    [`${stem}.ts`, `${stem}.tsx`, path, `${path}/index.ts`].find((candidate) => files.has(candidate)) ?? path
  );
}
