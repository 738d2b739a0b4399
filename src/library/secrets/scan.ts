// Finds what looks like a secret in the segments of a graph, while it is written or after it was read. Reads texts; builds
// nothing.
//
// The texts of a column are looked at, each once however many cells have it; rows are looked for only when one is found.

import { type Cells, type ListCells, numberAt, TAG, tagAt } from '../../graph/column.js';
import { ATTRIBUTE } from '../../graph/graph.js';
import type { Kind } from '../../graph/kinds.js';
import { isEnvironment, secretKind, type Telling, tellingName } from './patterns.js';

/** A segment as it is written or as it was read. */
export interface ScannedSegment {
  readonly layout: {
    readonly kind: Kind;
    readonly keys: readonly unknown[];
    readonly attributes: readonly number[];
    readonly brands: readonly { readonly names: readonly string[] }[];
  };
  readonly state: readonly (Cells | ListCells)[];
  readonly properties: readonly Cells[];
}

/** One secret in a segment. */
export interface Spot {
  readonly kind: string;
  readonly row: number;
  /** Where in the value: `.password`, `.get("token")`, `[3]`; empty for the value itself. */
  readonly step: string;
  /** The cells that hold it. */
  readonly cells: readonly { readonly column: Cells; readonly at: number }[];
}

/** Spots of one column that are told one by one. */
const SPOTS_MAX = 100;
/** Kinds whose texts are brine's own. */
const OWN: ReadonlySet<string> = new Set([
  'reference',
  'tombstone',
  'symbol',
  'regexp',
  'function',
  'class',
  'member',
]);

/** Finds the secrets of a segment with so many rows. */
export function* secretsOf(segment: ScannedSegment, rows: number): Generator<Spot> {
  const { layout, state, properties } = segment;
  const { name: kindName } = layout.kind;
  const names = columnNames(segment);
  if (isEnvironment(names)) yield* environments(properties, names, rows);
  else
    for (let column = 0; column < properties.length; column++) {
      const name = names[column];
      if (name === undefined) continue;
      const step = kindName === 'scope' ? ` → captures ${name}` : keyStep(name);
      yield* inColumn(properties[column] as Cells, step, tellingName(name));
    }
  if (OWN.has(kindName)) return;
  if (kindName === 'host') yield* keys(state as [Cells, ListCells], rows);
  if (kindName === 'map' || kindName === 'dictionary')
    return yield* inEntries(state as [ListCells, ListCells], rows, kindName === 'map');
  for (const column of state) {
    if ('lengths' in column) yield* inLists(column, rows);
    else yield* inColumn(column, '', undefined);
  }
}

// The name of each column; undefined for symbols and accessors.
function columnNames({ layout, properties }: ScannedSegment): (string | undefined)[] {
  const names: (string | undefined)[] = [];
  layout.keys.forEach((key, index) => {
    const isAccessor =
      layout.kind.name !== 'scope' && ((layout.attributes[index] as number) & ATTRIBUTE.accessor) !== 0;
    if (isAccessor) names.push(undefined, undefined);
    else names.push(typeof key === 'string' ? key : undefined);
  });
  for (const brand of layout.brands) names.push(...brand.names);
  while (names.length < properties.length) names.push(undefined);
  return names;
}

function* inColumn(column: Cells, step: string, telling: Telling): Generator<Spot> {
  const kinds = kindsOf(column, telling);
  if (kinds === undefined) return;
  let told = 0;
  for (let row = 0; row < column.length && told < SPOTS_MAX; row++) {
    const kind = tagAt(column, row) === TAG.string ? kinds.get(numberAt(column, row)) : undefined;
    if (kind === undefined) continue;
    told++;
    yield { kind, row, step, cells: [{ column, at: row }] };
  }
}

function* inLists(list: ListCells, rows: number): Generator<Spot> {
  const kinds = kindsOf(list.items, undefined);
  if (kinds === undefined) return;
  let at = 0;
  let told = 0;
  for (let row = 0; row < rows; row++) {
    const end = at + numberAt(list.lengths, row);
    for (let index = 0; at < end; at++, index++) {
      const kind = tagAt(list.items, at) === TAG.string ? kinds.get(numberAt(list.items, at)) : undefined;
      if (kind === undefined || told++ >= SPOTS_MAX) continue;
      yield { kind, row, step: `[${index}]`, cells: [{ column: list.items, at }] };
    }
  }
}

