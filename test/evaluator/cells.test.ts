// Goal: cells behave as at Node's prompt, except that everything can be declared again.
// Method: a table of sequences; each cell states its value, or the error it ends with.

import { inspect } from 'node:util';
import { afterEach, expect, test } from 'vitest';
import { Evaluator } from '../../src/evaluator/index.js';

const evaluator = new Evaluator();
afterEach(() => evaluator.clear());

/** `[source, value]`; a value that starts with `!` is an error, `…` means incomplete. */
type Step = readonly [source: string, expected: string];

async function show(source: string): Promise<string> {
  const outcome = await evaluator.evaluate(source);
  if (outcome.status === 'incomplete') return '…';
  if (outcome.status === 'done') return inspect(outcome.value);
  const { error } = outcome;
  return error instanceof Error ? `!${error.name}: ${error.message}` : `!${inspect(error)}`;
}

const CONST = '!TypeError: Assignment to constant variable.';

const SEQUENCES: Readonly<Record<string, readonly Step[]>> = {
  'values of statements': [
    ['1 + 1', '2'],
    ['let a = 1', 'undefined'],
    ['5; let b = 1', '5'],
    ['5; class K {}', '5'],
    ['if (true) { 7 }', '7'],
    ['for (let i = 0; i < 3; i++) i', '2'],
    ['a; b', '1'],
    ['', 'undefined'],
    ['// nothing', 'undefined'],
  ],
  'object literals': [
    ['{ a: 1 }', '{ a: 1 }'],
    ['{ a: 1, b: 2 } // both', '{ a: 1, b: 2 }'],
    ['{ a: 1 };', '1'],
    ['{}', '{}'],
    ['{ let q = 3; q }', '3'],
  ],
  'declarations of every kind': [
    ['let a = 1, { b, ...rest } = { b: 2, c: 3 }, [d = 4] = []', 'undefined'],
    ['[a, b, rest, d]', '[ 1, 2, { c: 3 }, 4 ]'],
    ['const { x: { y } } = { x: { y: 5 } }', 'undefined'],
    ['y', '5'],
    ['class P { static s = 6; m() { return P.s } }', 'undefined'],
    ['new P().m()', '6'],
    ['function f() { return g() } function g() { return 7 }', 'undefined'],
    ['f()', '7'],
    ['var v; v', 'undefined'],
    ['let u; u', 'undefined'],
  ],
  'names of anonymous functions': [
    ['const arrow = () => {}, fn = function () {}, K = class {}', 'undefined'],
    ['[arrow.name, fn.name, K.name]', "[ 'arrow', 'fn', 'K' ]"],
    ['const { h = () => {} } = {}; h.name', "'h'"],
  ],
  'everything can be declared again': [
    ['const a = 1', 'undefined'],
    ['let a = 2; a', '2'],
    ['var a = 3; a', '3'],
    ['function a() {}', 'undefined'],
    ['typeof a', "'function'"],
    ['class a {}', 'undefined'],
    ['const a = 4; a', '4'],
    ['import a from "node:path"', 'undefined'],
    ['const a = 5; a', '5'],
  ],
  'a let without a value starts afresh': [
    ['let u = 1', 'undefined'],
    ['let u; u', 'undefined'],
    ['var w = 1', 'undefined'],
    ['var w; w', '1'],
  ],
  constants: [
    ['const c = 1', 'undefined'],
    ['c = 2', CONST],
    ['c += 2', CONST],
    ['c++', CONST],
    ['--c', CONST],
    ['[c] = [2]', CONST],
    ['({ c } = { c: 2 })', CONST],
    ['({ c = 3 } = {})', CONST],
    ['({ x: c } = { x: 2 })', CONST],
    ['for (c of [2]) 1', CONST],
    ['for (c in { k: 1 }) 1', CONST],
    ['for (c of []) 1', 'undefined'],
    ['c ||= 3', '1'],
    ['try { c = 2 } catch (error) { error.message }', "'Assignment to constant variable.'"],
    ['function f() { c = 2 }', CONST],
    ['{ let c = 3; c = 4 }', '4'],
    ['function g(c) { c = 5; return c } g(0)', '5'],
    ['c', '1'],
    ['const d = 1; d = 2', CONST],
    ['d', '1'],
    ['let c = 2; c = 3; c', '3'],
  ],
  'the right side of a refused assignment runs': [
    ['const c = 1; let n = 0', 'undefined'],
    ['c = n++', CONST],
    ['n', '1'],
  ],
  'a failed initialiser': [
    ['let a = boom()', '!ReferenceError: boom is not defined'],
    ['typeof a', "'undefined'"],
    ['let a = 1; a', '1'],
    ['const a = boom()', '!ReferenceError: boom is not defined'],
    ['a = 2', '2'],
    ['const k = 1', 'undefined'],
    ['let k = boom()', '!ReferenceError: boom is not defined'],
    ['k = 2', CONST],
    ['let p = 1, q = boom()', '!ReferenceError: boom is not defined'],
    ['p', '1'],
    ['await 0; const late = boom()', '!ReferenceError: boom is not defined'],
    ['const late = 3; late', '3'],
  ],
  'var reaches the top level from anywhere': [
    ['for (var i = 0, j; i < 3; i++);', 'undefined'],
    ['[i, j]', '[ 3, undefined ]'],
    ['for (var x of [1, 2]);', 'undefined'],
    ['for (var { y } of [{ y: 3 }]);', 'undefined'],
    ['for (var z in { k: 1 });', 'undefined'],
    ['[x, y, z]', "[ 2, 3, 'k' ]"],
    ['{ var deep = 4 } if (true) var { flat } = { flat: 5 }', 'undefined'],
    ['[deep, flat]', '[ 4, 5 ]'],
    ['await 0; { var slow = 6 }', 'undefined'],
    ['slow', '6'],
    ['var Color = function (Color) { return Color }(Color || { red: 1 }); Color', '{ red: 1 }'],
  ],
  'functions in blocks': [
    ['{ function inner() { return 1 } } inner()', '1'],
    ['inner()', '1'],
    ['await 0; { function later() { return 2 } }', 'undefined'],
    ['later()', '2'],
    ['"use strict"; { function hidden() {} }', "'use strict'"],
    ['typeof hidden', "'undefined'"],
  ],
  'strict cells': [
    ['"use strict"; let s = 1; const t = 2; class U {} s + t', '3'],
    ['"use strict"; undeclared = 1', '!ReferenceError: undeclared is not defined'],
    ['[s, t, typeof U]', "[ 1, 2, 'function' ]"],
  ],
  await: [
    ['await 1', '1'],
    ['const p = await Promise.resolve(2); p', '2'],
    ['{ a: await 3 }', '{ a: 3 }'],
    ['async function* gen() { yield 4 }', 'undefined'],
    ['for await (const x of gen()) last = x', 'undefined'],
    ['last', '4'],
    ['await Promise.reject(new Error("no"))', '!Error: no'],
    ['await 0; const fun = () => 5', 'undefined'],
    ['fun()', '5'],
    ['await 0; class W {}', 'undefined'],
    ['typeof W', "'function'"],
    ['await 0; (1, 2) // comment', '2'],
    ['await 0; this === globalThis', 'true'],
  ],
  imports: [
    ['import path, { join as j, basename } from "node:path"', 'undefined'],
    ['[typeof path.join, j("a", "b"), basename("/c/d")]', "[ 'function', 'a/b', 'd' ]"],
    ['import * as ns from "node:path"; ns.default === path', 'true'],
    ['import "node:os"', 'undefined'],
    ['j = 1', CONST],
    [
      'import { nothing } from "node:path"',
      "!SyntaxError: The requested module 'node:path' does not provide an export named 'nothing'",
    ],
    ['typeof nothing', "'undefined'"],
    ['const { sep } = await import("node:path"); sep', "'/'"],
    ['require("node:path") === path', 'true'],
  ],
  'exports are declarations': [
    ['export const a = 1, b = 2', 'undefined'],
    ['a + b', '3'],
    ['export function f() { return 3 }', 'undefined'],
    ['export default class K {}', 'undefined'],
    ['export { a }', 'undefined'],
    ['[f(), typeof K]', "[ 3, 'function' ]"],
    ['export default 5', '5'],
  ],
  typescript: [
    ['let n: number = 1; n', '1'],
    ['interface I { a: string }', 'undefined'],
    ['type T = { a: I }', 'undefined'],
    ['const f = (a: number): string => `${a}`; f(2)', "'2'"],
    ['f.toString()', "'(a        )         => `${a}`'"],
    ['enum E { A, B }', 'undefined'],
    ['E.B', '1'],
    ['enum E { C }', 'undefined'],
    ['E', "{ '0': 'C', C: 0 }"],
    ['class P { constructor(public x: number) {} }', 'undefined'],
    ['new P(3)', 'P { x: 3 }'],
    ['namespace N { export const y = 4 }', 'undefined'],
    ['N.y', '4'],
    ['n as unknown as string', '1'],
    ['interface Open {', '…'],
  ],
  'incomplete input': [
    ['function f() {', '…'],
    ['[1, 2', '…'],
    ['`text', '…'],
    ['/* comment', '…'],
    ['"line \\', '…'],
    ['x =>', '…'],
    ['if (true) {', '…'],
    ['foo(', '…'],
    ['1 +', '…'],
  ],
  'syntax errors': [
    ['let a = ;', "!SyntaxError: Unexpected token ';'"],
    ['let a; let a', "!SyntaxError: Identifier 'a' has already been declared"],
    ['"open', '!SyntaxError: Invalid or unexpected token'],
    ['a b', "!SyntaxError: Unexpected identifier 'b'"],
    ['let undefined = 1', "!SyntaxError: Identifier 'undefined' has already been declared"],
    ['@d class X {}', '!SyntaxError: Invalid or unexpected token'],
  ],
  'recursion refers to the global': [
    ['function fact(n) { return n < 2 ? 1 : n * fact(n - 1) }', 'undefined'],
    ['const old = fact', 'undefined'],
    ['function fact() { return 10 }', 'undefined'],
    ['old(3)', '30'],
  ],
  'implicit globals': [
    ['made = 1', '1'],
    ['made++', '1'],
    ['made', '2'],
  ],
  'a hashbang': [['#!/usr/bin/env node\n5', '5']],
};

