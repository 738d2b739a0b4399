// Values of every kind, by name. Each is made anew by `make`, so that another process can make the same one and compare.
// Functions in here are self-contained: the table is also bundled and run outside of the test runner.

import { Buffer } from 'node:buffer';
import * as fs from 'node:fs';
import * as path from 'node:path';

/** A value of the table. */
export interface Sample {
  readonly name: string;
  readonly make: () => unknown;
}

const samples: Sample[] = [];
const add = (name: string, make: () => unknown): void => void samples.push({ name, make });

/** All samples. */
export const valueTable: readonly Sample[] = samples;

// — primitives

add('undefined', () => undefined);
add('null', () => null);
add('booleans', () => [true, false]);
add('small whole numbers', () => [0, 1, -1, 127, -128, 32767, -32768, 2 ** 31 - 1, -(2 ** 31)]);
add('numbers at the edges', () => [
  -0,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  Number.MAX_VALUE,
  Number.MIN_VALUE,
  Number.MAX_SAFE_INTEGER,
  Number.MIN_SAFE_INTEGER,
  2 ** 31,
  -(2 ** 31) - 1,
  2 ** 32,
  2 ** 53,
  0.1,
  -1e-320,
]);
add('minus zero alone', () => -0);
add('NaN alone', () => Number.NaN);
add('minus zero among whole numbers', () => ({
  rows: [{ n: 0 }, { n: -0 }, { n: 1 }],
  list: [0, -0, 1, -0],
}));
add('bigints', () => [0n, 1n, -1n, 2n ** 64n, -(2n ** 64n), 123456789012345678901234567890n]);
add('a bigint of 100,000 bits', () => [2n ** 100_000n - 1n, -(2n ** 100_000n)]);
add('strings', () => ['', 'a', 'ÿ', 'Ā', '日本語', '👍', '\0', '\u2028\u2029', 'a\r\nb']);
add('lone surrogates', () => ['\ud800', '\udc00', 'a\ud83d', '\ude00b', '\udc00\ud800']);
add('long strings of one and two bytes', () => [
  'x'.repeat(300_000),
  'ж'.repeat(300_000),
  `${'y'.repeat(1000)}€`,
]);
add('a string longer than the reader joins', () => ['q'.repeat(2 ** 24 + 5), 'r', '€'.repeat(70_000), 's']);
add('a string alone', () => 'alone');

// — symbols

add('registered symbols', () => [Symbol.for('a'), Symbol.for(''), Symbol.for('Symbol.iterator')]);
add('well-known symbols', () => [
  Symbol.iterator,
  Symbol.asyncIterator,
  Symbol.toStringTag,
  Symbol.hasInstance,
]);
add('unique symbols', () => {
  const a = Symbol('a');
  return [a, Symbol('a'), a, Symbol(''), Symbol(), Symbol('\ud800')];
});
add('symbols as keys', () => {
  const key = Symbol('key');
  return { [key]: 1, plain: key, [Symbol.for('r')]: 2, [Symbol.iterator]: null, again: { [key]: 2 } };
});

// — objects

