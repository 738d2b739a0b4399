// Goal: data mode builds data as trusted mode does, and nothing that could run; what it does not build is a record.
// Method: every value of the table in both modes, compared strictly where there is no code; a walk over everything that
// can be reached, which finds no function; single cases for each kind of record, for allow lists and for limits.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { types } from 'node:util';
import { describe, expect, test } from 'vitest';
import { KINDS } from '../../src/graph/kinds.js';
import {
  type BrineError,
  Evaluator,
  isCaptured,
  type LoadValueOptions,
  registerReducer,
  Session,
} from '../../src/index.js';
import { dumps, load, loads } from '../../src/library/index.js';
import { RESTRICTED_LIMITS } from '../../src/limits.js';
import { DATA_KINDS } from '../../src/unpickle/policy.js';
import { reviverOf } from '../../src/unpickle/revivers/index.js';
import { callables } from '../helpers/inert.js';
import { differences } from '../helpers/same.js';
import { valueTable } from '../helpers/value-table.js';

const data = <T = any>(value: unknown, options: LoadValueOptions = {}): T =>
  loads<T>(dumps(value, { onLoss: () => {} }), { mode: 'data', ...options });

const codeOf = (work: () => unknown): string | undefined => {
  try {
    work();
  } catch (error) {
    return (error as BrineError).code;
  }
  return undefined;
};

describe('every value of the table', () => {
  const isHuge = /100,000 bits/;
  for (const { name, make } of valueTable) {
    test(`${name} has nothing that could be called`, () => {
      const value = make();
      const bytes = dumps(value, { onLoss: () => {} });
      if (isHuge.test(name)) return void expect(loads(bytes, { mode: 'data' })).toEqual(value);
      const inspection = loads<any>(bytes, { mode: 'inspect' });
      expect(callables(loads(bytes, { mode: 'data' }))).toEqual([]);
      // What is said to be data is the same in both modes.
      const hasArguments = inspection.kinds.arguments !== undefined;
      if (inspection.isData && !hasArguments)
        expect(differences(loads(bytes, { mode: 'data' }), loads(bytes))).toEqual([]);
    });
  }
});

