// Goal: docs/FORMAT.md is what the code does, so that a reader written from it reads every snapshot.
// Method: parse the page's tables and compare them with the code's constants, or where these are private with the bytes
// that come out; write the worked example anew and compare every byte; damage it as §10 lists and expect a refusal.

import { createDecipheriv, scryptSync } from 'node:crypto';
import fs from 'node:fs';
import { crc32 } from 'node:zlib';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { BrineError, type ErrorCode } from '../../src/errors.js';
import { ByteReader, ByteWriter } from '../../src/format/bytes.js';
import { encodeCodes } from '../../src/format/code-section.js';
import { encodeCells } from '../../src/format/columns.js';
import {
  bytesOf,
  MAGIC,
  PROTOCOL_MINIMUM,
  PROTOCOL_VERSION,
  SECTION,
  type Section,
  seal,
  unseal,
} from '../../src/format/container.js';
import { FreeCells, mayBeFree } from '../../src/format/free-cells.js';
import { type Meta, openSnapshot, SnapshotWriter, signedAnew } from '../../src/format/index.js';
import type { GroupEntry } from '../../src/format/index-section.js';
import { decodeStrings, encodeStrings } from '../../src/format/strings.js';
import { BINDING_KINDS, CODE_FORMS, type CodeEntry, SCOPE_FORMS } from '../../src/graph/code.js';
import { Column, isNumberless, TAG, TAG_COUNT } from '../../src/graph/column.js';
import { ATTRIBUTE, DEAD_ZONE, LAYOUT_FLAG } from '../../src/graph/graph.js';
import { HOST_TYPES } from '../../src/graph/host-types.js';
import { KINDS, TYPED_ARRAY_NAMES } from '../../src/graph/kinds.js';
import { ReducerRegistry } from '../../src/graph/registry.js';
import { ACCESSOR_ROOT, KEPT_ROOT, PATCH_ROOT, rootName } from '../../src/library/root-names.js';
import { DEFAULT_LIMITS, type Limits, RESTRICTED_LIMITS } from '../../src/limits.js';
import type { Root } from '../../src/pickle/types.js';
import { walk } from '../../src/pickle/walk.js';
import { ENCRYPTED_MAGIC, encrypted } from '../../src/trust/encryption.js';
import { type KeyStore, ownSigner } from '../../src/trust/index.js';
import { blocks, links, page, part, ROOT, type Row, table } from './markdown.js';

const doc = page('docs/FORMAT.md');

/** A table of two columns as pairs of name and number. */
function numbered(rows: readonly Row[], number: string, name: string): [string, number][] {
  return rows.map((row) => [row[name] as string, Number(row[number])]);
}

/** A list whose places are the numbers. */
function inOrder(names: readonly string[]): [string, number][] {
  return names.map((name, index) => [name, index]);
}

test('§1 numbers and strings are written as the grammar says', () => {
  const strings = (...list: string[]): number[] => written((writer) => encodeStrings(writer, list));
  expect(strings()).toEqual([]);
  expect(strings('é', '')).toEqual([0, 1, 1, 0, 0xe9]);
  expect(strings('é', '', '\ud800☃')).toEqual([1, 1, 2, 0, 5, 0xe9, 0x00, 0xd8, 0x03, 0x26]);
  // Three heads after two bytes, then a byte of text: zeros before the units of two bytes.
  expect(strings('☃', 'a')).toEqual([1, 1, 3, 2, 0x61, 0, 0x03, 0x26]);
  // Heads of two bytes at a multiple of two.
  expect(strings('x'.repeat(300)).slice(0, 5)).toEqual([0, 2, 300 % 256, 1, 0x78]);
  const int = (...values: number[]): number[] => encoded(...values.map((value) => [TAG.int, value] as const));
  // Two runs of ten are 18 bytes and twenty numbers are more only when they are wide.
  const wide = Array.from({ length: 20 }, (_, i) => (i < 10 ? i - 5 : i + 70_000));
  expect(int(...wide)).toEqual([
    ...[FORM_UNIFORM, TAG.int, 0, 2],
    ...[0xfb, 0xff, 0xff, 0xff, 0x7a, 0x11, 1, 0],
    ...[10, 0, 0, 0, 10, 0, 0, 0],
  ]);
  expect(int(1, 2, 3).slice(1)).toEqual([TAG.int, 1, 1, 2, 3]);
});