add('an empty object', () => ({}));
add('key order', () => ({ b: 1, a: 2, 10: 3, 2: 4, c: 5, '-1': 6, '01': 7 }));
add('keys around the largest index', () => ({ 4294967294: 1, 4294967295: 2, 4294967296: 3, x: 4 }));
add('objects of one shape', () =>
  Array.from({ length: 50 }, (_, i) => ({ id: i, name: `n${i}`, next: null })),
);
add('objects of one shape with indices in between', () => {
  const rows: Record<string, unknown>[] = Array.from({ length: 12 }, (_, i) => ({ id: i, name: 'x' }));
  rows[3]![0] = 'zero';
  rows[5]![7] = 'seven';
  Object.defineProperty(rows[6]!, 1, { value: 'hidden', configurable: true });
  delete rows[8]!['name'];
  Object.freeze(rows[9]!);
  Object.defineProperty(rows[10]!, 'name', { enumerable: false });
  return rows;
});
add('objects that had an odd element once', () => {
  const odd = (keep: boolean): object => {
    const object = { a: 1, b: 2 };
    Object.defineProperty(object, 0, { value: 'hidden', configurable: true });
    if (!keep) Reflect.deleteProperty(object, 0);
    return object;
  };
  return [odd(false), odd(false), odd(true), odd(true), odd(false)];
});
add('accessors', () => ({
  get both() {
    throw new Error('a getter ran');
  },
  set both(_value) {
    throw new Error('a setter ran');
  },
  get only() {
    throw new Error('a getter ran');
  },
  set alone(_value: number) {
    throw new Error('a setter ran');
  },
}));
add('an accessor with neither getter nor setter', () =>
  Object.defineProperty({}, 'x', { get: undefined, enumerable: true, configurable: true } as object),
);
add('all attribute combinations', () => {
  const object = {};
  for (let bits = 0; bits < 8; bits++) {
    Object.defineProperty(object, `p${bits}`, {
      value: bits,
      writable: (bits & 1) !== 0,
      enumerable: (bits & 2) !== 0,
      configurable: (bits & 4) !== 0,
    });
    Object.defineProperty(object, `a${bits}`, {
      get: undefined,
      enumerable: (bits & 2) !== 0,
      configurable: (bits & 4) !== 0,
    } as object);
  }
  return object;
});
add('frozen, sealed and closed objects', () => [
  Object.freeze({ a: 1, b: { c: 2 } }),
  Object.seal({ a: 1 }),
  Object.preventExtensions({ a: 1 }),
  Object.freeze({}),
  Object.freeze(Object.create(null)),
]);
add('null prototypes', () => {
  const bare = Object.create(null) as Record<string, unknown>;
  bare['x'] = 1;
  bare['__proto__'] = 2;
  return [bare, Object.create(null), Object.create(bare)];
});
add('prototype chains of plain objects', () => {
  const base = { kind: 'base', shared: [1] };
  const one = Object.create(base, { own: { value: 1, enumerable: true } }) as object;
  return { base, one, two: Object.create(one) as object, three: Object.create(one) as object };
});
add('a prototype with read-only properties and setters', () => {
  const proto = Object.defineProperties(
    {},
    {
      fixed: { value: 1 },
      magic: {
        set() {
          throw new Error('a setter ran');
        },
      },
    },
  );
  const make = (): object =>
    Object.defineProperties(Object.create(proto) as object, {
      fixed: { value: 2, writable: true, enumerable: true, configurable: true },
      magic: { value: 3, writable: true, enumerable: true, configurable: true },
    });
  return [make(), make(), proto];
});
add('index keys below a prototype that is a typed array', () => {
  const below = (proto: object, keys: number): object => {
    const object = Object.create(proto) as object;
    for (let i = 0; i < keys; i++)
      Object.defineProperty(object, i, {
        value: `v${i}`,
        writable: true,
        enumerable: true,
        configurable: true,
      });
    return object;
  };
  const deep = Object.create(new Uint8Array(2)) as object;
  return [
    below(new Float64Array(0), 1),
    below(Buffer.alloc(3), 5),
    below(deep, 200),
    below(new Uint8Array(9), 3),
  ];
});
add('a prototype that is an array, a function, a Map', () => [
  Object.create([1, 2]),
  Object.create(new Map([[1, 2]])),
  Object.create(function f() {}),
  Object.create(new Date(5)),
]);
add('built-in prototypes as prototypes', () => [
  Object.create(Array.prototype),
  Object.create(Map.prototype),
  Object.create(Date.prototype),
  Object.create(Error.prototype),
  Object.create(Function.prototype),
  Object.create(RegExp.prototype),
  Object.create(Uint8Array.prototype),
]);
add('own keys with names of the language', () => {
  const object = JSON.parse(
    '{"__proto__": {"polluted": true}, "constructor": {"prototype": 1}, "prototype": 2, "toString": 3, "valueOf": 4, "hasOwnProperty": 5, "then": 6, "length": 7, "name": 8, "__defineGetter__": 9}',
  ) as object;
  return [object, { then: null }, JSON.parse('{"__proto__": null}'), JSON.parse('{"__proto__": 5, "a": 1}')];
});
add('an own constructor that points elsewhere', () => {
  class A {}
  return [{ constructor: A }, { constructor: Map }, { constructor: 'x' }];
});
add('a dictionary of 129 and of 1,000 keys', () => {
  const many: Record<string, unknown> = {};
  for (let i = 0; i < 129; i++) many[`k${i}`] = i;
  const more: Record<string, unknown> = {};
  for (let i = 0; i < 1000; i++) more[`key ${i % 7} ${i}`] = { i };
  return [many, more];
});
add('a dictionary with odd keys', () => {
  const odd = Object.create(null) as Record<string | symbol, unknown>;
  for (let i = 0; i < 150; i++) odd[i % 2 === 0 ? `k${i}` : `${1000 - i}`] = i;
  Object.defineProperty(odd, '__proto__', {
    value: 'own',
    writable: true,
    enumerable: true,
    configurable: true,
  });
  (odd as Record<string, unknown>)['constructor'] = 1;
  (odd as Record<string, unknown>)['toString'] = 2;
  odd['then'] = 3;
  odd[''] = 4;
  odd['\ud800'] = 5;
  odd[Symbol('s')] = 6;
  odd[Symbol.for('s')] = 7;
  odd[Symbol.iterator] = 8;
  return odd;
});
add('a dictionary that is frozen, one with an accessor, one of a class', () => {
  const fill = <T extends object>(object: T): T => {
    for (let i = 0; i < 140; i++) (object as Record<string, unknown>)[`k${i}`] = i;
    return object;
  };
  class Table {}
  const accessor = fill({});
  Object.defineProperty(accessor, 'k7', { get: () => 7, enumerable: true, configurable: true });
  return [Object.freeze(fill({})), accessor, fill(new Table()), Object.preventExtensions(fill({}))];
});
add('a dictionary with setters in its prototype', () => {
  const proto = {
    set k1(_value: unknown) {
      throw new Error('a setter ran');
    },
  };
  const object = Object.create(proto) as object;
  for (let i = 0; i < 140; i++)
    Object.defineProperty(object, `k${i}`, {
      value: i,
      writable: true,
      enumerable: true,
      configurable: true,
    });
  return object;
});

