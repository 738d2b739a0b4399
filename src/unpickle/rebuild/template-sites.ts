// Finds the sites of tagged templates that would stand in several generated texts, and marks them, so that they are one site as before:
// the same function in scopes that are made by different texts, a function and the one that makes it, a generator that goes on.
//
// Which texts stand in one another their places tell, and the texts themselves. Two texts that are equal in all that is of different
// scripts, each with sites of its own. Makes no values.

import type { AnyNode, NewExpression, TaggedTemplateExpression } from 'acorn';
import { tokenizer } from 'acorn';
import { full } from 'acorn-walk';
import type { CodeEntry } from '../../graph/code.js';
import {
  closeMark,
  lineStartsIn,
  noteAltered,
  openMark,
  openParenthesis,
  type SiteGroup,
  SiteTable,
} from '../../realm/template-sites.js';
import type { CodeText, CodeTexts } from './check-text.js';
import type { TextEdit } from './edit.js';

/** A text that was written to go on from the middle of another. */
export interface Continued {
  readonly entry: CodeEntry;
  readonly originalOf: (offset: number) => number | undefined;
}

interface Member {
  readonly group: SiteGroup;
  readonly base: number;
}

/** The sites of what is made of one graph. */
export class TemplateSites {
  readonly table = new SiteTable();
  readonly #members = new Map<CodeEntry, Member>();
  readonly #continued: ReadonlyMap<CodeEntry, Continued>;
  readonly #marked = new Set<SiteGroup>();

  /** `continued` has the texts that go on, which stand for that of their function. */
  constructor(texts: CodeTexts, entries: Iterable<CodeEntry>, continued: ReadonlyMap<CodeEntry, Continued>) {
    this.#continued = continued;
    const all = new Set<CodeEntry>();
    for (const entry of entries) all.add(continued.get(entry)?.entry ?? entry);
    const placed: Placed[] = [];
    for (const entry of all) {
      const text = entry.source.includes('`') ? textOf(texts, entry) : null;
      if (text !== null && taggedIn(text).length > 0)
        placed.push({ entry, location: locationIn(text), lines: lineStartsIn(entry.source) });
    }
    this.#group(placed);
    for (const { entry } of continued.values()) this.#mark(entry);
  }

  /** Says that a text is compiled more than once. */
  compiledOften(entry: CodeEntry): void {
    this.#mark(this.#continued.get(entry)?.entry ?? entry);
  }

  /** True when templates of the text are to be marked. */
  isMarked({ entry }: CodeText): boolean {
    const member = this.#memberOf(entry);
    return member !== undefined && this.#marked.has(member.group);
  }

  /** Marks the templates of a text; returns where they stood, in the positions of the syntax tree. */
  edit(text: CodeText, edit: TextEdit, shared: string): number[] {
    if (!this.isMarked(text)) return [];
    const { group, base } = this.#memberOf(text.entry) as Member;
    const originalOf = this.#continued.get(text.entry)?.originalOf;
    const afterNew = takenApart(text);
    const positions: number[] = [];
    for (const node of taggedIn(text)) {
      const offset = node.quasi.start - text.offset;
      const original = originalOf === undefined ? offset : originalOf(offset);
      if (original === undefined) continue;
      noteAltered(shared);
      const isAfterNew = afterNew.has(node);
      if (isAfterNew) edit.open(node.start, openParenthesis(shared));
      edit.open(node.quasi.start, openMark(shared, this.table.numberOf(group, base + original)));
      edit.insert(node.end, closeMark(shared) + (isAfterNew ? closeMark(shared) : ''));
      positions.push(node.start);
    }
    return positions;
  }