test('§2 the header and the entries of the table lie where the code puts them', () => {
  const section = { kind: 0x0102, isCritical: true, pieces: [Uint8Array.of(1), Uint8Array.of(2, 3)] };
  const file = Buffer.concat([...bytesOf(seal([section]))]);
  const container = part(doc, '## 2.');
  const at = (rows: readonly Row[], field: string, from = 0): number => {
    const row = rows.find((candidate) => candidate['field'] === field);
    return file.readUIntLE(from + Number(row?.['offset']), Math.min(Number(row?.['bytes']), 6));
  };
  const header = table(container, 'offset', 'bytes', 'field');
  expect(header.reduce((end, row) => end + Number(row['bytes']), 0)).toBe(32);
  expect([...MAGIC].map((byte) => byte.toString(16).toUpperCase().padStart(2, '0')).join(' ')).toBe(
    /((?:[0-9A-F]{2} ){7}[0-9A-F]{2})/.exec(container)?.[1],
  );
  expect(at(header, 'protocol')).toBe(PROTOCOL_VERSION);
  expect(at(header, 'minimum')).toBe(PROTOCOL_MINIMUM);
  expect(at(header, 'sections')).toBe(1);
  expect(at(header, 'fileBytes')).toBe(file.length);
  const entry = table(container.split('An `entry`')[1] as string, 'offset', 'bytes', 'field');
  expect(entry.reduce((end, row) => end + Number(row['bytes']), 0)).toBe(32);
  expect(at(entry, 'kind', 32)).toBe(section.kind);
  expect(at(entry, 'codec', 32)).toBe(0);
  expect(at(entry, 'flags', 32)).toBe(1);
  expect(at(entry, 'offset', 32)).toBe(64);
  expect(at(entry, 'storedBytes', 32)).toBe(3);
  expect(at(entry, 'rawBytes', 32)).toBe(3);
});

test('§3 the sections are the ones that are written, in this order', () => {
  const rows = table(part(doc, '## 3.'), 'kind', 'name', 'critical', 'content');
  expect(numbered(rows, 'kind', 'name')).toEqual(Object.entries(SECTION));
  // Large enough for a spare, which lies before the signature.
  const sections = sectionsOf(signed(snapshotOf(new Uint8Array(70_000))));
  const kinds = sections.map(({ kind, isCritical }) => `${kind} ${isCritical ? 'yes' : 'no'}`);
  expect(rows.map((row) => `${row['kind']} ${row['critical']}`)).toEqual([...new Set(kinds)].sort());
  expect(sections.slice(-2).map(({ kind }) => kind)).toEqual([SECTION.spare, SECTION.signature]);
  expect(kinds.length, 'a stripe of the root and one of the base').toBe(rows.length + 1);
});

test('§4 the fields of the meta section are those of the interfaces in src/format/meta.ts', () => {
  const rows = table(part(doc, '## 4.'), 'object', 'field', 'type');
  const listed = rows.map((row) => `${row['object']}.${row['field']}`);
  expect(listed.sort()).toEqual(metaFields().sort());
});

test('§5 the index is written as the grammar says', () => {
  const shared = Uint8Array.of(1, 2, 3);
  const data = { shared };
  const roots = [
    { name: 'data', value: data },
    { name: 'f', value: () => shared },
    { name: 'n', value: 7 },
  ];
  const file = snapshotOfRoots(roots);
  const { groups, rootNames, rootLinks } = openSnapshot(file).index;
  expect(rootNames).toEqual(['data', 'f', 'n']);
  // Functions first: what `f` closes over is of its group, and `data` has id 0 of its own.
  expect(rootLinks).toEqual([
    { group: 2, id: 0 },
    { group: 1, id: 0 },
  ]);
  const base = groups[0]?.values as number;
  expect(groups.map(({ values, unit, codes }) => ({ values, unit, codes }))).toEqual([
    { values: base, unit: 0, codes: [] },
    { values: groups[1]?.values, unit: 1, codes: [0] },
    { values: groups[2]?.values, unit: 2, codes: [] },
  ]);
  expect(groups.map(({ blobBytes }) => blobBytes)).toEqual([[], [3], []]);
  const bytes = [...sectionOf(file, SECTION.index)];
  const links = (number: number): number[] => {
    const list = groups[number]?.links ?? [];
    if (list.length === 0) return [0];
    return [list.length, 1, ...list.map(({ group }) => group), 1, ...list.map(({ id }) => id)];
  };
  const [first, second] = [groups[1] as GroupEntry, groups[2] as GroupEntry];
  // Scopes are written when everything is walked, in a stripe of their own.
  expect(groups.map(({ stripes }) => stripes.length)).toEqual([1, 2, 1]);
  const blobs = [1, 3, 1, first.blobSections[0]?.section, 1];
  expect(bytes).toEqual([
    ...[3, base, 0, groups[0]?.freeCells, 1, ...(groups[0]?.stripes ?? []), 0, 0, ...links(0)],
    ...[first.values, 1, first.freeCells, 2, ...first.stripes, 1, 0, ...blobs, ...links(1)],
    ...[second.values, 2, second.freeCells, 1, ...second.stripes, 0, 0, ...links(2)],
    ...[3, 0, 1, 4, 1, 1, ...Buffer.from('datafn')],
    ...[2, 1, 2, 1, 1, 0, 0],
    ...[FORM_MIXED, TAG.link, TAG.link, TAG.int, 1, 7, 1, 0, 1],
  ]);
});

