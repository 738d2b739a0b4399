// A session's cells as a program: those that ran in their order, those that failed as comments.
//
// At the prompt every name can be declared again, in a program it cannot: names that several cells declare become `var`, which
// means the same at the top level. Knows nothing of files.

import { SessionError } from '../errors.js';
import { mentionsOf } from '../evaluator/mentions.js';
import { parseCell, parseProgram } from '../evaluator/parse.js';
import { survey } from '../evaluator/survey.js';
import { type AnyNode, applyEdits, type Edits } from '../evaluator/tree.js';
import { stripTypes } from '../evaluator/typescript.js';
import type { Meta, MetaCell } from '../format/index.js';
import { visible } from '../visible.js';
import { declaredNames, importedNames } from './declared.js';
import { MADE_BY } from './made-by.js';

/** How the program is to be. */
export interface ScriptOptions {
  readonly title: string;
  /** What the file's extension says: an ES module, a CommonJS script, or whatever the cells need. */
  readonly form: 'module' | 'commonjs' | 'either';
  /** Types stay. */
  readonly isTypeScript: boolean;
}

/** A program. */
export interface Script {
  readonly text: string;
  /** How many cells are comments. */
  readonly commented: number;
}

interface Readable {
  readonly body: readonly AnyNode[];
  readonly text: string;
  readonly isAsync: boolean;
  readonly names: ReadonlySet<string>;
  /** The types are gone from `text`. */
  readonly isStripped: boolean;
}

/** Names that a CommonJS file has from the start. */
const WRAPPER_NAMES = ['require', 'module', 'exports', '__filename', '__dirname'];

/**
 * The cells of a session as a program.
 *
 * @throws {SessionError} SESSION_EXPORT when a CommonJS file is wanted and cells import or await
 */
export function scriptOf(meta: Meta, options: ScriptOptions): Script {
  const cells = meta.session?.cells ?? [];
  const read = cells.map((cell) => (cell.isError ? undefined : readable(cell.source)));
  const again = declaredAgain(read);
  const isModule = moduleOrNot(read, options);
  if (!isModule) for (const name of WRAPPER_NAMES) again.add(name);
  const parts: string[] = [];
  let commented = 0;
  cells.forEach((cell, at) => {
    const one = read[at];
    const code = one === undefined ? undefined : codeOf(cell, one, again, options);
    if (code !== undefined && isWhole(code, isModule, options)) parts.push(code);
    else {
      commented++;
      parts.push(commentOf(cell));
    }
  });
  const header = headerOf(meta, read, isModule, options);
  return { text: `${[...header, ...parts].join('\n')}\n`, commented };
}

