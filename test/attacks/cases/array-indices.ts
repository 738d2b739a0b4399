// Elements of sparse arrays that are no indices: devalue took method names as indices (5.3.2), and its sparse form allocated
// what a length said (GHSA-33hq-fvwr-56pm, CVE-2026-42570). Here indices are texts, fractions, negative, beyond the length,
// there twice; lengths are no lengths, or the longest there is.

import { TAG } from '../../../src/graph/column.js';
import { KINDS } from '../../../src/graph/kinds.js';
import {
  type column,
  column as columnOf,
  groupOf,
  listColumn,
  segmentOf,
  snapshotOf,
  textColumn,
} from '../../format/parts.js';
import type { Attack } from '../attack.js';

export const arrayIndices: Attack = {
  name: 'elements that are no indices, lengths that are no lengths',
  make: () => {
    const sparse = (length: ReturnType<typeof column>, indices: ReturnType<typeof column>): Uint8Array => {
      const items = columnOf(TAG.int, new Array<number>(indices.length).fill(7));
      const lengths = columnOf(TAG.int, [indices.length]);
      const state = [length, listColumn(lengths, indices), listColumn(lengths, items)];
      return snapshotOf([groupOf(0, [segmentOf(KINDS.sparseArray, [0], state)])]);
    };
    const ten = columnOf(TAG.int, [10]);
    return [
      sparse(ten, textColumn(TAG.string, ['push', '__proto__', 'length'])),
      sparse(ten, columnOf(TAG.double, [0.5])),
      sparse(ten, columnOf(TAG.int, [-1])),
      sparse(ten, columnOf(TAG.int, [10])),
      sparse(ten, columnOf(TAG.int, [1, 1])),
      sparse(columnOf(TAG.double, [2 ** 32 - 1]), columnOf(TAG.double, [2 ** 32 - 2])),
      sparse(columnOf(TAG.double, [2 ** 32]), columnOf(TAG.int, [0])),
      sparse(columnOf(TAG.double, [Number.NaN]), columnOf(TAG.int, [0])),
      sparse(textColumn(TAG.string, ['5']), columnOf(TAG.int, [0])),
      sparse(columnOf(TAG.int, [-5]), columnOf(TAG.int, [0])),
    ];
  },
  ends: ['value', 'SNAPSHOT_STRUCTURE'],
  trusted: ['value', 'SNAPSHOT_STRUCTURE'],
};
