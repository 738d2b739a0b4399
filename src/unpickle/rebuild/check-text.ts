// Parses a text of code and insists that it is exactly one function, method or class, nothing before or behind it.
//
// The text is parsed in the surroundings it will be compiled in (inside a generator function, strict or not), so that
// the parser and the engine cannot disagree on where it ends. Knows nothing of scopes; edits nothing; runs nothing.

import {
  type ArrowFunctionExpression,
  type ClassExpression,
  type Expression,
  type FunctionExpression,
  type MethodDefinition,
  type Options,
  type Property,
  parse,
} from 'acorn';
import { UnpicklingError } from '../../errors.js';
import type { CodeEntry } from '../../graph/code.js';

/** The parsed text of a function, a method, or a class. */
export type CodeAst =
  | FunctionExpression
  | ArrowFunctionExpression
  | Property
  | MethodDefinition
  | ClassExpression;

/** A text that passed the check. */
export class CodeText {
  readonly id: number;
  readonly entry: CodeEntry;
  readonly ast: CodeAst;
  /** Where the text starts in the positions of `ast`. */
  readonly offset: number;
  /** True when the text cannot stand in a generator function, because it uses `yield` as a name. */
  readonly needsPlainScope: boolean;

  constructor(id: number, entry: CodeEntry, parsed: Parsed) {
    this.id = id;
    this.entry = entry;
    this.ast = parsed.ast;
    this.offset = parsed.offset;
    this.needsPlainScope = parsed.needsPlainScope;
  }

  /** The name written in the text: its own, or its key's; the empty string when there is none. */
  get name(): string {
    const { ast } = this;
    if (ast.type === 'MethodDefinition') return `#${keyName(ast.key)}`;
    if (ast.type === 'Property') return ast.computed ? '' : keyName(ast.key);
    return 'id' in ast && ast.id ? ast.id.name : '';
  }

  get isMethod(): boolean {
    return this.ast.type === 'Property' || this.ast.type === 'MethodDefinition';
  }
}

interface Parsed {
  readonly ast: CodeAst;
  readonly offset: number;
  readonly needsPlainScope: boolean;
}

/** Checks each entry's text once. */
export class CodeTexts {
  readonly #texts = new Map<CodeEntry, CodeText | { readonly error: UnpicklingError }>();

