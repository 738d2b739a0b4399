// Captures live functions and compares what is said of them with what the sample's text means.
//
// Vitest rewrites test files, so every sample is a text that is run by node:vm; its functions are then described.
// Modules and worker threads are tried in Node processes of their own, on a bundle of the capture side.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import vm from 'node:vm';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { captureAvailable, openCapture } from '../../../src/pickle/capture/index.js';
import type { Capture, Captured, ScopeNode } from '../../../src/pickle/capture/types.js';
import { restoredCode, restoredComputedKeys, restoredMembers } from '../../../src/realm/restored.js';

let capture: Capture;
beforeAll(() => {
  capture = openCapture();
});
afterAll(() => capture.close());

const run = (text: string): any => vm.runInThisContext(text);
const describeOne = (fn: Function): any => capture.describe([fn])[0];

/** Describes in a run of its own, so that each function is the one that is entered. */
function openAndClose(functions: readonly Function[]): void {
  const fresh = openCapture();
  fresh.describe(functions);
  fresh.close();
}

/** A scope chain as text: `{count:let=0} > {a:const=1}`. */
function chainOf(captured: Captured | undefined): string {
  const parts: string[] = [];
  let scope: ScopeNode | null = captured && 'scope' in captured ? captured.scope : null;
  for (; scope !== null; scope = scope.parent) {
    const names = [...scope.bindings].map(([name, { kind, isInitialised, value }]) => {
      const shown = typeof value === 'object' || typeof value === 'function' ? typeof value : String(value);
      return `${name}:${kind}${isInitialised ? `=${shown}` : '!'}`;
    });
    parts.push(`{${names.join()}}`);
  }
  return parts.join(' > ');
}

const COUNTERS = '(function mk() { let count = 0; return { inc: () => ++count, get: () => count } })';

describe('availability', () => {
  it('is given on every supported Node', () => {
    expect(captureAvailable()).toEqual({ ok: true });
  });
});