describe('records', () => {
  test('functions, classes and methods show their names and texts', () => {
    class Point {
      x = 1;
      get twice() {
        return this.x * 2;
      }
      move() {}
    }
    const found = data({ f: () => 1, Point, p: new Point(), bound: Point.prototype.move.bind(1) });
    expect(found.f).toMatchObject({ captured: 'function', name: 'f', source: '() => 1' });
    expect(isCaptured(found.f)).toBe(true);
    expect(found.Point).toMatchObject({ captured: 'class', name: 'Point' });
    expect(found.Point.source).toMatch(/^class Point \{/);
    expect(found.p.x).toBe(1);
    const proto = Object.getPrototypeOf(found.p);
    expect(proto.constructor).toBe(found.Point);
    expect(proto.move).toMatchObject({ captured: 'member', name: 'move' });
    expect(proto.twice).toMatchObject({ captured: 'accessor', name: 'twice' });
    expect(found.bound).toMatchObject({ captured: 'bound', name: 'bound move' });
    expect(Object.isFrozen(found.f)).toBe(true);
    expect(Object.getPrototypeOf(found.f)).toBe(null);
  });

  test('private fields are shown, also when their names are there twice', () => {
    class Base {
      #x = 1;
      read() {
        return this.#x;
      }
    }
    class Derived extends Base {
      #x = 2;
      peek() {
        return this.#x;
      }
    }
    expect(data(new Derived())).toMatchObject({ '#x': 1, '#x′': 2 });
  });

  test('accessors of plain objects are records of their functions', () => {
    const found = data({
      get secret() {
        throw new Error('ran');
      },
    });
    expect(found.secret).toMatchObject({ captured: 'accessor', name: 'secret' });
    expect(found.secret.get.source).toMatch(/throw new Error\(.ran.\)/);
  });

  test('built-in functions, globals and modules are named', () => {
    const found = data({ max: Math.max, all: globalThis, env: process.env, Map, evil: Function });
    expect(found.max).toMatchObject({ captured: 'reference', name: 'Math.max' });
    expect(found.all.name).toBe('globalThis');
    expect(found.env.name).toBe('process.env');
    expect(found.Map.name).toBe('Map');
    expect(found.evil.name).toBe('Function');
  });

  test('a property whose symbol is not looked up keeps its value under another symbol of that name', () => {
    const custom = process.getBuiltinModule('events').errorMonitor;
    const [first, second] = data([{ [custom]: 1 }, { [custom]: 2, x: 3 }]);
    const [key] = Object.getOwnPropertySymbols(first);
    expect(String(key)).toMatch(/errorMonitor/);
    expect(key).not.toBe(custom);
    expect(first[key as symbol]).toBe(1);
    expect(Object.getOwnPropertySymbols(second), 'the same for all objects').toEqual([key]);
    expect(second).toMatchObject({ [key as symbol]: 2, x: 3 });
  });

  test('values of registered reducers are their states, cycles included', () => {
    let revived = 0;
    class Money {
      cents: number;
      back: unknown;
      constructor(cents: number) {
        this.cents = cents;
      }
    }
    registerReducer(Money, {
      name: 'Money',
      reduce: ({ cents, back }) => ({ cents, back }),
      revive: ({ cents }) => {
        revived++;
        return new Money(cents);
      },
    });
    const money = new Money(5);
    money.back = money;
    const found = data([money]);
    expect(found[0]).toMatchObject({ captured: 'custom', name: 'Money', state: [{ cents: 5 }] });
    expect(found[0].state[0].back).toBe(found[0]);
    expect(revived).toBe(0);
    expect(data([money], { allow: ['reducer:Money'] })[0]).toBeInstanceOf(Money);
  });

  test('proxies, promises, weak collections and objects of the platform are records with what they are made of', () => {
    const key = { key: 1 };
    const target = new EventTarget();
    target.addEventListener('x', () => {
      throw new Error('ran');
    });
    const found = data({
      key,
      weak: new WeakMap([[key, 'entry']]),
      promise: Promise.resolve([7]),
      proxy: new Proxy({ inside: 1 }, { get: () => 2 }),
      target,
      headers: new Headers({ a: 'b' }),
    });
    expect(callables(found)).toEqual([]);
    expect(found.weak).toMatchObject({ captured: 'weakMap', state: [[found.key], ['entry']] });
    expect(found.promise).toMatchObject({ captured: 'promise', state: ['fulfilled', [7]] });
    expect(found.proxy).toMatchObject({ captured: 'proxy', state: [{ inside: 1 }, {}, false] });
    expect(found.proxy.state[1].get).toMatchObject({ captured: 'function' });
    expect(found.target).toMatchObject({ captured: 'host', name: 'EventTarget' });
    expect(found.headers).toMatchObject({ captured: 'host', name: 'Headers' });
  });

  test('a kind that nobody put on the list is a record', () => {
    for (const kind of Object.values(KINDS)) {
      const isListed = DATA_KINDS.has(kind.name) && kind.name !== 'arguments';
      const isSame = reviverOf(kind, true) === reviverOf(kind, false);
      expect(isSame, kind.name).toBe(isListed);
    }
  });

  test('records are data: they can be saved again and come back', () => {
    const again = data(data({ f: () => 1 }));
    expect(again.f).toMatchObject({ captured: 'function', source: '() => 1' });
    expect(callables(loads(dumps(data({ f: () => 1 }))))).toEqual([]);
  });

  test('how many there are is told', () => {
    let told: unknown;
    data({ f: () => 1, g() {}, max: Math.max }, { onWithheld: (withheld) => void (told = withheld) });
    expect(told).toMatchObject({ function: 2 });
  });

  test('what is read when it is touched is data too, accessors and imports included', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'brine-data-'));
    const file = join(folder, 'work.pkl');
    const evaluator = new Evaluator();
    const session = new Session(evaluator);
    try {
      await evaluator.evaluate(
        'const fData = () => 1; import { sep as sepData } from "node:path"; Object.defineProperty(globalThis, "getData", { get: () => { throw new Error("ran") }, configurable: true, enumerable: true })',
        { isWhole: true },
      );
      await session.save(file, { names: ['fData', 'sepData', 'getData'] });
      const late = await load<any>(file, { lazy: true, mode: 'data' });
      expect(late.value.fData).toMatchObject({ captured: 'function', source: '() => 1' });
      expect(late.value.sepData).toMatchObject({ captured: 'import', name: 'node:path sep' });
      expect(late.value.getData.get).toMatchObject({ captured: 'function' });
      late.close();
      const whole = await load<any>(file, { mode: 'inspect' });
      expect(whole.value.roots).toEqual(['fData', '#accessor getData']);
    } finally {
      evaluator.clear();
      rmSync(folder, { recursive: true });
    }
  });

  test('a load of a file with a method `then` waits for nothing', async () => {
    const stream = (async function* () {
      yield dumps({
        then() {
          throw new Error('ran');
        },
      });
    })();
    const { value } = await load<any>(stream, { mode: 'data' });
    expect(value.then).toMatchObject({ captured: 'function' });
    expect(await value).toBe(value);
  });
});

