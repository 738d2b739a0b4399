// What text is printed on: a width and a style; and the one way in which commands of the command line print what they found.

import process from 'node:process';
import { displayJson } from './display-name.js';
import { softWrapped } from './format.js';
import { printOut } from './out.js';
import { type Style, styleFor } from './style.js';

/** Where and how text is printed. */
export interface Page {
  readonly style: Style;
  readonly columns: number;
  /** The width that rows of tables have to fit in; undefined where programs read, which want each row on a line. */
  readonly rowColumns?: number | undefined;
}

/** The width of what goes to no terminal. */
const COLUMNS = 100;

/** The page that standard output is. */
export function outputPage(): Page {
  const { isTTY, columns } = process.stdout;
  const rowColumns = isTTY === true ? columns : undefined;
  return { style: styleFor(process.stdout), columns: columns ?? COLUMNS, rowColumns };
}

/** The width of the error output where it is a terminal; undefined for what programs read. */
export function errorColumns(): number | undefined {
  const { isTTY, columns } = process.stderr;
  return isTTY === true ? columns : undefined;
}

/** Prints what a command found, as JSON or as text. */
export function printFound<T>(
  isJson: boolean | undefined,
  found: T,
  textOf: (found: T, page: Page) => string,
): void {
  if (isJson === true) printOut(displayJson(found));
  else printText(textOf(found, outputPage()));
}

/** Prints text of brine's own; at a terminal within its width. */
export function printText(text: string): void {
  const { isTTY, columns } = process.stdout;
  printOut(isTTY === true ? softWrapped(text, columns) : text);
}
