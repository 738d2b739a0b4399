// Turns a parsed cell into code whose top-level declarations are properties of the global object.
//
//   let a = 1, {b} = o          →   0,  a = 1, {b} = o
//   class K {}                  →   K=class K {};
//   function f() {}             →   blanked here, kept in `functions`, which is run before as a global eval
//   import { a } from 's'       →   blanked here, listed in `imports`, which are done first
//   c = 2, c being a constant   →   c = (2, <throws>)
//
// Everything that stays keeps its line, and its column unless something had to be put before it on its own line, so
// that `toString` and stack traces are exact. Knows which names exist only through `TransformContext`; runs nothing.

import type { Program } from 'acorn';
import type { Parsed } from './parse.js';
import { type Assignment, assignmentsTo } from './scopes.js';
import { type Survey, survey } from './survey.js';
import {
  type AnyNode,
  applyEdits,
  blank,
  type ColumnShift,
  columnShifts,
  type Edits,
  patternIdentifiers,
} from './tree.js';
import type { BindingKind, ImportOrigin } from './types.js';

/** A name that a cell declares. */
export interface Declaration {
  readonly name: string;
  readonly kind: BindingKind;
  readonly origin?: ImportOrigin;
}

/** A module that a cell imports before anything else in it runs. */
export interface ImportRequest {
  /** Where it stands in the text. */
  readonly start: number;
  readonly specifier: string;
  readonly attributes: Readonly<Record<string, string>> | undefined;
  readonly names: readonly { readonly local: string; readonly imported: string }[];
}

/** What the transform asks about the session. */
export interface TransformContext {
  isConst(name: string): boolean;
  exists(name: string): boolean;
  /** The code is what a TypeScript transform printed: its enums and namespaces are recognised by their shape. */
  readonly isPrinted: boolean;
}

/** A cell ready to run: first `imports`, then `functions`, then `body`. */
export interface Plan {
  readonly body: string;
  /** How far `body` is shifted to the right on its first line. */
  readonly prefixLength: number;
  /** What of `body` is further to the right than in the cell, beside that. */
  readonly shifts: readonly ColumnShift[];
  /** Function declarations alone, at the same offsets; undefined when there are none. */
  readonly functions: string | undefined;
  readonly isStrict: boolean;
  /** `body` evaluates to a promise of `{value}` or undefined. */
  readonly isAsync: boolean;
  /** The cell's last statement is an expression. */
  readonly isExpression: boolean;
  readonly declarations: readonly Declaration[];
  readonly imports: readonly ImportRequest[];
  /** Where each declared name stands in the text. */
  readonly starts: ReadonlyMap<string, number>;
  /** Names that must exist, as undefined, before the body runs. */
  readonly hoisted: readonly string[];
  /** Names of enums, which start afresh. */
  readonly reset: readonly string[];
  /** Names that literal `import()` calls were awaited into. */
  readonly awaitedModules: readonly string[];
  /** An assignment to a constant inside a function of the cell: the cell is refused. */
  readonly violation: { readonly name: string; readonly start: number } | undefined;
}

const THROWS = '(()=>{const c=0;c=0})()';
const ASYNC_HEAD = '(async()=>{';

interface Work {
  readonly text: string;
  readonly edits: Edits;
  readonly context: TransformContext;
  readonly seen: Survey;
  readonly declarations: Declaration[];
  readonly starts: Map<string, number>;
  readonly imports: ImportRequest[];
  readonly hoisted: Set<string>;
  readonly reset: string[];
  prefixLength: number;
}

/** Plans a cell. */
export function transform(parsed: Extract<Parsed, { status: 'program' }>, context: TransformContext): Plan {
  const { program, text } = parsed;
  const seen = survey(program);
  const work: Work = {
    text,
    edits: [],
    context,
    seen,
    declarations: [],
    starts: new Map(),
    imports: [],
    hoisted: new Set(),
    reset: [],
    prefixLength: parsed.prefixLength,
  };
  const body = program.body as AnyNode[];
  const isStrict = body.some((node) => node['directive'] === 'use strict');
  const functions = functionsOnly(work, body, isStrict);
  if (text.startsWith('#!'))
    work.edits.push([0, /^[^\n\r]*/.exec(text)![0].length, blank(/^[^\n\r]*/.exec(text)![0])]);
  rewriteStatements(work, body, seen.isAsync);
  rewriteNestedVars(work, isStrict);
  const inner: Edits = [];
  const violation = rewriteConstAssignments(work, program, inner);
  const last = body[lastIndex(body, (node) => node.type !== 'EmptyStatement')];
  const edits = [...inner, ...work.edits];
  const result = applyEdits(text, edits);
  return {
    body: seen.isAsync ? `${ASYNC_HEAD}${result}\n})()` : result,
    prefixLength: work.prefixLength + (seen.isAsync ? ASYNC_HEAD.length : 0),
    shifts: columnShifts(text, edits),
    functions,
    isStrict,
    isAsync: seen.isAsync,
    isExpression: last?.type === 'ExpressionStatement',
    declarations: work.declarations,
    starts: work.starts,
    imports: work.imports,
    hoisted: [...work.hoisted],
    reset: work.reset,
    awaitedModules: seen.awaitedModules,
    violation,
  };
}

