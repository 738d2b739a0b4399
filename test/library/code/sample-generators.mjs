// Generators, iterators and what is in flight, one sample a construct. See samples.mjs for the fields.

export const GENERATORS = [
  {
    name: 'generator not started',
    body: 'function* g(a) { a++; yield a; yield* [a, a] }',
    value: 'g(1)',
    check: '[...v]',
    want: [2, 2, 2],
  },
  {
    name: 'generator finished',
    body: 'function* g() { yield 1 } const i = g(); [...i]',
    value: 'i',
    check: '[v.next()]',
    want: [{ done: true }],
  },
  {
    name: 'suspended generator',
    body: 'function* g(a) { let b = a + 1; yield b; b++; yield b; return "end" } const i = g(1); i.next()',
    value: 'i',
    check: '[v.next(), v.next(), v.next()]',
    want: [{ value: 3, done: false }, { value: 'end', done: true }, { done: true }],
  },
  {
    name: 'generator suspended in a loop',
    body: 'function* count() { for (let i = 0; i < 5; i++) yield i } const i = count(); i.next(); i.next()',
    value: 'i',
    check: '[...v]',
    want: [2, 3, 4],
  },
  {
    name: 'generator suspended in for of',
    body: 'function* g(list) { for (const x of list) { const y = x * 2; yield y } } const i = g([1, 2, 3]); i.next()',
    value: 'i',
    check: '[...v]',
    want: [4, 6],
  },
  {
    name: 'generators suspended in loops over arrays: made in the head, by entries and keys, of objects and pairs, nested, with a label',
    body: `
      const log = []; const list = [5, 5, 6, 5]
      const its = [
        (function* () { for (const x of ["a", "b", "c"]) yield x })(),
        (function* (o) { for (const [k, v] of Object.entries(o)) { yield k; yield v } })({ p: 1, q: 1, r: 1 }),
        (function* () { for (const [i, x] of list.entries()) yield [i, x] })(),
        (function* () { for (let i of list.keys()) { yield () => i } })(),
        (function* (all) { for (const { id, in: [first] } of all) { yield id + first } })([{ id: 1, in: ["x"] }, { id: 2, in: ["x"] }, { id: 2, in: ["y"] }, { id: 3, in: ["z"] }]),
        (function* (a, b) { A: for (const x of a) { try { for (const y of b) { yield x + y; if (y === 2) continue A } } finally { log.push(x) } } })([10, 20], new Uint8Array([1, 2, 3])),
        (function* () { for (const x of arguments) yield x })("k", "l", "m"),
      ]
      for (const it of its) { it.next(); it.next() }`,
    value: '[its, list, log]',
    check:
      '{ v[1].push(7); return [v[0].map((it) => [...it].map((x) => (typeof x === "function" ? x() : x))), v[2]] }',
    want: [
      [
        ['c'],
        ['q', 1, 'r', 1],
        [
          [2, 6],
          [3, 5],
          [4, 7],
        ],
        [2, 3, 4],
        ['2y', '3z'],
        [21, 22],
        ['m'],
      ],
      [10, 20],
    ],
  },
  {
    name: 'generators suspended in loops over strings and matches',
    body: `
      const its = [
        (function* (s) { for (const c of s) yield c })("abc d"),
        (function* (s) { for (const m of s.matchAll(/[a-z](\\d)?/g)) yield m[1] })("a1bc2"),
        (function* (s) { yield* s.matchAll(/(?=(.))/g) })("xyz"),
      ]
      for (const it of its) it.next()`,
    value: 'its',
    check: '[[...v[0]], [...v[1]], [...v[2]].map((m) => m[1])]',
    want: [
      ['b', 'c', ' ', 'd'],
      [null, '2'],
      ['y', 'z'],
    ],
  },
  {
    name: 'generator suspended in a loop over an array that has its element twice',
    lost: 'and no variable tells',
    body: 'function* g(list) { for (const x of list) yield x } const i = g([1, 1, 2]); i.next()',
    value: 'i',
    check: '[...v]',
    want: [1, 2],
  },
  {
    name: 'generator suspended in a yield* over an array',
    lost: 'and no variable tells',
    body: 'function* g(list) { yield* list } const i = g([1, 2]); i.next()',
    value: 'i',
    check: '[...v]',
    want: [2],
  },
  {
    name: 'asynchronous generators suspended in loops, for await and yield*',
    body: `
      const log = []
      async function* inner() { try { const x = yield 1; yield x; yield 3 } finally { log.push("closed") } }
      const own = { n: 0, [Symbol.asyncIterator]() { return this }, async next() { return { value: ++this.n, done: this.n > 3 } } }
      const its = [
        (async function* () { for await (const x of inner()) { yield [x]; if (x === 3) break } yield "end" })(),
        (async function* () { L: for await (const x of own) { for (const y of new Set(["a", "b"])) { yield x + y; if (x === 2) continue L } } })(),
        (async function* () { yield* inner(); yield "after" })(),
        (async function* () { for (const x of ["p", "q"]) yield x })(),
      ]
      for (const it of its) it.next()`,
    value: '[its, log]',
    check:
      '(async () => { const all = []; for (const it of v[0]) for (let r = await it.next(7); !r.done; r = await it.next()) all.push(r.value); return [all, v[1]] })()',
    want: [
      [[null], [3], 'end', '1b', '2a', '3a', '3b', 7, 3, 'after', 'q'],
      ['closed', 'closed'],
    ],
  },
  {
    name: 'asynchronous generator suspended in for await over an array',
    lost: 'over an iterator that V8 does not show',
    body: 'const i = (async function* () { for await (const x of [1, 2]) yield x })(); i.next()',
    value: 'i',
    check: 'v.next().then((r) => r.value)',
    want: 2,
  },
  {
    name: 'generators suspended in for in over every kind of object',
    body: `
      function* g(o) { for (const name in o) { yield name; String(name) } return "end" }
      class P { b = 1; a = 2; c = 3 } P.prototype.inherited = 1
      const family = [{ x: 1, y: 2 }, { x: 1, y: 2, z: 3 }]; for (const each of family) for (const k in each) k;
      const all = [new P(), { b: 1, 7: 2, 3: 3, a: 4, __proto__: { up: 1, b: 2 } }, [7, , 8, 9], "abc", { __proto__: null, p: 1, q: 2, r: 3 }, family[0], new Proxy({ m: 1, n: 2, o: 3 }, {})];
      const its = all.map((o) => { const it = g(o); it.next(); return it }); its[1].next(); its[2].next()
      const gone = { a: 1, b: 2, c: 3, d: 4 }; const it = g(gone); it.next()`,
    value: '[its, it, gone]',
    check: '[...v[0].map((it) => [...it].join()), (delete v[2].b, [...v[1]].join())]',
    want: ['a,c,inherited', 'b,a,up', '3', '1,2', 'q,r', 'y', 'n,o', 'c,d'],
  },
  {
    name: 'generators suspended in for in within other loops, with a label, twice over one object',
    body: `
      const log = []; const o = { a: 1, b: 2, c: 3 }
      function* nested(list) { for (const x of list) for (const k in o) for (const j in { y: 1, z: 2 }) { yield [x, k, j].join(""); log.length && (() => k + j) } }
      function* same() { for (const k in o) for (const j in o) { yield k + j; String(j); () => k } }
      function* labelled() { try { A: for (let k in o) { for (;;) { yield k; if (k === "b") continue A; break } yield k + k; () => k } } finally { log.push("f") } }
      const its = [nested(new Set(["s", "t"])), same(), labelled()]; for (const it of its) { it.next(); it.next(); it.next() }`,
    value: '[its, log]',
    check: '[v[0].map((it) => [...it].join()), v[1]]',
    want: [['sbz,scy,scz,tay,taz,tby,tbz,tcy,tcz', 'ba,bb,bc,ca,cb,cc', 'c,cc'], ['f']],
  },
  {
    name: 'generator suspended in for in whose names go to a property',
    lost: 'for…in loop over names that V8 does not show',
    body: 'function* g(o, t) { for (t.name in o) yield t.name } const i = g({ a: 1, b: 2 }, {}); i.next()',
    value: 'i',
    check: '[...v]',
    want: ['b'],
  },
  {
    name: 'generator suspended in for in over an object that has another shape by now',
    lost: 'for…in loop over names that V8 does not show',
    body: 'function* g(o) { for (const name in o) { o.more = 1; yield name } } const i = g({ a: 1, b: 2 }); i.next()',
    value: 'i',
    check: '[...v]',
    want: ['b'],
  },
  {
    name: 'generator suspended in try',
    body: 'const log = []; function* g() { try { yield 1; yield 2 } finally { log.push("f") } } const i = g(); i.next()',
    value: '[i, log]',
    check: '[v[0].return(9), v[1]]',
    want: [{ value: 9, done: true }, ['f']],
  },
  {
    name: 'generator suspended in yield*',
    body: 'function* inner() { const x = yield 1; yield x * 2 } function* g() { const r = yield* inner(); yield "after" } const i = g(); i.next()',
    value: 'i',
    check: '[v.next(4), v.next(), v.next()]',
    want: [{ value: 8, done: false }, { value: 'after', done: false }, { done: true }],
  },
  {
    name: 'suspended generator shares a captured variable',
    body: 'let n = 0; function* g() { for (;;) yield ++n } const i = g(); i.next()',
    value: '[i, () => n]',
    check: '[v[0].next().value, v[1]()]',
    want: [2, 2],
  },
  {
    name: 'generator gets a value sent',
    body: 'function* g() { let sum = 0; for (;;) sum += yield sum } const i = g(); i.next(); i.next(5)',
    value: 'i',
    check: '[v.next(2).value]',
    want: [7],
  },
  {
    name: 'method generator with this',
    body: 'const o = { n: 3, *g() { yield this.n; yield this.n + 1 } }; const i = o.g(); i.next()',
    value: 'i',
    check: 'v.next().value',
    want: 4,
  },
  {
    name: 'async generator not started',
    body: 'async function* g() { yield 1; yield 2 }',
    value: 'g()',
    check: '(async () => { const all = []; for await (const x of v) all.push(x); return all })()',
    want: [1, 2],
  },
  {
    name: 'Map iterator part-way',
    body: 'const m = new Map([[1, 2], [3, 4], [5, 6]]); const i = m.entries(); i.next()',
    value: '[i, m]',
    check: '[v[0].next().value, (v[1].set(7, 8), [...v[0]])]',
    want: [
      [3, 4],
      [
        [5, 6],
        [7, 8],
      ],
    ],
  },
  {
    name: 'Set iterator part-way',
    body: 'const s = new Set([1, 2, 3]); const i = s.values(); i.next()',
    value: 'i',
    check: '[...v]',
    want: [2, 3],
  },
  {
    name: 'array iterator part-way',
    lost: 'a number inside of it',
    body: 'const a = [1, 2, 3]; const i = a.values(); i.next()',
    value: '[i, a]',
    check: '[...v[0]]',
    want: [2, 3],
  },
  {
    name: 'string iterator part-way',
    lost: 'a number inside of it',
    body: 'const i = "abc"[Symbol.iterator](); i.next()',
    value: 'i',
    check: '[...v]',
    want: ['b', 'c'],
  },
  {
    name: 'string iterator with surrogates',
    lost: 'a number inside of it',
    body: 'const i = "a😀b"[Symbol.iterator](); i.next(); i.next()',
    value: 'i',
    check: '[...v]',
    want: ['b'],
  },
  {
    name: 'RegExp string iterator part-way',
    body: 'const i = "a1b2c3".matchAll(/[a-z](\\d)/g); i.next()',
    value: 'i',
    check: '[...v].map((m) => m[1])',
    want: ['2', '3'],
  },
  {
    name: 'generator with defaults, patterns and rest not started',
    body: 'let n = 0; function* g(a, b = ++n, { c } = { c: 3 }, ...r) { let x = a; yield [a, b, c, r, x, f()]; function f() { return x } }',
    value: '[g(1), () => n]',
    check: '[[...v[0]], v[1]()]',
    want: [[[1, 1, 3, [], 1, 1]], 1],
  },
  {
    name: 'generator in a turn of a loop whose variables closures share',
    body: 'function* g() { for (let i = 0; i < 3; i++) { let n = 0; yield () => [++n, i]; yield n } } const i = g(); const f = i.next().value',
    value: '[i, f]',
    check: '[v[1](), v[0].next().value, v[1](), v[0].next().value(), v[1]()]',
    want: [[1, 0], 1, [2, 0], [1, 1], [3, 0]],
  },
  {
    name: 'generator in nested loops with labels',
    body: 'function* g() { let i = 0; outer: while (i < 5) { i++; for (let j = 0; j < 3; j++) { if (j === 1) continue outer; if (i === 4) break outer; yield [i, j] } } yield "end" } const i = g(); i.next(); i.next()',
    value: 'i',
    check: '[...v]',
    want: [[3, 0], 'end'],
  },
  {
    name: 'generator in a switch that falls through',
    body: 'function* g(x) { switch (x) { case 0: yield 0; case 1: yield 1; case 2: { yield 2; break } default: yield 3 } yield "end" } const i = g(1); i.next()',
    value: 'i',
    check: '[...v]',
    want: [2, 'end'],
  },
  {
    name: 'generator in do while, and var that closures share',
    body: 'let f; function* g() { var n = 0; f = () => n++; do { yield n; var m = n + 1 } while (n < 4); return [n, m] } const i = g(); i.next()',
    value: '[i, f]',
    check: '[v[1](), v[0].next().value, v[1](), v[1](), v[1](), v[0].next().value]',
    want: [0, 1, 1, 2, 3, [4, 5]],
  },
  {
    name: 'generator in try, catch and finally',
    body: 'const log = []; function* g() { try { try { yield 1 } catch (e) { log.push(e); yield "caught"; log.push(e) } finally { log.push("inner") } } finally { log.push("outer"); } yield "end" } const i = g(); i.next(); i.throw("e")',
    value: '[i, log]',
    check: '[v[0].next(), v[0].next(), v[1]]',
    want: [{ value: 'end', done: false }, { done: true }, ['e', 'e', 'inner', 'outer']],
  },
  {
    name: 'generator ended by throw runs its finally blocks',
    body: 'const log = []; function* g() { try { for (let i = 0; ; i++) { try { yield i } finally { log.push(i) } } } finally { log.push("f") } } const i = g(); i.next(); i.next()',
    value: '[i, log]',
    check: '{ let got; try { v[0].throw("x") } catch (e) { got = e } return [got, v[0].next(), v[1]] }',
    want: ['x', { done: true }, [0, 1, 'f']],
  },
  {
    name: 'generator in the parts of a loop head',
    body: 'function* g() { for (let i = yield "a"; i < (yield "b"); i += (yield "c")) yield i } const i = g(); i.next(); i.next(1); i.next(5); i.next()',
    value: 'i',
    check: '[v.next(2), v.next(9), v.next(), v.next(1), v.next(1)].map((r) => r.value)',
    want: ['b', 3, 'c', 'b', null],
  },
  {
    name: 'generator in the middle of an expression that is fixed',
    body: 'function* g(o) { const r = 1 + (yield); o.x = yield r; const { a, b = r } = yield; return [r, o.x, a, b] } const o = {}; const i = g(o); i.next(); i.next(2)',
    value: '[i, o]',
    check: '[v[0].next("x"), v[1].x, v[0].next({ a: 1 })]',
    want: [{ done: false }, 'x', { value: [3, 'x', 1, 3], done: true }],
  },
  {
    name: 'generator in the middle of an expression that is not',
    lost: 'in the middle of an expression',
    body: 'function* g() { const all = []; for (;;) all[all.length] = (yield all.length) } const i = g(); i.next()',
    value: 'i',
    check: 'v.next()',
    want: { value: 1, done: false },
  },
  {
    name: 'generator in the arguments of methods: of a list, of an object in an object, of this, of what is global, one in another',
    body: `
      const o = { in: { n: 1, add(x, y) { this.n += x * y; return this } }, list: [], *own() { for (;;) this.list.push(yield this.list.length) } }
      function* g() { const all = []; for (;;) { all.push(yield all.length); o.in.add(2, yield "add"); all.push("x", o.in.add(yield "both", 1).n); all.push(Math.max(1, yield "max")) } }
      const its = [g(), g(), g(), g(), o.own()]; for (const [k, it] of its.entries()) for (let n = 0; n <= (k === 4 ? 1 : k); n++) it.next(n)`,
    value: '[its, o]',
    check: '[v[0].map((i) => [i.next(5).value, i.next(6).value, i.next(7).value]), v[1]]',
    want: [
      [
        ['add', 'both', 'max'],
        ['both', 'max', 4],
        ['max', 4, 'add'],
        [4, 'add', 'both'],
        [2, 3, 4],
      ],
      { in: { n: 66 }, list: [1, 5, 6, 7] },
    ],
  },
  {
    name: 'generator in the arguments of a method that is another one by now',
    lost: 'in the middle of an expression',
    body: 'const o = { m: (x) => x }; function* g() { for (;;) yield o.m(yield) } const i = g(); i.next(); o.m = (x) => x * 2',
    value: 'i',
    check: 'v.next(3).value',
    want: 3,
  },
  {
    name: 'generator in the arguments of a method of an object that is another one by now',
    lost: 'in the middle of an expression',
    body: 'let o = { n: 1, m(x) { return this.n + x } }; function* g() { for (;;) yield o.m(yield) } const i = g(); i.next(); o = { ...o, n: 9 }',
    value: 'i',
    check: 'v.next(3).value',
    want: 4,
  },
  {
    name: 'generator in a finally block',
    lost: 'in a finally block',
    body: 'function* g() { try { return 1 } finally { yield 2 } } const i = g(); i.next()',
    value: 'i',
    check: 'v.next()',
    want: { value: 1, done: true },
  },
  {
    name: 'generator in a for in loop whose name may be gone',
    lost: 'for…in loop over names that V8 does not show',
    body: 'function* g() { for (const k in { a: 1, b: 2 }) yield k } const i = g(); i.next()',
    value: 'i',
    check: 'v.next()',
    want: { value: 'b', done: false },
  },
  {
    name: 'generator with arguments and this',
    body: 'const o = { n: 3, *g() { yield this.n; yield [...arguments]; yield (() => [this.n, arguments.length])() } }; const i = o.g(1, 2); i.next()',
    value: 'i',
    check: '[...v]',
    want: [
      [1, 2],
      [3, 2],
    ],
  },
  {
    name: 'generator of a class with private names and super',
    body: 'class A { *m() { yield "A" } } class B extends A { #p = 1; *m() { yield this.#p; this.#p++; const up = super.m(); yield up.next().value; yield this.#p } } const b = new B(); const i = b.m(); i.next()',
    value: '[i, b]',
    check: '[[...v[0]], [...v[1].m()], v[0][Symbol.toStringTag]]',
    want: [['A', 2], [2, 'A', 3], 'Generator'],
  },
  {
    name: 'generator keeps identity, own properties and the prototype of its function',
    body: 'function* g() { yield 1; yield 2 } g.prototype.extra = function () { return this.mine }; const i = g(); i.mine = 5; i.next()',
    value: '[i, { i }, g]',
    check:
      '[v[0] === v[1].i, v[0].extra(), Object.getPrototypeOf(v[0]) === v[2].prototype, v[0] instanceof v[2], String(v[2]), [...v[0]]]',
    want: [true, 5, true, true, 'function* g() { yield 1; yield 2 }', [2]],
  },
  {
    name: 'generator that holds itself',
    body: 'function* g() { const me = yield 1; yield 2; yield me.next === undefined ? 0 : me } const i = g(); i.next(); i.next(i)',
    value: 'i',
    check: 'v.next().value === v',
    want: true,
  },
  {
    name: 'named generator expression',
    body: 'const h = function* self(n) { yield n; yield self === h } ; const i = h(1); i.next()',
    value: '[i, h]',
    check: '[...v[0]]',
    want: [true],
  },
  {
    name: 'two generators of one function over one variable',
    body: 'function mk() { let n = 0; function* g() { let own = 0; for (;;) yield [++n, ++own] } return [g(), g(), () => n] } const v = mk(); v[0].next(); v[1].next()',
    value: 'v',
    check: '[v[0].next().value, v[1].next().value, v[2]()]',
    want: [[3, 2], [4, 2], 4],
  },
  {
    name: 'generator whose variable hides another',
    lost: 'hides another',
    body: 'function* g() { let x = 1; { let x = 2; yield x } yield x } const i = g(); i.next()',
    value: 'i',
    check: 'v.next().value',
    want: 1,
  },
  {
    name: 'Map and Set iterators at the end, ended, and of collections that are gone',
    body: 'const m = new Map([[1, 2]]); const end = m.keys(); end.next(); const over = m.keys(); [...over]; const gone = new Set([1, 2, 3]).entries(); gone.next()',
    value: '[m, end, over, gone]',
    check: '[v[0].set(3, 4).size, [...v[1]], [...v[2]], [...v[3]]]',
    want: [
      2,
      [3],
      [],
      [
        [2, 2],
        [3, 3],
      ],
    ],
  },
  {
    name: 'generator in loops over a Map, a Set and an iterator of its own',
    body: 'let closed = 0; const own = { n: 0, [Symbol.iterator]() { return this }, next() { return { value: ++this.n, done: this.n > 3 } }, return() { closed++; return {} } }; function* g(m) { for (const [k, s] of m) for (const x of s) for (const y of own) { yield [k, x, y]; if (y === 2) break } } const m = new Map([[1, new Set([1, 2])], [2, new Set([3])]]); const i = g(m); i.next()',
    value: '[i, m, () => closed]',
    check: '{ v[1].set(5, new Set([6])); const all = [...v[0]]; return [all, v[2]()] }',
    want: [
      [
        [1, 1, 2],
        [1, 2, 3],
      ],
      1,
    ],
  },
  {
    name: 'generator of generators',
    body: 'function* tree(n) { if (n > 0) { yield* tree(n - 1); yield n; yield* tree(n - 1) } } const i = tree(3); i.next(); i.next()',
    value: 'i',
    check: '[...v]',
    want: [1, 3, 1, 2, 1],
  },
  {
    name: 'return and throw go into a yield*',
    body: 'const log = []; function* inner() { try { yield 1 } catch (e) { yield "c" + e } finally { log.push("f") } } function* g() { try { yield* inner() } finally { log.push("g") } } const i = g(); i.next()',
    value: '[i, log]',
    check: '[v[0].throw("x"), v[0].return(7), v[1]]',
    want: [{ value: 'cx', done: false }, { value: 7, done: true }, ['f', 'g']],
  },
];