// — arrays

add('arrays', () => [[], [1], [undefined], [null], [[[[]]]], ['a', 1, {}, -0]]);
add('arrays with holes', () => [[, 1], [1, , 3], [1, ,], new Array(3), [, undefined, ,]]);
add('arrays of doubles, whole numbers and both', () => [
  [1.5, 2.5, -0, Number.NaN],
  [1, 2, 3],
  [1, 2.5, 3],
  [1.5, , 2.5],
  [1.5, 'x'],
  [1, 2 ** 31, -(2 ** 31)],
  [0.5, 1, 2, -0, 3],
]);
add('a sparse array', () => {
  const array: unknown[] = [];
  array[5] = 'five';
  array[100_000] = 'far';
  return array;
});
add('an array of the greatest length', () => {
  const array: unknown[] = [1];
  array.length = 2 ** 32 - 1;
  array[2 ** 32 - 2] = 'last';
  return array;
});
add('an empty array of a great length', () => [new Array(2 ** 32 - 1), new Array(5000)]);
add('arrays with extra properties', () => {
  const array = Object.assign([1, 2, 3], { extra: 1, '-1': 2, [Symbol.for('s')]: 3 });
  const huge = Object.assign([1], { '4294967295': 'no index', '4294967294000': 1 });
  return [array, huge];
});
add('arrays with an element that is an accessor', () => {
  const array = [1, 2, 3];
  Object.defineProperty(array, 1, { get: () => 5, enumerable: true, configurable: true });
  const long: number[] = new Array(5000).fill(1) as number[];
  Object.defineProperty(long, 4000, { get: () => 5, enumerable: false, configurable: true });
  return [array, long];
});
add('arrays with a read-only or hidden element', () => {
  const array = [1, 2, 3];
  Object.defineProperty(array, 0, { writable: false });
  const hidden = [1, 2, 3];
  Object.defineProperty(hidden, 2, { enumerable: false });
  const all = [1, 2];
  for (const i of [0, 1])
    Object.defineProperty(all, i, { enumerable: false, writable: false, configurable: false });
  return [array, hidden, all];
});
add('frozen, sealed and closed arrays', () => [
  Object.freeze([1, 2]),
  Object.seal([1, , 2]),
  Object.preventExtensions([1]),
  Object.freeze([]),
  Object.freeze([1.5]),
  Object.freeze([{}]),
  Object.freeze(Object.assign([1], { extra: 1 })),
]);
add('sparse arrays that are frozen and sealed', () => {
  const make = (): unknown[] => {
    const array: unknown[] = [];
    array[3000] = 1;
    return array;
  };
  return [Object.freeze(make()), Object.seal(make())];
});
add('arrays with a length that cannot be written', () => {
  const make = (items: unknown[]): unknown[] => Object.defineProperty(items, 'length', { writable: false });
  return [make([1, 2]), make([]), make([1.5, , 2]), make(new Array(5000))];
});
add('an array of a subclass', () => {
  class Stack extends Array {
    top(): unknown {
      return this.at(-1);
    }
  }
  const stack = Stack.of(1, 2, 3) as Stack & { note?: string };
  stack.note = 'mine';
  return [stack, Stack.from([]), Object.setPrototypeOf([1], null), Object.setPrototypeOf([1], {})];
});
add('an array that contains itself', () => {
  const array: unknown[] = [1];
  array.push(array, [array]);
  return array;
});
add('an array of 100,000 objects', () => Array.from({ length: 100_000 }, (_, i) => ({ i, half: i / 2 })));

