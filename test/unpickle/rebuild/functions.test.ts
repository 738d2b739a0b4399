// Goal: functions of every form come back with their text, their globals and their `super`; nothing else is compiled.
// Method: rows by hand; rebuild; call what comes out; look at the global object before and after.
import { afterEach, describe, expect, it } from 'vitest';
import { UnpicklingError } from '../../../src/errors.js';
import { isInstalledToString, nativeFunctionToString } from '../../../src/realm/function-to-string.js';
import { restoredCode } from '../../../src/realm/restored.js';
import { Ref } from '../../../src/unpickle/rebuild/types.js';
import { code, Rows, scope, shape } from './rows.js';

const realm = globalThis as unknown as Record<string, any>;

function one(...args: Parameters<typeof code>) {
  const rows = new Rows();
  const id = rows.fn(code(...args));
  return rows.rebuild().get(id);
}

describe('functions', () => {
  it('of every form work and keep their text', async () => {
    const texts: [string, Parameters<typeof code>[1]][] = [
      ['async function a(x) { return await x }', 'function'],
      ['function* b() { yield 1; yield 2 }', 'function'],
      ['async function* c() { yield 3 }', 'function'],
      ['async (x) => { /* c */ return await x }', 'arrow'],
      ['x => ({ x })', 'arrow'],
      ['m() { return 4 }', 'method'],
      ['async *"quoted name"() { yield 5 }', 'method'],
      ['get v() { return 6 }', 'getter'],
      ['set v(x) { this.x = x }', 'setter'],
      ['[Symbol.iterator]() { return 7 }', 'method'],
      ['["lit"]() { return 8 }', 'method'],
      ['function () { return "\u2028</script><!-- " }', 'function'],
      ['function (a, b = 1, ...c) { // comment\n  return typeof arguments }', 'function'],
      ['(await_) => { var await = await_; return await }', 'arrow'],
    ];
    const rows = new Rows();
    const ids = texts.map(([source, form]) => rows.fn(code(source, form)));
    rows.rebuild();
    const fns = ids.map((id) => rows.get(id));
    fns.forEach((fn, i) => {
      expect(nativeFunctionToString.call(fn)).toBe(texts[i]?.[0]);
      expect(restoredCode.get(fn)?.source).toBe(texts[i]?.[0]);
    });
    expect(await fns[0](1)).toBe(1);
    expect([...fns[1]()]).toEqual([1, 2]);
    expect((await fns[2]().next()).value).toBe(3);
    expect(await fns[3](9)).toBe(9);
    expect(fns[5]()).toBe(4);
    expect('prototype' in fns[5]).toBe(false);
    expect(fns[6].name).toBe('quoted name');
    expect(fns[7].name).toBe('get v');
    expect(fns[9].name).toBe('[Symbol.iterator]');
    expect(fns[13](3)).toBe(3);
  });

  it('of a computed key do not evaluate it', () => {
    realm['keyRan'] = 0;
    const simple = one('[k](){ return 1 }', 'method');
    const complex = one('[keyRan++]() { return 2 }', 'method');
    expect(realm['keyRan']).toBe(0);
    delete realm['keyRan'];
    expect([simple(), complex()]).toEqual([1, 2]);
    expect(nativeFunctionToString.call(simple)).toBe('[k](){ return 1 }');
    expect(complex.toString()).toBe('[keyRan++]() { return 2 }');
  });

  it('see their own name only where it is their own', () => {
    const named = one('function f() { return f }', 'function');
    expect(named()).toBe(named);
  });

  it('can import', async () => {
    const arrow = one('() => import("node:path")', 'arrow');
    const declared = one(
      'function declared() { void typeof declared; return import("node:path") }',
      'function',
      {
        isDeclaration: true,
      },
    );
    expect((await arrow()).sep).toBeDefined();
    expect((await declared()).sep).toBeDefined();
  });

  it('have their file and name in stack traces', () => {
    const inc = one('function inc() { throw new Error("x") }', 'function');
    const looped = one('function looped() { if (0) looped(); throw new Error("x") }', 'function', {
      isDeclaration: true,
    });
    expect(stackOf(inc)).toContain('work.pkl/inc:1:24');
    expect(stackOf(looped)).toContain('work.pkl/looped:1:');
  });

  it('have what they need of import.meta', () => {
    const url = 'file:///home/a/b.mjs';
    const text =
      '() => [import.meta.url, import.meta.filename, import.meta.resolve("./c.mjs"), import.meta === import.meta]';
    const fn = one(text, 'arrow', { isStrict: true, url });
    expect(fn()).toEqual([url, '/home/a/b.mjs', 'file:///home/a/c.mjs', true]);
    expect(fn.toString()).toBe(text);
    expect(restoredCode.get(fn)?.source).toBe(text);
  });
});