describe('scopes', () => {
  it('holds the variables a function names and none of its siblings', () => {
    const [f] = run('(function () { let a = 1; const secret = {}; return [() => a, () => secret] })()');
    expect(chainOf(describeOne(f))).toBe('{a:let=1}');
  });

  it('is one node for closures that share a variable and another for the next call', () => {
    const mk = run(COUNTERS);
    const a = mk();
    const b = mk();
    const [ai, ag, bi, bg] = capture.describe([a.inc, a.get, b.inc, b.get]) as any[];
    expect(ai.scope).toBe(ag.scope);
    expect(bi.scope).toBe(bg.scope);
    expect(ai.scope).not.toBe(bi.scope);
    expect(ai.code).toBe(bi.code);
    expect([a.get(), b.get(), a.inc(), a.get(), b.get()]).toEqual([0, 0, 1, 1, 0]);
  });

  it('is the same node in a later batch', () => {
    const mk = run(COUNTERS);
    const a = mk();
    const first = describeOne(a.inc).scope;
    const [other, get] = capture.describe([mk().inc, a.get]) as any[];
    expect(get.scope).toBe(first);
    expect(other.scope).not.toBe(first);
  });

  it('links outer scopes that are needed later in between', () => {
    const made = run(
      '(function () { let a = 0; return function () { let b = 0; return { fa: () => a++, fb: () => b++, fab: () => [a, b] } } })()()',
    );
    const inner = describeOne(made.fb).scope;
    expect(inner.parent).toBeNull();
    const [both, outer] = capture.describe([made.fab, made.fa]) as any[];
    expect(both.scope).toBe(inner);
    expect(inner.parent).toBe(outer.scope);
  });

  it('tells 300 counters with equal values apart', () => {
    const mk = run(COUNTERS);
    const scopes = capture
      .describe(Array.from({ length: 300 }, () => mk().inc))
      .map((each: any) => each.scope);
    expect(new Set(scopes).size).toBe(300);
  });

  it('gives each turn of a loop its own scope', () => {
    const made = run(
      '(() => { const o = []; for (let i = 0; i < 3; i++) o.push(() => i++, () => i); return o })()',
    );
    const scopes = capture.describe(made).map((each: any) => each.scope);
    expect(new Set(scopes).size).toBe(3);
    expect(scopes[0]).toBe(scopes[1]);
    expect([made[1](), made[3](), made[5]()]).toEqual([0, 1, 2]);
  });

  it('shares a variable between a class and a closure without running the class', () => {
    const made = run(
      '(() => { let n = 0; class A { inc() { return ++n } constructor() { n = 99 } } return [A, () => n] })()',
    );
    const [a, get] = capture.describe(made) as any[];
    expect(a.scope).toBe(get.scope);
    expect(made[1]()).toBe(0);
  });

  it('enters functions with destructuring, defaults, generators and async bodies without running them', () => {
    const mk = run(
      '(function () { let n = 0; const boom = () => { n = 99 }; return [({ a: { b: [q] }, ...r }, [c, { d }] = boom(), ...[e]) => n++, function* ({ z } = boom()) { n++ }, async ({ y } = boom()) => n, async function* () { n++ }, () => n] })',
    );
    const a = mk();
    const scopes = capture.describe([...a, ...mk()]).map((each: any) => each.scope);
    expect(new Set(scopes.slice(0, 5)).size).toBe(1);
    expect(new Set(scopes.slice(5)).size).toBe(1);
    expect(scopes[0]).not.toBe(scopes[5]);
    expect(a[4]()).toBe(0);
  });

  it('runs nothing of a function whatever its first statement is', () => {
    const bodies = [
      '() => boom(boom(count)) + 1',
      '() => count + boom(1)',
      '() => boom(boom(count))',
      '() => o.a.b(boom(count))',
      '() => (boom(1), count)',
      '() => `${boom(1)}${count}`',
      '() => boom(1) ? count : boom(2)',
      '() => count = boom(1)',
      '() => () => boom(count)',
      'async () => await boom(count)',
      'function () { return boom(count) }',
      'function () { count = boom(1) }',
      'function () { count += boom(1) }',
      'function () { o.a.b(boom(1)).c(count) }',
      'function () { let a = boom(1); return count }',
      'function () { "use strict"; count = boom(1) }',
      'function () { if (boom(1)) return count }',
      'function () { for (const k of boom(1)) count++ }',
      'function () { for (;;) { boom(1); count++ } }',
      'function () { try { boom(1) } finally { count } }',
      'function () { while (boom(1)) count++ }',
      'function () { switch (boom(1)) { case count: } }',
      'function () { function inner() { count } return boom(inner()) }',
      'function () { throw boom(count) }',
      'function (a = boom(1)) { return count }',
      'class { constructor() { boom(1) } m() { return count } }',
      'class extends boom { f = boom(count); constructor() { super(boom(2)) } }',
      '({ get x() { return boom(count) } }).__lookupGetter__("x")',
      '({ set x(v) { boom(count) } }).__lookupSetter__("x")',
    ];
    const text = bodies.map((body) => `(${body})`).join();
    const mk = run(
      `(function () { let count = 0; let ran = 0; const o = { a: { b: x => x } }; function boom() { ran++; return o } const set = () => { count++ }; return { functions: [${text}], ran: () => ran, set } })`,
    );
    const a = mk();
    const b = mk();
    const found = capture.describe([...a.functions, a.set, ...b.functions, b.set]) as any[];
    const scopes = found.map((each) => each.scope);
    const half = bodies.length + 1;
    expect(new Set(scopes.slice(0, half)).size).toBe(1);
    expect(new Set(scopes.slice(half)).size).toBe(1);
    expect(scopes[0]).not.toBe(scopes[half]);
    expect([a.ran(), b.ran()]).toEqual([0, 0]);
    for (const body of [a, b]) {
      for (const fn of body.functions) openAndClose([fn, body.set]);
      expect(body.ran()).toBe(0);
    }
  });

  it('keeps parameters and body apart where parameters are not simple', () => {
    const f = run(
      '(function (a, b = () => a, { c } = { c: 2 }) { var a = 5; let d = 1; return () => [a, b, c, d] })(1)',
    );
    expect(chainOf(describeOne(f))).toBe('{a:let=5,d:let=1} > {b:let=function,c:let=2}');
  });

  it('knows catch variables, block variables and hoisted functions', () => {
    const f = run(
      '(function () { try { throw 5 } catch (e) { { const k = 1; return function g() { return [e, k, h] } } } function h() {} })()',
    );
    expect(chainOf(describeOne(f))).toBe('{k:const=1} > {e:let=5} > {h:function=function}');
  });

  it('marks variables in the dead zone', () => {
    const dead = run('(function () { const f = () => late; return f; let late = 1 })()');
    const hoisted = run('(function () { function f() { return late } return f; let late })()');
    const empty = run('(function () { let late; function f() { return late } return f })()');
    expect(capture.describe([dead, hoisted, empty]).map(chainOf)).toEqual([
      '{late:let!}',
      '{late:let!}',
      '{late:let=undefined}',
    ]);
  });

  it('names globals and variables of other scripts instead of capturing them', () => {
    const f = run('let captureTestTop = 1; () => [captureTestTop, console, nowhere]');
    const found = describeOne(f);
    expect(found.scope).toBeNull();
    expect(found.globals).toEqual(['captureTestTop', 'console', 'nowhere']);
  });

  it('takes the whole chain where a direct eval may name anything', () => {
    const f = run('(function () { let h = 1; let k = 2; return () => eval("h") })()');
    expect(chainOf(describeOne(f))).toBe('{h:let=1,k:let=2}');
  });

  it('captures the variables around code that a direct eval made', () => {
    const f = run('(function () { let h = 1; return eval("let w = 2; () => [h, w]") })()');
    expect(chainOf(describeOne(f))).toBe('{w:let=2} > {h:let=1}');
  });

  it('keeps the object of a with block', () => {
    const object = { q: 1 };
    const f = run(
      '(object => { let l = 1; return function (o) { with (o) { return () => q + l } }(object) })',
    )(object);
    const found = describeOne(f);
    expect(found.scope.form).toBe('with');
    expect(found.scope.bindings.get('with').value).toBe(object);
    expect(found.scope.parent.bindings.get('l').value).toBe(1);
  });
});

