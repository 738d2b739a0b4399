// Goal: a damaged file is never taken for a whole one, and nothing but our own errors says so.
// Method: three snapshots of some size, cut at every byte, with every byte flipped, with bytes behind their end; foreign
// files; files of a newer protocol. Each must be refused by code, with no value.

import { crc32 } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { BrineError, CorruptSnapshotError, LimitError, ProtocolError } from '../../src/errors.js';
import { SECTION, seal, unseal } from '../../src/format/container.js';
import { decodeSnapshot, describeSnapshot, isSnapshot } from '../../src/format/index.js';
import { dumps, loads } from '../../src/library/index.js';
import { DEFAULT_LIMITS } from '../../src/limits.js';
import { reseal, sectionsOf, withSection } from '../helpers/reseal.js';

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
];

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
    expect(sections.map(({ name }) => name)).toEqual(['meta', 'strings', 'graph', 'code', 'blobs']);
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
  const at = describeSnapshot(sample).sections.find(({ name }) => name === 'graph')!.offset;
  const changed = Uint8Array.from(sample);
  changed[at + 3] = (changed[at + 3] as number) ^ 0xff;
  const error = errorOf(() => loads(changed)) as BrineError;
  expect(error.code).toBe('SNAPSHOT_CHECKSUM');
  expect(error.offset).toBe(at);
  expect(error.message).toMatch(
    /section "graph" \(bytes \d+–\d+\) has CRC-32 [0-9a-f]{8}, expected [0-9a-f]{8}/,
  );
});

describe('foreign files', () => {
  test.each([
    ['a text', Buffer.from('{"a": 1}'), /a snapshot is what/],
    ['a Python pickle', Buffer.from([0x80, 4, 0x95, 0, 0, 0, 0, 0, 0, 0, 0]), /Python pickle/],
    ['a PNG', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), /a snapshot is what/],
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
    expect(error.hint).toMatch(hint);
  });

  test('what is no bytes at all is refused as an option', () => {
    for (const odd of ['text', null, undefined, {}, new ArrayBuffer(8), [1, 2]]) {
      expect(errorOf(() => loads(odd as never))).toMatchObject({ code: 'UNPICKLE_OPTION' });
    }
  });
});

describe('newer files', () => {
  const withHeader = (change: (head: Buffer) => void): Buffer => {
    const copy = Buffer.from(sample);
    change(copy);
    copy.writeUInt32LE(crc32(copy.subarray(0, 28)), 28);
    return copy;
  };

  test('a protocol that this brine cannot read is refused with both numbers', () => {
    const newer = withHeader((head) => {
      head.writeUInt16LE(9, 8);
      head.writeUInt16LE(7, 10);
    });
    const error = errorOf(() => loads(newer)) as BrineError;
    expect(error).toBeInstanceOf(ProtocolError);
    expect(error.code).toBe('PROTOCOL_TOO_NEW');
    expect(error.message).toMatch(/protocol 9 .* reader of 7; this brine reads up to 1/);
  });

  test('a newer protocol that old readers understand is read', () => {
    expect(loads(withHeader((head) => head.writeUInt16LE(9, 8)))).toEqual(loads(sample));
  });

  test('unknown sections are passed over unless they are critical', () => {
    const sections = [...unseal(sample, DEFAULT_LIMITS)].map(([kind, bytes]) => ({
      kind,
      isCritical: kind !== SECTION.meta,
      bytes,
    }));
    const more = (isCritical: boolean): Uint8Array =>
      Buffer.concat(seal([...sections, { kind: 900, isCritical, bytes: Buffer.from('later') }]));
    expect(loads(more(false))).toEqual(loads(sample));
    expect(errorOf(() => loads(more(true)))).toMatchObject({ code: 'PROTOCOL_TOO_NEW' });
  });
});

describe('containers that contradict themselves', () => {
  const sections = [...unseal(sample, DEFAULT_LIMITS)].map(([kind, bytes]) => ({
    kind,
    isCritical: true,
    bytes,
  }));
  const file = (list: typeof sections): Buffer => Buffer.concat(seal(list));
  const withTable = (change: (file: Buffer) => void): Buffer => {
    const copy = file(sections);
    change(copy);
    const tableEnd = 32 + copy.readUInt32LE(12) * 32;
    if (tableEnd <= copy.length) copy.writeUInt32LE(crc32(copy.subarray(32, tableEnd)), 24);
    copy.writeUInt32LE(crc32(copy.subarray(0, 28)), 28);
    return copy;
  };

  test.each([
    ['a section twice', file([...sections, sections[1]!]), 'SNAPSHOT_STRUCTURE'],
    [
      'a section missing',
      file(sections.filter(({ kind }) => kind !== SECTION.strings)),
      'SNAPSHOT_STRUCTURE',
    ],
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
    for (const limit of ['fileBytesMax', 'sectionsMax', 'valuesMax', 'stringUnitsMax'] as const) {
      const error = errorOf(() => decodeSnapshot(sample, { ...DEFAULT_LIMITS, [limit]: 3 })) as BrineError;
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
