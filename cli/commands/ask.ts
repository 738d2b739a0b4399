// A question with a few answers, each with its letter: asked again where an answer is none of them. Knows nothing of what is asked.

import { wrapText } from '../format.js';
import { END, type Shell } from './command.js';

/** What may be answered: letters in brackets within what they do, `[t]ake`, `load it [o]nce`; `[Enter]` for an empty answer. */
export type Answers = readonly string[];

/** How often it is asked. */
const TIMES_MAX = 4;

/**
 * Asks until one of the answers comes: its letter, or its word. Gives the letter, in lower case; `enter` for an empty answer that is one;
 * `END` for Ctrl-D. Ctrl-C, an input that ended and nothing but other answers are no answer: undefined.
 */
export async function askOneOf(
  shell: Shell,
  question: string,
  answers: Answers,
): Promise<string | undefined> {
  const words = new Map(answers.flatMap(wordsOf));
  const letters = [...new Set(words.values())].map((letter) => (letter === 'enter' ? 'Enter' : letter));
  const text = wrapText('', question, shell.columns - 1);
  for (let times = 1; times <= TIMES_MAX; times++) {
    const given = await shell.askOrEnd(`${text} `, times > 1);
    if (given === undefined || given === END) return given;
    const letter = words.get(given.trim().toLowerCase() || 'enter');
    if (letter !== undefined) return letter;
    const least = times < TIMES_MAX ? `answer with ${listed(letters)}` : 'no answer';
    shell.report(least);
  }
  return undefined;
}

// Each letter and the word that it stands in, with the letter.
function wordsOf(answer: string): [string, string][] {
  const [, before = '', letter = '', after = ''] = /(\w*)\[(\w+)\](\w*)/.exec(answer) ?? [];
  const short = letter.toLowerCase();
  return [
    [short, short],
    [`${before}${letter}${after}`.toLowerCase(), short],
  ];
}

function listed(letters: readonly string[]): string {
  const last = letters.at(-1) as string;
  return letters.length === 1 ? last : `${letters.slice(0, -1).join(', ')} or ${last}`;
}
