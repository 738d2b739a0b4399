// Goal: an assignment to the name of a function expression around, which sloppy code ignores and loaded code does not, is reported.
// Method: sloppy and strict functions are saved; only those that assign, in sloppy code, to a name around them are named.

import { runInThisContext } from 'node:vm';
import { expect, it } from 'vitest';
import { dumps, loads } from '../../src/index.js';

function changesOf(text: string): string[] {
  const told: string[] = [];
  dumps(runInThisContext(text), { onChange: ({ path, reason }) => void told.push(`${path}: ${reason}`) });
  return told;
}

it('a sloppy function that assigns to the name of a function expression around it', () => {
  const text = '(function b() { return { f: () => { b = 1; return typeof b }, g: () => typeof b } })()';
  expect(changesOf(text)).toEqual([
    '.f: it assigns to b, the name of a function expression around it, which sloppy code ignores: after loading that throws',
  ]);
  const copy = loads<any>(dumps(runInThisContext(text)));
  expect(() => copy.f()).toThrow(TypeError);
  expect(copy.g()).toBe('function');
});

it.each([
  ['its own name', '(function b() { b = 1; return typeof b })'],
  ['the name in strict code', '(function b() { "use strict"; return () => { b = 1 } })()'],
  ['a parameter of that name', '(function b(b) { return () => { b = 1 } })()'],
  ['a declared function', '(() => { function b() { return () => { b = 1 } } return b() })()'],
])('no report for one that assigns to %s', (_about, text) => {
  expect(changesOf(text)).toEqual([]);
});
