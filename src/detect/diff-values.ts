// Compares one value of a snapshot with one of another: its properties by name, its entries by key, its items by place.
//
// Tells a visitor what differs and which values are to be compared next; keeps nothing itself and recurses on nothing.

import type { CodeEntry } from '../graph/code.js';
import { type Cells, type ListCells, numberAt, TAG, tagAt } from '../graph/column.js';
import type { Segment } from '../graph/graph.js';
import { exactText, referenceName } from './cell-text.js';
import type { Web } from './web.js';

/** A cell of one of the two graphs. */
export interface Side {
  readonly column: Cells;
  readonly at: number;
}

/** Who is told what differs. */
export interface PairVisitor {
  readonly before: Web;
  readonly after: Web;
  /** Two values stand at the same place. */
  pair(a: number, b: number, step: () => string): void;
  /** Two cells stand at the same place, at least one of them no reference. */
  cells(a: Side, b: Side, step: () => string): void;
  added(b: Side, step: () => string): void;
  removed(a: Side, step: () => string): void;
  /** The values are of different kinds. */
  kinds(a: number, b: number): void;
  /** Something about the values as a whole is different: `attributes` of their properties, or that they are frozen. */
  shape(what: string): void;
  codes(a: CodeEntry | undefined, b: CodeEntry | undefined): void;
}

/** Compares two values. */
export function comparePair(a: number, b: number, visitor: PairVisitor): void {
  const { before, after } = visitor;
  const [x, y] = [before.steps.segmentOf(a), after.steps.segmentOf(b)];
  if (x === undefined || y === undefined) return;
  const { kind } = x.layout;
  if (kind !== y.layout.kind || x.layout.reducer !== y.layout.reducer) return visitor.kinds(a, b);
  if (kind.name === 'reference') {
    if (referenceName(before.steps, a) !== referenceName(after.steps, b)) visitor.kinds(a, b);
    return;
  }
  compareLayouts(x, y, visitor);
  const rows = { a: a - x.firstId, b: b - y.firstId };
  compareProperties(x, y, rows, visitor);
  kind.state.forEach((column, index) => {
    const [left, right] = [x.state[index], y.state[index]];
    if (left === undefined || right === undefined) return;
    if (!column.isList) {
      const [one, other] = [left as Cells, right as Cells];
      if (column.name === 'code') {
        visitor.codes(before.codeOf(a), after.codeOf(b));
        return;
      }
      const step = (): string => before.steps.stateStep(kind.name, column.name);
      compareCells({ column: one, at: rows.a }, { column: other, at: rows.b }, step, visitor);
    } else if (!(isKeyed(kind.name) && index > 0))
      compareLists(x, y, { left: left as ListCells, right: right as ListCells, rows }, visitor);
  });
}

function compareLayouts(x: Segment, y: Segment, visitor: PairVisitor): void {
  const [p, q] = [x.layout.proto, y.layout.proto];
  if (typeof p === 'number' && typeof q === 'number') visitor.pair(p, q, () => ' → prototype');
  else if (p !== q) visitor.shape('prototype');
  if (x.layout.flags !== y.layout.flags) visitor.shape('frozen, sealed or extensible');
}

interface Rows {
  readonly a: number;
  readonly b: number;
}

function compareProperties(x: Segment, y: Segment, rows: Rows, visitor: PairVisitor): void {
  const names = visitor.before.steps.columnNames(x);
  const others = visitor.after.steps.columnIndex(y);
  const seen = new Set<number>();
  names.forEach((name, index) => {
    const other = others.get(name);
    const left = { column: x.properties[index] as Cells, at: rows.a };
    if (other === undefined) return visitor.removed(left, () => name);
    seen.add(other);
    compareCells(left, { column: y.properties[other] as Cells, at: rows.b }, () => name, visitor);
  });
  for (const [name, index] of others)
    if (!seen.has(index)) visitor.added({ column: y.properties[index] as Cells, at: rows.b }, () => name);
}

function compareCells(a: Side, b: Side, step: () => string, visitor: PairVisitor): void {
  if (tagAt(a.column, a.at) === TAG.ref && tagAt(b.column, b.at) === TAG.ref)
    visitor.pair(numberAt(a.column, a.at), numberAt(b.column, b.at), step);
  else visitor.cells(a, b, step);
}

