// What a save does with names that are still unread: their groups are taken over from the file they are in, without being
// built.
//
// Groups of one file only can be kept, because they keep their numbers; what is unread in another file is read. Knows
// nothing of how sections are written.

import type { GroupEntry, SnapshotWriter } from '../format/index.js';
import { KEPT_ROOT } from '../library/root-names.js';
import type { Restorer } from '../library/snapshot.js';
import type { KeptGroup, Root } from '../pickle/types.js';
import { sessionGlobal, withSessionGlobal } from '../realm/pristine.js';
import { type Unread, unreadOf } from './unread.js';

/** The names that are kept, with their groups. */
export interface Kept {
  readonly unread: ReadonlyMap<string, Unread>;
  readonly restorer: Restorer | undefined;
  readonly groups: readonly KeptGroup[];
}

const NOTHING: Kept = { unread: new Map(), restorer: undefined, groups: [] };

/** Finds what can be kept of some names; reads the rest of what is unread. */
export function keepUnread(names: readonly string[], sink: SnapshotWriter): Kept {
  const unread = new Map<string, Unread>();
  let restorer: Restorer | undefined;
  for (const name of names) {
    const found = unreadOf(sessionGlobal(name));
    if (found === undefined) continue;
    // Something else may have led to it already: its value is there and may have changed.
    if (found.restorer.isBuilt(found.root)) continue;
    // What this user signs must have been believed before.
    if (found.isData) continue;
    // Its file needs what the caller gave for it; the new one is not to.
    if (found.hasHelp) continue;
    restorer ??= found.restorer;
    if (found.restorer === restorer) unread.set(name, found);
  }
  readUnread(names.filter((name) => !unread.has(name)));
  if (restorer === undefined) return NOTHING;
  const { groups: entries } = restorer.reader.index;
  const numbers = restorer.groupsOf([...unread.values()].map(({ root }) => root));
  const kept = numbers.map((number) => entries[number] as GroupEntry);
  const bytes = [...unread.values()].reduce((sum, one) => sum + one.bytes, 0);
  // What is unread may have been touched by reading the others; and a file has a ration.
  if (numbers.includes(0) || !sink.canCopy(kept, bytes)) {
    readUnread([...unread.keys()]);
    return NOTHING;
  }
  const { reader } = restorer;
  numbers.forEach((number, index) => {
    sink.copy(number, kept[index] as GroupEntry, (place) => reader.copy(place));
  });
  return { unread, restorer, groups: numbers.map((number) => (restorer as Restorer).keep(number)) };
}

/** Reads names that are unread. */
export function readUnread(names: readonly string[]): void {
  for (const name of names)
    if (unreadOf(sessionGlobal(name)) !== undefined)
      withSessionGlobal(name, () => Reflect.get(globalThis, name));
}

/** The roots of kept names, and one for what they point to. */
export function keptRoots({ unread, groups }: Kept, rootNameOf: (name: string) => string): Root[] {
  const roots = [...unread].map(([name, { restorer, root }]): Root => {
    const link = restorer.linkOf(root);
    const named = { name: rootNameOf(name), value: undefined };
    return link === undefined ? { ...named, value: restorer.value(root) } : { ...named, link };
  });
  const live = new Set<unknown>();
  for (const { links } of groups)
    for (const link of links) if ('value' in link && isShared(link.value)) live.add(link.value);
  if (live.size > 0) roots.push({ name: KEPT_ROOT, value: [...live] });
  return roots;
}

function isShared(value: unknown): boolean {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}
