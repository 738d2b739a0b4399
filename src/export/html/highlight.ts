// Code with its words in colours, from acorn's tokens. A text that acorn cannot read goes on without them. Runs nothing.

import { type Comment, type Token, tokenizer, tokTypes } from 'acorn';
import { element, type Markup, together } from './markup.js';

/** Words that are names to the tokenizer. */
const WORDS = new Set([
  'let',
  'async',
  'await',
  'of',
  'from',
  'as',
  'static',
  'get',
  'set',
  'type',
  'interface',
  'enum',
]);

interface Piece {
  readonly start: number;
  readonly end: number;
  readonly kind: string | undefined;
}

/** Code as markup. */
export function highlighted(source: string): Markup {
  const parts: (Markup | string)[] = [];
  let at = 0;
  for (const { start, end, kind } of piecesOf(source)) {
    if (start < at) continue;
    if (kind === undefined) continue;
    if (start > at) parts.push(source.slice(at, start));
    parts.push(element('span', { class: kind }, source.slice(start, end)));
    at = end;
  }
  parts.push(source.slice(at));
  return together(...parts);
}

function piecesOf(source: string): Piece[] {
  const pieces: Piece[] = [];
  const onComment = ((_isBlock: boolean, _text: string, start: number, end: number) =>
    void pieces.push({ start, end, kind: 'c' })) as unknown as (comment: Comment) => void;
  let last: { token: Token; index: number } | undefined;
  try {
    const options = { ecmaVersion: 'latest', sourceType: 'script', allowHashBang: true, onComment } as const;
    for (const token of tokenizer(source, options as never)) {
      if (token.type === tokTypes.parenL && last?.token.type === tokTypes.name) {
        const before = pieces[last.index] as Piece;
        if (before.kind === undefined || before.kind === 't') pieces[last.index] = { ...before, kind: 'f' };
      }
      pieces.push({ start: token.start, end: token.end, kind: kindOf(token, source) });
      last = { token, index: pieces.length - 1 };
    }
  } catch {
    // The rest stays as it is.
  }
  return pieces;
}

function kindOf({ type, start, end }: Token, source: string): string | undefined {
  switch (type) {
    case tokTypes.string:
    case tokTypes.template:
    case tokTypes.backQuote:
      return 's';
    case tokTypes.num:
      return 'n';
    case tokTypes.regexp:
      return 'r';
    case tokTypes.privateId:
      return 'p';
    case tokTypes._true:
    case tokTypes._false:
    case tokTypes._null:
      return 'n';
    case tokTypes.name: {
      const name = end - start > 40 ? '' : source.slice(start, end);
      if (WORDS.has(name)) return 'k';
      return /^[A-Z]/.test(name) ? 't' : undefined;
    }
    default:
      return type.keyword === undefined ? undefined : 'k';
  }
}
