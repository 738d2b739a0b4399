// Goal: a damaged file is never taken for a whole one, and nothing but our own errors says so.
// Method: four snapshots of some size, cut at every byte, with every byte flipped, with bytes behind their end; foreign
// files; files of a newer protocol; tables and indexes that contradict what is there. Each must be refused by code, with
// no value.

import { crc32 } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { BrineError, CorruptSnapshotError, LimitError, ProtocolError } from '../../src/errors.js';
import { bytesOf, SECTION, type Section, seal, unseal } from '../../src/format/container.js';
import { describeSnapshot, isSnapshot, openSnapshot } from '../../src/format/index.js';
import type { GroupEntry, Index } from '../../src/format/index-section.js';
import { dumps, loads } from '../../src/library/index.js';
import { DEFAULT_LIMITS, type Limits } from '../../src/limits.js';
import { reseal, sectionsOf, withSection } from '../helpers/reseal.js';
import { FIRST_PLACE, fileOf, type GroupPart, type Parts, partsOf } from './parts.js';

class Point {
  x: number;
  #y: number;
  constructor(x: number, y: number) {
    this.x = x;
    this.#y = y;
  }
  get y(): number {
    return this.#y;
  }
}
let count = 0;

const snapshots: readonly (readonly [string, Uint8Array])[] = [
  [
    'plain data',
    dumps(Array.from({ length: 40 }, (_, i) => ({ id: i, name: `name ${i}`, half: i / 2, tags: ['a', i] }))),
  ],
  [
    'every kind of container',
    dumps({
      map: new Map<unknown, unknown>([[1, { a: 1 }]]),
      set: new Set(['x']),
      bytes: new Float64Array([1.5, 2.5]),
      buffer: Buffer.from('some bytes'),
      error: new RangeError('why', { cause: new Date(5) }),
      text: '日本語 and more',
      sparse: Object.assign([], { 5000: 1 }),
      symbol: Symbol('s'),
      big: 2n ** 200n,
    }),
  ],
  ['functions and classes', dumps({ points: [new Point(1, 2), new Point(3, 4)], add: () => ++count, Point })],
  ['many groups', fileOf(inManyGroups())],
];

// A snapshot whose root leads through several groups, each with stripes and blobs of its own. A value has one group and one
// that it shares with all; names of a session have more.
function inManyGroups(): Parts {
  const parts = partsOf(dumps([{ a: 1 }, Uint8Array.of(1, 2, 3, 4, 5), [1n, 'x', Symbol.iterator]]));
  const own = parts.groups.at(-1) as GroupPart;
  const number = parts.groups.length;
  const copies = Array.from({ length: 3 }, (_, i): GroupPart => {
    const group = number + i;
    const stripes = own.stripes.map(({ segments }) =>
      segments.map((segment) => ({ group, segments: [segment] })),
    );
    return {
      ...own,
      unit: number,
      stripes: stripes.flat(),
      links: [...own.links, { group: number - 1, id: 0 }],
    };
  });
  return { ...parts, groups: [...parts.groups, ...copies], rootLinks: [{ group: number, id: 0 }] };
}

/** Reads everything that a snapshot holds, and builds nothing. */
function readAll(bytes: Uint8Array, limits: Limits): void {
  const reader = openSnapshot(bytes, limits);
  expect(reader.meta.type).toBe('value');
  reader.graph(
    reader.index.groups.map((_, number) => number),
    () => undefined,
  );
  reader.codes();
  reader.checkRest();
}