// — Map and Set

add('Maps', () => [
  new Map(),
  new Map<unknown, unknown>([
    [1, 'a'],
    ['1', 'b'],
    [Number.NaN, 'n'],
    [-0, 'z'],
    [{}, []],
  ]),
]);
add('Sets', () => [new Set(), new Set([1, '1', Number.NaN, null, undefined, {}])]);
add('a Map and a Set that contain themselves', () => {
  const map = new Map<unknown, unknown>();
  const set = new Set<unknown>();
  map.set(map, set).set('set', map);
  set.add(set).add(map);
  return [map, set];
});
add('Maps and Sets with own properties', () => [
  Object.assign(new Map([[1, 2]]), { extra: true }),
  Object.freeze(Object.assign(new Set([1]), { extra: true })),
]);
add('a Map and a Set with elements of an index name', () => [
  Object.defineProperty(Object.assign(new Map([[1, 2]]), { 0: 'zero', get: 1 }), 'size', { value: 9 }),
  Object.defineProperty(Object.assign(new Set([1]), { 0: 'zero', add: 1 }), 'size', { value: 9 }),
]);
add('bare Maps, Sets and Dates among some with index properties', () =>
  [(): object => new Map([[1, 2]]), (): object => new Set([1]), (): object => new Date(5)].map((make) => {
    const list = Array.from({ length: 8 }, make);
    Object.assign(list[2]!, { 0: 'zero' });
    Object.defineProperty(list[4]!, 7, { value: 'hidden', configurable: true });
    Object.defineProperty(list[5]!, 1, { get: undefined, enumerable: true, configurable: true } as object);
    Object.freeze(list[6]!);
    return list;
  }),
);
add('arrays that are held in every way, with holes', () => {
  const hole = (list: unknown[]): unknown[] => {
    Reflect.deleteProperty(list, 1);
    return list;
  };
  const lists = [
    [1, 2, 3],
    [1.5, 2.5, -0],
    ['a', {}, 'b'],
  ].map((list) => hole(list));
  lists.push([Number.NaN, , Number.NaN, -0], hole([Number.NaN, Number.NaN]), [, ,]);
  const odd = hole([0.5, 1, 2]);
  Object.defineProperty(odd, 1, { get: undefined, enumerable: true, configurable: true } as object);
  return [lists, odd, lists.map((list) => list.slice())];
});
add('hundreds of objects with keys that mean something elsewhere', () =>
  Array.from({ length: 300 }, (_, i) => {
    const object = { a: i };
    const own = { value: i, writable: true, enumerable: true, configurable: true };
    Object.defineProperty(object, i % 2 === 0 ? '__proto__' : 'constructor', own);
    return object;
  }),
);
add('hundreds of objects of one shape, the last ones of which hold functions', () =>
  Array.from({ length: 300 }, (_, i) => ({ id: i, run: i < 297 ? i : Math.max })),
);
add('subclasses of Map and Set', () => {
  class Register extends Map {
    constructor() {
      super();
      this.set('made', 1);
    }
  }
  class Bag extends Set {
    override add(value: unknown): this {
      return super.add(`bag ${String(value)}`);
    }
  }
  const register = new Register();
  register.set('x', register);
  return [register, new Bag(['a', 'b'])];
});

// — Date, RegExp

