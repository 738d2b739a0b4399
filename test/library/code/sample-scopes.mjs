// Scopes of loops, branches and blocks that are easily taken for others; random programs found them. See samples.mjs for the fields.

export const SCOPES = [
  {
    name: 'functions in the head of a loop see its variables, those in its turns the turn’s',
    body: `
      const all = []; let b = 2
      { for (let e = 0, y = 1, up = () => ++e + y; e < 2; e++, y += 5) { all.push(up, () => e++, () => [y, b()]) } function b() { return "block" } }`,
    value: 'all',
    check: 'v.map((f) => f()).concat(v.map((f) => f()))',
    want: [2, 0, [1, 'block'], 3, 1, [6, 'block'], 4, 1, [1, 'block'], 5, 2, [6, 'block']],
  },
  {
    name: 'a direct eval in a loop sees the turn’s variables, and what is around the loop',
    body: 'const all = []; let x = 3; for (let e = 0; e < 2; e++) all.push(() => eval("x + e++")); for (const d of [1, 2]) all.push(() => eval("d + x")); all.push(() => ++x)',
    value: 'all',
    check: '[...v, ...v].map((f) => f())',
    want: [3, 4, 4, 5, 4, 5, 6, 5, 6, 5],
  },
  {
    name: 'variables that the object of a with hides stay shared with what sees them',
    skip: ['module'],
    body: `
      let a = 1, b = 2; const set = (v) => { b = v; a = v }; const o = { a: 'with' }; let get; with (o) get = () => [a, b];`,
    value: '{ set, get, o }',
    check: '[v.get(), v.set(5), v.get(), delete v.o.a, v.get()]',
    want: [['with', 2], null, ['with', 5], true, [5, 5]],
  },
  {
    name: 'a loop’s turns around a with that hides their variable, and around one whose prototype does',
    skip: ['module'],
    body: `
      const all = []; for (let i = 0, j = 0; i < 2; i++) with (i ? { i: 'own' } : Object.create({ i: 'up' })) all.push(() => [i, j], () => ++j)`,
    value: 'all',
    check: 'v.map((f) => f()).concat(v.map((f) => f()))',
    want: [['up', 0], 1, ['own', 0], 1, ['up', 1], 2, ['own', 1], 2],
  },
  {
    name: 'a variable that a direct eval declares, shared with code around it',
    skip: ['module'],
    lost: 'it shares variables with a function of another text',
    body: 'const [get, up] = (function () { const get = eval("var y = 1; () => y"); return [get, () => y++] })()',
    value: 'Object.assign(get, { up })',
    check: '[v.up(), v.up(), v()]',
    want: [1, 2, 3],
  },
  {
    name: 'a variable that a direct eval in a default declares, shared with another default',
    skip: ['module'],
    lost: 'it shares variables with a function of another text',
    body: 'const [get, up] = (function (a = eval("var z = 1; () => z"), b = () => z++) { return [a, b] })()',
    value: 'Object.assign(get, { up })',
    check: '[v.up(), v.up(), v()]',
    want: [1, 2, 3],
  },
  {
    name: 'a function that is the branch of an if without braces',
    skip: ['module'],
    body: 'const b = "outer"; const all = (function () { if (true) function b() { return "inner" } return [() => b(), () => (b = () => 5)] })()',
    value: '[...all, () => b]',
    check: '[v[0](), typeof v[1](), v[0](), v[2]()]',
    want: ['inner', 'function', 5, 'outer'],
  },
  {
    name: 'a function in a block with the name of a parameter, beside variables of the body and a direct eval',
    skip: ['module'],
    body: 'const b = "outer"; const all = []; (function (d = 1) { var b = 3; eval(""); { all.push(() => ++b, () => typeof d); function d() {} } all.push(() => d++) })()',
    value: 'all',
    check: '[...v, ...v].map((f) => f())',
    want: [4, 'function', 1, 5, 'function', 2],
  },
  {
    name: 'generators and async functions in blocks are of their blocks only',
    skip: ['module'],
    body: 'const b = "outer"; const all = []; { (function () { { function* b() {} async function c() {} all.push(() => typeof b, () => typeof c) } all.push(() => b) })() }',
    value: 'all',
    check: 'v.map((f) => f())',
    want: ['function', 'function', 'outer'],
  },
  {
    name: 'a var of a function beside is no variable of the function around',
    body: `
      let x = "outer"; const all = []
      ;(function f() { let q = 1; function g() { for (var x = 1; x < 2; x++); return x } all.push(() => x += q, () => q++, g, () => eval("x")) })()`,
    value: '[...all, () => x]',
    check: '[...v, ...v].map((f) => f())',
    want: ['outer1', 1, 2, 'outer1', 'outer1', 'outer12', 2, 2, 'outer12', 'outer12'],
  },
  {
    name: 'what a loop goes over sees its variable, and never initialised',
    body: 'const all = []; let d = 5; for (const d of [() => d, () => typeof d]) all.push(d, () => d === all[0]); all.push(() => ++d)',
    value: 'all',
    check: 'v.map((f) => { try { return f() } catch (e) { return e.name } })',
    want: ['ReferenceError', true, 'ReferenceError', false, 6],
  },
];
