// Goal: a signature covers every byte of a file, is believed only with the right key, and holds when a file is read part
// by part.
// Method: every byte of a signed file is changed and every checksum made right again; signatures are moved between files;
// sections are changed after the file was opened. Keys lie in folders of their own.

import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import type { BrineError } from '../../src/errors.js';
import { bytesOf, ENTRY_BYTES, HEADER_BYTES, SECTION } from '../../src/format/container.js';
import { bytesSource, openSnapshot, signedAnew } from '../../src/format/index.js';
import { dumps, loads } from '../../src/library/index.js';
import { openDamaged } from '../../src/library/salvage.js';
import { openTrusting, ownRing } from '../../src/library/trusting.js';
import {
  fingerprint,
  isTrusted,
  KeyStore,
  keyOfText,
  keyText,
  ownSigner,
  whoseSignature,
} from '../../src/trust/index.js';
import { sectionsOf } from '../helpers/reseal.js';

const base = mkdtempSync(join(tmpdir(), 'brine-trust-'));
afterAll(() => rmSync(base, { recursive: true, force: true }));
let folders = 0;
const newFolder = (): string => join(base, `keys-${folders++}`);

const mine = new KeyStore(newFolder());
const hers = new KeyStore(newFolder());

const sign = (value: unknown, keys = mine, isForOthers = false): Buffer => {
  const bytes = dumps(value);
  return Buffer.concat([...bytesOf(signedAnew(openSnapshot(bytes), ownSigner(keys, isForOthers)))]);
};
const whoseIs = (file: Uint8Array, keys = mine) =>
  whoseSignature(openSnapshot(file).signature(), ownRing(keys)).whose;
const codeOf = (work: () => unknown): string | undefined => {
  try {
    work();
  } catch (error) {
    return (error as BrineError).code;
  }
  return undefined;
};

/** A file with every checksum made right: what somebody who changes a file does. */
function mended(file: Buffer): Buffer {
  const bytes = Buffer.from(file);
  // A changed count or place may lead out of the file.
  const count = Math.min(bytes.readUInt32LE(12), Math.floor((bytes.length - HEADER_BYTES) / ENTRY_BYTES));
  const table = HEADER_BYTES + count * ENTRY_BYTES;
  for (let i = 0; i < count; i++) {
    const entry = HEADER_BYTES + i * ENTRY_BYTES;
    const [offset, length] = [bytes.readBigUInt64LE(entry + 8), bytes.readBigUInt64LE(entry + 16)].map(
      Number,
    );
    const section = bytes.subarray(offset as number, (offset as number) + (length as number));
    bytes.writeUInt32LE(section.length === 0 ? 0 : crc32(section), entry + 4);
  }
  bytes.writeUInt32LE(crc32(bytes.subarray(HEADER_BYTES, table)), 24);
  bytes.writeUInt32LE(crc32(bytes.subarray(0, 28)), 28);
  return bytes;
}

describe('whose a file is', () => {
  test('the one who signed it knows it, nobody else does', () => {
    const file = sign({ a: 1 });
    expect(whoseIs(file)).toBe('own');
    expect(whoseIs(file, hers)).toBe('nobody');
    expect(whoseIs(Buffer.from(dumps(1)))).toBe('nobody');
  });

  test('with a public key, those who trust it know it', () => {
    const file = sign({ a: 1 }, mine, true);
    const { publicKey } = mine.ensureIdentity();
    expect(whoseIs(file)).toBe('own');
    expect(whoseIs(file, hers)).toBe('stranger');
    expect(hers.trust(publicKey, 'me\n\u001b[2J')).toBe(true);
    expect(hers.trust(publicKey, 'again')).toBe(false);
    expect(hers.trusted().map(({ name }) => name)).toEqual(['me [2J']);
    expect(whoseIs(file, hers)).toBe('trusted');
    expect(hers.distrust(publicKey)).toBe(true);
    expect(hers.distrust(publicKey)).toBe(false);
    expect(whoseIs(file, hers)).toBe('stranger');
  });

  test('a file that was signed says the same to who reads it without keys', () => {
    expect(loads(sign({ a: 1, f: () => 7 }, mine, true), { mode: 'data' })).toMatchObject({ a: 1 });
    expect(loads<any>(sign({ f: () => 7 })).f()).toBe(7);
  });

  test('an own signature with another key of somebody else in it is still one’s own', () => {
    expect(isTrusted(whoseSignature(openSnapshot(sign(1, mine, true)).signature(), ownRing(mine)))).toBe(
      true,
    );
  });
});