describe('global declarations', () => {
  const TEXT = 'function glob(n) { return typeof glob !== "string" ? n > 0 ? n + glob(n - 1) : 0 : glob }';
  const declared = (isStrict = false) => one(TEXT, 'function', { isDeclaration: true, isStrict });
  afterEach(() => {
    delete realm['glob'];
  });

  it.each([false, true])('refer to the global of their name (strict: %s)', (isStrict) => {
    const fn = declared(isStrict);
    expect('glob' in globalThis).toBe(false);
    expect(() => fn(1)).toThrow(ReferenceError);
    realm['glob'] = fn;
    expect(fn(3)).toBe(6);
    realm['glob'] = 'replaced';
    expect(fn(3)).toBe('replaced');
    expect(fn.toString()).toBe(TEXT);
    if (!isStrict) expect(nativeFunctionToString.call(fn)).toBe(TEXT);
  });

  it.each<[PropertyDescriptor]>([
    [{ value: 1, writable: false, enumerable: false, configurable: true }],
    [{ value: 1, writable: true, enumerable: true, configurable: true }],
    [{ get: () => 1, set() {}, enumerable: true, configurable: true }],
  ])('leave the existing global as it was: %o', (descriptor) => {
    Object.defineProperty(globalThis, 'glob', descriptor);
    const fn = declared();
    expect(Object.getOwnPropertyDescriptor(globalThis, 'glob')).toEqual(descriptor);
    expect(() => fn(2)).toThrow(/glob is not a function/);
    expect(nativeFunctionToString.call(fn)).toBe(TEXT);
  });

  it.each<[PropertyDescriptor]>([
    [{ value: 1, writable: false, enumerable: false, configurable: false }],
    [{ value: 2, writable: true, enumerable: true, configurable: false }],
    [{ get: () => 3, set() {}, enumerable: true, configurable: false }],
  ])('do without a global that cannot be borrowed: %o', (descriptor) => {
    const name = `fixed${descriptor.get ? 3 : descriptor.value}`;
    Object.defineProperty(globalThis, name, descriptor);
    const text = `function ${name}() { return ${name} }`;
    const fn = one(text, 'function', { isDeclaration: true });
    expect(Object.getOwnPropertyDescriptor(globalThis, name)).toEqual(descriptor);
    expect(fn()).toBe(descriptor.get ? 3 : descriptor.value);
    expect(fn.toString()).toBe(text);
    expect(fn.name).toBe(name);
  });

  it('that share a text are separate functions', () => {
    const rows = new Rows();
    const entry = code(TEXT, 'function', { isDeclaration: true });
    const ids = [rows.fn(entry), rows.fn(entry)];
    rows.rebuild();
    expect(rows.get(ids[0] as number)).not.toBe(rows.get(ids[1] as number));
  });
});

describe('super', () => {
  it('of methods of one literal starts from the object itself, whatever its prototype becomes', () => {
    const rows = new Rows();
    const home = rows.id();
    const outer = scope(shape('let a'), [1]);
    const inner = scope(shape('let b'), [2], outer);
    const m = rows.fn(code('m() { return [super.who(), a] }', 'method'), outer, new Ref(home));
    const n = rows.fn(code('n() { return [super.who(), b] }', 'method'), inner, new Ref(home));
    const g = rows.fn(code('get g() { return super.who() }', 'getter'), null, new Ref(home));
    const s = rows.fn(code('set g(v) { super.x = v }', 'setter'), null, new Ref(home));
    const again = rows.fn(code('m() { return [super.who(), a] }', 'method'), outer, new Ref(home));
    rows.objects.set(home, () => rows.rebuilder.homeShell(home));
    rows.prepare();
    const shell = rows.rebuilder.homeShell(home) as object;
    rows.rebuilder.value(again);
    rows.rebuilder.finish();
    expect(Reflect.ownKeys(shell)).toEqual([]);
    Object.setPrototypeOf(shell, { who: () => 'first' });
    expect([rows.get(m)(), rows.get(n)(), rows.get(g)()]).toEqual([['first', 1], ['first', 2], 'first']);
    expect(rows.get(again)()).toEqual(['first', 1]);
    Object.setPrototypeOf(shell, { who: () => 'second' });
    expect([rows.get(m)(), rows.get(again)()]).toEqual([
      ['second', 1],
      ['second', 1],
    ]);
    rows.get(s).call(shell, 5);
    expect(Object.hasOwn(shell, 'x')).toBe(true);
    expect(nativeFunctionToString.call(rows.get(m))).toBe('m() { return [super.who(), a] }');
  });

  it('of an arrow function starts from the home of the method around it', () => {
    const rows = new Rows();
    const object = Object.create({ who: () => 'proto' });
    const home = rows.object(() => object);
    const self = { self: 1 };
    const id = rows.fn(
      code('() => [super.who(), "who" in super.constructor, this]', 'arrow', { isStrict: true }),
      scope(shape('this'), [rows.object(() => self)]),
      home,
    );
    rows.rebuild();
    Object.setPrototypeOf(object, { who: () => 'later' });
    expect(rows.get(id)()).toEqual(['later', false, self]);
  });
});

