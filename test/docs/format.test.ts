// Goal: docs/FORMAT.md is what the code does, so that a reader written from it reads every snapshot.
// Method: parse the page's tables and compare them with the code's constants, or where these are private with the bytes
// that come out; write the worked example anew and compare every byte; damage it as §10 lists and expect a refusal.

import fs from 'node:fs';
import { crc32 } from 'node:zlib';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { BrineError, type ErrorCode } from '../../src/errors.js';
import { encodeBlobs } from '../../src/format/blob-section.js';
import { ByteWriter } from '../../src/format/bytes.js';
import { encodeCodes } from '../../src/format/code-section.js';
import { encodeCells } from '../../src/format/columns.js';
import { MAGIC, PROTOCOL_MINIMUM, PROTOCOL_VERSION, SECTION, seal } from '../../src/format/container.js';
import { decodeSnapshot, encodeSnapshot, type Meta } from '../../src/format/index.js';
import { BINDING_KINDS, CODE_FORMS, type CodeEntry, SCOPE_FORMS } from '../../src/graph/code.js';
import { Column, isNumberless, TAG, TAG_COUNT } from '../../src/graph/column.js';
import { ATTRIBUTE, DEAD_ZONE, LAYOUT_FLAG } from '../../src/graph/graph.js';
import { KINDS, TYPED_ARRAY_NAMES } from '../../src/graph/kinds.js';
import { ReducerRegistry } from '../../src/graph/registry.js';
import { DEFAULT_LIMITS } from '../../src/limits.js';
import { walk } from '../../src/pickle/walk.js';
import { ACCESSOR_ROOT, PATCH_ROOT } from '../../src/session/save.js';
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

test('§2 the header and the entries of the table lie where the code puts them', () => {
  const section = { kind: 0x0102, isCritical: true, bytes: Uint8Array.of(1, 2, 3) };
  const file = Buffer.concat(seal([section]));
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
  const file = example();
  const written = rows.map((_, index) => [file.readUInt16LE(32 + 32 * index), file[32 + 32 * index + 3]]);
  expect(rows.map((row) => [Number(row['kind']), row['critical'] === 'yes' ? 1 : 0])).toEqual(written);
});

test('§4 the fields of the meta section are those of the interfaces in src/format/meta.ts', () => {
  const rows = table(part(doc, '## 4.'), 'object', 'field', 'type');
  const listed = rows.map((row) => `${row['object']}.${row['field']}`);
  expect(listed.sort()).toEqual(metaFields().sort());
});

test('§5 a string is written as the grammar says', () => {
  const strings = ['é', '', '\ud800☃'];
  const graph = { ...graphOf(null), strings };
  const bytes = sectionOf(Buffer.concat(encodeSnapshot({ meta: META, graph })), SECTION.strings);
  // The last one is the name of the root.
  expect([...bytes]).toEqual([4, 2, 0, 5, 0, 0xe9, 0x00, 0xd8, 0x03, 0x26]);
});

test('§6.1 the special roots of a session have the names that the session uses', () => {
  const names = table(part(doc, '### 6.1'), 'root', 'its value').map((row) => row['root']);
  expect(names).toEqual([`${ACCESSOR_ROOT}x`, PATCH_ROOT]);
});

test('§6.2 attributes and flags have the bits of src/graph/graph.ts', () => {
  const layouts = part(doc, '### 6.2');
  expect(numbered(table(layouts, 'attribute', 'bit'), 'bit', 'attribute')).toEqual(Object.entries(ATTRIBUTE));
  expect(numbered(table(layouts, 'flag', 'bit'), 'bit', 'flag')).toEqual(Object.entries(LAYOUT_FLAG));
});

test('§6.3 tags, their widths and their order are those of the code', () => {
  const rows = table(part(doc, '### 6.3'), 'tag', 'name', 'number', 'bytes a number');
  expect(numbered(rows, 'tag', 'name')).toEqual(Object.entries(TAG));
  expect(rows.length).toBe(TAG_COUNT);
  for (const row of rows) {
    const widths = row['bytes a number'] as string;
    expect(widths === '–', `tag ${row['name']}`).toBe(isNumberless(Number(row['tag'])));
    if (widths !== '–') expect(writtenWidths(Number(row['tag'])), `tag ${row['name']}`).toBe(widths);
  }
});