function errorOf(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe.each(snapshots)('%s', (_, bytes) => {
  test('every truncation is reported as damage', () => {
    for (let length = 0; length < bytes.length; length++) {
      const error = errorOf(() => loads(bytes.subarray(0, length))) as BrineError;
      expect(error, `cut at byte ${length}`).toBeInstanceOf(CorruptSnapshotError);
      expect(['SNAPSHOT_TRUNCATED', 'SNAPSHOT_CHECKSUM'], `cut at byte ${length}`).toContain(error.code);
    }
  });

  test('every changed byte is reported', () => {
    for (let at = 0; at < bytes.length; at++) {
      const changed = Uint8Array.from(bytes);
      changed[at] = (changed[at] as number) ^ (1 << (at % 8));
      const error = errorOf(() => loads(changed));
      expect(error, `byte ${at}`).toBeInstanceOf(BrineError);
      expect((error as BrineError).hint, `byte ${at}`).toBeTruthy();
    }
  });

  test('bytes behind the end are refused', () => {
    for (const extra of [1, 8, 1000]) {
      const error = errorOf(() => loads(Buffer.concat([bytes, Buffer.alloc(extra)]))) as BrineError;
      expect(error.code).toBe('SNAPSHOT_STRUCTURE');
      expect(error.message).toContain(`${extra} bytes follow`);
    }
    expect(errorOf(() => loads(Buffer.concat([bytes, bytes])))).toBeInstanceOf(CorruptSnapshotError);
  });

  test('a description reads header and meta section only', () => {
    const { protocol, fileBytes, sections, meta } = describeSnapshot(bytes);
    expect({ protocol, fileBytes }).toEqual({ protocol: 1, fileBytes: bytes.length });
    const names = sections.map(({ name }) => name);
    expect(names.slice(0, FIRST_PLACE)).toEqual(['meta', 'index', 'code']);
    expect(names).toContain('stripe');
    expect(names.slice(FIRST_PLACE).filter((name) => name !== 'stripe' && name !== 'blobs')).toEqual([]);
    expect(meta).toMatchObject({ type: 'value', node: process.versions.node });
    const changed = Uint8Array.from(bytes);
    changed[changed.length - 1] = (changed[changed.length - 1] as number) ^ 1;
    expect(describeSnapshot(changed).meta.type).toBe('value');
  });

  test('resealed without a change it loads', () => {
    expect(Buffer.from(reseal(sectionsOf(bytes))).equals(bytes)).toBe(true);
    loads(reseal(sectionsOf(bytes)));
  });
});

const [, sample] = snapshots[0] as readonly [string, Uint8Array];

test('a checksum that does not hold names the section, its place and both sums', () => {
  const at = describeSnapshot(sample).sections.find(({ name }) => name === 'stripe')!.offset;
  const changed = Uint8Array.from(sample);
  changed[at + 3] = (changed[at + 3] as number) ^ 0xff;
  const error = errorOf(() => loads(changed)) as BrineError;
  expect(error.code).toBe('SNAPSHOT_CHECKSUM');
  expect(error.offset).toBe(at);
  expect(error.message).toMatch(
    /section "stripe" \(bytes \d+-\d+\) has CRC-32 [0-9a-f]{8}, expected [0-9a-f]{8}/,
  );
});

describe('foreign files', () => {
  test.each([
    ['a text', Buffer.from('{"a": 1}'), /: it is JSON\n.*--import/],
    ['a Python pickle', Buffer.from([0x80, 4, 0x95, 0, 0, 0, 0, 0, 0, 0, 0]), /: it is a Python pickle\n/],
    ['a PNG', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), /: it is a PNG image\n/],
    ['zeros', Buffer.alloc(100), /a snapshot is what/],
    [
      'a snapshot copied as text',
      Buffer.from(Buffer.from(sample).toString('latin1').replaceAll('\r\n', '\n'), 'latin1'),
      /binary mode/,
    ],
  ])('%s is told apart', (_, bytes, hint) => {
    expect(isSnapshot(bytes)).toBe(false);
    const error = errorOf(() => loads(bytes)) as BrineError;
    expect(error.code).toBe('SNAPSHOT_MAGIC');
    expect(`${error.message}\n${error.hint}`).toMatch(hint);
  });

  test('what is no bytes at all is refused as an option', () => {
    for (const odd of ['text', null, undefined, {}, new ArrayBuffer(8), [1, 2]]) {
      expect(errorOf(() => loads(odd as never))).toMatchObject({ code: 'UNPICKLE_OPTION' });
    }
  });
});

