// Iterators that go on in the middle as the engine's own do: over elements, a string, matches of a regular expression.
//
// Each is given as a list: a word, what it goes over, and how far it is (for matches, the text). The list is kept up to date, so that the
// next save says where the iterator is by then. Made here rather than by the engine, which would have to be asked for everything before.
// Knows nothing of generators.

const { apply } = Reflect;
const { codePointAt } = String.prototype;
const fromCodePoint = String.fromCodePoint;

/** What a loop over one of the engine's iterators is given. */
export type GivenRange = [gives: string, source: any, rest: any];

/** True for such a list: what else a loop is given is an iterator, or the names of a `for…in` loop. */
export function isGivenRange(given: unknown): given is GivenRange {
  return Array.isArray(given) && given.length === 3 && NEXT.has(given[0] as string) && !('next' in given);
}

/** The next step of an iterator; moves it on. */
export function nextOfRange(given: GivenRange): { value: unknown; done: boolean } {
  if (given[1] === undefined) return { value: undefined, done: true };
  return (NEXT.get(given[0]) as Step)(given);
}

// — helpers —

type Step = (given: GivenRange) => { value: unknown; done: boolean };

const NEXT: ReadonlyMap<string, Step> = new Map<string, Step>([
  ['values', (given) => element(given, (object, index) => object[index])],
  ['keys', (given) => element(given, (_, index) => index)],
  ['entries', (given) => element(given, (object, index) => [index, object[index]])],
  ['string', character],
  ['matches', match],
]);

function element(given: GivenRange, valueOf: (object: any, index: number) => unknown): ReturnType<Step> {
  const [, object, index] = given;
  if (!(index < object.length)) return ended(given);
  given[2] = index + 1;
  return { value: valueOf(object, index), done: false };
}

function character(given: GivenRange): ReturnType<Step> {
  const [, text, index] = given;
  if (!(index < text.length)) return ended(given);
  const value = fromCodePoint(apply(codePointAt, text, [index]) as number);
  given[2] = index + value.length;
  return { value, done: false };
}

function match(given: GivenRange): ReturnType<Step> {
  const [, regexp, text] = given;
  const value = regexp.exec(text);
  if (value === null) return ended(given);
  if (!regexp.global) given[1] = undefined;
  else if (String(value[0]) === '') {
    const at = regexp.lastIndex as number;
    const isWide = (regexp.unicode || regexp.unicodeSets) && at < text.length;
    regexp.lastIndex = at + (isWide ? fromCodePoint(apply(codePointAt, text, [at]) as number).length : 1);
  }
  return { value, done: false };
}

function ended(given: GivenRange): ReturnType<Step> {
  given[1] = undefined;
  return { value: undefined, done: true };
}