describe('functions', () => {
  it('leaves the own name of a function expression to its text, and binds that of a declaration', () => {
    const expression = run('(function () { return function me() { return me } })()');
    const declaration = run('(function () { function me() { return me } return me })()');
    const [a, b] = capture.describe([expression, declaration]) as any[];
    expect([chainOf(a), a.code.entry.isDeclaration]).toEqual(['', false]);
    expect([chainOf(b), b.code.entry.isDeclaration]).toEqual(['{me:function=function}', true]);
  });

  it('gives the self name of a function expression to a closure inside', () => {
    const f = run('(function me() { return () => me })()');
    expect(chainOf(describeOne(f))).toBe('{me:const=function}');
  });

  it('captures the this, arguments and new.target of arrows', () => {
    const self = { a: 1 };
    const f = run('(function () { let z = 1; return () => [this, z, arguments, new.target] })').call(self, 7);
    const { bindings } = describeOne(f).scope;
    expect(bindings.get('this').value).toBe(self);
    expect(bindings.get('arguments').value[0]).toBe(7);
    expect(bindings.get('new.target').value).toBeUndefined();
    expect(bindings.get('z').value).toBe(1);
    expect(chainOf(describeOne(run('() => this')))).toBe('');
  });

  it('captures the instance of an arrow in a field and the class of a static one', () => {
    const A = run('(class A { f = () => this; static s = () => this })');
    const a = new A();
    expect(describeOne(a.f).scope.bindings.get('this').value).toBe(a);
    expect(describeOne(A.s).scope.bindings.get('this').value).toBe(A);
  });

  it('puts arrows that use private names inside their class', () => {
    const A = run('(class A { #x = 1; f = () => this.#x })');
    const { scope } = describeOne(new A().f);
    const classScope = scope.form === 'class' ? scope : scope.parent;
    expect(classScope.bindings.get('class').value).toBe(A);
  });

  it('reads bound functions', () => {
    const f = run('(function () {})');
    expect(describeOne(f.bind(1, 2, 3))).toEqual({ kind: 'bound', target: f, thisArg: 1, args: [2, 3] });
  });

  it('reads functions of other realms', () => {
    const sandbox = vm.createContext({});
    const mk = vm.runInContext(
      'let top = 1; (function () { let r = 2; return [() => r++, () => [r, top]] })',
      sandbox,
    );
    const made = mk();
    const twin = mk();
    const [a, b, c] = capture.describe([made[0], made[1], twin[0]]) as any[];
    expect(a.scope).toBe(b.scope);
    expect(a.scope).not.toBe(c.scope);
    expect([chainOf(a), b.globals]).toEqual(['{r:let=2}', ['top']]);
    expect([made[0](), Object.getOwnPropertyNames(sandbox)]).toEqual([2, []]);
  });

  it('refuses native functions and those inside Node', () => {
    expect(describeOne(Math.max)).toMatchObject({ kind: 'uncapturable', what: 'native function' });
    expect(describeOne(setTimeout)).toMatchObject({ kind: 'uncapturable', what: 'function inside Node' });
  });

  it('reads functions that Function and indirect eval made', () => {
    expect(chainOf(describeOne(new Function('a', 'b = 2', 'return () => a + b')(1)))).toBe(
      '{a:let=1,b:let=2}',
    );
    expect(describeOne(new Function('x', 'return x')).code.entry.source).toBe(
      'function anonymous(x\n) {\nreturn x\n}',
    );
    const indirect = run('eval');
    expect(chainOf(describeOne(indirect('let z = 1; const f = () => z++; f')))).toBe('{z:let=1}');
  });

  it('finds texts in scripts with line and column offsets', () => {
    const text = 'var first = 1;\r\n(function () { let a = 1;\n return () => a })()';
    const f = new vm.Script(text, { filename: 'In[5]', lineOffset: 10, columnOffset: 4 }).runInThisContext();
    const { entry } = describeOne(f).code;
    expect(entry).toMatchObject({
      source: '() => a',
      url: 'In[5]',
      line: 13,
      form: 'arrow',
      isStrict: false,
    });
  });

  it('finds the home of arrows that use the super of the method around them', () => {
    const object = run('({ m() { return () => super.m } })');
    const [A, B] = run(
      '[1, 2].map(() => class { f = () => super.x; m() { return () => super.m } static s() { return () => super.s } })',
    );
    const found = capture.describe([object.m(), new A().f, new B().m(), B.s()]) as any[];
    expect(found.map((each) => each.home)).toEqual([object, A.prototype, B.prototype, B]);
    expect(found[0].home).toBe(object);
  });

  it('knows strict code around a function', () => {
    expect(describeOne(run('(function () { "use strict"; return () => 1 })()')).code.entry.isStrict).toBe(
      true,
    );
    expect(describeOne(run('(function () { "use strict" })')).code.entry.isStrict).toBe(false);
  });

  it('reads methods and accessors of literals, with the home object where they use super', () => {
    const object = run('({ m() { return super.m }, get x() { return 1 }, async *["k"]() {} })');
    const getter = Object.getOwnPropertyDescriptor(object, 'x')?.get as Function;
    const [m, x, k] = capture.describe([object.m, getter, object.k]) as any[];
    expect(m.code.entry.form).toBe('method');
    expect(m.home).toBe(object);
    expect([x.code.entry.form, x.code.entry.source]).toEqual(['getter', 'get x() { return 1 }']);
    expect(k.code.entry.source).toBe('async *["k"]() {}');
    expect(k.home).toBeUndefined();
  });
});

