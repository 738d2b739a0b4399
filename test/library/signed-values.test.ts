// Goal: a value can be signed as a session can, and be loaded by whoever knows the key only; names that the other side has stay names.
// Method: the keys are those of the tests; every byte of a small signed snapshot is changed once.

import { expect, test } from 'vitest';
import { dumps, loads } from '../../src/library/index.js';
import { KeyStore, keyText } from '../../src/trust/index.js';

const codeOf = (work: () => unknown): unknown => {
  try {
    work();
    return undefined;
  } catch (error) {
    return (error as { code?: string }).code;
  }
};

test('what is signed for others opens with the key, and with no other', () => {
  const bytes = dumps({ f: (n: number) => n + 1 }, { sign: 'others' });
  const { publicKey } = new KeyStore().ensureIdentity();
  const key = keyText(publicKey);
  for (const keys of [['own'], ['trusted'], [key]])
    expect(loads<{ f: (n: number) => number }>(bytes, { keys }).f(1)).toBe(2);
  const other = keyText(publicKey.map((byte) => byte ^ 1));
  expect(codeOf(() => loads(bytes, { keys: [other] }))).toBe('SIGNATURE_UNKNOWN');
  expect(codeOf(() => loads(dumps({ a: 1 }), { keys: ['own'] }))).toBe('SIGNATURE_UNKNOWN');
});

test('what is signed for oneself says nothing to a key', () => {
  const bytes = dumps({ a: 1 }, { sign: 'own' });
  expect(loads(bytes, { keys: ['own'] })).toEqual({ a: 1 });
  const key = keyText(new KeyStore().ensureIdentity().publicKey);
  expect(codeOf(() => loads(bytes, { keys: [key] }))).toBe('SIGNATURE_UNKNOWN');
});

test('a changed byte anywhere is noticed', () => {
  const bytes = dumps({ a: 1, f: () => 2 }, { sign: 'others' });
  for (let at = 0; at < bytes.length; at++) {
    const changed = bytes.slice();
    changed[at] = (changed[at] as number) ^ 1;
    expect(
      codeOf(() => loads(changed, { keys: ['trusted'] })),
      `byte ${at}`,
    ).toBeDefined();
  }
});

test('globals that are there stay names, the others go along', () => {
  Object.assign(globalThis, { brineThere: 1, brineHere: 2 });
  const sum = new Function('return () => brineThere + brineHere')() as () => number;
  const bytes = dumps(sum, { globalsThere: new Set(['brineThere']) });
  Object.assign(globalThis, { brineThere: 10, brineHere: 20 });
  expect(loads<() => number>(bytes)()).toBe(12);
  expect(loads<() => number>(dumps(sum))()).toBe(30);
});

test('options of the wrong form are refused', () => {
  for (const wrong of [{ sign: 'no' }, { globalsThere: ['a'] }, { signs: 'own' }, { onLoss: 1 }, null])
    expect(codeOf(() => dumps(1, wrong as never))).toBe('PICKLE_OPTION');
});
