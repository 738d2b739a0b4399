// Shells: objects made by their built-in and then given the prototype of their layout, or stamped by the classes whose
// private members they hold.

import { type Cells, numberAt, TAG, tagAt } from '../../graph/column.js';
import type { Segment } from '../../graph/graph.js';
import { type TombstoneRecord, tombstoneRecord } from '../../realm/tombstone.js';
import { behind } from '../captured.js';
import type { Builder } from '../context.js';
import { keysOf } from '../keys.js';

const prototypeOf = Object.getPrototypeOf;
const setPrototypeOf = Object.setPrototypeOf;

/** The prototype that a layout names; undefined when it is a value that can be none. */
export function protoOf(builder: Builder, segment: Segment): object | null {
  const { proto } = segment.layout;
  if (proto === null || proto === undefined) return null;
  const value = behind(builder.ensure(proto));
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) {
    throw builder.corrupt('a prototype is a primitive');
  }
  return value;
}

/** Makes a shell with `make`, stamped where the layout has brands, and gives it the layout's prototype. */
export function shell(
  builder: Builder,
  segment: Segment,
  row: number,
  make: () => object,
  isBuiltin: boolean,
): object {
  const proto = protoOf(builder, segment);
  const brands = segment.layout.brands.filter((brand) => !brand.isStatic);
  // The classes are records in data mode: there is nothing to stamp with.
  if (brands.length > 0 && !builder.isData) {
    const owners = brands.map((brand) => builder.ensure(brand.owner) as Function);
    const missing = owners.map((owner) => tombstoneRecord(owner)).find((record) => record !== undefined);
    if (missing !== undefined) return buryInstance(builder, segment, row, missing);
    const keys = keysOf(builder, segment.layout);
    return builder.rebuilder.allocateStamped(owners, proto, isBuiltin ? make : undefined, keys);
  }
  const object = make();
  if (prototypeOf(object) !== proto) setPrototypeOf(object, proto);
  return object;
}

// Without its class an object cannot have the class's private members.
function buryInstance(builder: Builder, segment: Segment, row: number, missing: TombstoneRecord): object {
  const id = segment.firstId + row;
  builder.bury(id, `instance of ${missing.path}`, `its class is missing: ${missing.reason}`, missing.hint);
  return builder.values[id] as object;
}

/** True for a cell whose value exists only when its reducer has revived it: what needs it has to wait. */
export function isWaiting(builder: Builder, cells: Cells, i: number): boolean {
  if (tagAt(cells, i) !== TAG.ref) return false;
  const id = numberAt(cells, i);
  builder.ensure(id);
  return !builder.isMade(id);
}