test('§5 the special roots of a session have the names that the session uses', () => {
  const names = table(part(doc, '## 5.'), 'root', 'its value').map((row) => row['root']);
  expect(names).toEqual([`${ACCESSOR_ROOT}x`, KEPT_ROOT, rootName('#x'), PATCH_ROOT]);
});

test('§6.2 attributes and flags have the bits of src/graph/graph.ts', () => {
  const layouts = part(doc, '### 6.2');
  expect(numbered(table(layouts, 'attribute', 'bit'), 'bit', 'attribute')).toEqual(Object.entries(ATTRIBUTE));
  expect(numbered(table(layouts, 'flag', 'bit'), 'bit', 'flag')).toEqual(Object.entries(LAYOUT_FLAG));
});

test('§6.2 a layout is written as the grammar says', () => {
  const Tagged = class {
    #hidden = 5;
    static of(value: object) {
      return #hidden in value;
    }
  };
  const symbol = Symbol('s');
  const file = snapshotOf(Object.assign(new Tagged(), { plain: 2, [symbol]: 1 }));
  const { links } = openSnapshot(file).index.groups[1] as GroupEntry;
  const base = openSnapshot(file).graph([0], () => undefined);
  const symbols = base.segments.find(({ layout }) => layout.kind.name === 'symbol');
  const link = links.findIndex(
    ({ group, id }) => group === 0 && base.idOf({ group, id }) === symbols?.firstId,
  );
  const stripe = sectionsOf(file).findLast(({ kind }) => kind === SECTION.stripe)?.bytes as Uint8Array;
  const reader = new ByteReader(stripe, 'stripe');
  expect(reader.varint(), 'the group').toBe(1);
  const names = decodeStrings(reader, reader.varint(), DEFAULT_LIMITS);
  expect(reader.varint(), 'segments').toBeGreaterThan(1);
  const head = (count: number): number[] => Array.from({ length: count }, () => reader.varint());
  // The prototype and the class are values of the same group, so pointers to them are even.
  const [kind, proto, flags, keys] = head(4) as [number, number, number, number];
  expect([kind, proto % 2, flags, keys]).toEqual([KINDS.object.number, 0, LAYOUT_FLAG.extensible, 2]);
  expect(head(4)).toEqual([names.indexOf('plain') * 2, 7, (link * 2 + 1) * 2 + 1, 7]);
  const [brands, owner, privates, name] = head(4) as [number, number, number, number];
  expect([brands, owner % 4, privates, name]).toEqual([1, 0, 1, names.indexOf('#hidden')]);
  expect(head(3), 'one row, its id 1 byte wide: 0').toEqual([1, 1, 0]);
});

test('§6.3 tags, their widths and their order are those of the code', () => {
  const rows = table(part(doc, '### 6.3'), 'tag', 'name', 'what the cell has', 'in bytes');
  expect(numbered(rows, 'tag', 'name')).toEqual(Object.entries(TAG));
  expect(rows.length).toBe(TAG_COUNT);
  for (const row of rows) {
    const payload = row['in bytes'] as string;
    const tag = Number(row['tag']);
    expect(payload === '–', `tag ${row['name']}`).toBe(isNumberless(tag));
    expect(payload === 'texts', `tag ${row['name']}`).toBe(tag === TAG.string || tag === TAG.bigint);
    if (payload !== '–' && payload !== 'texts') {
      expect(writtenWidths(tag), `tag ${row['name']}`).toBe(payload);
    }
  }
});

test('§6.3 the forms of columns have these numbers and are chosen as it says', () => {
  const rows = table(part(doc, '### 6.3'), 'form', 'name', "bytes after the form's own");
  const forms: [string, number[]][] = [
    ['same', encoded([TAG.int, 7], [TAG.int, 7])],
    ['tags', encoded([TAG.null, 0], [TAG.true, 0])],
    ['uniform', encoded([TAG.int, 7], [TAG.int, -200])],
    ['mixed', encoded([TAG.string, 'x'], [TAG.null, 0], [TAG.int, 9])],
    ['runs', encoded(...repeated([TAG.int, 9], 8), ...repeated([TAG.null, 0], 8))],
  ];
  expect(numbered(rows, 'form', 'name')).toEqual(forms.map(([name, bytes]) => [name, bytes[0]]));
  expect(forms.map(([, bytes]) => bytes.slice(1))).toEqual([
    [TAG.int, 1, 7],
    [TAG.null, TAG.true],
    [TAG.int, 2, 0, 7, 0, 0x38, 0xff],
    [TAG.string, TAG.null, TAG.int, 1, 9, 0, 0, 1, 1, 0x78],
    [2, TAG.int, TAG.null, 1, 8, 8, 1, 9, 9, 9, 9, 9, 9, 9, 9],
  ]);
  const numbers = (doubles: number, ints = 8 - doubles): number[] =>
    encoded(...repeated([TAG.double, 0.5], doubles), ...repeated([TAG.int, 1], ints));
  expect(numbers(0).slice(0, 2)).toEqual([0, TAG.int]);
  expect(numbers(1).slice(0, 3)).toEqual([FORM_UNIFORM, TAG.double, 8]);
  expect(numbers(1, 8)[0]).toBe(FORM_MIXED);
  expect(encoded()).toEqual([]);
  expect(encoded([TAG.double, Number.NaN])).toEqual([
    ...[0, TAG.double, 8, 0, 0, 0, 0, 0],
    ...[0, 0, 0, 0, 0, 0, 0xf8, 0x7f],
  ]);
});