describe('newer files', () => {
  const withHeader = (change: (head: Buffer) => void, file: Uint8Array = sample): Buffer => {
    const copy = Buffer.from(file);
    change(copy);
    copy.writeUInt32LE(crc32(copy.subarray(0, 28)), 28);
    return copy;
  };

  test('a protocol that this brine cannot read is refused with both numbers, and both brines', () => {
    const later = (head: Buffer): void => {
      head.writeUInt16LE(9, 8);
      head.writeUInt16LE(7, 10);
    };
    const newer = withHeader(later);
    const error = errorOf(() => loads(newer)) as BrineError;
    expect(error).toBeInstanceOf(ProtocolError);
    expect(error.code).toBe('PROTOCOL_TOO_NEW');
    expect(error.message).toBe(
      'the snapshot has protocol 9, was written by brine 0.0.0 and needs a reader of 7; this is brine 0.0.0, which reads up to protocol 1',
    );
    // Who wrote it is told where it can be read, and left out where that part is laid out in another way.
    const withMeta = (text: string): string => {
      const file = withSection(sample, 'meta', Buffer.from(text));
      return (errorOf(() => loads(withHeader(later, file))) as BrineError).message;
    };
    expect(withMeta('{"brine":"2.1.0-next.3","form":[]}')).toContain('was written by brine 2.1.0-next.3 and');
    for (const odd of ['{"brine":"\\u001b[31m"}', '{"brine":7}', '[]', '\0'])
      expect(withMeta(odd), odd).toContain('has protocol 9 and needs');
  });

  test('a newer protocol that old readers understand is read', () => {
    expect(loads(withHeader((head) => head.writeUInt16LE(9, 8)))).toEqual(loads(sample));
  });

  test('unknown sections are passed over unless they are critical', () => {
    const sections = unseal(sample, DEFAULT_LIMITS);
    expect(sections.map(({ isCritical }) => isCritical)).toEqual(
      sections.map(({ kind }) => kind !== SECTION.meta),
    );
    const more = (isCritical: boolean): Uint8Array =>
      Buffer.concat([
        ...bytesOf(seal([...sections, { kind: 900, isCritical, pieces: [Buffer.from('later')] }])),
      ]);
    expect(loads(more(false))).toEqual(loads(sample));
    expect(errorOf(() => loads(more(true)))).toMatchObject({
      code: 'PROTOCOL_TOO_NEW',
      message: expect.stringMatching(/protocol 1, was .* has section 900.* reads up to protocol 1$/),
    });
    const damaged = Uint8Array.from(more(false));
    damaged[damaged.length - 1] = 0;
    expect(errorOf(() => loads(damaged))).toMatchObject({ code: 'SNAPSHOT_CHECKSUM' });
  });

  test('what a newer protocol writes and this brine does not know is no damage', () => {
    for (const name of ['index', 'stripe'] as const) {
      const odd = Buffer.from(withSection(sample, name, (before) => Buffer.concat([before, Buffer.of(1)])));
      expect(
        errorOf(() => loads(odd)),
        name,
      ).toMatchObject({ code: 'SNAPSHOT_STRUCTURE' });
      odd.writeUInt16LE(9, 8);
      odd.writeUInt32LE(crc32(odd.subarray(0, 28)), 28);
      expect(
        errorOf(() => loads(odd)),
        name,
      ).toMatchObject({ code: 'PROTOCOL_TOO_NEW' });
    }
  });
});

