// Makes a text from a file or a session safe to print: nothing in it can move the cursor, hide or reorder other text.
//
// Every name, path, preview and message that brine did not write itself goes through here on its way to a terminal. And all
// that is written goes through `terminalText`, which stops what acts on the terminal although somebody forgot.

import { escaped, isMatch, replaced, UNSAFE, visible } from '../src/visible.js';
import { isPlain } from './style.js';

/** A mark at the start of a name would be drawn over the character before it. */
const IN_NAME = new RegExp(String.raw`^\p{M}|${UNSAFE}`, 'gu');
const IN_JSON = new RegExp(UNSAFE, 'gu');

// Of marks over one letter those after the fourth, with colours between them too: from Node 26 on inspect paints regular
// expressions character by character.
const PILED = String.raw`\p{M}(?<=(?:\p{M}(?:\u001b\[\d{1,2}m)*){4}\p{M})`;

/**
 * What moves the cursor, starts a sequence, reorders what stands around it, cannot be encoded or shows nothing; but for
 * what joins and varies letters, without which emoji and some scripts fall apart.
 */
const ACTS = String.raw`(?![\u200c-\u200f\u061c\ufe00-\ufe0f\u{e0100}-\u{e01ef}])[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\ufff9-\ufffb]|${PILED}`;
/** Colours and weights, as brine and Node's inspect set and end them. */
const DRESS = String.raw`\u001b\[(?:[0-47]|2[2-47]|3[0-79]|9[0-7])m`;
const DRESS_OR_ACT = new RegExp(`(${DRESS})|${ACTS}`, 'gu');
const ACT = new RegExp(`((?!))|${ACTS}`, 'gu');
/** Moves of the cursor and clearings: Node's line editor writes each alone, never with text. */
const MOVES = /^(?:\u001b\[\d*(?:;\d+)?[ABCDGHJK]|[\r\n]|\u0007)+$/;
const EDITED = new RegExp(`(${DRESS}|\\r\\n)|${ACTS}`, 'gu');

/**
 * A text with everything unsafe made visible as `\u{…}`, shortened to a width.
 *
 * @param text      The text, from anywhere.
 * @param maxWidth  The most characters to return, the `…` at the end included (`~` where only ASCII shows). Default: no limit.
 * @example
 *   displayName('a\u001b[2Jb'); // 'a\\u{1b}[2Jb'
 */
export function displayName(text: string, maxWidth: number = Number.POSITIVE_INFINITY): string {
  const shown = asciiSigns(replaced(shownAs.get(text) ?? text, IN_NAME, escaped));
  const characters = [...shown];
  if (characters.length <= maxWidth) return shown;
  return maxWidth < 1 ? '' : asciiSigns(`${characters.slice(0, maxWidth - 1).join('')}…`);
}

// Copies of what lies elsewhere.
const shownAs = new Map<string, string>();

/** Has a file of brine's own shown as what it is a copy of. */
export function nameFile(path: string, shown: string): void {
  shownAs.set(path, shown);
}

// A preview that was cut elsewhere ends in the sign, too.
function asciiSigns(text: string): string {
  if (!/[…→]/u.test(text) || !isPlain()) return text;
  // The arrow of paths is typed like this, too.
  return text.replaceAll('…', '~').replace(/(^| )→ /gu, '$1-> ');
}

/** A text of several lines with every line made safe. */
export function displayLines(text: string): string {
  return text
    .split('\n')
    .map((line) => visible(line.replaceAll('\t', '  ')))
    .join('\n');
}

/**
 * A text as it may go to the terminal: line ends, tabs and colours as they are, whatever else acts made visible. Letters
 * that join or turn around (emoji, Arabic, Persian) stay what they are.
 *
 * @example
 *   terminalText('\u001b[32mok\u001b[39m \u001b[2J'); // '\u001b[32mok\u001b[39m \\u{1b}[2J'
 */
export function terminalText(text: string): string {
  return replaced(text, DRESS_OR_ACT, keptOrEscaped);
}

/** {@link terminalText} for a text in which nobody sets colours. */
export function plainTerminalText(text: string): string {
  return replaced(text, ACT, keptOrEscaped);
}

/** {@link terminalText} for what a line editor writes: its moves of the cursor are text to nobody. */
export function editorText(text: string): string {
  return isMatch(MOVES, text) ? text : replaced(text, EDITED, keptOrEscaped);
}

function keptOrEscaped(match: RegExpExecArray): string {
  const [found, kept] = match;
  return kept !== undefined || found === '\n' || found === '\t' ? found : escaped(match);
}

/** A value as JSON with everything unsafe in its texts escaped; it parses to the same. */
export function displayJson(value: unknown): string {
  return replaced(JSON.stringify(value), IN_JSON, ([character]) =>
    [...Array(character.length).keys()]
      .map((i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`)
      .join(''),
  );
}