function isKeyed(kind: string): boolean {
  return kind === 'map' || kind === 'dictionary' || kind === 'weakMap' || kind === 'sparseArray';
}

interface Lists {
  readonly left: ListCells;
  readonly right: ListCells;
  readonly rows: Rows;
}

function compareLists(x: Segment, y: Segment, { left, right, rows }: Lists, visitor: PairVisitor): void {
  const { before, after } = visitor;
  const { name } = x.layout.kind;
  const [from, to] = [
    before.steps.startsOf(left)[rows.a] as number,
    after.steps.startsOf(right)[rows.b] as number,
  ];
  const ends = { a: from + numberAt(left.lengths, rows.a), b: to + numberAt(right.lengths, rows.b) };
  if (name === 'set' || name === 'weakSet' || isKeyed(name))
    return compareByKey(x, y, { left, right, starts: { a: from, b: to }, ends }, visitor);
  const shared = Math.min(ends.a - from, ends.b - to);
  for (let i = 0; i < shared; i++)
    compareCells(
      { column: left.items, at: from + i },
      { column: right.items, at: to + i },
      () => `[${i}]`,
      visitor,
    );
  for (let at = from + shared; at < ends.a; at++)
    visitor.removed({ column: left.items, at }, () => `[${at - from}]`);
  for (let at = to + shared; at < ends.b; at++)
    visitor.added({ column: right.items, at }, () => `[${at - to}]`);
}

interface Keyed {
  readonly left: ListCells;
  readonly right: ListCells;
  readonly starts: Rows;
  readonly ends: Rows;
}

// Keys that are primitives belong together by what they are; objects in the order in which they stand.
function compareByKey(
  x: Segment,
  y: Segment,
  { left, right, starts, ends }: Keyed,
  visitor: PairVisitor,
): void {
  const { name } = x.layout.kind;
  const valueList = name === 'sparseArray' ? 2 : 1;
  const values = isKeyed(name)
    ? { a: (x.state[valueList] as ListCells).items, b: (y.state[valueList] as ListCells).items }
    : undefined;
  const places = new Map<string, number>();
  let objects = 0;
  for (let at = starts.b; at < ends.b; at++)
    places.set(
      keyAt(right.items, at, () => objects++),
      at,
    );
  objects = 0;
  for (let at = starts.a; at < ends.a; at++) {
    const key = keyAt(left.items, at, () => objects++);
    const other = places.get(key);
    places.delete(key);
    const step = (): string => entryStep(name, left.items, at);
    if (other === undefined) {
      visitor.removed({ column: values?.a ?? left.items, at }, step);
      continue;
    }
    if (tagAt(left.items, at) === TAG.ref)
      visitor.pair(
        numberAt(left.items, at),
        numberAt(right.items, other),
        values === undefined ? step : () => ' → key',
      );
    if (values !== undefined)
      compareCells({ column: values.a, at }, { column: values.b, at: other }, step, visitor);
  }
  for (const at of places.values())
    visitor.added({ column: values?.b ?? right.items, at }, () => entryStep(name, right.items, at));
}

function keyAt(items: Cells, at: number, nextObject: () => number): string {
  return tagAt(items, at) === TAG.ref ? `object ${nextObject()}` : exactText(items, at);
}

function entryStep(kind: string, keys: Cells, at: number): string {
  const isObject = tagAt(keys, at) === TAG.ref;
  const key = exactText(keys, at).replace(/^\w+ /, '');
  if (kind === 'set' || kind === 'weakSet') return isObject ? ' → item' : `.has(${key})`;
  if (kind === 'dictionary') return `[${key}]`;
  if (kind === 'sparseArray') return `[${key}]`;
  return isObject ? ' → value' : `.get(${key})`;
}

/** A cell in full, so that equal cells have equal texts; bytes of buffers too. */
export function exactCell(web: Web, { column, at }: Side): string {
  if (tagAt(column, at) !== TAG.blob)
    return tagAt(column, at) === TAG.ref ? 'a value' : exactText(column, at);
  const bytes = web.graph.blobs[numberAt(column, at)] ?? new Uint8Array();
  return `bytes ${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')}`;
}
