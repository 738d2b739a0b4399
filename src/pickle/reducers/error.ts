// Errors. Everything they carry is own properties: message, cause, errors, and the stack as a string.

import { types } from 'node:util';
import { KINDS } from '../../graph/kinds.js';
import { intrinsicName } from '../../realm/intrinsics.js';
import type { Walk } from '../context.js';
import { ownShape, writeOwn } from '../own.js';

const descriptorOf = Object.getOwnPropertyDescriptor;

/** Writes the row of an Error. */
export function reduceError(walk: Walk, place: number, error: Error): void {
  const proto = namedPrototype(walk, place, error);
  const own = ownShape(walk, error, KINDS.error, { isError: true, ...(proto !== null && { proto }) });
  writeOwn(walk, walk.row(own.node, place), own, place);
}

// Node's own errors have classes that nobody can name; the class above is the one that programs ask for.
function namedPrototype(walk: Walk, place: number, error: Error): object | null {
  const proto = Object.getPrototypeOf(error) as object | null;
  if (proto === null || !isNodes(walk, proto)) return proto;
  let above: object | null = proto;
  while (above !== null && isNodes(walk, above)) above = Object.getPrototypeOf(above) as object | null;
  const name = intrinsicName(above)?.replace('.prototype', '') ?? 'Error';
  const why = `its class is inside Node; it is saved as a ${name} with the same properties`;
  walk.change(place, name, why, 'compare `code` rather than the class');
  return above;
}

function isNodes(walk: Walk, proto: object): boolean {
  if (types.isProxy(proto) || intrinsicName(walk.homeOf(proto)) !== undefined) return false;
  const maker = descriptorOf(proto, 'constructor');
  const made: unknown = maker?.get ?? maker?.value;
  if (typeof made !== 'function' || types.isProxy(made) || walk.referenceTo(made) !== undefined) return false;
  return walk.capture.isForeign(made);
}