for (const [name, steps] of Object.entries(SEQUENCES)) {
  test(name, async () => {
    for (const [source, expected] of steps) expect(await show(source), source).toBe(expected);
  });
}

test('cells without await run at once', () => {
  expect(evaluator.evaluate('1 + 1')).not.toBeInstanceOf(Promise);
  expect(evaluator.evaluate('await 1')).toBeInstanceOf(Promise);
});

test('the table tells kinds, cells and origins', async () => {
  await evaluator.evaluate('let a = 1; const b = 2; var c; function d() {} class E {}');
  await evaluator.evaluate('import f, { join as g } from "node:path"; import * as h from "node:path"');
  await evaluator.evaluate(
    'const { sep: i } = await import("node:path"); const j = await import("node:path")',
  );
  await evaluator.evaluate('k = 1');
  const kinds = Object.fromEntries(evaluator.names().map((name) => [name, evaluator.binding(name)!.kind]));
  expect(kinds).toEqual({
    a: 'let',
    b: 'const',
    c: 'var',
    d: 'function',
    E: 'class',
    f: 'import',
    g: 'import',
    h: 'import',
    i: 'const',
    j: 'const',
    k: 'implicit',
  });
  const originOf = (name: string) => evaluator.binding(name)?.origin;
  expect(originOf('f')).toEqual({ specifier: 'node:path', imported: 'default' });
  expect(originOf('g')).toEqual({ specifier: 'node:path', imported: 'join' });
  expect(originOf('h')).toEqual({ specifier: 'node:path', imported: '*' });
  expect(originOf('i')).toEqual({ specifier: 'node:path', imported: 'sep' });
  expect(originOf('j')).toEqual({ specifier: 'node:path', imported: '*' });
  expect(evaluator.modules.get('node:path')).toBe(Reflect.get(globalThis, 'h'));
  expect(evaluator.implicitNames()).toEqual(['k']);
});