  /**
   * @throws {UnpicklingError} `UNPICKLE_CODE`
   */
  of(entry: CodeEntry): CodeText {
    let text = this.#texts.get(entry);
    if (text === undefined) {
      const parsed = parseText(entry);
      text = 'error' in parsed ? parsed : new CodeText(this.#texts.size, entry, parsed);
      this.#texts.set(entry, text);
    }
    if ('error' in text) throw text.error;
    return text;
  }

  /** From now on the entry's text counts as one that failed the check. */
  reject(entry: CodeEntry, error: UnpicklingError): void {
    this.#texts.set(entry, { error });
  }
}

/** The property key that a literal or identifier key stands for. */
export function keyName(key: { type: string; name?: string; value?: unknown }): string {
  return key.type === 'Literal' ? String(key.value) : (key.name ?? '');
}

/** Where an entry's text stood, for messages. */
export function placeOf(entry: CodeEntry): string {
  return `${entry.url === '' ? 'unknown place' : entry.url}:${entry.line}`;
}

/** The error for a text that is not what the file says it is. */
export function badText(entry: CodeEntry, reason: string, cause?: unknown): UnpicklingError {
  const start = entry.source.length > 60 ? `${entry.source.slice(0, 60)}…` : entry.source;
  const message = `the text from ${placeOf(entry)} is not exactly one ${entry.form}: ${reason}: ${JSON.stringify(start)}`;
  return new UnpicklingError('UNPICKLE_CODE', message, {
    hint: 'Load the snapshot without code, or save it again where the function still works.',
    ...(cause === undefined ? {} : { cause }),
  });
}

/** The error for a text that the parser knows and this Node's engine does not. */
export function strangeText(entry: CodeEntry, reason: string, cause?: unknown): UnpicklingError {
  return new UnpicklingError('UNPICKLE_CODE', `the text from ${placeOf(entry)} does not compile: ${reason}`, {
    hint: 'The snapshot may come from a newer Node; load it without code, or with that Node.',
    ...(cause === undefined ? {} : { cause }),
  });
}

const PARSE_OPTIONS: Options = { ecmaVersion: 'latest', sourceType: 'script', checkPrivateFields: false };

function parseText(entry: CodeEntry): Parsed | { error: UnpicklingError } {
  const first = tryParse(entry, '*', '{', '}');
  if ('ast' in first) return first;
  if (isMethodForm(entry) && entry.source.includes('#')) {
    const inClass = tryParse(entry, '*', 'class{', '}');
    if ('ast' in inClass) return inClass;
  }
  if (!entry.isStrict && entry.source.includes('yield')) {
    const plain = tryParse(entry, '', '{', '}');
    if ('ast' in plain) return { ...plain, needsPlainScope: true };
  }
  return first;
}

function isMethodForm({ form }: CodeEntry): boolean {
  return form === 'method' || form === 'getter' || form === 'setter';
}

// Methods are parsed between `open` and `close`: in a literal, or in a class when their name is private.
function tryParse(
  entry: CodeEntry,
  star: '*' | '',
  open: string,
  close: string,
): Parsed | { error: UnpicklingError } {
  const { source } = entry;
  const isMethod = isMethodForm(entry);
  const head = `(function${star}(){${entry.isStrict ? '"use strict";' : ''}(${isMethod ? open : ''}`;
  const tail = `${isMethod ? close : ''})})`;
  const isMetaPossible = source.includes('meta') && source.includes('import');
  try {
    const program = parse(head + source + tail, {
      ...PARSE_OPTIONS,
      allowSuperOutsideMethod: true,
      allowImportExportEverywhere: isMetaPossible,
    });
    const statement = program.body[0];
    if (program.body.length !== 1 || statement?.type !== 'ExpressionStatement') return unlike(entry);
    const ast = innerOf(statement.expression, entry, isMethod);
    const end = head.length + source.length;
    if (ast === undefined || ast.start !== head.length || ast.end !== end) return unlike(entry);
    return { ast, offset: head.length, needsPlainScope: false };
  } catch (cause) {
    const reason = cause instanceof RangeError ? 'it is nested too deeply' : (cause as Error).message;
    return { error: badText(entry, reason, cause) };
  }
}

function unlike(entry: CodeEntry): { error: UnpicklingError } {
  return { error: badText(entry, 'there is something else') };
}

// The text's own node, when the program is the surroundings and that node and nothing else.
function innerOf(outer: Expression, entry: CodeEntry, isMethod: boolean): CodeAst | undefined {
  if (outer.type !== 'FunctionExpression') return undefined;
  const statements = outer.body.body;
  const last = statements.at(-1);
  if (statements.length !== (entry.isStrict ? 2 : 1) || last?.type !== 'ExpressionStatement')
    return undefined;
  const inner = last.expression;
  if (!isMethod) return isOfForm(inner, entry) ? inner : undefined;
  const elements =
    inner.type === 'ObjectExpression'
      ? inner.properties
      : inner.type === 'ClassExpression' && !inner.superClass
        ? inner.body.body
        : [];
  const element = elements[0];
  if (elements.length !== 1 || (element?.type !== 'Property' && element?.type !== 'MethodDefinition'))
    return undefined;
  if (element.type === 'MethodDefinition' && element.key.type !== 'PrivateIdentifier') return undefined;
  return methodForm(element) === entry.form ? element : undefined;
}

function isOfForm(
  node: Expression,
  entry: CodeEntry,
): node is FunctionExpression | ArrowFunctionExpression | ClassExpression {
  switch (entry.form) {
    case 'function':
      return node.type === 'FunctionExpression';
    case 'arrow':
      return node.type === 'ArrowFunctionExpression';
    case 'class':
      return node.type === 'ClassExpression';
    default:
      return false;
  }
}

function methodForm(element: Property | MethodDefinition): 'method' | 'getter' | 'setter' | undefined {
  if (element.kind === 'get') return 'getter';
  if (element.kind === 'set') return 'setter';
  return element.type === 'MethodDefinition' || element.method ? 'method' : undefined;
}
