// Goal: in a cell, lines that are commands are commands and nothing else is; code keeps its place.
// Method: a table of texts with the parts that they have.

import { expect, test } from 'vitest';
import { partsOf } from '../../../cli/kernel/parts.js';
import { placeIn } from '../../../cli/kernel/place.js';

/** `[what, text, parts as kind:line:text]` */
const CELLS: readonly (readonly [string, string, readonly string[]])[] = [
  ['code', 'let a = 1\na', ['code:0:let a = 1\na']],
  ['nothing', '  \n', []],
  ['a command', '.save work.pkl', ['command:0:.save work.pkl']],
  ['a command with a percent sign', '%save work.pkl', ['command:0:.save work.pkl']],
  [
    'code around a command',
    'let a = 1\n.vars\n\na + 1',
    ['code:0:let a = 1', 'command:1:.vars', 'code:2:\na + 1'],
  ],
  ['a comment before a command', '// names\n.vars', ['command:1:.vars']],
  ['a chain of calls', 'fetch(url)\n  .then(f)\n  .save(x)', ['code:0:fetch(url)\n  .then(f)\n  .save(x)']],
  ['an unfinished statement', 'f(`\n.vars\n`)', ['code:0:f(`\n.vars\n`)']],
  ['a remainder', 'let r = 7\n%3', ['code:0:let r = 7\n%3']],
  ['a command that does not exist', '.nosuch 1', ['command:0:.nosuch 1']],
  ['a number', '.5 + 1', ['code:0:.5 + 1']],
];

for (const [what, text, parts] of CELLS) {
  test(`${what} is taken apart`, () => {
    expect(partsOf(text).map(({ kind, line, text }) => `${kind}:${line}:${text}`)).toEqual(parts);
  });
}

/** `[stack, place]` */
const STACKS: readonly (readonly [string, string | undefined])[] = [
  ['Error: x\n    at f (In[3]:2:7)\n    at In[3]:4:1', 'In[3]:2:7'],
  ['Error: x\n    at Number.toFixed (<anonymous>)\n    at In[12]:1:3', 'In[12]:1:3'],
  ['Error: x\n    at Object.f (/home/me/a b.js:10:2)', '/home/me/a b.js:10:2'],
  ['Error: x\n    at async f (file:///home/me/m.mjs:1:1)', 'file:///home/me/m.mjs:1:1'],
  ['no stack at all', undefined],
];

for (const [stack, place] of STACKS) {
  test(`the place in ${JSON.stringify(stack.slice(0, 40))} is ${place}`, () => {
    const found = placeIn(stack);
    expect(found && `${found.file}:${found.line}:${found.column}`).toBe(place);
  });
}