describe('every byte is covered', () => {
  test.each([
    ['one’s own file', false, mine],
    ['one’s own file that is signed for others', true, mine],
    ['somebody’s file that is signed for others', true, hers],
  ])('%s: no changed byte, with all checksums right, is believed', (_, isForOthers, reader) => {
    const file = sign({ a: 1, list: ['x', 2n], f: () => 1 }, mine, isForOthers);
    const { publicKey } = mine.ensureIdentity();
    hers.trust(publicKey, 'me');
    const believed = [];
    const errors = new Set<string>();
    for (let at = 0; at < file.length; at++) {
      for (const flip of [1, 0x80]) {
        const changed = Buffer.from(file);
        changed[at] = (changed[at] as number) ^ flip;
        const hostile = mended(changed);
        // What a checksum stood for was put right again.
        if (hostile.equals(file)) continue;
        try {
          const { reader: open, whose } = openTrusting(hostile, {
            ...{ mode: undefined, otherwise: 'refuse', ring: ownRing(reader), name: 'file' },
          });
          if (whose === undefined || !isTrusted(whose)) continue;
          expect([open.index, open.meta]).toHaveLength(2);
          open.checkRest();
          believed.push(at);
        } catch (error) {
          errors.add((error as BrineError).code ?? String(error));
        }
      }
    }
    hers.distrust(publicKey);
    // The writer's own signature is none of anybody else's business: it is the one thing that the other does not cover.
    const macAt = file.length - 32 - 64 - 32;
    const isUncovered = (at: number): boolean => isForOthers && at >= macAt && at < macAt + 32;
    expect(believed.filter((at) => !isUncovered(at))).toEqual([]);
    expect([...errors].filter((code) => !/^[A-Z_]+$/.test(code))).toEqual([]);
  });

  test('a signature does not fit another file', () => {
    const [one, other] = [sign({ pay: 1 }), Buffer.from(dumps({ pay: 2 }))];
    const signature = sectionsOf(one).at(-1);
    const sections = [...sectionsOf(other), signature as NonNullable<typeof signature>];
    const moved = Buffer.concat([
      ...bytesOf(
        signedAnew(openSnapshot(other), {
          hasSigner: false,
          sign: () => ({ mac: signature?.bytes.subarray(-32) as Buffer }),
        }),
      ),
    ]);
    expect(sections).toHaveLength(6);
    expect(whoseIs(moved)).toBe('nobody');
  });

  test('a public key over another one’s signature is a forgery', () => {
    const forged = signedAnew(openSnapshot(dumps(1)), {
      hasSigner: true,
      sign: () => ({
        mac: Buffer.alloc(32),
        signer: { publicKey: mine.ensureIdentity().publicKey, signature: Buffer.alloc(64) },
      }),
    });
    expect(whoseIs(Buffer.concat([...bytesOf(forged)]), hers)).toBe('forged');
    const noPoint = signedAnew(openSnapshot(dumps(1)), {
      hasSigner: true,
      sign: () => ({
        mac: Buffer.alloc(32),
        signer: { publicKey: Buffer.alloc(32, 0xff), signature: Buffer.alloc(64) },
      }),
    });
    expect(whoseIs(Buffer.concat([...bytesOf(noPoint)]), hers)).toBe('forged');
  });

  test('a signature of the wrong length, or not the last section, is damage', () => {
    const file = sign({ a: 1 });
    const reader = openSnapshot(file);
    const place = reader.container.sections.length - 1;
    expect(reader.container.sections[place]?.kind).toBe(SECTION.signature);
    const short = Buffer.from(file.subarray(0, -8));
    const entry = HEADER_BYTES + place * ENTRY_BYTES;
    for (const field of [16, 24])
      short.writeBigUInt64LE(file.readBigUInt64LE(entry + field) - 8n, entry + field);
    short.writeBigUInt64LE(BigInt(short.length), 16);
    expect(codeOf(() => openSnapshot(mended(short)).signature())).toBe('SNAPSHOT_STRUCTURE');
  });
});

