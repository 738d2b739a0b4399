// Colours of a text that is being typed, and the brackets that belong together at the cursor. By the tokens of acorn, as far as the
// text has some: what is unfinished or no JavaScript has the colours of what comes before it.
//
// Pure; knows nothing of terminals. Long texts stay plain, so that typing is as quick.

import { type Token, tokenizer, tokTypes } from 'acorn';

/** What a character is. */
export const INK = { plain: 0, keyword: 1, text: 2, value: 3, comment: 4 } as const;

/** The looks of a text. */
export interface Looks {
  /** One of {@link INK} for each UTF-16 unit. */
  readonly inks: Uint8Array;
  /** Where brackets open and close, in pairs. */
  readonly pairs: ReadonlyMap<number, number>;
}

/** Longer texts are not looked at. */
const LENGTH_MAX = 8000;

const PLAIN_PAIRS: ReadonlyMap<number, number> = new Map();
const VALUES = new Set(['null', 'true', 'false', 'undefined', 'NaN', 'Infinity']);
const WORDS = new Set(['let', 'async', 'await', 'yield', 'static', 'of', 'enum']);

/** Looks at a text. */
export function looksOf(text: string): Looks {
  const inks = new Uint8Array(text.length);
  if (text.length > LENGTH_MAX || /^\s*\.[A-Za-z]/.test(text)) return { inks, pairs: PLAIN_PAIRS };
  const pairs = new Map<number, number>();
  const open: { readonly at: number; readonly closer: string }[] = [];
  const comment = (_isBlock: boolean, _text: string, from: number, to: number): void => {
    inks.fill(INK.comment, from, to);
  };
  let last: Token | undefined;
  try {
    const tokens = tokenizer(text, { ecmaVersion: 'latest', allowHashBang: true, onComment: comment });
    for (let token = tokens.getToken(); token.type !== tokTypes.eof; token = tokens.getToken()) {
      inks.fill(inkOf(token, last, text), token.start, token.end);
      pair(token, open, pairs);
      last = token;
    }
  } catch {
    // An unfinished text or comment goes on to the end.
    inks.fill(restInk(text, last), restStart(text, last));
  }
  return { inks, pairs };
}

function inkOf(token: Token, before: Token | undefined, text: string): number {
  const { type } = token;
  if (type === tokTypes.string || type === tokTypes.template || type === tokTypes.regexp) return INK.text;
  if (type === tokTypes.backQuote || type === tokTypes.invalidTemplate) return INK.text;
  if (type === tokTypes.num) return INK.value;
  const word = text.slice(token.start, token.end);
  // `a.default` and `{ if: 1 }` name properties.
  if (before?.type === tokTypes.dot || before?.type === tokTypes.questionDot) return INK.plain;
  if (VALUES.has(word)) return INK.value;
  if (type.keyword !== undefined) return INK.keyword;
  return type === tokTypes.name && WORDS.has(word) && isWord(before) ? INK.keyword : INK.plain;
}

// `let` and its like are names in other places; at the start of something they are not.
function isWord(before: Token | undefined): boolean {
  return before?.type !== tokTypes.name;
}

const CLOSERS: ReadonlyMap<unknown, string> = new Map<unknown, string>([
  [tokTypes.parenL, ')'],
  [tokTypes.bracketL, ']'],
  [tokTypes.braceL, '}'],
  [tokTypes.dollarBraceL, '}'],
]);
const CLOSING: ReadonlyMap<unknown, string> = new Map<unknown, string>([
  [tokTypes.parenR, ')'],
  [tokTypes.bracketR, ']'],
  [tokTypes.braceR, '}'],
]);

function pair(
  token: Token,
  open: { readonly at: number; readonly closer: string }[],
  pairs: Map<number, number>,
): void {
  const closer = CLOSERS.get(token.type);
  // Of `${` the bracket is the second character.
  if (closer !== undefined) open.push({ at: token.end - 1, closer });
  const closing = CLOSING.get(token.type);
  if (closing === undefined || open.at(-1)?.closer !== closing) return;
  const { at } = open.pop() as { at: number };
  pairs.set(at, token.start).set(token.start, at);
}

function restStart(text: string, last: Token | undefined): number {
  const from = last?.end ?? 0;
  return from + (/^\s*/.exec(text.slice(from))?.[0].length ?? 0);
}

function restInk(text: string, last: Token | undefined): number {
  const rest = text.slice(restStart(text, last));
  if (rest.startsWith('/*')) return INK.comment;
  const isInTemplate = last?.type === tokTypes.backQuote || last?.type === tokTypes.template;
  return isInTemplate || /^["'`]/.test(rest) ? INK.text : INK.plain;
}

/** The brackets at a cursor: the one before it, else the one behind it, with its partner. */
export function bracketsAt({ pairs }: Looks, cursor: number): readonly number[] {
  for (const at of [cursor - 1, cursor]) {
    const other = pairs.get(at);
    if (other !== undefined) return [at, other];
  }
  return [];
}

const SET = ['', '\u001b[36m', '\u001b[32m', '\u001b[33m', '\u001b[90m'] as const;
const END = '\u001b[39m';

/** A part of a text with its colours; every line ends without any. `marked` are brackets, which are underlined. */
export function painted(
  text: string,
  { inks }: Looks,
  marked: readonly number[],
  { from, to }: { readonly from: number; readonly to: number },
): string {
  let out = '';
  let ink: number = INK.plain;
  for (let at = from; at < to; at++) {
    const next = text[at] === '\n' ? INK.plain : (inks[at] as number);
    if (next !== ink) out += (ink === INK.plain ? '' : END) + (SET[next] as string);
    ink = next;
    out += marked.includes(at) ? `\u001b[4m${text[at]}\u001b[24m` : text[at];
  }
  return ink === INK.plain ? out : out + END;
}