describe('containers that contradict themselves', () => {
  const sections = unseal(sample, DEFAULT_LIMITS);
  const file = (list: readonly Section[]): Buffer => Buffer.concat([...bytesOf(seal(list))]);
  const twice = (name: keyof typeof SECTION): Buffer =>
    file([...sections, sections.find(({ kind }) => kind === SECTION[name])!]);
  // Something that readers pass over stands in its place, so that the places of the others stay right.
  const without = (name: keyof typeof SECTION): Buffer =>
    file(
      sections.map((section) =>
        section.kind === SECTION[name] ? { ...section, kind: 900, isCritical: false } : section,
      ),
    );
  const withTable = (change: (file: Buffer) => void): Buffer => {
    const copy = file(sections);
    change(copy);
    const tableEnd = 32 + copy.readUInt32LE(12) * 32;
    if (tableEnd <= copy.length) copy.writeUInt32LE(crc32(copy.subarray(32, tableEnd)), 24);
    copy.writeUInt32LE(crc32(copy.subarray(0, 28)), 28);
    return copy;
  };

  test.each([
    ['meta twice', twice('meta'), 'SNAPSHOT_STRUCTURE'],
    ['index twice', twice('index'), 'SNAPSHOT_STRUCTURE'],
    ['code twice', twice('code'), 'SNAPSHOT_STRUCTURE'],
    ['meta missing', without('meta'), 'SNAPSHOT_STRUCTURE'],
    ['index missing', without('index'), 'SNAPSHOT_STRUCTURE'],
    ['code missing', without('code'), 'SNAPSHOT_STRUCTURE'],
    ['stripes missing', file(sections.filter(({ kind }) => kind !== SECTION.stripe)), 'SNAPSHOT_STRUCTURE'],
    ['no sections', file([]), 'SNAPSHOT_STRUCTURE'],
    ['an unknown codec', withTable((f) => f.writeUInt8(1, 32 + 2)), 'SNAPSHOT_STRUCTURE'],
    ['unknown flags', withTable((f) => f.writeUInt8(2, 32 + 3)), 'SNAPSHOT_STRUCTURE'],
    ['two sizes', withTable((f) => f.writeBigUInt64LE(5n, 32 + 24)), 'SNAPSHOT_STRUCTURE'],
    [
      'a gap',
      withTable((f) => f.writeBigUInt64LE(f.readBigUInt64LE(32 + 8) + 8n, 32 + 8)),
      'SNAPSHOT_STRUCTURE',
    ],
    [
      'an overlap',
      withTable((f) => f.writeBigUInt64LE(f.readBigUInt64LE(32 + 8), 64 + 8)),
      'SNAPSHOT_STRUCTURE',
    ],
    ['a huge offset', withTable((f) => f.writeBigUInt64LE(2n ** 63n, 32 + 8)), 'SNAPSHOT_STRUCTURE'],
    [
      'a section beyond the end',
      withTable((f) => {
        f.writeBigUInt64LE(2n ** 40n, 32 + 16);
        f.writeBigUInt64LE(2n ** 40n, 32 + 24);
      }),
      'SNAPSHOT_TRUNCATED',
    ],
    ['more sections than fit', withTable((f) => f.writeUInt32LE(4000, 12)), 'SNAPSHOT_TRUNCATED'],
    ['too many sections', withTable((f) => f.writeUInt32LE(2 ** 32 - 1, 12)), 'LIMIT_EXCEEDED'],
    [
      'padding that is not zero',
      withTable((f) => {
        const end = Number(f.readBigUInt64LE(32 + 8) + f.readBigUInt64LE(32 + 16));
        if (end % 8 !== 0) f[end] = 1;
        else f.writeUInt8(7, 32 + 2);
      }),
      'SNAPSHOT_STRUCTURE',
    ],
  ])('%s is refused', (_, bytes, code) => {
    expect(errorOf(() => loads(bytes))).toMatchObject({ code });
  });

  test('limits are kept', () => {
    for (const limit of [
      'fileBytesMax',
      'rawBytesMax',
      'sectionsMax',
      'valuesMax',
      'stringsMax',
      'stringUnitsMax',
    ] as const) {
      const error = errorOf(() => readAll(sample, { ...DEFAULT_LIMITS, [limit]: 3 })) as BrineError;
      expect(error, limit).toBeInstanceOf(LimitError);
      expect(error.code).toBe('LIMIT_EXCEEDED');
      expect(error.message).toContain('the limit is 3');
    }
  });

  test.each([
    ['text', 'no json'],
    ['a number', '5'],
    ['null', 'null'],
    ['an unknown type', '{"type":"other"}'],
    ['no writer', '{"type":"value"}'],
    ['no modules', '{"type":"value","brine":"1","node":"20"}'],
    ['a session without its part', '{"type":"session","brine":"1","node":"20","modules":[]}'],
    ['a session without lists', '{"type":"session","brine":"1","node":"20","modules":[],"session":{}}'],
    [
      'a binding without a name',
      '{"type":"session","brine":"1","node":"20","modules":[],"session":{"bindings":[null],"cells":[],"losses":[],"patched":[]}}',
    ],
    [
      'a cell without a text',
      '{"type":"session","brine":"1","node":"20","modules":[],"session":{"bindings":[],"cells":[{}],"losses":[],"patched":[]}}',
    ],
  ])('a meta section that is %s is refused', (_, text) => {
    const error = errorOf(() => loads(withSection(sample, 'meta', Buffer.from(text)))) as BrineError;
    expect(error.code).toBe('SNAPSHOT_STRUCTURE');
    expect(error.message).toContain('meta');
  });
});

