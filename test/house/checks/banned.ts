// What must not stand in the library: unfinished business, and anything that writes to the terminal.

import ts from 'typescript';
import { parse, placeOf, type SourceFiles, walk } from './source-files.js';

/** Uses of `console.…`, `process.stdout`, `process.stderr`, and the words TODO, FIXME, XXX. */
export function bannedThings(files: SourceFiles): readonly string[] {
  const violations: string[] = [];
  for (const [path, text] of files) {
    for (const [index, line] of text.split('\n').entries()) {
      const word = /\b(TODO|FIXME|XXX)\b/u.exec(line)?.[0];
      if (word !== undefined) violations.push(`${path}:${index + 1}: ${word}: do it, or open an issue`);
    }
    walk(parse(path, text), (node) => {
      const what = terminalUse(node);
      if (what !== undefined)
        violations.push(`${placeOf(node)}: ${what}: the library never writes to the terminal`);
    });
  }
  return violations;
}

function terminalUse(node: ts.Node): string | undefined {
  if (!ts.isPropertyAccessExpression(node) && !ts.isElementAccessExpression(node)) return undefined;
  const owner = node.expression.getText();
  if (owner === 'console' || owner === 'globalThis.console') return 'console';
  if (owner !== 'process' && owner !== 'globalThis.process') return undefined;
  const name = ts.isPropertyAccessExpression(node)
    ? node.name.text
    : node.argumentExpression.getText().slice(1, -1);
  return name === 'stdout' || name === 'stderr' ? `process.${name}` : undefined;
}
