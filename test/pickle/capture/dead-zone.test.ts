// Goal: a variable that holds `undefined` never comes back in the temporal dead zone, nor one in the dead zone as `undefined`.
// Method: functions and classes whose frames do and do not show the variable; what comes back is asked, or was reported.

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

const both =
  'F.push(() => d, class { get() { return d } }, class { #p = 1; get() { return [d][this.#p - 1] } });';

test('a variable that was never come to', () => {
  const text = `${both} if (F.length > 0) return; let d = undefined;`;
  expect(broughtBack(text)).toEqual({ answers: Array(3).fill('ReferenceError'), losses: [] });
});

test('a variable that holds undefined', () => {
  const text = `${both} let d = undefined;`;
  expect(broughtBack(text)).toEqual({ answers: Array(3).fill('undefined'), losses: [] });
});

test('the same variable in two scopes, in one of which it was never come to', () => {
  const text = `const mk = (stop) => { ${both} if (stop) return; let d = undefined; }; mk(true); mk(false); mk(true);`;
  const answers = [true, false, true].flatMap((isDead) =>
    Array(3).fill(isDead ? 'ReferenceError' : 'undefined'),
  );
  expect(broughtBack(text)).toEqual({ answers, losses: [] });
});

// The V8 of Node 20 takes the outer variable for the one that the loop's head hides.
test.each(['if (F.length > 0) break L; let d = undefined;', 'let d = undefined;'])(
  'a variable of a block that no frame in a loop shows: %s',
  (rest) => {
    const { answers, losses } = broughtBack(
      `let d = 4; L: { for (let a = 0, f = () => a++; a < 1; a++) { ${both} } ${rest} }`,
    );
    // Where it cannot be told the functions are missing, and that was said.
    if (losses.length === 0)
      expect(answers).toEqual(Array(3).fill(rest.startsWith('if') ? 'ReferenceError' : 'undefined'));
    else {
      expect(process.version).toMatch(/^v20\./u);
      expect(answers).toEqual(Array(3).fill('TombstoneError'));
      expect(losses.filter((reason) => !reason.includes('whether d was declared yet'))).toEqual([]);
    }
  },
);

// The stop in a function that begins with a block is in that block: the V8 of Node 20 answers for its variable there.
const HIDING = {
  'for of': 'for (const d of [1]) {}',
  'block with a closure': '{ let d = 5; (() => d++)() }',
  try: 'try { let d = 3; d++ } catch {}',
};
test.each(Object.entries(HIDING))(
  'a name that the function declares in a block of its own, %s',
  (_, first) => {
    const fn = `"use strict"; F.push(({ get() { ${first} return d } }).get);`;
    const stopped = broughtBack(`${fn} if (F.length > 0) return; let d = undefined;`);
    expect(stopped).toEqual({ answers: ['ReferenceError'], losses: [] });
    expect(broughtBack(`${fn} let d = undefined;`)).toEqual({ answers: ['undefined'], losses: [] });
    const { answers, losses } = broughtBack(
      `switch (0) { case 0: ${fn} break; default: let d = undefined; }`,
    );
    expect(answers).toEqual([losses.length === 0 ? 'ReferenceError' : 'TombstoneError']);
  },
);
