// Goal: of what is printed only what can be seen, line ends and colours get to a terminal; of what a line editor writes, its own
// moves besides; and messages of errors are safe for programs that print them.
// Method: every code point of every plane and each trick of a corpus through each function, judged by properties of Unicode;
// with the built-ins replaced too.

import { expect, test } from 'vitest';
import { displayName, editorText, plainTerminalText, terminalText } from '../../cli/display-name.js';
import { BrineError } from '../../src/errors.js';
import { replaced, visible, visibleLines } from '../../src/visible.js';
import { acting, TRICKS } from '../helpers/hostile.js';

const WAYS: readonly (readonly [name: string, isValue: boolean, way: (text: string) => string])[] = [
  ['terminalText', true, terminalText],
  ['plainTerminalText', true, plainTerminalText],
  ['editorText', true, (text) => editorText(`x${text}`).replaceAll('\r\n', '\n')],
  ['visible', false, visible],
  ['visibleLines', false, visibleLines],
  ['displayName', false, (text) => displayName(text)],
  ['displayName of a width', false, (text) => displayName(text, 7)],
  ['the message of an error', false, (text) => new BrineError('STORE_READ', text).message],
  ['the hint of an error', false, (text) => new BrineError('STORE_READ', '', { hint: text }).hint as string],
];

test.each(WAYS)('%s: no code point of any plane acts, nor does a trick', (_, isValue, way) => {
  for (let plane = 0; plane < 0x110000; plane += 0x1000) {
    const codes = Array.from({ length: 0x1000 }, (_, i) => plane + i);
    const text = codes.map((code) => `x${String.fromCodePoint(code)}`).join('');
    expect(acting(way(text), { isValue })).toBeUndefined();
  }
  for (const trick of Object.values(TRICKS))
    for (let end = 0; end <= trick.length; end++)
      expect(acting(way(trick.slice(end)), { isValue })).toBeUndefined();
});

test('letters, spaces and pictures stay as they are; marks that pile up do not', () => {
  const text = 'añ 漢字 ключ שלום हिन्दी tiếng Việt e\u0301\u0323 نمی‌خواهم 👨‍👩‍👧 ❤️ 1️⃣ 🇩🇪 ✓ → │';
  for (const way of [terminalText, plainTerminalText, editorText]) expect(way(text)).toBe(text);
  expect(terminalText(`a${'\u0300'.repeat(6)}`)).toBe('a\u0300\u0300\u0300\u0300\\u{300}\\u{300}');
  const painted = '\u001b[31m\u0300\u001b[39m'.repeat(6);
  expect(terminalText(`a${painted}`)).toBe(
    `a${painted.slice(0, 44)}${painted.slice(44).replaceAll('\u0300', '\\u{300}')}`,
  );
  expect(displayName('\u0301a')).toBe('\\u{301}a');
});

test('a pattern that matches nothing ends all the same', () => {
  expect(replaced('a💥b', /(?:)/gu, () => '-')).toBe('-a-💥-b-');
  expect(replaced('', /(?:)/gu, () => '-')).toBe('-');
  for (const way of [terminalText, plainTerminalText, editorText, visible, displayName])
    expect(way('')).toBe('');
});

test('a line editor moves the cursor, but not with a text', () => {
  const moves = [
    '\u001b[1G',
    '\u001b[0J',
    '\u001b[2A\u001b[3C',
    '\u001b[1;1H',
    '\u001b[2K',
    '\r\n',
    '\r',
    '\u0007',
  ];
  for (const move of moves) expect(editorText(move)).toBe(move);
  expect(editorText('a\r\nb\tc\u001b[90md')).toBe('a\r\nb\tc\u001b[90md');
  expect(editorText('a\u001b[2K\rb\u001b[8m')).toBe('a\\u{1b}[2K\\u{d}b\\u{1b}[8m');
  expect(editorText('\u001b[?1049h')).toBe('\\u{1b}[?1049h');
});

test('what the session has done to the built-ins changes nothing', () => {
  const { exec, [Symbol.replace]: replaceAll } = RegExp.prototype;
  const { replace, slice, codePointAt } = String.prototype;
  const { toString } = Number.prototype;
  const broken = (): never => {
    throw new Error('replaced');
  };
  const put = (parts: object, own: object, digits: object): void => {
    Object.assign(RegExp.prototype, parts);
    Object.assign(String.prototype, own);
    Object.assign(Number.prototype, digits);
  };
  let shown: string[] = [];
  try {
    put(
      { exec: broken, [Symbol.replace]: broken },
      { replace: broken, slice: broken, codePointAt: broken },
      { toString: broken },
    );
    shown = [terminalText('a\u001b[31mb\u001b[2J'), editorText('a\u009b'), visible('\u202e')];
  } finally {
    put({ exec, [Symbol.replace]: replaceAll }, { replace, slice, codePointAt }, { toString });
  }
  expect(shown).toEqual(['a\u001b[31mb\\u{1b}[2J', 'a\\u{9b}', '\\u{202e}']);
});