describe('classes', () => {
  const K = run(
    '(function (z) { return class K extends Map { #p = 1; static s = () => K; q = z; [Symbol.iterator]() {} ["a" + "b"]() { return super.x } static ["zz" + 1] = 3; m() { return this.#p + z } get g() { return 1 } static /* note */ t() {} constructor() { super() } } })(4)',
  );

  it('are captured whole with the values of computed keys', () => {
    const found = describeOne(K);
    expect(found.kind).toBe('class');
    expect(found.computedKeys).toEqual([Symbol.iterator, 'ab', 'zz1']);
    expect(chainOf(found)).toBe('{z:let=4}');
    expect(found.globals).toEqual([]);
    expect(found.code.entry.source).toMatch(/^class K extends Map/);
  });

  it('name the members that come with them', () => {
    const getter = Object.getOwnPropertyDescriptor(K.prototype, 'g')?.get as Function;
    const members = capture.describe([K.prototype.m, getter, K.t, K.prototype.ab]);
    expect(members).toEqual([6, 7, 8, 4].map((element) => ({ kind: 'member', owner: K, element })));
  });

  it('are found for a member that is described first', () => {
    const fresh = openCapture();
    try {
      const Q = run('(class Q { m() { return super.m } n() {} })');
      expect(fresh.describe([Q.prototype.m])).toEqual([{ kind: 'member', owner: Q, element: 0 }]);
    } finally {
      fresh.close();
    }
  });

  it('keep two classes of one text apart', () => {
    const [A, B] = run(
      '(() => { const mk = () => class { m() { return super.m } }; return [mk(), mk()] })()',
    );
    const found = capture.describe([B.prototype.m, A.prototype.m]) as any[];
    expect(found.map((each) => each.owner)).toEqual([B, A]);
  });

  it('bind their own name for closures made inside', () => {
    expect(chainOf(describeOne(K.s))).toBe('{K:const=function}');
  });

  it('leave heritage, computed keys and static initialisers out of their needs', () => {
    const C = run(
      '(() => { let base = Object, key = "k", start = () => 1, use = 2; return class extends base { [key]() {} static s = start(); static { start() } f = use } })()',
    );
    expect(chainOf(describeOne(C))).toBe('{use:let=2}');
  });
});

