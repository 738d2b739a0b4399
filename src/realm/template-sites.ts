// Sites of tagged templates in restored code. A tag gets the same array of strings each time one site runs, and V8 makes a site for
// each text that it compiles. So where a site stands in several generated texts, marks have all of them give one array:
//
//   tag`a${x}b`   →   tag(...brine$s.t(7)`a${x}b`/*brine$s*/)
//
// Marks, and what is written for `import()` and `import.meta`, can be taken out of a text again: of a function that marked code made
// later, `toString` and the next save see what the user wrote. Knows nothing of how texts are made, nor which sites are one.

import type { CodeEntry } from '../graph/code.js';

/** Texts that stand in one another. */
export interface SiteGroup {
  /** The longest of them, and where its location is in it. */
  readonly root: CodeEntry;
  readonly rootLocation: number;
  /** Each with the offset of its start in the longest. */
  readonly members: Map<CodeEntry, number>;
}

/** The site of one template: its place in the texts it stands in, and the strings it gives. */
interface Site {
  readonly group: SiteGroup;
  readonly offset: number;
  strings: unknown;
}

/** Numbers of sites, each given once in a process. */
let count = 0;
const tables = new Map<number, WeakRef<Map<number, Site>>>();
const forgotten = new FinalizationRegistry((from: number) => void tables.delete(from));
/** The names that stand for what restored code shares, where a text was altered. */
const sharedNames = new Set<string>();
let pattern: RegExp | undefined;

/** The sites of what is made of one graph. */
export class SiteTable {
  readonly #sites = new Map<number, Site>();
  readonly #numbers = new Map<SiteGroup, Map<number, number>>();

  /** The number of a site, by its offset in the longest text of its group. */
  numberOf(group: SiteGroup, offset: number): number {
    let byOffset = this.#numbers.get(group);
    if (byOffset === undefined) this.#numbers.set(group, (byOffset = new Map()));
    let number = byOffset.get(offset);
    if (number === undefined) {
      number = count++;
      byOffset.set(offset, number);
      this.#sites.set(number, { group, offset, strings: undefined });
      tables.set(number, new WeakRef(this.#sites));
      forgotten.register(this.#sites, number);
    }
    return number;
  }

  /** A tag that gives the arguments of the true one, with the strings that all templates of the site give. */
  readonly tagOf = (number: number): ((...args: unknown[]) => Iterable<unknown>) => {
    const site = this.#sites.get(number) as Site;
    return (...args) => {
      site.strings ??= args[0];
      args[0] = site.strings;
      return isIterationOurs() ? args : iterableOf(args);
    };
  };
}

const iterate = Array.prototype[Symbol.iterator];
const stepsOfArrays = Object.getPrototypeOf([][Symbol.iterator]()) as { next: unknown };
const step = stepsOfArrays.next;

function isIterationOurs(): boolean {
  return Array.prototype[Symbol.iterator] === iterate && stepsOfArrays.next === step;
}

function iterableOf(args: readonly unknown[]): Iterable<unknown> {
  let at = 0;
  const next = (): IteratorResult<unknown> =>
    at < args.length ? { done: false, value: args[at++] } : { done: true, value: undefined };
  return { [Symbol.iterator]: () => ({ next }) };
}

/** What stands before a template of a site. */
export function openMark(shared: string, number: number): string {
  return `(...${shared}.t(${number})`;
}

/** What stands behind it. */
export function closeMark(shared: string): string {
  return `/*${shared}*/)`;
}

/** What stands around a tagged template that `new` would take apart. */
export function openParenthesis(shared: string): string {
  return `/*${shared}*/(`;
}

/** Notes the name that stands for what restored code shares in a text that was altered. */
export function noteAltered(shared: string): void {
  if (sharedNames.has(shared)) return;
  sharedNames.add(shared);
  const name = `(?:${[...sharedNames].map((each) => each.replaceAll('$', '\\$')).join('|')})`;
  const string = '("(?:[^"\\\\]|\\\\.)*")';
  pattern = new RegExp(
    `\\(\\.\\.\\.${name}\\.t\\((\\d+)\\)|/\\*${name}\\*/[()]|${name}\\.import(From|Meta)\\(${string}\\)`,
    'g',
  );
}

/** True once a text was altered. */
export function isAltering(): boolean {
  return pattern !== undefined;
}

/** A text that code of brine's making gave a function. */
export interface WrittenText {
  /** The text as the user wrote it. */
  readonly source: string;
  /** The file that it is from, if it imports. */
  readonly url: string | undefined;
  /** Its entry, when it is a text that was loaded; or one at whose place it stands, with the offset of its start there. */
  readonly origin: { readonly entry: CodeEntry; readonly isIt: boolean; readonly place: Place } | undefined;
}

interface Place {
  readonly line: number;
  readonly column: number;
}

/**
 * What the user wrote of a text that has marks; undefined for one without.
 *
 * @param location  The offset of what V8 takes for the function's place.
 */
export function writtenText(text: string, location = 0): WrittenText | undefined {
  if (pattern === undefined) return undefined;
  let url: string | undefined;
  let site: { number: number; offset: number } | undefined;
  let removed = 0;
  let isMarked = false;
  const source = text.replace(
    pattern,
    (found: string, number: string | undefined, kind: string | undefined, quoted: string, at: number) => {
      isMarked = true;
      let kept = '';
      if (kind !== undefined) {
        kept = kind === 'From' ? 'import' : 'import.meta';
        url = JSON.parse(quoted) as string;
      } else if (number !== undefined) site ??= { number: Number(number), offset: at - removed };
      removed += found.length - kept.length;
      return kept;
    },
  );
  if (!isMarked) return undefined;
  return { source, url, origin: site === undefined ? undefined : originOf(source, site, location) };
}

function originOf(
  source: string,
  { number, offset }: { number: number; offset: number },
  location: number,
): WrittenText['origin'] {
  const site = tables.get(number)?.deref()?.get(number);
  if (site === undefined) return undefined;
  const { root, rootLocation, members } = site.group;
  const start = site.offset - offset;
  if (start < 0 || !root.source.startsWith(source, start)) return undefined;
  for (const [entry, base] of members)
    if (base === start && entry.source === source)
      return { entry, isIt: true, place: { line: entry.line, column: entry.column } };
  return { entry: root, isIt: false, place: placeAt(root, rootLocation, start + location) };
}

const LINE_END = /\r\n|[\n\r\u2028\u2029]/g;

/** The offsets in a text at which lines begin, after the first. */
export function lineStartsIn(source: string): number[] {
  return [...source.matchAll(LINE_END)].map(({ 0: end, index }) => index + end.length);
}

function placeAt({ source, line, column }: CodeEntry, location: number, offset: number): Place {
  const starts = lineStartsIn(source);
  const lineOf = (at: number): number => starts.filter((start) => start <= at).length;
  const [from, to] = [lineOf(location), lineOf(offset)];
  if (from === to) return { line, column: column + offset - location };
  return { line: line + to - from, column: offset - (starts[to - 1] ?? 0) };
}
