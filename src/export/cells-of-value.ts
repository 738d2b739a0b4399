// The parts of a value of a snapshot as people see them: properties, items, entries, private fields, what a function captures.
//
// Reads the graph; builds nothing and follows nothing further than one value. Knows nothing of how parts are shown.

import { typeOf, type Web } from '../detect/index.js';
import { type Cells, type ListCells, numberAt, TAG, tagAt } from '../graph/column.js';
import { ATTRIBUTE, type Segment } from '../graph/graph.js';

/** What sort of part it is. */
export type PartKind = 'key' | 'index' | 'private' | 'captured' | 'entry' | 'inner';

/** One part of a value. */
export interface Part {
  readonly label: string;
  readonly kind: PartKind;
  /** Where its cell is. */
  readonly column: Cells;
  readonly at: number;
}

/** Columns of a kind's state that people know, by what they call them. */
const STATE_LABELS: Readonly<Record<string, string>> = {
  'boxed.value': 'value',
  'bound.target': 'target',
  'bound.this': 'this',
  'bound.args': 'argument',
  'class.heritage': 'extends',
  'custom.state': 'state',
  'dataView.buffer': 'buffer',
  'generator.of': 'generator function',
  'generator.this': 'this',
  'host.parts': 'part',
  'iterator.source': 'source',
  'member.owner': 'class',
  'promise.result': 'result',
  'prototype.of': 'prototype of',
  'proxy.handler': 'handler',
  'proxy.target': 'target',
  'weakRef.target': 'target',
};

/** Properties that every value of a kind has, and that say nothing beside its text. */
const HIDDEN_KEYS: Readonly<Record<string, readonly string[]>> = {
  bound: ['length', 'name'],
  class: ['length'],
  function: ['length', 'name'],
  member: ['length', 'name'],
  regexp: ['lastIndex'],
};

const LABEL_CHARACTERS_MAX = 60;

/** Calls back with the parts of a value, in order; true ends it. */
export function eachPart(web: Web, id: number, visit: (part: Part) => boolean): void {
  for (const part of partsOf(web, id)) if (visit(part)) return;
}

/** How many parts a value has, without looking at them. */
export function partCount(web: Web, id: number): number {
  const segment = web.steps.segmentOf(id);
  if (segment === undefined) return 0;
  const row = id - segment.firstId;
  const { kind } = segment.layout;
  const hidden = HIDDEN_KEYS[kind.name] ?? [];
  const keys = segment.layout.keys.filter((key) => typeof key === 'string' && hidden.includes(key));
  let count = kind.name === 'scope' ? 0 : segment.properties.length - keys.length;
  const lists = ['array', 'sparseArray', 'map', 'set', 'dictionary', 'weakMap', 'weakSet'];
  if (lists.includes(kind.name)) {
    const list = segment.state.find((column): column is ListCells => 'lengths' in column);
    return list === undefined ? count : count + numberAt(list.lengths, row);
  }
  eachState(web, id, segment, () => {
    count++;
    return false;
  });
  return count;
}

function* partsOf(web: Web, id: number): Generator<Part> {
  const segment = web.steps.segmentOf(id);
  if (segment === undefined) return;
  yield* propertiesOf(web, segment, id - segment.firstId);
  yield* listOf(web, segment, id - segment.firstId);
  const parts: Part[] = [];
  eachState(web, id, segment, (part) => parts.push(part) < 0);
  yield* parts;
}

function* propertiesOf(web: Web, { layout, properties }: Segment, row: number): Generator<Part> {
  if (layout.kind.name === 'scope') return;
  const hidden = HIDDEN_KEYS[layout.kind.name];
  let column = 0;
  for (let k = 0; k < layout.keys.length; k++) {
    const key = layout.keys[k];
    const label =
      typeof key === 'string'
        ? key
        : `Symbol(${web.steps.stateText(key?.symbol ?? -1, 'description') ?? ''})`;
    const isAccessor = ((layout.attributes[k] as number) & ATTRIBUTE.accessor) !== 0;
    if (!isAccessor && hidden?.includes(label) === true) {
      column++;
      continue;
    }
    for (const what of isAccessor ? ['get ', 'set '] : [''])
      yield { label: what + short(label), kind: 'key', column: properties[column++] as Cells, at: row };
  }
  for (const brand of layout.brands)
    for (const name of brand.names)
      yield { label: short(name), kind: 'private', column: properties[column++] as Cells, at: row };
}

