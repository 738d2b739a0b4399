// Makes visible what is in a text and shows nothing, or acts on whoever prints it: `\u{1b}` for an escape.
//
// Names, paths and messages from a file may hold anything. Works whatever has become of the built-ins meanwhile. Knows
// nothing of terminals, widths or colours.

/** Control and format characters (with all that reorder text), lone surrogates, line separators, what shows nothing. */
const CLASSES = String.raw`\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}`;
/** The source of a pattern for one character that is not shown as it is: of marks over one letter, those after the fourth. */
export const UNSAFE = String.raw`[${CLASSES}]|\p{M}(?<=\p{M}{5})`;

// A bound function asks for nothing by name when it is called.
const uncurried = <T, A extends unknown[], R>(method: (this: T, ...given: A) => R) =>
  Function.prototype.call.bind(method) as (self: T, ...given: A) => R;
const exec = uncurried(RegExp.prototype.exec);
const slice = uncurried(String.prototype.slice);
const codePointAt = uncurried(String.prototype.codePointAt);
const digitsOf = uncurried(Number.prototype.toString);

/** A text in which each match of a pattern, which is global, is what `shown` makes of it. */
export function replaced(text: string, pattern: RegExp, shown: (match: RegExpExecArray) => string): string {
  pattern.lastIndex = 0;
  let result = '';
  let done = 0;
  for (let match = exec(pattern, text); match !== null; match = exec(pattern, text)) {
    result += slice(text, done, match.index) + shown(match);
    done = match.index + match[0].length;
    // A match of nothing would be found again for ever; and so it would from the middle of a character.
    if (match[0] === '') pattern.lastIndex = done + ((codePointAt(text, done) ?? 0) > 0xffff ? 2 : 1);
  }
  return result === '' && done === 0 ? text : result + slice(text, done);
}

/** True when a pattern, which is neither global nor sticky, matches a text. */
export function isMatch(pattern: RegExp, text: string): boolean {
  return exec(pattern, text) !== null;
}

/** The character of a match by its number: `\u{1b}`. */
export function escaped(match: RegExpExecArray): string {
  return `\\u{${digitsOf(codePointAt(match[0], 0) as number, 16)}}`;
}

const ANY = new RegExp(UNSAFE, 'gu');

/** A text with everything unsafe made visible, line breaks too. */
export function visible(text: string): string {
  return replaced(text, ANY, escaped);
}

/** A text with everything unsafe made visible but the breaks between its lines. */
export function visibleLines(text: string): string {
  return replaced(text, ANY, (match) => (match[0] === '\n' ? '\n' : escaped(match)));
}