describe('an index that contradicts the sections', () => {
  const parts = inManyGroups();
  const last = parts.groups.length - 1;
  const [meta, index, code] = [0, 1, 2];
  const withGroup = (number: number, change: (group: GroupEntry) => Partial<GroupEntry>): Uint8Array =>
    fileOf(parts, (before) => ({
      ...before,
      groups: before.groups.map((group, i) => (i === number ? { ...group, ...change(group) } : group)),
    }));
  const withPart = (number: number, change: (group: GroupPart) => Partial<GroupPart>): Uint8Array =>
    fileOf({
      ...parts,
      groups: parts.groups.map((group, i) => (i === number ? { ...group, ...change(group) } : group)),
    });
  const withIndex = (change: (before: Index) => Partial<Index>): Uint8Array =>
    fileOf(parts, (before) => ({ ...before, ...change(before) }));
  const section = (kind: keyof typeof SECTION) => ({
    kind: SECTION[kind],
    isCritical: true,
    bytes: Buffer.alloc(8),
  });
  const firstStripes = (before: Index): readonly number[] => before.groups[last - 1]!.stripes;

  test('the sample itself is in order', () => {
    const bytes = fileOf(parts);
    expect(loads(bytes)).toEqual([{ a: 1 }, Uint8Array.of(1, 2, 3, 4, 5), [1n, 'x', Symbol.iterator]]);
    readAll(bytes, DEFAULT_LIMITS);
    expect(parts.groups[last]!.stripes.length).toBeGreaterThan(2);
  });

  test.each<readonly [string, Uint8Array, RegExp]>([
    ['a stripe that no group owns', fileOf(parts, undefined, [section('stripe')]), /belongs to no group/],
    ['blobs that no group owns', fileOf(parts, undefined, [section('blobs')]), /belongs to no group/],
    [
      'a stripe of two groups',
      withIndex((before) => ({
        groups: before.groups.map((group, i) =>
          i === last ? { ...group, stripes: [...group.stripes, ...firstStripes(before)] } : group,
        ),
      })),
      /belongs to two groups/,
    ],
    [
      'a stripe twice in a group',
      withGroup(last, ({ stripes }) => ({ stripes: [...stripes, stripes[0]!] })),
      /two groups/,
    ],
    [
      'blobs twice in a group',
      withGroup(last, ({ blobSections, blobBytes }) => ({
        blobSections: [...blobSections, ...blobSections],
        blobBytes: [...blobBytes, ...blobBytes],
      })),
      /belongs to two groups/,
    ],
    [
      'stripes of two groups exchanged',
      withIndex(({ groups }) => ({
        groups: groups.map((group, i) => {
          const other = i === last ? last - 1 : i === last - 1 ? last : i;
          return { ...group, stripes: groups[other]!.stripes };
        }),
      })),
      /it is of group \d+, and the index says \d+/,
    ],
    [
      'a stripe not named',
      withGroup(last, ({ stripes }) => ({ stripes: stripes.slice(1) })),
      /belongs to no group/,
    ],
    ['meta for a stripe', withGroup(last, () => ({ stripes: [meta] })), /section 0 is no stripe/],
    ['index for a stripe', withGroup(last, () => ({ stripes: [index] })), /section 1 is no stripe/],
    ['code for a stripe', withGroup(last, () => ({ stripes: [code] })), /section 2 is no stripe/],
    [
      'blobs for a stripe',
      withGroup(last, (g) => ({ stripes: [g.blobSections[0]!.section] })),
      /is no stripe/,
    ],
    [
      'a stripe for blobs',
      withGroup(last, (g) => ({ blobSections: [{ section: g.stripes[0]!, blobs: 1 }] })),
      /is no blobs/,
    ],
    ['a section beyond the table', withGroup(last, () => ({ stripes: [1000] })), /section 1000 of \d+/],
    [
      'a section of 2^53 − 1',
      withGroup(last, () => ({ stripes: [2 ** 53 - 1] })),
      /section 9007199254740991 of/,
    ],
    [
      'blobs beyond the table',
      withGroup(last, () => ({ blobSections: [{ section: 1000, blobs: 1 }] })),
      /section 1000 of/,
    ],
    [
      'more blobs than lengths',
      withGroup(last, (g) => ({ blobSections: [{ ...g.blobSections[0]!, blobs: 2 }] })),
      /2 blobs for 1/,
    ],
    [
      'fewer blobs than lengths',
      withGroup(last, (g) => ({ blobBytes: [...g.blobBytes, 0] })),
      /1 blobs for 2/,
    ],
    ['a blob that is longer', withGroup(last, () => ({ blobBytes: [6] })), /6 bytes are needed/],
    ['a blob that is shorter', withGroup(last, () => ({ blobBytes: [4] })), /1 bytes are left over/],
    [
      'a group with a value more',
      withGroup(last, (g) => ({ values: g.values + 1 })),
      /hold \d+ values of a group of \d+/,
    ],
    [
      'a group with a value less',
      withGroup(last, (g) => ({ values: g.values - 1 })),
      /\d+ of \d+|in a group of/,
    ],
    ['a group without values', withGroup(last, () => ({ values: 0 })), /of 0/],
    ['a group with 2^31 − 1 values', withGroup(0, () => ({ values: 2 ** 31 - 200 })), /values of a group of/],
    [
      'a link to no value',
      withGroup(last, (g) => ({ links: [{ group: 0, id: parts.groups[0]!.values }, ...g.links.slice(1)] })),
      /a link to value/,
    ],
    [
      'a link to no group',
      withGroup(last, (g) => ({ links: [{ group: last + 1, id: 0 }, ...g.links.slice(1)] })),
      /names number/,
    ],
    ['fewer links than are used', withGroup(last, () => ({ links: [] })), /of 0/],
    [
      'a root that leads nowhere',
      withIndex(() => ({ rootLinks: [{ group: 1, id: 2 ** 32 - 1 }] })),
      /a link to value/,
    ],
    ['a root of no group', withIndex(() => ({ rootLinks: [{ group: 99, id: 0 }] })), /names number 99/],
    ['a root without a link', withIndex(() => ({ rootLinks: [] })), /names number 0 of 0/],
    [
      'a value twice',
      withPart(last, ({ stripes }) => ({
        stripes: stripes.map(({ group, segments }) => ({
          group,
          segments: segments.map((segment) => ({ ...segment, ids: segment.ids.map(() => 0) })),
        })),
      })),
      /value 0 is there twice/,
    ],
    [
      'a value that its group does not have',
      withPart(last, ({ values, stripes }) => ({
        stripes: stripes.map(({ group, segments }) => ({
          group,
          segments: segments.map((segment) => ({ ...segment, ids: segment.ids.map((id) => id + values) })),
        })),
      })),
      /names number \d+ of \d+/,
    ],
    [
      'a row more than values',
      withPart(last, ({ stripes }) => ({ stripes: [...stripes, stripes[0]!] })),
      /values of a group of|is there twice/,
    ],
  ])('%s is refused', (_, bytes, why) => {
    const error = errorOf(() => loads(bytes)) as BrineError;
    expect(error).toBeInstanceOf(CorruptSnapshotError);
    expect(error.code).toBe('SNAPSHOT_STRUCTURE');
    expect(error.message).toMatch(why);
    expect(error.hint).toBeTruthy();
  });

  test('more values than anyone may have are refused by limit', () => {
    const error = errorOf(() => loads(withGroup(0, () => ({ values: 2 ** 53 - 1 }))));
    expect(error).toMatchObject({ code: 'LIMIT_EXCEEDED' });
    const together = withIndex(({ groups }) => ({
      groups: groups.map((group) => ({ ...group, values: 2 ** 30 })),
    }));
    expect(errorOf(() => loads(together))).toMatchObject({ code: 'LIMIT_EXCEEDED' });
  });

  test('a stripe of a group that nothing needs is checked too', () => {
    const bytes = fileOf({ ...parts, rootLinks: [{ group: 0, id: 0 }] });
    const { sections } = describeSnapshot(bytes);
    const { offset } = sections.filter(({ name }) => name === 'stripe').at(-1)!;
    const changed = Uint8Array.from(bytes);
    changed[offset] = (changed[offset] as number) ^ 1;
    expect(errorOf(() => loads(changed))).toMatchObject({ code: 'SNAPSHOT_CHECKSUM', offset });
  });
});
