// Goal: closures see the same scopes as before: shared, separate, nested, constant, not yet initialised.
// Method: rows by hand as a snapshot would hold them; rebuild; call what comes out.
import { describe, expect, it } from 'vitest';
import { LimitError, UnpicklingError } from '../../../src/errors.js';
import { restoredCode } from '../../../src/realm/restored.js';
import { Ref, type ScopeRow } from '../../../src/unpickle/rebuild/types.js';
import { code, formScope, Rows, scope, shape } from './rows.js';

const INC = code('() => ++count', 'arrow');
const GET = code('function get() { /* now */ return count; }', 'function');

describe('scopes', () => {
  it('are shared by the closures of one scope and by no others', () => {
    const rows = new Rows();
    const counter = shape('let count');
    const one = scope(counter, [5]);
    const two = scope(counter, [10]);
    const ids = [rows.fn(INC, one), rows.fn(GET, one), rows.fn(INC, two), rows.fn(GET, two)];
    rows.rebuild();
    const [inc1, get1, inc2, get2] = ids.map((id) => rows.get(id));
    expect([inc1(), inc1(), get1(), inc2(), get2()]).toEqual([6, 7, 7, 11, 11]);
    expect(get1.toString()).toBe(GET.source);
    expect(inc1.toString()).toBe(INC.source);
    expect(restoredCode.get(inc1)).toBe(INC);
    expect(Reflect.ownKeys(get1)).toEqual(Reflect.ownKeys(Function('return 1')));
    expect(inc1.name).toBe('');
  });

  it('make as many functions of one text as there were', () => {
    const rows = new Rows();
    const one = scope(shape('let count'), [0]);
    const a = rows.fn(INC, one);
    const b = rows.fn(INC, one);
    rows.rebuild();
    expect(rows.get(a)).not.toBe(rows.get(b));
    expect([rows.get(a)(), rows.get(b)()]).toEqual([1, 2]);
  });

  it('nest, many in one parent', () => {
    const rows = new Rows();
    const outer = scope(shape('let total'), [100]);
    const inner = shape('const step');
    const add = code('() => total += step', 'arrow');
    const ids = [1, 2, 3].map((step) => rows.fn(add, scope(inner, [step], outer)));
    rows.rebuild();
    expect(ids.map((id) => rows.get(id)())).toEqual([101, 103, 106]);
  });

  it('keep constants constant and dead variables dead', () => {
    const rows = new Rows();
    const one = scope(shape('const fixed', 'dead let late', 'let free'), [1, undefined, 2]);
    const setFixed = rows.fn(code('() => { fixed = 2 }', 'arrow'), one);
    const readLate = rows.fn(code('() => late', 'arrow'), one);
    const setFree = rows.fn(code('() => (free = 7, free + fixed)', 'arrow'), one);
    rows.rebuild();
    expect(() => rows.get(setFixed)()).toThrow(TypeError);
    expect(() => rows.get(readLate)()).toThrow(ReferenceError);
    expect(rows.get(setFree)()).toBe(8);
  });

  it('take part in cycles', () => {
    const rows = new Rows();
    const id = rows.id();
    const one = scope(shape('const self', 'let other'), [new Ref(id), rows.object(() => ({ a: 1 }))]);
    rows.fn(code('() => [self, other]', 'arrow'), one, undefined, id);
    rows.rebuild();
    const [self, other] = rows.get(id)();
    expect(self).toBe(rows.get(id));
    expect(other).toEqual({ a: 1 });
  });

  it('let a declaration see its own binding, which can be assigned', () => {
    const rows = new Rows();
    const id = rows.id();
    const one = scope(shape('function fact'), [new Ref(id)]);
    const text = 'function fact(n) { return n < 2 ? 1 : n * fact(n - 1) }';
    rows.fn(code(text, 'function', { isDeclaration: true }), one, undefined, id);
    const replace = rows.fn(code('(f) => { fact = f }', 'arrow'), one);
    rows.rebuild();
    const fact = rows.get(id);
    expect(fact(5)).toBe(120);
    expect(fact.toString()).toBe(text);
    rows.get(replace)(() => 10);
    expect(fact(5)).toBe(50);
  });

  it('give a reassigned binding its value, not the declaration', () => {
    const rows = new Rows();
    const one = scope(shape('function f'), ['other']);
    const f = rows.fn(code('function f() { return f }', 'function', { isDeclaration: true }), one);
    const g = rows.fn(code('function f() { return [f] }', 'function', { isDeclaration: true }), one);
    rows.rebuild();
    expect(rows.get(f)()).toBe('other');
    expect(rows.get(g)()).toEqual(['other']);
    expect(rows.get(g).toString()).toBe('function f() { return [f] }');
  });

  it('hold names that are no names elsewhere', () => {
    const rows = new Rows();
    const sloppy = scope(shape('let let', 'let await', 'let static', 'let async'), [1, 2, 3, 4]);
    const a = rows.fn(code('() => [let, await, static, async]', 'arrow'), sloppy);
    const plain = scope(shape('let yield', 'const x'), [5, 6]);
    const b = rows.fn(code('(yield_ = yield) => [yield_, yield++, x]', 'arrow'), plain);
    const c = rows.fn(code('() => yield', 'arrow'), plain);
    rows.rebuild();
    expect(rows.get(a)()).toEqual([1, 2, 3, 4]);
    expect(rows.get(b)()).toEqual([5, 5, 6]);
    expect(rows.get(c)()).toBe(6);
  });

  it('of a with statement look in the real object', () => {
    const rows = new Rows();
    const object = { x: 1 };
    const one = formScope(
      'with',
      rows.object(() => object),
      scope(shape('let y'), [10]),
    );
    const id = rows.fn(code('() => x + y', 'arrow'), one);
    const set = rows.fn(code('function (v) { x = v }', 'function'), one);
    rows.rebuild();
    object.x = 2;
    expect(rows.get(id)()).toBe(12);
    rows.get(set)(7);
    expect(object.x).toBe(7);
  });

  it('keep strict and sloppy code apart, also in one scope', () => {
    const rows = new Rows();
    const one = scope(shape('let x'), [1]);
    const text = 'function () { return [this === undefined, x] }';
    const strict = rows.fn(code(text, 'function', { isStrict: true }), one);
    const sloppy = rows.fn(code(text, 'function'), one);
    const alone = rows.fn(code('() => this', 'arrow', { isStrict: true }));
    const sloppyAlone = rows.fn(code('() => this', 'arrow'));
    const inStrictOnly = rows.fn(code(text, 'function', { isStrict: true }), scope(shape('let x'), [2]));
    rows.rebuild();
    expect(rows.get(strict)()).toEqual([true, 1]);
    expect(rows.get(sloppy)()).toEqual([false, 1]);
    expect(rows.get(inStrictOnly)()).toEqual([true, 2]);
    expect(rows.get(alone)()).toBe(undefined);
    expect(rows.get(sloppyAlone)()).toBe(globalThis);
  });

  it('nested too deeply are refused', () => {
    const rows = new Rows();
    let at: ScopeRow | null = null;
    const one = shape('let a');
    for (let i = 0; i < 5000; i++) at = scope(one, [i], at);
    const deep = rows.fn(code('() => a', 'arrow'), at);
    const other = rows.fn(code('() => 1', 'arrow'));
    rows.prepare();
    expect(() => rows.get(deep)).toThrow(LimitError);
    expect(rows.get(other)()).toBe(1);
  });

  it('at the permitted depth work', () => {
    const rows = new Rows();
    let at: ScopeRow | null = null;
    for (let i = 0; i < 150; i++) at = scope(shape(`let a${i}`), [i], at);
    const id = rows.fn(code('() => a0 + a149', 'arrow'), at);
    rows.rebuild();
    expect(rows.get(id)()).toBe(149);
  });

  it('that contain themselves are refused', () => {
    const rows = new Rows();
    const loop = { shape: shape('let a'), parent: null as ScopeRow | null, cells: [1] };
    loop.parent = loop;
    const id = rows.fn(code('() => a', 'arrow'), loop);
    expect(() => rows.prepare().get(id)).toThrow(LimitError);
  });

  it('with a name that is code are refused', () => {
    const rows = new Rows();
    const good = rows.fn(code('() => a', 'arrow'), scope(shape('let a'), [1]));
    const bad = rows.fn(
      code('() => 1', 'arrow'),
      scope({ form: 'block', names: ['a = alert()'], kinds: ['let'], isInitialised: [true] }, [1]),
    );
    rows.prepare();
    expect(() => rows.get(bad)).toThrow(UnpicklingError);
    rows.rebuilder.value(good);
    rows.rebuilder.finish();
    expect(rows.get(good)()).toBe(1);
  });
});

