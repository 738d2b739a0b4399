// Names that were loaded and not touched yet: a property whose getter builds the value and puts it in its own place.
//
// Whoever lists, completes or reports asks here first, so that nothing of that reads the file. Knows nothing of how a
// snapshot is built.

import type { Binding, Evaluator } from '../evaluator/index.js';
import type { MetaLoss } from '../format/index.js';
import { isDamage } from '../library/salvage.js';
import type { Restorer } from '../library/snapshot.js';
import { sessionGlobal } from '../realm/pristine.js';
import { createTombstone } from '../realm/tombstone.js';

/** A name whose value is still in its file. */
export interface Unread {
  readonly binding: Binding;
  /** A short type, as the snapshot says it. */
  readonly type: string;
  /** Bytes of its part of the file. */
  readonly bytes: number;
  /** The first bit of the value, as the snapshot says it; empty when there is nothing to show. */
  readonly preview: string;
  /** What of it the snapshot does not hold. */
  readonly losses: readonly MetaLoss[];
  readonly restorer: Restorer;
  /** Its root in the snapshot. */
  readonly root: number;
  /** True when the file is opened as data: its bytes must not get into a file that is signed. */
  readonly isData: boolean;
  /** True when values of it come from what the caller of the load gave. */
  readonly hasHelp: boolean;
}

const unread = new WeakMap<object, Unread>();

/** What is known of a global that was not read yet; undefined for every other property. */
export function unreadOf(descriptor: PropertyDescriptor | undefined): Unread | undefined {
  return descriptor?.get === undefined ? undefined : unread.get(descriptor.get);
}

/**
 * The property of an unread name. Touching it calls `build` and puts the value in its place; assigning to it does so
 * without building, unless the name is constant. `settled` is called when either was done. The place is the global object,
 * or the object that a load put the names on.
 */
export function unreadProperty(
  evaluator: Evaluator,
  what: Unread,
  {
    build,
    settled,
    namespace,
  }: { build(): unknown; settled(): void; readonly namespace?: object | undefined },
): PropertyDescriptor {
  const { binding } = what;
  const isConst = binding.kind === 'const' || binding.kind === 'import';
  const settle = (value: unknown): void => {
    const descriptor = { value, writable: !isConst, enumerable: true, configurable: true };
    // Not through what is there: defining would ask the getter for its value.
    if (namespace === undefined) {
      Reflect.deleteProperty(globalThis, binding.name);
      evaluator.defineProperty(binding, descriptor);
    } else Reflect.defineProperty(namespace, binding.name, descriptor);
    settled();
  };
  const get = (): unknown => {
    const value = build();
    settle(value);
    return value;
  };
  const set = (value: unknown): void => {
    if (isConst) throw new TypeError('Assignment to constant variable.');
    settle(value);
  };
  unread.set(get, what);
  return { get, set, enumerable: true, configurable: true };
}

/** Objects that names were loaded onto and that may have unread ones. */
const namespaces = new Set<WeakRef<object>>();

/** Notes an object that has unread properties. */
export function addNamespace(namespace: object): void {
  namespaces.add(new WeakRef(namespace));
}

/** Reads what is unread on the objects that names were loaded onto: a save must not find getters of brine's own there. */
export function readNamespaces(): void {
  for (const reference of namespaces) {
    const namespace = reference.deref();
    if (namespace !== undefined)
      for (const key of Object.keys(namespace))
        if (unreadOf(Object.getOwnPropertyDescriptor(namespace, key)) !== undefined)
          Reflect.get(namespace, key);
  }
  namespaces.clear();
}

/**
 * Puts tombstones in the place of names whose part of a file is damaged, so that everything else can be saved. Returns how
 * many there are.
 */
export function buryDamaged(evaluator: Evaluator, names: readonly string[]): number {
  let buried = 0;
  for (const name of names) {
    const found = unreadOf(sessionGlobal(name));
    if (found === undefined) continue;
    try {
      found.restorer.check(found.root);
    } catch (error) {
      if (!isDamage(error)) throw error;
      const { message } = error as Error;
      const hint = 'another copy of the file may have it';
      const isCallable = found.binding.kind === 'function' || found.binding.kind === 'class';
      const value = createTombstone({ path: name, what: 'damaged', reason: message, hint, isCallable });
      Reflect.deleteProperty(globalThis, name);
      const isConst = found.binding.kind === 'const' || found.binding.kind === 'import';
      evaluator.defineProperty(found.binding, {
        ...{ value, writable: !isConst, enumerable: true, configurable: true },
      });
      buried++;
    }
  }
  return buried;
}
