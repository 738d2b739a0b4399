// Keys of Maps and Sets that were chosen to fall into one bucket: V8 hashes numbers and bigints without a secret, of a bigint
// only its last 64 bits, so that each key is compared with all before it. Half a megabyte takes seconds in every format that
// has Maps (`structuredClone` and `v8.deserialize` among them), five megabytes take ten minutes. Here a clock stops it.

import { TAG } from '../../../src/graph/column.js';
import { KINDS } from '../../../src/graph/kinds.js';
import {
  column,
  groupOf,
  listColumn,
  range,
  same,
  segmentOf,
  snapshotOf,
  textColumn,
} from '../../format/parts.js';
import { type Attack, arrayOf } from '../attack.js';
import { collidingDoubles } from '../collisions.js';

export const collidingKeys: Attack = {
  name: 'keys of Maps and Sets that all fall into one bucket',
  values: 300_000,
  make: () => {
    const bigints = (count: number): string[] =>
      range(1, count).map((i) => `${i.toString(16)}${'0'.repeat(16)}`);
    const set = (count: number): Uint8Array => {
      const items = listColumn(column(TAG.int, [count]), textColumn(TAG.bigint, bigints(count)));
      return snapshotOf([groupOf(0, [segmentOf(KINDS.set, [0], [items])])]);
    };
    const doubles = collidingDoubles(100_000);
    const map = (): Uint8Array => {
      const lengths = (): ReturnType<typeof column> => column(TAG.int, [doubles.length]);
      const keys = listColumn(lengths(), column(TAG.double, doubles));
      const values = listColumn(lengths(), same(TAG.int, 1, doubles.length));
      return snapshotOf([groupOf(0, [segmentOf(KINDS.map, [0], [keys, values])])]);
    };
    const many = (): Uint8Array => {
      const each = 4000;
      const texts = bigints(each);
      const items = listColumn(
        column(TAG.int, new Array<number>(100).fill(each)),
        textColumn(
          TAG.bigint,
          range(0, 100).flatMap(() => texts),
        ),
      );
      return snapshotOf([
        groupOf(0, [arrayOf(0, range(1, 100)), segmentOf(KINDS.set, range(1, 100), [items])]),
      ]);
    };
    return [set(1000), set(300_000), map(), many()];
  },
  ends: ['value', 'LIMIT_EXCEEDED'],
};
