// Whether assigning properties can only mean defining them: the question before every fast way of filling objects.

import { types } from 'node:util';
import { DATA_DEFAULT, type Segment } from '../graph/graph.js';
import { behind } from './captured.js';
import type { Builder } from './context.js';

type Key = string | symbol;

const descriptorOf = Object.getOwnPropertyDescriptor;
const prototypeOf = Object.getPrototypeOf;
/** Longer chains of prototypes are not looked through: properties below them are defined. */
const CHAIN_MAX = 64;

/** True when assigning the keys to an object of the layout can only mean defining plain properties. */
export function canAssign(builder: Builder, segment: Segment, keys: readonly Key[]): boolean {
  const { layout } = segment;
  if (layout.attributes.some((attributes) => attributes !== DATA_DEFAULT)) return false;
  if (keys.includes('__proto__')) return false;
  let proto =
    layout.proto === null || layout.proto === undefined
      ? null
      : (behind(builder.ensure(layout.proto)) as object | null);
  for (let depth = 0; proto !== null; depth++) {
    if (types.isProxy(proto) || depth > CHAIN_MAX) return false;
    // These take what is assigned below them: a typed array swallows numbers, a namespace refuses everything.
    if (types.isTypedArray(proto) || types.isModuleNamespaceObject(proto)) return false;
    for (const key of keys) {
      const found = descriptorOf(proto, key);
      if (found !== undefined && found.writable !== true) return false;
    }
    proto = prototypeOf(proto) as object | null;
  }
  return true;
}