test('§6.3 texts have a table when they repeat enough', () => {
  const texts = (...list: string[]): number[] =>
    encoded(...list.map((text) => [TAG.string, text] as const)).slice(2);
  const [x, y, z] = [0x78, 0x79, 0x7a];
  expect(texts('x', 'y')).toEqual([0, 0, 1, 1, 1, x, y]);
  expect(texts('x', 'y', 'z', 'x')).toEqual([1, 3, 0, 1, 1, 1, 1, x, y, z, 1, 0, 1, 2, 0]);
  expect(texts('x', 'y', 'x')).toEqual([1, 2, 0, 1, 1, 1, x, y, 1, 0, 1, 0]);
});

test('§6.5 the kinds and their state are those of src/graph/kinds.ts', () => {
  const rows = table(part(doc, '### 6.5'), 'kind', 'name', 'shape', 'state');
  const expected = Object.values(KINDS).map(({ number, name, hasShape, state }) => ({
    kind: String(number),
    name,
    shape: hasShape ? 'yes' : 'no',
    state: state.map((column) => (column.isList ? `${column.name}*` : column.name)).join(' '),
  }));
  expect(rows, `it should be\n${expectedKinds()}`).toEqual(expected);
  for (const { name } of Object.values(KINDS)) {
    if (name === 'sparseArray' || name === 'object') continue;
    expect(part(doc, '### 6.5'), `what the state of ${name} means`).toContain(`**${name}**`);
  }
});

test('§6.5 the host types and their parts are those of src/graph/host-types.ts', () => {
  const rows = table(part(doc, '### 6.5'), 'host type', 'parts');
  const expected = Object.entries(HOST_TYPES).map(([type, parts]) => ({ 'host type': type, parts }));
  const shown = rows.map((row) => ({ ...row, parts: (row['parts'] as string).replaceAll('`', '') }));
  expect(shown).toEqual(expected.map((row) => ({ ...row, parts: row.parts.replaceAll('`', '') })));
});

test('§6.5 typed arrays have the numbers of src/graph/kinds.ts', () => {
  const rows = table(part(doc, '### 6.5'), 'type', 'typed array');
  expect(numbered(rows, 'type', 'typed array')).toEqual(inOrder(TYPED_ARRAY_NAMES));
});

test('§6.6 forms of scopes, kinds of bindings and the dead zone are those of the code', () => {
  const scopes = part(doc, '### 6.6');
  expect(numbered(table(scopes, 'form', 'name'), 'form', 'name')).toEqual(inOrder(SCOPE_FORMS));
  expect(numbered(table(scopes, 'binding', 'name'), 'binding', 'name')).toEqual(inOrder(BINDING_KINDS));
  expect(scopes.replace(/\s+/g, ' ')).toContain(`plus ${DEAD_ZONE} when it is in the temporal dead zone`);
});

test('§7 an entry of the code section is written as the grammar says', () => {
  const code = part(doc, '## 7.');
  expect(numbered(table(code, 'form', 'name'), 'form', 'name')).toEqual(inOrder(CODE_FORMS));
  const flags = new Map(numbered(table(code, 'flag', 'bit'), 'bit', 'flag'));
  const entry: CodeEntry = {
    source: 'f',
    form: 'arrow',
    isDeclaration: false,
    isStrict: false,
    url: '',
    line: 1,
    column: 300,
  };
  const flagsOf = (changed: Partial<CodeEntry>): number | undefined =>
    Buffer.concat(encodeCodes([{ ...entry, ...changed }]))[2];
  expect(flagsOf({ isDeclaration: true })).toBe(flags.get('declaration'));
  expect(flagsOf({ isStrict: true })).toBe(flags.get('strict'));
  expect([...Buffer.concat(encodeCodes([entry, { ...entry, url: 'u' }]))]).toEqual([
    ...[2, 1, 0, 1, 0xac, 0x02, 1, 0, 1, 0xac, 0x02],
    ...[0, 1, 0, 1, 1, 1, 0x66, 0x75, 0x66],
  ]);
});

