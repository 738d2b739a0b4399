// Iterators of Maps and Sets: made from the collection while it is empty, and moved on when it is full. They stay live.
// Iterators over matches: made over the very regular expression, which has the place.

import { types as brands } from 'node:util';
import type { Cells } from '../../graph/column.js';
import type { Segment } from '../../graph/graph.js';
import { matchIteratorOf, nextMatch } from '../../realm/match-iterators.js';
import { tombstoneRecord } from '../../realm/tombstone.js';
import type { Builder } from '../context.js';
import { isWaiting, shell } from './shell.js';
import { PENDING, type Reviver } from './types.js';

const { apply } = Reflect;
const { entries, keys, values } = Map.prototype;
const { entries: setEntries, values: setValues } = Set.prototype;
const prototypeOf = Object.getPrototypeOf;
const mapNext = prototypeOf(new Map().entries()).next as () => unknown;
const setNext = prototypeOf(new Set().values()).next as () => { done: boolean };

const MAKERS: ReadonlyMap<string, { readonly of: new () => object; readonly make: () => object }> = new Map([
  ['map entries', { of: Map, make: entries }],
  ['map keys', { of: Map, make: keys }],
  ['map values', { of: Map, make: values }],
  ['set entries', { of: Set, make: setEntries }],
  ['set values', { of: Set, make: setValues }],
]);

const MATCHES = 'matches';

/** Revives iterators. */
export const iteratorReviver: Reviver = {
  isBornEmpty: true,
  create(builder, segment, row) {
    const [types, sources] = segment.state as [Cells, Cells, Cells];
    const type = builder.text(types, row);
    if (type === MATCHES) return overMatches(builder, segment, row);
    const maker = MAKERS.get(type);
    if (maker === undefined) throw builder.corrupt(`iterators of type ${JSON.stringify(type)} are unknown`);
    const source = builder.ensured(sources, row);
    if (isWaiting(builder, sources, row)) return PENDING;
    return shell(builder, segment, row, () => begun(maker, source), true);
  },
  finish(builder, segment) {
    const [types, sources, positions] = segment.state as [Cells, Cells, Cells];
    for (let row = 0; row < segment.rows; row++) {
      const id = segment.firstId + row;
      if (builder.isBuried(id) || builder.value(sources, row) === undefined) continue;
      const type = builder.text(types, row);
      if (type === MATCHES) continue;
      const next = type.startsWith('map') ? mapNext : setNext;
      const count = builder.number(positions, row);
      for (let i = 0; i < count; i++)
        if ((apply(next, builder.values[id], []) as { done: boolean }).done)
          throw builder.corrupt('an iterator stands behind the end of its collection');
    }
  },
};

function begun(
  { of: Collection, make }: { of: new () => object; make: () => object },
  source: unknown,
): object {
  if (source !== undefined) return apply(make, source, []) as object;
  const iterator = apply(make, new Collection(), []) as object;
  apply(Collection === Map ? mapNext : setNext, iterator, []);
  return iterator;
}

// — over matches —

function overMatches(builder: Builder, segment: Segment, row: number): object | typeof PENDING {
  const [, sources, texts] = segment.state as [Cells, Cells, Cells];
  const regexp = builder.ensured(sources, row);
  if (isWaiting(builder, sources, row)) return PENDING;
  const missing = tombstoneRecord(regexp as object);
  if (missing !== undefined) {
    const id = segment.firstId + row;
    const reason = `the regular expression that it goes by is missing: ${missing.reason}`;
    builder.bury(id, 'iterator', reason, missing.hint);
    return builder.values[id] as object;
  }
  if (regexp !== undefined && !(brands.isRegExp(regexp) && hasPlace(regexp)))
    throw builder.corrupt('an iterator goes over matches of what is no regular expression with a place');
  const text = builder.text(texts, row);
  return shell(
    builder,
    segment,
    row,
    () => (regexp === undefined ? ended() : matchIteratorOf(regexp, text)),
    true,
  );
}

// A number that can be written: nothing is asked for it.
function hasPlace(regexp: RegExp): boolean {
  const last = Object.getOwnPropertyDescriptor(regexp, 'lastIndex');
  return typeof last?.value === 'number' && last.writable === true;
}

function ended(): object {
  const iterator = matchIteratorOf(/./, '');
  apply(nextMatch, iterator, []);
  return iterator;
}
