// Objects of the platform's classes: found by the prototype of the class, wherever it is in the chain, and then read
// from slots, which only the class's real instances have. What is saved are parts; the type says what they are.
//
// What Node keeps under symbols or in private fields of its own is no property of the value.

import { types } from 'node:util';
import type { Column, ListColumn } from '../../graph/column.js';
import { KINDS } from '../../graph/kinds.js';
import { hostClass, isPrototypeOf, withVouching } from '../../realm/host-classes.js';
import { intrinsicName } from '../../realm/intrinsics.js';
import { nothingAbove } from '../chains.js';
import type { Walk } from '../context.js';
import { eventHosts } from '../hosts/events.js';
import { intlHosts } from '../hosts/intl.js';
import { nodeHosts } from '../hosts/node.js';
import { type HostReducer, type HostTools, Refusal } from '../hosts/types.js';
import { webHosts } from '../hosts/web.js';
import { type OwnShape, ownShape, writeOwn } from '../own.js';
import type { Key } from '../shape.js';
import { vouchFor } from '../vouch.js';

const prototypeOf = Object.getPrototypeOf;
const descriptorOf = Object.getOwnPropertyDescriptor;

const BY_NAME = new Map<string, HostReducer[]>();
for (const host of [...webHosts, ...eventHosts, ...nodeHosts, ...intlHosts]) {
  const name = host.type.slice(host.type.indexOf('.') + 1);
  const list = BY_NAME.get(name);
  if (list === undefined) BY_NAME.set(name, [host]);
  else list.push(host);
}

/** Writes the row of an object of a class of the platform, and says whether it was one. */
export function reduceHost(walk: Walk, place: number, value: object): boolean {
  const proto = prototypeOf(value) as object | null;
  if (proto === null || proto === Object.prototype) return false;
  const host = hostOf(walk, proto);
  return host !== undefined && reduceAs(walk, place, value, host);
}

/** Does the same for an object that is no longer in the chain of its class, whose name is given. */
export function reduceHostNamed(walk: Walk, place: number, value: object, name: string): boolean {
  const hosts = name === WEAK_REF ? [WEAK_REF] : (BY_NAME.get(name) ?? []);
  return (hosts as (HostReducer | typeof WEAK_REF)[]).some((host) => reduceAs(walk, place, value, host));
}

function reduceAs(walk: Walk, place: number, value: object, host: HostReducer | typeof WEAK_REF): boolean {
  if (host === WEAK_REF) {
    if (isWeakRef(value)) walk.waiting.push(place);
    return isWeakRef(value);
  }
  if (ASK_TAG.has(host.type) && hasOddTag(value)) {
    const why = 'its class has a getter for its tag, which the platform would run';
    walk.bury(place, host.type, why, 'register a reducer for it');
    return true;
  }
  let parts: readonly unknown[] | Refusal;
  try {
    parts = withVouching(vouchFor(walk), () => host.reduce(value, toolsFor(walk, place, host)));
  } catch {
    return false; // it has the prototype and not the slots, or somebody has changed the class
  }
  if (parts instanceof Refusal) {
    walk.bury(place, parts.what, parts.reason, parts.hint);
    return true;
  }
  const own = shapeOf(walk, value, host);
  const segment = walk.row(own.node, place);
  walk.cell(segment.state[0] as Column, host.type, place);
  walk.list(segment.state[1] as ListColumn, parts, place);
  writeOwn(walk, segment, own, place);
  return true;
}

const ASK_TAG: ReadonlySet<string> = new Set(['Request', 'Response', 'Headers', 'FormData']);

// Node's fetch asks a value for its tag before it looks into it.
function hasOddTag(value: object): boolean {
  for (let at: object | null = value; at !== null; at = prototypeOf(at) as object | null) {
    const tag = descriptorOf(at, Symbol.toStringTag);
    if (tag !== undefined) return !('value' in tag) && intrinsicName(tag.get) === undefined;
  }
  return false;
}

const WEAK_REF = 'WeakRef';
const weakRefPrototype = WeakRef.prototype;
const modulePrototype: unknown = hostClass('Module')?.prototype;
const deref = WeakRef.prototype.deref;