test('every name is a configurable property, a constant one that cannot be written', async () => {
  await evaluator.evaluate('let a = 1; const b = 2; var c; function d() {} class E {}');
  for (const name of evaluator.names()) {
    const descriptor = Object.getOwnPropertyDescriptor(globalThis, name)!;
    expect([name, descriptor.configurable, descriptor.writable]).toEqual([name, true, name !== 'b']);
  }
});

test('dropping a built-in that was hidden puts it back', async () => {
  const { fetch, process: real } = globalThis;
  await evaluator.evaluate('let fetch = 1');
  await evaluator.evaluate('let process = 2; const performance = 3');
  expect(evaluator.names()).toEqual(['fetch', 'performance', 'process']);
  evaluator.clear();
  expect([globalThis.fetch, globalThis.process]).toEqual([fetch, real]);
  expect(typeof globalThis.performance.now()).toBe('number');
});

test('a built-in given another value by assignment is a name of the session', async () => {
  const { structuredClone } = globalThis;
  await evaluator.evaluate('structuredClone = 1');
  expect(evaluator.implicitNames()).toEqual(['structuredClone']);
  expect(evaluator.drop('structuredClone')).toBe(true);
  expect(globalThis.structuredClone).toBe(structuredClone);
});

test('what Node makes of its own lazy globals is no name of the session', async () => {
  await evaluator.evaluate(
    '[typeof Blob, typeof WebSocket, typeof crypto, typeof Response, typeof BroadcastChannel]',
  );
  expect(evaluator.names()).toEqual([]);
});

