// Writes the text of a generator that goes on: its function's own text, entered at a `yield`.
//
//   function* (n) {                          function* () {
//     let sum = 0;                             {let first = true;
//     while (sum < n) {                         while (first || (sum < n)) if (first) { first = false; {
//       const got = yield sum;         →          const got = (yield);
//       sum += got;                                sum += got;
//     }                                         }} else { const got = yield sum; sum += got; }}
//     return sum;                              return sum;
//   }                                        }
//
// Only what lies on the way to the `yield` is written anew: what came before is left out, loops are entered in the middle
// of their first turn and then go on by the text as it stands. Variables that exist by then are those of the scopes it is
// placed in, so that closures share them; `var` becomes an assignment to them. Nothing of the user's runs before the
// `yield` is reached. Remembers which `yield` of the new text is which of the old. Makes no values.

import { UnpicklingError } from '../../errors.js';
import type { CodeEntry } from '../../graph/code.js';
import { patternNames } from '../../graph/pattern-names.js';
import {
  childrenOf,
  isFunctionNode,
  iteratorsOnPath,
  pathToYield,
  type SyntaxNode,
} from '../../graph/syntax-path.js';
import type { CodeText } from './check-text.js';

/** The text of a generator that goes on. */
export interface ResumeSource {
  readonly entry: CodeEntry;
  /** The name of its `ResumeSupport`, or null when it needs none. */
  readonly supportName: string | null;
  readonly originalOf: (offset: number) => number | undefined;
}

/** A part of the text: a range of the original, a piece of new text, or the `yield` that it goes on at. */
type Part =
  | string
  | readonly [start: number, end: number]
  | { readonly resumesAt: number; readonly text: string };

/** Writes the text that goes on from the `yield` at an offset; from the beginning of the body at -1. */
export function resumeSource(text: CodeText, position: number, iterators: number): ResumeSource {
  return new ResumeWriter(text).write(position, iterators);
}

class ResumeWriter {
  readonly #text: CodeText;
  readonly #source: string;
  readonly #fn: SyntaxNode;
  readonly #prefix: string;
  readonly #edits: { start: number; end: number; text: string }[] = [];
  #names = 0;
  #path: readonly SyntaxNode[] = [];
  #held: readonly SyntaxNode[] = [];

