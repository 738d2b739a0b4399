// Goal: pickling and unpickling run none of the user's code, and do not trust built-ins that the session has patched.
// Method: values full of traps and built-ins replaced by counting ones; the counters stay at 0 and what comes back is
// right. Patches are made in processes of their own.

import { AsyncLocalStorage } from 'node:async_hooks';
import { createSecretKey } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { types } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dumps, loads } from '../../src/library/index.js';
import { bundleLibrary, type LibraryBundle } from '../helpers/library-bundle.js';
import { differences } from '../helpers/same.js';

let calls: string[] = [];
const trap = (name: string) => (): never => {
  calls.push(name);
  throw new Error(`${name} ran`);
};
const HOOKS = [
  'then',
  'toJSON',
  'valueOf',
  'toString',
  'constructor',
  'inspect',
  'length',
  'size',
  'get',
  'set',
  'forEach',
  'entries',
  'next',
  Symbol.iterator,
  Symbol.asyncIterator,
  Symbol.toPrimitive,
  Symbol.toStringTag,
  Symbol.hasInstance,
  Symbol.isConcatSpreadable,
  Symbol.species,
  Symbol.unscopables,
  Symbol.for('nodejs.util.inspect.custom'),
];

function withHooks<T extends object>(object: T): T {
  for (const key of HOOKS) {
    if (Object.getOwnPropertyDescriptor(object, key)?.configurable === false) continue;
    const name = String(key);
    Object.defineProperty(object, key, { get: trap(name), set: trap(name), configurable: true });
  }
  return object;
}

const hooked: readonly (readonly [string, () => object])[] = [
  ['an object', () => ({})],
  ['an array', () => [1, 2]],
  ['a Map', () => new Map([[1, 2]])],
  ['a Set', () => new Set([1])],
  ['a Date', () => new Date(5)],
  ['a RegExp', () => /x/g],
  ['an error', () => new Error('x')],
  ['a typed array', () => new Uint8Array([1])],
  ['an ArrayBuffer', () => new ArrayBuffer(2)],
  ['a DataView', () => new DataView(new ArrayBuffer(2))],
  ['a boxed number', () => new Number(5)],
  ['a boxed string', () => new String('ab')],
  ['a URL', () => new URL('https://a.b/')],
  ['a Buffer', () => Buffer.alloc(3)],
  ['a class instance', () => new (class Odd {})()],
  ['a WeakMap', () => new WeakMap([[{}, 1]])],
  ['a WeakSet', () => new WeakSet()],
  ['a promise', () => Promise.resolve(1)],
];

const hookedHosts: readonly (readonly [string, () => object])[] = [
  ['a WeakRef', () => new WeakRef(Symbol.prototype)],
  ['a Blob', () => new Blob(['x'])],
  ['a File', () => new File(['x'], 'n')],
  ['URLSearchParams', () => new URLSearchParams('a=b')],
  ['a TextDecoder', () => new TextDecoder()],
  ['an AbortController', () => new AbortController()],
  ['an AbortSignal', () => AbortSignal.abort(1)],
  ['an EventTarget', () => new EventTarget()],
  ['an Event', () => new Event('x')],
  ['a DOMException', () => new DOMException('x', 'AbortError')],
  ['an Intl.NumberFormat', () => new Intl.NumberFormat('en')],
  ['an Intl.Locale', () => new Intl.Locale('en')],
  ['an EventEmitter', () => new EventEmitter()],
  ['an AsyncLocalStorage', () => new AsyncLocalStorage()],
  ['a KeyObject', () => createSecretKey(Buffer.from('x'))],
  ['a performance mark', () => performance.mark('x')],
];

