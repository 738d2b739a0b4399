// Goal: classes come back whole and nothing of the user's runs while they do.
// Method: texts whose every evaluated part would push to a global list; rebuild; the list stays empty.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { restoredCode, restoredComputedKeys, restoredMembers } from '../../../src/realm/restored.js';
import { Ref } from '../../../src/unpickle/rebuild/types.js';
import { code, formScope, Rows, scope, shape } from './rows.js';

const log: unknown[] = [];
const realm = globalThis as unknown as Record<string, unknown>;

beforeEach(() => {
  log.length = 0;
  realm['ran'] = (what: unknown) => {
    log.push(what);
    return what;
  };
});
afterEach(() => {
  delete realm['ran'];
});

describe('classes', () => {
  it('that need no edit keep their text', () => {
    const rows = new Rows();
    const text =
      'class A { static n = 1; x = 5; [Symbol.iterator]() {} m() { return A } get g() { return 1 } }';
    const id = rows.cls(code(text, 'class'), { computedKeys: [rows.object(() => Symbol.iterator)] });
    const m = rows.member(id, 3);
    const g = rows.member(id, 4);
    const it = rows.member(id, 2);
    rows.rebuild();
    const A = rows.get(id);
    expect(A.toString()).toBe(text);
    expect(new A().m()).toBe(A);
    expect(rows.get(m)).toBe(A.prototype.m);
    expect(rows.get(g)).toBe(Object.getOwnPropertyDescriptor(A.prototype, 'g')?.get);
    expect(rows.get(it)).toBe(A.prototype[Symbol.iterator]);
    expect(restoredMembers.get(rows.get(m))).toEqual({ owner: A, element: 3 });
    expect(restoredCode.get(A)?.source).toBe(text);
  });

  it('are anonymous when they were', () => {
    const rows = new Rows();
    const id = rows.cls(code('class { }', 'class'));
    rows.rebuild();
    expect(rows.get(id).name).toBe('');
  });

  it('run no heritage, key, static initialiser or static block again', () => {
    const rows = new Rows();
    const text = `class A extends ran(Object) {
      static a = ran('static');
      static { ran('block') }
      [ran('key')]() { return 1 }
      static [ran('static key')] = ran('value');
      b = ran('field');
      'quoted'() {}
      12() {}
      constructor(x) { super(); ran('constructor') }
    }`;
    const parent = rows.cls(code('class P { p() { return "p" } }', 'class'));
    const id = rows.cls(code(text, 'class'), { heritage: new Ref(parent), computedKeys: ['k1', 'k2'] });
    const members = [2, 5, 6, 7].map((element) => rows.member(id, element));
    rows.rebuild();
    const A = rows.get(id);
    expect(log).toEqual([]);
    expect(Object.getPrototypeOf(A)).toBe(rows.get(parent));
    expect(A.prototype.p()).toBe('p');
    expect(A.prototype.k1()).toBe(1);
    expect(Object.hasOwn(A, 'k2')).toBe(true);
    expect(members.map((member) => rows.get(member))).toEqual(
      [A.prototype.k1, A.prototype.quoted, A.prototype[12], A].map((fn, i) =>
        i === 3 ? rows.get(members[3] as number) : fn,
      ),
    );
    expect(A.toString()).toBe(text);
    expect(`${A}`).toBe(text);
    expect(A.prototype.k1.toString()).toBe("[ran('key')]() { return 1 }");
    expect(restoredComputedKeys.get(A)).toEqual(['k1', 'k2']);
    new A();
    expect(log).toEqual(['field', 'constructor']);
  });

  it('name their constructor as a member', () => {
    const rows = new Rows();
    const id = rows.cls(code('class A { constructor() {} }', 'class'));
    const member = rows.member(id, 0);
    rows.rebuild();
    expect(rows.get(member)).toBe(rows.get(id));
  });

  it('extend each other in one scope, null, built-ins, functions and bound functions', () => {
    const rows = new Rows();
    const a = rows.id();
    const b = rows.id();
    const one = scope(shape('let A', 'let B'), [new Ref(a), new Ref(b)]);
    const textB = 'class B extends A { who() { return super.who() + "b" } }';
    rows.cls(code(textB, 'class', { isDeclaration: true }), { id: b, scope: one, heritage: new Ref(a) });
    rows.cls(code('class A { who() { return "a" + (B === undefined) } }', 'class'), { id: a, scope: one });
    const none = rows.cls(code('class N extends null { static m() { return 1 } }', 'class'));
    const map = rows.cls(code('class M extends Map { get size2() { return this.size * 2 } }', 'class'), {
      heritage: rows.object(() => Map),
    });
    const fn = rows.fn(code('function F() { this.f = 1 }', 'function'));
    const viaFn = rows.cls(code('class G extends F { }', 'class'), { heritage: new Ref(fn) });
    const bound = (function Bound(this: object) {} as Function).bind(null);
    const viaBound = rows.cls(code('class H extends bound { }', 'class'), {
      heritage: rows.object(() => bound),
    });
    const viaNull = rows.cls(code('class I extends base { }', 'class'), { heritage: null });
    rows.rebuild();
    const B = rows.get(b);
    expect(B.toString()).toBe(textB);
    expect(new B().who()).toBe('afalseb');
    expect(rows.get(none).m()).toBe(1);
    expect(Object.getPrototypeOf(rows.get(none).prototype)).toBe(null);
    expect(new (rows.get(map))([[1, 2]]).size2).toBe(2);
    expect(new (rows.get(viaFn))().f).toBe(1);
    expect(Object.getPrototypeOf(rows.get(viaBound))).toBe(bound);
    expect(Object.getPrototypeOf(rows.get(viaNull).prototype)).toBe(null);
  });

  it('extend 5,000 others in a chain', () => {
    const rows = new Rows();
    let last = rows.cls(code('class A0 { }', 'class'));
    const text = code('class A extends P { }', 'class');
    for (let i = 0; i < 5000; i++) last = rows.cls(text, { heritage: new Ref(last) });
    rows.prepare();
    expect(rows.get(last).name).toBe('A');
  });

  it('that extend themselves are refused', () => {
    const rows = new Rows();
    const a = rows.id();
    const b = rows.id();
    rows.cls(code('class A extends B { }', 'class'), { id: a, heritage: new Ref(b) });
    rows.cls(code('class B extends A { }', 'class'), { id: b, heritage: new Ref(a) });
    rows.prepare();
    expect(() => rows.get(a)).toThrow(/needs itself/);
  });

  it('keep inferred names of anonymous functions and classes in fields', () => {
    const rows = new Rows();
    const text = `class A { #p = 1; f = () => this.#p; c = class { static s = ran(1) }; #d = class { static t = ran(2) };
      names() { return [this.f.name, this.c.name, this.#d.name] } }`;
    const id = rows.cls(code(text, 'class'));
    rows.rebuild();
    const A = rows.get(id);
    const object = rows.rebuilder.allocateStamped([A], A.prototype, undefined);
    expect(log).toEqual([]);
    expect(Reflect.ownKeys(object)).toEqual([]);
    expect(new A().names()).toEqual(['f', 'c', '#d']);
    expect(log).toEqual([1, 2]);
  });
});

