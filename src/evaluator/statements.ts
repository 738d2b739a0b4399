// Splits a longer input into cells: one a top-level statement, in order, as if each had been typed on its own.
//
// Lines for which `isCommand` answers true are pieces of their own where a statement may start. Nothing is run, and
// what cannot be read is a piece as well: evaluating it tells what is wrong, at the right line.

import type { Node } from 'acorn';
import { parseProgram } from './parse.js';
import { stripTypes } from './typescript.js';

/** A part of an input. */
export interface Piece {
  readonly kind: 'code' | 'command';
  /** Code without its types, or the command's line. */
  readonly text: string;
  /** The text as it was in the input. */
  readonly typed: string;
  /** 0-based. */
  readonly line: number;
  /** 0-based. */
  readonly column: number;
}

/** An input and where its lines start. */
interface Input {
  readonly source: string;
  readonly lineStarts: readonly number[];
  readonly pieces: Piece[];
}

/** Splits an input into statements and commands. */
export function splitInput(source: string, isCommand: (line: string) => boolean = () => false): Piece[] {
  const lines = source.split(/(?<=\n)/);
  const lineStarts: number[] = [];
  let at = 0;
  for (const line of lines) {
    lineStarts.push(at);
    at += line.length;
  }
  const input: Input = { source, lineStarts, pieces: [] };
  let start = 0;
  for (const [index, line] of lines.entries()) {
    const from = lineStarts[index]!;
    if (!isCommand(line) || isUnfinished(source.slice(start, from))) continue;
    addStatements(input, start, from);
    input.pieces.push({ kind: 'command', text: line.trim(), typed: line, line: index, column: 0 });
    start = from + line.length;
  }
  addStatements(input, start, source.length);
  return input.pieces;
}

function isUnfinished(text: string): boolean {
  const parsed = parseProgram(text);
  if (parsed.status === 'program') return false;
  if (parsed.status === 'incomplete') return true;
  return stripTypes(text, 'input').status === 'incomplete';
}

function addStatements(input: Input, start: number, end: number): void {
  let from = start;
  // Stripping the whole rest is tried once: what fails in it is then found statement by statement.
  for (let isWhole = true; from < end; isWhole = false) {
    const text = input.source.slice(from, end);
    if (text.trim() === '') return;
    const parsed = parseProgram(text);
    const statements = parsed.status === 'program' ? parsed.program.body : parsed.statements;
    addPieces(input, from, text, statements);
    if (parsed.status === 'program') return;
    from += statements.at(-1)?.end ?? 0;
    if (isWhole && addTyped(input, from, end)) return;
    from = addFirst(input, from, end);
  }
}

// `text` is what stands in the source from `start` on, perhaps with its types blanked.
function addPieces(input: Input, start: number, text: string, statements: readonly Node[]): void {
  for (const statement of statements) {
    if (statement.type === 'EmptyStatement') continue;
    const code = text.slice(statement.start, statement.end);
    const [from, to] = [start + statement.start, start + statement.end];
    const cut = whereTypedApart(code);
    if (cut === undefined) addPiece(input, from, to, code);
    else {
      addStatements(input, from, from + cut);
      addStatements(input, from + cut, to);
    }
  }
}

// To the grammar a line that starts with a bracket goes on with the line before; somebody who types line by line has
// entered that one already, and means something new.
function whereTypedApart(code: string): number | undefined {
  for (const match of code.matchAll(/\n[ \t]*(?=[[(`])/g)) {
    const cut = match.index + match[0].length;
    if (parseProgram(code.slice(0, cut)).status === 'program') return cut;
  }
  return undefined;
}

function addPiece(input: Input, start: number, end: number, text: string): void {
  const line = lineAt(input, start);
  const column = start - input.lineStarts[line]!;
  input.pieces.push({ kind: 'code', text, typed: input.source.slice(start, end), line, column });
}

function addTyped(input: Input, start: number, end: number): boolean {
  const stripped = stripTypes(input.source.slice(start, end), 'input');
  if (stripped.status !== 'code' || stripped.isPrinted) return false;
  const parsed = parseProgram(stripped.code);
  if (parsed.status !== 'program') return false;
  addPieces(input, start, stripped.code, parsed.program.body);
  return true;
}

// A line that starts like this goes on with the statement before it.
const GOES_ON =
  /^\s*(?:\.(?!\d)|\?|\+(?!\+)|-(?!-)|\*|\/(?![/*])|[%&|^=<>,:)\]}]|(?:in|instanceof|as|satisfies|else|catch|finally)\b)/;

// The last resort reads lines as a prompt does, each as soon as it makes sense, for one statement: one that cannot be
// read, or whose TypeScript has to be printed. Returns where it ends.
function addFirst(input: Input, start: number, end: number): number {
  const lines = input.source.slice(start, end).split(/(?<=\n)/);
  let at = start;
  let last = end;
  for (let index = 0; index < lines.length; index++) {
    at += lines[index]!.length;
    const text = input.source.slice(start, at);
    if (text.trim() === '' || (at < end && isUnfinished(text))) continue;
    last = at;
    // What is wrong stays wrong; what makes sense may go on.
    const next = lines.slice(index + 1).find((line) => line.trim() !== '');
    if (next === undefined || !GOES_ON.test(next) || !canGoOn(text, next)) break;
  }
  const text = input.source.slice(start, last);
  const pieceStart = start + text.length - text.trimStart().length;
  const pieceEnd = start + text.trimEnd().length;
  if (pieceStart < pieceEnd && !addTyped(input, pieceStart, pieceEnd))
    addPiece(input, pieceStart, pieceEnd, input.source.slice(pieceStart, pieceEnd));
  return last;
}

function canGoOn(text: string, next: string): boolean {
  if (!isReadable(text)) return false;
  const both = text + next;
  return isReadable(both) || isUnfinished(both);
}

function isReadable(text: string): boolean {
  return parseProgram(text).status === 'program' || stripTypes(text, 'input').status === 'code';
}

function lineAt({ lineStarts }: Input, offset: number): number {
  let low = 0;
  let high = lineStarts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (lineStarts[middle]! <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}