describe('private members', () => {
  it('belong to the class that declares them, base first', () => {
    const [B, D] = run(
      '(() => { class B { #b = 1; #m() {} get #a() { return 1 } } class D extends B { #b = 2; #o = NaN; static #s = 5 } return [B, D] })()',
    );
    expect(capture.mayHavePrivates(D.prototype)).toBe(true);
    expect(capture.mayHavePrivates(Object.prototype)).toBe(false);
    expect(capture.privatesOf(new D())).toEqual([
      { owner: B, isStatic: false, fields: new Map([['#b', 1]]) },
      {
        owner: D,
        isStatic: false,
        fields: new Map([
          ['#b', 2],
          ['#o', Number.NaN],
        ]),
      },
    ]);
    expect(capture.privatesOf(D)).toEqual([{ owner: D, isStatic: true, fields: new Map([['#s', 5]]) }]);
    expect(capture.privatesOf({})).toEqual([]);
  });
});

describe('private members in every sort of class', () => {
  it('are read without running constructors, initialisers or methods', () => {
    const made = run(`(() => {
      let ran = 0;
      const boom = () => ++ran;
      class Plain { #x = boom(); }
      class Made { #x; constructor({ v }) { this.#x = v; boom() } }
      class Derived extends Made { #x = boom(); }
      class DerivedMade extends Plain { #y; constructor() { super(); this.#y = 'y'; } read() { boom(); return this.#y } }
      class FromMap extends Map { #z = 'z'; }
      class Hidden extends Plain { #h = 'h'; peek() { boom(); return this.#h } }
      class Bare { static make(o) { return new Stamp(o) } }
      class Stamp extends (function (o) { return o }) { #s = 's'; }
      const objects = [new Plain(), new Made({ v: 'v' }), new Derived({ v: 'w' }), new DerivedMade(), new FromMap(), new Hidden()];
      return { objects, ran: () => ran };
    })()`);
    const before = made.ran();
    const found = made.objects.map((object: object) =>
      capture.privatesOf(object).map(({ owner, fields }) => [owner.name, ...[...fields].flat()]),
    );
    expect(found).toEqual([
      [['Plain', '#x', 1]],
      [['Made', '#x', 'v']],
      [
        ['Made', '#x', 'w'],
        ['Derived', '#x', 4],
      ],
      [
        ['Plain', '#x', 5],
        ['DerivedMade', '#y', 'y'],
      ],
      [['FromMap', '#z', 'z']],
      [
        ['Plain', '#x', 6],
        ['Hidden', '#h', 'h'],
      ],
    ]);
    expect(made.ran()).toBe(before);
  });
});