add('Dates', () => [
  new Date(0),
  new Date(8.64e15),
  new Date(-1),
  new Date(Number.NaN),
  Object.assign(new Date(5), { note: 1 }),
]);
add('a subclass of Date', () => {
  class Day extends Date {
    label = 'day';
  }
  return new Day(86_400_000);
});
add('RegExps with every flag', () => [
  /a/dgimsuy,
  /[\p{L}--[a-z]]/v,
  /(?:)/,
  /\//g,
  /\n/,
  /(?<name>x)\k<name>/,
  /\ud83d/,
]);
add('RegExps with lastIndex and own properties', () => {
  const sticky = /a/y;
  sticky.lastIndex = 3;
  const odd = /b/;
  (odd as unknown as { lastIndex: unknown }).lastIndex = { not: 'a number' };
  const fixed = /c/g;
  Object.defineProperty(fixed, 'lastIndex', { value: 7, writable: false });
  return [sticky, odd, Object.freeze(/d/), fixed, Object.defineProperty(/e/g, 'flags', { value: 'no' })];
});
add('a subclass of RegExp', () => {
  class Pattern extends RegExp {
    override exec(): null {
      throw new Error('a method ran');
    }
  }
  return new Pattern('a+', 'gi');
});

// — errors

const bare = <T extends Error>(error: T): T => {
  error.stack = `${error.name}: ${error.message}\n    at somewhere`;
  return error;
};
add('errors of every type', () =>
  [Error, TypeError, RangeError, SyntaxError, ReferenceError, EvalError, URIError].map((Type) =>
    bare(new Type('why')),
  ),
);
add('an error without a message', () => bare(new Error()));
add('an error with a cause', () =>
  bare(new Error('outer', { cause: bare(new Error('inner', { cause: undefined })) })),
);
add('an AggregateError', () => bare(new AggregateError([bare(new Error('a')), 'b'], 'many', { cause: 1 })));
add('an error with own properties in some order', () =>
  Object.assign(bare(new Error('x')), { code: 'E', errno: -2, name: 'Mine', message2: null, 0: 'index' }),
);
add('an error that is its own cause', () => {
  const error = bare(new Error('loop')) as Error & { self: unknown };
  error.cause = error;
  error.self = [error];
  return error;
});
add('an error without a stack', () => {
  const error = new Error('x');
  Reflect.deleteProperty(error, 'stack');
  return error;
});
add('an error whose stack is something else', () => {
  const error = new Error('x');
  Object.defineProperty(error, 'stack', {
    value: { odd: true },
    enumerable: true,
    writable: true,
    configurable: true,
  });
  const getter = new Error('y');
  Object.defineProperty(getter, 'stack', { get: () => 'mine', configurable: true });
  const fixed = new Error('z');
  Object.defineProperty(fixed, 'stack', {
    value: 'fixed',
    writable: false,
    enumerable: false,
    configurable: false,
  });
  return [error, getter, fixed];
});
add('errors with message and stack in another order', () => {
  const error = bare(new Error('x'));
  Reflect.deleteProperty(error, 'message');
  Object.defineProperty(error, 'message', { value: 'late', writable: true, configurable: true });
  const plain = bare(new Error());
  plain.message = 'assigned';
  return [error, plain];
});
add('frozen errors', () => [Object.freeze(bare(new Error('x'))), Object.seal(bare(new TypeError('y')))]);
add('errors whose stack a program made half its own', () => {
  const written: unknown[] = [];
  const read = bare(new Error('read'));
  Object.defineProperty(read, 'stack', { get: () => 'mine', enumerable: true });
  const set = bare(new Error('set'));
  Object.defineProperty(set, 'stack', { set: (value: unknown) => written.push(value) });
  const both = bare(new Error('both'));
  Object.defineProperty(both, 'stack', { get: () => 'mine', set: (value: unknown) => written.push(value) });
  const none = bare(new Error('none'));
  Object.defineProperty(none, 'stack', { get: undefined, set: undefined } as unknown as PropertyDescriptor);
  return [read, set, both, none, written];
});
add('what Error.captureStackTrace was called on', () => {
  function Old(this: object): void {
    Error.captureStackTrace(this, Old);
  }
  Old.prototype = Object.create(Error.prototype) as object;
  const old = Reflect.construct(Old, []) as object;
  const list = [1];
  Error.captureStackTrace(list);
  const frozen = { a: 1 };
  Error.captureStackTrace(frozen);
  const late = new Error('late');
  Reflect.deleteProperty(late, 'stack');
  Error.captureStackTrace(late);
  for (const object of [old, list, frozen, late]) Reflect.set(object, 'stack', 'text');
  return [old, list, Object.freeze(frozen), late];
});
add('subclasses of Error', () => {
  class HttpError extends Error {
    status = 404;
    #secret = 'kept';
    override get name(): string {
      return 'HttpError';
    }
    secret(): string {
      return this.#secret;
    }
  }
  class Deep extends HttpError {}
  return [bare(new HttpError('a')), bare(new Deep('b'))];
});
add('something that only inherits from Error', () =>
  Object.create(Error.prototype, { message: { value: 'fake' } }),
);

