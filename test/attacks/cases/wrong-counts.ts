// Counts that are not what is there: more values, codes, links, stripes and blobs than any file has, fewer than the groups
// hold, sections that do not exist, one stripe in two groups. pickle's `LONG_BINPUT` and MessagePack's array headers allocate
// what such a number says (devalue, CVE-2026-42570); here each is compared with the bytes that are there before room is made.

import type { GroupEntry, Index } from '../../../src/format/index-section.js';
import { dumps } from '../../../src/library/index.js';
import { fileOf, partsOf } from '../../format/parts.js';
import type { Attack } from '../attack.js';

const HUGE = [2 ** 31 - 1, 2 ** 32, 2 ** 53 - 1];

export const wrongCounts: Attack = {
  name: 'counts that are not what is there',
  make: () => {
    const parts = partsOf(dumps({ list: [1, 2, 3], bytes: new Uint8Array(9), text: 'x', when: new Date(5) }));
    const last = parts.groups.length - 1;
    const group = (change: (entry: GroupEntry) => Partial<GroupEntry>): Uint8Array =>
      fileOf(parts, (index: Index) => ({
        ...index,
        groups: index.groups.map((entry, i) => (i === last ? { ...entry, ...change(entry) } : entry)),
      }));
    return [
      ...HUGE.map((values) => group(() => ({ values }))),
      ...HUGE.map((freeCells) => group(() => ({ freeCells }))),
      ...HUGE.map((unit) => group(() => ({ unit }))),
      ...HUGE.map((code) => group(() => ({ codes: [code] }))),
      ...HUGE.map((id) => group(() => ({ links: [{ group: last, id }] }))),
      ...HUGE.map((to) => group(() => ({ links: [{ group: to, id: 0 }] }))),
      ...HUGE.map((bytes) => group(({ blobBytes }) => ({ blobBytes: blobBytes.map(() => bytes) }))),
      ...HUGE.map((section) => group(() => ({ stripes: [section] }))),
      ...HUGE.map((blobs) =>
        group(({ blobSections }) => ({ blobSections: blobSections.map((one) => ({ ...one, blobs })) })),
      ),
      group(({ values }) => ({ values: values + 1 })),
      group(({ values }) => ({ values: values - 1 })),
      group(() => ({ values: 0 })),
      group(() => ({ stripes: [] })),
      group(({ stripes }) => ({ stripes: [...stripes, ...stripes] })),
      group(() => ({ stripes: [0, 1, 2] })),
      group(({ blobSections }) => ({ blobSections: [...blobSections, ...blobSections] })),
      fileOf(parts, (index) => ({ ...index, groups: [...index.groups, ...index.groups] })),
      fileOf(parts, (index) => ({ ...index, groups: [] })),
      fileOf(parts, (index) => ({ ...index, rootLinks: [{ group: 2 ** 31 - 1, id: 0 }] })),
      fileOf(parts, (index) => ({ ...index, rootNames: [...index.rootNames, ...index.rootNames] })),
    ];
  },
  // Some numbers are for who writes the file again: nothing that is built depends on them.
  ends: ['value', 'SNAPSHOT_STRUCTURE', 'LIMIT_EXCEEDED', 'UNPICKLE_OPTION'],
  trusted: ['value', 'SNAPSHOT_STRUCTURE', 'LIMIT_EXCEEDED', 'UNPICKLE_OPTION'],
};
