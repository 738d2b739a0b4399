// Only one file turns text into code.

import ts from 'typescript';
import { importsOf } from './imports.js';
import { parse, placeOf, type SourceFiles, walk } from './source-files.js';

/** The file that may. */
export const COMPILER = 'src/realm/compile.ts';

const CODE_CONSTRUCTORS = /^(Async)?(Generator)?Function$/u;

/** Uses of `node:vm`, `eval`, `Function(…)`, `import(` of a computed name, `eval: true`, anywhere else. */
export function codeFromText(files: SourceFiles): readonly string[] {
  const violations: string[] = [];
  for (const [path, text] of files) {
    if (path === COMPILER) continue;
    for (const { specifier, place } of importsOf(path, files)) {
      if (/^(node:)?vm$/u.test(specifier)) violations.push(`${place}: imports ${specifier}; ask ${COMPILER}`);
    }
    walk(parse(path, text), (node) => {
      const what = codeFromTextIn(node);
      if (what !== undefined) violations.push(`${placeOf(node)}: ${what}; ask ${COMPILER}`);
    });
  }
  return violations;
}

function codeFromTextIn(node: ts.Node): string | undefined {
  if (ts.isIdentifier(node) && node.text === 'eval') {
    const { parent } = node;
    if (!ts.isPropertyAssignment(parent) || parent.name !== node) return 'uses eval';
    // A function under that name, as node:repl wants one, is not the global one.
    const isHarmless =
      parent.initializer.kind === ts.SyntaxKind.FalseKeyword || ts.isArrowFunction(parent.initializer);
    return isHarmless ? undefined : 'passes eval as an option';
  }
  if (ts.isCallExpression(node)) {
    if (node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      const [specifier] = node.arguments;
      return specifier !== undefined && ts.isStringLiteralLike(specifier)
        ? undefined
        : 'imports a computed name';
    }
    return isCodeConstructor(node.expression) ? 'calls a constructor of functions' : undefined;
  }
  if (ts.isNewExpression(node) && isCodeConstructor(node.expression))
    return 'calls a constructor of functions';
  return undefined;
}

function isCodeConstructor(callee: ts.Expression): boolean {
  let inner = callee;
  while (ts.isParenthesizedExpression(inner) || ts.isAsExpression(inner)) inner = inner.expression;
  if (ts.isPropertyAccessExpression(inner)) return CODE_CONSTRUCTORS.test(inner.name.text);
  return ts.isIdentifier(inner) && CODE_CONSTRUCTORS.test(inner.text);
}