// Entries are named by their keys; a Map of names is as telling as an object.
function* inEntries(
  [keyList, valueList]: [ListCells, ListCells],
  rows: number,
  isMap: boolean,
): Generator<Spot> {
  const { items: keyCells } = keyList;
  const { items: valueCells } = valueList;
  const tellings = keyCells.texts.map(tellingName);
  const kinds = kindsOf(valueCells, undefined);
  const keyKinds = isMap ? kindsOf(keyCells, undefined) : undefined;
  const mayBeEnvironment = isEnvironment(keyCells.texts);
  if (
    kinds === undefined &&
    keyKinds === undefined &&
    !mayBeEnvironment &&
    tellings.every((one) => one === undefined)
  )
    return;
  let at = 0;
  let told = 0;
  for (let row = 0; row < rows; row++) {
    const start = at;
    const end = at + numberAt(keyList.lengths, row);
    if (mayBeEnvironment && isEnvironment(textsIn(keyCells, start, end))) {
      yield { kind: 'copy of the environment', row, step: '', cells: cellsIn(valueCells, start, end) };
      at = end;
      continue;
    }
    for (; at < end; at++) {
      const key = textAt(keyCells, at);
      const keyKind = key === undefined ? undefined : keyKinds?.get(numberAt(keyCells, at));
      if (keyKind !== undefined && told++ < SPOTS_MAX)
        yield { kind: keyKind, row, step: ' → key', cells: [{ column: keyCells, at }] };
      const text = textAt(valueCells, at);
      if (text === undefined) continue;
      const telling = key === undefined ? undefined : tellings[numberAt(keyCells, at)];
      const kind = telling === undefined ? kinds?.get(numberAt(valueCells, at)) : secretKind(text, telling);
      if (kind === undefined || told++ >= SPOTS_MAX) continue;
      const step = key === undefined ? ' → value' : isMap ? `.get(${JSON.stringify(key)})` : keyStep(key);
      yield { kind, row, step, cells: [{ column: valueCells, at }] };
    }
  }
}

function* environments(
  properties: readonly Cells[],
  names: readonly (string | undefined)[],
  rows: number,
): Generator<Spot> {
  for (let row = 0; row < rows; row++) {
    const cells = properties
      .filter((column, index) => names[index] !== undefined && tagAt(column, row) === TAG.string)
      .map((column) => ({ column, at: row }));
    if (cells.length > 0) yield { kind: 'copy of the environment', row, step: '', cells };
  }
}

// Keys of Node and of the web: their bytes are in the file.
function* keys([types, parts]: [Cells, ListCells], rows: number): Generator<Spot> {
  if (!types.texts.includes('KeyObject') && !types.texts.includes('CryptoKey')) return;
  let at = 0;
  for (let row = 0; row < rows; at += numberAt(parts.lengths, row++)) {
    const type = textAt(types, row);
    const sort = textAt(parts.items, at);
    if ((type === 'KeyObject' || type === 'CryptoKey') && (sort === 'private' || sort === 'secret'))
      yield { kind: `${sort} key`, row, step: '', cells: [] };
  }
}

function kindsOf(column: Cells, telling: Telling): ReadonlyMap<number, string> | undefined {
  const { texts } = column;
  let kinds: Map<number, string> | undefined;
  for (let index = 0; index < texts.length; index++) {
    const kind = secretKind(texts[index] as string, telling);
    if (kind !== undefined) (kinds ??= new Map()).set(index, kind);
  }
  return kinds;
}

function textAt(cells: Cells, at: number): string | undefined {
  return tagAt(cells, at) === TAG.string ? cells.texts[numberAt(cells, at)] : undefined;
}

function* textsIn(cells: Cells, start: number, end: number): Generator<string | undefined> {
  for (let at = start; at < end; at++) yield textAt(cells, at);
}

function cellsIn(column: Cells, start: number, end: number): { column: Cells; at: number }[] {
  const cells: { column: Cells; at: number }[] = [];
  for (let at = start; at < end; at++) if (textAt(column, at) !== undefined) cells.push({ column, at });
  return cells;
}

function keyStep(name: string): string {
  return /^#?[A-Za-z_$][\w$]*$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
}
