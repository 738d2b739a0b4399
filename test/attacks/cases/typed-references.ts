// References to values of a kind that has no business there: seroval (CVE-2026-59940, CVE-2026-23737) let a control node name
// any earlier value and called a method of it. Here the owner of a prototype, the target of a bound function, the buffer of
// a view, a prototype, a class of private fields and the parent of a scope are each something else than they must be.

import { TAG } from '../../../src/graph/column.js';
import { KINDS } from '../../../src/graph/kinds.js';
import { column, groupOf, listColumn, same, segmentOf, snapshotOf, textColumn } from '../../format/parts.js';
import { type Attack, arrayOf, objects, references } from '../attack.js';

export const typedReferences: Attack = {
  name: 'references to values of the wrong kind',
  make: () => {
    const wrong = objects(
      [1],
      ['then', 'prototype', 'byteLength'],
      [same(TAG.int, 1, 1), same(TAG.int, 1, 1), same(TAG.int, 1, 1)],
    );
    const one = (segment: Parameters<typeof groupOf>[1][number]): Uint8Array =>
      snapshotOf([groupOf(0, [arrayOf(0, [2]), wrong, segment])]);
    const ref = column(TAG.ref, [1]);
    const empty = listColumn(column(TAG.int, [0]), column(TAG.int, []));
    return [
      one(segmentOf(KINDS.prototype, [2], [ref])),
      one(segmentOf(KINDS.prototype, [2], [column(TAG.ref, [2])])),
      one(segmentOf(KINDS.bound, [2], [ref, ref, empty])),
      one(
        segmentOf(
          KINDS.typedArray,
          [2],
          [same(TAG.int, 1, 1), ref, same(TAG.int, 0, 1), same(TAG.int, 8, 1)],
        ),
      ),
      one(
        segmentOf(
          KINDS.typedArray,
          [2],
          [same(TAG.int, 1, 1), textColumn(TAG.string, ['x']), same(TAG.int, 0, 1), same(TAG.int, 8, 1)],
        ),
      ),
      one(segmentOf(KINDS.dataView, [2], [ref, same(TAG.int, 0, 1), same(TAG.int, 8, 1)])),
      one(segmentOf(KINDS.arrayBuffer, [2], [ref, same(TAG.undefined, 0, 1), same(TAG.false, 0, 1)])),
      one(segmentOf(KINDS.scope, [2], [ref])),
      one(segmentOf(KINDS.member, [2], [ref, same(TAG.int, 0, 1)])),
      one(segmentOf(KINDS.boxed, [2], [ref])),
      one(segmentOf(KINDS.date, [2], [ref])),
      one(segmentOf(KINDS.regexp, [2], [ref, ref])),
      one(
        objects([2], [], [], {
          brands: [{ owner: { isLink: false, number: 1 }, isStatic: false, names: [] }],
        }),
      ),
      one(objects([2], [], [], { proto: { isLink: false, number: 2 } })),
      snapshotOf([groupOf(0, [arrayOf(0, [1]), references([1], [['elsewhere', 'x']])])]),
    ];
  },
  ends: ['value', 'SNAPSHOT_STRUCTURE'],
  trusted: ['value', 'SNAPSHOT_STRUCTURE', 'UNPICKLE_CODE'],
};
