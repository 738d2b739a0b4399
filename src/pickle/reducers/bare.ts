// Dates, Maps and Sets with nothing beside their content, recognised by their hidden class and by having no key at all: no
// brand, descriptor or prototype has to be asked for. They write the same rows as the plain way does.
//
// Knows nothing of objects with properties of their own.

import type { Column, ListColumn } from '../../graph/column.js';
import { KINDS, type Kind } from '../../graph/kinds.js';
import { natives } from '../../realm/natives.js';
import type { Walk } from '../context.js';
import { bareNode, isOurs } from './bare-node.js';
import { timeOf } from './date.js';
import { firstKeyOf, isChainOdd } from './first-key.js';
import { writeEntries } from './map.js';
import { writeItems } from './set.js';

const BARE_DATE = new Date(0);
const BARE_MAP = new Map();
const BARE_SET = new Set();
const BUILT_INS: readonly object[] = [Date.prototype, Map.prototype, Set.prototype];

/** Writes the row of a bare Date, Map or Set, and says whether it was one. */
export function reduceBare(walk: Walk, place: number, value: object): boolean {
  if (natives === undefined) return false;
  const { haveSameMap } = natives;
  if (haveSameMap(value, BARE_DATE) && isBare(walk, value, Date.prototype)) {
    const [time] = state(walk, place, KINDS.date, Date.prototype) as [Column];
    time.number(timeOf(value as Date));
    return true;
  }
  if (haveSameMap(value, BARE_MAP) && isBare(walk, value, Map.prototype)) {
    const [keys, values] = state(walk, place, KINDS.map, Map.prototype) as [ListColumn, ListColumn];
    writeEntries(walk, place, value as Map<unknown, unknown>, { keys, values });
    return true;
  }
  if (haveSameMap(value, BARE_SET) && isBare(walk, value, Set.prototype)) {
    const [items] = state(walk, place, KINDS.set, Set.prototype) as [ListColumn];
    writeItems(walk, place, value as Set<unknown>, items);
    return true;
  }
  return false;
}

// False when there may be index properties, or somebody registered a reducer for the kind.
function isBare(walk: Walk, value: object, proto: object): boolean {
  walk.hasOddBuiltIns ??= BUILT_INS.some(isChainOdd);
  return !walk.hasOddBuiltIns && firstKeyOf(value) === undefined && isOurs(walk, proto);
}

function state(walk: Walk, place: number, kind: Kind, proto: object): readonly (Column | ListColumn)[] {
  return walk.row(bareNode(walk, kind, proto), place).state;
}
