// Goal: a variable that holds `undefined` never comes back in the temporal dead zone, nor one in the dead zone as `undefined`.
// Method: classes and functions whose frames do and do not name the variable; what comes back is asked, or was reported.

import { runInThisContext } from 'node:vm';
import { expect, test } from 'vitest';
import { dumps, loads } from '../../../src/index.js';

function broughtBack(text: string): { readonly answers: string[]; readonly losses: string[] } {
  const made: any[] = [];
  runInThisContext(`((F) => { ${text} })`)(made);
  const losses: string[] = [];
  const back = loads(dumps(made, { onLoss: ({ reason }) => losses.push(reason) })) as any[];
  const answers = back.map((one) => {
    try {
      return String(one.prototype === undefined ? one() : new one().get());
    } catch (error) {
      return (error as Error).name;
    }
  });
  return { answers, losses };
}

test('a variable that no frame names and that holds undefined', () => {
  const { answers, losses } = broughtBack(`let d = 4; (() => {
    for (let a = 0, f = () => a++; a < 2; a++) { class e extends (class { get() { return d } }) {} F.push(e) }
    let d = undefined;
  })()`);
  // Where it cannot be told the class is missing, and that was said.
  if (losses.length === 0) expect(answers).toEqual(['undefined', 'undefined']);
  else {
    expect(answers).toEqual(['TombstoneError', 'TombstoneError']);
    expect(losses.every((reason) => reason.includes('whether d was declared yet'))).toBe(true);
  }
});

test('a variable that was never come to', () => {
  const text = 'F.push(() => d, class { get() { return d } }); if (F.length > 0) return; let d = undefined;';
  expect(broughtBack(text)).toEqual({ answers: ['ReferenceError', 'ReferenceError'], losses: [] });
});

test('a variable that holds undefined', () => {
  const text = 'let d = undefined; F.push(() => d, class { get() { return d } });';
  expect(broughtBack(text)).toEqual({ answers: ['undefined', 'undefined'], losses: [] });
});
