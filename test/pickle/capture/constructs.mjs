// The constructs of ECMAScript that make functions, classes and scopes, one small case each, and the program that
// captures them: `node constructs.mjs <bundle of the capture side>` prints a line of JSON for each case.
//
// A case is the text of a factory; it is called twice, and both functions are described in one batch. `boom` counts
// every call that the user's code would make: its count must not change while functions are described.

import { pathToFileURL } from 'node:url';
import vm from 'node:vm';

const wrap = (before, made, after = '') => `(() => { ${before}; return ${made} ${after}})`;

/** Name of the construct, text of the factory. */
export const CONSTRUCTS = [
  // Forms of functions.
  ['function expression', wrap('let a = 1', 'function () { boom(); return a++ }')],
  ['named function expression', wrap('let a = 1', 'function me() { boom(); return [me, a++] }')],
  ['function declaration', wrap('let a = 1; function f() { boom(); a++; return f }', 'f')],
  ['arrow with an expression', wrap('let a = 1', '() => boom(a++)')],
  ['arrow with a block', wrap('let a = 1', '() => { boom(); a++ }')],
  ['async function', wrap('let a = 1', 'async function () { boom(); a++; await a }')],
  ['async arrow', wrap('let a = 1', 'async () => boom(await a++)')],
  ['generator', wrap('let a = 1', 'function* () { boom(); yield a++ }')],
  ['async generator', wrap('let a = 1', 'async function* () { boom(); yield a++ }')],
  ['method', wrap('let a = 1', '({ m() { boom(); return a++ } }).m')],
  ['async method', wrap('let a = 1', '({ async m() { boom(); return a++ } }).m')],
  ['generator method', wrap('let a = 1', '({ *m() { boom(); yield a++ } }).m')],
  ['async generator method', wrap('let a = 1', '({ async *m() { boom(); yield a++ } }).m')],
  ['computed method', wrap('let a = 1', '({ ["m" + 1]() { boom(); return a++ } }).m1')],
  [
    'getter',
    wrap('let a = 1', 'Object.getOwnPropertyDescriptor({ get x() { boom(); return a++ } }, "x").get'),
  ],
  ['setter', wrap('let a = 1', 'Object.getOwnPropertyDescriptor({ set x(v) { boom(); a = v } }, "x").set')],
  ['bound function', wrap('let a = 1', '(() => boom(a++)).bind(null, 1)')],
  ['strict function', wrap('let a = 1', 'function () { "use strict"; boom(); return a++ }')],
  ['new Function', '(() => new Function("p", "boom(); return p"))'],
  ['native function', '(() => Math.max)'],
  // Parameters.
  ['captured parameter', '(() => (p => () => boom(p++))(1))'],
  ['default parameter', wrap('let a = 1', '(p = boom(a)) => a++')],
  ['object pattern', wrap('let a = 1', '({ p, q: { r } = boom(), ...s }) => a++')],
  ['array pattern', wrap('let a = 1', '([p, , q = boom(), ...[r]]) => a++')],
  ['rest parameter', wrap('let a = 1', '(...all) => boom(all, a++)')],
  ['computed key in a pattern', wrap('let a = 1', '({ [boom()]: p }) => a++')],
  [
    'captured parameters beside a body',
    '(() => (function (p, f = () => p) { var p = 5; return () => [p++, f] })(1))',
  ],
  ['arguments of an arrow', '(() => (function () { return () => arguments })(1))'],
  ['this of an arrow', '(() => (function () { return () => boom(this) }).call({}))'],
  ['strict this of an arrow', '(() => (function () { "use strict"; return () => this }).call(7))'],
  ['new.target of an arrow', '(() => { let f; new (function F() { f = () => new.target })(); return f })'],
  // Kinds of bindings and their scopes.
  ['var', wrap('var a = 1', '() => a++')],
  ['let', wrap('let a = 1', '() => a++')],
  ['let that is never assigned', wrap('let a = 1', '() => a')],
  ['const', wrap('const a = 1', '() => a')],
  ['hoisted function', wrap('', '() => boom(h())', '; function h() {}')],
  ['class declaration', wrap('class K {}', '() => new K()')],
  ['dead zone', '(() => { const f = () => late; return f; let late = 1 })'],
  ['block', wrap('let f; { let a = 1; f = () => a++ }', 'f')],
  ['nested blocks', wrap('let f; { let a = 1; { let b = 2; f = () => [a++, b++] } }', 'f')],
  ['for', wrap('let f; for (let i = 0; i < 1; i++) f = () => i++', 'f')],
  ['for in', wrap('let f; for (const k in { x: 1 }) f = () => k', 'f')],
  ['for of', wrap('let f; for (let [k] of [[1]]) f = () => k++', 'f')],
  ['switch', wrap('let f; switch (1) { case 1: let a = 1; f = () => a++ }', 'f')],
  ['catch', wrap('let f; try { throw 1 } catch (e) { f = () => e++ }', 'f')],
  ['catch pattern', wrap('let f; try { throw { e: 1 } } catch ({ e }) { f = () => e++ }', 'f')],
  ['function in a sloppy block', wrap('{ function g() { return boom } }', '() => g')],
  ['with', '(() => { const o = { a: 1 }; with (o) { return () => a } })'],
  ['direct eval inside', wrap('let a = 1', '() => eval("boom(); a++")')],
  ['direct eval around', wrap('let a = 1', 'eval("let b = 2; () => [a++, b++]")')],
  ['sibling left out', wrap('let a = 1, b = {}; const g = () => b', '() => a++')],
  [
    'three levels',
    '(() => { let a = 1; return (() => { let b = 2; return (() => { let c = 3; return () => [a++, b++, c++] })() })() })',
  ],
  ['shadowed name', wrap('let a = 1', '(() => { let a = 2; return () => a++ })()')],
  ['label and loop first', wrap('let a = 1', '() => { x: for (;;) { boom(); a++; break x } }')],
  ['tagged template', wrap('let a = 1', '() => boom`${a++}`')],
  ['optional chain and private-looking names', wrap('let $ = null, _ = 1', '() => [$?.x.y, _++]')],
  ['assignment patterns', wrap('let a, b', '() => { [a, { b }] = boom() }')],
  ['logical assignment', wrap('let a = null', '() => a ??= boom()')],
  // Classes.
  ['class expression', wrap('let a = 1', 'class { m() { boom(); return a++ } }')],
  ['named class', wrap('let a = 1', 'class K { m() { return [K, a++] } }')],
  ['class with a constructor', wrap('let a = 1', 'class { constructor() { boom(); a++ } }')],
  [
    'derived class',
    wrap('let a = 1; class B { constructor() { boom() } }', 'class extends B { m() { return a++ } }'),
  ],
  ['class with fields', wrap('let a = 1', 'class { x = boom(); y = a++ }')],
  [
    'class with static parts',
    wrap('let a = 1, b = 2', 'class { static x = a++; static { a++ } m() { return b++ } }'),
  ],
  [
    'class with computed keys',
    wrap('let a = 1, k = "key"', 'class { [k]() { return a } static [Symbol.iterator]() {} }'),
  ],
  [
    'class with private members',
    wrap(
      'let a = 1',
      'class { #x = boom(); #m() { return a++ } get #g() { return this.#m() } static #s = 1 }',
    ),
  ],
  ['class extends null', wrap('let a = 1', 'class extends null { m() { return a++ } }')],
  ['method of a class', wrap('let a = 1', '(class { m() { return a++ } }).prototype.m')],
  ['static method', wrap('let a = 1', '(class { static m() { return a++ } }).m')],
  [
    'accessor of a class',
    wrap(
      'let a = 1',
      'Object.getOwnPropertyDescriptor((class { get x() { return a++ } }).prototype, "x").get',
    ),
  ],
  ['arrow in a field', wrap('let a = 1', 'new (class { f = () => [this, a++] })().f')],
  ['arrow in a static field', wrap('let a = 1', '(class { static f = () => [this, a++] }).f')],
  ['arrow in a static block', wrap('let f; class K { static { let a = 1; f = () => [a++, this] } }', 'f')],
  ['arrow with a private name', wrap('', 'new (class K { #x = 1; f = () => boom(this.#x) })().f')],
  ['closure over a class name', wrap('', '(class K { static f = () => K }).f')],
  [
    'super in a method',
    '(() => { const o = { m() { return super.m } }; globalThis.kept.push(o); return o.m })',
  ],
  [
    'super in an arrow',
    '(() => { const o = { m() { return () => super.m } }; globalThis.kept.push(o); return o.m() })',
  ],
];