test('§8 blobs and their padding are written as the grammar says', () => {
  const file = snapshotOf([Uint8Array.of(9), new Uint8Array(8).fill(1), Uint8Array.of(2, 3)]);
  expect([...sectionOf(file, SECTION.blobs)]).toEqual(
    [9, 0, 0, 0, 0, 0, 0, 0].concat([1, 1, 1, 1, 1, 1, 1, 1], [2, 3]),
  );
  const large = sectionsOf(snapshotOf([1, 2 ** 16, 2 ** 16 - 1, 3].map((length) => new Uint8Array(length))));
  const lengths = large.filter(({ kind }) => kind === SECTION.blobs).map(({ bytes }) => bytes.length);
  expect(lengths).toEqual([1, 2 ** 16, 2 ** 16 + 3]);
});

test('§9 stripes end after about so many cells, and ids go on in the next', () => {
  const many = Array.from({ length: 2 ** 18 + 5 }, () => ({}));
  const { groups } = openSnapshot(snapshotOf(many)).index;
  expect(groups.map(({ stripes, values }) => [stripes.length, values])).toEqual([
    [1, 2],
    [2, many.length + 1],
  ]);
});

test('§10 a file that it says is refused is refused, with the code for what is wrong', () => {
  const changes: [what: string, code: ErrorCode, change: (file: Buffer) => Buffer][] = [
    ['another magic', 'SNAPSHOT_MAGIC', (file) => patched(file, 0, 0x88)],
    ['one byte less', 'SNAPSHOT_TRUNCATED', (file) => file.subarray(0, -1)],
    ['one byte more', 'SNAPSHOT_STRUCTURE', (file) => Buffer.concat([file, Buffer.of(0)])],
    ['a damaged header', 'SNAPSHOT_CHECKSUM', (file) => patched(file, 9, 1)],
    ['a damaged table', 'SNAPSHOT_CHECKSUM', (file) => patched(file, 40, 0)],
    ['a damaged section', 'SNAPSHOT_CHECKSUM', (file) => patched(file, STRIPE_AT + 5, 9)],
    ['padding that is not zero', 'SNAPSHOT_STRUCTURE', (file) => patched(file, 0x10a, 1)],
    ['a later minimum', 'PROTOCOL_TOO_NEW', (file) => headerMended(patched(file, 10, 2))],
    ['an unknown codec', 'SNAPSHOT_STRUCTURE', (file) => headerMended(patched(file, 0x42, 1))],
    ['an unknown section flag', 'SNAPSHOT_STRUCTURE', (file) => headerMended(patched(file, 0x43, 3))],
    ['a missing index', 'SNAPSHOT_STRUCTURE', () => resealed((kind) => kind !== SECTION.index)],
    ['an index that is there twice', 'SNAPSHOT_STRUCTURE', () => resealed(() => true, SECTION.index)],
    ['a stripe that no group has', 'SNAPSHOT_STRUCTURE', () => resealed(() => true, SECTION.stripe)],
  ];
  for (const [what, code, change] of changes) {
    expect(
      codeOf(() => readAll(change(Buffer.from(example())))),
      what,
    ).toBe(code);
  }
  const limits = { ...DEFAULT_LIMITS, valuesMax: 3 };
  expect(codeOf(() => readAll(example(), limits))).toBe('LIMIT_EXCEEDED');
});

// Offsets are those of the worked example; the checksums are made anew, so that only the graph is wrong.
test('§10 a graph that contradicts itself is refused although every checksum is right', () => {
  const changes: [what: string, at: number, byte: number][] = [
    ['values that are not there', 0x119, 3],
    ['a place out of range', 0x11d, 5],
    ['a place of something else', 0x11d, 2],
    ['a section of two groups', 0x11d, 3],
    ['a group out of range', 0x123, 2],
    ['a linked value out of range', 0x126, 2],
    ["a root's link out of range", 0x133, 1],
    ['a ref as a root', 0x131, TAG.ref],
    ['another group', 0x188, 0],
    ['an unknown kind', 0x199, 99],
    ['a shape without a prototype', 0x19a, 0],
    ['a prototype out of range', 0x19a, 2 + 2 * 2 + 1],
    ['a name out of range', 0x19d, 6],
    ['a key twice', 0x19f, 0],
    ['an id out of range', 0x1a6, 2],
    ['an id twice', 0x1ae, 0],
    ['an unknown form', 0x1af, 9],
    ['an unknown tag', 0x1b0, TAG_COUNT],
    ['a width that the tag has not', 0x1b1, 8],
    ['a reference out of range', 0x1b6, 2],
    ['a list of negative length', 0x1be, 0xff],
    ['padding that is not zero', 0x1c4, 1],
    ['a section that ends too early', 0x1be, 3],
    ['a section with bytes left over', 0x1be, 0],
    ['texts of an unknown mode', 0x14e, 2],
    ['strings of an unknown mode', 0x14f, 2],
  ];
  for (const [what, at, byte] of changes) {
    const file = Buffer.from(example());
    expect(file[at], `${what}: the byte is another already`).not.toBe(byte);
    expect(
      codeOf(() => readAll(allMended(patched(file, at, byte)))),
      what,
    ).toBe('SNAPSHOT_STRUCTURE');
  }
});

