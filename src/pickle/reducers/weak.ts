// Weak collections: of their entries those whose key is in the snapshot for another reason, which only turns out when
// everything else was walked. A WeakRef keeps its target under the same condition.

import type { Walk } from '../context.js';

/** Notes a WeakMap: its slot is the list of its entries. */
export function reduceWeakMap(walk: Walk, place: number, [entries]: readonly unknown[]): void {
  const found = listed(entries).map(({ key, value }) => ({ key, value }));
  walk.weak(place, 'weakMap', found);
}

/** Notes a WeakSet: its slot is the list of its items. */
export function reduceWeakSet(walk: Walk, place: number, [entries]: readonly unknown[]): void {
  const found = listed(entries).map(({ value }) => ({ key: value, value: undefined }));
  walk.weak(place, 'weakSet', found);
}

/** Notes a WeakRef: its slot is its target, undefined when that is gone. */
export function reduceWeakRef(walk: Walk, place: number, [target]: readonly unknown[]): void {
  const isThere = typeof target === 'object' || typeof target === 'function' || typeof target === 'symbol';
  walk.weak(place, 'weakRef', isThere && target !== null ? [{ key: target, value: undefined }] : []);
}

// V8's list inherits nothing, not even a way to go over it.
function listed(entries: unknown): { key: unknown; value: unknown }[] {
  const list = entries as ArrayLike<{ key: unknown; value: unknown }>;
  const found: { key: unknown; value: unknown }[] = [];
  for (let i = 0; i < list.length; i++) found.push(list[i] as (typeof found)[number]);
  return found;
}