function readable(source: string): Readable | undefined {
  try {
    const parsed = parseCell(source);
    if (parsed.status === 'program') return looked(parsed.program, parsed.text, false);
    const stripped = stripTypes(source, 'cell');
    if (stripped.status !== 'code') return undefined;
    const second = parseCell(stripped.code);
    return second.status === 'program' ? looked(second.program, second.text, true) : undefined;
  } catch (error) {
    // Nested deeper than the parser can follow.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function looked(
  program: Extract<ReturnType<typeof parseCell>, { status: 'program' }>['program'],
  text: string,
  isStripped: boolean,
): Readable {
  const body = program.body as unknown as readonly AnyNode[];
  return { body, text, isAsync: survey(program).isAsync, names: declaredNames(body), isStripped };
}

function declaredAgain(read: readonly (Readable | undefined)[]): Set<string> {
  const seen = new Set<string>();
  const again = new Set<string>();
  for (const one of read)
    for (const name of one?.names ?? []) {
      if (seen.has(name)) again.add(name);
      seen.add(name);
    }
  return again;
}

function moduleOrNot(read: readonly (Readable | undefined)[], { form }: ScriptOptions): boolean {
  const needsModule = read.some(
    (one) =>
      one !== undefined && (one.isAsync || one.body.some((node) => /^(Import|ExportAll)/.test(node.type))),
  );
  if (form !== 'commonjs') return form === 'module' || needsModule;
  if (!needsModule) return false;
  throw new SessionError(
    'SESSION_EXPORT',
    'cells import or await at their top level, which CommonJS cannot',
    {
      hint: 'give the file the extension .mjs or .js',
    },
  );
}

function codeOf(
  { source }: MetaCell,
  { body, text, names, isStripped }: Readable,
  again: ReadonlySet<string>,
  { isTypeScript }: ScriptOptions,
): string {
  const isChanged = [...names].some((name) => again.has(name));
  // Types stay where nothing has to be moved.
  if (isStripped && isTypeScript && !isChanged) return separated(source, text, body);
  const edits: Edits = [];
  const hoisted: string[] = [];
  for (const node of body) editStatement(node, { text, again, edits, hoisted });
  return separated([...hoisted, applyEdits(text, edits)].join('\n'), text, body);
}

interface Editing {
  readonly text: string;
  readonly again: ReadonlySet<string>;
  readonly edits: Edits;
  readonly hoisted: string[];
}

function editStatement(node: AnyNode, editing: Editing): void {
  const { text, again, edits, hoisted } = editing;
  switch (node.type) {
    case 'ImportDeclaration':
      if (importedNames(node).some((name) => again.has(name)))
        edits.push([node.start, node.end, dynamicImport(node, text)]);
      return;
    case 'ExportNamedDeclaration':
      if (node['declaration'] !== null) {
        edits.push([node.start, node['declaration'].start, '']);
        editStatement(node['declaration'], editing);
      } else edits.push([node.start, node.end, importFor(node, text)]);
      return;
    case 'ExportAllDeclaration':
      edits.push([node.start, node.end, importFor(node, text)]);
      return;
    case 'ExportDefaultDeclaration':
      edits.push([node.start, node['declaration'].start, 'void (']);
      edits.push([node['declaration'].end, node.end, ');']);
      return;
    case 'VariableDeclaration':
      if (node['kind'] !== 'var' && [...declaredNames([node])].some((name) => again.has(name)))
        edits.push([node.start, node.start + (node['kind'] as string).length, 'var']);
      return;
    case 'FunctionDeclaration':
      if (again.has(node['id'].name)) {
        hoisted.push(`var ${node['id'].name} = ${anonymous(node, text)};`);
        edits.push([node.start, node.end, '']);
      }
      return;
    case 'ClassDeclaration':
      if (again.has(node['id'].name)) {
        edits.push([node.start, node.start, `var ${node['id'].name} = `]);
        edits.push([node.end, node.end, ';']);
      }
      return;
    default:
  }
}

// Without its name, which would be one of its own; it is called by it all the same.
function anonymous(node: AnyNode, text: string): string {
  return text.slice(node.start, node['id'].start) + text.slice(node['id'].end, node.end);
}

function importFor(node: AnyNode, text: string): string {
  const source = node['source'] as AnyNode | null;
  return source === null ? '' : `import ${text.slice(source.start, source.end)};`;
}

function dynamicImport(node: AnyNode, text: string): string {
  const source = text.slice(node['source'].start, node['source'].end);
  const attributes = (node['attributes'] ?? []) as readonly AnyNode[];
  const given = attributes.map(({ start, end }) => text.slice(start, end)).join(', ');
  const load = `await import(${source}${given === '' ? '' : `, { with: { ${given} } }`})`;
  const specifiers = node['specifiers'] as readonly AnyNode[];
  const space = specifiers.find(({ type }) => type === 'ImportNamespaceSpecifier')?.['local'].name as
    | string
    | undefined;
  const fields = specifiers
    .filter(({ type }) => type !== 'ImportNamespaceSpecifier')
    .map((one) => {
      const imported =
        one.type === 'ImportDefaultSpecifier'
          ? 'default'
          : text.slice(one['imported'].start, one['imported'].end);
      const { name } = one['local'] as { name: string };
      return imported === name ? name : `${imported}: ${name}`;
    });
  if (space === undefined) return `var { ${fields.join(', ')} } = ${load};`;
  return `var ${space} = ${load}${fields.length === 0 ? '' : `, { ${fields.join(', ')} } = ${space}`};`;
}

// With a semicolon where the text before may lack its own, and where a directive would be one for the whole program.
function separated(code: string, text: string, [first]: readonly AnyNode[]): string {
  const lines = code
    .replace(/^#!/, '//')
    .replace(/^(?:[^\S\n]*\n)+/, '')
    .trimEnd();
  if (first === undefined) return lines;
  const isHazard = '([`/+-'.includes(text[first.start] ?? '') || first['directive'] !== undefined;
  return isHazard ? `;${lines}` : lines;
}

function isWhole(code: string, isModule: boolean, { isTypeScript }: ScriptOptions): boolean {
  if (isTypeScript) return true;
  const text = isModule ? `"use strict";${code.replace(/^;/, '')}` : code;
  try {
    return parseProgram(text).status === 'program';
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** Every line of a cell as a comment, whatever ends its lines. */
function commentOf({ number, source, isError, output }: MetaCell): string {
  const lines = source.trimEnd().split(/\r\n|[\n\r\u2028\u2029]/);
  const [reason = ''] = (output?.text ?? '').split('\n', 1);
  const why = isError
    ? `failed${reason === '' ? '' : `: ${visible(reason)}`}`
    : 'cannot be a part of this program';
  return [`// In[${number}] ${why}`, ...lines.map((line) => `//   ${line}`.trimEnd())].join('\n');
}

function headerOf(
  meta: Meta,
  read: readonly (Readable | undefined)[],
  isModule: boolean,
  { title }: ScriptOptions,
): string[] {
  const header = [`// ${visible(title)}: ${MADE_BY}`];
  if (!isModule) return header;
  const mentioned = new Set(
    read.flatMap((one) => (one === undefined ? [] : mentionsOf(one.text).flatMap(({ names }) => [...names]))),
  );
  const declared = new Set(read.flatMap((one) => [...(one?.names ?? [])]));
  if (mentioned.has('require') && !declared.has('require'))
    header.push(
      "import { createRequire } from 'node:module';",
      'const require = createRequire(import.meta.url);',
    );
  // What is made by plain assignment has to be declared in a module.
  const implicit = (meta.session?.bindings ?? [])
    .filter(({ kind, name }) => kind === 'implicit' && mentioned.has(name) && !declared.has(name))
    .map(({ name }) => name);
  if (implicit.length > 0) header.push(`let ${implicit.join(', ')};`);
  return header;
}
