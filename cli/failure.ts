// How a failure looks wherever brine says it, at the prompt, in a pipe and on the command line: a mark, what went wrong, and
// further in what to do.

import process from 'node:process';
import { describeFailure, exitCodeOf } from './errors.js';
import { wrapText } from './format.js';
import { printError } from './out.js';
import { type Style, styleFor } from './style.js';

/** Commands that a hint may name and that a shell has, too, with what they take there. */
const IN_SHELL = new Map<string, string>([
  ...['vars', 'why', 'size', 'trace', 'inspect', 'verify', 'repair'].map((name): [string, string] => [
    name,
    ` <snapshot>`,
  ]),
  ...['sessions', 'config'].map((name): [string, string] => [name, '']),
]);

/** A failure as text; wrapped where there are columns. */
export function failureLines(text: string, style: Style, columns?: number): string {
  const lines = columns === undefined ? text : wrapped(text, columns);
  return `${style.red(style.no)} ${lines}`;
}

/** Prints what went wrong on the error output of a command line. Returns the exit code that it stands for. */
export function failed(error: unknown): number {
  printFailure(describeFailure(error));
  return exitCodeOf(error);
}

/** Prints the text of a failure there. */
export function printFailure(text: string): void {
  const { isTTY, columns } = process.stderr;
  printError(failureLines(inShell(text), styleFor(process.stderr), isTTY === true ? columns : undefined));
}

// Room for the mark before the first line; lines that are further in stay there.
function wrapped(text: string, columns: number): string {
  return text
    .split('\n')
    .map((line) => {
      const indent = /^ */.exec(line)![0];
      return wrapText(indent, line.slice(indent.length), columns - 2);
    })
    .join('\n');
}

/** A hint that names commands of the prompt, for somebody in a shell: `.sessions` is `brine sessions` there. */
export function inShell(text: string): string {
  return text.replace(/(?<=^|[\s`(])\.([a-z]+)(?=[\s`,;:)]|$)( <)?/gm, (whole, name: string, rest = '') => {
    const takes = IN_SHELL.get(name);
    if (takes === undefined) return whole;
    return `brine ${name}${rest === '' ? takes : ''}${rest}`;
  });
}