test('a name can be made and dropped from outside', async () => {
  evaluator.define({ name: 'given', kind: 'const', cell: 0 }, 5);
  expect(await show('given')).toBe('5');
  expect(await show('given = 6')).toBe(CONST);
  expect(evaluator.drop('given')).toBe(true);
  expect(evaluator.drop('given')).toBe(false);
  expect(await show('typeof given')).toBe("'undefined'");
});

test('numbers go on, and can be set', async () => {
  evaluator.nextCellNumber = 41;
  await evaluator.evaluate('1');
  expect(evaluator.nextCellNumber).toBe(42);
  await evaluator.evaluate('[');
  expect(evaluator.nextCellNumber).toBe(42);
  expect(evaluator.cells.at(-1)).toMatchObject({ number: 41, source: '1', isError: false });
});

test('a cell that never ends can be abandoned', async () => {
  const outcome = evaluator.evaluate('let early = 1; await new Promise(() => {})');
  expect(outcome).toBeInstanceOf(Promise);
  evaluator.abandon();
  expect(evaluator.binding('early')).toMatchObject({ kind: 'let' });
});

test('a name that is deleted is gone', async () => {
  await evaluator.evaluate('let t = 1; const c = 2; function f() {} made = 3');
  await evaluator.evaluate(
    'delete globalThis.t; delete globalThis.c; delete globalThis.f; delete globalThis.made',
  );
  expect(evaluator.names()).toEqual([]);
  expect([...evaluator.bindings.keys()]).toEqual([]);
  expect([evaluator.has('t'), evaluator.binding('c')]).toEqual([false, undefined]);
  expect(await show('c = 7')).toBe('7');
  expect(evaluator.binding('c')).toEqual({ name: 'c', kind: 'implicit', cell: 0 });
});

test('deleted built-ins are known, and come back when the session is cleared', async () => {
  const { structuredClone } = globalThis;
  expect(evaluator.deletedBuiltins()).toEqual([]);
  await evaluator.evaluate('delete globalThis.structuredClone');
  expect(evaluator.deletedBuiltins()).toEqual(['structuredClone']);
  expect(evaluator.names()).toEqual([]);
  await evaluator.evaluate('let structuredClone = 1');
  expect(evaluator.deletedBuiltins()).toEqual([]);
  await evaluator.evaluate('delete globalThis.structuredClone');
  evaluator.clear();
  expect(evaluator.deletedBuiltins()).toEqual([]);
  expect(globalThis.structuredClone).toBe(structuredClone);
});