test('§6.3 the forms of columns have these numbers and are chosen as it says', () => {
  const rows = table(part(doc, '### 6.3'), 'form', 'name', "bytes after the form's own");
  const written: [string, number[]][] = [
    ['same', encoded([TAG.int, 7], [TAG.int, 7])],
    ['tags', encoded([TAG.null, 0], [TAG.true, 0])],
    ['numbers', encoded([TAG.int, 7], [TAG.int, -200])],
    ['mixed', encoded([TAG.string, 3], [TAG.null, 0], [TAG.int, 9])],
  ];
  expect(numbered(rows, 'form', 'name')).toEqual(written.map(([name, bytes]) => [name, bytes[0]]));
  expect(written.map(([, bytes]) => bytes.slice(1))).toEqual([
    [TAG.int, 1, 7],
    [TAG.null, TAG.true],
    [TAG.int, 2, 7, 0, 0x38, 0xff],
    [TAG.string, TAG.null, TAG.int, 1, 9, 1, 3],
  ]);
  expect(encoded()).toEqual([]);
  expect(encoded([TAG.double, Number.NaN]).slice(1)).toEqual([TAG.double, 8, 0, 0, 0, 0, 0, 0, 0xf8, 0x7f]);
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
    encodeCodes([{ ...entry, ...changed }])[2];
  expect(flagsOf({ isDeclaration: true })).toBe(flags.get('declaration'));
  expect(flagsOf({ isStrict: true })).toBe(flags.get('strict'));
  expect([...encodeCodes([entry])]).toEqual([1, 1, 0, 1, 0xac, 0x02, 0, 1, 0x66, 0]);
});

test('§8 blobs and their padding are written as the grammar says', () => {
  expect([...encodeBlobs([Uint8Array.of(9), new Uint8Array(8).fill(1)])]).toEqual(
    [2, 1, 8, 0, 0, 0, 0, 0].concat([9, 0, 0, 0, 0, 0, 0, 0], [1, 1, 1, 1, 1, 1, 1, 1]),
  );
});

test('§10 a file that it says is refused is refused, with the code for what is wrong', () => {
  const changes: [what: string, code: ErrorCode, change: (file: Buffer) => Buffer][] = [
    ['another magic', 'SNAPSHOT_MAGIC', (file) => patched(file, 0, 0x88)],
    ['one byte less', 'SNAPSHOT_TRUNCATED', (file) => file.subarray(0, -1)],
    ['one byte more', 'SNAPSHOT_STRUCTURE', (file) => Buffer.concat([file, Buffer.of(0)])],
    ['a damaged header', 'SNAPSHOT_CHECKSUM', (file) => patched(file, 9, 1)],
    ['a damaged table', 'SNAPSHOT_CHECKSUM', (file) => patched(file, 40, 0)],
    ['a damaged section', 'SNAPSHOT_CHECKSUM', (file) => patched(file, 0x155, 9)],
    ['padding that is not zero', 'SNAPSHOT_STRUCTURE', (file) => patched(file, 0x10a, 1)],
    ['a later minimum', 'PROTOCOL_TOO_NEW', (file) => headerMended(patched(file, 10, 2))],
    ['an unknown codec', 'SNAPSHOT_STRUCTURE', (file) => headerMended(patched(file, 0x42, 1))],
    ['an unknown section flag', 'SNAPSHOT_STRUCTURE', (file) => headerMended(patched(file, 0x43, 3))],
    ['a missing section', 'SNAPSHOT_STRUCTURE', () => resealed((kind) => kind !== SECTION.code)],
    ['a section that is there twice', 'SNAPSHOT_STRUCTURE', () => resealed(() => true, SECTION.code)],
  ];
  for (const [what, code, change] of changes) {
    expect(
      codeOf(() => decodeSnapshot(change(Buffer.from(example())))),
      what,
    ).toBe(code);
  }
  const limits = { ...DEFAULT_LIMITS, valuesMax: 3 };
  expect(codeOf(() => decodeSnapshot(example(), limits))).toBe('LIMIT_EXCEEDED');
});

// Offsets are those of the worked example; the checksums are made anew, so that only the graph is wrong.
test('§10 a graph that contradicts itself is refused although every checksum is right', () => {
  const changes: [what: string, at: number, byte: number][] = [
    ['rows that do not add up', 0x150, 5],
    ['another count of blobs', 0x151, 1],
    ['an unknown kind', 0x153, 99],
    ['a shape without a prototype', 0x154, 0],
    ['a prototype out of range', 0x154, 9],
    ['a name out of range', 0x157, 0x7e],
    ['a key twice', 0x159, 6],
    ['an unknown form', 0x16b, 9],
    ['an unknown tag', 0x16c, 11],
    ['a width that the tag has not', 0x16d, 8],
    ['an id out of range', 0x172, 4],
    ['a string out of range', 0x17f, 7],
    ['a list of negative length', 0x187, 0xff],
    ['a section that ends too early', 0x187, 3],
    ['a section with bytes left over', 0x194, 0],
  ];
  for (const [what, at, byte] of changes) {
    const file = resealed(
      () => true,
      undefined,
      (kind, bytes) => (kind === SECTION.graph ? patched(Buffer.from(bytes), at - 0x150, byte) : bytes),
    );
    expect(
      codeOf(() => decodeSnapshot(file)),
      what,
    ).toBe('SNAPSHOT_STRUCTURE');
  }
});

