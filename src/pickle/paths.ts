// Names the way from a root to a value, for reports: `db.pool.clients[0].socket`.
//
// The walk keeps one number a value, its parent; the step from parent to child is found again when it is needed.
// Reads descriptors and captured bindings only.

import { types } from 'node:util';
import type { Walk } from './context.js';

const STEPS_MAX = 60;

const mapEntries = Map.prototype.entries;
const setValues = Set.prototype.values;
const mapNext = Object.getPrototypeOf(new Map().entries()).next as () => IteratorResult<[unknown, unknown]>;
const setNext = Object.getPrototypeOf(new Set().values()).next as () => IteratorResult<unknown>;
const apply = Reflect.apply;

/** The root and the path of the value at a place; long paths lose their middle. */
export function pathOf(walk: Walk, place: number): { root: string; path: string } {
  const steps: string[] = [];
  let at = place;
  let parent = walk.parents[at] as number;
  while (parent >= 0) {
    if (steps.length < STEPS_MAX) steps.push(stepOf(walk, parent, at));
    else if (steps.length === STEPS_MAX) steps.push(' … ');
    at = parent;
    parent = walk.parents[at] as number;
  }
  const root = walk.roots[-1 - parent]?.name ?? '';
  return { root, path: root + steps.reverse().join('') };
}

function stepOf(walk: Walk, parentPlace: number, childPlace: number): string {
  const scope = walk.scopeAt(parentPlace);
  const child = walk.values[childPlace];
  if (scope !== undefined) {
    for (const [name, binding] of scope.bindings) if (binding.value === child) return ` → captures ${name}`;
    return '';
  }
  if (walk.scopeAt(childPlace) !== undefined) return '';
  const parent = walk.values[parentPlace];
  if ((typeof parent !== 'object' && typeof parent !== 'function') || parent === null) return '';
  if (types.isProxy(parent)) return ' → target';
  return ownStep(parent, child) ?? entryStep(parent, child) ?? ' → inside';
}

function ownStep(parent: object, child: unknown): string | undefined {
  for (const key of Reflect.ownKeys(parent)) {
    const descriptor = Object.getOwnPropertyDescriptor(parent, key);
    if (descriptor === undefined) continue;
    if (descriptor.value === child && 'value' in descriptor) return keyStep(parent, key);
    if (descriptor.get === child && child !== undefined) return `${keyStep(parent, key)} → getter`;
    if (descriptor.set === child && child !== undefined) return `${keyStep(parent, key)} → setter`;
  }
  return Object.getPrototypeOf(parent) === child ? ' → prototype' : undefined;
}

function entryStep(parent: object, child: unknown): string | undefined {
  if (types.isMap(parent)) {
    const iterator: unknown = apply(mapEntries, parent, []);
    for (let n = apply(mapNext, iterator, []); !n.done; n = apply(mapNext, iterator, [])) {
      const [key, value] = n.value as [unknown, unknown];
      if (value === child) return `.get(${briefly(key)})`;
      if (key === child) return ' → key';
    }
  }
  if (types.isSet(parent)) {
    let index = 0;
    const iterator: unknown = apply(setValues, parent, []);
    for (let n = apply(setNext, iterator, []); !n.done; n = apply(setNext, iterator, [])) {
      if (n.value === child) return ` → item ${index}`;
      index++;
    }
  }
  return undefined;
}

function keyStep(parent: object, key: string | symbol): string {
  if (typeof key === 'symbol') return `[${String(key)}]`;
  if (Array.isArray(parent) && /^\d+$/.test(key)) return `[${key}]`;
  return /^[A-Za-z_$][\w$]*$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}

function briefly(key: unknown): string {
  if (typeof key === 'string') return JSON.stringify(key.length > 40 ? `${key.slice(0, 40)}…` : key);
  if (typeof key === 'object' && key !== null) return 'an object';
  if (typeof key === 'function') return 'a function';
  return typeof key === 'bigint' ? `${key}n` : String(key);
}
