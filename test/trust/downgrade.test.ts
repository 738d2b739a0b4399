// Goal: nobody makes a file count as somebody's by what they do to signature sections: take them out, take them from another
// file, have two of them, put something behind or before them, cut the file, or damage it so that it is salvaged.
// Method: files are signed for others and taken apart into sections, put together otherwise with right checksums, and opened
// in the ways there are: strictly, damaged, and with the keys that a caller names. None opens as trusted, and none is given
// a function that its signer did not write.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { BrineError } from '../../src/errors.js';
import { bytesOf, SECTION } from '../../src/format/container.js';
import { openSnapshot, signedAnew } from '../../src/format/index.js';
import { dumps, loads } from '../../src/library/index.js';
import { openDamaged } from '../../src/library/salvage.js';
import { ownRing } from '../../src/library/trusting.js';
import { isTrusted, KeyStore, keyText, ownSigner } from '../../src/trust/index.js';
import { reseal, sectionsOf } from '../helpers/reseal.js';

const base = mkdtempSync(join(tmpdir(), 'brine-downgrade-'));
afterAll(() => rmSync(base, { recursive: true, force: true }));
const mine = new KeyStore(join(base, 'mine'));
const ring = ownRing(mine);
const key = keyText(mine.ensureIdentity().publicKey);
mine.ensureSecret();

const signed = (value: unknown): Buffer =>
  Buffer.concat([...bytesOf(signedAnew(openSnapshot(dumps(value)), ownSigner(mine, true)))]);

// Long enough to have a spare.
const rest = Array.from({ length: 20_000 }, (_, i) => Math.sin(i));
const [good, other, evil] = [
  signed({ pay: 1, run: () => 'good', rest }),
  signed({ pay: 2, run: () => 'other', rest }),
  Buffer.from(dumps({ pay: 9, run: () => 'evil', rest })),
];
type Parts = ReturnType<typeof sectionsOf>;
const parts = (file: Uint8Array): Parts => sectionsOf(file);
const signatureOf = (file: Uint8Array): Parts => parts(file).slice(-1);
const bodyOf = (file: Uint8Array): Parts =>
  parts(file).filter(({ kind }) => kind !== SECTION.signature && kind !== SECTION.spare);
const sectionOf = (file: Uint8Array, kind: number): Parts => parts(file).filter((one) => one.kind === kind);
const without = (file: Uint8Array, kind: number): Parts => parts(file).filter((one) => one.kind !== kind);
const exchanged = (file: Uint8Array, from: Uint8Array, kind: number): Parts =>
  parts(file).map((one) => (one.kind === kind ? (sectionOf(from, kind)[0] as Parts[number]) : one));
const withKind = (list: Parts, kind: number): Parts =>
  list.map((one) => ({ ...one, kind, isCritical: false }));

