// Edits on a copy of a text, by the positions of its syntax tree; also what any kind of text may need.
// Knows nothing of why. The text itself stays what `toString` and the next save see.

import type { AnyNode } from 'acorn';
import { full } from 'acorn-walk';
import MagicString from 'magic-string';
import { noteAltered } from '../../realm/template-sites.js';
import type { CodeText } from './check-text.js';
import { isBindingName, type OwnNames } from './names.js';

/** A copy of a text that is being altered. */
export class TextEdit {
  readonly #copy: MagicString;
  readonly #offset: number;
  #isEdited = false;

  constructor(text: CodeText) {
    this.#copy = new MagicString(text.entry.source);
    this.#offset = text.offset;
  }

  get isEdited(): boolean {
    return this.#isEdited;
  }

  replace(node: { start: number; end: number }, text: string): void {
    this.#isEdited = true;
    this.#copy.overwrite(node.start - this.#offset, node.end - this.#offset, text);
  }

  /** Puts a text before what stands at a position. */
  insert(position: number, text: string): void {
    this.#isEdited = true;
    this.#copy.appendLeft(position - this.#offset, text);
  }

  /** Puts a text right before what stands at a position, behind whatever is put at the end of what comes before it. */
  open(position: number, text: string): void {
    this.#isEdited = true;
    this.#copy.appendRight(position - this.#offset, text);
  }

  /** Puts texts around a node. */
  wrap(node: { start: number; end: number }, before: string, after: string): void {
    this.#isEdited = true;
    this.#copy.appendRight(node.start - this.#offset, before);
    this.#copy.appendLeft(node.end - this.#offset, after);
  }

  toString(): string {
    return this.#copy.toString();
  }
}

/** What a unit of code becomes in generated text. */
export interface TextSource {
  /** An expression, not yet in parentheses. */
  readonly expression: string;
  /** Names the expression must be wrapped to receive, as values of `call.p` in this order. */
  readonly params: readonly string[];
  /** True when the engine's `toString` gives something else than the original text. */
  readonly isEdited: boolean;
}

/**
 * Puts what means the same in the place of `import.meta`, which scripts do not have, and of `import()`, which goes from the
 * file that the code is in: from a script without one it would go from the working directory.
 *
 * @returns Where they stood, in the positions of the syntax tree.
 */
export function editImports(text: CodeText, edit: TextEdit, names: OwnNames): number[] {
  const { source, url } = text.entry;
  if (!mayHaveImports(source)) return [];
  const positions: number[] = [];
  const place = JSON.stringify(url);
  const name = names.shared;
  full(text.ast as AnyNode, (node) => {
    const found = node as AnyNode;
    const { start } = found;
    if (found.type === 'ImportExpression' && url.startsWith('file:'))
      edit.replace({ start, end: start + 'import'.length }, `${name}.importFrom(${place})`);
    else if (found.type === 'MetaProperty' && found.meta.name === 'import')
      edit.replace(found, `${name}.importMeta(${place})`);
    else return;
    noteAltered(name);
    positions.push(start);
  });
  return positions;
}

/** False when there is certainly neither `import.meta` nor `import()` in the text. */
export function mayHaveImports(source: string): boolean {
  return source.includes('import');
}

const STRICT_RESERVED = new Set(
  'implements interface let package private protected public static yield eval arguments await'.split(' '),
);

/**
 * True when `name` stands exactly once in the text, so that a parameter of that name around the text is seen by this
 * one place only.
 */
export function isMentionedOnce(source: string, name: string): boolean {
  if (!isBindingName(name) || STRICT_RESERVED.has(name) || source.includes('\\u')) return false;
  return countMentions(source, name) === 1 && !/\beval\b/.test(source);
}

/** True when the text may refer to its own name, or may find it by direct `eval`. */
export function mayMentionItself(source: string, name: string): boolean {
  return source.includes('\\u') || /\beval\b/.test(source) || countMentions(source, name) > 1;
}

const NAME_PART = /[\p{ID_Continue}$\u200c\u200d]/u;

function countMentions(source: string, name: string): number {
  let count = 0;
  for (let at = source.indexOf(name); at !== -1; at = source.indexOf(name, at + 1)) {
    const before = source[at - 1] ?? '';
    const after = source[at + name.length] ?? '';
    if (!NAME_PART.test(before) && !NAME_PART.test(after)) count++;
  }
  return count;
}
