// Which of V8's scripts are texts that brine compiled: cells, and code that was loaded. What V8's debugger would say of these is
// known then; the debugger takes tens of milliseconds to open, because it reads every script of the process.
//
// V8 numbers scripts in the order in which it makes them. A function of its own text is compiled before a text and another after
// it; only when the text has the one number between theirs is anything noted. Knows nothing of what the texts are.

import { isAbsolute } from 'node:path';
import { compileMark, prepareCompiling, type TextPlace } from './compile.js';
import { natives } from './natives.js';

/** A script as V8's debugger lists it. */
export interface KnownScript {
  readonly url: string;
  readonly startLine: number;
  readonly startColumn: number;
}

interface Noted extends KnownScript {
  readonly length: number;
}

const noted = new Map<number, Noted>();

// Nobody else compiles the same: V8 would give both one script.
const MARK = `return "brine:${Math.random()}:`;
let marks = 0;

/** Calls `compile`, which compiles exactly this text at this place as a script. */
export function notingScript<T>(text: string, place: TextPlace, compile: () => T): T {
  const { fileName, lineOffset = 0, columnOffset = 0 } = place;
  return noting(text, { url: fileName, startLine: lineOffset, startColumn: columnOffset }, compile);
}

/** Calls `compile`, which runs exactly this text by a global eval, with a last line that gives it a name. */
export function notingEval<T>(text: string, fileName: string, compile: (text: string) => T): T {
  const named = `${text}\n//# sourceURL=${fileName}`;
  // V8 takes no name with such characters.
  if (/[\s"']/.test(fileName)) return compile(named);
  const added = named.length - text.length;
  return noting(text, { url: fileName, startLine: 0, startColumn: 0 }, () => compile(named), added);
}

/** The text of the script of a function, and what is known of it when brine made it; undefined where nothing tells. */
export function scriptOf(
  fn: Function,
): { readonly text: string; readonly known: KnownScript | undefined } | undefined {
  const text = natives?.scriptText(fn);
  if (natives === undefined || text === undefined) return undefined;
  const script = noted.get(natives.scriptId(fn));
  return { text, known: script?.length === text.length ? script : undefined };
}

/** True for a function of a text that brine compiled. */
export function isOfKnownScript(fn: Function): boolean {
  return natives !== undefined && noted.has(natives.scriptId(fn));
}

function noting<T>(text: string, script: KnownScript, compile: () => T, added = 0): T {
  // A text can name itself otherwise, and V8 makes URLs of paths.
  if (text.includes('sourceURL') || isAbsolute(script.url)) return compile();
  prepareCompiling();
  const before = mark();
  const made = compile();
  const after = mark();
  if (before > 0 && after === before + 2) noted.set(before + 1, { ...script, length: text.length + added });
  return made;
}

function mark(): number {
  const fn = natives === undefined ? undefined : compileMark(`${MARK}${marks++}"`);
  return fn === undefined ? -1 : (natives as NonNullable<typeof natives>).scriptId(fn);
}
