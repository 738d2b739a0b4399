// A table that says more than the file has: sections over each other, the header inside a section, gaps, sections beyond the
// end, one twice, sections in another order, sizes that contradict each other, a codec that would make much out of little
// (safetensors and npz bombs). The table must cover the file exactly, once, in order; checksums are right throughout.

import { crc32 } from 'node:zlib';
import { ENTRY_BYTES, HEADER_BYTES } from '../../../src/format/container.js';
import { dumps } from '../../../src/library/index.js';
import type { Attack } from '../attack.js';

const AT = { kind: 0, codec: 2, flags: 3, crc: 4, offset: 8, stored: 16, raw: 24 } as const;

export const overlappingSections: Attack = {
  name: 'a table that says more than the file has',
  make: () => {
    const bytes = Buffer.from(dumps({ list: [1, 2, 3], bytes: new Uint8Array(200), text: 'x'.repeat(300) }));
    const count = bytes.readUInt32LE(12);
    const changed = (change: (table: Buffer, file: Buffer) => Buffer | undefined): Buffer => {
      const copy = Buffer.from(bytes);
      const file = change(copy.subarray(HEADER_BYTES, HEADER_BYTES + count * ENTRY_BYTES), copy) ?? copy;
      const entries = Math.min(file.readUInt32LE(12), 1000);
      file.writeUInt32LE(crc32(file.subarray(HEADER_BYTES, HEADER_BYTES + entries * ENTRY_BYTES)), 24);
      file.writeUInt32LE(crc32(file.subarray(0, 28)), 28);
      return file;
    };
    const put = (entry: number, field: number, value: number | bigint) =>
      changed((table) => {
        table.writeBigUInt64LE(BigInt(value), entry * ENTRY_BYTES + field);
        return undefined;
      });
    const offset = (entry: number): bigint =>
      bytes.readBigUInt64LE(HEADER_BYTES + entry * ENTRY_BYTES + AT.offset);
    return [
      put(1, AT.offset, offset(0)),
      put(2, AT.offset, offset(1) + 8n),
      put(0, AT.offset, 0),
      put(0, AT.offset, HEADER_BYTES),
      put(count - 1, AT.offset, bytes.length),
      put(1, AT.offset, offset(1) + 1n),
      ...[0n, 2n ** 40n, 2n ** 53n, 2n ** 64n - 1n].flatMap((size) => [
        put(1, AT.stored, size),
        put(1, AT.raw, size),
        put(count - 1, AT.offset, size),
      ]),
      // Stored in few bytes, said to be many.
      changed((table) => {
        table.writeUInt8(1, AT.codec);
        table.writeBigUInt64LE(2n ** 40n, AT.raw);
        return undefined;
      }),
      changed((table) => void table.writeUInt8(255, AT.flags) as undefined),
      // One entry twice, and two exchanged.
      changed((table) => void table.copy(table, ENTRY_BYTES, 0, ENTRY_BYTES) as undefined),
      changed((table) => {
        const first = Buffer.from(table.subarray(0, ENTRY_BYTES));
        table.copy(table, 0, ENTRY_BYTES, 2 * ENTRY_BYTES);
        first.copy(table, ENTRY_BYTES);
        return undefined;
      }),
      // Fewer and more entries than there are, and more than there could be.
      ...[0, 1, count - 1, count + 1, 2 ** 20, 2 ** 32 - 1].map((entries) =>
        changed((_, file) => void file.writeUInt32LE(entries, 12) as undefined),
      ),
      // A length that is not the file's.
      ...[0, 32, bytes.length - 1, bytes.length + 1, 2 ** 40].map((length) =>
        changed((_, file) => void file.writeBigUInt64LE(BigInt(length), 16) as undefined),
      ),
      // Something behind the last section.
      changed((_, file) => {
        const longer = Buffer.concat([file, Buffer.alloc(64)]);
        longer.writeBigUInt64LE(BigInt(longer.length), 16);
        return longer;
      }),
    ];
  },
  ends: ['SNAPSHOT_STRUCTURE', 'SNAPSHOT_TRUNCATED', 'SNAPSHOT_CHECKSUM', 'LIMIT_EXCEEDED'],
  trusted: ['SNAPSHOT_STRUCTURE', 'SNAPSHOT_TRUNCATED', 'SNAPSHOT_CHECKSUM', 'LIMIT_EXCEEDED'],
};
