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

/** The files of the command line that write to a terminal, each through the last line of defence. */
const WRITERS = ['cli/out.ts', 'cli/repl/terminal.ts'];

/** Uses of `console.…` and of `process.stdout.write`, `process.stderr.write` outside the files that own them. */
export function strayWriters(files: SourceFiles): readonly string[] {
  const violations: string[] = [];
  for (const [path, text] of files) {
    if (WRITERS.includes(path)) continue;
    walk(parse(path, text), (node) => {
      const what = terminalUse(node);
      const isWrite = what !== undefined && what !== 'console' && isWriting(node.parent);
      if (what === 'console' || isWrite)
        violations.push(
          `${placeOf(node)}: ${what}: what is printed goes through cli/out.ts or the prompt's terminal`,
        );
    });
  }
  return violations;
}

function isWriting(use: ts.Node): boolean {
  if (ts.isPropertyAccessExpression(use)) return use.name.text === 'write';
  return ts.isElementAccessExpression(use) && /^['"`]write['"`]$/u.test(use.argumentExpression.getText());
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
