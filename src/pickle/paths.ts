// Names the way from a root to a value, for reports: `db.pool.clients[0].socket`.
//
// The walk keeps one number a value, its parent; the step from parent to child is found again when it is needed.
// Reads descriptors and captured bindings only.

import { types } from 'node:util';
import type { Walk } from './context.js';

const STEPS_MAX = 60;
/** Parents with more children than this are looked through once a walk. */
const LARGE = 64;

const mapEntries = Map.prototype.entries;
const setValues = Set.prototype.values;
const mapNext = Object.getPrototypeOf(new Map().entries()).next as () => IteratorResult<[unknown, unknown]>;
const setNext = Object.getPrototypeOf(new Set().values()).next as () => IteratorResult<unknown>;
const apply = Reflect.apply;

/** What finding paths of one walk has learnt: thousands of losses must not look through the same parents again. */
interface Known {
  /** The root's index by place. */
  readonly roots: Map<number, number>;
  /** The steps to the children of large parents. */
  readonly steps: Map<object, ReadonlyMap<unknown, string>>;
}

const known = new WeakMap<Walk, Known>();

/** The root and the path of the value at a place; long paths lose their middle. */
export function pathOf(walk: Walk, place: number): { root: string; path: string } {
  const steps: string[] = [];
  let at = place;
  let parent = walk.places.parent(at);
  while (parent >= 0 && steps.length < STEPS_MAX) {
    steps.push(stepOf(walk, parent, at));
    at = parent;
    parent = walk.places.parent(at);
  }
  if (parent >= 0) steps.push(' … ');
  const root = walk.roots[rootOf(walk, place)]?.name ?? '';
  return { root, path: root + steps.reverse().join('') };
}

function rootOf(walk: Walk, place: number): number {
  const { roots } = knownOf(walk);
  const passed: number[] = [];
  let at = place;
  while (at >= 0 && !roots.has(at)) {
    passed.push(at);
    at = walk.places.parent(at);
  }
  const root = at >= 0 ? (roots.get(at) as number) : -1 - at;
  for (const one of passed) roots.set(one, root);
  return root;
}

function knownOf(walk: Walk): Known {
  let found = known.get(walk);
  if (found === undefined) {
    found = { roots: new Map(), steps: new Map() };
    known.set(walk, found);
  }
  return found;
}

function stepOf(walk: Walk, parentPlace: number, childPlace: number): string {
  const scope = walk.scopeAt(parentPlace);
  const child = walk.places.value(childPlace);
  if (scope !== undefined) {
    for (const [name, binding] of scope.bindings) if (binding.value === child) return ` → captures ${name}`;
    return '';
  }
  if (walk.scopeAt(childPlace) !== undefined) return '';
  const parent = walk.places.value(parentPlace);
  if ((typeof parent !== 'object' && typeof parent !== 'function') || parent === null) return '';
  if (types.isProxy(parent)) return ' → target';
  return stepTo(walk, parent, child) ?? ' → inside';
}

function stepTo(walk: Walk, parent: object, child: unknown): string | undefined {
  const { steps } = knownOf(walk);
  const before = steps.get(parent);
  if (before !== undefined) return before.get(child);
  const made = new Map<unknown, string>();
  let count = 0;
  forEachStep(parent, (value, step) => {
    count++;
    if (!made.has(value)) made.set(value, step());
  });
  if (count > LARGE) steps.set(parent, made);
  return made.get(child);
}

type Visit = (child: unknown, step: () => string) => void;

function forEachStep(parent: object, visit: Visit): void {
  for (const key of Reflect.ownKeys(parent)) {
    const descriptor = Object.getOwnPropertyDescriptor(parent, key);
    if (descriptor === undefined) continue;
    const { value, get, set } = descriptor;
    if (isNamed(value)) visit(value, () => keyStep(parent, key));
    if (get !== undefined) visit(get, () => `${keyStep(parent, key)} → getter`);
    if (set !== undefined) visit(set, () => `${keyStep(parent, key)} → setter`);
  }
  const proto: unknown = Object.getPrototypeOf(parent);
  if (types.isMap(parent)) forEachEntry(parent, visit);
  if (types.isSet(parent)) forEachItem(parent, visit);
  visit(proto, () => ' → prototype');
}

function isNamed(value: unknown): boolean {
  return typeof value === 'symbol' || typeof value === 'function' || typeof value === 'object';
}

function forEachEntry(map: Map<unknown, unknown>, visit: Visit): void {
  const iterator: unknown = apply(mapEntries, map, []);
  for (let n = apply(mapNext, iterator, []); !n.done; n = apply(mapNext, iterator, [])) {
    const [key, value] = n.value as [unknown, unknown];
    if (isNamed(value)) visit(value, () => `.get(${briefly(key)})`);
    if (isNamed(key)) visit(key, () => ' → key');
  }
}

function forEachItem(set: Set<unknown>, visit: Visit): void {
  let index = 0;
  const iterator: unknown = apply(setValues, set, []);
  for (let n = apply(setNext, iterator, []); !n.done; n = apply(setNext, iterator, [])) {
    const at = index++;
    if (isNamed(n.value)) visit(n.value, () => ` → item ${at}`);
  }
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
