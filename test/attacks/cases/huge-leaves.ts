// Leaves that cost more than their bytes: bigints with a million digits, regular expressions too long to compile in time
// (seroval, GHSA-hx9m-jf43-8ffr), buffers that may grow to anything, dates and URLs that are none.

import { TAG } from '../../../src/graph/column.js';
import { KINDS } from '../../../src/graph/kinds.js';
import { column, groupOf, range, same, segmentOf, snapshotOf, textColumn } from '../../format/parts.js';
import { type Attack, arrayOf } from '../attack.js';

export const hugeLeaves: Attack = {
  name: 'leaves that cost more than their bytes',
  make: () => {
    const one = (segment: ReturnType<typeof segmentOf>, more = {}): Uint8Array =>
      snapshotOf([groupOf(0, [arrayOf(0, range(1, segment.ids.length)), segment], more)]);
    const boxed = (digits: number): Uint8Array =>
      one(segmentOf(KINDS.boxed, [1], [textColumn(TAG.bigint, ['f'.repeat(digits)])]));
    const regexp = (source: string, flags = ''): Uint8Array =>
      one(segmentOf(KINDS.regexp, [1], [textColumn(TAG.string, [source]), textColumn(TAG.string, [flags])]));
    const blobs = range(0, 500).map(() => new Uint8Array(1));
    const growing = segmentOf(KINDS.arrayBuffer, range(1, 500), [
      column(TAG.blob, range(0, 500)),
      same(TAG.int, 2 ** 31 - 1, 500),
      same(TAG.false, 0, 500),
    ]);
    return [
      boxed(250_000),
      boxed(250_001),
      boxed(20_000_000),
      regexp('(a+)+$'),
      regexp('a'.repeat(20_001)),
      regexp('('.repeat(20_000)),
      regexp('(?:'.repeat(6000)),
      regexp('[a-z]{1,1000}{1,1000}'),
      regexp('((((a{1,100}){1,100}){1,100}){1,100})'),
      regexp('a', 'gg'),
      one(growing, { blobs }),
      one(segmentOf(KINDS.url, [1], [textColumn(TAG.string, ['no url'])])),
      one(segmentOf(KINDS.date, [1], [column(TAG.double, [1e300])])),
    ];
  },
  ends: ['value', 'LIMIT_EXCEEDED', 'SNAPSHOT_STRUCTURE'],
};
