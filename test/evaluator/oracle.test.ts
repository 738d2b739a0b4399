// Goal: where V8's own REPL mode has an opinion, cells agree with it.
// Method: the same sequences through both, in two processes' worth of state; a table, and random ones.
// Left out is what V8 refuses and brine allows: declaring a name again as `const`, `var` or a function when it was none,
// a name whose first initialiser failed (V8 leaves it dead),
// and the values of statements other than expressions in cells that await, which V8 gives and Node's prompt does not.

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Evaluator } from '../../src/evaluator/index.js';

const evaluator = new Evaluator();

// `$` stands for a suffix of the sequence's own: names live as long as the process in V8's REPL mode.
const TABLE: readonly (readonly string[])[] = [
  ['let a$ = 1', 'a$', 'let a$ = 2', 'a$'],
  ['const a$ = 1', 'const a$ = 2', 'a$'],
  ['const a$ = 1', 'a$ = 2', 'a$'],
  ['const a$ = 1', 'a$++', 'a$'],
  ['const a$ = 1', 'a$ ||= 5'],
  ['const a$ = 0', 'a$ ||= 5', 'a$'],
  ['const a$ = 1', '[a$] = [2]', 'a$'],
  ['const a$ = 1', '({ a$ } = { a$: 2 })', 'a$'],
  ['const a$ = 1', 'for (a$ of [1]) 1'],
  ['const a$ = 1', 'for (a$ of []) 1'],
  ['const a$ = 1', 'try { a$ = 2 } catch (e) { e.message }'],
  ['const a$ = 1', 'let n$ = 0', 'try { a$ = n$++ } catch {}', 'n$'],
  ['const a$ = 1', '{ let a$ = 3; a$ = 4; a$ }'],
  ['const a$ = 1', '(function (a$) { a$ = 9; return a$ })(0)'],
  ['class K$ {}', 'class K$ { static x = 1 }', 'K$.x'],
  ['let K$ = 1', 'class K$ {}', 'typeof K$'],
  ['let K$ = 1', 'class K$ { static y = 2 }', 'let K$ = 3', 'K$'],
  ['5; let a$ = 1'],
  ['5; const a$ = 1, b$ = 2'],
  ['5; class K$ {}'],
  ['5; function f$() {}'],
  ['5; var v$ = 1'],
  ['5; ;'],
  ['5; {}'],
  ['5; if (false) 6'],
  ['if (true) 6; else 7'],
  ['for (let i = 0; i < 3; i++) i * 2'],
  ['while (false) 1'],
  ['do { 3 } while (false)'],
  ['switch (1) { case 1: 4 }'],
  ['try { 1 } finally { 2 }'],
  ['label: { 8; break label }'],
  ['1, 2'],
  ['(3)'],
  ['`x${1 + 1}y`'],
  ['let { a$, b: [c$ = 5] } = { a$: 1, b: [] }', '[a$, c$]'],
  ['let { a$, ...rest$ } = { a$: 1, z: 2 }', 'rest$'],
  ['const [x$, , y$ = x$] = [1, 2]', '[x$, y$]'],
  ['let f$ = () => {}', 'f$.name'],
  ['let f$ = class {}', 'f$.name'],
  ['const { f$ = function () {} } = {}', 'f$.name'],
  ['function f$() { return g$() } function g$() { return 1 }', 'f$()'],
  ['f$(); function f$() { return 4 }'],
  ['typeof f$; function f$() {}'],
  ['var v$; v$'],
  ['var v$ = 1', 'var v$; v$'],
  ['v$; var v$ = 1', 'v$'],
  ['for (var i$ = 0; i$ < 2; i$++);', 'i$'],
  ['for (var x$ of [1, 2]);', 'x$'],
  ['{ var d$ = 1 }', 'd$'],
  ['if (true) { function b$() { return 2 } } 0', 'b$()'],
  ['function f$(n) { return n < 2 ? 1 : n * f$(n - 1) }', 'f$(5)'],
  ['await 1'],
  ['const a$ = await Promise.resolve(3)', 'a$'],
  ['let a$ = await 1, b$ = a$ + 1', 'b$'],
  ['await 0; 7'],
  ['for await (const x of [1, 2]) globalThis.l$ = x; 0', 'l$'],
  ['await Promise.reject(new Error("no"))'],
  ['await 0; throw new TypeError("t")'],
  ['throw new RangeError("r")'],
  ['undefinedName$'],
  ['null.x'],
  ['let a$ = undefinedName$', 'let a$ = 2', 'a$'],
  ['let a$ = 1; let b$ = undefinedName$', 'a$'],
  ['imp$ = 5', 'imp$'],
  ['"use strict"; 5'],
  ['"use strict"; imp$ = 5'],
  ['"use strict"; let s$ = 1; s$ + 1', 's$'],
  ['"use strict"; const s$ = 1; (() => { "x"; return s$ })()'],
  ['this === globalThis'],
  ['typeof arguments'],
  ['let a$ = ;'],
  ['let a$; let a$'],
  ['const c$ = 1; c$ = 2', 'c$'],
  ['let u$; u$'],
  ['let u$ = 1', 'let u$; u$'],
  ['let a$ = 1; const inc$ = () => ++a$; inc$(); inc$()', 'a$'],
  ['let a$ = 1; const get$ = () => a$', 'let a$ = 2', 'get$()'],
  ['class A$ { #p = 1; get p() { return this.#p } }', 'new A$().p'],
  ['class A$ { static { this.made = 2 } }', 'A$.made'],
  ['class A$ {} class B$ extends A$ {}', 'new B$() instanceof A$'],
  ['function* g$() { yield* [1, 2] }', '[...g$()]'],
  ['async function f$() { return 6 }', 'await f$()'],
  ['const o$ = { get x() { return 1 }, ["y" + 1]: 2 }', 'o$.x + o$.y1'],
  ['var f$ = function f$() { return typeof f$ }', 'f$()'],
  ['eval("1 + 1")'],
  ['/a+/.exec("caat")[0]'],
  ['10n ** 20n'],
  ['NaN'],
  ['-0'],
];