describe('a file that is read part by part', () => {
  test('what is changed after the file was opened is noticed when it is read', () => {
    const file = sign({ deep: 'x'.repeat(1000) });
    const { reader } = openTrusting(bytesSource(file), {
      ...{ mode: undefined, otherwise: 'refuse', ring: ownRing(mine), name: 'file' },
    });
    const stripe = reader.container.sections.findLastIndex(({ kind }) => kind === SECTION.stripe);
    const { offset, bytes, crc } = reader.container.sections[stripe] as {
      offset: number;
      bytes: number;
      crc: number;
    };
    const section = file.subarray(offset, offset + bytes);
    section[section.indexOf('xxx')] = 0x79;
    collide(section, crc);
    expect(crc32(section)).toBe(crc);
    expect(codeOf(() => reader.section(stripe))).toBe('SIGNATURE_WRONG');
    expect(codeOf(() => [...reader.copy(stripe).read()])).toBe('SIGNATURE_WRONG');
    expect(codeOf(() => reader.checkRest())).toBe('SIGNATURE_WRONG');
  });

  test('a part that was changed and has its old checksum is not believed in a damaged file either', () => {
    const whole = sign({ deep: 'x'.repeat(1000) });
    const asked = { mode: undefined, otherwise: 'refuse', ring: ownRing(mine), name: 'file' } as const;
    const { sections } = openTrusting(bytesSource(whole), asked).reader.container;
    const { offset, bytes, crc } = sections.findLast(({ kind }) => kind === SECTION.stripe) as {
      offset: number;
      bytes: number;
      crc: number;
    };
    for (const at of [17, 25]) {
      const file = Buffer.from(whole);
      // Damage that can be undone, so that the signature is as good as before.
      file[at]! ^= 1;
      const opened = openDamaged(bytesSource(Buffer.from(file)), asked);
      expect(opened.whose).toEqual({ whose: 'own' });
      opened.reader.checkRest();
      const section = file.subarray(offset, offset + bytes);
      section[section.indexOf('xxx')] = 0x79;
      collide(section, crc);
      const changed = openDamaged(bytesSource(file), asked);
      expect(changed.findings.lost).toEqual([]);
      expect(codeOf(() => changed.reader.checkRest())).toBe('SIGNATURE_WRONG');
    }
  });

  test('opening reads the header, the table and the signature only', () => {
    const file = sign(Array.from({ length: 100_000 }, (_, i) => ({ i: Math.sin(i) })));
    let read = 0;
    const counting = {
      bytes: file.length,
      read: (offset: number, length: number) => {
        read += length;
        return file.subarray(offset, offset + length);
      },
    };
    openTrusting(counting, { mode: undefined, otherwise: 'refuse', ring: ownRing(mine), name: 'file' });
    expect(read).toBeLessThan(2000);
    expect(file.length).toBeGreaterThan(100_000);
  });
});

describe('keys in a folder', () => {
  const posix = process.platform !== 'win32';

  test('are made for their owner alone, once', () => {
    const folder = newFolder();
    const [one, other] = [new KeyStore(folder), new KeyStore(folder)];
    expect(one.secret()).toBe(undefined);
    const secret = one.ensureSecret();
    expect(Buffer.from(other.ensureSecret()).equals(secret)).toBe(true);
    expect(Buffer.from(other.ensureIdentity().publicKey).equals(one.ensureIdentity().publicKey)).toBe(true);
    one.trust(other.ensureIdentity().publicKey, 'me');
    if (!posix) return;
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    for (const name of ['secret', 'signing-key', 'trusted-keys'])
      expect(statSync(join(folder, name)).mode & 0o777, name).toBe(0o600);
  });

  test.runIf(posix)('in a folder that others may write to are refused, whatever is asked of them', () => {
    for (const mode of [0o777, 0o770, 0o702]) {
      const keys = new KeyStore(newFolder());
      keys.ensureSecret();
      const { publicKey } = keys.ensureIdentity();
      chmodSync(keys.folder, mode);
      const uses: (() => unknown)[] = [
        () => keys.secret(),
        () => keys.ensureSecret(),
        () => keys.identity(),
        () => keys.ensureIdentity(),
        () => keys.trusted(),
        () => keys.trust(publicKey, 'me'),
      ];
      for (const use of uses) expect(codeOf(use), `${use} ${mode.toString(8)}`).toBe('KEY_STORE');
      chmodSync(keys.folder, 0o755);
      expect(keys.secret()?.length).toBe(32);
    }
  });

  test.runIf(posix)('in a folder that is a link are used when what it leads to is their own', () => {
    const keys = new KeyStore(newFolder());
    const secret = keys.ensureSecret();
    const link = new KeyStore(newFolder());
    symlinkSync(keys.folder, link.folder);
    expect(link.secret()).toEqual(secret);
    chmodSync(keys.folder, 0o722);
    expect(codeOf(() => link.secret())).toBe('KEY_STORE');
  });

  test.runIf(posix)('that others may read, that are links or that are damaged are refused', () => {
    for (const name of ['secret', 'signing-key', 'trusted-keys']) {
      const read = (keys: KeyStore): unknown =>
        name === 'secret' ? keys.secret() : name === 'signing-key' ? keys.identity() : keys.trusted();
      const open = new KeyStore(newFolder());
      open.ensureSecret();
      open.trust(open.ensureIdentity().publicKey, '');
      chmodSync(join(open.folder, name), 0o640);
      expect(
        codeOf(() => read(open)),
        name,
      ).toBe('KEY_STORE');
      const linked = new KeyStore(newFolder());
      mkdirSync(linked.folder);
      symlinkSync(join(open.folder, name), join(linked.folder, name));
      expect(
        codeOf(() => read(linked)),
        name,
      ).toBe('KEY_STORE');
      const broken = new KeyStore(newFolder());
      mkdirSync(broken.folder);
      writeFileSync(join(broken.folder, name), 'x', { mode: 0o600 });
      expect(
        codeOf(() => read(broken)),
        name,
      ).toMatch(/^KEY_(STORE|FORM)$/);
      const folder = new KeyStore(newFolder());
      mkdirSync(join(folder.folder, name), { recursive: true, mode: 0o700 });
      expect(
        codeOf(() => read(folder)),
        name,
      ).toBe('KEY_STORE');
    }
  });

  test('a folder that cannot be written to is an error of its own', () => {
    const file = join(base, 'a-file');
    writeFileSync(file, '');
    expect(codeOf(() => new KeyStore(join(file, 'keys')).ensureSecret())).toBe('KEY_STORE');
  });

  test('the text of a public key is one word, and only one text is its own', () => {
    const { publicKey } = mine.ensureIdentity();
    const text = keyText(publicKey);
    expect(text).toMatch(/^brine-ed25519:[\w-]{43}$/);
    expect(Buffer.from(keyOfText(text)).equals(publicKey)).toBe(true);
    expect(fingerprint(publicKey)).toMatch(/^([0-9a-f]{4} ){3}[0-9a-f]{4}$/);
    for (const wrong of ['', 'x', text.slice(0, -1), `${text}=`, ` ${text}`, text.replace('brine', 'ssh')])
      expect(
        codeOf(() => keyOfText(wrong)),
        wrong,
      ).toBe('KEY_FORM');
    // The last character has four bits of the key and two that must be zero: no other spelling counts.
    const spellings = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_']
      .map((last) => text.slice(0, -1) + last)
      .filter((other) => codeOf(() => keyOfText(other)) === undefined);
    expect(spellings).toHaveLength(16);
  });
});

