// Weak collections. Keys are in the snapshot for another reason, so they live as long as anything else of it.

import { type Cells, type ListCells, TAG, tagAt } from '../../graph/column.js';
import { createTombstone } from '../../realm/tombstone.js';
import type { Builder } from '../context.js';
import { isWaiting, shell } from './shell.js';
import { PENDING, type Reviver } from './types.js';

const set = WeakMap.prototype.set;
const add = WeakSet.prototype.add;
const WeakRefOriginal = WeakRef;
const apply = Reflect.apply;

/** Revives WeakMaps. */
export const weakMapReviver: Reviver = {
  isBornEmpty: true,
  create: (builder, segment, row) => shell(builder, segment, row, () => new WeakMap(), true),
  fill(builder, segment, from, to) {
    const [keys, values] = segment.state as [ListCells, ListCells];
    builder.checkPaired(keys, values);
    builder.lists(keys, from, to, (row, start, end) => {
      const map = builder.values[segment.firstId + row];
      for (let i = start; i < end; i++)
        if (isThere(builder, keys.items, i))
          apply(set, map, [builder.value(keys.items, i), builder.value(values.items, i)]);
    });
  },
};

/** Revives WeakSets. */
export const weakSetReviver: Reviver = {
  isBornEmpty: true,
  create: (builder, segment, row) => shell(builder, segment, row, () => new WeakSet(), true),
  fill(builder, segment, from, to) {
    const items = segment.state[0] as ListCells;
    builder.lists(items, from, to, (row, start, end) => {
      const weakSet = builder.values[segment.firstId + row];
      for (let i = start; i < end; i++)
        if (isThere(builder, items.items, i)) apply(add, weakSet, [builder.value(items.items, i)]);
    });
  },
};

/** Revives WeakRefs. */
export const weakRefReviver: Reviver = {
  isBornEmpty: true,
  create(builder, segment, row) {
    const targets = segment.state[0] as Cells;
    const target = builder.ensured(targets, row) as object | undefined;
    if (isWaiting(builder, targets, row)) return PENDING;
    return shell(builder, segment, row, () => new WeakRefOriginal(target ?? gone()), true);
  },
};

// Nobody holds it, so the reference is soon empty; until then it says what it is.
function gone(): object {
  const path = 'the target of a WeakRef';
  const reason = 'nothing else in the snapshot held it';
  return createTombstone({ path, what: 'object', reason, hint: 'save it too', isCallable: false });
}

// A key whose reducer revives it later comes in when that has happened.
function isThere(builder: Builder, cells: Cells, i: number): boolean {
  return tagAt(cells, i) !== TAG.ref || builder.value(cells, i) !== undefined;
}
