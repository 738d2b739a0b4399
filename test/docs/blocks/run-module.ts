// Runs a module in a Node of its own, and looks at what its comments say of values.
//
// Behind a statement outside of functions, `// → text` is what Node's inspect shows of its value, of the name that it declares, or
// what its console.log prints; in a loop, of all rounds. `// → throws X` is the code of the error, or its name and message.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { transformSync } from '@swc/wasm-typescript';
import { type Comment, type Node, parse } from 'acorn';
import { ancestor } from 'acorn-walk';
import MagicString from 'magic-string';
import type { Machine } from './machines.js';
import { type Printed, runProgram } from './run-shell.js';

/** What came of a module: what it printed, and its text with the values that there were in the comments. */
export interface Ran extends Printed {
  readonly told: string;
}

const ARROW = /^ → (?:throws )?(.*)$/u;
let count = 0;

/** Runs a module, in TypeScript when its language says so. */
export async function runModule(code: string, isTyped: boolean, machine: Machine): Promise<Ran> {
  const plain = isTyped ? transformSync(code, { mode: 'strip-only' }).code : code;
  const comments: Comment[] = [];
  const tree = parse(plain, {
    ecmaVersion: 'latest',
    sourceType: 'module',
    locations: true,
    onComment: comments,
  });
  const statements = statementsByLine(tree);
  const text = new MagicString(plain);
  const arrows = comments.filter(({ value }) => ARROW.test(value));
  for (const { start, value, loc } of arrows) {
    const line = loc?.start.line as number;
    const statement = statements.get(line);
    if (statement === undefined || statement.end > start)
      throw new Error(`no statement ends on the line of "// ${value.trim()}"`);
    watch(text, statement, line, value.startsWith(' → throws '));
  }
  const name = `block-${++count}`;
  const values = join(machine.cwd, '..', `${name}.json`);
  const file = join(machine.cwd, `${name}.mjs`);
  // On one line, so that lines stay what they are.
  writeFileSync(file, `${arrows.length === 0 ? '' : watcher(values)}${text}`);
  const printed = await runProgram(['node', file], machine);
  if (arrows.length === 0 || printed.code !== 0) return { ...printed, told: code };
  const seen = JSON.parse(readFileSync(values, 'utf8')) as Record<string, string[]>;
  const lines = code.split('\n');
  for (const { loc } of arrows) {
    const at = (loc?.start.line as number) - 1;
    const said = (seen[at + 1] ?? ['nothing: it was never reached']).join(' ');
    lines[at] = (lines[at] as string).replace(/\/\/ → .*$/u, () => `// → ${said}`);
  }
  return { ...printed, told: lines.join('\n') };
}

// The innermost statement that ends on a line, outside of functions.
function statementsByLine(tree: Node): Map<number, Node> {
  const found = new Map<number, Node>();
  const note = (node: Node, ancestors: readonly Node[]): void => {
    const line = node.loc?.end.line as number;
    // What a loop declares in its head is no statement.
    if (ancestors.some(({ type }) => /Function|Class/.test(type)) || isInHead(node, ancestors.at(-2))) return;
    if (!found.has(line)) found.set(line, node);
  };
  ancestor(tree, {
    ExpressionStatement: (node, _state, ancestors) => note(node, ancestors),
    VariableDeclaration: (node, _state, ancestors) => note(node, ancestors),
  });
  return found;
}

function isInHead(node: Node, parent: Node | undefined): boolean {
  const { left, init } = (parent ?? {}) as { readonly left?: Node; readonly init?: Node };
  return node === left || node === init;
}

function watch(text: MagicString, statement: any, line: number, isThrowing: boolean): void {
  const { expression, declarations } = statement;
  if (declarations !== undefined) {
    if (isThrowing) throw new Error(`line ${line}: a declaration is not watched for errors`);
    text.appendRight(statement.end, ` __saw(${line}, ${declarations[0].id.name});`);
    return;
  }
  const { callee } = expression;
  const isPrinting = callee?.object?.name === 'console' && callee.property?.name === 'log';
  if (isPrinting) text.overwrite(callee.start, callee.end, `__printed.bind(undefined, ${line})`);
  else if (isThrowing) {
    text.appendRight(statement.start, 'try { ');
    text.appendLeft(
      statement.end,
      ` __saw(${line}, 0, 'nothing was thrown'); } catch (_) { __saw(${line}, 0, __error(_)); }`,
    );
  } else {
    text.appendRight(expression.start, `__saw(${line}, (`);
    text.appendLeft(expression.end, '))');
  }
}

function watcher(values: string): string {
  return `import { format as __format, inspect as __inspect } from 'node:util'; import { writeFileSync as __write } from 'node:fs'; ${[
    'const __seen = {};',
    'const __saw = (line, value, text = __inspect(value, { breakLength: Infinity, compact: true })) => { (__seen[line] ??= []).push(text); return value; };',
    'const __printed = (line, ...values) => { console.log(...values); __saw(line, 0, __format(...values)); };',
    "const __error = (error) => 'throws ' + (error.code ?? error.name + ': ' + error.message.split('\\n')[0]);",
    `process.on('exit', () => __write(${JSON.stringify(values)}, JSON.stringify(__seen)));`,
  ].join(' ')} `;
}
