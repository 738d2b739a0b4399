// Goal: which scope of V8's list is which scope of the text is never a guess.
// Method: a text is analysed and matched with lists as V8 gives them, and with lists that lack a scope.

import { parse } from 'acorn';
import { expect, it } from 'vitest';
import { align } from '../../../src/pickle/capture/align.js';
import { analyseScopes } from '../../../src/pickle/capture/analyse.js';
import type { ScopeEntry } from '../../../src/pickle/capture/entries.js';

const text =
  '(function f(F) { let b = 1; { let c = 2; for (let e = 0, g = () => e; e < 2; e++) { F(() => e + b + c) } } })';

function aligned(...lists: readonly (readonly string[])[]) {
  const program = parse(text, { ecmaVersion: 'latest' });
  const script = analyseScopes(text, program, false);
  const unit = script.units.at(-1);
  const entries = lists.map((names): ScopeEntry => {
    return { type: 'Block', object: Object.fromEntries(names.map((name) => [name, 0])) };
  });
  const { indexOf, isGuess } = align(unit as NonNullable<typeof unit>, entries);
  const found = [...indexOf].map(([scope, index]) => `${[...scope.bindings.keys()].join('+')}:${index}`);
  return { found, isGuess };
}

it('scopes that are all listed are matched in order, those of a loop twice', () => {
  const { found, isGuess } = aligned(['e'], ['e'], ['c'], ['b']);
  expect(found.slice(0, 4)).toEqual(['e+g:0', 'e+g:1', 'c:2', 'F+b:3']);
  expect(isGuess).toBe(false);
});

it.each([
  ['the block', [['e'], ['e'], ['b']]],
  ['the function', [['e'], ['e'], ['c']]],
  ['one of those of the loop', [['e'], ['c'], ['b']]],
])('where %s is not listed, nothing is certain', (_about, lists) => {
  expect(aligned(...lists).isGuess).toBe(true);
});
