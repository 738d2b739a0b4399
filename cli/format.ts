// Numbers, sizes and times as people read them. Pure; knows nothing of terminals.

import { displayName } from './display-name.js';

/** `61330` → `61,330`. */
export function count(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** Bytes in decimal units: `412 B`, `2.4 MB`. */
export function bytes(value: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let size = value;
  let unit = 0;
  while (size >= 999.5 && unit < units.length - 1) {
    size /= 1000;
    unit++;
  }
  return `${unit === 0 || size >= 100 ? Math.round(size) : size.toFixed(1)} ${units[unit]}`;
}

/** A duration: `812 ms` below a second, `2.1 s` above, `0.41 s` where `isSeconds`. */
export function duration(ms: number, isSeconds = false): string {
  if (ms >= 60_000) return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`;
  if (isSeconds) return `${(ms / 1000).toFixed(2)} s`;
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

/** How long ago: `14 h ago`, `3 days ago`. */
export function ago(thenMs: number, nowMs: number): string {
  const seconds = Math.max(0, Math.round((nowMs - thenMs) / 1000));
  if (seconds < 60) return `${seconds} s ago`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min ago`;
  const hours = Math.round(minutes / 60);
  if (hours < 48) return `${hours} h ago`;
  return `${Math.round(hours / 24)} days ago`;
}

/** Rows of cells as aligned columns, two spaces apart, no trailing space. */
export function table(
  rows: readonly (readonly string[])[],
  width: (text: string) => number = shownWidth,
): string {
  const widths: number[] = [];
  for (const row of rows)
    row.forEach((cell, i) => {
      widths[i] = Math.max(widths[i] ?? 0, width(cell));
    });
  return rows
    .map((row) =>
      row
        .map((cell, i) => cell + ' '.repeat(widths[i]! - width(cell)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** How rows go on below where there is no room for a table. */
export interface Stacking {
  /** Cells that stay on the first line. Default: 1. */
  readonly first?: number;
  /** The first row names the columns, which says nothing where there are none. Default: false. */
  readonly isHeaded?: boolean;
}

/**
 * A {@link table} where no line is wider than `columns`; otherwise rows that fit on a line, and of others the first cells, with the rest
 * below them, further in.
 * Without `columns` it is a table.
 */
export function fittedTable(
  rows: readonly (readonly string[])[],
  columns: number | undefined,
  { first = 1, isHeaded = false }: Stacking = {},
): string {
  const whole = table(rows);
  const fits = (line: string): boolean => columns === undefined || shownWidth(line) <= columns;
  if (columns === undefined || whole.split('\n').every(fits)) return whole;
  const body = isHeaded ? rows.slice(1) : rows;
  const heads = table(body.map((row) => row.slice(0, first))).split('\n');
  const before = table(body.map((row) => row.slice(0, first - 1))).split('\n');
  // Below the last of the first cells, further in.
  const lead = first > 1 ? Math.max(...before.map(shownWidth)) + 2 : /^ */.exec(heads[0]!)![0].length;
  const indent = ' '.repeat(Math.min(lead + STACK_INDENT, STACK_INDENT_MAX));
  return body
    .flatMap((row, at) => {
      const head = heads[at] as string;
      const below = row.slice(first).filter((cell) => cell !== '');
      const short = row[0] === '' ? head : row.slice(0, first).join('  ');
      const line = [short, ...below].join('  ');
      return fits(line) ? [line] : [head, ...belowLines(below, indent, columns)];
    })
    .join('\n');
}

// A long word is better further out than cut.
function belowLines(cells: readonly string[], indent: string, columns: number): string[] {
  return wrapWords(indent, cells, columns)
    .split('\n')
    .map((line) => {
      if (shownWidth(line) <= columns) return line;
      const longest = Math.max(...line.split(' ').map(shownWidth));
      return wrapText(indent.slice(0, Math.max(0, columns - longest)), line.trimStart(), columns);
    });
}

/** A name with what is said of it beside it, or below it where there is no room. */
export function besideOrBelow(
  head: string,
  name: string,
  what: string,
  columns: number | undefined,
): readonly string[] {
  const line = `${head}${name}  ${what}`;
  if (columns === undefined || shownWidth(line) <= columns) return [line];
  return [`${head}${name}`, `${' '.repeat(shownWidth(head) + STACK_INDENT)}${what}`];
}

const STACK_INDENT = 2;
const STACK_INDENT_MAX = 14;

/** No text is wrapped to less. */
const TEXT_MIN = 20;

/** A text in lines of at most `columns`, broken between words; each line after the first starts under the text. */
export function wrapText(head: string, text: string, columns: number): string {
  const width = Math.max(TEXT_MIN, columns - head.length);
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return head + [...lines, line].join(`\n${' '.repeat(head.length)}`);
}

/** The least that is left for the last column, which is cut where there is no room. */
const LAST_COLUMN_MIN = 10;

/**
 * Rows without the columns that are needed least, as many as it takes for the last one to be within `columns`; the first row has
 * the names of the columns.
 */
export function fittingRows(
  rows: readonly (readonly string[])[],
  columns: number,
  leastNeeded: readonly string[],
): readonly (readonly string[])[] {
  let left = rows;
  for (const name of leastNeeded) {
    if (hasRoomForLast(left, columns)) break;
    const at = (left[0] ?? []).indexOf(name);
    left = left.map((row) => row.filter((_, i) => i !== at));
  }
  return left;
}

/** True when the last column of rows begins early enough for so many characters of it to be within `columns`. */
export function hasRoomForLast(
  rows: readonly (readonly string[])[],
  columns: number,
  least: number = LAST_COLUMN_MIN,
): boolean {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  const before = widths.slice(0, -1).reduce((sum, width) => sum + width + 2, 0);
  return before + least <= columns;
}

/** Rows that stand below each other, with the last cell of each, which may be cut, on a line. */
export function stackedRows(
  rows: readonly (readonly string[])[],
  columns: number,
  stacking: Stacking = {},
): string {
  const indent = STACK_INDENT_MAX;
  const cut = rows.map((row) => [...row.slice(0, -1), displayName(row.at(-1) ?? '', columns - indent)]);
  return fittedTable(cut, columns, stacking);
}

/** A text in which no line is wider than `columns`, as far as words allow it: what is too wide goes on below, further in. */
export function softWrapped(text: string, columns: number): string {
  return text
    .split('\n')
    .map((line) => (shownWidth(line) <= columns ? line : softWrappedLine(line, columns)))
    .join('\n');
}

function softWrappedLine(line: string, columns: number): string {
  const lead = /^ */.exec(line)![0];
  const indent = ' '.repeat(Math.min(lead.length + 4, Math.floor(columns / 3)));
  const lines: string[] = [];
  let last = lead;
  // A number stays with what it counts.
  for (const word of line.slice(lead.length).match(/(?:[\d.,]+ (?=[A-Za-z]))?\S+ */g) ?? []) {
    if (last.trim() !== '' && shownWidth(last + word.trimEnd()) > columns) {
      lines.push(last.trimEnd());
      // A long word is better further out than cut.
      last = indent.slice(0, Math.max(0, columns - shownWidth(word.trimEnd())));
    }
    last += word;
  }
  return [...lines, last.trimEnd()].join('\n');
}

// Without colours.
function shownWidth(text: string): number {
  return text.replace(/\u001b\[\d+m/g, '').length;
}

/** Rows of two cells as columns of which the second is wrapped. A first cell that is too wide has its line alone. */
export function wrappedTable(rows: readonly (readonly string[])[], columns: number): string {
  const widest = Math.max(0, ...rows.map(([first]) => first!.length));
  return rows.map(([first, second]) => wrappedRow(first!, second!, { widest, columns })).join('\n');
}

/** A row of {@link wrappedTable}; the widest first cell of them all is so wide. */
export function wrappedRow(
  first: string,
  second: string,
  { widest, columns }: { readonly widest: number; readonly columns: number },
): string {
  // The second one needs room, too.
  const width = Math.min(widest, Math.max(16, Math.min(Math.floor(columns / 2), columns - TEXT_MIN - 2)));
  if (first.length <= width) return wrapText(`${first.padEnd(width)}  `, second, columns);
  const indent = ' '.repeat(Math.min(width, 6) + 2);
  return `${first}\n${wrapText(indent, second, columns)}`;
}

/** The most columns that a name takes in a list of names. */
const NAME_WIDTH = 60;

/** Names from a file or a session as {@link wrapWords} has them, or nothing when there are none. */
export function nameLines(head: string, names: readonly string[], columns: number): string[] {
  if (names.length === 0) return [];
  const shown = names.map((name) => displayName(name, NAME_WIDTH));
  return [wrapWords(head, shown, columns)];
}

/** Words in lines of at most `columns`, each line after the first indented like the text after `head`. */
export function wrapWords(head: string, words: readonly string[], columns: number): string {
  const lines: string[] = [];
  let line = head;
  for (const word of words) {
    const isEmpty = line.length === head.length && line.trim() === head.trim();
    if (!isEmpty && line.length + 2 + word.length > columns) {
      lines.push(line);
      line = ' '.repeat(head.length) + word;
    } else line += isEmpty ? word : `  ${word}`;
  }
  return [...lines, line].join('\n');
}