// A copy of the text with everything but its function declarations blanked.
function functionsOnly(work: Work, body: readonly AnyNode[], isStrict: boolean): string | undefined {
  const { text } = work;
  let result = '';
  let at = 0;
  let hasFunction = false;
  for (const statement of body) {
    const declared = declarationOf(statement);
    const isKept = declared?.type === 'FunctionDeclaration' && declared['id'] != null;
    if (!isKept && !(isStrict && statement['directive'] === 'use strict')) continue;
    const node = isKept ? declared : statement;
    result += blank(text.slice(at, node.start)) + text.slice(node.start, node.end);
    at = node.end;
    if (!isKept) continue;
    hasFunction = true;
    work.declarations.push({ name: node['id'].name, kind: 'function' });
    work.starts.set(node['id'].name, node['id'].start);
    work.edits.push([statement.start, statement.end, blank(text.slice(statement.start, statement.end))]);
  }
  return hasFunction ? result : undefined;
}

function declarationOf(statement: AnyNode): AnyNode | undefined {
  const isExport =
    statement.type === 'ExportNamedDeclaration' || statement.type === 'ExportDefaultDeclaration';
  return isExport ? (statement['declaration'] ?? undefined) : statement;
}

function rewriteStatements(work: Work, body: readonly AnyNode[], isAsync: boolean): void {
  const valueAt = lastValueIndex(body);
  const lastAt = lastIndex(body, (node) => !isBlanked(node));
  for (const [index, statement] of body.entries()) {
    const previousEnd = index === 0 ? undefined : body[index - 1]!.end;
    const isSilent = !isAsync && valueAt >= 0 && index > valueAt;
    if (work.context.isPrinted && statement.type === 'ExpressionStatement') {
      const name = extendedName(statement['expression']);
      if (name !== undefined) work.reset.push(name);
    }
    const node = stripExport(work, statement);
    if (node === undefined) continue;
    if (node.type === 'VariableDeclaration') rewriteVariables(work, node, previousEnd, isSilent);
    else if (node.type === 'ClassDeclaration') rewriteClass(work, node, previousEnd, isSilent);
    else if (node.type === 'ImportDeclaration') rewriteImport(work, node);
    else if (
      isAsync &&
      index === lastAt &&
      node.type === 'ExpressionStatement' &&
      node['directive'] === undefined
    ) {
      const end = work.text[node.end - 1] === ';' ? node.end - 1 : node.end;
      putBefore(work, node.start, previousEnd, 'return {value:(');
      work.edits.push([end, end, ')}']);
    }
  }
  const hasDeclaration = body.some((node) => isDeclarationStatement(node) && !isBlanked(node));
  if (!isAsync && valueAt < 0 && hasDeclaration)
    work.edits.push([work.text.length, work.text.length, '\n;void 0']);
}

function isBlanked(statement: AnyNode): boolean {
  const node = declarationOf(statement);
  if (node === undefined || node.type === 'ImportDeclaration' || node.type === 'ExportAllDeclaration')
    return true;
  return node.type === 'EmptyStatement' || (node.type === 'FunctionDeclaration' && node['id'] != null);
}

function isDeclarationStatement(statement: AnyNode): boolean {
  const type = declarationOf(statement)?.type;
  return type === 'VariableDeclaration' || type === 'ClassDeclaration';
}

// The last statement that leaves a value; declarations leave none, as in any script.
function lastValueIndex(body: readonly AnyNode[]): number {
  return lastIndex(body, (node) => !isBlanked(node) && !isDeclarationStatement(node));
}

function lastIndex(body: readonly AnyNode[], test: (node: AnyNode) => boolean): number {
  for (let index = body.length - 1; index >= 0; index--) if (test(body[index]!)) return index;
  return -1;
}

