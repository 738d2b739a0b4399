// The line of code that a path goes through: of the function that captures a value, or of the cell that made a name.
//
// Reads texts; runs and parses nothing, so a name in a comment counts as well.

import type { Web } from './web.js';

/** A place in code. */
export interface Excerpt {
  /** `In[5]`, or the file. */
  readonly url: string;
  /** 1-based. */
  readonly line: number;
  readonly text: string;
}

const TEXT_MAX = 160;

/** The first line of a text that mentions a name; its first line when none does. */
export function lineWith(source: string, name: string): { readonly index: number; readonly text: string } {
  const lines = source.split('\n');
  const escaped = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const form = new RegExp(`(?<![\\w$.])${escaped}(?![\\w$])`);
  const index = Math.max(
    0,
    lines.findIndex((line) => form.test(line)),
  );
  const text = (lines[index] as string).trim();
  return { index, text: text.length > TEXT_MAX ? `${text.slice(0, TEXT_MAX - 1)}…` : text };
}

/** Where the cell stands that made a name; undefined when it is not known. */
export function cellExcerpt({ meta }: Web, name: string): Excerpt | undefined {
  const binding = meta.session?.bindings.find((one) => one.name === name);
  const cell = meta.session?.cells.find(({ number }) => number === binding?.cell);
  if (cell === undefined) return undefined;
  const { index, text } = lineWith(cell.source, name);
  return { url: `In[${cell.number}]`, line: index + 1, text };
}

/** Where the last function of a chain of values mentions what it captures. */
export function captureExcerpt(web: Web, chain: readonly number[]): Excerpt | undefined {
  for (let i = chain.length - 1; i >= 0; i--) {
    const entry = web.codeOf(chain[i] as number);
    if (entry === undefined) continue;
    const captured = chain
      .slice(i)
      .flatMap((id, at, all) => (at + 1 < all.length ? [web.stepTo(id, all[at + 1] as number)] : []))
      .find((step) => step.startsWith(' → captures '))
      ?.slice(' → captures '.length);
    const { index, text } = lineWith(entry.source, captured ?? '');
    return { url: entry.url, line: entry.line + index, text };
  }
  return undefined;
}