describe('private members', () => {
  it('are stamped on objects of base and derived classes without running anything', () => {
    const rows = new Rows();
    const base = rows.cls(
      code(
        `class A { x = ran('x'); #b = ran('b'); static #s = ran('s'); constructor({ a = ran('a') } = ran({}), ...rest) {
          ran('A'); this.got = [a, rest, arguments.length, new.target]; }
          b() { return this.#b } #m() { return 'm' + this.#b } m() { return this.#m() }
          get #g() { return this.#b } g() { return this.#g } static s() { return A.#s } static is(o) { return #m in o } }`,
        'class',
      ),
    );
    const derived = rows.cls(
      code(`class B extends A { #b = ran('B.b'); y = ran('y'); bb() { return this.#b } }`, 'class'),
      { heritage: new Ref(base) },
    );
    rows.rebuild();
    const A = rows.get(base);
    const B = rows.get(derived);
    const r = rows.rebuilder;
    const object = r.allocateStamped([A, B], B.prototype, undefined) as InstanceType<typeof B>;
    r.writePrivate(A, object, false, '#b', 1);
    r.writePrivate(B, object, false, '#b', 2);
    r.writePrivate(A, A, true, '#s', 3);
    expect(log).toEqual([]);
    expect(Reflect.ownKeys(object)).toEqual([]);
    expect([object.b(), object.bb(), object.m(), object.g(), A.s(), A.is(object)]).toEqual([
      1,
      2,
      'm1',
      1,
      3,
      true,
    ]);
    const fresh = new B({ a: 5 }, 1, 2);
    expect(fresh.got).toEqual([5, [1, 2], 3, B]);
    expect(log).toEqual(['x', 'b', 'A', 'B.b', 'y']);
    expect(() => r.writePrivate(A, {}, false, '#b', 1)).toThrow(/does not have its private field #b/);
    expect(() => r.writePrivate(A, object, false, '#z', 1)).toThrow(/no private field #z/);
  });

  it('are stamped on built-ins and behind classes without any', () => {
    const rows = new Rows();
    const text = `class M extends Base { #p = ran('p'); p() { return this.#p } }`;
    const map = rows.cls(code(text, 'class'), { heritage: rows.object(() => Map) });
    const middle = rows.cls(code(`class Middle { constructor() { ran('middle') } }`, 'class'));
    const behind = rows.cls(code(text, 'class'), { heritage: new Ref(middle) });
    const error = rows.cls(
      code(
        `class E extends Error { #code; constructor(m, c) { super(m); this.#code = c; ran('E') } code() { return this.#code } }`,
        'class',
      ),
      { heritage: rows.object(() => Error) },
    );
    rows.rebuild();
    const r = rows.rebuilder;
    const [M, Behind, E] = [rows.get(map), rows.get(behind), rows.get(error)];
    const m = r.allocateStamped([M], M.prototype, () => new Map([[1, 2]])) as InstanceType<typeof M>;
    r.writePrivate(M, m, false, '#p', 'in a map');
    expect([m.p(), m.get(1), m instanceof M]).toEqual(['in a map', 2, true]);
    const b = r.allocateStamped([Behind], Behind.prototype, undefined) as InstanceType<typeof M>;
    r.writePrivate(Behind, b, false, '#p', 'behind');
    expect(b.p()).toBe('behind');
    const e = r.allocateStamped([E], E.prototype, () => new Error('x')) as InstanceType<typeof E>;
    r.writePrivate(E, e, false, '#code', 7);
    expect([e.code(), e.message]).toEqual([7, 'x']);
    expect(log).toEqual([]);
    expect(Object.getPrototypeOf(M)).toBe(Map);
    expect(Object.getPrototypeOf(Behind)).toBe(rows.get(middle));
  });

  it('come with any prototype, and leave public fields that stay', () => {
    const rows = new Rows();
    const id = rows.cls(code('class A { a = 1; #p = 2; b = 3; static p(o) { return o.#p } }', 'class'));
    rows.rebuild();
    const A = rows.get(id);
    const r = rows.rebuilder;
    expect(Object.getPrototypeOf(r.allocateStamped([A], null, undefined))).toBe(null);
    expect(Reflect.ownKeys(r.allocateStamped([A], A.prototype, undefined, ['a', 'b', 'c']))).toEqual([
      'a',
      'b',
    ]);
    expect(Reflect.ownKeys(r.allocateStamped([A], A.prototype, undefined, ['b', 'a']))).toEqual([]);
  });

  it('that are methods can be had as functions', () => {
    const rows = new Rows();
    const text =
      'class A { #m() { return 1 } static #s() { return 2 } take() { return this.#m } static take() { return A.#s } }';
    const id = rows.cls(code(text, 'class'));
    const m = rows.member(id, 0);
    const s = rows.member(id, 1);
    rows.rebuild();
    const A = rows.get(id);
    expect(rows.get(m)).toBe(new A().take());
    expect(rows.get(s)).toBe(A.take());
    expect(rows.get(s).toString()).toBe('#s() { return 2 }');
  });

  it('that are methods work also where their class is not known', () => {
    const rows = new Rows();
    const text = 'async *#m(a) { yield a }';
    const id = rows.fn(code(text, 'method', { isStrict: true }));
    const getter = rows.fn(code('get #g() { return 1 }', 'getter', { isStrict: true }));
    rows.rebuild();
    expect(rows.get(id).toString()).toBe(text);
    expect(rows.get(id)(1)[Symbol.asyncIterator]).toBeDefined();
    expect(rows.get(getter)()).toBe(1);
  });

  it('are in reach of functions that were written inside the class', () => {
    const rows = new Rows();
    const id = rows.id();
    const outer = scope(shape('let seen'), [0]);
    const inClass = formScope('class', new Ref(id), outer);
    rows.cls(
      code(
        'class A { #p = 1; static make(v) { const a = new A; a.#p = v; return a } m() { return () => this.#p } }',
        'class',
      ),
      {
        id,
        scope: outer,
      },
    );
    const self = rows.object(() => rows.get(id).make(42));
    const arrow = rows.fn(
      code('() => [++seen, this.#p]', 'arrow', { isStrict: true }),
      scope(shape('this'), [self], inClass),
    );
    const direct = rows.fn(
      code('(o) => o.#p', 'arrow', { isStrict: true }),
      formScope('class', new Ref(id), outer),
    );
    rows.rebuild();
    expect(rows.get(arrow)()).toEqual([1, 42]);
    expect(rows.get(direct)(rows.get(id).make(5))).toBe(5);
    expect(rows.get(arrow).toString()).toBe('() => [++seen, this.#p]');
  });

  it('are in reach of classes and methods inside classes, at any depth', () => {
    const rows = new Rows();
    const outer = rows.id();
    const inner = rows.id();
    const inOuter = formScope('class', new Ref(outer));
    const block = scope(shape('let n'), [7], inOuter);
    rows.cls(code('class Outer { #o = 1; static of() { return new Outer } }', 'class', { isStrict: true }), {
      id: outer,
    });
    const text = 'class Inner { #i = 2; sum(o) { return o.#o + this.#i + n } }';
    rows.cls(code(text, 'class', { isStrict: true }), { id: inner, scope: block });
    const inInner = formScope('class', new Ref(inner), block);
    const both = rows.fn(code('(o, i) => [o.#o, i.#i, n++]', 'arrow', { isStrict: true }), inInner);
    const method = rows.fn(
      code('m(o) { return o.#o + super.x }', 'method', { isStrict: true }),
      inOuter,
      new Ref(99),
    );
    rows.objects.set(99, () => rows.rebuilder.homeShell(99));
    rows.rebuild();
    const Inner = rows.get(inner);
    const object = rows.get(outer).of();
    expect(new Inner().sum(object)).toBe(10);
    expect(rows.get(both)(object, new Inner())).toEqual([1, 2, 7]);
    expect(new Inner().sum(object)).toBe(11);
    Object.setPrototypeOf(rows.ensure(new Ref(99)) as object, { x: 100 });
    expect(rows.get(method)(object)).toBe(101);
  });

  it('leave nothing but themselves on built-ins', () => {
    const rows = new Rows();
    const id = rows.cls(
      code('class L extends Array { #p = 1; label = "x"; p() { return this.#p } }', 'class'),
      {
        heritage: rows.object(() => Array),
      },
    );
    rows.rebuild();
    const L = rows.get(id);
    const list = rows.rebuilder.allocateStamped([L], L.prototype, () => [1, 2]) as unknown[];
    expect(Reflect.ownKeys(list)).toEqual(['0', '1', 'length']);
    expect(Array.isArray(list)).toBe(true);
    rows.rebuilder.writePrivate(L, list, false, '#p', 5);
    expect((list as unknown as { p(): number }).p()).toBe(5);
  });

  it('are refused for classes that have none, and for objects that make themselves', () => {
    const rows = new Rows();
    const none = rows.cls(code('class N { }', 'class'));
    const base = rows.cls(code('class B { #b }', 'class'));
    rows.rebuild();
    const { rebuilder } = rows;
    expect(() => rebuilder.allocateStamped([rows.get(none)], null, undefined)).toThrow(
      /private members of N/,
    );
    expect(() => rebuilder.allocateStamped([rows.get(base)], null, () => [])).toThrow(
      /makes its own objects/,
    );
    expect(() => rebuilder.allocateStamped([Map], null, undefined)).toThrow(/private members of Map/);
  });
});

describe('cycles that cannot be', () => {
  it('a scope whose `this` is made by a class inside it is refused, the rest is not', () => {
    const rows = new Rows();
    const cls = rows.id();
    const self = rows.object(() => Object.create(rows.get(cls).prototype));
    const one = scope(shape('this', 'let x'), [self, 1]);
    rows.cls(code('class L { m() { return x } }', 'class'), { id: cls, scope: one });
    const arrow = rows.fn(code('() => [this, x]', 'arrow'), one);
    const other = rows.fn(code('() => 1', 'arrow'));
    rows.prepare();
    expect(() => rows.get(arrow)).toThrow(/can only be made inside it/);
    expect(rows.get(other)()).toBe(1);
  });

  it('a function inside a class that is not there is refused', () => {
    const rows = new Rows();
    const id = rows.fn(code('o => o.#p', 'arrow'), formScope('class', new Ref(77)));
    const member = rows.member(77, 0);
    rows.prepare();
    expect(() => rows.get(id)).toThrow(/not in the snapshot/);
    expect(() => rows.get(member)).toThrow(/not in the snapshot/);
  });
});