// — binary data

const numberTypes = [
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
] as const;
add('typed arrays of every type', () => [
  ...numberTypes.map((Type) => new Type([1, 2, 250, -3])),
  new BigInt64Array([1n, -1n]),
  new BigUint64Array([2n ** 64n - 1n]),
  new Float64Array([-0, Number.NaN, 1e300]),
  new Uint8Array(0),
]);
add('one ArrayBuffer under many views', () => {
  const buffer = new ArrayBuffer(64);
  new Uint8Array(buffer).set([1, 2, 3, 4, 5], 7);
  return {
    buffer,
    bytes: new Uint8Array(buffer, 3, 9),
    doubles: new Float64Array(buffer, 8, 2),
    view: new DataView(buffer, 5, 11),
    whole: new DataView(buffer),
    node: Buffer.from(buffer, 2, 4),
  };
});
add('an ArrayBuffer of odd length', () => [new ArrayBuffer(0), new Uint8Array([1, 2, 3]).buffer]);
add('resizable ArrayBuffers', () => {
  const Type = ArrayBuffer as unknown as new (length: number, options?: object) => ArrayBuffer;
  const buffer = new Type(4, { maxByteLength: 100 });
  new Uint8Array(buffer)[0] = 9;
  return [buffer, new Type(0, { maxByteLength: 0 }), new Uint8Array(buffer, 0, 2)];
});
add('typed arrays with own properties and subclasses', () => {
  class Samples extends Float32Array {
    rate = 44_100;
  }
  return [
    Object.assign(new Uint8Array([1]), { note: 'x', [Symbol.for('s')]: 1 }),
    new Samples([1, 2]),
    Object.preventExtensions(new Uint8Array([1])),
    Object.setPrototypeOf(new Uint8Array([1, 2]), null),
    Object.assign(new DataView(new ArrayBuffer(2)), { note: 1 }),
    Object.assign(new ArrayBuffer(2), { note: 1, 0: 'index' }),
  ];
});
add('Buffers with memory of their own', () => [Buffer.alloc(5, 7), Buffer.alloc(0), Buffer.alloc(10_000, 1)]);
add('a large typed array', () => Float64Array.from({ length: 200_000 }, (_, i) => i / 3));

// — other built-ins

add('boxed primitives', () => {
  const symbol = Symbol('boxed');
  return [
    new Number(-0),
    new String('text'),
    new String(''),
    new Boolean(false),
    Object(symbol),
    symbol,
    Object(5n),
    Object(Symbol.iterator),
  ];
});
add('boxed primitives with own properties', () => [
  Object.assign(new Number(5), { unit: 'm' }),
  Object.assign(new String('ab'), { 7: 'x', note: 'y', [Symbol.for('s')]: 1 }),
  Object.freeze(new String('abc')),
  Object.freeze(new Boolean(true)),
]);
add('subclasses of boxed primitives', () => {
  class Name extends String {
    kind = 'name';
  }
  class Money extends Number {}
  return [new Name('brine'), new Money(5)];
});
add('arguments objects', () => {
  const sloppy = new Function('return arguments') as (...values: unknown[]) => object;
  const strict = new Function('"use strict"; return arguments') as (...values: unknown[]) => object;
  const own = strict(1, 'two');
  return [
    own,
    Object.assign(strict(), { extra: 1 }),
    Object.defineProperty(sloppy(1, 2), 'callee', { value: 0 }),
  ];
});
add('arguments objects that were changed', () => {
  const strict = new Function('"use strict"; return arguments') as (...values: unknown[]) => unknown[];
  const changed = strict(1, 2, 3);
  Reflect.deleteProperty(changed, '1');
  changed.length = 9;
  Reflect.deleteProperty(changed, Symbol.iterator);
  return [changed, Object.freeze(strict(1))];
});
add('URLs', () => [
  new URL('https://user:pw@example.org:8080/a/b?c=d#e'),
  new URL('data:,x'),
  new URL('file:///a%20b'),
]);
add('a URL of a subclass with own properties', () => {
  class Link extends URL {
    title = 'home';
  }
  return [new Link('https://example.org/'), Object.assign(new URL('https://a.b/'), { note: 1 })];
});

