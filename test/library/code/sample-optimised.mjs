// Generators that V8 has optimised, in the middle of an expression: what it shows of their variables may be an older value then.
// See samples.mjs for the fields.

const OFTEN = 'for (let k = 0; k < 30_000; k++)';

export const OPTIMISED = [
  {
    name: 'generator that adds what it is sent to a variable, after some turns',
    body: 'function* g() { let sum = 0; for (;;) sum += yield sum } const i = g(); i.next(); i.next(5); i.next(6)',
    value: 'i',
    check: '[v.next(2).value, v.next(3).value]',
    want: [13, 16],
  },
  {
    name: 'optimised generator that adds what it is sent to a variable',
    lost: 'variable sum, of which V8 shows an older value',
    body: `function* g() { let sum = 0; for (;;) sum += yield sum } const i = g(); i.next(); ${OFTEN} i.next(1)`,
    value: 'i',
    check: 'v.next(2).value',
    want: 30_002,
  },
  {
    name: 'generator whose function was optimised and is no more, since another one was sent something else',
    lost: 'variable sum, of which V8 shows an older value',
    body: `
      const make = () => { function* g() { let sum = 0; for (;;) sum += yield sum } return [g(), g()] }
      const [i, j] = make(); i.next(); j.next(); ${OFTEN} i.next(1); j.next("text"); for (let k = 0; k < 50; k++) j.next({})`,
    value: 'i',
    check: 'v.next(2).value',
    want: 30_002,
  },
  {
    name: 'optimised generator with a constant of each turn',
    lost: 'variable base, of which V8 shows an older value',
    body: `function* g() { for (let n = 0; ; n++) { const base = n * 2; yield [n, base + (yield)] } } const i = g(); i.next(); ${OFTEN} i.next(1)`,
    value: 'i',
    check: 'v.next(2).value ?? v.next(2).value',
    want: [15_000, 30_002],
  },
  {
    name: 'optimised generator whose first part is a parameter, a constant of the whole run, the counter of its loop, or read next',
    body: `
      const log = []
      function* p(a) { for (;;) log[0] = a + (yield) }
      function* c() { const a = log.length + 3; for (;;) log[1] = a * (yield) }
      function* f() { for (let n = 0; n < 1e9; n++) log[2] = n + (yield) }
      function* r() { let n = 0; for (;;) { log[3] = n + (yield); log.push(n); log.length = 4; n = n + 1 } }
      const all = [p(10), c(), f(), r()]; for (const i of all) i.next(); ${OFTEN} for (const i of all) i.next(1)`,
    value: '[all, log]',
    check: '{ for (const i of v[0]) i.next(2); return v[1] }',
    want: [12, 6, 30_002, 30_002],
  },
  {
    name: 'optimised generator in the arguments of a method',
    body: `function* g() { const all = []; for (;;) all.push(yield all.length) } const i = g(); i.next(); ${OFTEN} i.next(1)`,
    value: 'i',
    check: '[v.next(2).value, v.next(3).value]',
    want: [30_001, 30_002],
  },
];
