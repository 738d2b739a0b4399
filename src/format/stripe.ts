// A stripe: segments of one group that are written and read at once. Data only; texts of code are in a section of their own.
//
//   stripe := group:varint names:varint strings(names) segments:varint head × segments columns × segments
//   head   := layout rows:varint ids(rows)
//
// See docs/FORMAT.md.

import type { Cells, ListCells } from '../graph/column.js';
import type { LayoutDraft, Pointer, SegmentDraftView } from '../graph/graph.js';
import { propertyColumnCount } from '../graph/graph.js';
import { KIND_BY_NUMBER, type Kind } from '../graph/kinds.js';
import type { RowIds } from '../graph/row-ids.js';
import type { ByteReader, ByteWriter, Numbers } from './bytes.js';
import {
  type CellBounds,
  type CheckedList,
  checkCells,
  checkIds,
  checkList,
  encodeCells,
  encodeIdRuns,
  encodeList,
  type LateCells,
} from './columns.js';
import type { CheckedRuns } from './runs.js';
import { decodeStrings, encodeStrings } from './strings.js';

/** Prototype field of a layout: kinds without one, null, or a pointer plus this. */
const PROTO_POINTER = 2;

/** Writes a stripe. */
export function encodeStripe(writer: ByteWriter, group: number, segments: readonly SegmentDraftView[]): void {
  const names = new Names();
  for (const { layout } of segments) names.addAll(layout);
  writer.varint(group);
  writer.varint(names.list.length);
  encodeStrings(writer, names.list);
  writer.varint(segments.length);
  for (const { layout, ids } of segments) {
    encodeLayout(writer, layout, names);
    encodeRowIds(writer, ids);
  }
  for (const { layout, state, properties } of segments) {
    const columns = layout.kind.state;
    for (let i = 0; i < columns.length; i++) {
      if (columns[i]?.isList === true) encodeList(writer, state[i] as ListCells);
      else encodeCells(writer, state[i] as Cells);
    }
    for (const column of properties) encodeCells(writer, column);
  }
}

// Names of keys, private names and reducers, each once.
class Names {
  readonly list: string[] = [];
  private readonly indices = new Map<string, number>();

  addAll({ reducer, keys, brands }: LayoutDraft): void {
    if (reducer !== undefined) this.add(reducer);
    for (const key of keys) if (typeof key === 'string') this.add(key);
    for (const brand of brands) brand.names.forEach((name) => this.add(name));
  }

  indexOf(name: string): number {
    return this.indices.get(name) as number;
  }

  private add(name: string): void {
    if (!this.indices.has(name)) this.indices.set(name, this.list.push(name) - 1);
  }
}

function encodeLayout(writer: ByteWriter, layout: LayoutDraft, names: Names): void {
  writer.varint(layout.kind.number);
  if (layout.reducer !== undefined) {
    writer.varint(names.indexOf(layout.reducer));
    writer.varint(layout.version);
  }
  const { proto } = layout;
  writer.varint(proto === undefined ? 0 : proto === null ? 1 : pointerNumber(proto) + PROTO_POINTER);
  writer.varint(layout.flags);
  writer.varint(layout.keys.length);
  for (let i = 0; i < layout.keys.length; i++) {
    const key = layout.keys[i] as string | Pointer;
    writer.varint(typeof key === 'string' ? names.indexOf(key) * 2 : pointerNumber(key) * 2 + 1);
    writer.u8(layout.attributes[i] as number);
  }
  writer.varint(layout.brands.length);
  for (const brand of layout.brands) {
    writer.varint(pointerNumber(brand.owner) * 2 + (brand.isStatic ? 1 : 0));
    writer.varint(brand.names.length);
    for (const name of brand.names) writer.varint(names.indexOf(name));
  }
}

function pointerNumber({ isLink, number }: Pointer): number {
  return number * 2 + (isLink ? 1 : 0);
}

function encodeRowIds(writer: ByteWriter, ids: RowIds): void {
  writer.varint(ids.length);
  encodeIdRuns(writer, ids.runs, ids.length);
}

/** A segment as it was read and checked: ids and pointers are those of its group. */
export interface StripeSegment {
  readonly layout: LayoutDraft;
  readonly rows: number;
  readonly ids: Numbers | CheckedRuns;
  readonly state: readonly (Cells | LateCells | CheckedList)[];
  readonly properties: readonly (Cells | LateCells)[];
  /** The greatest id that its cells name, or 0. */
  readonly reach: number;
}

/** A stripe as it was read. */
export interface DecodedStripe {
  readonly group: number;
  readonly segments: readonly StripeSegment[];
}

