// The text of a random program by a seed: nested scopes of every kind with few names, so that they shadow each other, and
// functions, objects and classes pushed to `F` that read and write them. Knows nothing of saving.

const POOL = ['a', 'b', 'c', 'd', 'e'];

/** What seeds give: always the same numbers for the same seed. */
export function picker(seed) {
  let state = Math.imul(seed, 2654435761) + 1;
  return (n) => {
    state = (Math.imul(state ^ (state >>> 15), 2246822519) + 0x9e3779b9) >>> 0;
    return (state >>> 8) % n;
  };
}

/** The statements of a program that pushes what it makes to `F`. Strict programs have no `with`. */
export function randomProgram(seed, isStrict) {
  const pick = picker(seed);
  const one = (list) => list[pick(list.length)];
  const name = () => one(POOL);
  let serial = 0;
  let budget = 24;

  // — scopes: which names a block declares, so that the text is a program —

  const scopeIn = (parent, isFunction = false) => ({
    parent,
    isFunction,
    lexical: new Set(),
    vars: new Set(),
  });
  const claim = (scope) => {
    const free = POOL.filter((n) => !scope.lexical.has(n) && !scope.vars.has(n));
    if (free.length === 0) return `x${serial++}`;
    const found = one(free);
    scope.lexical.add(found);
    return found;
  };
  const claimVar = (scope) => {
    const found = name();
    const seen = [];
    for (let at = scope; at !== null; at = at.parent) {
      if (at.lexical.has(found)) return `x${serial++}`;
      seen.push(at);
      if (at.isFunction) break;
    }
    for (const at of seen) at.vars.add(found);
    return found;
  };

  // — what a function does with the names around it —

  const deed = () => {
    const [a, b] = [name(), name()];
    const deeds = [
      `${a} += ${1 + pick(4)}`,
      `${a}++`,
      `--${a}`,
      `${a} = ${pick(9)}`,
      `${a} = ${b}`,
      `[${a}, ${b}] = [${b}, ${a}]`,
      `({ ${a}, k: ${b} = 7 } = { ${a}: ${pick(9)} })`,
      `${a} ??= ${pick(9)}`,
      `${a} ||= ${pick(9)}`,
      `${a} = typeof ${b}`,
      `String(${a})`,
      `typeof ${a}`,
      `eval("${a} = ${pick(9)}")`,
      `eval("typeof ${a} + ${b}")`,
      `(() => { ${a} += 1; return String(${b}) })()`,
      `(function (${a}) { ${b} = ${a}; return ${a} })(${pick(9)})`,
    ];
    // A direct eval takes the whole scope; most functions have none.
    const found = pick(deeds.length);
    return found === 12 || found === 13 ? (pick(3) === 0 ? deeds[found] : deeds[0]) : deeds[found];
  };
  const plainDeed = () => {
    const text = deed();
    return text.includes('eval(') ? `${name()}++` : text;
  };
  // A generator that has been asked once; its own names are not those of the program.
  const begun = (body) =>
    `(() => { const g = (function* (g0) { ${body} })(${pick(9)}); g.next(); return g })()`;
  const see = () => `"" + [${[name(), name()].map((n) => `String(${n})`).join()}]`;
  const act = () => `${deed()}; return ${see()}`;
  const made = () => {
    const n = serial++;
    const forms = [
      () => `() => (${deed().replace(/^\(\{/, '({')}, ${see()})`,
      () => `() => { ${act()} }`,
      () => `function () { ${act()} }`,
      () => `function ${name()}() { ${act()} }`,
      () => `function (${name()}, ${name()}2 = ${name()}) { ${act()} }`,
      () => `(${name()} = ${name()}) => { ${act()} }`,
      () => `function* () { yield ${see()}; ${deed()}; yield ${see()} }`,
      () => `{ m() { ${act()} }, get g() { ${act()} }, set g(v${n}) { ${name()} = v${n} } }`,
      () => `{ ["k" + ${pick(3)}]: () => ${see()}, async m() { ${act()} }, *h() { yield ${see()} } }`,
      () => `class { m() { ${act()} } static s() { ${act()} } }`,
      () =>
        `class ${name()} { #p = ${pick(9)}; f = () => { this.#p++; ${deed()}; return this.#p }; static q = ${pick(9)}; m() { return this.#p + ${see()} } }`,
      () =>
        `new (class ${name()} { #p = ${pick(9)}; #n() { return ++this.#p } get g() { ${act()} } m() { ${deed()}; return this.#n() } })()`,
      () => `(function () { ${act()} }).bind({ x: 1 }, 2)`,
      () => `(() => { const ${name()} = ${pick(9)}; return () => { ${act()} } })()`,
      () =>
        `{ __proto__: { t() { return ${see()} } }, t() { ${deed()}; return "s" + super.t() }, u() { return [() => super.t(), typeof this] } }`,
      () => `[() => { ${act()} }, { z: () => { ${act()} } }]`,
      () => begun(`for (let g1 = 0; g1 < 3; g1++) { ${plainDeed()}; yield [g1, g0++, ${see()}] }`),
      () =>
        begun(
          `const g1 = ${name()}; try { yield 1; ${plainDeed()}; yield [g1, ${see()}] } finally { ${plainDeed()} } return g0`,
        ),
      () =>
        begun(
          `for (const [g1, g2] of new Map([[1, ${name()}], [2, 3]])) { G: for (const g3 of new Set([4, 5])) { yield [g0, g1, g2, g3]; if (${pick(2)}) continue G; yield ${see()} } } yield () => g0++`,
        ),
      () =>
        begun(
          `const all = []; yield* (function* () { yield ${see()}; yield ${see()} })(); let g1 = 0; while (g1++ < 2) all.push(yield () => [g1, all.length]); yield all.length + String(g0)`,
        ),
      () =>
        `class ${name()} { static #s = ${pick(9)}; #p = ${pick(9)}; static #m() { return ++this.#s } get #a() { return this.#p } set #a(v) { this.#p = v } static has(o) { return #p in Object(o) } static t() { ${deed()}; return this.#m() + ${see()} } m() { this.#a += 2; return this.#a } }`,
      () =>
        `(() => { const o = { __proto__: { t() { return ${see()} } }, t() { ${deed()}; return "m" + super.t() } }; return { moved: o.t } })()`,
      () =>
        `(function () { return () => [new.target === undefined, arguments.length, typeof this, ${see()}] })(1, 2)`,
      () => `new (function () { this.f = () => { ${deed()}; return [typeof new.target, ${see()}] } })()`,
      () => `(({ k: ${name()}3 = () => ${see()}, ...r } = {}, [q = () => { ${act()} }] = []) => [r, q])()`,
      () => `function f${n}() { f${n} = 1; ${deed()}; return typeof f${n} + ${see()} }`,
      () =>
        `{ get [${JSON.stringify(`a${n}`)}]() { ${act()} }, async *h() { yield ${see()} }, k: (function () { "use strict"; return () => typeof this })() }`,
    ];
    return one(forms)();
  };
  const push = () => `F.push(${made()}); `;

  // — statements —

  const value = () => one([String(pick(9)), String(pick(9)), '"s"', 'undefined', '[]']);
  const block = (scope, depth) => {
    const inner = scopeIn(scope);
    return `{ ${statements(inner, depth + 1)}}`;
  };
  const statements = (scope, depth) => {
    let text = '';
    for (let i = 1 + pick(depth === 0 ? 6 : 4); i > 0; i--) text += statement(scope, depth);
    return text;
  };
  const params = (scope) => {
    const lexical = new Set();
    const list = [];
    for (let i = pick(4); i > 0; i--) {
      const n = name();
      if (lexical.has(n)) continue;
      lexical.add(n);
      list.push(
        one([
          n,
          `${n} = ${pick(9)}`,
          `${n} = (F.push(() => { ${act()} }), ${pick(9)})`,
          `{ k: ${n} = ${pick(9)} } = {}`,
          `[${n}] = [${pick(9)}]`,
        ]),
      );
    }
    for (const n of lexical) scope.lexical.add(n);
    return list.join(', ');
  };
  // `var` of a parameter's name is a variable of its own when parameters are not simple.
  const body = (depth) => {
    const scope = scopeIn(null, true);
    const list = params(scope);
    const redeclared = [...scope.lexical].filter(() => pick(3) === 0).map((n) => `var ${n}; `);
    return `(${list}) { ${redeclared.join('')}${statements(scope, depth + 1)}}`;
  };
  const statement = (scope, depth) => {
    if (budget-- <= 0 || depth > 5) return push();
    const n = serial++;
    switch (pick(36)) {
      case 0:
      case 1:
        return `let ${claim(scope)} = ${value()}; ${push()}`;
      case 2:
        return `const ${claim(scope)} = ${value()}; ${push()}`;
      case 3:
        return `var ${claimVar(scope)} = ${value()}; ${push()}`;
      case 4: {
        const text = push();
        return `${text}let ${claim(scope)} = ${value()}; `;
      }
      case 5:
        return block(scope, depth);
      case 6: {
        const inner = scopeIn(scope);
        const i = claim(inner);
        return `for (let ${i} = 0, f${n} = () => ${i}++; ${i} < 2; ${i}++) { F.push(f${n}, () => ${i}); ${statements(scopeIn(inner), depth + 1)}} `;
      }
      case 7:
        return `for (const ${claim(scopeIn(scope))} of [1, 2]) ${block(scope, depth)} `;
      case 8:
        return `for (let ${name()} in { p: 1, q: 2 }) { ${push()}${push()}} `;
      case 9:
        return `for (var ${claimVar(scope)} of [1, 2]) ${block(scope, depth)} `;
      case 10: {
        const e = name();
        const inner = scopeIn(scope);
        inner.lexical.add(e);
        return `try { ${push()}throw ${pick(9)} } catch (${e}) { ${statements(inner, depth + 1)}} `;
      }
      case 11: {
        const inner = scopeIn(scope);
        const [p, q] = [claim(inner), claim(inner)];
        return `try { throw { p: 1, q: [2] } } catch ({ p: ${p}, q: [${q}] }) { ${statements(inner, depth + 1)}} `;
      }
      case 12: {
        const inner = scopeIn(scope);
        const at = pick(3);
        return `switch (${at}) { case 0: ${statement(inner, depth + 1)} case 1: let ${claim(inner)} = 1; ${push()} case 2: ${statement(inner, depth + 1)} break; default: ${statement(inner, depth + 1)} } `;
      }
      case 13: {
        const f = claim(scope);
        return `function ${f}${body(depth)} F.push(${f}, () => ${f}); try { ${f}(${value()}, ${value()}) } catch {} `;
      }
      case 14:
        return `(function ${name()}${body(depth)})(${value()}); `;
      case 15:
        return `(function () { F.push(() => { arguments[0] += 1; return arguments[0] + typeof this }, () => arguments.length); ${statements(scopeIn(null, true), depth + 1)}}).call({ x: 1 }, ${value()}); `;
      case 16: {
        const c = claim(scope);
        return `class ${c} { static x = ${pick(9)}; #y = 1; m() { ${c}.x++; ${act()} } static { F.push(() => { ${act()} }) } get y() { return this.#y++ } } F.push(${c}, new ${c}()); `;
      }
      case 17:
        return isStrict ? push() : `with ({ ${name()}: ${pick(9)}, ${name()}: 1 }) ${block(scope, depth)} `;
      case 18:
        return `eval(${JSON.stringify(`${isStrict ? '' : `var v${n} = 1; `}let ${name()} = ${pick(9)}; ${push()}`)}); `;
      case 19:
        return `L${n}: { ${push()}if (${pick(2)}) break L${n}; let z${n} = 1; F.push(() => z${n}++, () => z${n}) } `;
      case 20:
        return `B${n}: { F.push(() => l${n}, () => typeof l${n}, () => { l${n} = 2 }); if (${pick(2)}) break B${n}; let l${n} = 1; } `;
      case 21: {
        const f = `f${n}`;
        return `{ ${push()}function ${f}() { ${act()} } F.push(${f}, () => { ${f} = ${pick(9)} }) } F.push(() => typeof ${f} === "function" ? ${f}() : ${f}); `;
      }
      case 22: {
        const [p, q] = [claim(scope), claim(scope)];
        return `const { p: ${p}, ...${q} } = { p: 1, q: 2 }; ${push()}`;
      }
      case 23:
        return `(() => { ${statements(scopeIn(null, true), depth + 1)}})(); `;
      case 24:
        return `if (${pick(2)}) ${block(scope, depth)} else ${block(scope, depth)} `;
      case 25:
        return `{ const mk = (${name()}) => { let n = 0; return [() => ++n + String(${name()}), () => n] }; F.push(mk(1), mk(1)) } `;
      case 26: {
        const c = claim(scope);
        return `class ${c} extends (class { b() { return ${see()} } }) { b() { ${deed()}; return "d" + super.b() } a = () => super.b() } F.push(${c}, new ${c}()); `;
      }
      case 27: {
        const inner = scopeIn(scope);
        const [i, j] = [claim(inner), claim(inner)];
        return `for (let ${i} = 0, ${j} = ${pick(5)}, f${n} = () => ${j}++; ${i} < 2; ${i}++, F.push(() => ${j})) { F.push(f${n}, () => ++${i} > 9, () => ${j}); ${push()}} `;
      }
      case 28:
        return isStrict
          ? push()
          : `if (${pick(2)}) function ${name()}() { ${act()} } else { ${push()}} ${push()}`;
      case 29: {
        const f = claim(scopeIn(scope));
        return `{ ${push()}function ${f}() { ${act()} } F.push(${f}, () => ${f}, () => { ${f} = ${pick(9)} }); ${push()}} `;
      }
      case 30: {
        const e = name();
        return isStrict ? push() : `try { throw 1 } catch (${e}) { var ${e} = ${pick(9)}; ${push()}} `;
      }
      case 31:
        return `O${n}: for (const ${claim(scopeIn(scope))} of [1, 2]) { ${push()}for (let y${n} = 0; y${n} < 2; y${n}++) { F.push(() => y${n}++); if (y${n}) continue O${n}; ${push()}} } `;
      case 32: {
        const inner = scopeIn(scope);
        return `switch (${pick(2)}) { case 0: { ${push()}} case 1: const ${claim(inner)} = ${value()}; function ${claim(inner)}() { ${act()} } ${push()}} `;
      }
      case 33: {
        const c = claim(scope);
        return `class ${c} { static #n = ${pick(9)}; static { var ${name()} = this.#n; F.push(() => ++this.#n, () => ${see()}) } static [\`k\${1 + 1}\`] = () => this.#n; ["m" + ${pick(3)}]() { ${act()} } } F.push(${c}); `;
      }
      case 34:
        return `do { ${statements(scopeIn(scope), depth + 1)}} while (false); `;
      default:
        return push();
    }
  };
  // All names are there: sloppy code that assigns to one that is not would make a global, which all programs share.
  return `let a = 1, b = 2, c = 3, d = 4, e = 5; (() => { ${statements(scopeIn(null, true), 0)}})()`;
}