describe('restored code', () => {
  it('is described by the text, keys and members it was saved with', () => {
    const C = run('(() => { let n = 1; let guard = 0; return class { m() { guard; return n } } })()');
    const entry = {
      source: 'class C { [k]() { return n } }',
      form: 'class',
      isDeclaration: false,
      isStrict: false,
      url: 'In[1]',
      line: 1,
      column: 0,
    } as const;
    restoredCode.set(C, entry);
    restoredComputedKeys.set(C, ['m']);
    restoredMembers.set(C.prototype.m, { owner: C, element: 0 });
    const [found, member] = capture.describe([C, C.prototype.m]) as any[];
    expect(found.code.entry).toBe(entry);
    expect(found.computedKeys).toEqual(['m']);
    expect(chainOf(found)).toBe('{n:let=1}');
    expect(member).toEqual({ kind: 'member', owner: C, element: 0 });
  });
});

describe('the session', () => {
  it('is left as it was', () => {
    const before = Object.getOwnPropertyNames(globalThis);
    const limit = Error.stackTraceLimit;
    const mk = run(COUNTERS);
    capture.describe([mk().inc, mk().inc]);
    expect(Object.getOwnPropertyNames(globalThis)).toEqual(before);
    expect(Error.stackTraceLimit).toBe(limit);
  });

  it('may have shadowed globals and a stack formatting hook', () => {
    const mk = run(
      '(function () { let globalThis = 0; let count = 0; return { inc: () => [globalThis++, count++], get: () => [globalThis, count] } })',
    );
    const before = Error.prepareStackTrace;
    let calls = 0;
    Error.prepareStackTrace = () => {
      calls++;
      return '';
    };
    try {
      const a = mk();
      const [inc, get, other] = capture.describe([a.inc, a.get, mk().inc]) as any[];
      expect([inc.scope === get.scope, inc.scope === other.scope]).toEqual([true, false]);
      expect(calls).toBe(0);
    } finally {
      if (before === undefined) Reflect.deleteProperty(Error, 'prepareStackTrace');
      else Error.prepareStackTrace = before;
    }
  });
});

describe('modules', () => {
  const fixture = (name: string): string =>
    fileURLToPath(new URL(`../../fixtures/capture/${name}`, import.meta.url));
  const folder = mkdtempSync(join(tmpdir(), 'brine-capture-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('are captured by name in CommonJS, ES modules and worker threads', async () => {
    const bundle = join(folder, 'capture.mjs');
    const entry = fileURLToPath(new URL('../../../src/pickle/capture/index.ts', import.meta.url));
    await build({ entryPoints: [entry], bundle: true, format: 'esm', platform: 'node', outfile: bundle });
    const output = execFileSync(process.execPath, [fixture('probe.mjs')], {
      env: { ...process.env, CAPTURE_BUNDLE: bundle },
      encoding: 'utf8',
    });
    const results = output
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const expected = {
      common: { names: ['require', 'x', 'y'], isShared: true, isSelfExports: true, isStrict: false },
      module: {
        names: ['fs', 'read', 'x', 'y'],
        readKind: 'const',
        isShared: true,
        hasThis: true,
        isStrict: true,
        where: 'function',
      },
      y: 2,
    };
    expect(results).toEqual([
      { thread: 'main', ...expected },
      { thread: 'worker', ...expected },
    ]);
  });
});
