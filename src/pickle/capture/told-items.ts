// Where a loop over the elements of an object, a string or matches is, as what it got last tells it.
//
// The engine's iterators show nobody how far they are. A regular expression of matches knows it itself. Of `entries()` and `keys()`
// the number is what the loop got. Otherwise what it got is looked for: the place is known when it is there once. In a string that
// is certain, and in an array that was made for the loop alone; in an array that others hold it is another place if elements
// were moved since the loop began, which the caller has to report. Runs no getter. Knows nothing of heap snapshots.

import type { SyntaxNode } from '../../graph/syntax-path.js';
import type { Range } from './ranges.js';

/** A loop's place: what it goes over by, and whether that may be another place. */
export interface ToldItem {
  /** A word, what it goes over, and how far it is; for matches, the text. */
  readonly item: readonly [gives: string, source: unknown, rest: unknown];
  readonly isGuess: boolean;
}

/** A variable's value, if it certainly holds what the loop got last. */
export type ValueOf = (name: string) => { readonly value: unknown } | null;

const descriptorOf = Reflect.getOwnPropertyDescriptor;

/** More elements are not looked through. */
const ELEMENTS_MAX = 1 << 22;

/** The place of a loop over a range; null when it cannot be told. */
export function toldItem(range: Range, loop: SyntaxNode, valueOf: ValueOf): ToldItem | null {
  if (range.of === 'matches')
    return {
      item: ['matches', isGlobal(range.regexp) ? range.regexp : undefined, range.text],
      isGuess: false,
    };
  if (loop.type !== 'ForOfStatement' || loop.left.type !== 'VariableDeclaration') return null;
  const known = knownParts(loop.left.declarations[0].id, valueOf);
  if (known.length === 0) return null;
  if (range.of === 'string') return inString(range.text, known);
  const { object } = range;
  const index = indexIn(object, known);
  const numbered = numberedBy(loop.right);
  if (numbered === null) {
    if (index === null) return null;
    const isGuess = !(range.isAlone && isMadeFor(loop.right));
    return { item: ['values', object, index + 1], isGuess };
  }
  const number = numberIn(object, known, numbered);
  // A method of that name may give the elements themselves.
  if (number === null || (index !== null && index !== number)) return null;
  return { item: [numbered, object, number + 1], isGuess: false };
}

// Without the flag there is one match, which it gave.
function isGlobal(regexp: object): boolean {
  return Reflect.apply(globalFlag, regexp, []) as boolean;
}

const globalFlag = descriptorOf(RegExp.prototype, 'global')?.get as () => unknown;

// — what the loop got —

/** A part of what the loop got, and the way to it. */
interface Part {
  readonly path: readonly string[];
  readonly value: unknown;
}

function knownParts(pattern: SyntaxNode, valueOf: ValueOf): Part[] {
  const parts: Part[] = [];
  const visit = (node: SyntaxNode, path: readonly string[]): void => {
    if (node?.type === 'Identifier') {
      const known = valueOf(node.name);
      if (known !== null) parts.push({ path, value: known.value });
    } else if (node?.type === 'ArrayPattern')
      node.elements.forEach((each: SyntaxNode, i: number) => visit(each, [...path, String(i)]));
    else if (node?.type === 'ObjectPattern')
      for (const { type, key, value, computed } of node.properties)
        if (type === 'Property' && !computed)
          visit(value, [...path, key.type === 'Identifier' ? key.name : String(key.value)]);
  };
  visit(pattern, []);
  return parts;
}

const NOTHING = Symbol('nothing');

// The value at the end of a path through properties that are values; a hole is undefined, as it is for the loop.
function valueAt(value: unknown, path: readonly string[]): unknown {
  let at = value;
  for (const key of path) {
    if (typeof at !== 'object' || at === null) return NOTHING;
    const descriptor = descriptorOf(at, key);
    if (descriptor === undefined || !('value' in descriptor)) return NOTHING;
    at = descriptor.value;
  }
  return at;
}

// — where it is —

function inString(text: string, known: readonly Part[]): ToldItem | null {
  const [part, ...others] = known as [Part, ...Part[]];
  if (others.length > 0 || part.path.length > 0 || typeof part.value !== 'string') return null;
  let found: number | null = null;
  let at = 0;
  for (const each of text) {
    at += each.length;
    if (each !== part.value) continue;
    if (found !== null) return null;
    found = at;
  }
  return found === null ? null : { item: ['string', text, found], isGuess: false };
}

// The only element that has all parts, or null.
function indexIn(object: object, known: readonly Part[]): number | null {
  const length = lengthOf(object);
  if (length > ELEMENTS_MAX) return null;
  let found: number | null = null;
  for (let i = 0; i < length; i++) {
    const descriptor = descriptorOf(object, i);
    if (descriptor !== undefined && !('value' in descriptor)) return null;
    const element: unknown = descriptor?.value;
    if (!known.every(({ path, value }) => Object.is(valueAt(element, path), value))) continue;
    if (found !== null) return null;
    found = i;
  }
  return found;
}

function numberIn(object: object, known: readonly Part[], numbered: 'entries' | 'keys'): number | null {
  const way = numbered === 'keys' ? '' : '0';
  const number = known.find(({ path }) => path.join() === way)?.value;
  if (typeof number !== 'number' || !(number >= 0 && number < lengthOf(object))) return null;
  const element: unknown = descriptorOf(object, number)?.value;
  const others = known.filter(({ path }) => path.join() !== way);
  const isSame = others.every(
    ({ path, value }) => path[0] === '1' && Object.is(valueAt(element, path.slice(1)), value),
  );
  return isSame ? number : null;
}

// Of arrays and arguments it is a property, of typed arrays an accessor of the engine's.
const typedArrayLength = descriptorOf(Object.getPrototypeOf(Uint8Array.prototype), 'length')
  ?.get as () => number;

function lengthOf(object: object): number {
  const length: unknown = ArrayBuffer.isView(object)
    ? Reflect.apply(typedArrayLength, object, [])
    : descriptorOf(object, 'length')?.value;
  return typeof length === 'number' ? length : 0;
}

// — what the text says —

function numberedBy({ type, callee, arguments: list }: SyntaxNode): 'entries' | 'keys' | null {
  if (type !== 'CallExpression' || list.length > 0 || callee.type !== 'MemberExpression') return null;
  const { name } = callee.property;
  return !callee.computed && (name === 'entries' || name === 'keys') ? name : null;
}

const MAKERS: ReadonlySet<string> = new Set(
  'concat entries filter flat flatMap from keys map match of slice sort split splice toReversed toSorted toSpliced values with'.split(
    ' ',
  ),
);

// True for an array that the head of the loop makes.
function isMadeFor({ type, callee }: SyntaxNode): boolean {
  if (type === 'ArrayExpression') return true;
  if (type !== 'CallExpression' || callee.type !== 'MemberExpression') return false;
  return !callee.computed && MAKERS.has(callee.property.name);
}