/** The number of the group that a stripe is of. */
export function groupOfStripe(reader: ByteReader): number {
  return reader.varint();
}

/** Reads a stripe after its group's number; every count and index is checked. */
export function decodeStripe(reader: ByteReader, group: number, bounds: CellBounds): DecodedStripe {
  const names = decodeStrings(reader, reader.count(1, 'names'), bounds.limits);
  const count = reader.count(5, 'segments');
  const heads: Pick<StripeSegment, 'layout' | 'rows' | 'ids'>[] = [];
  let total = 0;
  for (let i = 0; i < count; i++) {
    const layout = decodeLayout(reader, names, bounds);
    const rows = reader.varint();
    total += rows;
    if (total > bounds.ids) throw reader.corrupt(`${total} rows in a group of ${bounds.ids} values`);
    heads.push({ layout, rows, ids: checkIds(reader, rows, bounds) });
  }
  const segments: StripeSegment[] = [];
  for (const { layout, rows, ids } of heads) {
    bounds.reach = 0;
    const state: (Cells | LateCells | CheckedList)[] = [];
    for (const { isList } of layout.kind.state)
      state.push(isList ? checkList(reader, rows, bounds) : checkCells(reader, rows, bounds));
    const properties: (Cells | LateCells)[] = [];
    for (let left = propertyColumnCount(layout); left > 0; left--)
      properties.push(checkCells(reader, rows, bounds));
    segments.push({ layout, rows, ids, state, properties, reach: bounds.reach });
  }
  reader.end();
  return { group, segments };
}

function decodeLayout(reader: ByteReader, names: readonly string[], bounds: CellBounds): LayoutDraft {
  const number = reader.varint();
  const kind = KIND_BY_NUMBER.get(number);
  if (kind === undefined) throw reader.corrupt(`kind ${number} is unknown`);
  const isCustom = kind.name === 'custom';
  const reducer = isCustom ? nameAt(reader, names, reader.varint()) : undefined;
  const version = isCustom ? reader.varint() : 0;
  const proto = decodeProto(reader, kind, bounds);
  const flags = reader.varint();
  const { keys, attributes } = decodeKeys(reader, names, bounds);
  const brands = decodeBrands(reader, names, bounds);
  return { kind, proto, flags, keys, attributes, brands, reducer, version };
}

function decodeProto(reader: ByteReader, kind: Kind, bounds: CellBounds): Pointer | null | undefined {
  const proto = reader.varint();
  if (proto === 0) {
    if (kind.hasShape) throw reader.corrupt(`a ${kind.name} without a prototype field`);
    return undefined;
  }
  return proto === 1 ? null : decodePointer(reader, proto - PROTO_POINTER, bounds);
}

function decodePointer(reader: ByteReader, code: number, bounds: CellBounds): Pointer {
  const isLink = code % 2 === 1;
  const number = Math.floor(code / 2);
  const bound = isLink ? bounds.links : bounds.ids;
  if (number >= bound) throw reader.corrupt(`${isLink ? 'link' : 'id'} ${number} of ${bound}`);
  return { isLink, number };
}

function decodeKeys(
  reader: ByteReader,
  names: readonly string[],
  bounds: CellBounds,
): Pick<LayoutDraft, 'keys' | 'attributes'> {
  const keyCount = reader.count(2, 'keys');
  const keys: (string | Pointer)[] = [];
  const attributes: number[] = [];
  const seen = new Set<string | number>();
  for (let i = 0; i < keyCount; i++) {
    const head = reader.varint();
    const rest = Math.floor(head / 2);
    const key = head % 2 === 1 ? decodePointer(reader, rest, bounds) : nameAt(reader, names, rest);
    const identity = typeof key === 'string' ? key : rest;
    if (seen.has(identity)) throw reader.corrupt('a layout has a key twice');
    seen.add(identity);
    keys.push(key);
    attributes.push(reader.u8());
  }
  return { keys, attributes };
}

function decodeBrands(
  reader: ByteReader,
  names: readonly string[],
  bounds: CellBounds,
): LayoutDraft['brands'] {
  const count = reader.count(2, 'brands');
  return Array.from({ length: count }, () => {
    const head = reader.varint();
    const owner = decodePointer(reader, Math.floor(head / 2), bounds);
    const nameCount = reader.count(1, 'private names');
    const own = Array.from({ length: nameCount }, () => nameAt(reader, names, reader.varint()));
    return { owner, isStatic: head % 2 === 1, names: own };
  });
}

function nameAt(reader: ByteReader, names: readonly string[], index: number): string {
  const name = names[index];
  if (name === undefined) throw reader.corrupt(`name ${index} of ${names.length}`);
  return name;
}
