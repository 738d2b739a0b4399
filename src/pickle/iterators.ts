// Iterators in a walk. Of Maps and Sets: finds the collections that they go over, and reports one whose collection was met
// too late for it. Of matches: writes those of which it can be told where they are, and buries the others.
//
// Knows nothing of V8; capturing tells where each stands.

import { types } from 'node:util';
import { matchIterator, mayBeMatchIterator } from '../realm/match-iterators.js';
import type { CapturedIterator } from './capture/types.js';
import type { Verdict, Walk } from './context.js';
import { reduceIterator, reduceMatches } from './reducers/iterator.js';

type Collection = 'map' | 'set';

const IS_ITERATOR: readonly (readonly [Collection, (value: unknown) => boolean])[] = [
  ['map', types.isMapIterator],
  ['set', types.isSetIterator],
];

/** Writes the rows of the iterators at these places. */
export function describeIterators(walk: Walk, places: readonly number[]): void {
  for (const [of, isIterator] of IS_ITERATOR) {
    const mine = places.filter((place) => isIterator(walk.places.value(place)));
    if (mine.length === 0) continue;
    const found = standings(walk, mine, of);
    mine.forEach((place, index) => {
      const iterator = found[index];
      if (iterator === undefined) {
        const why = 'the collection that it goes over cannot be found';
        return walk.bury(place, titleOf(of), why, 'make it again after loading');
      }
      if (iterator.isCopy) walk.copiedIterators.push(place);
      reduceIterator(walk, place, of, iterator);
    });
  }
}

/** Writes the rows of the iterators over matches at these places, or buries them. */
export function describeMatches(walk: Walk, places: readonly number[]): void {
  const mine = places.filter((place) => isMatchIterator(walk.places.value(place)));
  if (mine.length === 0) return;
  const found = walk.capture.matchesOf(mine.map((place) => walk.places.value(place) as object));
  mine.forEach((place, index) => {
    const matches = found[index];
    if (matches !== undefined) return reduceMatches(walk, place, matches);
    const { what, reason, hint } = walk.verdict(matchIterator) as Verdict;
    walk.bury(place, what, reason, hint);
  });
}

function isMatchIterator(value: unknown): boolean {
  return !types.isProxy(value) && mayBeMatchIterator(value as object);
}

/** Reports the iterators that were written with a copy of a collection which was met after them. */
export function reportCopied(walk: Walk): void {
  for (const [of, isIterator] of IS_ITERATOR) {
    const mine = walk.copiedIterators.filter((place) => isIterator(walk.places.value(place)));
    if (mine.length === 0) continue;
    const found = standings(walk, mine, of);
    mine.forEach((place, index) => {
      if (found[index]?.isCopy !== false) return;
      const why =
        'It goes on over a copy of what it had left: its collection was met after it and has another prototype';
      walk.change(place, titleOf(of), why, 'save the collection under a name that comes before it');
    });
  }
}

function standings(walk: Walk, places: readonly number[], of: Collection): (CapturedIterator | undefined)[] {
  const iterators = places.map((place) => walk.places.value(place) as object);
  return walk.capture.iteratorsOf(iterators, of, () => valuesOf(walk));
}

function* valuesOf(walk: Walk): Generator<unknown> {
  for (let place = 0; place < walk.places.count; place++) yield walk.places.value(place);
}

function titleOf(of: Collection): string {
  return of === 'map' ? 'Map iterator' : 'Set iterator';
}