describe('keys that a caller names', () => {
  test('only files signed by one of them load', () => {
    const key = keyText(mine.ensureIdentity().publicKey);
    const stranger = keyText(hers.ensureIdentity().publicKey);
    const file = sign({ f: () => 7 }, mine, true);
    expect(loads<any>(file, { keys: [stranger, key] }).f()).toBe(7);
    expect(loads<any>(file, { keys: [key], mode: 'data' }).f.source).toBe('() => 7');
    expect(codeOf(() => loads(file, { keys: [stranger] }))).toBe('SIGNATURE_UNKNOWN');
    expect(codeOf(() => loads(file, { keys: [] }))).toBe('SIGNATURE_UNKNOWN');
    expect(codeOf(() => loads(dumps(1), { keys: [key] }))).toBe('SIGNATURE_UNKNOWN');
    expect(codeOf(() => loads(file, { keys: ['x'] }))).toBe('KEY_FORM');
    expect(codeOf(() => loads(file, { keys: 'own' as never }))).toBe('UNPICKLE_OPTION');
    const changed = Buffer.from(file);
    changed[changed.length - 1] = (changed.at(-1) as number) ^ 1;
    expect(codeOf(() => loads(mended(changed), { keys: [key] }))).toBe('SIGNATURE_WRONG');
  });
});

// Changes the last four bytes so that the CRC-32 of all is the wanted one: 32 equations, each bit of them one unknown.
function collide(bytes: Buffer, wanted: number): void {
  const at = bytes.length - 4;
  bytes.writeUInt32LE(0, at);
  const zero = crc32(bytes);
  const rows = Array.from({ length: 32 }, (_, bit) => {
    bytes.writeUInt32LE((1 << bit) >>> 0, at);
    return { effect: (crc32(bytes) ^ zero) >>> 0, mask: (1 << bit) >>> 0 };
  });
  let [target, solution] = [(zero ^ wanted) >>> 0, 0];
  for (let bit = 31; bit >= 0; bit--) {
    const pivot = rows.findIndex(
      ({ effect }) => (effect >>> bit) % 2 === 1 && 31 - Math.clz32(effect) === bit,
    );
    if (pivot < 0) continue;
    const [row] = rows.splice(pivot, 1) as [{ effect: number; mask: number }];
    for (const other of rows) {
      if ((other.effect >>> bit) % 2 === 0) continue;
      other.effect = (other.effect ^ row.effect) >>> 0;
      other.mask = (other.mask ^ row.mask) >>> 0;
    }
    if ((target >>> bit) % 2 === 1) {
      target = (target ^ row.effect) >>> 0;
      solution = (solution ^ row.mask) >>> 0;
    }
  }
  bytes.writeUInt32LE(solution, at);
}
