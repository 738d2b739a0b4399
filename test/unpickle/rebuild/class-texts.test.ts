// Goal: whatever the punctuation of a class, its edited copy is the same class.
// Method: a table of awkward texts; evaluate each natively and rebuild it; compare keys, attributes and new instances;
// see that rebuilding and stamping ran nothing.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runScript } from '../../../src/realm/compile.js';
import { code, Rows } from './rows.js';

const realm = globalThis as unknown as Record<string, unknown>;
const log: unknown[] = [];

beforeAll(() => {
  realm['ran'] = (what: unknown) => {
    log.push(what);
    return what;
  };
  realm['Base'] = class Base {};
});
afterAll(() => {
  delete realm['ran'];
  delete realm['Base'];
});

interface Row {
  readonly text: string;
  readonly keys?: (string | symbol)[];
  readonly hasNoInstancePrivates?: true;
}

const TABLE: Row[] = [
  { text: 'class A {}' },
  { text: 'class A{static a=ran(1)\nstatic b\nstatic*c(){}\n#p=ran(2);*d(){}}' },
  {
    text: 'class A { // {\n /* } */ #p = ran(1) // no semicolon\n q = ran(2)\n static { ran(3) } static { } }',
  },
  { text: "class A { 'use strict'; #p = (ran(1), ran(2)); constructor() { 'use strict'; ran(3) } }" },
  {
    text: 'class A { #p; constructor(a, b = ran(1), { c = ran(2) } = {}, ...[d]) /* x */ { this.all = [a, b, c, d] } }',
  },
  { text: 'class A { #p; constructor(a, b = () => ran(1), // )\n ) \n { this.b = b() } }' },
  { text: 'class A { #p; constructor({ a } = {}) { return { own: new.target === A } } }' },
  {
    text: 'class A extends Base { #p; constructor([x] = [ran(1)]) { ran(2); super(); this.x = x } }',
  },
  {
    text: 'class A extends (ran(1), Base) { #p = ran(2); static s = super.name; m() { return super.constructor } }',
  },
  { text: 'class A extends(Base){#p=1}' },
  { text: 'class A extends Base { x = Base; #p }' },
  { text: 'class A extends class { inner = ran(0) } { #p }' },
  { text: 'class extends null { #p; static a = 1 }' },
  {
    text: 'class A { static [ran("k")] = 1; static ["l"+1]; [ran("m")] = ran(2); [`n`]() {} get [ran("o")]() { return 1 } #p }',
    keys: ['k', 'l1', 'm', 'n', 'o'],
  },
  {
    text: 'class A { [Symbol.iterator]() {} static [Symbol.hasInstance]() { return true } }',
    keys: [Symbol.iterator, Symbol.hasInstance],
  },
  {
    text: 'class A { get g() { return this.#p } set g(v) { this.#p = v } static get g() { return 1 } #p = 1; }',
  },
  {
    text: 'class A { static #a = ran(1); static #m() { return A.#a } static get #g() { return A.#m() } static read() { return A.#g } }',
    hasNoInstancePrivates: true,
  },
  {
    text: 'class A { #p = function () {}; f = async () => ran(1); g = class { static { ran(2) } }; static h = function () {}; static i = class {} }',
  },
  {
    text: 'class A { static async *[Symbol.asyncIterator]() {} async m() {} *"a b"() {} 1.5() {} 2n() {} 0x10() {} #x }',
    keys: [Symbol.asyncIterator],
  },
  {
    text: 'class A { static static = 1; get = 2; set = 3; async = 4; static; static async() {} #static = 5 }',
  },
  { text: 'class A { #p = import.meta.url; u = import.meta.url; static v = import.meta.url }' },
  { text: 'class A { static name = "other"; static length = ran(9); #p }' },
  { text: 'class A { #a = 1; #b = this.#a + 1; has(o) { return #b in o ? this.#b : -1 } v = this.#b }' },
  {
    text:
      'class A { #p = { a: 1, [ran("x")]: 2 }; q = [1, ran(2)]; r = -1n; s = `t`; t = `$' +
      '{ran(3)}`; u = !0; v = void 0 }',
  },
  { text: 'class A { #p = ran`t` ? 1 : 2; q = ran(1) || ran(2); }' },
  { text: 'class Ünï { #ö = ran("ö"); ü() { return this.#ö } }' },
];

describe.each(TABLE)('$text', ({ text, keys = [], hasNoInstancePrivates }) => {
  it('is rebuilt without running anything and is the same class', () => {
    const native = text.includes('import.meta')
      ? undefined
      : (runScript(`(${text})`, { fileName: 'native' }) as new (
          ...args: unknown[]
        ) => object);
    log.length = 0;
    const rows = new Rows();
    const cells = keys.map((key) => (typeof key === 'symbol' ? rows.object(() => key) : key));
    const id = rows.cls(code(text, 'class', { url: 'file:///a.mjs' }), {
      computedKeys: cells,
      heritage: native === undefined ? undefined : rows.object(() => Object.getPrototypeOf(native)),
    });
    rows.rebuild();
    const rebuilt = rows.get(id);
    if (text.includes('#') && !hasNoInstancePrivates) {
      const object = rows.rebuilder.allocateStamped([rebuilt], rebuilt.prototype, undefined);
      expect(Reflect.ownKeys(object)).toEqual([]);
    }
    expect(log).toEqual([]);
    expect(rebuilt.toString()).toBe(text);
    if (native === undefined) return;
    expect(attributesOf(rebuilt)).toEqual(attributesOf(native));
    expect(attributesOf(rebuilt.prototype)).toEqual(attributesOf(native.prototype));
    const ours = outcomeOf(() => new rebuilt(5, undefined, {}));
    const oursRan = log.splice(0);
    const theirs = outcomeOf(() => new native(5, undefined, {}));
    expect(ours).toEqual(theirs);
    expect(oursRan.map(String)).toEqual(log.map(String));
  });
});

function attributesOf(object: object): unknown {
  return Reflect.ownKeys(object).map((key) => {
    const { writable, enumerable, configurable, get, set } = Object.getOwnPropertyDescriptor(
      object,
      key,
    ) as PropertyDescriptor;
    return { key, writable, enumerable, configurable, get: get?.toString(), set: set?.toString() };
  });
}

function outcomeOf(run: () => object): unknown {
  try {
    const object = run();
    return Reflect.ownKeys(object).map((key) => {
      const { value, ...rest } = Object.getOwnPropertyDescriptor(object, key) as PropertyDescriptor;
      const shown = typeof value === 'function' ? [value.name, value.toString()] : value;
      return { key, shown, ...rest };
    });
  } catch (error) {
    return (error as Error).name;
  }
}