  #memberOf(entry: CodeEntry): Member | undefined {
    return this.#members.get(this.#continued.get(entry)?.entry ?? entry);
  }

  #mark(entry: CodeEntry): void {
    const member = this.#members.get(entry);
    if (member !== undefined) this.#marked.add(member.group);
  }

  // The longest first, so that what a text stands in has its group before it.
  #group(placed: readonly Placed[]): void {
    const times = new Map<string, number>();
    for (const { entry } of placed) times.set(keyOf(entry), (times.get(keyOf(entry)) ?? 0) + 1);
    const roots = new Map<string, { readonly placed: Placed; readonly group: SiteGroup }[]>();
    for (const each of [...placed].sort((a, b) => b.entry.source.length - a.entry.source.length)) {
      const { entry, location } = each;
      const isOne = times.get(keyOf(entry)) === 1;
      let known = roots.get(entry.url);
      if (known === undefined) roots.set(entry.url, (known = []));
      let base = 0;
      const around = isOne && known.find((root) => (base = offsetIn(root.placed, each)) >= 0);
      if (around) {
        around.group.members.set(entry, base);
        this.#members.set(entry, { group: around.group, base });
        this.#marked.add(around.group);
        continue;
      }
      const group = { root: entry, rootLocation: location, members: new Map([[entry, 0]]) };
      this.#members.set(entry, { group, base: 0 });
      if (isOne) known.push({ placed: each, group });
    }
  }
}

// — helpers —

interface Placed {
  readonly entry: CodeEntry;
  readonly location: number;
  readonly lines: readonly number[];
}

// A text that is wrong is told of elsewhere.
function textOf(texts: CodeTexts, entry: CodeEntry): CodeText | null {
  try {
    return texts.of(entry);
  } catch {
    return null;
  }
}

function keyOf({ url, line, column, source }: CodeEntry): string {
  return `${url}\n${line}:${column}\n${source}`;
}

// Where the inner text starts in the outer, or -1.
function offsetIn(outer: Placed, inner: Placed): number {
  const lineIn = (at: number): number => outer.lines.filter((start) => start <= at).length;
  const line = lineIn(outer.location) + inner.entry.line - outer.entry.line;
  if (line < 0 || line > outer.lines.length) return -1;
  let location: number;
  if (inner.entry.line === outer.entry.line)
    location = outer.location + inner.entry.column - outer.entry.column;
  else if (line === 0) return -1;
  else location = (outer.lines[line - 1] as number) + inner.entry.column;
  const start = location - inner.location;
  return start >= 0 && outer.entry.source.startsWith(inner.entry.source, start) ? start : -1;
}

// What V8 takes for the place of a function: its parameters' parenthesis, of a class that of its constructor, if it has one.
function locationIn(text: CodeText): number {
  const { ast, offset, entry } = text;
  switch (ast.type) {
    case 'Property':
    case 'MethodDefinition':
      return ast.value.start - offset;
    case 'ClassExpression': {
      const own = ast.body.body.find(
        (each) => each.type === 'MethodDefinition' && each.kind === 'constructor',
      );
      return own?.type === 'MethodDefinition' ? own.value.start - offset : 0;
    }
    case 'FunctionExpression': {
      const from = ast.id ? ast.id.end - offset : 0;
      for (const token of tokenizer(entry.source.slice(from), { ecmaVersion: 'latest' }))
        if (token.type.label === '(') return from + token.start;
    }
  }
  return 0;
}

const tagged = new WeakMap<CodeText, readonly TaggedTemplateExpression[]>();

// A call of `eval` would be one that sees the variables around it.
function taggedIn(text: CodeText): readonly TaggedTemplateExpression[] {
  let found = tagged.get(text);
  if (found === undefined) {
    const nodes: TaggedTemplateExpression[] = [];
    full(text.ast as AnyNode, (node) => {
      const each = node as AnyNode;
      if (each.type !== 'TaggedTemplateExpression') return;
      if (each.tag.type !== 'Identifier' || each.tag.name !== 'eval') nodes.push(each);
    });
    tagged.set(text, (found = nodes));
  }
  return found;
}

// `new a`b`` makes what the tag gives; without parentheses, the call that the mark makes of it would be that of `new`.
function takenApart(text: CodeText): ReadonlySet<AnyNode> {
  const found = new Set<AnyNode>();
  full(text.ast as AnyNode, (node) => {
    if (node.type !== 'NewExpression') return;
    for (let at = (node as NewExpression).callee as AnyNode | undefined; at !== undefined; ) {
      if (at.type === 'TaggedTemplateExpression') {
        found.add(at);
        return;
      }
      at = at.type === 'MemberExpression' ? at.object : undefined;
    }
  });
  return found;
}
