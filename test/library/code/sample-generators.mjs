// Generators, iterators and what is in flight, one sample a construct. See samples.mjs for the fields.

export const GENERATORS = [
  { name: 'generator not started', lost: 'stands inside', body: 'function* g(a) { a++; yield a; yield* [a, a] }', value: 'g(1)', check: '[...v]', want: [2, 2, 2] },
  { name: 'generator finished', lost: 'stands inside', body: 'function* g() { yield 1 } const i = g(); [...i]', value: 'i', check: '[v.next()]', want: [{ done: true }] },
  { name: 'suspended generator', lost: 'stands inside', body: 'function* g(a) { let b = a + 1; yield b; b++; yield b; return "end" } const i = g(1); i.next()', value: 'i', check: '[v.next(), v.next(), v.next()]', want: [{ value: 3, done: false }, { value: 'end', done: true }, { done: true }] },
  { name: 'generator suspended in a loop', lost: 'stands inside', body: 'function* count() { for (let i = 0; i < 5; i++) yield i } const i = count(); i.next(); i.next()', value: 'i', check: '[...v]', want: [2, 3, 4] },
  { name: 'generator suspended in for of', lost: 'stands inside', body: 'function* g(list) { for (const x of list) { const y = x * 2; yield y } } const i = g([1, 2, 3]); i.next()', value: 'i', check: '[...v]', want: [4, 6] },
  { name: 'generator suspended in try', lost: 'stands inside', body: 'const log = []; function* g() { try { yield 1; yield 2 } finally { log.push("f") } } const i = g(); i.next()', value: '[i, log]', check: '[v[0].return(9), v[1]]', want: [{ value: 9, done: true }, ['f']] },
  { name: 'generator suspended in yield*', lost: 'stands inside', body: 'function* inner() { const x = yield 1; yield x * 2 } function* g() { const r = yield* inner(); yield "after" } const i = g(); i.next()', value: 'i', check: '[v.next(4), v.next(), v.next()]', want: [{ value: 8, done: false }, { value: 'after', done: false }, { done: true }] },
  { name: 'suspended generator shares a captured variable', lost: 'stands inside', body: 'let n = 0; function* g() { for (;;) yield ++n } const i = g(); i.next()', value: '[i, () => n]', check: '[v[0].next().value, v[1]()]', want: [2, 2] },
  { name: 'generator gets a value sent', lost: 'stands inside', body: 'function* g() { let sum = 0; for (;;) sum += yield sum } const i = g(); i.next(); i.next(5)', value: 'i', check: '[v.next(2).value]', want: [7] },
  { name: 'method generator with this', lost: 'stands inside', body: 'const o = { n: 3, *g() { yield this.n; yield this.n + 1 } }; const i = o.g(); i.next()', value: 'i', check: 'v.next().value', want: 4 },
  { name: 'async generator not started', lost: 'stands inside', body: 'async function* g() { yield 1; yield 2 }', value: 'g()', check: '(async () => { const all = []; for await (const x of v) all.push(x); return all })()', want: [1, 2] },
  { name: 'Map iterator part-way', lost: 'stands in the middle', body: 'const m = new Map([[1, 2], [3, 4], [5, 6]]); const i = m.entries(); i.next()', value: '[i, m]', check: '[v[0].next().value, (v[1].set(7, 8), [...v[0]])]', want: [[3, 4], [[5, 6], [7, 8]]] },
  { name: 'Set iterator part-way', lost: 'stands in the middle', body: 'const s = new Set([1, 2, 3]); const i = s.values(); i.next()', value: 'i', check: '[...v]', want: [2, 3] },
  { name: 'array iterator part-way', lost: 'keeps its state', body: 'const a = [1, 2, 3]; const i = a.values(); i.next()', value: '[i, a]', check: '[...v[0]]', want: [2, 3] },
  { name: 'string iterator part-way', lost: 'keeps its state', body: 'const i = "abc"[Symbol.iterator](); i.next()', value: 'i', check: '[...v]', want: ['b', 'c'] },
  { name: 'string iterator with surrogates', lost: 'keeps its state', body: 'const i = "a😀b"[Symbol.iterator](); i.next(); i.next()', value: 'i', check: '[...v]', want: ['b'] },
  { name: 'RegExp string iterator part-way', lost: 'keeps its state', body: 'const i = "a1b2c3".matchAll(/[a-z](\\d)/g); i.next()', value: 'i', check: '[...v].map((m) => m[1])', want: ['2', '3'] },
];
