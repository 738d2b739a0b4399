// What a session changed on the language's built-ins, as a value that can be pickled, and put back again.

import { isInstalledToString } from '../realm/function-to-string.js';
import { globalSymbolPatches, hasIntrinsic, intrinsicByName, intrinsicPatches } from '../realm/intrinsics.js';

/** A patch as plain data. */
export interface PatchRecord {
  readonly target: string;
  readonly key: string | symbol;
  /** The descriptor's own fields; undefined for a property that was deleted. */
  readonly descriptor: Readonly<PropertyDescriptor> | undefined;
}

/** The patches there are now. */
export function currentPatches(): PatchRecord[] {
  const builtins = intrinsicPatches((value) => typeof value === 'function' && isInstalledToString(value));
  return [...builtins, ...globalSymbolPatches()].map(({ target, key, descriptor }) => ({
    target,
    key,
    descriptor,
  }));
}

/** A patch's name for people: `Array.prototype.last`. */
export function patchName({ target, key }: PatchRecord): string {
  return typeof key === 'symbol' ? `${target}[${String(key)}]` : `${target}.${key}`;
}

/** Puts patches on; returns how to take them off again. Ignores targets that this Node does not have. */
export function applyPatches(patches: readonly PatchRecord[]): () => void {
  const undo: (() => void)[] = [];
  const takeOff = (): void => {
    for (const step of undo.reverse()) step();
  };
  try {
    for (const { target, key, descriptor } of patches) {
      if (!hasIntrinsic(target)) continue;
      const object = intrinsicByName(target) as object;
      const before = Object.getOwnPropertyDescriptor(object, key);
      if (descriptor === undefined) Reflect.deleteProperty(object, key);
      else Object.defineProperty(object, key, { __proto__: null, ...descriptor } as PropertyDescriptor);
      undo.push(() => {
        if (before === undefined) Reflect.deleteProperty(object, key);
        else Object.defineProperty(object, key, before);
      });
    }
  } catch (error) {
    takeOff();
    throw error;
  }
  return takeOff;
}

/** True for what {@link currentPatches} makes; a snapshot may hold anything. */
export function isPatchList(value: unknown): value is PatchRecord[] {
  if (!Array.isArray(value)) return false;
  return value.every((item: unknown) => {
    const record = item as Partial<PatchRecord> | null;
    const isKey = typeof record?.key === 'string' || typeof record?.key === 'symbol';
    return typeof record === 'object' && typeof record?.target === 'string' && isKey;
  });
}
