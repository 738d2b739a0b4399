// Reducers that the file chooses: names of reducers that are registered, that are not, and that are properties of every
// object. A reviver runs only when its name is allowed; a name is looked up in a map.

import { TAG } from '../../../src/graph/column.js';
import { KINDS } from '../../../src/graph/kinds.js';
import { column, groupOf, segmentOf, snapshotOf } from '../../format/parts.js';
import { type Attack, arrayOf } from '../attack.js';

const NAMES = ['Canary', '__proto__', 'constructor', 'toString', ''];

export const reducerNames: Attack = {
  name: 'reducers that the file chooses',
  make: () => {
    const segments = NAMES.map((reducer, i) => {
      const segment = segmentOf(KINDS.custom, [1 + i], [column(TAG.ref, [0])]);
      return { ...segment, layout: { ...segment.layout, reducer, version: 1 } };
    });
    return [
      snapshotOf([
        groupOf(0, [
          arrayOf(
            0,
            NAMES.map((_, i) => 1 + i),
          ),
          ...segments,
        ]),
      ]),
    ];
  },
  ends: ['value'],
};
