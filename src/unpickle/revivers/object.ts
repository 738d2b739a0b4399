// Plain objects and class instances.

import type { Segment } from '../../graph/graph.js';
import type { Builder } from '../context.js';
import { makeLiterals, patchLiterals } from '../literals.js';
import { protoOf, shell } from './shell.js';
import type { Reviver } from './types.js';

const factories = new WeakMap<object, new () => object>();
const setPrototypeOf = Object.setPrototypeOf;

/** Revives objects without a brand. */
export const objectReviver: Reviver = {
  isBornEmpty: true,
  makeAll(builder, segment) {
    if (builder.hasHomes) return false;
    return makeLiterals(builder, segment, protoOf(builder, segment));
  },
  patch: patchLiterals,
  create(builder, segment, row) {
    if (builder.hasHomes && builder.isHome(segment.firstId + row)) return homeShell(builder, segment, row);
    if (segment.layout.brands.length > 0) return shell(builder, segment, row, () => ({}), false);
    const proto = protoOf(builder, segment);
    if (proto === Object.prototype) return {};
    return proto === null ? Object.create(null) : new (factoryFor(proto))();
  },
};

// Methods with `super` were written in this object: the literal that holds them must be the object.
function homeShell(builder: Builder, segment: Segment, row: number): object {
  const proto = protoOf(builder, segment);
  const object = builder.rebuilder.homeShell(segment.firstId + row) ?? {};
  for (const key of Reflect.ownKeys(object)) Reflect.deleteProperty(object, key);
  setPrototypeOf(object, proto);
  return object;
}

// Constructing through a function with that prototype lets V8 track how many fields such objects get.
function factoryFor(proto: object): new () => object {
  let factory = factories.get(proto);
  if (factory === undefined) {
    const made = function restored() {} as unknown as new () => object;
    made.prototype = proto;
    factories.set(proto, made);
    factory = made;
  }
  return factory;
}
