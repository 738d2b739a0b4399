// Maps: entries in order, put in with the Map's own method.

import type { ListCells } from '../../graph/column.js';
import type { Segment } from '../../graph/graph.js';
import type { Builder } from '../context.js';
import { leaveUnfinished } from '../unfinished.js';
import { isBare } from './bare.js';
import { canFill, fillCollections } from './entries.js';
import { shell } from './shell.js';
import type { Reviver } from './types.js';

const MapOriginal = Map;
const set = Map.prototype.set;
const clear = Map.prototype.clear;
const apply = Reflect.apply;

type Columns = readonly (readonly unknown[])[];

/** Revives Maps. */
export const mapReviver: Reviver = {
  isBornEmpty: true,
  makeAll(builder, segment) {
    if (!isBare(builder, segment, MapOriginal.prototype)) return false;
    const { values } = builder;
    const end = segment.firstId + segment.rows;
    for (let id = segment.firstId; id < end; id++) values[id] = new MapOriginal();
    if (canFill(builder, segment)) fillAll(builder, segment);
    else leaveUnfinished(segment);
    return true;
  },
  patch: fillAll,
  create: (builder, segment, row) => shell(builder, segment, row, () => new MapOriginal(), true),
  fill(builder, segment, from, to) {
    checkPairs(builder, segment);
    fillCollections(builder, segment, { from, to, empty }, put);
  },
};

function fillAll(builder: Builder, segment: Segment): void {
  checkPairs(builder, segment);
  fillCollections(builder, segment, { from: 0, to: segment.rows }, putPlain);
}

function checkPairs(builder: Builder, { state }: Segment): void {
  const [keys, values] = state as [ListCells, ListCells];
  builder.checkPaired(keys, values);
}

const empty = (map: Map<unknown, unknown>): void => apply(clear, map, []);

// Of a Map of a class of the user's, the method may be the class's own.
function put(map: Map<unknown, unknown>, [keys, values]: Columns, from: number, to: number): void {
  for (let i = from; i < to; i++) apply(set, map, [keys?.[i], values?.[i]]);
}

// These inherit from `Map.prototype`, which is as it was when brine was loaded.
function putPlain(
  map: Map<unknown, unknown>,
  [keys = [], values = []]: Columns,
  from: number,
  to: number,
): void {
  for (let i = from; i < to; i++) map.set(keys[i], values[i]);
}