function chainOf(captured) {
  const parts = [];
  for (let scope = captured.scope ?? null; scope !== null; scope = scope.parent) {
    const names = [...scope.bindings].map(([name, { kind, isInitialised, value }]) => {
      const shown = typeof value === 'object' || typeof value === 'function' ? typeof value : String(value);
      return `${name}:${kind}${isInitialised ? `=${shown}` : '!'}`;
    });
    parts.push(`${scope.form === 'block' ? '' : scope.form}{${names.sort().join()}}`);
  }
  return parts.join(' > ');
}

function describeOne(openCapture, source) {
  const make = vm.runInThisContext(source);
  const pair = [make(), make()];
  const before = globalThis.ran;
  const capture = openCapture();
  const [a, b] = capture.describe(pair);
  capture.close();
  const isOwn = a.scope !== undefined && a.scope !== null && a.scope !== b.scope;
  const extra = a.home !== undefined ? ' home' : '';
  return {
    text: `${a.kind}${a.code === undefined ? '' : ` ${a.code.entry.form}`}${extra} ${chainOf(a)}`.trim(),
    isOwn,
    ran: globalThis.ran - before,
    reason: a.reason,
  };
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { openCapture } = await import(pathToFileURL(process.argv[2]).href);
  globalThis.kept = [];
  globalThis.ran = 0;
  globalThis.boom = () => {
    globalThis.ran++;
    return globalThis.boom;
  };
  const lines = CONSTRUCTS.map(([name, source]) =>
    JSON.stringify({ name, ...describeOne(openCapture, source) }),
  );
  process.stdout.write(`${lines.join('\n')}\n`);
}