async function ours(sequences: readonly (readonly string[])[]): Promise<string[][]> {
  const results: string[][] = [];
  for (const sequence of sequences) {
    const row: string[] = [];
    for (const cell of sequence) {
      const outcome = await evaluator.evaluate(cell, { isWhole: true });
      if (outcome.status === 'done') row.push(inspect(outcome.value));
      else {
        const error = outcome.status === 'failed' ? outcome.error : outcome;
        row.push(error instanceof Error ? `!${error.name}: ${error.message}` : `!${String(error)}`);
      }
    }
    results.push(row);
    evaluator.clear();
  }
  return results;
}

function oracle(sequences: readonly (readonly string[])[]): string[][] {
  const script = fileURLToPath(new URL('oracle.mjs', import.meta.url));
  const run = spawnSync(process.execPath, [script], { input: JSON.stringify(sequences), encoding: 'utf8' });
  if (run.status !== 0) throw new Error(run.stderr);
  return JSON.parse(run.stdout) as string[][];
}

async function compare(sequences: readonly (readonly string[])[]): Promise<void> {
  const [mine, theirs] = [await ours(sequences), oracle(sequences)];
  for (const [index, sequence] of sequences.entries()) {
    expect(mine[index], sequence.join(' ⏎ ')).toEqual(theirs[index]);
  }
}

test('the table agrees with V8', () =>
  compare(TABLE.map((sequence, index) => sequence.map((cell) => cell.replaceAll('$', `_${index}`)))));

test('random sequences agree with V8', async () => {
  const variable = fc.constantFrom('p', 'q');
  const name = fc.constantFrom('p', 'q', 'c');
  const value = fc.constantFrom('1', '"s"', '[1, 2]', '({ a: 1 })', '() => 1', 'await 3', 'class {}');
  const cell = fc.oneof(
    fc.tuple(variable, value).map(([n, v]) => `let ${n}_$ = ${v}`),
    value.filter((v) => !/_|await/.test(v)).map((v) => `const c_$ = ${v}`),
    fc.tuple(variable, value).map(([n, v]) => `let before_$ = 0; let ${n}_$ = ${v}`),
    fc.tuple(variable, value).map(([n, v]) => `let [${n}_$] = [${v}]`),
    variable.map((n) => `class ${n}_$ {}`),
    fc
      .tuple(name, fc.constantFrom('=', '+=', '??='))
      .map(([n, op]) => `typeof ${n}_$ === "undefined" ? 0 : (${n}_$ ${op} 4)`),
    name.map((n) => `typeof ${n}_$`),
    fc
      .tuple(
        name,
        value.filter((v) => !v.startsWith('await')),
      )
      .map(([n, v]) => `try { ${n}_$ = ${v} } catch (e) { e.name }`),
    name.map((n) => `{ let ${n}_$ = 7; ${n}_$++; ${n}_$ }`),
  );
  const sequences = fc.sample(fc.array(cell, { minLength: 2, maxLength: 8 }), {
    numRuns: 150,
    seed: 20261123,
  });
  await compare(
    sequences.map((sequence, index) => sequence.map((text) => text.replaceAll('$', `z${index}`))),
  );
});