test('§10 a section that nobody knows is passed over unless it is critical', () => {
  const withExtra = (isCritical: boolean): Buffer =>
    Buffer.concat([...bytesOf(seal([...unseal(example(), DEFAULT_LIMITS), extraSection(isCritical)]))]);
  expect(readAll(withExtra(false)).count).toBe(4);
  expect(codeOf(() => readAll(withExtra(true)))).toBe('PROTOCOL_TOO_NEW');
});

test('§11 the limits are the defaults', () => {
  const rows = table(part(doc, '## 11.'), 'limit', 'default');
  expect(numbered(rows, 'default', 'limit')).toEqual(Object.entries(DEFAULT_LIMITS));
  expect(numbered(rows, 'data', 'limit')).toEqual(Object.entries(RESTRICTED_LIMITS));
});

test('§11 the ration of cells without bytes is what it says', () => {
  const limits = part(doc, '## 11.').replace(/\s+/g, ' ');
  const [, free, each] =
    /are at most (\d+) \(2\^22\) plus (\d+) for each byte of the file/.exec(limits) ?? [];
  const most = Number(free) + Number(each) * 1000;
  expect([mayBeFree(most, 0, 1000), mayBeFree(most + 1, 0, 1000)]).toEqual([true, false]);
  const cells = new FreeCells(1000);
  const reader = new ByteReader(new Uint8Array(0), 'stripe');
  cells.charge(reader, most);
  expect(codeOf(() => cells.charge(reader, 1))).toBe('SNAPSHOT_STRUCTURE');
});

test('§12 the worked example is what brine writes, byte by byte', () => {
  const worked = part(doc, '## 12.');
  const file = example();
  const code = (blocks(worked)[0] as string).replace(/^import .*$/m, '');
  const kept: unknown[] = [];
  new Function('dumps', code)((value: unknown) => kept.push(value));
  expect(snapshotOf(kept[0]).equals(file), 'the code makes the value of the example').toBe(true);
  expect(compared(worked, file, 0), 'the example covers the whole file').toBe(file.length);
  expect(worked).toContain(`${file.length} bytes, here with`);
});

test('§14 the signature of the worked example is what brine writes, byte by byte', () => {
  const chapter = part(doc, '## 14.');
  const file = signed(example());
  const { offset } = openSnapshot(file).container.sections.at(-1) as { offset: number };
  expect(compared(chapter, file, offset), 'the example covers the whole section').toBe(file.length);
  const message = openSnapshot(file).signature()?.message as Uint8Array;
  const [, told] = /The message is\s+`([0-9a-f ]+)`/.exec(chapter) ?? [];
  expect(told?.replaceAll(' ', '')).toBe(Buffer.from(message).toString('hex'));
  for (const domain of ['brine own snapshot 1', 'brine signed snapshot 1']) expect(chapter).toContain(domain);
});

test('§15 an encrypted file lies where the table says, with these costs', () => {
  const chapter = part(doc, '## 15.');
  const file = Buffer.concat([...encrypted([Uint8Array.of(1, 2, 3)], 'x', 258)]);
  const rows = table(chapter, 'offset', 'bytes', 'field');
  expect(rows.map((row) => Number(row['offset'])).filter((n) => n >= 0)).toEqual([0, 8, 16, 32, 44]);
  expect(file.length).toBe(44 + 3 + 16);
  expect(file.readBigUInt64LE(8)).toBe(258n);
  expect([...ENCRYPTED_MAGIC].map((byte) => byte.toString(16).toUpperCase().padStart(2, '0')).join(' ')).toBe(
    /((?:[0-9A-F]{2} ){7}[0-9A-F]{2})/.exec(chapter)?.[1],
  );
  const key = scryptSync('x', file.subarray(16, 32), 32, { N: 2 ** 17, r: 8, p: 1, maxmem: 2 ** 28 });
  expect(chapter).toContain('N = 131072, r = 8, p = 1');
  const decipher = createDecipheriv('aes-256-gcm', key, file.subarray(32, 44));
  decipher.setAAD(file.subarray(0, 44)).setAuthTag(file.subarray(-16));
  expect([...decipher.update(file.subarray(44, -16)), ...decipher.final()]).toEqual([1, 2, 3]);
});