const FILES: readonly (readonly [what: string, make: () => Uint8Array])[] = [
  ['the signature is taken out', () => reseal(parts(good).slice(0, -1))],
  [
    'the signature is renamed to a section that nobody knows',
    () => reseal([...parts(good).slice(0, -1), ...withKind(signatureOf(good), 99)]),
  ],
  ['the signature of another file', () => reseal([...parts(good).slice(0, -1), ...signatureOf(other)])],
  ['a signed signature behind what was never signed', () => reseal([...bodyOf(evil), ...signatureOf(good)])],
  [
    'the same, with a spare',
    () => reseal([...bodyOf(evil), ...sectionOf(good, SECTION.spare), ...signatureOf(good)]),
  ],
  ['code of another signed file', () => reseal(exchanged(good, other, SECTION.code))],
  ['values of another signed file', () => reseal(exchanged(good, other, SECTION.stripe))],
  [
    'the description of another signed file',
    () =>
      reseal(
        exchanged(good, other, SECTION.meta).map((one) =>
          one.kind === SECTION.meta ? { ...one, bytes: Buffer.from(`${one.bytes} `) } : one,
        ),
      ),
  ],
  ['two signatures, both right for their files', () => reseal([...parts(good), ...signatureOf(other)])],
  ['the signature twice', () => reseal([...parts(good), ...signatureOf(good)])],
  ['the signature first', () => reseal([...signatureOf(good), ...parts(good).slice(0, -1)])],
  ['a section behind the signature', () => reseal([...parts(good), ...sectionOf(evil, SECTION.code)])],
  [
    'unknown sections of other code before the signature',
    () =>
      reseal([
        ...parts(good).slice(0, -1),
        ...withKind(sectionOf(evil, SECTION.code), 99),
        ...signatureOf(good),
      ]),
  ],
  ['the spare of another signed file', () => reseal(exchanged(good, other, SECTION.spare))],
  ['the spare is taken out', () => reseal(without(good, SECTION.spare))],
  [
    'cut, and the end of another file put behind',
    () => Buffer.concat([good.subarray(0, good.length >> 1), evil.subarray(evil.length >> 1)]),
  ],
  [
    'cut before the signature, and an unsigned file put behind',
    () => Buffer.concat([good.subarray(0, -200), evil]),
  ],
  ['an unsigned file, and a signed one put behind', () => Buffer.concat([evil, good])],
  [
    'the header of a signed file before an unsigned one',
    () => Buffer.concat([good.subarray(0, 32), evil.subarray(32)]),
  ],
  [
    'the table of a signed file before the sections of an unsigned one',
    () => Buffer.concat([good.subarray(0, 256), evil.subarray(256)]),
  ],
  [
    'the signature without its public part',
    () =>
      reseal([
        ...parts(good).slice(0, -1),
        ...signatureOf(good).map((one) => ({ ...one, bytes: one.bytes.subarray(0, -96) })),
      ]),
  ],
  [
    'a signature of no bytes',
    () =>
      reseal([
        ...parts(good).slice(0, -1),
        ...signatureOf(good).map((one) => ({ ...one, bytes: Buffer.alloc(0) })),
      ]),
  ],
];

const outcome = (work: () => unknown): string => {
  try {
    const value = work() as { run?: unknown };
    const { run } = value;
    return typeof run === 'function' ? `runs ${String((run as () => string)())}` : 'no function';
  } catch (error) {
    return error instanceof BrineError ? error.code : String(error);
  }
};
const REFUSED = /^(SNAPSHOT_|SIGNATURE_|RESTRICTED_CODE)/;

test.each(FILES)('%s: no key makes it somebody’s', (_, make) => {
  const file = make();
  expect(outcome(() => loads(file, { keys: [key] }))).toMatch(REFUSED);
  expect(outcome(() => loads(file, { keys: [key], mode: 'data' }))).toMatch(REFUSED);
});

test.each(FILES)('%s: damaged, nothing runs that was not signed', (_, make) => {
  const found = outcome(() => {
    const asked = { mode: undefined, otherwise: 'refuse', ring, name: 'file' } as const;
    const opened = openDamaged(make(), asked);
    expect(opened.whose !== undefined && isTrusted(opened.whose)).toBe(true);
    const texts = opened.reader.container.sections.flatMap(({ kind }, place) =>
      kind === SECTION.code ? [Buffer.from(opened.reader.section(place)).toString('latin1')] : [],
    );
    opened.reader.checkRest();
    expect(texts.join()).not.toContain('evil');
    expect(texts.join()).not.toContain('other');
    return {};
  });
  // A file that is believed although it is damaged is what was signed, with other bytes around it.
  expect(found).toMatch(/^(SNAPSHOT_|SIGNATURE_|RESTRICTED_CODE|no function$)/);
});

test('the files are what their signers made before that', () => {
  expect(outcome(() => loads(good, { keys: [key] }))).toBe('runs good');
  expect(outcome(() => loads(other, { keys: [key] }))).toBe('runs other');
  expect(outcome(() => loads(evil))).toBe('runs evil');
  expect(parts(good).map(({ kind }) => kind)).toEqual(
    expect.arrayContaining([SECTION.spare, SECTION.signature]),
  );
});
