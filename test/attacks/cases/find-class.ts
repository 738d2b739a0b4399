// Names of what could run code: `eval`, `Function`, `process.binding`, `child_process.execSync`, as pickle's `find_class` and
// its deny lists let through under one name or another (fickling has 34 bypasses on record). Data mode has an allow list
// without a function on it, so every one of them is a record. They stand where something would call them: as `then`, as
// `toJSON`, as getters, as what a bound function is bound to.

import { TAG } from '../../../src/graph/column.js';
import { ATTRIBUTE } from '../../../src/graph/graph.js';
import { KINDS } from '../../../src/graph/kinds.js';
import { column, groupOf, listColumn, same, segmentOf, snapshotOf, textColumn } from '../../format/parts.js';
import { type Attack, arrayOf, objects, references } from '../attack.js';

const NAMES: readonly (readonly [string, string, ...string[]])[] = [
  ['intrinsic', 'eval'],
  ['intrinsic', 'Function'],
  ['intrinsic', '%AsyncFunction.prototype%'],
  ['intrinsic', 'globalThis'],
  ['intrinsic', 'process'],
  ['intrinsic', 'process.binding'],
  ['intrinsic', 'process.exit'],
  ['intrinsic', 'Reflect.construct'],
  ['intrinsic', 'get Map.@@species'],
  ['require', 'node:child_process', 'execSync'],
  ['import', 'node:child_process', 'execSync'],
  ['require', 'node:vm', 'runInThisContext'],
  ['require', 'node:module', 'constructor', '_load'],
  ['import', 'data:text/javascript,globalThis.polluted=1'],
  ['require', '../../../../etc/passwd'],
  ['require', 'file:///etc/passwd'],
];

export const findClass: Attack = {
  name: 'names of what could run code, where something would call them',
  make: () => {
    const ids = NAMES.map((_, i) => 1 + i);
    const count = NAMES.length;
    const first = count + 1;
    const hooks = ['then', 'toJSON', 'toString', 'valueOf', 'constructor', 'inspect'];
    const holder = objects(
      [first],
      hooks,
      hooks.map((_, i) => column(TAG.ref, [ids[i % count]!])),
    );
    const getters = objects(
      [first + 1],
      ['then', 'length'],
      [column(TAG.ref, [1]), same(TAG.undefined, 0, 1), column(TAG.ref, [2]), column(TAG.ref, [3])],
      { attributes: [ATTRIBUTE.accessor | 6, ATTRIBUTE.accessor | 6] },
    );
    const args = listColumn(column(TAG.int, [1]), textColumn(TAG.string, ['globalThis.polluted = 1']));
    const bound = segmentOf(
      KINDS.bound,
      [first + 2],
      [column(TAG.ref, [1]), same(TAG.undefined, 0, 1), args],
    );
    const all = arrayOf(0, [...ids, first, first + 1, first + 2]);
    return [snapshotOf([groupOf(0, [all, references(ids, NAMES), holder, getters, bound])])];
  },
  ends: ['value'],
};