/** True for a WeakRef, whatever its prototype. */
export function isWeakRef(value: unknown): boolean {
  try {
    Reflect.apply(deref, value, []);
    return true;
  } catch {
    return false;
  }
}

/** Keys are of classes below these, which Node does not export. */
const KEYS: ReadonlySet<string> = new Set(['KeyObject', 'CryptoKey']);

// The class that is nearest in the chain of prototypes. Classes of the user's may stand below it; one of Node's that is
// not known here keeps a state of its own.
function hostOf(walk: Walk, proto: object): HostReducer | typeof WEAK_REF | undefined {
  const below: Function[] = [];
  const nothing = nothingAbove(walk, 'host');
  const passed: object[] = [];
  for (let link: object | null = proto; link !== null; link = prototypeOf(link) as object | null) {
    if (types.isProxy(link) || nothing.has(link)) break;
    passed.push(link);
    const at = walk.homeOf(link);
    if (at === weakRefPrototype) return WEAK_REF;
    // Its constructor is behind a getter.
    if (at === modulePrototype) return BY_NAME.get('Module')?.[0];
    const maker: unknown = descriptorOf(at, 'constructor')?.value;
    const hasMaker = typeof maker === 'function' && !types.isProxy(maker);
    // Somebody may have put another constructor there, so the catalogue is asked first.
    const name =
      classNameIn(intrinsicName(at)) ?? (hasMaker ? descriptorOf(maker, 'name')?.value : undefined);
    const hosts = typeof name === 'string' ? BY_NAME.get(name) : undefined;
    const found = hosts?.find(({ type }) => isPrototypeOf(type, at));
    if (found === undefined && !hasMaker) continue;
    if (found === undefined) below.push(maker as Function);
    else if (KEYS.has(found.type)) return found;
    else return below.some((each) => isPlatforms(walk, each)) ? undefined : found;
  }
  for (const each of passed) nothing.add(each);
  return undefined;
}

// `Intl.NumberFormat.prototype` → `NumberFormat`
function classNameIn(intrinsic: string | undefined): string | undefined {
  return intrinsic === undefined ? undefined : /([A-Za-z]+)\.prototype$/.exec(intrinsic)?.[1];
}

function isPlatforms(walk: Walk, maker: Function): boolean {
  return walk.referenceTo(maker)?.space === 'intrinsic' || walk.capture.isForeign(maker);
}

function toolsFor(walk: Walk, place: number, { type }: HostReducer): HostTools {
  return {
    walk,
    hidden: (object, name) => hiddenIn(walk, object, name),
    change: (reason, hint) => walk.change(place, type, reason, hint),
  };
}

function hiddenIn(walk: Walk, object: object, name: string): unknown {
  for (const key of Object.getOwnPropertySymbols(object)) {
    if (key.description !== name) continue;
    const found = descriptorOf(object, key);
    if (found !== undefined && 'value' in found) return found.value as unknown;
  }
  for (const { fields } of walk.capture.privatesOf(object))
    if (fields.has(`#${name}`)) return fields.get(`#${name}`);
  return undefined;
}

// Own properties but for those that Node puts on every instance.
function shapeOf(walk: Walk, value: object, host: HostReducer): OwnShape {
  const keys = bornWith(host);
  return ownShape(walk, value, KINDS.host, {
    ...(KEYS.has(host.type) && { proto: (hostClass(host.type) as { prototype: object }).prototype }),
    isBrought: (key) => keys.has(key) || host.isNodes?.(key) === true,
    isError: host.type === 'DOMException',
  });
}

const born = new Map<HostReducer, ReadonlySet<Key>>();

function bornWith(host: HostReducer): ReadonlySet<Key> {
  let keys = born.get(host);
  if (keys === undefined) {
    keys = new Set(
      host
        .samples()
        .flatMap((sample) => Reflect.ownKeys(sample))
        .filter((key) => key !== 'stack'),
    );
    born.set(host, keys);
  }
  return keys;
}