test('§10 a section that nobody knows is passed over unless it is critical', () => {
  const withExtra = (isCritical: boolean): Buffer =>
    Buffer.concat(seal([...sectionsOf(example()), { kind: 77, isCritical, bytes: Uint8Array.of(1) }]));
  expect(decodeSnapshot(withExtra(false)).graph.count).toBe(4);
  expect(codeOf(() => decodeSnapshot(withExtra(true)))).toBe('PROTOCOL_TOO_NEW');
});

test('§11 the limits are the defaults', () => {
  const rows = table(part(doc, '## 11.'), 'limit', 'default');
  expect(numbered(rows, 'default', 'limit')).toEqual(Object.entries(DEFAULT_LIMITS));
});

test('§12 the worked example is what brine writes, byte by byte', () => {
  const worked = part(doc, '## 12.');
  const lines = blocks(worked)
    .join('')
    .split('\n')
    .filter((line) => /^[0-9a-f]{4} {2}/.test(line));
  const file = example();
  let at = 0;
  for (const line of lines) {
    const [, offset, hex] = /^([0-9a-f]{4}) {2}((?:[0-9a-f]{2} )*[0-9a-f]{2})(?: {2}|$)/.exec(line) ?? [];
    expect(offset, `the line after ${at.toString(16)}`).toBe(at.toString(16).padStart(4, '0'));
    const bytes = (hex as string).split(' ').length;
    const real = [...file.subarray(at, at + bytes)].map((byte) => byte.toString(16).padStart(2, '0'));
    expect(hex, `bytes from ${offset}; the whole file is\n${dumped(file)}`).toBe(real.join(' '));
    at += bytes;
  }
  expect(at, 'the example covers the whole file').toBe(file.length);
  expect(worked).toContain(`${file.length} bytes, here with`);
});

test('every file that the page links to is there', () => {
  for (const target of links(doc)) expect(fs.existsSync(`${ROOT}/docs/${target}`), target).toBe(true);
});

// — what the tests are made of —

const META: Meta = { type: 'value', brine: '0.1.0', node: '20.19.0', values: 4, modules: [] };

function graphOf(value: unknown) {
  return walk([{ name: '', value }], { registry: new ReducerRegistry() }).graph;
}

/** The bytes of the worked example: what `dumps` makes, with versions that do not change. */
function example(): Buffer {
  const value: Record<string, unknown> = { a: 1, list: [1.5, null] };
  value['self'] = value;
  const graph = graphOf(value);
  return Buffer.concat(encodeSnapshot({ meta: { ...META, values: graph.count }, graph }));
}

function sectionOf(file: Buffer, kind: number): Buffer {
  const entry = 32 * kind; // kinds are 1, 2, … in the order of the file
  const offset = Number(file.readBigUInt64LE(entry + 8));
  return file.subarray(offset, offset + Number(file.readBigUInt64LE(entry + 16)));
}

function sectionsOf(file: Buffer): { kind: number; isCritical: boolean; bytes: Uint8Array }[] {
  return Object.values(SECTION).map((kind) => ({ kind, isCritical: true, bytes: sectionOf(file, kind) }));
}

/** The example with some sections left out, one of them twice, or their bytes changed; every checksum is right. */
function resealed(
  isKept: (kind: number) => boolean,
  twice?: number,
  change = (_: number, bytes: Uint8Array): Uint8Array => bytes,
): Buffer {
  const sections = sectionsOf(example()).filter(({ kind }) => isKept(kind));
  const again = sections.filter(({ kind }) => kind === twice);
  const all = [...sections, ...again].map((one) => ({ ...one, bytes: change(one.kind, one.bytes) }));
  return Buffer.concat(seal(all));
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

function encoded(...cells: readonly (readonly [number, number])[]): number[] {
  const column = new Column();
  for (const [tag, number] of cells) column.push(tag, number);
  const writer = new ByteWriter();
  encodeCells(writer, column);
  return [...writer.bytes()];
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