// Compares the dump in a chapter with a file, from an offset; returns where the dump ends.
function compared(chapter: string, file: Buffer, from: number): number {
  const lines = blocks(chapter)
    .join('')
    .split('\n')
    .filter((line) => /^[0-9a-f]{4} {2}/.test(line));
  let at = from;
  for (const line of lines) {
    const [, offset, hex] = /^([0-9a-f]{4}) {2}((?:[0-9a-f]{2} )*[0-9a-f]{2})(?: {2}|$)/.exec(line) ?? [];
    expect(offset, `the line after ${at.toString(16)}`).toBe(at.toString(16).padStart(4, '0'));
    const bytes = (hex as string).split(' ').length;
    const real = [...file.subarray(at, at + bytes)].map((byte) => byte.toString(16).padStart(2, '0'));
    expect(hex, `bytes from ${offset}; the whole file is\n${dumped(file)}`).toBe(real.join(' '));
    at += bytes;
  }
  return at;
}

test('every file that the page links to is there', () => {
  for (const target of links(doc)) expect(fs.existsSync(`${ROOT}/docs/${target}`), target).toBe(true);
});

// — what the tests are made of —

const META: Meta = { type: 'value', brine: '0.1.0', node: '20.19.0', values: 4, modules: [] };

test('§16 the spare is written as it says, and copies what it says', () => {
  const value = { bytes: new Uint8Array(70_000), f: (x: number) => x + 1 };
  const file = snapshotOf(value);
  const { sections } = openSnapshot(file).container;
  const entry = sections.at(-1) as (typeof sections)[number];
  expect(entry.kind).toBe(SECTION.spare);
  const spare = file.subarray(entry.offset);
  const at = (field: string): number => {
    const row = table(part(doc, '## 16.'), 'offset', 'bytes', 'field').find((one) => one['field'] === field);
    return spare.readUIntLE(Number(row?.['offset']), Math.min(Number(row?.['bytes']), 6));
  };
  expect(part(doc, '## 16.')).toContain(
    [...spare.subarray(0, 8)].map((byte) => byte.toString(16).toUpperCase().padStart(2, '0')).join(' '),
  );
  const found = ['offset', 'bytes', 'fileBytes', 'sections', 'crc'].map(at);
  const crc = crc32(spare.subarray(56), crc32(spare.subarray(0, 52)));
  expect(found).toEqual([entry.offset, spare.length, file.length, sections.length - 1, crc]);
  expect(at('storedBytes'), 'that of a value is as it is').toBe(at('rawBytes'));
  expect(at('storedBytes')).toBe(spare.length - 56);
  const base = openSnapshot(file).index.groups[0]?.stripes[0] as number;
  const bytesAt = (place: number): Buffer => {
    const { offset, bytes } = sections[place] as (typeof sections)[number];
    return file.subarray(offset, offset + bytes);
  };
  // One text: two varints of a byte, a head of four, two lengths, then url and source.
  const code = bytesAt(2);
  const texts = code.length - code.indexOf('file:');
  const expected = Buffer.concat([
    ...[[code.length - texts, 1, base]].map((numbers) => Buffer.from(Uint32Array.from(numbers).buffer)),
    file.subarray(32, 32 + 32 * (sections.length - 1)),
    bytesAt(0),
    bytesAt(1),
    bytesAt(base),
    code.subarray(0, -texts),
    Buffer.from(Uint32Array.of(crc32(code.subarray(-texts))).buffer),
  ]);
  expect(spare.subarray(56).equals(expected)).toBe(true);
});

/** Forms of columns that tests start bytes with. */
const FORM_UNIFORM = 2;
const FORM_MIXED = 3;
/** Where the first stripe of the worked example is. */
const STRIPE_AT = 0x140;

function snapshotOfRoots(roots: readonly Root[]): Buffer {
  const sink = new SnapshotWriter(false);
  const { index, values } = walk(roots, { registry: new ReducerRegistry(), sink });
  return Buffer.concat([...bytesOf(sink.finish(index, { ...META, values }))]);
}

function snapshotOf(value: unknown): Buffer {
  return snapshotOfRoots([{ name: '', value }]);
}

/** The bytes of the worked example: what `dumps` makes, with versions that do not change. */
/** A snapshot signed with a secret of the bytes 0 to 31. */
function signed(file: Uint8Array): Buffer {
  const secret = Uint8Array.from({ length: 32 }, (_, i) => i);
  const keys = { ensureSecret: () => secret } as unknown as KeyStore;
  return Buffer.concat([...bytesOf(signedAnew(openSnapshot(file), ownSigner(keys, false)))]);
}

function example(): Buffer {
  const value: Record<string, unknown> = { a: 1, list: [1.5, null] };
  value['self'] = value;
  return snapshotOf(value);
}

/** Reads every section of a snapshot. */
function readAll(file: Uint8Array, limits: Limits = DEFAULT_LIMITS) {
  const reader = openSnapshot(file, limits);
  const graph = reader.graph([...reader.index.groups.keys()], () => undefined);
  reader.checkRest();
  return graph;
}

function sectionsOf(file: Buffer): { kind: number; isCritical: boolean; bytes: Uint8Array }[] {
  return unseal(file, DEFAULT_LIMITS).map(({ kind, isCritical, pieces }) => ({
    kind,
    isCritical,
    bytes: Buffer.concat([...bytesOf(pieces)]),
  }));
}

