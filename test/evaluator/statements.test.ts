// Goal: an input is split where somebody who types would have pressed Enter.
// Method: inputs and the pieces they make.

import { expect, test } from 'vitest';
import { splitInput } from '../../src/evaluator/statements.js';
import { growthOf } from '../helpers/growing.js';

const isCommand = (line: string) => /^\s*\.(?:vars|save)(?:\s|$)/.test(line);

const INPUTS: readonly (readonly [string, readonly string[]])[] = [
  ['', []],
  ['  \n\n', []],
  ['1; 2\n3', ['1;', '2', '3']],
  ['let a = 1\nlet a = 2', ['let a = 1', 'let a = 2']],
  ['function f() {\n  return 1\n}\nf()', ['function f() {\n  return 1\n}', 'f()']],
  ['[1]\n  .map(f)\n  .join()', ['[1]\n  .map(f)\n  .join()']],
  ['const c = 3\n[1, 2].length', ['const c = 3', '[1, 2].length']],
  ['f\n(1)', ['f', '(1)']],
  ['f(\n  [1],\n  (2)\n)', ['f(\n  [1],\n  (2)\n)']],
  ['`\n[x]\n`', ['`\n[x]\n`']],
  ['1\n.vars\n2', ['1', '>.vars', '2']],
  ['x\n  .vars', ['x', '>.vars']],
  ['`\n.vars\n`', ['`\n.vars\n`']],
  ['f(\n.5)\n.save a b', ['f(\n.5)', '>.save a b']],
  ['{ a: 1, b: 2 }\n3', ['{ a: 1, b: 2 }', '3']],
  ['1\nlet = ;\n2', ['1', 'let = ;', '2']],
  ['1\nf(', ['1', 'f(']],
  [
    'let n: number = 1\nn',
    ['let n              = 1', 'n'].map((text) => text.replace('n              =', 'n         =')),
  ],
  ['// only a comment', []],
  ['#!/usr/bin/env brine\n1', ['1']],
];

for (const [input, expected] of INPUTS) {
  test(`splits ${JSON.stringify(input)}`, () => {
    const pieces = splitInput(input, isCommand).map(({ kind, text }) =>
      kind === 'command' ? `>${text}` : text,
    );
    expect(pieces).toEqual(expected);
  });
}

test('pieces know their lines and columns', () => {
  const places = splitInput('1; 2\n\n  3\n.vars\n4', isCommand).map(({ line, column }) => [line, column]);
  expect(places).toEqual([
    [0, 0],
    [0, 3],
    [2, 2],
    [3, 0],
    [4, 0],
  ]);
});

test('an input eight times as long takes some eight times as long to split', () => {
  const growth = growthOf(
    (length, work) => {
      const lines = Array.from({ length }, (_, index) => `let v${index} = ${index}`).join('\n');
      work(() => expect(splitInput(lines, isCommand)).toHaveLength(length));
    },
    [2_000, 16_000],
  );
  // Reading on from the start for each statement would be 64.
  expect(growth).toBeLessThan(24);
});

/** Inputs in which a statement is wrong, or has to be printed, before others that are neither. */
const MIXED: readonly (readonly [string, readonly string[]])[] = [
  ['enum E { A }\n[1,2,3]\n  .map(x => x * 2)\n', ['enum E { A }', '[1,2,3]\n  .map(x => x * 2)']],
  [
    'namespace N {\n  export const x = 1\n}\nf(\n  1)',
    ['namespace N {\n  export const x = 1\n}', 'f(\n  1)'],
  ],
  [
    'class P { constructor(public x: number) {} }\nnew P(3)\n  .x\n',
    ['class P { constructor(public x: number) {} }', 'new P(3)\n  .x'],
  ],
  [
    'let q = ;\n[1]\n  .map(f)\nif (a) {\n}\nelse {\n}',
    ['let q = ;', '[1]\n  .map(f)', 'if (a) {\n}\nelse {\n}'],
  ],
  [
    'const t: number[] = [1]\n  .concat(2)\nt\nenum E { A }',
    ['const t           = [1]\n  .concat(2)', 't', 'enum E { A }'],
  ],
  [
    '1\n  .toFixed()\nenum E { A }\nlet b: any\n(b)',
    ['1\n  .toFixed()', 'enum E { A }', 'let b     ', '(b)'],
  ],
];

for (const [input, expected] of MIXED) {
  test(`splits ${JSON.stringify(input)} around what needs care`, () => {
    const pieces = splitInput(input, isCommand);
    expect(pieces.map(({ text }) => text.trimEnd())).toEqual(expected.map((text) => text.trimEnd()));
  });
}

test('six times as many statements that have to be printed take some six times as long', () => {
  const growth = growthOf(
    (length, work) => {
      const lines = Array.from({ length }, (_, index) => `enum E${index} { A }\n[${index}]\n  .map(String)`);
      work(() => expect(splitInput(lines.join('\n'), isCommand)).toHaveLength(2 * length));
    },
    [50, 300],
  );
  expect(growth).toBeLessThan(18);
});