  constructor(text: CodeText) {
    this.#text = text;
    this.#source = text.entry.source;
    const { ast } = text;
    this.#fn = ast.type === 'Property' || ast.type === 'MethodDefinition' ? ast.value : ast;
    if (!isFunctionNode(this.#fn) || this.#fn.generator !== true)
      throw this.#bad('it is no generator function');
    let prefix = 'resume$';
    for (let i = 1; this.#source.includes(prefix); i++) prefix = `resume${i}$`;
    this.#prefix = prefix;
  }

  write(position: number, iterators: number): ResumeSource {
    const { body, async: isAsync } = this.#fn;
    const parts: Part[] = [];
    if (position < 0) parts.push([body.start, body.end]);
    else {
      const path = pathToYield(this.#fn, position + this.#text.offset);
      if (path === null) throw this.#bad(`no yield stands at ${position}`);
      this.#path = path;
      this.#held = iteratorsOnPath(path);
      if (this.#held.length !== iterators)
        throw this.#bad(`it needs ${this.#held.length} iterators, not ${iterators}`);
      this.#freeVars(body);
      const strict = body.body[0]?.directive === 'use strict' ? '"use strict";' : '';
      parts.push(`{${strict}`, ...this.#list(body.body, 0), '}');
    }
    const usesSuper = this.#text.isMethod && hasSuper(this.#fn.body);
    const star = `${isAsync ? 'async ' : ''}${usesSuper ? '' : 'function'}*`;
    const flat = this.#flatten([`${star}${usesSuper ? `"${this.#prefix}"` : ''}()`, ...parts]);
    const entry: CodeEntry = {
      ...this.#text.entry,
      source: flat.text,
      form: usesSuper ? 'method' : 'function',
      isDeclaration: false,
    };
    return {
      entry,
      supportName: this.#held.length > 0 ? this.#prefix : null,
      originalOf: (offset) => flat.originalOf(offset),
    };
  }

  // — statements: the one on the way, and those after it —

  #next(depth: number): SyntaxNode {
    return this.#path[depth + 1];
  }

  // Statements of a list, from the one on the way on. Functions declared in the list exist already.
  #list(list: readonly SyntaxNode[], depth: number): Part[] {
    const next = this.#next(depth);
    const index = list.indexOf(next);
    const parts = this.#statement(depth + 1, []);
    for (const statement of list.slice(index + 1)) {
      if (statement.type === 'FunctionDeclaration') continue;
      parts.push('\n', [statement.start, statement.end]);
    }
    return parts;
  }

  #statement(depth: number, labels: readonly string[]): Part[] {
    const node = this.#path[depth];
    const next = this.#next(depth);
    const prefix = labels.map((label) => `${label}:`).join('');
    switch (node.type) {
      case 'BlockStatement':
        return [`${prefix}{`, ...this.#list(node.body, depth), '}'];
      case 'LabeledStatement':
        return this.#statement(depth + 1, [...labels, node.label.name]);
      case 'ExpressionStatement':
        return [prefix, ';', ...this.#expression(depth + 1), ';'];
      case 'ReturnStatement':
        return ['return ', ...this.#expression(depth + 1), ';'];
      case 'ThrowStatement':
        return ['throw ', ...this.#expression(depth + 1), ';'];
      case 'VariableDeclaration':
        return this.#declaration(depth);
      case 'IfStatement':
        if (next !== node.test) return [`${prefix}{`, ...this.#statement(depth + 1, []), '}'];
        return [`${prefix}if(`, ...this.#expression(depth + 1), ')', ...this.#branches(node)];
      case 'TryStatement':
        return this.#try(depth, prefix);
      case 'SwitchStatement':
        return this.#switch(depth, prefix);
      case 'WhileStatement':
      case 'DoWhileStatement':
        return this.#while(depth, prefix);
      case 'ForStatement':
        return this.#for(depth, prefix);
      case 'ForOfStatement':
      case 'ForInStatement':
        if (next === node.right) {
          const word = node.type === 'ForInStatement' ? ' in ' : ' of ';
          const head: Part[] = [`${prefix}${openOf(node)}`, this.#range(node.left), word];
          return [...head, ...this.#expression(depth + 1), ')', this.#range(node.body)];
        }
        return this.#forEach(depth, prefix);
    }
    throw this.#bad(`nothing goes on inside a ${node.type}`);
  }

  #branches({ consequent, alternate }: SyntaxNode): Part[] {
    const parts: Part[] = [this.#range(consequent)];
    if (alternate !== null) parts.push('\nelse ', this.#range(alternate));
    return parts;
  }

  #declaration(depth: number): Part[] {
    const node = this.#path[depth];
    const index = node.declarations.indexOf(this.#next(depth));
    const declarator = this.#next(depth);
    const isVar = node.kind === 'var';
    const parts: Part[] = [isVar ? ';(' : `${node.kind} `];
    parts.push(this.#range(declarator.id), '=', ...this.#expression(depth + 2));
    for (const later of node.declarations.slice(index + 1)) {
      if (isVar && later.init === null) continue;
      parts.push(',', this.#range(later));
    }
    parts.push(isVar ? ');' : ';');
    return parts;
  }

  #try(depth: number, prefix: string): Part[] {
    const node = this.#path[depth];
    const next = this.#next(depth);
    const end: Part[] = node.finalizer === null ? [] : ['finally', this.#range(node.finalizer)];
    if (next === node.block) {
      const handler: Part[] = node.handler === null ? [] : ['\n', this.#range(node.handler)];
      return [`${prefix}try`, ...this.#statement(depth + 1, []), ...handler, ...end];
    }
    if (next !== node.handler) throw this.#bad('nothing goes on inside a finally block');
    const rest = this.#statement(depth + 2, []);
    return node.finalizer === null ? [prefix, ...rest] : [`${prefix}try`, ...rest, ...end];
  }

  #switch(depth: number, prefix: string): Part[] {
    const node = this.#path[depth];
    const next = this.#next(depth);
    if (next === node.discriminant) {
      const open = this.#source.indexOf('{', node.discriminant.end - this.#text.offset) + this.#text.offset;
      return [
        `${prefix}switch(`,
        ...this.#expression(depth + 1),
        ')',
        [this.#switchBody(node, open), node.end],
      ];
    }
    const parts: Part[] = [`${prefix}switch(0){default:`, ...this.#list(next.consequent, depth + 1)];
    for (const later of node.cases.slice(node.cases.indexOf(next) + 1)) {
      for (const statement of later.consequent) {
        if (statement.type !== 'FunctionDeclaration') parts.push('\n', this.#range(statement));
      }
    }
    parts.push('}');
    return parts;
  }

  // The brace of a switch; comments before it may hold others.
  #switchBody(node: SyntaxNode, from: number): number {
    const gap = /(?:\s|\)|\/\*[\s\S]*?\*\/|\/\/[^\n\r\u2028\u2029]*)*/y;
    gap.lastIndex = node.discriminant.end - this.#text.offset;
    gap.exec(this.#source);
    return gap.lastIndex === 0 ? from : gap.lastIndex + this.#text.offset;
  }

  #while(depth: number, prefix: string): Part[] {
    const node = this.#path[depth];
    const first = this.#name();
    const test = this.#range(node.test);
    const isDo = node.type === 'DoWhileStatement';
    const open = `{let ${first}=true;`;
    if (this.#next(depth) === node.body) {
      const body: Part[] = [
        `if(${first}){${first}=false;`,
        ...this.#statement(depth + 1, []),
        '}else ',
        this.#range(node.body),
      ];
      if (isDo) return [`${open}${prefix}do{`, ...body, '\n}while(', test, ');}'];
      return [`${open}${prefix}while(${first}||(`, test, '))', ...body, '\n}'];
    }
    const resumed: Part[] = [`${first}?(${first}=false,`, ...this.#expression(depth + 1), '):(', test, ')'];
    if (isDo)
      return [`${open}${prefix}do{if(!${first})`, this.#range(node.body), '\n}while(', ...resumed, ');}'];
    return [`${open}${prefix}while(`, ...resumed, ')', this.#range(node.body), '\n}'];
  }

  #for(depth: number, prefix: string): Part[] {
    const node = this.#path[depth];
    const next = this.#next(depth);
    const isLexical = node.init?.type === 'VariableDeclaration' && node.init.kind !== 'var';
    const test: Part = node.test === null ? 'true' : this.#range(node.test);
    const update: Part = node.update === null ? '' : this.#range(node.update);
    const body = this.#range(node.body);
    if (next === node.init) {
      const init =
        next.type === 'VariableDeclaration'
          ? this.#declaration(depth + 1).slice(0, -1)
          : this.#expression(depth + 1);
      const head = next.type === 'VariableDeclaration' && !isLexical ? ['(', ...init.slice(1), ')'] : init;
      return [`${prefix}for(`, ...head, ';', test, ';', update, ')', body];
    }
    if (isLexical) return this.#forLet(depth, prefix, { test, update, body });
    if (next === node.update)
      return [`${prefix}for(`, ...this.#expression(depth + 1), ';', test, ';', update, ')', body];
    const first = this.#name();
    const open = `{let ${first}=true;${prefix}for(;`;
    if (next === node.test) {
      const resumed = this.#expression(depth + 1);
      return [`${open}${first}?(${first}=false,`, ...resumed, '):(', test, ');', update, ')', body, '\n}'];
    }
    const rest = this.#statement(depth + 1, []);
    const turn: Part[] = [`if(${first}){${first}=false;`, ...rest, '}else ', body];
    return [`${open}${first}||(`, test, ');', update, ')', ...turn, '\n}'];
  }

  // The turn that goes on has its variables already; the next turns get copies of them, as turns do.
  #forLet(depth: number, prefix: string, loop: { test: Part; update: Part; body: Part }): Part[] {
    const node = this.#path[depth];
    const next = this.#next(depth);
    const { test, update, body } = loop;
    const [left, turn, first, copies] = [this.#name(), this.#name(), this.#name(), this.#name()];
    const names = node.init.declarations.flatMap((each: SyntaxNode) => patternNames(each.id)) as string[];
    const rest: Part[] =
      next === node.body
        ? this.#statement(depth + 1, [])
        : next === node.test
          ? ['if(!(', ...this.#expression(depth + 1), '))break;', body]
          : [';', ...this.#expression(depth + 1), ';if(!(', test, '))break;', body];
    const heads = names.map((name, i) => `${name}=${copies}[${i}]`).join();
    return [
      `{let ${left}=true,${first}=true;${prefix}for(let ${turn}=true;${turn}||(${left}=false);${turn}=false){`,
      ...rest,
      `\n}if(!${left}){const ${copies}=[${names.join()}];${prefix}for(${node.init.kind} ${heads};`,
      `${first}?(${first}=false,`,
      ...(update === '' ? [] : [update, ',']),
      test,
      '):(',
      test,
      ');',
      update,
      ')',
      body,
      '\n}}',
    ];
  }

  #forEach(depth: number, prefix: string): Part[] {
    const node = this.#path[depth];
    const [first, item] = [this.#name(), this.#name()];
    const index = this.#held.indexOf(node);
    const { left } = node;
    const given = node.type === 'ForInStatement' ? 'names' : 'over';
    const isDeclared = left.type === 'VariableDeclaration' && left.kind !== 'var';
    const pattern = left.type === 'VariableDeclaration' ? left.declarations[0].id : left;
    const bind: Part[] = isDeclared
      ? [`${left.kind} `, this.#range(pattern), `=${item};`]
      : ['(', this.#range(pattern), `=${item});`];
    return [
      `{let ${first}=true;${prefix}${openOf(node)}const ${item} of ${this.#prefix}.${given}(${index}))if(${first}){${first}=false;`,
      ...this.#statement(depth + 1, []),
      '}else{',
      ...bind,
      this.#range(node.body),
      '\n}}',
    ];
  }

  // — expressions: what was evaluated before is left out or gives the same again —

  #expression(depth: number): Part[] {
    const node = this.#path[depth];
    const next = this.#next(depth);
    if (next === undefined) return [this.#resume(node)];
    const inner = (): Part[] => this.#expression(depth + 1);
    switch (node.type) {
      case 'ConditionalExpression':
        if (next !== node.test) return ['(', ...inner(), ')'];
        break;
      case 'LogicalExpression':
        if (next === node.right) return ['(', ...inner(), ')'];
        break;
      case 'SequenceExpression': {
        const later = node.expressions.slice(node.expressions.indexOf(next) + 1) as SyntaxNode[];
        return ['(', ...inner(), ...later.flatMap((each): Part[] => [',', this.#range(each)]), ')'];
      }
      case 'AssignmentExpression':
        if (['||=', '&&=', '??='].includes(node.operator))
          return ['(', this.#range(node.left), '=', ...inner(), ')'];
        break;
      case 'VariableDeclarator':
        return inner();
      // Parts of a literal or of a list of arguments, which no brackets can go around.
      case 'Property':
      case 'SpreadElement':
        return [[node.start, next.start], ...inner(), [next.end, node.end]];
    }
    return ['(', [node.start, next.start], ...inner(), [next.end, node.end], ')'];
  }

  #resume(node: SyntaxNode): Part {
    const index = this.#held.indexOf(node);
    const text = index < 0 ? 'yield' : `yield*${this.#prefix}.delegate(${index})`;
    return { resumesAt: node.start - this.#text.offset, text };
  }

  // — the parts of the text that stay —

  #range({ start, end }: SyntaxNode): Part {
    return [start, end];
  }

  #name(): string {
    return `${this.#prefix}${++this.#names}`;
  }

  // `var` makes no variable here: those of the function exist.
  #freeVars(body: SyntaxNode): void {
    const stack: { node: SyntaxNode; parent: SyntaxNode }[] = [{ node: body, parent: this.#fn }];
    for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
      const { node, parent } = next;
      if (isFunctionNode(node) || node.type === 'StaticBlock') continue;
      if (node.type === 'PropertyDefinition' || node.type === 'MethodDefinition') continue;
      if (node.type === 'VariableDeclaration' && node.kind === 'var') this.#freeVar(node, parent);
      for (const child of childrenOf(node)) stack.push({ node: child, parent: node });
    }
    this.#edits.sort((a, b) => a.start - b.start);
  }

  #freeVar(node: SyntaxNode, parent: SyntaxNode): void {
    const isLeft =
      (parent.type === 'ForOfStatement' || parent.type === 'ForInStatement') && parent.left === node;
    const isInit = parent.type === 'ForStatement' && parent.init === node;
    const first = node.declarations[0];
    this.#edit(node.start, first.id.start, isLeft || isInit ? '' : this.#isListed(parent) ? ';(' : '(');
    for (const { id, init } of node.declarations)
      if (init === null && !isLeft) this.#edit(id.start, id.end, '0');
    if (isLeft || isInit) return;
    const last = node.declarations.at(-1);
    const isClosed = this.#source[node.end - 1 - this.#text.offset] === ';';
    this.#edit(last.end, last.end, isClosed ? ')' : ');');
  }

  #isListed({ type }: SyntaxNode): boolean {
    return type === 'BlockStatement' || type === 'SwitchCase';
  }

  #edit(start: number, end: number, text: string): void {
    this.#edits.push({ start, end, text });
  }

  #flatten(parts: readonly Part[]): { text: string; originalOf(offset: number): number | undefined } {
    let text = '';
    const runs: { at: number; length: number; original: number }[] = [];
    const keep = (start: number, end: number): void => {
      const original = start - this.#text.offset;
      if (end > start) runs.push({ at: text.length, length: end - start, original });
      text += this.#source.slice(original, end - this.#text.offset);
    };
    for (const part of parts) {
      if (typeof part === 'string') text += part;
      else if ('resumesAt' in part) {
        text += '(';
        runs.push({ at: text.length, length: 1, original: part.resumesAt });
        text += `${part.text})`;
      } else {
        const [start, end] = part;
        let at = start;
        for (const edit of this.#edits) {
          if (edit.start < at || edit.end > end) continue;
          keep(at, edit.start);
          text += edit.text;
          at = edit.end;
        }
        keep(at, end);
      }
    }
    const originalOf = (offset: number): number | undefined => {
      const run = runs.find(({ at, length }) => at <= offset && offset < at + length);
      return run === undefined ? undefined : run.original + offset - run.at;
    };
    return { text, originalOf };
  }

  #bad(why: string): UnpicklingError {
    const { name } = this.#text;
    return new UnpicklingError(
      'UNPICKLE_CODE',
      `a generator of ${name === '' ? 'a function' : name} cannot go on: ${why}`,
      { hint: 'The file was not written by brine, or is damaged; load it with code left out.' },
    );
  }
}

// — helpers —

function openOf(loop: SyntaxNode): string {
  return loop.await === true ? 'for await(' : 'for(';
}

function hasSuper(node: SyntaxNode): boolean {
  if (node.type === 'Super') return true;
  if (node.type === 'FunctionExpression' || node.type === 'FunctionDeclaration') return false;
  return childrenOf(node).some(hasSuper);
}
