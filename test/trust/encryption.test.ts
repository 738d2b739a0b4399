// Goal: an encrypted file opens with its passphrase and with no other, and no changed byte of it is ever decrypted.
// Method: round trips; every byte changed, every cut; a file that names other costs cannot exist, as none are in it.

import { describe, expect, test } from 'vitest';
import type { BrineError } from '../../src/errors.js';
import { dumps, loads } from '../../src/library/index.js';
import { decrypted, encrypted, encryptedGeneration, isEncrypted } from '../../src/trust/index.js';

const plain = dumps({ secret: 'canary', list: [1, 2] });
const file = Buffer.concat([...encrypted([plain.subarray(0, 100), plain.subarray(100)], 'pass ä')]);
const codeOf = (work: () => unknown): string | undefined => {
  try {
    work();
  } catch (error) {
    return (error as BrineError).code;
  }
  return undefined;
};

describe('encrypted snapshots', () => {
  test('open with their passphrase, however its letters are composed', () => {
    expect(isEncrypted(file)).toBe(true);
    expect(file.length).toBe(plain.length + 60);
    expect(file.includes('canary')).toBe(false);
    expect(Buffer.from(decrypted(file, 'pass ä')).equals(plain)).toBe(true);
    expect(Buffer.from(decrypted(file, 'pass a\u0308')).equals(plain)).toBe(true);
    expect(loads(file, { passphrase: 'pass ä', mode: 'data' })).toEqual({ secret: 'canary', list: [1, 2] });
  });

  test('tell the number of their save to everybody, and it is proved with the rest', () => {
    const seventh = Buffer.concat([...encrypted([plain], 'x', 7)]);
    expect(encryptedGeneration(seventh)).toBe(7);
    expect(encryptedGeneration(file)).toBe(0);
    expect(encryptedGeneration(plain)).toBe(undefined);
    expect(encryptedGeneration(seventh.subarray(0, 43))).toBe(undefined);
    expect(encryptedGeneration(Buffer.concat([seventh.subarray(0, 8), Buffer.alloc(36, 255)]))).toBe(0);
    seventh[8] = 8;
    expect(codeOf(() => decrypted(seventh, 'x'))).toBe('ENCRYPTED');
  });

  test('never the same twice', () => {
    expect(Buffer.concat([...encrypted([plain], 'pass ä')]).equals(file)).toBe(false);
  });

  test('say that a passphrase is missing or wrong, with a code of their own', () => {
    expect(codeOf(() => loads(file))).toBe('ENCRYPTED');
    expect(codeOf(() => loads(file, { passphrase: 'pass' }))).toBe('ENCRYPTED');
  });

  test('hold their limit before a key is made', () => {
    expect(codeOf(() => loads(file, { passphrase: 'x', limits: { fileBytesMax: 100 } }))).toBe(
      'LIMIT_EXCEEDED',
    );
  });

  test('notice every changed part and every cut', { timeout: 300_000 }, () => {
    // Each try takes a key: one byte of each field, and some of the content.
    for (const at of [8, 15, 16, 31, 32, 43, 44, 200, file.length - 17, file.length - 16, file.length - 1]) {
      const changed = Buffer.from(file);
      changed[at] = (changed[at] as number) ^ 1;
      expect(
        codeOf(() => decrypted(changed, 'pass ä')),
        `byte ${at}`,
      ).toBe('ENCRYPTED');
    }
    for (const length of [8, 44, 59, 60, file.length - 1])
      expect(
        codeOf(() => decrypted(file.subarray(0, length), 'pass ä')),
        `cut at ${length}`,
      ).toBe('ENCRYPTED');
  });
});
