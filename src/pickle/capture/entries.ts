// The levels of a scope chain as V8 lists them, and how they are read: a variable in the dead zone has no value, and the
// object of a `with` block is the user's own. Knows nothing of texts and of the inspector.

import { types } from 'node:util';

const descriptorOf = Reflect.getOwnPropertyDescriptor;
const ownKeys = Reflect.ownKeys;
const read = Reflect.get;
const prototypeOf = Reflect.getPrototypeOf;
const objectPrototype = Object.prototype;

/** One level of a function's scope chain as V8 lists it. Values of `object` are the live ones. */
export interface ScopeEntry {
  /** `Closure`, `Block`, `Catch`, `With Block`, `Module`, `Script`, `Global`, … */
  readonly type: string;
  readonly object: object;
}

/** Where a function's text starts in its script; zero-based, as V8 counts. */
export interface FunctionPlace {
  readonly scriptId: string;
  readonly line: number;
  readonly column: number;
}

/** True when an object lists a name. Newer V8s throw when the descriptor of a variable in the dead zone is asked for. */
export function isOwn(object: object, key: string): boolean {
  try {
    return descriptorOf(object, key) !== undefined;
  } catch {
    return true;
  }
}

/**
 * The entries of a `[[Scopes]]` list. The list and its items come without a prototype that iterates. A description is
 * `Closure (name)`: the type first.
 */
export function entriesOf(list: any): ScopeEntry[] {
  const entries: ScopeEntry[] = [];
  for (let i = 0; i < list.length; i++) {
    const description: string = list[i].description;
    const paren = description.indexOf(' (');
    entries.push({ type: paren < 0 ? description : description.slice(0, paren), object: list[i].object });
  }
  return entries;
}

/** The names a scope entry lists. For a `with` block: none, because its object is the user's own. */
export function namesOf(entry: ScopeEntry): string[] {
  if (entry.type === 'With Block') return [];
  return ownKeys(entry.object).filter((key): key is string => typeof key === 'string');
}

/** Stands for a value that cannot be read: the binding is in the temporal dead zone. */
export const DEAD_ZONE = Symbol('dead zone');

/** The value of a name in a scope entry. */
export function valueIn(entry: ScopeEntry, name: string): unknown {
  try {
    return read(entry.object, name);
  } catch {
    return DEAD_ZONE;
  }
}

/** True for the levels that belong to the realm: their names are globals. */
export function isGlobalEntry(entry: ScopeEntry): boolean {
  return entry.type === 'Global' || entry.type === 'Script';
}

/**
 * True where V8 may not show the object of a `with` block: for a proxy it lists an empty object without a prototype. A real
 * one of that kind looks alike.
 */
export function isUnshown(entry: ScopeEntry): boolean {
  const { type, object } = entry;
  return (
    type === 'With Block' &&
    !types.isProxy(object) &&
    prototypeOf(object) === null &&
    ownKeys(object).length === 0
  );
}

/** True where looking a name up may run the user's code: a `with` block over a proxy, or over an object with accessors. */
export function isTrapping(entry: ScopeEntry): boolean {
  if (entry.type !== 'With Block') return false;
  if (isUnshown(entry)) return true;
  for (let at: object | null = entry.object; at !== null && at !== objectPrototype; at = prototypeOf(at)) {
    if (types.isProxy(at)) return true;
    for (const key of ownKeys(at)) if (descriptorOf(at, key)?.get !== undefined) return true;
  }
  return false;
}

/** True when a `with` block nearer than a level may answer for a name of that level: in the frame, the name is the object's. */
export function isHiddenByWith(entries: readonly ScopeEntry[], index: number, name: string): boolean {
  return entries.slice(0, index).some(({ type, object }) => {
    if (type !== 'With Block') return false;
    for (let at: object | null = object; at !== null; at = prototypeOf(at))
      if (types.isProxy(at) || descriptorOf(at, name) !== undefined) return true;
    return false;
  });
}
