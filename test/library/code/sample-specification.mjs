// What a walk through the language specification found to have no sample yet. See samples.mjs for the fields, specification.mjs
// for the walk.

export const SPECIFICATION = [
  {
    name: 'names of what has none of its own, by where it stands',
    body: `
      const s = Symbol("d"), e = Symbol(); let a, b = null, c = 1, q; const t = {}
      a = function () {}; b ??= () => {}; c &&= class {}; [q = async () => {}] = []; t.p = function () {}
      const o = { f: function () {}, g: class {}, [s]: () => {}, [e]: () => {}, ["c" + 1]: function* () {}, "str ing": () => {}, 7: () => {}, get x() {}, set x(v) {} }
      const { d = () => {} } = {}; const par = ((p = () => {}) => p)(); const paren = (function () {}); const seq = (0, function () {})
      class K { f = () => {}; static g = class {}; #h = () => {}; static [s] = () => {}; h() { return this.#h } static name = "own" }
      const x = Object.getOwnPropertyDescriptor(o, "x"), k = new K()`,
    value:
      '[a, b, c, q, t.p, o.f, o.g, o[s], o[e], o.c1, o["str ing"], o[7], x.get, x.set, d, par, paren, seq, k.f, K.g, k.h(), K[s], K]',
    check: 'v.map((f) => f.name)',
    want: [
      ...[
        'a',
        'b',
        'c',
        'q',
        '',
        'f',
        'g',
        '[d]',
        '',
        'c1',
        'str ing',
        '7',
        'get x',
        'set x',
        'd',
        'p',
        'paren',
        '',
      ],
      ...['f', 'g', '#h', '[d]', 'own'],
    ],
  },
  {
    name: 'lengths: of defaults, patterns and rest, of accessors and classes',
    body: 'class K { constructor(a, b) {} static s(a, b = 1, c) {} } class L { static length = "own" } const o = { set x(v) {}, m(a, [b], { c }, ...d) {} }',
    value:
      '[(a, b = 1, c) => {}, (...a) => {}, ({ a }, [b]) => {}, Object.getOwnPropertyDescriptor(o, "x").set, o.m, K, K.s, L, ((a, b, c) => {}).bind(null, 1)]',
    check: 'v.map((f) => f.length)',
    want: [1, 0, 2, 1, 3, 2, 1, 'own', 2],
  },
  {
    name: 'arguments: strict, beside defaults, as a parameter, as a variable, by a direct eval',
    skip: ['module'],
    body: `
      function strict(a) { "use strict"; a = 9; return arguments[0] } function plain(a) { a = 9; return arguments[0] } function defaults(a = 1) { a = 9; return arguments[0] }
      function named(arguments) { return arguments } function own() { var arguments = 5; return arguments } function kept() { var arguments; return arguments.length }
      function evals() { return eval("arguments.length") } const inner = (function () { return () => eval("arguments[1]") })(6, 7)
      function shadowed(a = () => arguments.length) { function arguments() {} return [a(), typeof arguments] }`,
    value: '[strict, plain, defaults, named, own, kept, evals, inner, shadowed]',
    check: '[...v.slice(0, -1).map((f) => f(1, 2)), v.at(-1)()]',
    want: [1, 9, 1, 1, 5, 2, 2, 7, [0, 'function']],
  },
  {
    name: 'a direct eval that names this, new.target, super and private names',
    body: `
      class A { up() { return "A" } static up() { return "SA" } }
      class K extends A { #p = 4; x = eval("this.constructor.name"); up() { return "K" + eval("super.up()") } own() { return eval("this.#p") } has(o) { return eval("#p in o") } static up() { return eval("super.up()") } }
      function F() { return eval("new.target === F") } const o = { __proto__: { t() { return "T" } }, t() { return eval("super.t()") } }; const f = (function () { return () => eval("this.n") }).call({ n: 8 })`,
    value: '({ K, k: new K(), F, o, f })',
    check:
      '[v.k.x, v.k.up(), v.k.own(), v.k.has(v.k), v.k.has({}), v.K.up(), typeof new v.F(), v.F(), v.o.t(), v.f()]',
    want: ['K', 'KA', 4, true, false, 'SA', 'object', false, 'T', 8],
  },
  {
    name: 'with and the symbol for what is not in its scope',
    skip: ['module'],
    body: 'const o = { a: 1, b: 2, [Symbol.unscopables]: { b: true } }; let b = "out", fs; with (o) { fs = [() => a++, () => b, () => { b = "set" }] }',
    value: '[fs, o, () => b]',
    check: '[v[0][0](), v[1].a, v[0][1](), v[0][2](), v[2](), v[1].b]',
    want: [1, 2, 'out', null, 'set', 2],
  },
  {
    name: 'elements of classes under every kind of name',
    body: `
      const s = Symbol("s")
      class K { "a b" = 1; 7 = 2; 8n = 3; [s] = 4; static "st at" = 5; async = 6; static = 7; get = 8; of = 9; static async = 10; ["constructor"]() { return "method" } static ["name"]() { return "name" } static length() { return "length" } "quoted"() { return 11 } get 9() { return 12 } static set [s](v) { this.seen = v } async *"gen"() {} }`,
    value: '[K, new K(), s]',
    check:
      '{ const [K, k, s] = v; K[s] = 13; return [k["a b"], k[7], k[8], k[s], K["st at"], k.async, k.static, k.get, k.of, K.async, k.constructor(), K.name(), K.length(), k.quoted(), k[9], K.seen, Object.getOwnPropertyNames(K.prototype).join()] }',
    want: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 'method', 'name', 'length', 11, 12, 13, '9,constructor,quoted,gen'],
  },
  {
    name: 'the name of a class is a constant inside, also for its heritage, keys and initialisers',
    body: `
      const fs = []
      let K = class K extends (fs.push(() => K), Object) { [(fs.push(() => K), "k")]() {} static x = fs.push(() => K); static { fs.push(() => { K = 1 }) } y = () => K }
      const was = K; K = "another"`,
    value: '[fs, was, new was().y, () => K]',
    check:
      '[v[0].slice(0, 3).map((f) => f() === v[1]), (() => { try { v[0][3]() } catch (e) { return e.name } })(), v[2]() === v[1], v[3]()]',
    want: [[true, true, true], 'TypeError', true, 'another'],
  },
  {
    name: 'constructors: none in a derived class, spread, this from an arrow, returned objects, another new.target',
    body: `
      class A { constructor(...all) { this.all = all; this.target = new.target.name } }
      class B extends A {} class C extends B { constructor(list) { const call = () => super(...list, "c"); call(); this.seen = (() => this.all.length)() } } class D extends A { constructor() { return { mine: 1 } } } class E {}`,
    value: '[A, B, C, D, E]',
    check:
      '{ const [A, B, C, D, E] = v; const r = Reflect.construct(B, [1], E); return [new B(1, 2), new C([3]), new D(), Object.getPrototypeOf(r) === E.prototype, r.target, (() => { try { B() } catch (e) { return e.name } })()] }',
    want: [
      { all: [1, 2], target: 'B' },
      { all: [3, 'c'], target: 'C', seen: 2 },
      { mine: 1 },
      true,
      'E',
      'TypeError',
    ],
  },
  {
    name: 'this of sloppy and strict functions that are called with primitives and nothing',
    body: 'function sloppy() { return [typeof this, this === globalThis] } function strict() { "use strict"; return [typeof this, this === globalThis] } const o = { get s() { "use strict"; return typeof this } }; Object.defineProperty(o, "n", { value: new Function("return typeof this") })',
    value:
      '[new Function("return [typeof this, this === globalThis]"), strict, Object.getOwnPropertyDescriptor(o, "s").get, o.n]',
    check: '{ const [f, g] = v; return [f.call(5), f(), g.call(5), g(), v[2].call("x"), v[3].call(1)] }',
    want: [['object', false], ['object', true], ['number', false], ['undefined', false], 'string', 'object'],
  },
  {
    name: 'turns of for await, blocks of try, catch without a binding, and finally',
    body: `
      const fs = []; (async () => { for await (let x of [1, 2]) fs.push(() => x++) })()
      try { let x = 10; fs.push(() => x++); throw 0 } catch { let x = 20; fs.push(() => x++) } finally { let x = 30; fs.push(() => x++) }
      switch (1) { case (fs.push(() => y), 1): let y = 40; fs.push(() => y++) }`,
    value: 'fs',
    check:
      '[v.map((f) => { try { return f() } catch (e) { return e.name } }), v.map((f) => { try { return f() } catch (e) { return e.name } })]',
    want: [
      [10, 20, 30, 40, 40, 1, 2],
      [11, 21, 31, 41, 41, 2, 3],
    ],
  },
  {
    name: 'literals: the prototype by a colon and not by a computed key or a method, spread, accessors under computed names',
    body: 'const p = { up: 1 }; const k = "x"; let n = 0; const o = { __proto__: p, ["__proto__"]: 2, ...{ y: 3 }, get [k]() { return ++n }, set [k](v) { n = v } }; const m = { __proto__() { return 4 } }; const __proto__ = 5; const s = { __proto__ }',
    value: '[o, p, m, s]',
    check:
      '[Object.getPrototypeOf(v[0]) === v[1], Object.getOwnPropertyDescriptor(v[0], "__proto__").value, v[0].y, v[0].x, (v[0].x = 8, v[0].x), Object.hasOwn(v[2], "__proto__"), Object.hasOwn(v[3], "__proto__"), Object.getPrototypeOf(v[3]) === Object.prototype]',
    want: [true, 2, 3, 1, 9, true, true, true],
  },
  {
    name: 'functions made by the constructors of functions, with parameters, comments and defaults',
    body: 'const AsyncGeneratorFunction = Object.getPrototypeOf(async function* () {}).constructor; const f = new Function("a", "b = a /* c */", "...r", "return [a, b, r.length] // end"); const g = Function("{ a, ...b }", "return [a, Object.keys(b).length]"); const h = AsyncGeneratorFunction("a", "yield a; yield* [a]")',
    value: '[f, g, h]',
    check:
      '(async () => { const all = []; for await (const x of v[2](6)) all.push(x); return [v[0](1), v[0](1, 2, 3), v[1]({ a: 4, c: 5 }), all, v.map((f) => f.name), String(v[0])] })()',
    want: [
      ...[
        [1, 1, 0],
        [1, 2, 1],
        [4, 1],
        [6, 6],
        ['anonymous', 'anonymous', 'anonymous'],
      ],
      'function anonymous(a,b = a /* c */,...r\n) {\nreturn [a, b, r.length] // end\n}',
    ],
  },
  {
    name: 'private methods alone: of a class without fields, with public ones, derived, on an object that is none',
    body: 'class A { #m() { return 1 } go() { return this.#m() } is(f) { return f === this.#m } take() { return this.#m } static has(o) { return #m in o } } class B extends A { f = 2; #m() { return 3 } all() { return [this.#m(), super.go(), this.f] } } const a = new A()',
    value: '{ A, a, b: new B(), taken: a.take(), none: Object.create(A.prototype) }',
    check:
      '[v.a.go(), v.b.all(), v.a.is(v.taken), v.b.is(v.taken), v.A.has(v.a), v.A.has(v.none), new v.A().go()]',
    want: [1, [3, 1, 2], true, true, true, false, 1],
  },
  {
    name: 'private method of one of two classes made at a place',
    lost: 'which of the classes made at its place',
    body: 'const make = () => class { #m() { return 1 } take() { return this.#m } }; const all = [make(), make()]; const taken = new all[0]().take()',
    value: 'Object.assign(taken, { all })',
    check: 'v()',
    want: 1,
  },
  {
    name: 'members deleted from prototypes that have nothing else',
    body: 'class A { get x() { return 1 } } class B { m() {} static m() { return 2 } } class C { set ["k" + 1](x) {} f = 3 } delete A.prototype.x; delete B.prototype.m; delete C.prototype.k1; const c = new C()',
    value: '[A, B, C, c]',
    check:
      '[...v.slice(0, 3).map((C) => Reflect.ownKeys(C.prototype)), new v[0]().x, v[1].m(), v[3].f, v[3] instanceof v[2]]',
    want: [['constructor'], ['constructor'], ['constructor'], null, 2, 3, true],
  },
  {
    name: 'arrow that calls super again',
    lost: 'only the constructor that it was made in can do',
    body: 'class A {} class B extends A { constructor() { const go = () => super(); go(); this.go = go } } const { go } = new B()',
    value: 'go',
    check:
      '(() => { try { return v() } catch (e) { if (e.name === "TombstoneError") throw e; return e.name } })()',
    want: 'ReferenceError',
  },
  {
    name: 'order of the keys of a function with indices',
    body: 'function f() {} f.n = 1; f[3] = 2; f[0] = 3; class C { static m() {} static n = 1; static 7 = 8 }',
    value: '[f, C]',
    check: 'v.map((each) => Reflect.ownKeys(each).filter((key) => key !== "arguments" && key !== "caller"))',
    want: [
      ['0', '3', 'length', 'name', 'prototype', 'n'],
      ['7', 'length', 'name', 'prototype', 'm', 'n'],
    ],
  },
  {
    name: 'code of a direct eval, and of a function without a file, is sloppy when the code around it is',
    skip: ['module'],
    body: 'let n = 1; const made = []; process.getBuiltinModule("node:vm").compileFunction("let n = 1; made.push(function f() { f = 2; return [typeof this, typeof f, n++] })", ["made"])(made)',
    value: '[eval("(function f() { f = 2; return [typeof this, typeof f, n++] })"), ...made]',
    check: 'v.map((each) => each.call(5))',
    want: [
      ['object', 'function', 1],
      ['object', 'function', 1],
    ],
  },
  {
    name: 'functions of every form by a direct eval are as strict as the code around it',
    body: `const see = '[n, (function () { return this === undefined })()]';
      const forms = ['(() => ' + see + ')', '(async () => ' + see + ')', '({ m(a = 1) { return ' + see + ' } }).m', '(function* () { yield ' + see + ' })',
        '(async function (a = 2) { return ' + see + ' })', '(function () { return ' + see + ' })'];
      const made = ['"use strict";', ''].map((strict) =>
        forms.map((form) => (0, eval)('(function () {' + strict + 'let n = 1; return eval(' + JSON.stringify(form) + ') })')()))`,
    value: 'made',
    check:
      '(async () => { const all = []; for (const f of v.flat()) { const got = await f(); all.push((got.next ? got.next().value : got)[1]) } return all })()',
    want: [true, true, true, true, true, true, false, false, false, false, false, false],
  },
];
