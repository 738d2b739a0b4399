// Objects whose state only V8 shows: proxies, promises, weak collections, generators and iterators. They wait, as functions do, and are looked
// at in batches when the queue is empty. No trap runs and nothing is awaited.
//
// Knows nothing of V8; capturing tells what the slots hold.

import { types } from 'node:util';
import { natives } from '../realm/natives.js';
import type { CapturedGenerator, Uncapturable } from './capture/types.js';
import type { Verdict, Walk } from './context.js';
import { describeIterators, describeMatches } from './iterators.js';
import { reduceGenerator } from './reducers/generator.js';
import { isWeakRef } from './reducers/host.js';
import { reducePromise } from './reducers/promise.js';
import { reduceProxy } from './reducers/proxy.js';
import { reduceWeakMap, reduceWeakRef, reduceWeakSet } from './reducers/weak.js';

type ReduceSlots = (walk: Walk, place: number, slots: readonly unknown[]) => void;

interface Slotted {
  readonly is: (value: unknown) => boolean;
  readonly what: string;
  readonly reduce: ReduceSlots;
  readonly slots: readonly string[];
}

const SLOTTED: readonly Slotted[] = [
  {
    is: types.isProxy,
    what: 'Proxy',
    reduce: reduceProxy,
    slots: ['[[Target]]', '[[Handler]]', '[[IsRevoked]]'],
  },
  {
    is: types.isPromise,
    what: 'Promise',
    reduce: reducePromise,
    slots: ['[[PromiseState]]', '[[PromiseResult]]'],
  },
  { is: types.isWeakMap, what: 'WeakMap', reduce: reduceWeakMap, slots: ['[[Entries]]'] },
  { is: types.isWeakSet, what: 'WeakSet', reduce: reduceWeakSet, slots: ['[[Entries]]'] },
  { is: isWeakRef, what: 'WeakRef', reduce: reduceWeakRef, slots: ['[[WeakRefTarget]]'] },
];

const UNREADABLE: Omit<Verdict, 'what'> = {
  reason: "what it holds can only be read through V8's inspector, which cannot look at it here",
  hint: 'run with a Node that has the inspector, or leave it out',
};

/** Writes the rows of the objects at these places. */
export function describeSlotted(walk: Walk, places: readonly number[]): void {
  describeGenerators(walk, places);
  describeIterators(walk, places);
  describeMatches(walk, places);
  for (const { is, what, reduce, slots } of SLOTTED) {
    // A proxy is nothing else, whatever its target is.
    const mine = places.filter((place) => is(walk.places.value(place)));
    if (mine.length === 0) continue;
    const objects = mine.map((place) => walk.places.value(place) as object);
    const read =
      is === types.isProxy ? proxySlots(walk, objects, slots) : walk.capture.slotsOf(objects, slots);
    mine.forEach((place, index) => {
      const found = read[index];
      if (found === undefined) walk.bury(place, what, UNREADABLE.reason, UNREADABLE.hint);
      else reduce(walk, place, found);
    });
  }
}

function describeGenerators(walk: Walk, places: readonly number[]): void {
  const mine = places.filter((place) => types.isGeneratorObject(walk.places.value(place)));
  if (mine.length === 0) return;
  const described = walk.capture.describeGenerators(mine.map((place) => walk.places.value(place) as object));
  mine.forEach((place, index) => {
    const found = described[index] as CapturedGenerator | Uncapturable;
    if (found.kind === 'generator') reduceGenerator(walk, place, found);
    else walk.bury(place, 'generator object', found.reason, found.hint);
  });
}

// The inspector names what it shows, and a proxy further up would be asked for that; V8's own answer asks nobody.
function proxySlots(
  walk: Walk,
  proxies: readonly object[],
  slots: readonly string[],
): (readonly unknown[] | undefined)[] {
  if (natives === undefined) return walk.capture.slotsOf(proxies, slots);
  const { proxyTarget, proxyHandler } = natives;
  return proxies.map((proxy) => {
    const handler = proxyHandler(proxy);
    return [proxyTarget(proxy), handler, handler === null];
  });
}
