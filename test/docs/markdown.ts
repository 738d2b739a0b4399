// Reads what the tests of the documents need of a page: its tables, its blocks of code, its code in running text.

import fs from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The project's folder, without a slash at the end. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

/** One page. */
export function page(path: string): string {
  return fs.readFileSync(`${ROOT}/${path}`, 'utf8');
}

/** A part of a page, from the heading that starts so to the next heading of its own or a higher level. */
export function part(text: string, heading: string): string {
  const start = text.indexOf(`\n${heading}`);
  if (start < 0) throw new Error(`there is no heading "${heading}"`);
  const level = /^#+/.exec(heading)?.[0].length ?? 1;
  const next = new RegExp(`\n#{1,${level}} `, 'g');
  next.lastIndex = start + 1;
  const end = next.exec(text)?.index ?? text.length;
  return text.slice(start + 1, end);
}

/** Rows of a table; every cell as it is written, without the backticks of code. */
export type Row = Readonly<Record<string, string>>;

/** The table with these first columns: a row each, by column. */
export function table(text: string, ...columns: readonly string[]): Row[] {
  const lines = text.split('\n');
  const wanted = `| ${columns.join(' | ')} |`;
  const start = lines.findIndex((line) => line.startsWith(wanted));
  if (start < 0) throw new Error(`there is no table "${wanted}"`);
  const head = cells(lines[start] as string);
  const rows: Row[] = [];
  for (let i = start + 2; lines[i]?.startsWith('|'); i++) {
    const values = cells(lines[i] as string);
    rows.push(Object.fromEntries(head.map((name, at) => [name, values[at] ?? ''])));
  }
  return rows;
}

function cells(line: string): string[] {
  const inner = line.trim().replace(/^\|/, '').replace(/\|$/, '');
  return inner.split('|').map((cell) => cell.trim().replaceAll('`', ''));
}

/** The contents of all blocks between fences. */
export function blocks(text: string): string[] {
  return [...text.matchAll(/^```[^\n]*\n(.*?)^```/gms)].map((match) => match[1] as string);
}

/** A page without its blocks. */
export function prose(text: string): string {
  return text.replace(/^```.*?^```/gms, '');
}

/** The anchors of a page's headings as GitHub makes them. */
export function anchorsOf(text: string): Set<string> {
  const seen = new Map<string, number>();
  const anchors = new Set<string>();
  for (const [, heading] of prose(text).matchAll(/^#+ (.*)$/gm)) {
    const slug = (heading as string)
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-');
    const times = seen.get(slug) ?? 0;
    seen.set(slug, times + 1);
    anchors.add(times === 0 ? slug : `${slug}-${times}`);
  }
  return anchors;
}

/** Everything between backticks in running text. */
export function inlineCode(text: string): string[] {
  return [...prose(text).matchAll(/`([^`\n]+)`/g)].map((match) => match[1] as string);
}

/** Targets of links that lead to files. */
export function links(text: string): string[] {
  return [...text.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)]
    .map((match) => match[1] as string)
    .filter((target) => !/^[a-z]+:/.test(target));
}
