// Node's inspect for terminals: its colours stay, and nothing else in what it shows acts.
//
// It quotes strings, but prints the message and stack of errors, names of classes and what inspection methods return as they
// are. Its own colours are told from theirs by a number that is drawn for each call and set behind them, as sequences of two
// digits, which inspect does not count when it measures lines.

import { randomInt } from 'node:crypto';
import { inspect } from 'node:util';
import { plainTerminalText } from './display-name.js';

const MARK_PARTS = 6;

/** What `show` makes with Node's inspect, safe to print. */
export function safelyInspected(show: () => string): string {
  const parts = Array.from({ length: MARK_PARTS }, () => randomInt(10, 100));
  const text = withColors((code) => [code, ...parts].join('m\u001b['), show);
  const dress = new RegExp(`\\u001b\\[(\\d+)${parts.map((part) => `m\\u001b\\[${part}`).join('')}m`, 'g');
  let safe = '';
  let at = 0;
  for (const found of text.matchAll(dress)) {
    safe += `${plainTerminalText(text.slice(at, found.index))}\u001b[${found[1]}m`;
    at = found.index + found[0].length;
  }
  return safe + plainTerminalText(text.slice(at));
}

// The table of colours is one for the whole process, and may have been changed or frozen by the session.
function withColors<T>(mark: (code: number) => string, work: () => T): T {
  const colors = inspect.colors as Record<string, readonly unknown[] | undefined>;
  const before = Object.entries(colors);
  const set = (name: string, value: unknown): void => void Reflect.set(colors, name, value);
  try {
    for (const [name, codes] of before)
      if (Array.isArray(codes))
        set(
          name,
          codes.map((code) => mark(Number(code))),
        );
    return work();
  } finally {
    for (const [name, codes] of before) set(name, codes);
  }
}