describe('values with traps', () => {
  test.each([...hooked, ...hookedHosts])(
    '%s with a hook under every name is pickled and restored without calling one',
    (_, make) => {
      calls = [];
      const value = withHooks(make());
      const bytes = dumps(value);
      expect(calls).toEqual([]);
      const copy = loads<object>(bytes);
      expect(calls).toEqual([]);
      expect(Reflect.ownKeys(copy)).toEqual(Reflect.ownKeys(value));
    },
  );

  test.each(hooked)(
    '%s whose prototype has a hook under every name is pickled and restored without one',
    (_, make) => {
      calls = [];
      const value = make();
      Object.setPrototypeOf(
        value,
        withHooks(Object.create(Object.getPrototypeOf(value) as object) as object),
      );
      const copy = loads<object>(dumps([value, value]));
      expect(calls).toEqual([]);
      expect(
        differences([value, value], copy).filter((found) => !found.includes('text of a function')),
      ).toEqual([]);
    },
  );

  test.each([
    ['Headers', () => new Headers({ a: 'b' })],
    ['FormData', () => new FormData()],
    ['a Request', () => new Request('https://a.b/')],
    ['a Response', () => new Response('x')],
  ] as const)('%s with hooks, which Node would call when it is asked, is a tombstone rather', (_, make) => {
    calls = [];
    const losses: string[] = [];
    dumps([withHooks(make())], { onLoss: ({ reason }) => losses.push(reason) });
    expect(calls).toEqual([]);
    expect(losses).toEqual(['its class has a getter for its tag, which the platform would run']);
  });

  test('a proxy is never asked anything, wherever it hangs', () => {
    const names: string[] = [];
    const handler = new Proxy(
      {},
      {
        get: (_, name) => {
          names.push(String(name));
          return undefined;
        },
      },
    );
    const proxy = new Proxy({ a: 1 }, handler);
    const callable = new Proxy(function f() {}, handler);
    const array = new Proxy([1], handler);
    const value = {
      names,
      proxy,
      callable,
      array,
      map: new Map<unknown, unknown>([[proxy, callable]]),
      set: new Set([array]),
      child: Object.create(proxy) as object,
      grandchild: Object.create(Object.create(proxy) as object, {
        own: { value: 1, enumerable: true },
      }) as object,
      getter: Object.defineProperty({}, 'x', { get: callable, configurable: true }),
      bound: Function.prototype.bind.call(function g() {}, proxy),
      error: Object.assign(new Error('x', { cause: proxy })),
      constructor: callable,
    };
    const losses: string[] = [];
    const bytes = dumps(value, { onLoss: (loss) => losses.push(`${loss.path} ${loss.what}`) });
    expect(names).toEqual([]);
    expect(losses).toEqual([]);
    const copy = loads<typeof value>(bytes);
    expect(names).toEqual([]);
    // The copy's handler tells the copy's list.
    expect(copy.names).toEqual([]);
    expect(copy.proxy.a).toBe(1);
    expect(copy.names).toEqual(['get']);
    expect(types.isProxy(copy.array)).toBe(true);
    expect(copy.map.get(copy.proxy)).toBe(copy.callable);
  });

  test('a revoked proxy comes back revoked', () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    const { proxy: callable, revoke: revokeToo } = Proxy.revocable(function f() {}, {});
    revoke();
    revokeToo();
    const copy = loads<{ a: any; b: any[] }>(dumps({ a: proxy, b: [callable] }));
    expect(() => copy.a.x).toThrow(/revoked/);
    expect(() => copy.b[0]()).toThrow(/revoked/);
    expect([typeof copy.a, typeof copy.b[0]]).toEqual(['object', 'function']);
  });

  test('names and tags that lie do not change what a value is', () => {
    class Lie {
      a = 1;
    }
    Object.defineProperty(Lie, 'name', { value: 'Map' });
    Object.defineProperty(Lie, Symbol.hasInstance, { value: trap('hasInstance') });
    Object.defineProperty(Lie.prototype, Symbol.toStringTag, { value: 'Date' });
    calls = [];
    const value = [
      new Lie(),
      { [Symbol.toStringTag]: 'Array', length: 4_294_967_295 },
      { constructor: { name: 'RegExp' }, source: 'x' },
      Object.assign([1], { constructor: Date, [Symbol.toStringTag]: 'Set' }),
      Object.setPrototypeOf(new Map([[1, 2]]), Date.prototype),
      Object.setPrototypeOf(new Date(7), Map.prototype),
    ];
    expect(differences(value, loads(dumps(value)))).toEqual([]);
    expect(calls).toEqual([]);
  });
});

