// Goal: plain data of a Python pickle comes over as it is, whatever the protocol, and nothing of it runs or passes for plain.
// Method: one dict, pickled by Python with each of its protocols, is compared with the same value written down here; damaged
// and hostile pickles end in an error.

import { expect, test } from 'vitest';
import { pickleProtocol, readPythonPickle } from '../../../cli/plain/python-pickle.js';
import { kindOfFile } from '../../../src/format/index.js';
import { differences } from '../../helpers/same.js';
import { PICKLES } from './python-fixtures.js';

const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'base64'));

function expected(): unknown {
  const shared = [1, 2];
  const cycle: unknown[] = [];
  cycle.push(cycle);
  const value = {
    ints: [
      0,
      -1,
      255,
      65536,
      2 ** 31,
      -(2 ** 31),
      2 ** 40,
      -(2 ** 40),
      2 ** 53 - 1,
      2n ** 53n,
      -(2n ** 70n),
      10n ** 30n,
    ],
    floats: [0.5, -1e300, Infinity, -Infinity],
    text: 'hé\u1234\n😀\\u0041',
    bytes: Uint8Array.of(0, 255),
    array: Uint8Array.of(97, 98),
    tuples: [1, [2], []],
    set: new Set([1, 2]),
    frozen: new Set(['a']),
    none: null,
    bools: [true, false],
    shared: [shared, shared],
    keys: new Map<unknown, unknown>([
      [1, 'a'],
      [[1, 2], 'b'],
    ]),
    ordered: { a: 1 },
    default: { q: [1] },
    when: '2024-01-02T03:04:05.000006',
    day: '2024-01-02',
    span: 86_402,
    price: '1.5',
    object: { python: 'shop.P', state: { x: 1 } },
    deque: [1, 2],
  };
  Object.defineProperty(value, '__proto__', {
    value: { z: 1 },
    writable: true,
    enumerable: true,
    configurable: true,
  });
  return Object.assign(value, { cycle });
}

PICKLES.forEach((text, protocol) => {
  test(`protocol ${protocol}`, () => {
    const bytes = bytesOf(text);
    expect(kindOfFile(bytes)?.name).toBe('a Python pickle');
    expect(pickleProtocol(bytes)).toBe(protocol < 2 ? undefined : protocol);
    const { value, records } = readPythonPickle(bytes);
    expect(differences(expected(), value)).toEqual([]);
    expect([...records.keys()].sort()).toEqual([
      'collections.defaultdict',
      'collections.deque',
      'datetime.date',
      'datetime.datetime',
      'datetime.timedelta',
      'decimal.Decimal',
      'shop.P',
    ]);
  });
});

test('a pickle that is cut short is an error, wherever', () => {
  const bytes = bytesOf(PICKLES[4] as string);
  for (let length = 2; length < bytes.length; length += 7)
    expect(() => readPythonPickle(bytes.slice(0, length)), `cut at ${length}`).toThrow();
});

test('a pickle that calls something calls nothing: it becomes a record', () => {
  // cos\nsystem\n(S'echo hi'\ntR.
  const bytes = new TextEncoder().encode("cos\nsystem\n(S'echo hi'\ntR.");
  const { value, records } = readPythonPickle(bytes);
  expect(value).toEqual({ python: 'os.system', arguments: ['echo hi'] });
  expect([...records]).toEqual([['os.system', 1]]);
});

test('state cannot give a record a prototype, nor a method that is called', () => {
  // A record with the state {'__proto__': {'x': 1}, '__setstate__': 1}.
  const bytes = new TextEncoder().encode(
    "(ishop\nP\n(dp0\nS'__proto__'\n(dS'x'\nI1\nssS'__setstate__'\nI1\nsb.",
  );
  const { value } = readPythonPickle(bytes);
  expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  expect(Object.keys((value as { state: object }).state)).toEqual(['__proto__', '__setstate__']);
});

test('persistent ids of the file itself are refused', () => {
  expect(() => readPythonPickle(new TextEncoder().encode('Pfile-1\n.'))).toThrow(/persistent/);
});