function* listOf(web: Web, { layout, state }: Segment, row: number): Generator<Part> {
  const { name } = layout.kind;
  const at = (list: ListCells): readonly [number, number] => {
    const start = web.steps.startsOf(list)[row] as number;
    return [start, start + numberAt(list.lengths, row)];
  };
  if (name === 'array') {
    const list = state[0] as ListCells;
    const [start, end] = at(list);
    for (let i = start; i < end; i++)
      if (tagAt(list.items, i) !== TAG.hole)
        yield { label: String(i - start), kind: 'index', column: list.items, at: i };
  } else if (name === 'set' || name === 'weakSet') {
    const list = state[0] as ListCells;
    const [start, end] = at(list);
    for (let i = start; i < end; i++) yield { label: '', kind: 'entry', column: list.items, at: i };
  } else if (name === 'map' || name === 'weakMap' || name === 'dictionary' || name === 'sparseArray') {
    const isSparse = name === 'sparseArray';
    const keys = state[isSparse ? 1 : 0] as ListCells;
    const values = state[isSparse ? 2 : 1] as ListCells;
    const [start, end] = at(keys);
    const [first] = at(values);
    for (let i = start; i < end; i++) {
      const isObjectKey = tagAt(keys.items, i) === TAG.ref;
      if (isObjectKey) yield { label: 'key', kind: 'inner', column: keys.items, at: i };
      const label = isObjectKey ? 'value' : keyText(keys.items, i);
      const kind: PartKind = isSparse ? 'index' : name === 'dictionary' ? 'key' : 'entry';
      yield {
        label: short(label),
        kind: isObjectKey ? 'inner' : kind,
        column: values.items,
        at: first + i - start,
      };
    }
  }
}

function keyText(cells: Cells, at: number): string {
  return tagAt(cells, at) === TAG.string
    ? (cells.texts[numberAt(cells, at)] as string)
    : String(numberAt(cells, at));
}

// What a function captures stands in scopes, one around the other; nobody sees these.
function eachState(web: Web, id: number, segment: Segment, visit: (part: Part) => boolean): void {
  const { layout, state } = segment;
  const row = id - segment.firstId;
  for (let c = 0; c < state.length; c++) {
    const label = STATE_LABELS[`${layout.kind.name}.${layout.kind.state[c]?.name}`];
    const column = state[c] as Cells | ListCells;
    if (label === undefined) continue;
    if (!('lengths' in column)) {
      // A class that extends nothing.
      if (label === 'extends' && typeOf(web.steps, numberAt(column, row)) === '%Function.prototype%')
        continue;
      if (tagAt(column, row) !== TAG.undefined && visit({ label, kind: 'inner', column, at: row })) return;
      continue;
    }
    const start = web.steps.startsOf(column)[row] as number;
    for (let i = 0; i < numberAt(column.lengths, row); i++)
      if (visit({ label: `${label} ${i}`, kind: 'inner', column: column.items, at: start + i })) return;
  }
  const seen = new Set<number>();
  for (
    let scope = web.steps.stateNumber(id, 'scope');
    scope !== undefined && !seen.has(scope);
    scope = web.steps.stateNumber(scope, 'parent')
  ) {
    seen.add(scope);
    const around = web.steps.segmentOf(scope);
    if (around?.layout.kind.name !== 'scope') return;
    for (let k = 0; k < around.layout.keys.length; k++) {
      const column = around.properties[k] as Cells;
      const label = short(String(around.layout.keys[k]));
      if (visit({ label, kind: 'captured', column, at: scope - around.firstId })) return;
    }
  }
}

function short(text: string): string {
  return text.length > LABEL_CHARACTERS_MAX ? `${text.slice(0, LABEL_CHARACTERS_MAX - 1)}…` : text;
}
