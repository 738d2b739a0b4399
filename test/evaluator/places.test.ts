// Goal: the text of functions and the lines and columns in stacks are those of the cell as typed.
// Method: cells that throw at a known place, in every form that the transform rewrites.

import { inspect } from 'node:util';
import { afterEach, expect, test } from 'vitest';
import { Evaluator } from '../../src/evaluator/index.js';
import { withoutOwnFrames } from '../../src/evaluator/stack.js';

const evaluator = new Evaluator();
afterEach(() => evaluator.clear());

/** Cells in which `bad()` stands where the error is. */
const CELLS = [
  'bad()',
  'let a = 1; bad()',
  'let a = 1, { b } = { b: 2 }; bad()',
  'const a = 1\nconst b = 2\n  bad()',
  'await 1; bad()',
  'await 1\n  bad()',
  'const x = await 1; const y = [bad()]',
  '5; let a = [bad()]',
  'class K {} bad()',
  'class K { static x = bad() }',
  '1; class K { static x = bad() }',
  'let n: number = 1; bad()',
  'function unrelated() { return 1 }\nbad()',
  'for (var i = 0; i < 1; i++) bad()',
  'import "node:path"; bad()',
  '({ a: bad() })',
  '{ a: bad() }',
  '\n\n  await bad()',
];

for (const source of CELLS) {
  test(`the error in ${JSON.stringify(source)} is where it was typed`, async () => {
    await evaluator.evaluate('function bad() { throw new Error("here") }');
    const outcome = await evaluator.evaluate(source, { fileName: 'cell' });
    expect(outcome.status).toBe('failed');
    const { stack } = (outcome as { error: Error }).error;
    const before = source.slice(0, source.indexOf('bad()')).split('\n');
    const place = `cell:${before.length}:${before.at(-1)!.length + 1}`;
    expect(stack).toContain(place);
    expect(stack).not.toMatch(/node:vm|src\/evaluator/);
  });
}

test('functions keep their text', async () => {
  const text = 'function  f ( a,b ) { /* kept */ return a+b }';
  await evaluator.evaluate(`let x = 1; ${text}\nclass  K { m( ){ } }; const arrow = ( ) =>  1`);
  const outcome = await evaluator.evaluate('[f.toString(), K.toString(), arrow.toString()]');
  expect(outcome).toMatchObject({ value: [text, 'class  K { m( ){ } }', '( ) =>  1'] });
});

test('line and column offsets are added', async () => {
  const outcome = await evaluator.evaluate('nope', { fileName: '[stdin]', lineOffset: 6, columnOffset: 4 });
  expect((outcome as { error: Error }).error.stack).toBe(
    'ReferenceError: nope is not defined\n    at [stdin]:7:5',
  );
});

test('a syntax error is drawn', async () => {
  const outcome = await evaluator.evaluate('let a = ;', { fileName: 'cell' });
  expect((outcome as { error: Error }).error.stack).toBe(
    "cell:1\nlet a = ;\n        ^\n\nSyntaxError: Unexpected token ';'\n    at cell:1:9",
  );
});

/** Cells that assign to the constant `users` where it is named last but for what `{…}` patterns need. */
const ASSIGNMENTS: readonly (readonly [string, string])[] = [
  ['users = 6', '1:1'],
  ['let k = 1; users = 6', '1:12'],
  ['users++', '1:1'],
  ['1; users++', '1:4'],
  ['users += 4', '1:1'],
  ['1\n  users = 3', '2:3'],
  ['await 1; users = 3', '1:10'],
  ['({users} = { users: 1 })', '1:3'],
  ['const later = () => { users = 1 }', '1:23'],
];

for (const [source, place] of ASSIGNMENTS) {
  test(`the error of ${JSON.stringify(source)} is where the constant is assigned to`, async () => {
    await evaluator.evaluate('const users = 1');
    const outcome = await evaluator.evaluate(source, { fileName: 'cell' });
    expect((outcome as { error: Error }).error.stack).toMatch(
      new RegExp(
        `^TypeError: Assignment to constant variable\\.\\n {4}at (?:later \\()?cell:${place}\\)?(?!\\n {4}at cell)`,
      ),
    );
  });
}

/** Errors of the engine and of brine about a text, with their place. */
const REFUSED: readonly (readonly [string, string, string])[] = [
  ['let undefined = 1', "Identifier 'undefined' has already been declared", '1:5'],
  ['1;\n  let undefined = 1', "Identifier 'undefined' has already been declared", '2:7'],
  ['import.meta.url', "Cannot use 'import.meta' outside a module", '1:8'],
  ['1\n import.meta.url', "Cannot use 'import.meta' outside a module", '2:9'],
  ['await 1; let a = ;', "Unexpected token ';'", '1:18'],
];

for (const [source, message, place] of REFUSED) {
  test(`the error of ${JSON.stringify(source)} has a place`, async () => {
    const outcome = await evaluator.evaluate(source, { fileName: 'cell' });
    const { stack } = (outcome as { error: Error }).error;
    expect(stack).toContain(`\nSyntaxError: ${message}\n    at cell:${place}`);
    expect(stack).not.toContain('(async()');
  });
}

test('errors inside of other values lose the frames of brine', async () => {
  const outcome = await evaluator.evaluate(
    '({ list: [Object.assign(new Error("x"), { a: 1 })], last: new Error("y") })',
    {
      fileName: 'cell',
    },
  );
  const text = withoutOwnFrames(inspect((outcome as { value: unknown }).value));
  expect(text).toBe(
    [
      '{',
      '  list: [',
      '    Error: x',
      '        at cell:1:25 {',
      '      a: 1',
      '    }',
      '  ],',
      '  last: Error: y',
      '      at cell:1:59',
      '}',
    ].join('\n'),
  );
});
