// Goal: no name that a later cell could have changed is called current, and what it could not reach is not called older.
// Method: cells as a person types them; each case says what the last cells may have reached.

import { describe, expect, test } from 'vitest';
import { mentionsOf } from '../../../src/evaluator/mentions.js';
import { staleNames } from '../../../src/session/autosave/stale.js';

const stale = (before: string[], after: string[], names: string): string[] =>
  [...staleNames(before, after, new Set(names.split(' ')))].sort();

describe('names that a cell may have changed', () => {
  test.each([
    ['what it mentions', ['const a = {}', 'const b = {}'], ['a.x = 1'], 'a b', ['a']],
    [
      'what shares with it',
      ['const a = {}', 'const b = { a }', 'const c = {}'],
      ['b.a.x = 1'],
      'a b c',
      ['a', 'b'],
    ],
    [
      'what a function it calls mentions',
      ['const log = []', 'const f = () => log.push(1)', 'const other = []'],
      ['f()'],
      'log f other',
      ['f', 'log'],
    ],
    ['only what its statement shares', ['const a = {}; const b = {}'], ['a.x = 1; 2'], 'a b', ['a']],
    ['nothing, when it mentions no name', ['const a = {}'], ['1 + 1', "'a'", '({ a: 1 }).a'], 'a', []],
    ['everything, through eval', ['const a = {}', 'const b = {}'], ['eval("a.x = 1")'], 'a b', ['a', 'b']],
    ['everything, through the global object', ['const a = {}'], ['globalThis["a"].x = 1'], 'a', ['a']],
    ['nothing, when it could not be read', ['const a = {}'], ['a.x = = 1'], 'a', []],
    ['what TypeScript mentions', ['const a = {}'], ['(a as any).x = 1'], 'a', ['a']],
    ['names of one file together', ['1'], ['x.push(1)'], 'x y', ['x']],
  ])('%s', (_, before, after, names, expected) => {
    expect(stale(before, after, names)).toEqual(expected);
  });

  test('names that no cell before made count as connected', () => {
    expect(stale(['const own = 1'], ['own'], 'own x y')).toEqual(['own']);
    expect(stale(['const own = x'], ['own.push(1)'], 'own x y')).toEqual(['own', 'x']);
  });
});

describe('what a text mentions', () => {
  test.each([
    ['a.b.c(d)[e]', ['a', 'd', 'e']],
    ['({ a, b: c, [d]: 1, e() {} })', ['a', 'c', 'd']],
    ['const { x: { y = z } } = w', ['w', 'y', 'z']],
    ['loop: for (;;) { break loop }', []],
    ['class A { b = c; [d]() {} static e = this.f }', ['A', 'c', 'd']],
    ['this.x = 1', ['this']],
  ])('%s', (source, names) => {
    expect(
      mentionsOf(source)
        .flatMap((one) => [...one.names])
        .sort(),
    ).toEqual(names);
  });
});
