// Finds out which Map or Set an iterator goes over, and where it stands.
//
// V8 shows what an iterator has left, not of which collection. So a mark is put at the end of every live collection for a
// moment: the iterator that has the mark left goes over that collection. An iterator that has ended sees no mark. V8 lists
// what inherits from Map.prototype or Set.prototype; collections that do not are looked at where the caller knows them.
// Runs nothing of the user's; every collection is as before when it returns.

import { types } from 'node:util';
import type { CapturedIterator } from './types.js';

/** What it looks with. */
export interface IteratorSources {
  slotsOf(objects: readonly object[], names: readonly string[]): (readonly unknown[] | undefined)[];
  alive(prototype: object): unknown[];
}

interface Entry {
  readonly key?: unknown;
  readonly value: unknown;
}

const { apply } = Reflect;
const mapSet = Map.prototype.set;
const mapDelete = Map.prototype.delete;
const mapSize = Object.getOwnPropertyDescriptor(Map.prototype, 'size')?.get as () => number;
const setAdd = Set.prototype.add;
const setDelete = Set.prototype.delete;
const setSize = Object.getOwnPropertyDescriptor(Set.prototype, 'size')?.get as () => number;
const mapPrototype = Map.prototype;
const setPrototype = Set.prototype;

/** Where iterators stand; undefined for one that cannot be read. `known` gives objects that V8 may not list. */
export function iteratorsOf(
  objects: readonly object[],
  of: 'map' | 'set',
  sources: IteratorSources,
  known: () => Iterable<unknown>,
): (CapturedIterator | undefined)[] {
  const isMap = of === 'map';
  const isCollection = (each: unknown): each is object => (isMap ? types.isMap(each) : types.isSet(each));
  const alive = sources.alive(isMap ? mapPrototype : setPrototype).filter(isCollection);
  const found = standings(objects, isMap, alive, sources);
  if (!found.some((one) => one?.isCopy === true)) return found;
  const listed = new Set<object>(alive);
  const strays: object[] = [];
  for (const each of known()) if (isCollection(each) && !listed.has(each)) strays.push(each);
  if (strays.length === 0) return found;
  const again = standings(objects, isMap, strays, sources);
  return found.map((one, index) => (one?.isCopy === true ? again[index] : one));
}

function standings(
  objects: readonly object[],
  isMap: boolean,
  collections: readonly object[],
  sources: IteratorSources,
): (CapturedIterator | undefined)[] {
  const marks = new Map<object, object>();
  let read: (readonly unknown[] | undefined)[];
  try {
    for (const collection of collections) {
      const mark = {};
      marks.set(mark, collection);
      if (isMap) apply(mapSet, collection, [mark, mark]);
      else apply(setAdd, collection, [mark]);
    }
    read = sources.slotsOf(objects, ['[[Entries]]', '[[IteratorKind]]', '[[IteratorHasMore]]']);
  } finally {
    for (const [mark, collection] of marks) {
      if (isMap) apply(mapDelete, collection, [mark]);
      else apply(setDelete, collection, [mark]);
    }
  }
  return read.map((slots) => {
    if (slots === undefined) return undefined;
    const entries = slots[0] as ArrayLike<Entry>;
    const gives = slots[1] as string;
    const last = entries.length === 0 ? undefined : entries[entries.length - 1]?.value;
    const source = marks.get(last as object);
    if (source === undefined) {
      const isCopy = entries.length > 0;
      return { source: isCopy ? leftOver(entries, gives, isMap) : undefined, position: 0, gives, isCopy };
    }
    const size = apply(isMap ? mapSize : setSize, source, []) as number;
    return { source, position: size - (entries.length - 1), gives, isCopy: false };
  });
}

// The collection is gone but for what the iterator has left.
function leftOver(entries: ArrayLike<Entry>, gives: string, isMap: boolean): object {
  const left = isMap ? new Map<unknown, unknown>() : new Set<unknown>();
  for (let i = 0; i < entries.length; i++) {
    const { key, value } = entries[i] as Entry;
    if (!isMap) apply(setAdd, left, [value]);
    else if (gives === 'entries') apply(mapSet, left, [key, value]);
    else apply(mapSet, left, gives === 'keys' ? [value, undefined] : [i, value]);
  }
  return left;
}
