// Reads the blocks between fences of a page: language, what follows it on the fence, text, place.
//
// A `text` block below another one, with prose in between or without, is what that one prints. Knows nothing of running.

/** A block between fences. */
export interface Block {
  /** The page and the line of the first line of the text, for people. */
  readonly place: string;
  /** The first word behind the fence; empty when there is none. */
  readonly language: string;
  /** The second: a machine, or the file that the block is the content of. */
  readonly word: string;
  readonly text: string;
  /** Where the lines of the text are on the page, with their indentation. */
  readonly from: number;
  readonly to: number;
  readonly indent: string;
  /** What it prints, when the page says so. */
  readonly shown?: Block;
}

/** Every block of a page, those of printed text beside what prints them. */
export function blocksOf(page: string, markdown: string): Block[] {
  const found: Block[] = [];
  for (const match of markdown.matchAll(/^( *)```([^\s`]*) ?([^\n`]*)\n(.*?)^\1```$/gms)) {
    const [whole, indent = '', language = '', word = '', lines = ''] = match;
    const from = match.index + whole.indexOf('\n') + 1;
    const line = markdown.slice(0, from).split('\n').length;
    const text = lines.replaceAll(new RegExp(`^${indent}`, 'gm'), '');
    const block = { place: `${page}:${line}`, language, word, text, from, to: from + lines.length, indent };
    const above = found.at(-1);
    if (language === 'text' && above !== undefined && above.shown === undefined && above.language !== 'text')
      found[found.length - 1] = { ...above, shown: block };
    else found.push(block);
  }
  return found;
}

/** A page with other texts in some of its blocks. */
export function withTexts(markdown: string, changed: readonly (readonly [Block, string])[]): string {
  let text = markdown;
  for (const [{ from, to, indent }, lines] of [...changed].sort(([a], [b]) => b.from - a.from))
    text = `${text.slice(0, from)}${lines.replaceAll(/^(?=.)/gm, indent)}${text.slice(to)}`;
  return text;
}
