// References whose work could grow with the square of the file: every array of all arrays, two groups that ask each other in
// turn, a chain of roots of links, bad references one after the other (devalue looked each of them up anew, CVE-2026-81176),
// a hundred units tied into one. A value is made once, and a bad reference ends it.

import { TAG } from '../../../src/graph/column.js';
import { KINDS } from '../../../src/graph/kinds.js';
import { column, groupOf, listColumn, range, same, segmentOf, snapshotOf } from '../../format/parts.js';
import type { Attack } from '../attack.js';

export const quadraticReferences: Attack = {
  name: 'references whose work grows with the square of the file',
  values: 60_000,
  make: () => {
    const ints = (numbers: readonly number[]) => column(TAG.int, numbers);
    const all = (n: number, refs: readonly number[]) =>
      segmentOf(KINDS.array, range(0, n), [
        listColumn(
          ints(new Array<number>(n).fill(n)),
          column(
            TAG.ref,
            range(0, n).flatMap(() => refs),
          ),
        ),
      ]);
    const linked = (n: number, to: (group: number) => number) =>
      snapshotOf(
        range(0, n).map((group) =>
          groupOf(group, [segmentOf(KINDS.array, [0], [listColumn(ints([1]), column(TAG.link, [0]))])], {
            ...{ links: [{ group: to(group), id: 0 }], unit: 0 },
          }),
        ),
      );
    const bad = column(TAG.ref, new Array<number>(50_000).fill(2 ** 31 - 1));
    return [
      snapshotOf([groupOf(0, [all(300, range(0, 300))])]),
      snapshotOf([groupOf(0, [all(300, new Array<number>(300).fill(0))])]),
      snapshotOf([groupOf(0, [segmentOf(KINDS.array, [0], [listColumn(ints([50_000]), bad)])])]),
      snapshotOf([
        groupOf(0, [segmentOf(KINDS.array, [0], [listColumn(ints([50_000]), same(TAG.link, 7, 50_000))])]),
      ]),
      linked(10_000, (group) => (group + 1) % 10_000),
      linked(10_000, (group) => group ^ 1),
      linked(10_000, (group) => (group * 7919) % 10_000),
    ];
  },
  ends: ['value', 'SNAPSHOT_STRUCTURE'],
  trusted: ['value', 'SNAPSHOT_STRUCTURE'],
};
