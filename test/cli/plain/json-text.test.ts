// Goal: a value as JSON parses to the same plain data, and whatever JSON does not have is named with its path.
// Method: a table of values with the text and the losses that are expected; plain data is compared with JSON.stringify; nothing
// of a value may run, and nothing recurses.

import { expect, test } from 'vitest';
import { jsonText } from '../../../cli/plain/json-text.js';

const told = (value: unknown): { text: string; losses: string[] } => {
  const { pieces, losses } = jsonText(value);
  return {
    text: pieces.join(''),
    losses: losses.map(({ path, what, became }) => `${path}: ${what} → ${became ?? 'nothing'}`),
  };
};

class Point {
  x = 1;
}

const shared = { a: 1 };
const cycle: Record<string, unknown> = { name: 'c' };
cycle['self'] = cycle;
cycle['list'] = [cycle];

/** `[what, value, text, losses]` */
const VALUES: readonly (readonly [string, unknown, string, readonly string[]])[] = [
  [
    'plain data',
    { a: [1, 'x"\u2028', null, true], 'b c': {} },
    '{"a":[1,"x\\"\u2028",null,true],"b c":{}}',
    [],
  ],
  ['undefined', undefined, 'null', [': undefined → null']],
  ['undefined in an object', { a: undefined, b: 1 }, '{"b":1}', ['.a: undefined → nothing']],
  [
    'undefined and a hole in a list',
    [undefined, , 1],
    '[null,null,1]',
    ['[0]: undefined → null', '[1]: a hole → null'],
  ],
  [
    'numbers that are none',
    [Number.NaN, -Infinity, -0],
    '[null,null,0]',
    ['[0]: NaN → null', '[1]: -Infinity → null', '[2]: -0 → 0'],
  ],
  ['a bigint', 12n, '"12"', [': a bigint → "12"']],
  ['a function', { f() {} }, '{}', ['.f: a function → nothing']],
  ['a date', new Date(0), '"1970-01-01T00:00:00.000Z"', [': a Date → a text']],
  ['an invalid date', new Date(Number.NaN), 'null', [': an invalid Date → null']],
  ['a map with texts for keys', new Map([['a', 1]]), '{"a":1}', [': a Map → an object']],
  ['another map', new Map([[1, 2]]), '[[1,2]]', [': a Map → a list of pairs']],
  ['a set', new Set([1]), '[1]', [': a Set → a list']],
  [
    'typed arrays',
    [Float64Array.of(0.5), BigInt64Array.of(1n)],
    '[[0.5],["1"]]',
    ['[0]: a Float64Array → a list', '[1]: a BigInt64Array → a list', '[1][0]: a bigint → "1"'],
  ],
  ['bytes', Uint8Array.of(1, 2), '"AQI="', [': bytes → a text in base64']],
  ['an instance', { p: new Point() }, '{"p":{"x":1}}', ['.p: of class Point → a plain object']],
  ['an error', new TypeError('no'), '{"name":"TypeError","message":"no"}', [': an Error → an object']],
  [
    'what is shared',
    { a: shared, b: [shared] },
    '{"a":{"a":1},"b":[{"a":1}]}',
    ['.b[0]: the same as .a → a copy'],
  ],
  [
    'a way back',
    cycle,
    '{"name":"c","list":[null]}',
    ['.self: a way back to the value itself → nothing', '.list[0]: a way back to the value itself → null'],
  ],
  ['a symbol for a key', { [Symbol('s')]: 1 }, '{}', ['[Symbol(s)]: under a symbol → nothing']],
  [
    'a key that is not listed',
    Object.defineProperty({}, 'h', { value: 1 }),
    '{}',
    ['.h: not enumerable → nothing'],
  ],
  [
    'a property of a list',
    Object.assign([1], { extra: 2 }),
    '[1]',
    ['.extra: a property beside the items → nothing'],
  ],
  ['a promise', [Promise.resolve()], '[null]', ['[0]: a promise → null']],
  [
    'boxed',
    [Object(1), Object('x')],
    '[1,"x"]',
    ['[0]: a boxed number → a number', '[1]: a boxed string → a string'],
  ],
  [
    'a regular expression and a URL',
    [/a/g, new URL('https://a.b/')],
    '["/a/g","https://a.b/"]',
    ['[0]: a RegExp → a text', '[1]: a URL → a text'],
  ],
  ['no prototype', Object.assign(Object.create(null), { a: 1 }), '{"a":1}', []],
];

for (const [what, value, text, losses] of VALUES) {
  test(what, () => {
    expect(told(value)).toEqual({ text, losses });
    expect(() => JSON.parse(text)).not.toThrow();
  });
}

test('indented as JSON.stringify does', () => {
  const value = { a: [1, { b: [] }], c: {} };
  expect(jsonText(value, { indent: 2 }).pieces.join('')).toBe(JSON.stringify(value, null, 2));
});

test('no getter, no toJSON, no trap runs', () => {
  const ran: string[] = [];
  const value = {
    get a() {
      ran.push('getter');
      return 1;
    },
    toJSON: () => ran.push('toJSON'),
    proxy: new Proxy({}, { has: () => ran.push('trap') > 0, get: () => ran.push('trap') }),
    map: new (class extends Map<string, number> {
      override entries(): never {
        ran.push('entries');
        throw new Error('ran');
      }
    })([['k', 1]]),
  };
  const { losses } = told(value);
  expect(ran).toEqual([]);
  expect(losses).toContain('.a: an accessor → nothing');
  expect(losses).toContain('.proxy: a proxy → nothing');
});

test('a list 200,000 deep', () => {
  let deep: unknown[] = [];
  for (let i = 0; i < 200_000; i++) deep = [deep];
  const { pieces, lossCount } = jsonText(deep);
  expect(pieces.join('')).toBe('['.repeat(200_001) + ']'.repeat(200_001));
  expect(lossCount).toBe(0);
});

test('what doubles at each level ends in an error', () => {
  let value: unknown = {};
  for (let i = 0; i < 60; i++) value = [value, value];
  expect(() => jsonText(value, { charactersMax: 1e6 })).toThrow(RangeError);
});
