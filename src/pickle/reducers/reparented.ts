// Objects of the engine and of the platform whose prototype was replaced: nothing in their chain says what they are, and their
// state is in slots, not in properties. V8 keeps the name of what made an object.
//
// V8 is asked once for each hidden class, since those of one have one maker. Objects that have an ordinary prototype and properties
// with names are most of all, and are not asked about; those without any property are often what `{}` gives.
//
// Knows nothing of how V8 is asked, nor of what the rows of the platform's objects hold.

import { types } from 'node:util';
import { intrinsicName } from '../../realm/intrinsics.js';
import { noteMatchIterator } from '../../realm/match-iterators.js';
import { isNativeFunction } from '../../realm/native-function.js';
import { natives } from '../../realm/natives.js';
import type { Walk } from '../context.js';
import { verdictOfMaker } from '../prototypes.js';
import { reduceHostNamed } from './host.js';
import { hasHref, reduceUrl } from './url.js';

const prototypeOf = Object.getPrototypeOf;
const descriptorOf = Object.getOwnPropertyDescriptor;
const { ownKeys, apply } = Reflect;
const { unregister } = FinalizationRegistry.prototype;

/** Samples of hidden classes that are kept at once. */
const SAMPLES_MAX = 64;
/** Objects that are asked about at once. */
const BATCH_MAX = 128;
const ordinary: readonly object[] = [{}, Object.create(null)];

/** What one walk has asked. */
interface Asked {
  /** Hidden classes that were asked about, by an object of each, last met first. */
  readonly samples: object[];
  /** The same without V8's help: prototypes. */
  readonly protos: Set<object>;
  /** What was asked last, for objects that come next too. */
  ahead: ReadonlyMap<object, string | undefined>;
  batch: number;
}

const asked = new WeakMap<Walk, Asked>();

/** Writes the row of an object that the engine or the platform made and that lost its prototype, and says whether it was one. */
export function reduceReparented(
  walk: Walk,
  place: number,
  value: object,
  keys: readonly (string | symbol)[],
): boolean {
  if (!isSuspect(walk, value, keys)) return false;
  // Some of Node's are made by a class of another name than the one that it gives out.
  const maker = makerOf(walk, place, value)?.replace(/^_/, '');
  if (maker === undefined || maker === 'Object' || isExplained(value, maker)) return false;
  if (maker === 'RegExpStringIterator') {
    noteMatchIterator(value);
    walk.waiting.push(place);
    return true;
  }
  if (maker === 'URL' && hasHref(value)) {
    reduceUrl(walk, place, value as URL);
    return true;
  }
  if (reduceHostNamed(walk, place, value, maker)) return true;
  const found = verdictOfMaker(maker);
  if (found === undefined || !hasSlots(value, keys, found.proto)) return false;
  const { what, reason, hint } = found.verdict;
  walk.bury(place, what, `it has another prototype than it was made with, and ${reason}`, hint);
  return true;
}

function isSuspect(walk: Walk, value: object, keys: readonly unknown[]): boolean {
  const proto = prototypeOf(value) as object | null;
  const isOrdinary = proto === null || proto === Object.prototype;
  if (isOrdinary && keys.length > 0 && !keys.some(isSymbol)) return false;
  if (natives === undefined) return isOrdinary || isNewPrototype(walk, proto);
  const { haveSameMap } = natives;
  if (isOrdinary && ordinary.some((sample) => haveSameMap(value, sample))) return false;
  const { samples } = tableOf(walk);
  const at = samples.findIndex((sample) => haveSameMap(value, sample));
  if (at > 0) samples.unshift(...samples.splice(at, 1));
  if (at >= 0) return false;
  samples.unshift(value);
  if (samples.length > SAMPLES_MAX) samples.pop();
  return true;
}

// Asking for one takes a tenth of a millisecond, and hardly more for a hundred: where there were many, those that come next are
// asked about at once.
function makerOf(walk: Walk, place: number, value: object): string | undefined {
  const table = tableOf(walk);
  if (!table.ahead.has(value)) {
    const objects = [value];
    for (let at = place + 1; at < walk.places.count && objects.length < table.batch; at++) {
      const next = walk.places.value(at);
      if (typeof next === 'object' && next !== null && !types.isProxy(next) && !hasOrdinary(next))
        objects.push(next);
    }
    const makers = walk.capture.makersOf(objects);
    table.ahead = new Map(objects.map((object, i) => [object, makers[i]]));
    table.batch = Math.min(BATCH_MAX, table.batch * 2);
  }
  return table.ahead.get(value);
}

function hasOrdinary(object: object): boolean {
  const proto = prototypeOf(object) as object | null;
  return proto === null || proto === Object.prototype || proto === Array.prototype;
}

function isNewPrototype(walk: Walk, proto: object): boolean {
  const { protos } = tableOf(walk);
  const isNew = !protos.has(proto);
  protos.add(proto);
  return isNew;
}

function tableOf(walk: Walk): Asked {
  let table = asked.get(walk);
  if (table === undefined)
    asked.set(walk, (table = { samples: [], protos: new Set(), ahead: new Map(), batch: 1 }));
  return table;
}

// A class of the user's may have any name; its instances have its prototype.
function isExplained(value: object, name: string): boolean {
  for (let at = prototypeOf(value) as object | null; at !== null && !types.isProxy(at); ) {
    const maker: unknown = descriptorOf(at, 'constructor')?.value;
    if (typeof maker === 'function' && !types.isProxy(maker) && descriptorOf(maker, 'name')?.value === name)
      return true;
    at = prototypeOf(at) as object | null;
  }
  return false;
}

// A class of the user's that has such a name, and lost its instance, has none of the slots: the engine's getters say so. What the
// platform made in JavaScript has members of its own.
function hasSlots(value: object, keys: readonly (string | symbol)[], proto: object | undefined): boolean {
  if (proto === undefined) return keys.length === 0;
  if (intrinsicName(proto) === 'FinalizationRegistry.prototype') return answers(unregister, value, [{}]);
  const getters = ownKeys(proto).flatMap((key) => descriptorOf(proto, key)?.get ?? []);
  const [getter] = getters.filter(isNativeFunction);
  if (getter !== undefined) return answers(getter, value, []);
  if (getters.length === 0) return keys.length === 0 || keys.some(isSymbol);
  return keys.some(isSymbol) || natives?.privateNames(value)?.length !== 0;
}

function isSymbol(key: unknown): key is symbol {
  return typeof key === 'symbol';
}

function answers(fn: Function, value: object, args: readonly unknown[]): boolean {
  try {
    apply(fn, value, args);
    return true;
  } catch {
    return false;
  }
}