describe('what arrow functions take from around them', () => {
  it('this, new.target and arguments come back, in strict code', () => {
    class Target {}
    const rows = new Rows();
    const self = { name: 'self' };
    const one = scope(shape('this', 'new.target', 'let a'), [
      rows.object(() => self),
      rows.object(() => Target),
      1,
    ]);
    const id = rows.fn(code('() => [this, new.target, a]', 'arrow', { isStrict: true }), one);
    const nested = rows.fn(
      code('() => [this, new.target, b]', 'arrow', { isStrict: true }),
      scope(shape('let b'), [2], one),
    );
    rows.rebuild();
    expect(rows.get(id)()).toEqual([self, Target, 1]);
    expect(rows.get(id)()[0]).toBe(self);
    expect(rows.get(nested)()).toEqual([self, Target, 2]);
  });

  it('new.target comes back in sloppy code without this, and is undefined where it was', () => {
    const rows = new Rows();
    const one = scope(shape('new.target'), [rows.object(() => Map)]);
    const id = rows.fn(code('() => new.target', 'arrow'), one);
    const none = rows.fn(code('() => new.target', 'arrow'), scope(shape('new.target'), [undefined]));
    rows.rebuild();
    expect(rows.get(id)()).toBe(Map);
    expect(rows.get(none)()).toBe(undefined);
  });

  it('arguments is the very object, also from inner scopes', () => {
    const rows = new Rows();
    const saved = (function (..._: unknown[]) {
      // biome-ignore lint/complexity/noArguments: the object itself is what is meant
      return arguments;
    })(1, 2);
    const one = scope(shape('arguments', 'this'), [rows.object(() => saved), rows.object(() => saved)]);
    const id = rows.fn(code('() => arguments', 'arrow'), one);
    const strict = rows.fn(code('() => [arguments, this]', 'arrow', { isStrict: true }), one);
    const inner = rows.fn(code('() => [arguments, x]', 'arrow'), scope(shape('let x'), [1], one));
    rows.rebuild();
    expect(rows.get(id)()).toBe(saved);
    expect(rows.get(strict)()[0]).toBe(saved);
    expect(rows.get(strict)()[1]).toBe(saved);
    expect(rows.get(inner)()[0]).toBe(saved);
  });

  it('arguments may be called a variable', () => {
    const rows = new Rows();
    const saved = { 0: 1, length: 1 };
    const strict = rows.fn(
      code('() => arguments', 'arrow', { isStrict: true }),
      scope(shape('let arguments'), [rows.object(() => saved)]),
    );
    const sloppy = rows.fn(code('() => arguments', 'arrow'), scope(shape('let arguments'), [5]));
    rows.rebuild();
    expect(rows.get(strict)()).toBe(saved);
    expect(rows.get(sloppy)()).toBe(5);
  });

  it('arguments has the same content where this is a primitive', () => {
    const rows = new Rows();
    const saved = (function (..._: unknown[]) {
      // biome-ignore lint/complexity/noArguments: the object itself is what is meant
      return arguments;
    })('a', 'b');
    const one = scope(shape('arguments', 'this'), [rows.object(() => saved), 5]);
    const id = rows.fn(code('() => [[...arguments], this]', 'arrow', { isStrict: true }), one);
    rows.rebuild();
    expect(rows.get(id)()).toEqual([['a', 'b'], 5]);
  });
});
