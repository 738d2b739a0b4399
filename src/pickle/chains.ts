// Chains of prototypes that were looked through in vain, so that many objects below one, or one object above the other, are
// looked through once a walk.

import type { Walk } from './context.js';

/** What was looked for. */
export type Quest = 'host' | 'protocol';

const inVain = new WeakMap<Walk, Record<Quest, Set<object>>>();

/** Prototypes above which there is nothing of that, as far as this walk has looked. */
export function nothingAbove(walk: Walk, quest: Quest): Set<object> {
  let sets = inVain.get(walk);
  if (sets === undefined) {
    sets = { host: new Set(), protocol: new Set() };
    inVain.set(walk, sets);
  }
  return sets[quest];
}
