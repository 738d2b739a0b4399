// Whether anything in a value could be called: walks own properties, entries and prototypes, reading descriptors only.

import { types } from 'node:util';
import { tombstoneRecord } from '../../src/realm/tombstone.js';

/** Prototypes that every process has, with the methods that they have. */
const KNOWN: ReadonlySet<unknown> = new Set(
  Object.getOwnPropertyNames(globalThis)
    .map((name) => Object.getOwnPropertyDescriptor(globalThis, name)?.value?.prototype as unknown)
    .filter((value) => typeof value === 'object' && value !== null)
    .concat([Object.getPrototypeOf(Uint8Array.prototype)]),
);

/** The paths to functions, accessors and proxies that are reachable; none, of what data mode made. */
export function callables(root: unknown, limit = 200_000): string[] {
  const found: string[] = [];
  const seen = new Set<unknown>();
  const queue: [unknown, string][] = [[root, '$']];
  for (let i = 0; i < queue.length && i < limit; i++) {
    const [value, path] = queue[i] as [unknown, string];
    // A tombstone throws at every touch, and calls nothing. There is no other proxy.
    if (types.isProxy(value)) {
      if (tombstoneRecord(value as object) === undefined) found.push(`${path} (proxy)`);
      continue;
    }
    if (typeof value === 'function') {
      found.push(path);
      continue;
    }
    if (typeof value !== 'object' || value === null || seen.has(value) || KNOWN.has(value)) continue;
    seen.add(value);
    queue.push([Object.getPrototypeOf(value), `${path}[[Prototype]]`]);
    if (types.isMap(value))
      Map.prototype.forEach.call(value, (entry: unknown, key: unknown) => {
        queue.push([key, `${path}<key>`], [entry, `${path}<value>`]);
      });
    if (types.isSet(value))
      Set.prototype.forEach.call(value, (item: unknown) => void queue.push([item, `${path}<item>`]));
    if (ArrayBuffer.isView(value)) continue;
    for (const key of Reflect.ownKeys(value)) {
      const descriptor = Object.getOwnPropertyDescriptor(value, key) as PropertyDescriptor;
      if ('value' in descriptor) queue.push([descriptor.value, `${path}.${String(key)}`]);
      else if (types.isNativeError(value) && key === 'stack') continue;
      else if (descriptor.get !== undefined || descriptor.set !== undefined)
        found.push(`${path}.${String(key)} (accessor)`);
    }
  }
  return found;
}
