// What an attack on the others found: constructs in which something was lost without a word once. See samples.mjs for the fields.

export const EDGES = [
  {
    name: 'iterators of a Map, of a Set and over matches, and a generator, each with another prototype',
    body: `
      const own = () => ({ get [Symbol.toStringTag]() { globalThis.ran = true; return "mine" }, mine: 1 })
      const m = new Map([[1, 2], [3, 4]]).entries(), s = new Set([5, 6]).values(), r = "abab".matchAll(/b/g), g = (function* () { yield 7; yield 8 })()
      const nexts = [m, s, r, g].map((i) => Object.getPrototypeOf(i).next ?? Object.getPrototypeOf(Object.getPrototypeOf(i)).next)
      const all = [m, s, r, g]
      all.forEach((i, n) => { nexts[n].call(i); Object.setPrototypeOf(i, own()) })`,
    value: '{ all, nexts }',
    check:
      '[v.all.map((i) => i.mine + typeof i.next), v.nexts.map((next, n) => next.call(v.all[n]).value), globalThis.ran]',
    want: [['1undefined', '1undefined', '1undefined', '1undefined'], [[3, 4], 6, ['b'], 8], undefined],
  },
  ...[
    ['an array', '[1, 2].values()', '{}'],
    ['an array, and none', '[1, 2].keys()', 'null'],
    ['an array, and that of objects', '[1, 2].values()', 'Object.prototype'],
    ['an array, and that of a class of the user', '[1, 2].values()', 'class { f() {} }.prototype'],
    ['a string', '"ab"[Symbol.iterator]()', '{ next() { return 1 } }'],
    ['a typed array', 'new Uint8Array(2).entries()', '{ __proto__: null }'],
  ].map(([of, value, proto]) => ({
    name: `iterator over ${of}, with another prototype`,
    body: `const it = ${value}; it.next(); Object.setPrototypeOf(it, ${proto})`,
    value: 'it',
    check: '{ Object.getPrototypeOf(v); return 1 }',
    want: 1,
    lost: 'it has another prototype than it was made with',
  })),
  {
    name: 'objects of the engine and of the platform, each with another prototype',
    body: `
      const kept = {}, all = [new Intl.NumberFormat("en", { minimumFractionDigits: 2 }), new WeakRef(kept), new URL("http://a/b"), new URLSearchParams("a=1"), new TextDecoder("latin1")]
      const asks = [(o) => Intl.NumberFormat.prototype.resolvedOptions.call(o).minimumFractionDigits, (o) => WeakRef.prototype.deref.call(o) !== undefined,
        ...[[URL, "href"], [URLSearchParams, "size"], [TextDecoder, "encoding"]].map(([C, key]) => { const { get } = Object.getOwnPropertyDescriptor(C.prototype, key); return (o) => get.call(o) })]
      for (const o of all) Object.setPrototypeOf(o, { mine: 1 })`,
    value: '{ all, kept, asks }',
    check: 'v.all.map((o, n) => [o.mine, v.asks[n](o)])',
    want: [
      [1, 2],
      [1, true],
      [1, 'http://a/b'],
      [1, 1],
      [1, 'windows-1252'],
    ],
  },
  {
    name: 'instances of classes of the names that the engine uses, with another prototype',
    body: `
      class StringIterator { a = 1 } class Iterator { b = 2 } class Event { c = 3 } class NumberFormat { d = 4 } class Table { e = 5 } class Headers { f = 6 } class Tag {}
      const all = [new Iterator(), new Event(), new NumberFormat(), new Table(), new Headers()].map((o) => Object.setPrototypeOf(o, { mine: 1 }))`,
    value: '[...all, new StringIterator(), new Tag()]',
    check: 'v.map((o) => ({ ...o, mine: o.mine }))',
    want: [
      ...[{ b: 2 }, { c: 3 }, { d: 4 }, { e: 5 }, { f: 6 }].map((o) => ({ ...o, mine: 1 })),
      { a: 1 },
      {},
    ],
  },
  {
    name: 'declared function that calls itself and imports, beside another that shares its variable',
    body: 'function make(n) { function f(i) { return i ? f(i - 1) : [n++, import("node:path")] } function g() { return n } return { f, g } }',
    value: 'make(3)',
    check: '{ const [n, mod] = v.f(2); return mod.then((m) => [n, v.g(), typeof m.join]) }',
    want: [3, 4, 'function'],
  },
  {
    name: 'generators of functions that import before they yield',
    body: `
      function* g(n) { const p = () => import("node:path"); let x = n; while (true) { const got = yield [x++, typeof p]; x += got } }
      const o = { *m(n) { const p = () => import("node:path"); yield typeof p; yield [n, typeof p] } }, i = g(5), j = o.m(7); i.next(); j.next()`,
    value: '{ all: [i, j], g, o }',
    check: '[v.all[0].next(10).value, v.all[1].next().value]',
    want: [
      [16, 'function'],
      [7, 'function'],
    ],
  },
  ...[
    [
      'a static block',
      'class A { #x = 1; static { A.B = class B { peek(a) { return a.#x } #y = 2; y() { return this.#y } } } }',
      '[A, new A(), new A.B()]',
      '[v[2].peek(v[1]), v[2].y(), v[2] instanceof v[0].B, new v[0].B().peek(new v[0]())]',
      [1, 2, true, 1],
    ],
    [
      'a method',
      'class A { #x = 1; make() { return class { peek(a) { return a.#x } } } } const a = new A(), B = a.make()',
      '[a, new B(), B.prototype.peek]',
      '[v[1].peek(v[0]), v[2](v[0]), typeof v[0].make()]',
      [1, 1, 'function'],
    ],
    [
      'fields, of one class made twice',
      'const f = () => class A { #x = 1; B = class { peek(a) { return a.#x } has(a) { return #x in a } } }; const all = [f(), f()].map((A) => { const a = new A(); return [a, new a.B()] })',
      'all',
      '[v.map(([a, b]) => b.peek(a)), v[0][1].has(v[1][0]), v[1][1].has(v[1][0])]',
      [[1, 1], false, true],
    ],
    [
      'a static field, which has another one in a static field of its own',
      'class A { #x = 1; static B = class B { #y = 2; static C = class C { #z = 3; sum(a, b) { return a.#x + b.#y + this.#z } } } }',
      '[new A(), new A.B(), new A.B.C()]',
      '[v[2].sum(v[0], v[1]), v[2].constructor === v[1].constructor.C]',
      [6, true],
    ],
    [
      'a static field, and that extends it',
      'class A { #x = 1; #p() { return 7 } static #s = 8; static B = class B extends A { peek() { return [#x in this, this.#p(), A.#s++] } } }',
      'new A.B()',
      '[v.peek(), v.peek(), Object.getPrototypeOf(v.constructor).name]',
      [[true, 7, 8], [true, 7, 9], 'A'],
    ],
    [
      'a static field, with a generator that goes on',
      'class A { #x = 4; static B = class { f = (a) => a.#x; *g(a) { yield a.#x; yield a.#x + 1 } } } const a = new A(), b = new A.B(), g = b.g(a); g.next()',
      '[a, b, g]',
      '[v[2].next().value, v[1].f(v[0]), v[1].g(v[0]).next().value]',
      [5, 4, 4],
    ],
  ].map(([where, body, value, check, want]) => ({
    name: `class with private names of the class in whose body it stands: in ${where}`,
    body,
    value,
    check,
    want,
  })),
  {
    name: 'arrows that give an arrow which alone uses this, super or new.target, of every kind of code around',
    body: `
      class A { up() { return "up" } static up() { return "static" } }
      class B extends A { n = 1; f = () => () => [this.n, super.up()]; static n = 2; static f = () => () => [this.n, super.up()]; m() { return () => async () => [this.n, super.up()] } constructor() { super(); this.c = () => () => () => [this.n, new.target === B] } }
      function F() { this.n = 3; this.f = () => () => this.n } const o = { n: 4, m() { return () => () => [this.n, arguments.length] } }; const b = new B()`,
    value: '{ b, B, m: b.m(), c: b.c(), f: new F(), o: o.m(1, 2) }',
    check:
      '(async () => [v.b.f()(), v.B.f()(), await v.m()(), v.b.c()()(), v.c()(), v.f.f()(), v.o(), v.o()()])().then((all) => all.map((each) => (typeof each === "function" ? typeof each : each)))',
    want: [[1, 'up'], [2, 'static'], [1, 'up'], [1, true], [1, true], 3, 'function', [4, 2]],
  },
  {
    name: 'functions that begin with a function, and share a variable',
    body: 'const mk = () => { let n = 0; return [() => () => n++, () => n, (a) => (b) => (n += a + b), () => class { m() { return n++ } }, () => function () { return ++n }, () => async () => n] }; const all = [mk(), mk()]',
    value: 'all',
    check:
      '(async () => { const [f, get, add, mkClass, mkFn, later] = v[0]; return [f()(), add(1)(2), new (mkClass())().m(), mkFn()(), await later()(), get(), v[1][1]()] })()',
    want: [0, 4, 4, 6, 6, 6, 0],
  },
  {
    name: 'functions that were frozen, whose prototype is read-only, and whose length was defined again',
    skip: ['module'],
    body: 'function F() {} function* g() {} function H() {} function L(a) {} Object.freeze(F); Object.freeze(g); Object.defineProperty(H, "prototype", { writable: false }); delete L.length; L.own = 1; Object.defineProperty(L, "length", { value: 9, configurable: true })',
    value: '[F, g, H, L, function () {}]',
    check:
      '[v.map((f) => Object.getOwnPropertyDescriptor(f, "prototype").writable), v.map((f) => Object.isFrozen(f)), new v[0]() instanceof v[0], Reflect.ownKeys(v[3]).filter((key) => key !== "arguments" && key !== "caller")]',
    want: [
      [false, false, false, true, true],
      [true, true, false, false, false],
      true,
      ['name', 'prototype', 'own', 'length'],
    ],
  },
  {
    name: 'generators that have not begun, with closures over their parameters and over variables of their bodies',
    body: `
      const fs = []
      const g = function* (a = (fs.push(() => b, () => b++), 1), b = 5) { let x = yield 1; fs.push(() => x); yield [a, b, () => b] }
      function* h(a, { b, c = () => b++ } = {}, ...r) { const y = () => x; let x = yield 1; yield [a, c(), b, r, y()] }
      class A { #p = 1; *m(a, b = () => a++) { const y = () => [x, this.#p]; let x = yield 1; yield [a, b(), a, y(), arguments.length] } }`,
    value: '{ its: [g(), h(7, { b: 3 }, 8), new A().m(4), h(1, { b: 2 })], fs }',
    check:
      '{ const [get, up] = v.fs; up(); return [v.its.map((it) => [...it].flat().map((x) => (typeof x === "function" ? x() : x))), get()] }',
    want: [
      [
        [1, 1, 6, 6],
        [1, 7, 3, 4, [8], null],
        [1, 4, 4, 5, [null, 1], 1],
        [1, 1, 2, 3, [], null],
      ],
      6,
    ],
  },
  {
    name: 'classes without a name in their text are called in messages as they were',
    body: `
      const A = class { n = 1 }, { B = class extends A { #p = 1; p() { return this.#p } } } = {}, C = class extends null {}; const o = { "two words": class {}, __proto__: class {} }
      const all = [A, B, C, o["two words"], Object.getPrototypeOf(o)]; Object.defineProperty(all[3], "name", { value: "later" })
      const made = [1, 2].map((n) => { const K = class { m() { return n } }; return K }); const s = class { static name = "own" }`,
    value: '[...all, ...made, s, (0, class {})]',
    check:
      '{ const tell = (f) => { try { return f() } catch (e) { return e.message } }; const frozen = (C) => tell(() => { "use strict"; Object.freeze(Object.assign(new C(), { x: 1 })).x = 2 }); return [v.map((C) => C.name), [0, 1, 2, 4, 5, 6].map((at) => tell(() => v[at]())), frozen(v[0]), frozen(v[5]), new v[1]().p(), v.slice(5, 7).map((C) => new C().m()), tell(() => new v[2]()), v[0].toString()] }',
    want: [
      ['A', 'B', 'C', 'later', '', 'K', 'K', 'own', ''],
      [
        "Class constructor A cannot be invoked without 'new'",
        "Class constructor B cannot be invoked without 'new'",
        "Class constructor C cannot be invoked without 'new'",
        "Class constructors cannot be invoked without 'new'",
        "Class constructor K cannot be invoked without 'new'",
        "Class constructor K cannot be invoked without 'new'",
      ],
      "Cannot assign to read only property 'x' of object '#<A>'",
      "Cannot assign to read only property 'x' of object '#<K>'",
      1,
      [1, 2],
      'Super constructor null of C is not a constructor',
      'class { n = 1 }',
    ],
  },
  ...[
    [
      'one function in scopes that differ',
      'const make = (a, b) => ({ f: (t) => t`x${a}y`, g: () => b }); const one = make(1, 2), two = make(3, 4)',
      '[one.f, two.f, one.g]',
      '[v[0](id) === v[1](id), v[0](all).slice(1).join(), v[1](all)[1], v[0].toString()]',
      [true, '1', 3, '(t) => t`x${a}y`'],
    ],
    [
      'a function and the one that makes it',
      'const outer = (q) => { const w = q; const inner = (t) => t`in${w}`; return inner }',
      '{ outer, a: outer(1) }',
      '{ const b = v.outer(2), c = v.outer(3); return [v.a(id) === b(id), b(id) === c(id), v.a(all)[1], b(all)[1], b.toString(), b.toString() === v.a.toString()] }',
      [true, true, 1, 2, '(t) => t`in${w}`', true],
    ],
    [
      'methods, also of classes',
      'const mk = (x) => ({ m(t) { return t`m${x}` } }), cl = (x) => class { #p = x; m(t) { return t`c${this.#p}` } f = (t) => t`f` }; const A = cl(1), B = cl(2)',
      '{ o: mk(1), p: mk(2), mk, a: new A(), b: new B(), cl }',
      '[v.o.m(id) === v.p.m(id), v.o.m(id) === v.mk(3).m(id), v.p.m(all)[1], v.a.m(id) === v.b.m(id), v.b.f(id) === new (v.cl(3))().f(id), v.b.m(all)[1], v.cl.toString().endsWith(v.a.constructor.toString())]',
      [true, true, 2, true, true, 2, true],
    ],
    [
      'generators that go on, and their function',
      'function* g(t) { while (true) { yield t`g${1}`; yield t`h${1}` } } const i = g((s) => s), j = g((s) => s); i.next(); j.next(); j.next()',
      '{ g, i, j }',
      '{ const k = v.g(id), c = k.next().value, d = k.next().value; return [v.i.next().value === d, v.j.next().value === c, v.i.next().value === c, c === d] }',
      [true, true, true, false],
    ],
    [
      'tags behind `new`, of objects, of tags, and in lines of their own',
      [
        'const mk = (x) => { function C(v) { this.v = v } const t = (s) => class { constructor(v) { this.s = s; this.v = v } static k = C }, o = { n: x, t(s, ...v) { return [this.n, s, ...v] } };',
        'return { f: () => [new t`n`(1), new t`o`, new (t`p`)(2), new t`q`.k(3), (s => (...r) => [s, r])`x``y`, o.t`a${1, 2}b${o.t`in`[0]}`], l: (t) => { let a = 1',
        't`z${',
        '  // c',
        '  x }',
        'w`',
        'const b = t',
        '`l${[1]',
        '}`',
        'return b }, g: () => x } }; const a = mk(1), b = mk(2)',
      ].join('\n'),
      '[a.f, b.f, a.l, b.l, a.g]',
      '{ const [p, q] = [v[0](), v[1]()]; return [p[0].s === q[0].s, p[0].v, p[1].s === q[1].s, p[2].s === q[2].s, p[2].v, p[3].v, p[4][0] === q[4][0], p[4][1][0] === q[4][1][0], p[5][1] === q[5][1], p[5][0], q[5][0], p[5].slice(2).join(), v[2](id) === v[3](id), v[2](all)[1].join()] }',
      [true, 1, true, true, 2, 3, true, true, true, 1, 2, '2,1', true, '1'],
    ],
    [
      'one declaration that calls itself',
      'function make(a) { let n = a; function rec(t, k) { return k ? rec(t, k - 1) : t`r${n++}` } return { rec, other: () => n } } const a = make(1), b = make(5)',
      '[a.rec, b.rec, a.other]',
      '[v[0](id, 2) === v[1](id, 0), v[0](all, 1)[1] === v[2]() - 1, v[0].toString().startsWith("function rec(t, k)")]',
      [true, true, true],
    ],
  ].map(([where, body, value, check, want]) => ({
    name: `strings of one template: ${where}`,
    body: `${body}\n`,
    value: value.startsWith('{') ? `(${value})` : value,
    check: `{ const id = (s) => s, all = (...a) => a; ${check.startsWith('{') ? check.slice(1, -1) : `return ${check}`} }`,
    want,
  })),
  {
    name: 'strings of one template where the iterator of arrays was replaced when it runs',
    body: 'const make = (a, b) => ({ f: (t) => t`x${a}y`, g: () => b }); const one = make(1, 2), two = make(3, 4)',
    value: '[one.f, two.f, one.g]',
    check:
      '{ const p = Array.prototype, it = p[Symbol.iterator]; p[Symbol.iterator] = () => { throw new Error("it ran") }; try { return v[1]((s, x) => s === v[0]((r) => r) && x) } finally { Object.defineProperty(p, Symbol.iterator, { value: it, writable: true, enumerable: false, configurable: true }) } }',
    want: 3,
  },
  {
    name: 'function that imports, made by a loaded one',
    body: 'const outer = () => () => import("node:path")',
    value: '{ outer, inner: undefined }',
    check: '{ const inner = v.outer(); return inner().then((m) => [inner.toString(), typeof m.join]) }',
    want: ['() => import("node:path")', 'function'],
  },
  ...[
    ['sloppy', '', true],
    ['strict', '"use strict";', 'ReferenceError'],
  ].map(([mode, directive, want]) => ({
    name: `arrows that a direct eval made in ${mode} functions, also with a default, a pattern and a rest`,
    body: `
      const texts = ["() => { name1 = a; return delete globalThis.name1 }", "async (x) => { name1 = a; return delete globalThis.name1 }",
        "({ q }) => { let w = (name1 = a); return delete globalThis.name1 }", "() => { if (name1 = a) return delete globalThis.name1 }"]
      const make = new Function(${JSON.stringify(`${directive} return [`)} + ["(a = 1)", "({ a } = { a: 1 })", "(...a)", "(a)"].map((params) =>
        texts.map((text) => "(function () { return (" + (${JSON.stringify(mode)} === "strict" && params !== "(a)" ? "function (t) { return (function " + "(a)" : "function (t) { return (function " + params) +
        " { return eval(t) }).call({}" + (params === "(a)" || ${JSON.stringify(mode)} === "strict" ? ", 1" : "") + ") })(" + JSON.stringify("(" + text + ")") + ") })()").join()).join() + "]")`,
    value: 'make()',
    check:
      '{ const one = async (f) => { try { return await f({}) } catch (e) { return e.name } }; return Promise.all(v.map(one)).then((all) => [v.length, ...new Set(all)]) }',
    want: [16, want],
  })),
  ...[
    ['a class with a base', 'class extends Array { m() { return me } }', 'new v().m() instanceof Function'],
    [
      'one whose parts all run when it is made',
      'class extends Object { f = () => me; static g = () => typeof me }',
      'new v().f().length + v.g()',
    ],
    [
      'one that cannot be entered',
      'class { f = me; static s = 1; m() { return me.length + this.f.length } }',
      'new v().m() + 1',
    ],
    ['one in a with block', '(() => { with ({ me: 1 }) return () => me })()', 'v() + 1', ['module']],
  ].map(([what, text, check, skip = []], n) => ({
    name: `name of a function expression around ${what}`,
    body: `const made = (function me(a = 1) { return ${text} })(2)`,
    value: 'made',
    check,
    want: [true, '0function', 1, 2][n],
    skip,
  })),
  {
    name: 'function that assigns to its arguments where a variable of the name is around it',
    body: 'const make = new Function("var arguments = 1; return [function () { arguments++; return typeof arguments }, () => ++arguments]")',
    value: 'make()',
    check: '[v[0](), v[1](), v[0](), v[1]()]',
    want: ['number', 2, 'number', 3],
  },
  {
    name: 'arrows that assign to the arguments of the function around them',
    body: `const make = new Function("return [() => { arguments = 5 }, () => arguments, () => arguments++, () => { [arguments] = [8] }, () => eval('arguments')]")`,
    value: '[make(1, 2), make(3)]',
    check: `{ const [[set, get, more, pattern, inEval], [, other]] = v; const all = [get().length, other().length];
      set(); all.push(get(), more(), get()); pattern(); all.push(get(), inEval(), other()[0]); return all }`,
    want: [2, 1, 5, 5, 6, 8, 8, 3],
  },
  ...[
    ['var arguments = 4; yield 1; yield arguments', 'a variable of its own'],
    ['let arguments = 4; yield 1; yield arguments', 'one of its own that is no var'],
    ['{ let arguments = 4; yield 1; yield arguments }', 'one of a block'],
    ['arguments = 4; yield 1; yield arguments', 'what it assigned'],
  ].map(([text, what]) => ({
    name: `generator whose word arguments means ${what}`,
    body: `const it = new Function(${JSON.stringify(`return (function* () { ${text} })(1)`)})(); it.next()`,
    value: 'it',
    check: 'v.next().value',
    want: 4,
    lost: 'it has a variable with the name arguments',
  })),
  {
    name: 'variables of the name arguments that hold what sees them, or are seen from scopes inside',
    body: 'const make = new Function("var arguments = () => [arguments, n++]; let n = 1; return { it: arguments, inner: (() => { let q = 5; return () => [arguments === this.x, q++] }).call(0) }")',
    value: 'make.call({ x: 1 })',
    check: '[v.it()[0] === v.it, v.it()[1], v.inner()]',
    want: [true, 2, [false, 5]],
    skip: ['module'],
  },
  {
    name: 'variable of the name arguments that a scope inside assigns to',
    body: 'const make = new Function("var arguments = 1; return [() => arguments, (() => { let q = 5; return () => [++arguments, q++] })()]")',
    value: 'make()[1]',
    check: 'v()',
    want: [2, 5],
    lost: 'a variable of the name arguments is in a scope around others of it',
  },
  {
    name: 'arrows with arguments and new.target of a function that was constructed',
    body: 'const make = new Function("this.f = () => [new.target === undefined, arguments[0], arguments.length]; this.g = () => new.target")',
    value: '{ o: new make(7, 8), make, p: make.call({}) }',
    check: '[v.o.f(), v.o.g() === v.make]',
    want: [[false, 7, 2], true],
  },
  {
    name: 'parameters and a pattern of a catch that were never initialised since a default threw',
    body: `
      const boom = () => { throw 1 }, keep = []
      try { ((a = keep.push(() => b, () => { b = 1 }, () => typeof b), b = boom()) => {})() } catch {}
      try { try { throw {} } catch ({ a = keep.push(() => c), c = boom() }) {} } catch {}
      ((a = keep.push(() => d), d) => {})()`,
    value: 'keep',
    check: 'v.map((f) => { try { return [f()] } catch (e) { return e.name } })',
    want: ['ReferenceError', 'ReferenceError', 'ReferenceError', 'ReferenceError', [undefined]],
  },
  {
    name: 'generator objects are of their generator functions',
    body: `
      function* g() { yield 1; yield 2 } async function* ag() { yield 3 } function* h() {} class C { *m() { yield this } }
      h.prototype = g.prototype
      const [a, b, c, d] = [g(), ag(), new C().m(), (function* () { yield 5 })()]; a.next(); const o = Object.create(g.prototype)
      const lone = Object.getPrototypeOf(d)`,
    value: '{ a, b, c, d, o, lone, g, ag, h, C }',
    check:
      '[v.a instanceof v.g, v.b instanceof v.ag, v.c instanceof v.C.prototype.m, v.o instanceof v.g, v.h.prototype === v.g.prototype, Object.getPrototypeOf(v.d) === v.lone, v.g() instanceof v.h, v.a.next().value, v.d.next().value]',
    want: [true, true, true, true, true, true, true, 2, 5],
  },
  ...[
    ['a property', 'return { a: yield 1, c: 2 }', { a: [7], c: 2 }],
    ['a later property', 'return { c: 2, a: yield 1 }', { c: 2, a: [7] }],
    ['properties inside', 'return { x: { y: [yield 1] } }', { x: { y: [[7]] } }],
    ['spread properties', 'return { ...yield 1, c: 2 }', { 0: 7, c: 2 }],
    ['spread elements', 'return [1, ...yield 1, 3]', [1, 7, 3]],
    ['spread arguments', 'return call(...yield 1, 3)', [7, 3]],
  ].map(([what, text, want]) => ({
    name: `generator that goes on in a literal: ${what}`,
    body: `const it = (function* (call) { ${text} })((...list) => list); it.next()`,
    value: 'it',
    check: 'v.next([7]).value',
    want,
  })),
];
