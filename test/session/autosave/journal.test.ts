// Goal: a journal that was cut or damaged anywhere is read up to its last whole line.
// Method: every prefix of a journal, every changed character.

import { describe, expect, test } from 'vitest';
import { type JournalEntry, journalLine, readJournal } from '../../../src/session/autosave/journal.js';

const entry = (name: string): JournalEntry => ({
  type: 'change',
  command: name,
  kinds: {},
  rebound: [name, 'ü\n'],
  gone: [],
});
const LINES = ['a', 'b', 'c'].map((name, index) => journalLine(entry(name), index + 1));
const commands = (text: string): unknown[] =>
  readJournal(text).map((one) => (one as { command?: string }).command);

describe('a journal', () => {
  test('comes back as it was written', () => {
    expect(readJournal(LINES.join(''))).toEqual(
      ['a', 'b', 'c'].map((name, index) => ({ ...entry(name), number: index + 1 })),
    );
  });

  test('that was cut at any place holds its whole lines', () => {
    const text = LINES.join('');
    let whole = 0;
    for (let end = 0; end <= text.length; end++) {
      if (text[end - 1] === '\n') whole++;
      expect(commands(text.slice(0, end)), `cut at ${end}`).toEqual(['a', 'b', 'c'].slice(0, whole));
    }
  });

  test('with a changed character ends before that line', () => {
    const text = LINES.join('');
    const second = (LINES[0] as string).length;
    for (let at = second; at < second + (LINES[1] as string).length; at++) {
      const changed = `${text.slice(0, at)}${text[at] === 'x' ? 'y' : 'x'}${text.slice(at + 1)}`;
      expect(commands(changed), `changed at ${at}`).toEqual(['a']);
    }
  });
});
