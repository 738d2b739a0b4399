// Every error code can happen and is tested: a code that nobody throws is a promise nobody keeps.

import ts from 'typescript';
import { parse, type SourceFiles, walk } from './source-files.js';

/** Where the codes are declared. */
export const ERRORS = 'src/errors.ts';

/** The codes, in the order of the table. */
export function errorCodes(files: SourceFiles): readonly string[] {
  const codes: string[] = [];
  walk(parse(ERRORS, files.get(ERRORS) ?? ''), (node) => {
    if (!ts.isVariableDeclaration(node) || node.name.getText() !== 'ERROR_CODES') return;
    let table = node.initializer;
    while (table !== undefined && (ts.isAsExpression(table) || ts.isSatisfiesExpression(table))) {
      table = table.expression;
    }
    if (table === undefined || !ts.isObjectLiteralExpression(table)) return;
    for (const property of table.properties) {
      if (property.name !== undefined) codes.push(property.name.getText().replaceAll(/['"]/gu, ''));
    }
  });
  return codes;
}

/** Codes that no file but `src/errors.ts` names as a value; being compared with does not count. */
export function unthrownCodes(files: SourceFiles): readonly string[] {
  const named = new Set<string>();
  for (const [path, text] of files) {
    if (path === ERRORS) continue;
    walk(parse(path, text), (node) => {
      if (ts.isStringLiteralLike(node) && !isComparison(node.parent)) named.add(node.text);
    });
  }
  return errorCodes(files).filter((code) => !named.has(code));
}

/** Codes that no test names. */
export function untestedCodes(files: SourceFiles, tests: SourceFiles): readonly string[] {
  return errorCodes(files).filter(
    (code) => ![...tests.values()].some((text) => new RegExp(`\\b${code}\\b`, 'u').test(text)),
  );
}

function isComparison(node: ts.Node): boolean {
  if (ts.isLiteralTypeNode(node) || ts.isCaseClause(node)) return true;
  if (!ts.isBinaryExpression(node)) return false;
  const { kind } = node.operatorToken;
  return (
    kind === ts.SyntaxKind.EqualsEqualsEqualsToken ||
    kind === ts.SyntaxKind.ExclamationEqualsEqualsToken ||
    kind === ts.SyntaxKind.EqualsEqualsToken ||
    kind === ts.SyntaxKind.ExclamationEqualsToken
  );
}
