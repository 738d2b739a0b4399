// Keys that are prototypes in disguise: `__proto__`, `constructor`, `prototype`, on objects, in dictionaries and as
// names of arrays. superjson (CVE-2022-23631), devalue (CVE-2025-57820, CVE-2026-30226) and flatted (CVE-2026-33228) walked
// or assigned such names and changed `Object.prototype`. Here a name from a file is only ever defined.

import { TAG } from '../../../src/graph/column.js';
import { KINDS } from '../../../src/graph/kinds.js';
import { dumps } from '../../../src/library/index.js';
import { column, groupOf, listColumn, segmentOf, snapshotOf, textColumn } from '../../format/parts.js';
import { type Attack, arrayOf, objects } from '../attack.js';

const NAMES = ['__proto__', 'constructor', 'prototype', 'polluted'];

export const prototypeKeys: Attack = {
  name: 'keys that are prototypes in disguise',
  make: () => {
    const own = JSON.parse(
      '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}',
    ) as object;
    const rows = NAMES.map((key, i) => objects([1 + i], [key], [column(TAG.ref, [0])]));
    const keys = listColumn(column(TAG.int, [4]), textColumn(TAG.string, NAMES));
    const values = listColumn(column(TAG.int, [4]), column(TAG.ref, [0, 0, 0, 0]));
    const dictionary = segmentOf(KINDS.dictionary, [5], [keys, values]);
    return [
      dumps(own),
      dumps(Array.from({ length: 200 }, () => own)),
      snapshotOf([groupOf(0, [arrayOf(0, [1, 2, 3, 4, 5]), ...rows, dictionary])]),
    ];
  },
  ends: ['value', 'SNAPSHOT_STRUCTURE'],
  trusted: ['value', 'SNAPSHOT_STRUCTURE'],
};
