// The text of a random program by a seed, of constructs that `random-program.mjs` lacks: patterns with closures in their defaults,
// classes with every kind of member, of which some were patched, generators that stand anywhere, objects of the language that hold
// functions, and names that are keywords elsewhere or are written with escapes. Knows nothing of saving.

import { picker } from './random-program.mjs';

// Names of the program's variables. The text of what is restored has names of its own, and keywords that are none everywhere.
const POOLS = [
  ['a', 'b', 'c', 'd', 'e'],
  ['v', 'i', 's', 'first', 'r'],
  ['get', 'set', 'of', 'async', 'accessor'],
  ['using', 'from', 'as', 'target', 'constructor'],
  ['$', '_', 'ünï', '__proto__', 'o'],
  ['Object', 'Symbol', 'Reflect', 'Function', 'globalThis'],
  ['undefined', 'NaN', 'meta', 'name', 'prototype'],
];
const SLOPPY_POOLS = [
  ['let', 'static', 'yield', 'package', 'a'],
  ['eval', 'arguments', 'interface', 'public', 'await'],
];

/** The statements of a program that pushes what it makes to `F`. Not each is a program: names may be declared twice. */
export function widerProgram(seed, isStrict) {
  const pick = picker(seed ^ 0x2545f491);
  const one = (list) => list[pick(list.length)];
  const POOL = one(isStrict ? POOLS : [...POOLS, ...SLOPPY_POOLS]);
  const isPlain = (n) => !['let', 'eval', 'arguments', 'yield', 'await'].includes(n);
  const lexicals = POOL.filter(isPlain);
  const escaped = (n) => (pick(14) === 0 && /^[a-d]$/.test(n) ? `\\u{${n.codePointAt(0).toString(16)}}` : n);
  const name = () => escaped(one(POOL));
  const bound = () => one(lexicals);
  const num = () => String(pick(9));
  let serial = 0;
  let budget = 2 + pick(7);
  const fresh = () => `x${serial++}`;

  const see = () => `"" + [${[name(), name()].map((n) => `String(${n})`).join()}]`;
  const deed = () => {
    const [p, q] = [name(), name()];
    return one([
      () => `${p} += ${num()}`,
      () => `${p}++`,
      () => `${p} = ${q}`,
      () => `${p} = ${num()}`,
      () => `[${p}, ${q}] = [${q}, ${p}]`,
      () => `({ k: ${p} = 7, ...${q} } = { z: ${num()} })`,
      () => `for (${p} of [${num()}, ${q}]) ;`,
      () => `for (${p} in { k${num()}: 1 }) ;`,
      () => `${p} ??= ${num()}`,
      () => `${p} &&= ${num()}`,
      () => `${p} **= 2`,
      () => `[${p} = ${num()}, ...[${q}]] = []`,
      () => `try { throw ${num()} } catch (${bound()}) { ${p} += "c" }`,
      () => `{ let ${bound()} = ${num()}; ${p}++ }`,
      () => `((${bound()}) => { ${p}++ })(1)`,
      () => `typeof ${p}`,
    ])();
  };
  const act = () => `${deed()}; return ${see()}`;
  const held = () =>
    one([num(), `"${num()}"`, name(), `() => ${see()}`, `[${num()}]`, `{ k: ${name()} }`, 'null']);

  // — functions —

  const parameters = () => {
    const names = lexicals.filter(() => pick(3) === 0);
    return names
      .map((n, i) =>
        one([
          () => n,
          () => `${n} = ${num()}`,
          () => `${n} = () => ${see()}`,
          () => `{ k: ${n} = ${num()} } = {}`,
          () => `[${n} = (F.push(() => { ${act()} }), ${num()})] = []`,
          () => (i === names.length - 1 ? `...${n}` : n),
        ])(),
      )
      .join(', ');
  };
  const functionForm = () => {
    const n = fresh();
    return one([
      () => `() => { ${act()} }`,
      () => `(${parameters()}) => { ${act()} }`,
      () => `function ${bound()}(${parameters()}) { ${act()} }`,
      () => `function (${parameters()}) { var ${bound()} = ${num()}; ${act()} }`,
      () => `async (${parameters()}) => { ${deed()}; await ${num()}; ${act()} }`,
      () => `async function (${parameters()}) { await null; ${act()} }`,
      () => `async function* () { yield ${see()}; ${deed()}; yield ${see()} }`,
      () => `function* (${parameters()}) { yield ${see()}; ${deed()}; yield* [${see()}] }`,
      () => `(() => () => { ${act()} })()`,
      () => `((${bound()}) => (${bound()}2 = ${name()}) => { ${act()} })(${num()})`,
      () => `Object.assign(() => { ${act()} }, { own: ${held()}, get: () => ${see()} })`,
      () => `Object.defineProperty(function () { ${act()} }, "name", { value: ${num()} + "n" })`,
      () =>
        `Object.defineProperties(() => { ${act()} }, { hidden: { get() { return ${see()} } }, length: { value: ${num()} } })`,
      () => `Object.setPrototypeOf(() => { ${act()} }, { up: () => ${see()} })`,
      () => `(function () { ${act()} }).bind(${held()}, ${num()}).bind(null, () => ${see()})`,
      () =>
        `(function () { return [() => { ${act()} }, () => typeof this, () => arguments.length, () => new.target] }).call(${num()}, 1)`,
      () =>
        `new (function () { this.f = () => { ${act()} }; this.t = () => new.target === undefined; this.self = () => this === undefined })()`,
      () => `function ${n}() { if (typeof ${n} !== "function") return 0; ${act()} }`,
      () =>
        `() => /* ) } */ { const re = /[/\\]})]+/g, t = \`\${${name()}}}\`; ${deed()} // }\nreturn t + re.source + ${see()} }`,
      () => `async function () { for await (const ${bound()} of [1, 2]) { ${deed()} } return ${see()} }`,
      () => `function () { "not a directive" + 1; return typeof this }`,
      () => `function () { "use strict"; return [typeof this, (() => ${see()})()] }`,
    ])();
  };

  // — objects —

  const objectForm = () =>
    one([
      () => `{ get [${held()}]() { ${act()} }, set x(v0) { ${name()} = v0 }, get x() { return ${see()} } }`,
      () =>
        `{ __proto__: { up() { return ${see()} }, get g() { return this.k } }, k: ${held()}, up() { ${deed()}; return "o" + super.up() }, get g() { return [super.g, () => super.g] } }`,
      () => `Object.freeze({ f: ${functionForm()}, ...{ g: () => ${see()} } })`,
      () =>
        `Object.create({ t() { ${act()} } }, { h: { value: () => ${see()} }, a: { get: () => ${see()}, enumerable: true } })`,
      () => `new Map([[1, ${functionForm()}], [() => ${see()}, new Set([() => { ${act()} }])]])`,
      () =>
        `{ [Symbol.for("s")]: ${functionForm()}, async *[${num()}]() { yield ${see()} }, "a b"() { ${act()} } }`,
      () =>
        `(() => { const o = { a: [], m() { ${deed()}; return [this === o, ${see()}] } }; o.a.push(o, o.a, o.m, () => o); return o })()`,
      () => `[, ${functionForm()}, ...[() => ${see()}]]`,
      () =>
        `new Proxy({ f: () => { ${act()} } }, { get: (t, k) => (k in t ? t[k] : typeof k === "string" ? ${see()} : undefined) })`,
      () => `Object.assign(new Error("m", { cause: () => ${see()} }), { f: () => { ${act()} }, stack: "" })`,
      () => `Promise.resolve({ f: () => { ${act()} } })`,
      () =>
        `(() => { const k = {}, w = new WeakMap([[k, () => { ${act()} }]]); return { k, ask: () => w.get(k)() } })()`,
      () =>
        `(() => { const m = new Map([[1, 2], [3, 4], [5, 6]]), it = m.entries(); it.next(); return { it, more: () => { m.set(${num()}, ${name()}) } } })()`,
      () =>
        `{ t: ((x) => { let n = 0; return { get n() { return n++ + String(x) }, set n(v0) { n = v0 } } })(${name()}) }`,
      () => `{ moved: { __proto__: { w: 1 }, m() { return [super.w, ${see()}] } }.m }`,
      () =>
        `(() => { const { m, ...rest } = { m() { ${act()} }, n: () => ${see()}, o: 1 }; return [m, rest] })()`,
    ])();

  // — classes —

  const member = (n) =>
    one([
      () => `m${n}() { ${act()} }`,
      () => `static m${n}() { ${act()} }`,
      () => `f${n} = ${held()};`,
      () => `f${n} = () => { ${deed()}; return [this.constructor.name, ${see()}] };`,
      () => `static f${n} = ${held()};`,
      () => `static f${n} = () => { ${deed()}; return [typeof this, ${see()}] };`,
      () =>
        `#p${n} = ${held()}; q${n}() { return typeof (this.#p${n} = ${name()}) + String(this.#p${n}) } has${n}(o) { return #p${n} in Object(o) }`,
      () =>
        `static #p${n} = ${num()}; static q${n}() { return this.#p${n}++ } static { F.push(() => this.#p${n}++) }`,
      () =>
        `#g${n}() { ${act()} } call${n}() { return this.#g${n}() } take${n}() { return [typeof this.#g${n}, this.#g${n} === this.#g${n}] }`,
      () =>
        `get #a${n}() { return ${see()} } set #a${n}(v0) { ${name()} = v0 } both${n}() { const was = this.#a${n}; this.#a${n} = ${num()}; return [was, this.#a${n}] }`,
      () => `static async *[\`g${n}\`]() { yield ${see()} }`,
      () => `[(F.push(() => ${see()}), "c${n}")]() { ${act()} }`,
      () => `[(F.push(() => { ${act()} }), "d${n}")] = () => ${see()};`,
      () => `static { let ${bound()} = ${num()}; F.push(() => { ${act()} }, () => this.name) }`,
      () => `get [${JSON.stringify(`k ${n}`)}]() { ${act()} } set s${n}(v0) { ${name()} = v0 }`,
      () => `static accessor${n} = ${num()}; async; static; get; "${num()}${n}" = () => ${see()}`,
      () =>
        `inner${n}() { const outer = this; return new (class { #z = ${num()}; m() { return [this.#z++, outer === this, ${see()}] } })() }`,
      () =>
        `#w${n} = ${num()}; nest${n} = () => new (class { r = (o) => o.#w${n}; m() { return ${see()} } })().r(this);`,
      () =>
        `constructor(...args) { super(...args); F.push(() => [new.target.name, this.f${n}], () => { ${act()} }) }`,
      () => `constructor() { F.push(() => typeof this, () => { ${act()} }) }`,
      () => `*[Symbol.iterator]() { yield ${see()}; ${deed()}; yield* super[Symbol.iterator]?.() ?? [] }`,
      () => `up${n}() { return [super.toString === this.toString, (() => super.m0?.())()] }`,
    ])();
  const heritage = () =>
    one([
      () => '',
      () => '',
      () =>
        `extends (F.push(() => ${see()}), class { m0() { ${act()} } static base() { return [this.name, ${see()}] } })`,
      () => `extends Map`,
      () => `extends Array`,
      () => `extends Error`,
      () =>
        `extends ((B) => class extends B { mix() { ${act()} } get up() { return super.up } })(class { up = ${num()} })`,
      () => `extends null`,
      () => `extends function () { this.fn = () => ${see()} }`,
      () =>
        `extends (class Own { #own = ${num()}; bump() { return this.#own++ } static peek(o) { return #own in o ? o.#own : "no" } })`,
      () => `extends Set`,
      () => `extends Promise`,
      () => `extends Function`,
    ])();
  const classBody = () => {
    const up = heritage();
    const count = 1 + pick(5);
    let text = '';
    let hasConstructor = false;
    for (let n = 0; n < count; n++) {
      const each = member(n);
      if (each.startsWith('constructor')) {
        if (hasConstructor || each.includes('super(') !== (up !== '')) continue;
        hasConstructor = true;
      }
      text += `${each}\n`;
    }
    return `${up} { ${text}}`;
  };
  const classForm = () => `class ${one([bound(), ''])} ${classBody()}`;
  const altered = (c) =>
    one([
      () => '',
      () => '',
      () => `${c}.prototype.m0 = () => ${see()}; `,
      () => `${c}.extra = ${held()}; `,
      () => `delete ${c}.prototype.m0; delete ${c}.f1; `,
      () =>
        `Object.defineProperty(${c}.prototype, "late", { get() { return ${see()} }, configurable: true }); `,
      () => `Object.setPrototypeOf(${c}.prototype, { late: () => ${see()} }); `,
      () => `Object.freeze(${c}); `,
      () => `try { ${c} = ${num()} } catch {} `,
      () => `F.push(Object.assign(Object.create(${c}.prototype), { made: ${num()} })); `,
      () => `Object.defineProperty(${c}, "name", { value: "N${num()}" }); `,
    ])();

  // — generators that have begun —

  const generatorBody = (depth) => {
    let text = '';
    for (let i = 1 + pick(3); i > 0; i--) text += generatorStatement(depth);
    return text;
  };
  const got = () => `yield ${one([see(), name(), `() => { ${act()} }`, ''])}`;
  const generatorStatement = (depth) => {
    const n = fresh();
    if (depth > 3) return `${got()}; `;
    const inner = () => generatorBody(depth + 1);
    return one([
      () => `${got()}; `,
      () => `${deed()}; ${got()}; `,
      () => `let ${n} = ${got()}; F.push(() => ${n}, () => { ${n} = ${num()} }); ${got()}; `,
      () => `const { k: ${n} = ${num()} } = (${got()}) ?? {}; yield ${n}; `,
      () => `for (let ${n} = 0; ${n} < 2; ${n}++) { F.push(() => ${n}++); ${inner()}} `,
      () =>
        `for (const [${n}, ${n}b = () => ${n}] of new Map([[1, undefined], [2, ${num()}]])) { yield ${n}b; ${inner()}} `,
      () =>
        `for (const ${n} of (function* () { try { yield 1; yield 2; yield 3 } finally { ${name()} += "f" } })()) { if (${n} === 2) { ${got()}; continue } ${inner()}} `,
      () => `try { ${inner()}throw ${num()} } catch (${n}) { F.push(() => ${n}++); ${inner()}} `,
      () => `try { ${inner()}} finally { ${deed()} } `,
      () => `if (${pick(2)}) { ${inner()}} else { ${inner()}} `,
      () => `switch (${pick(3)}) { case 0: ${inner()}case 1: ${inner()}break; default: ${inner()}} `,
      () => `L${n}: while (true) { ${inner()}break L${n} } `,
      () => `let ${n} = 2; do { ${inner()}} while (--${n}); `,
      () =>
        `yield* (function* (${n}) { ${deed()}; const back = yield ${n}; yield [back, ${see()}] })(${num()}); `,
      () => `{ const ${bound()} = ${num()}; ${inner()}} `,
      () => `const ${n} = []; ${n}.push(${got()}, 1); yield ${n}.length; `,
      () =>
        `{ class ${n} { #p = ${num()}; m() { return [this.#p++, ${see()}] } } F.push(new ${n}()); ${inner()}} `,
      () => `for (const ${n} of [{ k: 1 }, { k: 2 }]) { yield ${n}.k; ${inner()}} `,
      () => `for (let ${n} in { p: 1, q: 2 }) { yield ${n}; F.push(() => ${n} += "!"); } `,
      () => `return ${got()}; `,
    ])();
  };
  const begun = () => {
    const steps = pick(6);
    const body = generatorBody(0);
    const form = one([
      () => `(function* (${parameters()}) { ${body}})(${num()})`,
      () => `({ *m() { yield typeof this.k; ${body}}, k: 1 }).m(${num()})`,
      () => `new (class { #z = ${num()}; *m() { yield this.#z++; ${body}yield this.#z } })().m()`,
      () => `(function* () { yield [typeof this, arguments.length]; ${body}}).call({ x: 1 }, 1, 2)`,
      () =>
        `new (class extends (class { t() { return ${see()} } }) { *t() { yield super.t(); ${body}yield (() => super.t())() } })().t()`,
      () => `(function* named(n0) { ${body}yield typeof named })(${num()})`,
    ])();
    const act0 = pick(4) === 0 ? `if (k === 2) try { g.throw(${num()}) } catch {} else ` : '';
    return `(() => { const g = ${form}; for (let k = 0; k < ${steps}; k++) ${act0}g.next(k); return g })()`;
  };

  const made = () =>
    one([functionForm, functionForm, functionForm, objectForm, objectForm, classForm, begun, begun])();
  const push = () => `F.push(${made()}); `;

  // — statements —

  const block = (depth) => `{ ${statements(depth + 1)}} `;
  const statements = (depth) => {
    let text = '';
    for (let i = 1 + pick(depth === 0 ? 5 : 3); i > 0; i--) text += statement(depth);
    return text;
  };
  const statement = (depth) => {
    if (budget-- <= 0 || depth > 4) return push();
    const n = fresh();
    const x = bound();
    const y = one(lexicals.filter((each) => each !== x));
    return one([
      push,
      push,
      () =>
        `for (const [${x}, ${y} = () => ${x}] of [[1], [2, 3]]) { F.push(() => [${x}, typeof ${y}], ${y}); ${statements(depth + 1)}} `,
      () =>
        `for (let { k: ${x}, ...${y} } of [{ k: 1, z: 2 }, { k: 3 }]) { F.push(() => ${x}++, () => { ${y} = ${x} }, () => ${see()}); ${push()}} `,
      () =>
        `for (const { length: ${x}, 0: ${y} } in { ab: 1, cde: 2 }) { F.push(() => [${x}, ${y}]); ${push()}} `,
      () =>
        `for (let [${x}, ${y}] = [0, () => ${x}]; ${x} < 2; ${x}++) { F.push(${y}, () => ${x}++); ${push()}} `,
      () =>
        `for (let ${x} = 0, ${y} = () => ${x}; ${x} < 2; ((${n}) => ${x}++)(F.push(() => ${x}, ${y}))) { ${push()}} `,
      () =>
        `try { throw { p: ${num()} } } catch ({ p: ${x}, q: ${y} = () => ${x}, ...${n} }) { F.push(() => ${x}++, ${y}, () => ${n}); ${statements(depth + 1)}} finally { let ${x} = ${num()}; F.push(() => ${x}++) } `,
      () =>
        `switch (${pick(3)}) { case (F.push(() => ${x}), 0): let ${x} = 1; ${push()}case 1: ${push()}default: class ${y} { m() { return ${see()} } } F.push(new ${y}(), () => ${x} = 3) } `,
      () => `let ${x} = ${num()}; F.push(() => ${x}++, () => ${x}); `,
      () =>
        `const { ${n} = () => { ${act()} }, [${JSON.stringify(n)} + 1]: ${x} = ${n} } = {}; F.push(${n}, ${x}); `,
      () => `var ${name()} = ${held()}; ${push()}`,
      () => `class ${x} ${classBody()} ${altered(x)}F.push(${x}); try { F.push(new ${x}()) } catch {} `,
      () =>
        `const ${n} = ${classForm()}; ${altered(n)}F.push(${n}); try { F.push(new ${n}(), new ${n}()) } catch {} `,
      () =>
        `for (let ${n} = 0; ${n} < 2; ${n}++) { class ${x} { static #c = ${n}; static next() { return this.#c++ } m() { return [${n}, ${see()}] } } F.push(${x}, new ${x}()) } `,
      () =>
        `(function ${one([x, ''])}(${parameters()}) { ${pick(2) ? `var ${y}; ` : ''}${statements(depth + 1)}})(${num()}, ${num()}); `,
      () => `((${parameters()}) => ${block(depth)})(); `,
      () =>
        `(function () { return ((${x} = () => [typeof this, new.target]) => { F.push(${x}, () => ${see()}); ${statements(depth + 1)}})() }).call(${held()}); `,
      () =>
        `new (class { #q = ${num()}; constructor() { const f = () => this.#q++; F.push(f, () => new.target.name.length); ${statements(depth + 1)}} })(); `,
      () =>
        `{ F.push(() => typeof ${n}); ${one(['async function', 'function*', 'function', 'async function*'])} ${n}() { ${deed()} } F.push(${n}, () => ${n}) } `,
      () =>
        isStrict
          ? push()
          : `{ function ${x}() { ${act()} } { ${push()}function ${x}() { ${deed()} } } F.push(() => typeof ${x}) } F.push(() => typeof ${x}); `,
      () => (isStrict ? push() : `${n}: function ${x}() { ${act()} } F.push(${x}); `),
      () =>
        isStrict
          ? push()
          : `with (${one([`{ ${x}: ${held()}, f: () => ${see()} }`, `new Map()`, `[1, 2]`, `Object.create({ ${x}: ${num()} })`, `() => ${num()}`])}) ${block(depth)}`,
      () =>
        `${one(['let', 'const'])} ${x} = (() => { let ${y} = ${num()}; return { f: () => ${y}++, g: () => ${y} } })(); F.push(${x}); `,
      () =>
        `(async () => { let ${x} = ${num()}; F.push(() => ${x}++); await null; ${deed()}; F.push(() => ${x}++, () => ${see()}) })(); `,
      () =>
        `Z${n}: for (;;) { let ${x} = ${num()}; F.push(() => ${x}--); try { if (${pick(2)}) break Z${n}; ${push()}} finally { F.push(() => ${x}); break Z${n} } } `,
      () => block(depth),
      () => `if (${pick(2)}) ${block(depth)}else ${block(depth)}`,
      () =>
        `{ const mix = (B) => class extends B { mixed() { ${act()} } }; class ${x} extends mix(mix(Object)) { own = ${held()} } F.push(new ${x}(), ${x}) } `,
      () =>
        `{ const shared = { n: ${num()} }, fs = [1, 2].map((${x}) => () => [shared.n++, ${x}++]); F.push(fs, shared, () => fs.length) } `,
      () => `F.push(((${x}) => [${x}, () => ${x}, () => { ${x} = ${num()} }])(${made()})); `,
    ])();
  };
  // All names are there: sloppy code that assigns to one that is not would make a global, which all programs share.
  const others = POOL.filter((n) => !isPlain(n)).map((n) => `var ${n} = 0; `);
  const outer = `${one(['var', 'let'])} ${lexicals.map((n, i) => `${n} = ${i + 1}`).join(', ')}; `;
  return `${others.join('')}${outer}(() => { ${statements(0)}})()`;
}