// — classes and functions

add('class instances', () => {
  class Point {
    x: number;
    y: number;
    constructor(x: number, y: number) {
      this.x = x;
      this.y = y;
    }
    get length(): number {
      throw new Error('a getter ran');
    }
    static origin = new Point(0, 0);
  }
  return [new Point(1, 2), new Point(3, 4), Point.origin, Point, Object.freeze(new Point(5, 6))];
});
add('instances with private fields', () => {
  class Account {
    #balance: number;
    static #count = 0;
    owner: string;
    constructor(owner: string, balance: number) {
      this.owner = owner;
      this.#balance = balance;
      Account.#count++;
    }
    balance(): number {
      return this.#balance + Account.#count;
    }
  }
  return [new Account('a', 1), new Account('b', 2)];
});
add('functions', () => [
  function named(a: number, b = 2): number {
    return a + b;
  },
  (x: number) => x * 2,
  async () => 1,
  function* generate() {
    yield 1;
  },
  async function* both() {
    yield 1;
  },
  Object.assign(() => 1, { note: 'own' }),
]);
add('a function with its prototype changed', () => {
  function Old(this: { a: number }): void {
    this.a = 1;
  }
  Old.prototype.method = function method() {
    return 1;
  };
  const Type = Old as unknown as new () => object;
  return [Old, new Type(), Old.prototype];
});
add('closures that share a variable', () => {
  let count = 0;
  return { add: () => ++count, get: () => count };
});
add('bound functions', () => {
  const bound = function sum(this: number[], a: number): number {
    return this.length + a;
  };
  return [bound.bind([1, 2]), bound.bind([1], 5), Math.max.bind(null, 3)];
});

// — things every process has

add('built-ins', () => [
  Math,
  JSON,
  Reflect,
  globalThis,
  Array.prototype.map,
  Object.prototype,
  Promise.prototype.then,
  console.log,
  console,
  process,
  process.env,
  Symbol.prototype,
  Object.getPrototypeOf(Uint8Array),
  Object.getPrototypeOf(function* () {}),
  Object.getOwnPropertyDescriptor(Map.prototype, 'size')?.get,
  structuredClone,
  setTimeout,
  Buffer,
  URL,
  Intl.DateTimeFormat,
  Proxy,
]);
add('built-ins as prototypes, keys and values', () => ({
  math: Object.create(Math) as object,
  map: new Map<unknown, unknown>([[Array, Array.prototype]]),
  list: [Map, Set, Map],
}));
add('modules of Node', () => [
  fs.readFileSync,
  fs.promises.readFile,
  path.join,
  path.posix,
  path.posix.join,
  fs.constants,
]);

// — identity

add('sharing between everything', () => {
  const shared = { shared: true };
  const list = [shared];
  const key = Symbol('k');
  return {
    shared,
    list,
    again: list,
    map: new Map<unknown, unknown>([
      [shared, list],
      [list, shared],
    ]),
    set: new Set<unknown>([list, shared]),
    [key]: key,
    error: Object.assign(bare(new Error('x', { cause: shared })), { list }),
    boxed: Object.assign(new Number(1), { shared }),
    date: Object.assign(new Date(0), { list }),
    regexp: Object.assign(/x/, { shared }),
    proto: Object.create(shared) as object,
  };
});
add('cycles through every kind of container', () => {
  const root: Record<string, unknown> = {};
  root['self'] = root;
  root['array'] = [root];
  root['map'] = new Map([[root, root]]);
  root['set'] = new Set([root]);
  root['error'] = bare(new Error('x', { cause: root }));
  root['date'] = Object.assign(new Date(0), { root });
  root['boxed'] = Object.assign(Object('s') as object, { root });
  root['child'] = Object.create(root) as object;
  root['bytes'] = Object.assign(new Uint8Array(1), { root });
  root['closure'] = () => root;
  root['bound'] = function f() {}.bind(root);
  root['frozen'] = Object.freeze({ root });
  Object.defineProperty(root, 'getter', { get: () => root, enumerable: true, configurable: true });
  return root;
});