/** The first section of a kind. */
function sectionOf(file: Buffer, kind: number): Uint8Array {
  return sectionsOf(file).find((section) => section.kind === kind)?.bytes as Uint8Array;
}

function extraSection(isCritical: boolean): Section {
  return { kind: 77, isCritical, pieces: [Uint8Array.of(1)] };
}

/** The example with some sections left out, or those of a kind twice; every checksum is right. */
function resealed(isKept: (kind: number) => boolean, twice?: number): Buffer {
  const sections = unseal(example(), DEFAULT_LIMITS).filter(({ kind }) => isKept(kind));
  return Buffer.concat([...bytesOf(seal([...sections, ...sections.filter(({ kind }) => kind === twice)]))]);
}

/** Makes every checksum anew. */
function allMended(file: Buffer): Buffer {
  for (let entry = 32; entry < 32 + 32 * file.readUInt32LE(12); entry += 32) {
    const offset = Number(file.readBigUInt64LE(entry + 8));
    const end = offset + Number(file.readBigUInt64LE(entry + 16));
    file.writeUInt32LE(crc32(file.subarray(offset, end)), entry + 4);
  }
  return headerMended(file);
}

/** Makes the checksums of header and table anew. */
function headerMended(file: Buffer): Buffer {
  file.writeUInt32LE(crc32(file.subarray(32, 32 + 32 * file.readUInt32LE(12))), 24);
  file.writeUInt32LE(crc32(file.subarray(0, 28)), 28);
  return file;
}

function codeOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    return error instanceof BrineError ? error.code : `not ours: ${String(error)}`;
  }
  return 'nothing was thrown';
}

function patched(file: Buffer, at: number, byte: number): Buffer {
  file[at] = byte;
  return file;
}

function written(write: (writer: ByteWriter) => void): number[] {
  const writer = new ByteWriter();
  write(writer);
  return [...Buffer.concat(writer.take())];
}

type CellContent = readonly [tag: number, content: number | string];

function repeated(cell: CellContent, count: number): CellContent[] {
  return Array.from({ length: count }, () => cell);
}

/** The bytes of a column; a text stands for its place among the column's. */
function encoded(...cells: readonly CellContent[]): number[] {
  const column = new Column();
  for (const [tag, content] of cells) {
    column.push(tag, typeof content === 'string' ? column.textIndex(content) : content);
  }
  return written((writer) => encodeCells(writer, column));
}

/** The widths that numbers of a tag get, as the table says it. */
function writtenWidths(tag: number): string {
  const values = tag === TAG.int ? [-0x80, 0x7f, 0x80, -0x8000, 0x8000] : [0xff, 0x100, 0xffff, 0x1_0000];
  const widths = new Set(values.map((value) => encoded([tag, value])[2]));
  const isSigned = encoded([tag, 0x80])[2] === 2;
  if (tag === TAG.double) return [...widths].join(', ');
  return `${[...widths].sort().join(', ')} ${isSigned ? 'signed' : 'unsigned'}`;
}

function expectedKinds(): string {
  return Object.values(KINDS)
    .map(({ number, name, hasShape, state }) => {
      const columns = state.map((column) => `\`${column.name}${column.isList ? '*' : ''}\``).join(' ');
      return `| ${number} | \`${name}\` | ${hasShape ? 'yes' : 'no'} | ${columns}${columns === '' ? '' : ' '}|`;
    })
    .join('\n');
}

/** `Meta.type`, `Meta.session?`, `MetaBinding.origin.specifier`: every field of the interfaces. */
function metaFields(): string[] {
  const text = fs.readFileSync(`${ROOT}/src/format/meta.ts`, 'utf8');
  const file = ts.createSourceFile('meta.ts', text, ts.ScriptTarget.Latest, true);
  const fields: string[] = [];
  const add = (prefix: string, members: readonly ts.TypeElement[]): void => {
    for (const member of members) {
      if (!ts.isPropertySignature(member)) continue;
      const name = `${prefix}${member.name.getText()}`;
      fields.push(member.questionToken === undefined ? name : `${name}?`);
      if (member.type !== undefined && ts.isTypeLiteralNode(member.type)) {
        add(`${name}.`, [...member.type.members]);
      }
    }
  };
  for (const statement of file.statements) {
    if (ts.isInterfaceDeclaration(statement)) add(`${statement.name.text}.`, [...statement.members]);
  }
  return fields;
}

function dumped(file: Buffer): string {
  const lines: string[] = [];
  for (let at = 0; at < file.length; at += 16) {
    const row = file.subarray(at, at + 16);
    const hex = [...row].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
    const text = row.toString('latin1').replace(/[^\x20-\x7e]/g, '.');
    lines.push(`${at.toString(16).padStart(4, '0')}  ${hex.padEnd(47)}  ${text}`);
  }
  return lines.join('\n');
}
