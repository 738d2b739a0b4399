// Makes a text from a file or a session safe to print: nothing in it can move the cursor, hide or reorder other text.
//
// Every name, path, preview and message that brine did not write itself goes through here on its way to a terminal.

/** Control and format characters (with all that reorder text), lone surrogates, line separators, what shows nothing. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/**
 * A text with everything unsafe made visible as `\u{…}`, shortened to a width.
 *
 * @param text      The text, from anywhere.
 * @param maxWidth  The most characters to return, the `…` at the end included. Default: no limit.
 * @example
 *   displayName('a\u001b[2Jb'); // 'a\\u{1b}[2Jb'
 */
export function displayName(text: string, maxWidth: number = Number.POSITIVE_INFINITY): string {
  const visible = text.replace(UNSAFE, (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`);
  const characters = [...visible];
  if (characters.length <= maxWidth) return visible;
  return maxWidth < 1 ? '' : `${characters.slice(0, maxWidth - 1).join('')}…`;
}

/** A text of several lines with every line made safe. */
export function displayLines(text: string): string {
  return text
    .split('\n')
    .map((line) => displayName(line.replaceAll('\t', '  ')))
    .join('\n');
}

/** A value as JSON with everything unsafe in its texts escaped; it parses to the same. */
export function displayJson(value: unknown): string {
  return JSON.stringify(value).replace(UNSAFE, (character) =>
    [...Array(character.length).keys()]
      .map((i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`)
      .join(''),
  );
}
