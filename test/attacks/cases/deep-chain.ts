// A chain of a million values, each inside the one before: recursion ends such a walk in flatted (CVE-2026-32141), devalue,
// `JSON.parse` and `structuredClone`. Building has an explicit stack. What needs another value to exist (prototypes) is
// bounded instead.

import { TAG } from '../../../src/graph/column.js';
import { column, groupOf, range, same, snapshotOf } from '../../format/parts.js';
import { type Attack, objects } from '../attack.js';

const DEEP = 1_000_000;
const PROTOS = 100_000;

export const deepChain: Attack = {
  name: 'a chain of a million values',
  values: DEEP,
  make: () => {
    const next = column(TAG.ref, [...range(1, DEEP - 1), 0]);
    // Each is the prototype of the one before it.
    const protos = range(0, PROTOS).map((id) =>
      objects([id], [], [], { proto: id + 1 < PROTOS ? { isLink: false, number: id + 1 } : null }),
    );
    const upwards = range(0, PROTOS).map((id) =>
      objects([id], [], [], { proto: id > 0 ? { isLink: false, number: id - 1 } : null }),
    );
    return [
      snapshotOf([groupOf(0, [objects(range(0, DEEP), ['next', 'n'], [next, same(TAG.int, 1, DEEP)])])]),
      snapshotOf([groupOf(0, protos)]),
      snapshotOf([groupOf(0, upwards)]),
    ];
  },
  ends: ['value', 'LIMIT_EXCEEDED'],
  trusted: ['value', 'LIMIT_EXCEEDED'],
};
