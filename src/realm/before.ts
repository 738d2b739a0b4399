// What an object held at some time, and what of that is another by now. Lists of keys and descriptors, because nearly always nothing has
// changed, which they tell fastest. Knows nothing of what the objects are.

import { isSameDescriptor } from './descriptors.js';

type Key = string | symbol;

/** The properties of an object at some time. */
export interface Before {
  readonly keys: readonly Key[];
  readonly descriptors: readonly PropertyDescriptor[];
}

const ownKeys = Reflect.ownKeys;
const descriptorOf = Object.getOwnPropertyDescriptor;

/** Takes what an object holds. Reads descriptors only. */
export function beforeOf(object: object): Before {
  const keys = ownKeys(object);
  const descriptors: PropertyDescriptor[] = [];
  for (let i = 0; i < keys.length; i++)
    descriptors.push(descriptorOf(object, keys[i] as Key) as PropertyDescriptor);
  return { keys, descriptors };
}

/** Those of the properties for which `isKept` is true. */
export function only(
  { keys, descriptors }: Before,
  isKept: (key: Key, descriptor: PropertyDescriptor) => boolean,
): Before {
  const kept: { keys: Key[]; descriptors: PropertyDescriptor[] } = { keys: [], descriptors: [] };
  keys.forEach((key, i) => {
    const descriptor = descriptors[i] as PropertyDescriptor;
    if (!isKept(key, descriptor)) return;
    kept.keys.push(key);
    kept.descriptors.push(descriptor);
  });
  return kept;
}

/** Tells of every property that is another one than before; without a descriptor when it is gone. */
export function tellChanges(
  object: object,
  before: Before,
  tell: (key: Key, descriptor: PropertyDescriptor | undefined) => void,
): void {
  const then = new Map(before.keys.map((key, i) => [key, before.descriptors[i] as PropertyDescriptor]));
  for (const key of ownKeys(object)) {
    const descriptor = descriptorOf(object, key) as PropertyDescriptor;
    const old = then.get(key);
    then.delete(key);
    if (old === undefined || !isSameDescriptor(descriptor, old)) tell(key, descriptor);
  }
  for (const key of then.keys()) tell(key, undefined);
}

/** True when nothing is another by now, not even the order. Asked of some thousand objects at every save. */
export function isAsBefore(object: object, { keys, descriptors }: Before): boolean {
  const now = ownKeys(object);
  if (now.length !== keys.length) return false;
  for (let i = 0; i < now.length; i++) {
    const key = now[i] as Key;
    if (key !== keys[i]) return false;
    if (
      !isSameDescriptor(descriptorOf(object, key) as PropertyDescriptor, descriptors[i] as PropertyDescriptor)
    )
      return false;
  }
  return true;
}

/** True when an object still has as many properties as before. */
export function hasAsMany(object: object, before: Before): boolean {
  return ownKeys(object).length === before.keys.length;
}