// Puts a text before a statement: where that moves nothing if possible.
function putBefore(work: Work, start: number, previousEnd: number | undefined, text: string): void {
  if (previousEnd === undefined) {
    work.edits.push([0, 0, text]);
    work.prefixLength += text.length;
  } else if (/[\n\r\u2028\u2029]/.test(work.text.slice(previousEnd, start))) {
    work.edits.push([previousEnd, previousEnd, `;${text}`]);
  } else work.edits.push([start, start, `;${text}`]);
}

function stripExport(work: Work, statement: AnyNode): AnyNode | undefined {
  const { text, edits } = work;
  switch (statement.type) {
    case 'ExportNamedDeclaration':
    case 'ExportAllDeclaration': {
      const declared = statement['declaration'] as AnyNode | null | undefined;
      if (declared == null) {
        if (statement['source'] != null) {
          work.imports.push({
            start: statement.start,
            specifier: statement['source'].value,
            attributes: attributesOf(statement),
            names: [],
          });
        }
        edits.push([statement.start, statement.end, blank(text.slice(statement.start, statement.end))]);
        return undefined;
      }
      if (declared.type === 'FunctionDeclaration') return undefined;
      edits.push([statement.start, declared.start, blank(text.slice(statement.start, declared.start))]);
      return declared;
    }
    case 'ExportDefaultDeclaration': {
      const declared = statement['declaration'] as AnyNode;
      const isNamed = declared['id'] != null;
      if (declared.type === 'FunctionDeclaration' && isNamed) return undefined;
      const isClass = declared.type === 'ClassDeclaration' && isNamed;
      const gap = blank(text.slice(statement.start, declared.start));
      edits.push([statement.start, declared.start, isClass ? gap : `0,${gap.slice(2)}`]);
      return isClass ? declared : undefined;
    }
    case 'FunctionDeclaration':
      return undefined;
    default:
      return statement;
  }
}

function rewriteVariables(
  work: Work,
  node: AnyNode,
  previousEnd: number | undefined,
  isSilent: boolean,
): void {
  const { edits, context } = work;
  const kind = node['kind'] as string;
  if (kind !== 'var' && kind !== 'let' && kind !== 'const') return;
  const declarators = node['declarations'] as AnyNode[];
  const last = declarators[declarators.length - 1]!;
  if (isSilent) {
    edits.push([node.start, node.start + kind.length, ' '.repeat(kind.length)]);
    putBefore(work, node.start, previousEnd, 'var {}=(');
    edits.push([last.end, last.end, ',0)']);
  } else edits.push([node.start, node.start + kind.length, `0,${' '.repeat(kind.length - 2)}`]);
  for (const declarator of declarators) {
    declare(work, declarator, kind);
    if (declarator['init'] != null) continue;
    const name = declarator['id'].name as string;
    if (kind === 'var' || !context.exists(name)) work.hoisted.add(name);
    else edits.push([declarator.end, declarator.end, '=void 0']);
  }
}

function declare(work: Work, declarator: AnyNode, kind: 'var' | 'let' | 'const'): void {
  const origins = originsOf(declarator);
  for (const identifier of patternIdentifiers(declarator['id'])) {
    const name = identifier['name'] as string;
    const origin = origins.get(name);
    work.starts.set(name, identifier.start);
    work.declarations.push(origin === undefined ? { name, kind } : { name, kind, origin });
    if (kind === 'var') work.hoisted.add(name);
  }
  if (work.context.isPrinted && declarator['id'].name === extendedName(declarator['init'])) {
    work.reset.push(declarator['id'].name);
  }
}

// `const ns = await import('s')` and `const { a, b: c } = await import('s')` say where their values come from.
function originsOf(declarator: AnyNode): Map<string, ImportOrigin> {
  const origins = new Map<string, ImportOrigin>();
  const call =
    declarator['init']?.type === 'AwaitExpression' ? (declarator['init'].argument as AnyNode) : undefined;
  if (call?.type !== 'ImportExpression' || call['options'] != null) return origins;
  const specifier: unknown = call['source'].value;
  if (typeof specifier !== 'string') return origins;
  const target = declarator['id'] as AnyNode;
  if (target.type === 'Identifier') origins.set(target['name'], { specifier, imported: '*' });
  if (target.type !== 'ObjectPattern') return origins;
  for (const property of target['properties'] as AnyNode[]) {
    if (property.type !== 'Property' || property['computed'] || property['value'].type !== 'Identifier')
      continue;
    origins.set(property['value'].name, {
      specifier,
      imported: String(property['key'].name ?? property['key'].value),
    });
  }
  return origins;
}

