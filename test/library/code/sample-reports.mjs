// What users of other serializers reported, in JavaScript: each comment names the thread. See samples.mjs for the fields.

export const REPORTS = [
  // https://github.com/pulumi/pulumi/issues/9318
  {
    name: 'function that makes a global by assignment',
    skip: ['module'],
    value: '(function () { madeHere = 1; const seen = madeHere; delete globalThis.madeHere; return seen })',
    check: '[v(), typeof madeHere]',
    want: [1, 'undefined'],
  },
  // https://github.com/pulumi/pulumi/issues/6987
  {
    name: 'promisified function of Node in a closure',
    body: 'const { promisify } = process.getBuiltinModule("util"); const { readFile } = process.getBuiltinModule("fs"); const read = (p) => promisify(readFile)(p)',
    value: 'read',
    check: 'v("/no/such/file").catch((e) => e.code)',
    want: 'ENOENT',
  },
  // https://github.com/pulumi/pulumi/issues/952
  {
    name: 'typeof of a name that no scope has',
    value: '(() => typeof navigatorOfNobody !== "undefined" && navigatorOfNobody.product)',
    check: 'v()',
    want: false,
  },
  // https://github.com/pulumi/pulumi/issues/952
  {
    name: 'captured function object with properties, array with others than indices, attributes of properties',
    body: 'const f = Object.assign(() => f.count++, { count: 1 }); const a = Object.assign([1], { more: 2 }); const o = Object.defineProperty({}, "hidden", { value: 3 })',
    value: '(() => [f(), f.count, a.more, a.length, o.hidden, Object.keys(o), Reflect.set(o, "hidden", 4)])',
    check: 'v()',
    want: [1, 2, 2, 1, 3, [], false],
  },
  // https://github.com/pulumi/pulumi/pull/569
  {
    name: 'function that uses its own arguments inside an arrow',
    value: '(function () { return (() => [...arguments].concat(arguments.length))() })',
    check: 'v(4, 5)',
    want: [4, 5, 2],
  },
  // https://github.com/pulumi/pulumi/pull/15887
  {
    name: 'function bound twice, over a captured variable',
    body: 'let n = 0; function f(a, b) { return [this.k, a, b, ++n] } const g = f.bind({ k: 1 }, 2).bind({ k: 9 }, 3)',
    value: '[g, f]',
    check: '[v[0](), v[1].call({ k: 0 })]',
    want: [
      [1, 2, 3, 1],
      [0, null, null, 2],
    ],
  },
  // https://github.com/pulumi/pulumi/issues/5294
  {
    name: 'native function under a name of its own',
    body: 'const NumberIsNaN = Number.isNaN, call = Function.prototype.call, slice = call.bind(Array.prototype.slice)',
    value: '(() => [NumberIsNaN(NaN), NumberIsNaN === Number.isNaN, slice([1, 2, 3], 1)])',
    check: 'v()',
    want: [true, true, [2, 3]],
  },
  // https://github.com/pulumi/pulumi/issues/9344
  {
    name: 'async generator named by a closure',
    body: 'async function* run() { await null; yield "Hello"; yield "World" }',
    value: '(async () => { const all = []; for await (const x of run()) all.push(x); return all })',
    check: 'v()',
    want: ['Hello', 'World'],
  },
  // https://github.com/pulumi/pulumi/issues/18977
  {
    name: 'method that assigns a class expression to its variable, and a parameter the class uses',
    body: 'class Command {} const builder = { build() { const closure = this; let CommandRef; return (CommandRef = class extends Command { constructor(...[input]) { super(); this.input = input ?? {}; closure.made = CommandRef } resolve() { return [closure.made === CommandRef, this.input] } }) } }',
    value: 'builder.build()',
    check: 'new v(4).resolve()',
    want: [true, 4],
  },
  // https://github.com/pulumi/pulumi/issues/15485
  {
    name: 'class without a space after its keyword, whose constructor reads the environment',
    body: 'const provider = new(class{constructor(){this.at=process.argv.length>0}async create(){return{id:"x",at:this.at}}})',
    value: '(() => provider)',
    check: 'v().create()',
    want: { id: 'x', at: true },
  },
  // https://github.com/pulumi/pulumi/issues/6908
  {
    name: 'static getter that would connect is not run',
    body: 'class Base { static get repository() { globalThis.ran = (globalThis.ran ?? 0) + 1; throw new Error("no connection") } static #c = 1; static c() { return this.#c } } class Foo extends Base { id }',
    value: '(() => Foo)',
    check:
      '[globalThis.ran === undefined, Object.getPrototypeOf(v()).c(), typeof Object.getOwnPropertyDescriptor(Object.getPrototypeOf(v()), "repository").get]',
    want: [true, 1, 'function'],
  },
  // https://github.com/pulumi/pulumi/issues/1314
  {
    name: 'instance with methods on its prototype in a closure',
    body: 'class Cache { #m = new Map(); set(k, x) { this.#m.set(k, x); return this } get(k) { return this.#m.get(k) } } const urlCache = new Cache().set("bing", 1)',
    value: '{ get: (k) => urlCache.get(k), set: (k, x) => { urlCache.set(k, x) } }',
    check: '[v.get("bing"), v.set("bing", 2), v.get("bing")]',
    want: [1, null, 2],
  },
  // https://github.com/pulumi/pulumi/issues/805 and https://github.com/yahoo/serialize-javascript/issues/24
  {
    name: 'method syntax with the helper of a compiler inside',
    body: 'const __awaiter = (self, _a, P, gen) => new Promise((done) => done(gen.call(self).next().value))',
    value:
      '{ n: 3, create(inputs) { return __awaiter(this, void 0, void 0, function* () { return [this.n, inputs] }) } }',
    check: 'v.create(1)',
    want: [3, 1],
  },
  // https://github.com/yahoo/serialize-javascript/issues/33
  {
    name: 'methods of every kind in one literal',
    value:
      '{ foo(a, b) { return a }, *bar(x) { yield x }, async quux(x) { return x }, async *corge() { yield 1 }, get() { return 2 }, set() { return 3 }, async() { return 4 }, static() { return 5 } }',
    check:
      '(async () => [v.foo(1), [...v.bar(2)], await v.quux(3), (await v.corge().next()).value, v.get(), v.set(), v.async(), v.static(), v.foo.length])()',
    want: [1, [2], 3, 1, 2, 3, 4, 5, 2],
  },
  // https://github.com/yahoo/serialize-javascript/issues/147
  {
    name: 'method with an arrow and the word function in its body',
    value:
      '{ render(item) { /* function ( => */ const s = "function x("; return JSON.parse(item).map((it) => it.n + s).join("") } }',
    check: '[v.render(\'[{"n":1}]\'), String(v.render).startsWith("render(item) { /* function")]',
    want: ['1function x(', true],
  },
  // https://github.com/tarruda/super-json/issues/1
  {
    name: 'function with a toString of its own',
    body: 'const f = Object.assign((a) => a + 1, { toString: () => "hidden" }); const g = Object.setPrototypeOf((a) => a + 2, null)',
    value: '[f, g]',
    check: '[v[0](1), `${v[0]}`, v[1](1), Object.getPrototypeOf(v[1])]',
    want: [2, 'hidden', 3, null],
  },
  // https://github.com/cloudpipe/cloudpickle/issues/62
  {
    name: 'nested function that gives itself',
    body: 'function f() { function g() { return g } return g }',
    value: '[f(), f]',
    check: '[v[0]() === v[0], v[1]() !== v[0], v[1]()() === v[1]()]',
    want: [true, true, false],
  },
  // https://github.com/cloudpipe/cloudpickle/issues/86
  {
    name: 'closure over a set',
    body: 'function f() { const s = new Set([1, 2]); return () => s.add(s.size + 1).size }',
    value: 'f()',
    check: '[v(), v()]',
    want: [3, 4],
  },
  // https://github.com/uqfoundation/dill/issues/75 and /issues/209
  {
    name: 'class made in a function whose constructor calls super, and its instance',
    body: 'function main() { class A { constructor() { this.a = 1 } } class B extends A { constructor() { super(); B.made = (B.made ?? 0) + 1 } do() { return super.constructor === A && 5 } } return [new B(), () => A] }',
    value: 'main()',
    check:
      '[v[0].do(), v[0].constructor.made, new v[0].constructor().a, v[0].constructor.made, v[0] instanceof v[1]()]',
    want: [5, 1, 1, 2, true],
  },
  // https://github.com/cloudpipe/cloudpickle/issues/275
  {
    name: 'function that writes to a table beside it',
    body: 'const FOO = {}; function add(x) { FOO.x = x }',
    value: '{ FOO, add }',
    check: '[v.add(66), v.FOO.x]',
    want: [null, 66],
  },
  // https://github.com/uqfoundation/dill/issues/129
  {
    name: 'function that keeps a counter on itself',
    body: 'function foo() { function _foo() { if (!Object.hasOwn(_foo, "counter")) _foo.counter = 0; return ++_foo.counter } return _foo } const f = foo(); f(); f()',
    value: 'f',
    check: '[v(), v.counter]',
    want: [3, 3],
  },
  // https://github.com/uqfoundation/dill/issues/344
  {
    name: 'function that calls a function declared after it, which calls itself',
    body: 'const helper = (x, y) => add(x, y); function add(x, y) { return x === 0 ? y : add(x - 1, y + 1) }',
    value: 'helper',
    check: 'v(3, 4)',
    want: 7,
  },
  // https://github.com/uqfoundation/dill/pull/443
  {
    name: 'variable that is never filled',
    body: 'function mk(fill) { let r = [() => cell, () => typeof cell, (x) => { cell = x }]; if (!fill) return r; let cell = 1; return r }',
    value: '[mk(false), mk(true)]',
    check:
      '{ const no = (f) => { try { return f() } catch (e) { return e.message } }; return [no(v[0][0]), no(v[0][1]), no(() => v[0][2](3)), v[1][2](4), v[1][0]()] }',
    want: [
      "Cannot access 'cell' before initialization",
      "Cannot access 'cell' before initialization",
      "Cannot access 'cell' before initialization",
      null,
      4,
    ],
  },
  // https://github.com/uqfoundation/dill/issues/234
  {
    name: 'bound functions over the object that holds them',
    body: 'function trigger(model) { return model === this.self } const m = { child: {} }; m.self = m; m.trigger = trigger.bind(m, m); m.child.trigger = trigger.bind(m, m.child)',
    value: 'm',
    check: '[v.trigger(), v.child.trigger(), v.trigger.name]',
    want: [true, false, 'bound trigger'],
  },
  // https://github.com/uqfoundation/dill/issues/275
  {
    name: 'bound function with a name and properties of its own',
    body: 'const f = () => 1; const g = Object.defineProperty(f.bind(null), "name", { value: "g" }); g.doc = "kept"',
    value: 'g',
    check: '[v.name, v.doc, v()]',
    want: ['g', 'kept', 1],
  },
  // https://github.com/uqfoundation/dill/issues/27
  {
    name: 'decorated function beside a variable of its name',
    body: 'const decorate = (func) => Object.defineProperty((...args) => ["before", func(...args)], "name", { value: func.name }); let work = (x) => x * 2; work = decorate(work)',
    value: 'work',
    check: '[v(4), v.name]',
    want: [['before', 8], 'work'],
  },
  // https://github.com/cloudpipe/cloudpickle/pull/246 and /issues/195
  {
    name: 'members of an enumeration keep their identity, and instances their class',
    body: 'class Color { static RED = new Color("red"); static GREEN = new Color("green"); constructor(n) { this.n = n } } const check = (n) => n > 0 ? Color.GREEN : Color.RED',
    value: '{ Color, check, red: Color.RED }',
    check:
      '[v.check(1) === v.Color.GREEN, v.red === v.Color.RED, v.red instanceof v.Color, v.check(0) === v.red]',
    want: [true, true, true, true],
  },
  // https://github.com/numba/numba/pull/7388
  {
    name: 'class variable changed by a closure over the class',
    body: 'class Klass { static v = null } const mutate = () => { Klass.v = 100 }',
    value: '[Klass, mutate]',
    check: '[v[0].v, v[1](), v[0].v]',
    want: [null, null, 100],
  },
  // https://github.com/vercel/next.js/issues/77247 and /issues/74961
  {
    name: 'variable named only by an arrow inside of a function inside',
    body: 'function page() { const some = { id: 7 }; return async () => { const inner = () => [1].map(() => some.id); return inner() } }',
    value: 'page()',
    check: 'v()',
    want: [7],
  },
  // https://github.com/vercel/next.js/pull/79657
  {
    name: 'closure handed to a method of a captured value',
    body: 'function component({ list }) { return async () => list.find((x) => !!x) }',
    value: 'component({ list: [0, 6] })',
    check: 'v()',
    want: 6,
  },
  // https://github.com/vercel/next.js/issues/57392
  {
    name: 'function declared after the return that sees what was set later',
    body: 'function test() { const b = { onClick: foo }; let a = 2; return b; async function foo() { return a++ } }',
    value: 'test()',
    check: '(async () => [await v.onClick(), await v.onClick()])()',
    want: [2, 3],
  },
  // https://github.com/vercel/next.js/issues/63603
  {
    name: 'destructured parameter used by an arrow called at once',
    value: '{ async cb({ foo, bar = foo }) { let seen; (() => { seen = foo + bar })(); return seen } }',
    check: 'v.cb({ foo: "h" })',
    want: 'hh',
  },
  // https://github.com/overlookmotel/livepack/issues/138
  {
    name: 'eval as a value',
    body: 'let n = 1; const indirect = eval',
    value: '[eval, (x) => indirect(x)]',
    check: '[v[0] === eval, v[0]("typeof n"), v[1]("1 + 1")]',
    want: [true, 'undefined', 2],
  },
  // https://github.com/overlookmotel/livepack/issues/538
  {
    name: 'several direct evals beside each other',
    body: 'const made = []; eval("let x = 1; made.push(() => x++)"); eval("let x = 10; made.push(() => x++, () => eval(\'x\'))")',
    value: 'made',
    check: '[v[0](), v[0](), v[1](), v[2]()]',
    want: [1, 2, 10, 11],
  },
  {
    name: 'two functions of one direct eval share a variable around the eval',
    body: 'function mk() { let d = 1; eval("d = [() => d.n++, () => d.n]; d.n = 1"); return d }',
    value: 'mk()',
    check: '[v[0](), v[1]()]',
    want: [1, 2],
  },
  {
    name: 'code of a direct eval is strict when the code around the eval is',
    value:
      '(function () { "use strict"; return eval("[function () { return this === undefined }, () => { notDeclared = 1 }]") })()',
    check: '{ try { v[1]() } catch (e) { const [f] = v; return [f(), e.name] } }',
    want: [true, 'ReferenceError'],
  },
  // https://github.com/overlookmotel/livepack/issues/220
  {
    name: 'arguments returned beside a closure over them',
    body: '',
    value: '(function () { return [arguments, () => arguments] })(1, 2, 3)',
    check: '[v[0] === v[1](), v[1]().length, Object.prototype.toString.call(v[0])]',
    want: [true, 3, '[object Arguments]'],
  },
  // https://github.com/nodejs/help/issues/1558
  {
    name: 'class with statics, and an instance of it',
    body: 'class Person { constructor(n, s) { this.n = n; this.s = s } full() { return `${this.n} ${this.s}` } static who() { return "a " + this.name } }',
    value: '[new Person("foo", "bar"), Person]',
    check: '[v[0].full(), v[1].who(), v[0].constructor === v[1], Object.keys(v[0])]',
    want: ['foo bar', 'a Person', true, ['n', 's']],
  },
  // https://github.com/GoogleChromeLabs/comlink/pull/385
  {
    name: 'error of a class of its own whose constructor sets the prototype',
    body: 'class CustomError extends Error { field = null; constructor(m, f) { super(m); this.field = f; Object.setPrototypeOf(this, CustomError.prototype) } }',
    value: '[new CustomError("m", { x: 1 }), CustomError]',
    check:
      '[v[0].field.x, v[0].message, v[0] instanceof v[1], v[0] instanceof Error, new v[1]("n", 2).field]',
    want: [1, 'm', true, true, 2],
  },
  // https://github.com/ravionhq/superjson/issues/266
  {
    name: 'object with an own property constructor, and without a prototype',
    body: 'const bare = Object.assign(Object.create(null), { d: new Date(5) })',
    value: '(() => [{ constructor: undefined }, bare])',
    check:
      '{ const [o, b] = v(); return [Object.hasOwn(o, "constructor"), Object.getPrototypeOf(b), b.d.getTime()] }',
    want: [true, null, 5],
  },
  // https://github.com/nodejs/node/issues/8441
  {
    name: 'name in the dead zone for good, since its initialiser threw',
    body: 'let f; try { { f = () => broken; let broken = JSON.parse("I am broken") } } catch {}',
    value: 'f',
    check: '{ try { return v() } catch (e) { return e.message } }',
    want: "Cannot access 'broken' before initialization",
  },
];