describe('patched built-ins', () => {
  let lib: LibraryBundle;
  beforeAll(async () => {
    lib = await bundleLibrary(['src/index.ts', 'test/helpers/same.ts']);
  });
  afterAll(() => lib.remove());

  const sample = `
    const rows = Array.from({ length: 120 }, (_, i) => ({ id: i, name: 'n' + i, tags: ['a', i, null, 1.5] }));
    let count = 0;
    class Point { #x = 1; constructor(y) { this.y = y; } get x() { return this.#x; } static origin = new Point(0); }
    const table = {};
    for (let i = 0; i < 140; i++) table['k' + i] = i;
    const make = () => ({
      rows, table, points: [new Point(1), new Point(2)], inc: () => ++count,
      map: new Map([[1, { a: 1 }], ['k', [1, , 3]]]), set: new Set([1, 'b']), date: new Date(5), re: /a(b)/gi,
      error: Object.assign(new Error('why', { cause: { a: 1 } }), { stack: 'at here' }),
      bytes: new Uint8Array([1, 2]), view: new DataView(new ArrayBuffer(4)), buffer: Buffer.from('text'),
      url: new URL('https://a.b/c?d'), boxed: Object('text'), big: 12345678901234567890n, symbol: Symbol('s'),
      frozen: Object.freeze([1, 2]), sparse: Object.assign([], { 5000: 1 }), accessor: { get a() { return 1; } },
      bound: function () {}.bind(1, 2), args: (function () { return arguments; })(1, 2), long: 'x'.repeat(100000),
      wide: '\\u20ac', odd: Object.create({ inherited: 1 }, { hidden: { value: 1 } }),
    });`;

  const patches: readonly (readonly [string, string])[] = [
    [
      'methods of arrays',
      "for (const k of ['push','pop','map','filter','forEach','slice','splice','includes','indexOf','join','some','every','sort','find','keys','entries','values','reverse','unshift','shift','reduce','flat','flatMap','concat','fill','at',Symbol.iterator]) patch(Array.prototype, k)",
    ],
    [
      'methods of Map and Set',
      "for (const P of [Map.prototype, Set.prototype, WeakMap.prototype]) for (const k of Reflect.ownKeys(P)) if (k !== 'constructor' && typeof Reflect.getOwnPropertyDescriptor(P, k).value === 'function') patch(P, k)",
    ],
    [
      'the size of Map and Set',
      "for (const P of [Map.prototype, Set.prototype]) Object.defineProperty(P, 'size', { get() { calls.push('size'); return 0; } })",
    ],
    [
      'iterators',
      "for (const o of [[].values(), new Map().values(), new Set().values(), ''[Symbol.iterator]()]) patch(Object.getPrototypeOf(o), 'next')",
    ],
    [
      'methods of strings',
      "for (const k of ['startsWith','endsWith','slice','split','replace','replaceAll','includes','indexOf','charCodeAt','padStart','trim','match','substring','at',Symbol.iterator]) patch(String.prototype, k)",
    ],
    [
      'methods of RegExps',
      "for (const k of ['exec','test',Symbol.replace,Symbol.split,Symbol.match]) patch(RegExp.prototype, k)",
    ],
    [
      'the accessors of RegExps',
      "for (const k of ['source','flags','global']) Object.defineProperty(RegExp.prototype, k, { get() { calls.push(k); return 'lie'; } })",
    ],
    [
      'Object and Reflect',
      "for (const O of [Object, Reflect]) for (const k of Reflect.ownKeys(O)) if (typeof O[k] === 'function' && k !== 'prototype') patch(O, k)",
    ],
    ['call, apply and bind', "for (const k of ['call','apply','bind']) patch(Function.prototype, k)"],
    [
      'methods of typed arrays and Buffers',
      "for (const P of [Object.getPrototypeOf(Uint8Array.prototype), Buffer.prototype]) for (const k of ['set','subarray','slice','fill','toString','write','copy',Symbol.iterator]) if (Object.hasOwn(P, k)) patch(P, k)",
    ],
    [
      'the functions of Buffer, JSON, Math, Number and Symbol',
      "for (const [O, ks] of [[Buffer, ['from','alloc','concat','allocUnsafeSlow']], [JSON, ['parse','stringify']], [Math, ['max','min','floor','clz32']], [Number, ['isInteger','isNaN']], [Symbol, ['for','keyFor']]]) for (const k of ks) patch(O, k)",
    ],
    [
      'methods of Date, Error, URL, BigInt',
      "for (const [P, ks] of [[Date.prototype, ['getTime','valueOf','toJSON']], [Error.prototype, ['toString']], [URL.prototype, ['toString','toJSON']], [BigInt.prototype, ['toString']], [Number.prototype, ['toString']]]) for (const k of ks) patch(P, k)",
    ],
    [
      'setters on Object.prototype',
      "for (const k of ['id','name','tags','a','0','1','5000','k7','y','stack','message','cause','value','map','layout','rows','path']) Object.defineProperty(Object.prototype, k, { __proto__: null, get() { calls.push('get ' + k); }, set(v) { calls.push('set ' + k); }, configurable: true })",
    ],
    [
      'fields of descriptors on Object.prototype',
      "for (const k of ['get','set']) Object.prototype[k] = function () { calls.push(k); }; for (const k of ['value','writable','enumerable','configurable']) Object.prototype[k] = 'inherited'",
    ],
    [
      'index setters on Array.prototype',
      "for (const k of [0, 1, 2, 3, 119]) Object.defineProperty(Array.prototype, k, { get() { calls.push('get ' + k); }, set(v) { calls.push('set ' + k); }, configurable: true })",
    ],
    [
      'Error.prepareStackTrace',
      "Error.prepareStackTrace = () => { calls.push('prepareStackTrace'); return 'lie'; }",
    ],
    ['then on Object.prototype', "Object.prototype.then = function () { calls.push('then'); }"],
    [
      'toJSON on Object.prototype',
      "Object.prototype.toJSON = function () { calls.push('toJSON'); return 1; }",
    ],
    [
      'globals of the language',
      "for (const k of ['Map','Set','Object','Array','Symbol','Error','Date','RegExp','Uint8Array','ArrayBuffer','URL','Reflect','JSON','Math','Number','String','Proxy','BigInt']) globalThis[k] = class Mine { constructor() { calls.push('new ' + k); } }",
    ],
  ];

  test.each(patches)('with %s replaced, saving and loading call none of them', async (_, patch) => {
    const program = `
      import { writeSync } from 'node:fs';
      ${sample}
      const value = make();
      const calls = { __proto__: null, length: 0, push(text) { this[this.length++] = text; } };
      const define = Reflect.defineProperty, bare = Object.create;
      const patch = (object, key) => {
        const d = bare(null);
        d.value = function () { calls.push(typeof key === 'symbol' ? 'symbol' : key); throw new TypeError('a patched method ran'); };
        d.writable = true; d.configurable = true;
        define(object, key, d);
      };
      const { dumps, loads } = lib;
      const before = dumps(value);
      const defineProperty = Object.defineProperty;
      let same, copy, error;
      const compare = (a, b) => { if (a.length !== b.length) return false; for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false; return true; };
      { ${patch} }
      calls.length = 0;
      try { same = compare(before, dumps(value)); copy = loads(before); same &&= compare(dumps(copy), dumps(loads(before))); } catch (e) { error = e; }
      const called = calls.length, first = calls[0];
      const where = error && (Error.prepareStackTrace = undefined, error.stack);
      writeSync(1, called + ' ' + (first ?? '') + ' ' + (error === undefined ? 'same ' + same : where));
      process.reallyExit(0);`;
    expect(await lib.run(program)).toBe('0  same true');
  });
});
