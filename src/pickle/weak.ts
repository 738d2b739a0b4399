// Weak collections of one walk. An entry is saved when its key is in the snapshot for another reason; its value may then
// lead to the key of another entry, and so on until nothing is added. Rows are written last, as those of scopes are.
//
// V8 lists the entries in an order that nobody chose: they are put into the order in which the walk met their keys.

import type { Column, ListColumn } from '../graph/column.js';
import { KINDS } from '../graph/kinds.js';
import type { Walk, WeakEntry, WeakKind } from './context.js';
import { type OwnShape, ownShape, writeOwn } from './own.js';

interface WeakRecord {
  readonly kind: WeakKind;
  readonly own: OwnShape;
  readonly kept: { readonly entry: WeakEntry; readonly order: number }[];
}

/** The weak collections of one walk. */
export class WeakTable {
  private readonly records = new Map<number, WeakRecord>();
  private readonly waiting = new Map<unknown, { place: number; entry: WeakEntry }[]>();
  /** Places from here on have not been looked at for keys. */
  private seen = 0;
  private hasNew = false;

  get isEmpty(): boolean {
    return this.records.size === 0;
  }

  /** Notes a collection, and leads the walk to what it has beside its entries. */
  add(walk: Walk, place: number, kind: WeakKind, entries: readonly WeakEntry[]): void {
    const own = ownShape(walk, walk.places.value(place) as object, KINDS[kind]);
    const { proto, brands } = own.node.end();
    if (proto !== null && proto !== undefined) walk.homeOf(proto);
    for (const cell of [proto, ...brands.map(({ owner }) => owner), ...own.cells])
      if (isReference(cell)) walk.discover(cell, place);
    this.records.set(place, { kind, own, kept: [] });
    for (const entry of entries) {
      const list = this.waiting.get(entry.key);
      if (list === undefined) this.waiting.set(entry.key, [{ place, entry }]);
      else list.push({ place, entry });
    }
    this.hasNew = true;
  }

  /** Leads the walk to the values of entries whose keys it has met since; false when there were none. */
  grow(walk: Walk): boolean {
    if (this.waiting.size === 0) return false;
    const before = walk.places.count;
    const keys = this.hasNew ? this.waitingKeys(walk) : this.newKeys(walk);
    this.hasNew = false;
    this.seen = before;
    for (const key of keys) {
      for (const { place, entry } of this.waiting.get(key) as { place: number; entry: WeakEntry }[]) {
        const record = this.records.get(place) as WeakRecord;
        record.kept.push({ entry, order: record.kept.length });
        if (isReference(key)) walk.discover(key, place);
        if (isReference(entry.value)) walk.discover(entry.value, place);
      }
      this.waiting.delete(key);
    }
    return keys.length > 0;
  }

  /** The places of all collections. */
  places(): Iterable<number> {
    return this.records.keys();
  }

  /** Writes the rows of collections by their places; call once, when nothing more is discovered. */
  write(walk: Walk, places: readonly number[]): void {
    for (const place of places) {
      const { kind, own, kept } = this.records.get(place) as WeakRecord;
      const segment = walk.row(own.node, place);
      const keys = kept.map(({ entry }) => entry.key);
      if (kind === 'weakRef') walk.cell(segment.state[0] as Column, keys[0], place);
      else walk.list(segment.state[0] as ListColumn, keys, place);
      if (kind === 'weakMap') {
        const values = kept.map(({ entry }) => entry.value);
        walk.list(segment.state[1] as ListColumn, values, place);
      }
      writeOwn(walk, segment, own, place);
      if (kind === 'weakRef' && kept.length === 0) {
        const why = 'nothing else in the snapshot holds its target, so it is saved empty';
        walk.change(place, 'WeakRef', why, 'save its target too');
      }
    }
  }

  // All keys that the walk has met, in the order of their places; what every process has comes first, by its name.
  private waitingKeys(walk: Walk): unknown[] {
    const named: [string, unknown][] = [];
    const placed: [number, unknown][] = [];
    for (const key of this.waiting.keys()) {
      const reference = walk.referenceTo(key);
      const place = walk.placeOf(key);
      if (reference !== undefined)
        named.push([[reference.space, reference.name, ...reference.path].join(' '), key]);
      else if (place !== undefined) placed.push([place, key]);
    }
    named.sort(([a], [b]) => (a < b ? -1 : 1));
    placed.sort(([a], [b]) => a - b);
    return [...named, ...placed].map(([, key]) => key);
  }

  private newKeys(walk: Walk): unknown[] {
    const keys: unknown[] = [];
    for (let place = this.seen; place < walk.places.count; place++)
      if (this.waiting.has(walk.places.value(place))) keys.push(walk.places.value(place));
    for (const key of this.waiting.keys())
      if (typeof key === 'symbol' && walk.placeOf(key) !== undefined) keys.push(key);
    return keys;
  }
}

function isReference(value: unknown): boolean {
  return (
    (typeof value === 'object' && value !== null) || typeof value === 'function' || typeof value === 'symbol'
  );
}
