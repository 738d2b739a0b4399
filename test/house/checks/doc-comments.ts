// Everything the package exports is explained where it is declared, and exported by name.

import ts from 'typescript';
import { importsOf } from './imports.js';
import { parse, placeOf, type SourceFiles } from './source-files.js';

interface Declared {
  readonly place: string;
  readonly isExplained: boolean;
}

/** Exports of an entry file without a doc comment, `export *`, and names whose declaration cannot be found. */
export function unexplainedExports(entry: string, files: SourceFiles): readonly string[] {
  const violations: string[] = [];
  const text = files.get(entry);
  if (text === undefined) return [`${entry}: is missing`];
  const source = parse(entry, text);
  for (const statement of source.statements) {
    if (ts.isExportAssignment(statement)) violations.push(`${placeOf(statement)}: exports without a name`);
    if (!ts.isExportDeclaration(statement)) continue;
    if (statement.exportClause === undefined || !ts.isNamedExports(statement.exportClause)) {
      violations.push(`${placeOf(statement)}: exports everything of a file; name what is public`);
    }
  }
  for (const name of exportedNames(source)) {
    const declared = declarationOf(name, { path: entry, files, seen: new Set() });
    if (declared === undefined) violations.push(`${entry}: the declaration of ${name} was not found`);
    else if (!declared.isExplained)
      violations.push(`${declared.place}: ${name} is public and has no doc comment`);
  }
  return violations;
}

function exportedNames(source: ts.SourceFile): readonly string[] {
  const names: string[] = [];
  for (const statement of source.statements) {
    if (ts.isExportDeclaration(statement)) {
      const clause = statement.exportClause;
      if (clause !== undefined && ts.isNamedExports(clause)) {
        names.push(...clause.elements.map((element) => element.name.text));
      }
    } else if (isExported(statement)) {
      names.push(...declaredNames(statement));
    }
  }
  return names;
}

interface Search {
  readonly path: string;
  readonly files: SourceFiles;
  readonly seen: Set<string>;
}

// Follows re-exports and imports to where a name is declared.
function declarationOf(name: string, { path, files, seen }: Search): Declared | undefined {
  const text = files.get(path);
  if (text === undefined || seen.has(`${path} ${name}`)) return undefined;
  seen.add(`${path} ${name}`);
  const follow = (wanted: string, specifier: ts.Expression): Declared | undefined => {
    const written = (specifier as ts.StringLiteral).text;
    const target = importsOf(path, files).find((one) => one.specifier === written)?.target;
    return target === undefined ? undefined : declarationOf(wanted, { path: target, files, seen });
  };
  const source = parse(path, text);
  // Overloads: one explained declaration is enough.
  let declared: Declared | undefined;
  for (const statement of source.statements) {
    if (!declaredNames(statement).includes(name)) continue;
    const isExplained = ts.getJSDocCommentsAndTags(statement).length > 0;
    if (declared === undefined || isExplained) declared = { place: placeOf(statement), isExplained };
  }
  if (declared !== undefined) return declared;
  for (const statement of source.statements) {
    if (ts.isExportDeclaration(statement)) {
      const { exportClause: clause, moduleSpecifier } = statement;
      if (clause === undefined && moduleSpecifier !== undefined) {
        const found = follow(name, moduleSpecifier);
        if (found !== undefined) return found;
      }
      if (clause === undefined || !ts.isNamedExports(clause)) continue;
      const element = clause.elements.find((one) => one.name.text === name);
      if (element === undefined) continue;
      const inner = (element.propertyName ?? element.name).text;
      return moduleSpecifier === undefined
        ? declarationOf(inner, { path, files, seen })
        : follow(inner, moduleSpecifier);
    }
    if (!ts.isImportDeclaration(statement)) continue;
    const bindings = statement.importClause?.namedBindings;
    if (bindings === undefined || !ts.isNamedImports(bindings)) continue;
    const element = bindings.elements.find((one) => one.name.text === name);
    if (element !== undefined)
      return follow((element.propertyName ?? element.name).text, statement.moduleSpecifier);
  }
  return undefined;
}

function isExported(statement: ts.Statement): boolean {
  if (!ts.canHaveModifiers(statement)) return false;
  return (ts.getModifiers(statement) ?? []).some((modifier) => modifier.kind === ts.SyntaxKind.ExportKeyword);
}

function declaredNames(statement: ts.Statement): readonly string[] {
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.map((declaration) => declaration.name.getText());
  }
  const isNamed =
    ts.isFunctionDeclaration(statement) ||
    ts.isClassDeclaration(statement) ||
    ts.isInterfaceDeclaration(statement) ||
    ts.isTypeAliasDeclaration(statement) ||
    ts.isEnumDeclaration(statement);
  return isNamed && statement.name !== undefined ? [statement.name.text] : [];
}