describe('texts that are not exactly one function', () => {
  it.each<[string, Parameters<typeof code>[1]]>([
    ['function(){})(function(){}', 'function'],
    ['function f(){} function g(){}', 'function'],
    ['(function(){})', 'function'],
    ['() => 1, alert()', 'arrow'],
    ['() => 1 //', 'arrow'],
    ['x => x', 'function'],
    ['a: 1', 'method'],
    ['a(){}, b(){}', 'method'],
    ['get a(){}', 'method'],
    ['a(){}}), ({ b(){}', 'method'],
    ['#a(){} #b(){}', 'method'],
    ['#a = 1', 'method'],
    ['#a(){}}, class { b(){}', 'method'],
    ['static #a(){}', 'method'],
    ['class A {}; alert()', 'class'],
    ['function(){ "unterminated }', 'function'],
    ['() => import x from "y"', 'arrow'],
    ['function () { [native code] }', 'function'],
    ['', 'function'],
  ])('are refused: %s', (source, form) => {
    const rows = new Rows();
    const entry = code(source, form, { url: 'file:///x.js', line: 7 });
    const id = form === 'class' ? rows.cls(entry) : rows.fn(entry);
    const good = rows.fn(code('() => 1', 'arrow'));
    rows.prepare();
    expect(rows.get(good)()).toBe(1);
    const error = errorOf(() => rows.get(id));
    expect(error).toBeInstanceOf(UnpicklingError);
    expect((error as UnpicklingError).code).toBe('UNPICKLE_CODE');
    expect((error as UnpicklingError).hint).toBeTruthy();
    expect((error as Error).message).toContain('file:///x.js:7');
  });

  it('are refused when nested too deeply', () => {
    const rows = new Rows();
    const id = rows.fn(code(`() => ${'['.repeat(100_000)}${']'.repeat(100_000)}`, 'arrow'));
    expect(errorOf(() => rows.prepare().get(id))).toBeInstanceOf(UnpicklingError);
  });

  it('are refused when only the engine finds out', () => {
    const rows = new Rows();
    const id = rows.fn(code('function () { import("x"); import.meta; export {} }', 'function'));
    const error = errorOf(() => rows.prepare().get(id));
    expect(error).toBeInstanceOf(UnpicklingError);
  });
});

describe('toString', () => {
  it('looks native', () => {
    one('() => import.meta', 'arrow', { isStrict: true });
    const replaced = Function.prototype.toString;
    expect(isInstalledToString(replaced)).toBe(true);
    expect(isInstalledToString(nativeFunctionToString)).toBe(false);
    expect(replaced.name).toBe('toString');
    expect(replaced.length).toBe(0);
    expect(Reflect.ownKeys(replaced)).toEqual(Reflect.ownKeys(nativeFunctionToString));
    expect(replaced.toString()).toBe('function toString() { [native code] }');
    expect(Object.getOwnPropertyDescriptor(Function.prototype, 'toString')).toMatchObject({
      writable: true,
      enumerable: false,
      configurable: true,
    });
    expect(() => Reflect.construct(replaced, [])).toThrow(TypeError);
    expect(() => replaced.call({} as Function)).toThrow(TypeError);
    expect(replaced.call(Map)).toBe('function Map() { [native code] }');
  });
});

function stackOf(fn: () => void): string {
  return (errorOf(fn) as Error).stack ?? '';
}

function errorOf(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  return undefined;
}