// What every enum becomes: `var E = function(E) {…}(E || {})`, and every namespace: `(function(N) {…})(N || (N = {}))`.
function extendedName(call: AnyNode | null): string | undefined {
  if (call?.type !== 'CallExpression' || call['callee'].type !== 'FunctionExpression') return undefined;
  const argument = call['arguments'][0] as AnyNode | undefined;
  return argument?.type === 'LogicalExpression' ? argument['left'].name : undefined;
}

function rewriteClass(work: Work, node: AnyNode, previousEnd: number | undefined, isSilent: boolean): void {
  const name = node['id'].name as string;
  work.declarations.push({ name, kind: 'class' });
  work.starts.set(name, node['id'].start);
  putBefore(work, node.start, previousEnd, isSilent ? `var {}=(${name}=` : `${name}=`);
  work.edits.push([node.end, node.end, isSilent ? ',0);' : ';']);
}

function rewriteImport(work: Work, node: AnyNode): void {
  const { edits, text } = work;
  const specifier = node['source'].value as string;
  const attributes = attributesOf(node);
  const names = (node['specifiers'] as AnyNode[]).map((item) => ({
    local: item['local'].name as string,
    imported:
      item.type === 'ImportNamespaceSpecifier'
        ? '*'
        : item.type === 'ImportDefaultSpecifier'
          ? 'default'
          : String(item['imported'].name ?? item['imported'].value),
  }));
  work.imports.push({ start: node.start, specifier, attributes, names });
  for (const { local, imported } of names) {
    const origin: ImportOrigin =
      attributes === undefined ? { specifier, imported } : { specifier, imported, attributes };
    work.declarations.push({ name: local, kind: 'import', origin });
    work.starts.set(local, node.start);
  }
  edits.push([node.start, node.end, blank(text.slice(node.start, node.end))]);
}

function attributesOf(node: AnyNode): Record<string, string> | undefined {
  const list = (node['attributes'] ?? []) as AnyNode[];
  if (list.length === 0) return undefined;
  return Object.fromEntries(list.map((item) => [item['key'].name ?? item['key'].value, item['value'].value]));
}

// `var` in blocks and loop heads, and functions in blocks, reach the top level too.
function rewriteNestedVars(work: Work, isStrict: boolean): void {
  const { edits, seen } = work;
  for (const { node, place } of seen.nestedVars) {
    const declarators = node['declarations'] as AnyNode[];
    const isName = declarators[0]!['id'].type === 'Identifier';
    edits.push([node.start, node.start + 3, place === 'statement' && !isName ? '0, ' : '   ']);
    for (const declarator of declarators) declare(work, declarator, 'var');
    const { end } = declarators[declarators.length - 1]!;
    if (place === 'statement') edits.push([end, end, ',void 0']);
  }
  for (const node of isStrict ? [] : seen.blockFunctions) {
    const name = node['id'].name as string;
    work.declarations.push({ name, kind: 'function' });
    work.hoisted.add(name);
    if (seen.isAsync) edits.push([node.end, node.end, `globalThis.${name}=${name};`]);
  }
}

function rewriteConstAssignments(work: Work, program: Program, edits: Edits): Plan['violation'] {
  const { seen, context } = work;
  const kinds = new Map(work.declarations.map((declaration) => [declaration.name, declaration.kind]));
  const isConst = (name: string): boolean => {
    const kind = kinds.get(name);
    return kind === undefined ? context.isConst(name) : kind === 'const' || kind === 'import';
  };
  if (![...seen.assigned].some(isConst)) return undefined;
  const assignments = assignmentsTo(program, isConst);
  for (const assignment of assignments) {
    if (assignment.isInFunction) return { name: assignment.name, start: assignment.identifier.start };
    refuseAt(edits, assignment);
  }
  return undefined;
}

function refuseAt(edits: Edits, { form, owner, identifier, isShorthand, name }: Assignment): void {
  const at = identifier.start;
  if (form === 'update') edits.push([owner.start, owner.end, THROWS, at]);
  else if (form === 'simple') {
    edits.push([owner['right'].start, owner['right'].start, '('], [owner.end, owner.end, `,${THROWS})`, at]);
  } else edits.push([at, identifier.end, isShorthand ? `${name}:${THROWS}.c` : `${THROWS}.c`, at]);
}
