// Sets: items in order, put in with the Set's own method.

import type { Segment } from '../../graph/graph.js';
import type { Builder } from '../context.js';
import { leaveUnfinished } from '../unfinished.js';
import { isBare } from './bare.js';
import { canFill, fillCollections } from './entries.js';
import { shell } from './shell.js';
import type { Reviver } from './types.js';

const SetOriginal = Set;
const add = Set.prototype.add;
const clear = Set.prototype.clear;
const apply = Reflect.apply;

type Columns = readonly (readonly unknown[])[];

/** Revives Sets. */
export const setReviver: Reviver = {
  isBornEmpty: true,
  makeAll(builder, segment) {
    if (!isBare(builder, segment, SetOriginal.prototype)) return false;
    const { values } = builder;
    const end = segment.firstId + segment.rows;
    for (let id = segment.firstId; id < end; id++) values[id] = new SetOriginal();
    if (canFill(builder, segment)) fillAll(builder, segment);
    else leaveUnfinished(segment);
    return true;
  },
  patch: fillAll,
  create: (builder, segment, row) => shell(builder, segment, row, () => new SetOriginal(), true),
  fill: (builder, segment, from, to) => fillCollections(builder, segment, { from, to, empty }, put),
};

function fillAll(builder: Builder, segment: Segment): void {
  fillCollections(builder, segment, { from: 0, to: segment.rows }, putPlain);
}

const empty = (set: Set<unknown>): void => apply(clear, set, []);

// Of a Set of a class of the user's, the method may be the class's own.
function put(set: Set<unknown>, [items]: Columns, from: number, to: number): void {
  for (let i = from; i < to; i++) apply(add, set, [items?.[i]]);
}

// These inherit from `Set.prototype`, which is as it was when brine was loaded.
function putPlain(set: Set<unknown>, [items = []]: Columns, from: number, to: number): void {
  for (let i = from; i < to; i++) set.add(items[i]);
}