describe('what is allowed', () => {
  test('names on the list are looked up, and only they', () => {
    const value = { max: Math.max, min: Math.min };
    const found = data(value, { allow: ['intrinsic:Math.max'] });
    expect(found.max).toBe(Math.max);
    expect(isCaptured(found.min)).toBe(true);
    expect(loads<any>(dumps(value), { allow: ['intrinsic:Math.max'] }).max).toBe(Math.max);
  });

  test('a function is asked for every name before it is looked up', () => {
    const asked: string[] = [];
    const allow = ({ space, name }: { space: string; name: string }): boolean => {
      asked.push(`${space} ${name}`);
      return false;
    };
    expect(isCaptured(data({ max: Math.max, evil: Function }, { allow }).max)).toBe(true);
    expect(asked).toEqual(expect.arrayContaining(['intrinsic Math.max', 'intrinsic Function']));
  });

  test('an answer that is not exactly true allows nothing', () => {
    expect(isCaptured(data({ max: Math.max }, { allow: (() => 'yes') as never }).max)).toBe(true);
  });

  test('names are compared part by part', () => {
    const sep = (options: LoadValueOptions): unknown =>
      data({ read: process.getBuiltinModule('fs').readFileSync }, options).read;
    expect(typeof sep({ allow: ['module:node:fs#readFileSync'] })).toBe('function');
    for (const near of [
      'module:node:fs',
      'module:node:fs.readFileSync',
      'module:node:fs#readFile',
      'intrinsic:node:fs',
    ])
      expect(isCaptured(sep({ allow: [near] })), near).toBe(true);
  });

  test('built-in prototypes are what values inherit from, and no values', () => {
    const value = {
      p: Object.prototype,
      list: [Array.prototype],
      map: new Map([[Map.prototype, 1]]),
      own: Object.create(Error.prototype),
    };
    const copy = loads<any>(dumps(value), { mode: 'data' });
    expect([copy.p, copy.list[0], [...copy.map.keys()][0]].map(isCaptured)).toEqual([true, true, true]);
    expect(copy.p.name).toBe('Object.prototype');
    expect([copy, copy.own, copy.list].map(Object.getPrototypeOf)).toEqual([
      Object.prototype,
      Error.prototype,
      Array.prototype,
    ]);
    const asked = loads<any>(dumps(value), { mode: 'data', allow: ['intrinsic:Object.prototype'] });
    expect(asked.p).toBe(Object.prototype);
    expect(isCaptured(asked.list[0])).toBe(true);
  });

  test('options of the wrong form are refused', () => {
    const bytes = dumps(1);
    for (const options of [
      { mode: 'safe' },
      { allow: ['Math.max'] },
      { allow: [7] },
      { allow: {} },
      { mode: 'trusted', allow: [] },
      { limits: { nodesMax: 1 } },
      { limits: { valuesMax: '1' } },
      // Each of these would switch nothing on.
      { Mode: 'data' },
      { key: ['own'] },
      { onLoss: [] },
      null,
    ])
      expect(
        codeOf(() => loads(bytes, options as never)),
        JSON.stringify(options),
      ).toBe('UNPICKLE_OPTION');
  });
});

describe('limits', () => {
  test('a stream is not read past fileBytesMax', async () => {
    let given = 0;
    const stream = (async function* () {
      for (;;) {
        given++;
        yield new Uint8Array(1000);
      }
    })();
    const error = await load(stream, { mode: 'data', limits: { fileBytesMax: 10_000 } }).catch(
      (e: BrineError) => e,
    );
    expect((error as BrineError).code).toBe('LIMIT_EXCEEDED');
    expect(given).toBe(11);
  });

  test('data has the restricted ones, trusted files those of the format', () => {
    const bytes = dumps(16n ** BigInt(RESTRICTED_LIMITS.bigintDigitsMax));
    expect(codeOf(() => loads(bytes, { mode: 'data' }))).toBe('LIMIT_EXCEEDED');
    expect(codeOf(() => loads(bytes))).toBe(undefined);
  });
});

describe('inspect', () => {
  test('lists everything that a file has and builds none of it', () => {
    const found = loads<any>(dumps({ f: () => 1, max: Math.max, p: new Map([[1, 2]]) }), { mode: 'inspect' });
    expect(found.code).toMatchObject([{ form: 'arrow', source: '() => 1' }]);
    expect(found.kinds).toMatchObject({ function: 1, map: 1 });
    const named = found.names.map(({ text, isAllowed }: any) => `${text} ${isAllowed}`);
    expect(named).toContain('intrinsic:Math.max false');
    expect(named).toContain('intrinsic:Map.prototype true');
    expect(found.isData).toBe(false);
  });

  test('asks the same policy as loading', () => {
    const bytes = dumps({ max: Math.max });
    const allow = ['intrinsic:Math.max', 'intrinsic:%Function.prototype%'];
    expect(loads<any>(bytes, { mode: 'inspect', allow }).isData).toBe(true);
    expect(loads<any>(dumps([1, { a: new Date(0) }]), { mode: 'inspect' }).isData).toBe(true);
    expect(types.isProxy(loads(bytes, { mode: 'inspect' }))).toBe(false);
  });
});
