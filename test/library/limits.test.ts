// Goal: each limit stops what is above it with an error that says which limit it was and where to raise it, in every mode and
// before anything is built, and lets pass what it allows.
// Method: for each limit a file that needs exactly so much of it, opened with that much and with one less.

import { describe, expect, test } from 'vitest';
import { LimitError } from '../../src/errors.js';
import { dumps, loads } from '../../src/library/index.js';
import { DEFAULT_LIMITS, type Limits, RESTRICTED_LIMITS } from '../../src/limits.js';
import { collidingDoubles } from '../attacks/collisions.js';
import { sectionsOf } from '../helpers/reseal.js';

interface Case {
  readonly bytes: Uint8Array;
  /** What just suffices. */
  readonly needed: number;
}

function protoChain(length: number): object {
  const chain: object[] = [{}];
  for (let i = 0; i < length; i++) chain.push(Object.create(chain[i] as object) as object);
  return chain;
}

const plain = dumps({ a: [1, 'two'] });
const rawBytes = sectionsOf(plain).reduce((sum, { bytes }) => sum + bytes.length, 0);

const CASES: { readonly [limit in keyof Limits]: () => Case } = {
  fileBytesMax: () => ({ bytes: plain, needed: plain.length }),
  rawBytesMax: () => ({ bytes: plain, needed: rawBytes }),
  sectionsMax: () => ({ bytes: plain, needed: sectionsOf(plain).length }),
  valuesMax: () => ({ bytes: dumps(Array.from({ length: 99 }, () => [])), needed: 0 }),
  stringsMax: () => ({ bytes: dumps(Array.from({ length: 99 }, (_, i) => `text ${i}`)), needed: 99 }),
  stringUnitsMax: () => ({ bytes: dumps('é'.repeat(500)), needed: 500 }),
  bigintDigitsMax: () => ({ bytes: dumps(16n ** 99n), needed: 100 }),
  regexpUnitsMax: () => ({ bytes: dumps(new RegExp('a'.repeat(77))), needed: 77 }),
  growthBytesMax: () => ({
    bytes: dumps(
      [1, 2].map((n) => Reflect.construct(ArrayBuffer, [n, { maxByteLength: 1500 }]) as ArrayBuffer),
    ),
    needed: 3000,
  }),
  collisionMsMax: () => ({ bytes: dumps(new Set(collidingDoubles(30_000))), needed: 60_000 }),
  dependencyDepthMax: () => ({ bytes: dumps(protoChain(200)), needed: 0 }),
};

function outcome(bytes: Uint8Array, mode: 'data' | 'trusted', limits: Partial<Limits>): unknown {
  try {
    return loads(bytes, { mode, limits }) === undefined ? 'undefined' : 'value';
  } catch (error) {
    return error;
  }
}

// What counts more than a person can see in a value: the least that suffices is looked for.
function leastOf(bytes: Uint8Array, limit: keyof Limits): number {
  let [low, high] = [0, 10_000];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (outcome(bytes, 'trusted', { [limit]: middle }) === 'value') high = middle;
    else low = middle;
  }
  return high;
}

describe.each(Object.keys(CASES) as (keyof Limits)[])('%s', (limit) => {
  const { bytes, needed } = CASES[limit]();
  const enough = needed === 0 ? leastOf(bytes, limit) : needed;
  const less = limit === 'collisionMsMax' ? 1 : enough - 1;

  test.each(['data', 'trusted'] as const)(
    'in mode %s, as much as is needed passes, and less is refused',
    (mode) => {
      expect(outcome(bytes, mode, { [limit]: enough })).toBe('value');
      const error = outcome(bytes, mode, { [limit]: less });
      expect(error).toBeInstanceOf(LimitError);
      const { code, message, hint } = error as LimitError;
      expect(code).toBe('LIMIT_EXCEEDED');
      expect(`${message} ${hint}`).toContain(limit);
    },
  );

  test('is at most as high for data from anybody as for trusted files', () => {
    expect(RESTRICTED_LIMITS[limit]).toBeLessThanOrEqual(DEFAULT_LIMITS[limit]);
    expect(RESTRICTED_LIMITS[limit]).toBeGreaterThan(0);
  });
});

test('the counts that are looked for are what the file has', () => {
  expect(leastOf(CASES.valuesMax().bytes, 'valuesMax')).toBeGreaterThanOrEqual(100);
  expect(leastOf(CASES.valuesMax().bytes, 'valuesMax')).toBeLessThan(110);
  expect(leastOf(CASES.dependencyDepthMax().bytes, 'dependencyDepthMax')).toBeGreaterThan(150);
  expect(leastOf(CASES.dependencyDepthMax().bytes, 'dependencyDepthMax')).toBeLessThan(250);
});
