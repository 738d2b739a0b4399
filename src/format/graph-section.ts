// The graph section: layouts with their segments, then the roots. Data only; texts of code are in a section of their own.

import { LimitError } from '../errors.js';
import type { Cells, ListCells } from '../graph/column.js';
import type { Brand, Graph, Layout, LayoutKey, Segment } from '../graph/graph.js';
import { propertyColumnCount } from '../graph/graph.js';
import { KIND_BY_NUMBER, type Kind } from '../graph/kinds.js';
import type { Limits } from '../limits.js';
import { ByteReader, ByteWriter } from './bytes.js';
import { type CellBounds, decodeCells, decodeList, encodeCells, encodeList } from './columns.js';

/** Prototype field of a layout: kinds without one, null, or an id plus this. */
const PROTO_ID = 2;

/** How names become indices of the string table. */
export type StringIndex = (text: string) => number;

/** Writes the graph section. `stringIndex` adds names to the table that is written afterwards. */
export function encodeGraph(graph: Graph, stringIndex: StringIndex): Uint8Array {
  const writer = new ByteWriter();
  writer.varint(graph.count);
  writer.varint(graph.blobs.length);
  writer.varint(graph.segments.length);
  for (const segment of graph.segments) {
    encodeLayout(writer, segment.layout, stringIndex);
    writer.varint(segment.rows);
  }
  for (const { layout, state, properties } of graph.segments) {
    layout.kind.state.forEach((column, index) => {
      if (column.isList) encodeList(writer, state[index] as ListCells);
      else encodeCells(writer, state[index] as Cells);
    });
    for (const column of properties) encodeCells(writer, column);
  }
  writer.varint(graph.rootNames.length);
  for (const name of graph.rootNames) writer.varint(stringIndex(name));
  encodeCells(writer, graph.roots);
  return writer.bytes();
}

function encodeLayout(writer: ByteWriter, layout: Layout, stringIndex: StringIndex): void {
  writer.varint(layout.kind.number);
  if (layout.reducer !== undefined) {
    writer.varint(stringIndex(layout.reducer));
    writer.varint(layout.version);
  }
  writer.varint(layout.proto === undefined ? 0 : layout.proto === null ? 1 : layout.proto + PROTO_ID);
  writer.varint(layout.flags);
  writer.varint(layout.keys.length);
  layout.keys.forEach((key, index) => {
    writer.varint(typeof key === 'string' ? stringIndex(key) * 2 : key.symbol * 2 + 1);
    writer.u8(layout.attributes[index] as number);
  });
  writer.varint(layout.brands.length);
  for (const brand of layout.brands) {
    writer.varint(brand.owner * 2 + (brand.isStatic ? 1 : 0));
    writer.varint(brand.names.length);
    for (const name of brand.names) writer.varint(stringIndex(name));
  }
}

/** What the graph section needs from the others. */
export interface GraphTables {
  readonly strings: readonly string[];
  readonly blobs: readonly Uint8Array[];
  readonly codes: Graph['codes'];
}

/** Reads the graph section; every count and index is checked. */
export function decodeGraph(bytes: Uint8Array, tables: GraphTables, limits: Limits): Graph {
  const reader = new ByteReader(bytes, 'graph');
  const count = reader.varint();
  if (count > limits.valuesMax) {
    throw new LimitError('LIMIT_EXCEEDED', `${count} values; the limit is ${limits.valuesMax}`);
  }
  // Something leads to each value, and that takes a byte at least.
  if (count > bytes.length) throw reader.corrupt(`${count} values in ${bytes.length} bytes`);
  const blobs = reader.varint();
  if (blobs !== tables.blobs.length)
    throw reader.corrupt(`it speaks of ${blobs} blobs and there are ${tables.blobs.length}`);
  const bounds: CellBounds = { strings: tables.strings.length, ids: count, blobs };
  const heads = decodeHeads(reader, tables.strings, count);
  const segments = heads.map((head) => decodeSegment(reader, head, bounds, limits));
  const rootNames = decodeNames(reader, tables.strings, reader.count(1, 'roots'));
  const roots = decodeCells(reader, rootNames.length, bounds);
  reader.end();
  return { segments, count, ...tables, rootNames, roots };
}

interface SegmentHead {
  readonly layout: Layout;
  readonly rows: number;
  readonly firstId: number;
}

function decodeHeads(reader: ByteReader, strings: readonly string[], count: number): SegmentHead[] {
  const segmentCount = reader.count(5, 'segments');
  const heads: SegmentHead[] = [];
  let firstId = 0;
  for (let i = 0; i < segmentCount; i++) {
    const layout = decodeLayout(reader, strings, count);
    const rows = reader.varint();
    heads.push({ layout, rows, firstId });
    firstId += rows;
    if (firstId > count) break;
  }
  if (firstId !== count) throw reader.corrupt(`segments hold ${firstId} values and it speaks of ${count}`);
  return heads;
}

function decodeLayout(reader: ByteReader, strings: readonly string[], count: number): Layout {
  const number = reader.varint();
  const kind = KIND_BY_NUMBER.get(number);
  if (kind === undefined) throw reader.corrupt(`kind ${number} is unknown`);
  const isCustom = kind.name === 'custom';
  const reducer = isCustom ? decodeName(reader, strings) : undefined;
  const version = isCustom ? reader.varint() : 0;
  const proto = decodeProto(reader, kind, count);
  const flags = reader.varint();
  const { keys, attributes } = decodeKeys(reader, strings, count);
  const brands = decodeBrands(reader, strings, count);
  return { kind, proto, flags, keys, attributes, brands, reducer, version };
}

function decodeProto(reader: ByteReader, kind: Kind, count: number): number | null | undefined {
  const proto = reader.varint();
  if (proto === 0) {
    if (kind.hasShape) throw reader.corrupt(`a ${kind.name} without a prototype field`);
    return undefined;
  }
  return proto === 1 ? null : checkId(reader, proto - PROTO_ID, count);
}

function decodeKeys(
  reader: ByteReader,
  strings: readonly string[],
  count: number,
): Pick<Layout, 'keys' | 'attributes'> {
  const keyCount = reader.count(2, 'keys');
  const keys: LayoutKey[] = [];
  const attributes: number[] = [];
  const seen = new Set<string | number>();
  for (let i = 0; i < keyCount; i++) {
    const head = reader.varint();
    const index = Math.floor(head / 2);
    if (head % 2 === 1) keys.push({ symbol: checkId(reader, index, count) });
    else keys.push(nameAt(reader, strings, index));
    const identity = head % 2 === 1 ? index : nameAt(reader, strings, index);
    if (seen.has(identity)) throw reader.corrupt('a layout has a key twice');
    seen.add(identity);
    attributes.push(reader.u8());
  }
  return { keys, attributes };
}

function decodeBrands(reader: ByteReader, strings: readonly string[], count: number): Brand[] {
  const brands: Brand[] = [];
  const brandCount = reader.count(2, 'brands');
  for (let i = 0; i < brandCount; i++) {
    const head = reader.varint();
    const owner = checkId(reader, Math.floor(head / 2), count);
    brands.push({
      owner,
      isStatic: head % 2 === 1,
      names: decodeNames(reader, strings, reader.count(1, 'private names')),
    });
  }
  return brands;
}

function decodeSegment(reader: ByteReader, head: SegmentHead, bounds: CellBounds, limits: Limits): Segment {
  const { layout, rows, firstId } = head;
  const state = layout.kind.state.map((column) =>
    column.isList ? decodeList(reader, rows, bounds, limits.valuesMax) : decodeCells(reader, rows, bounds),
  );
  const properties = Array.from({ length: propertyColumnCount(layout) }, () =>
    decodeCells(reader, rows, bounds),
  );
  return { layout, rows, firstId, state, properties };
}

function decodeNames(reader: ByteReader, strings: readonly string[], count: number): string[] {
  return Array.from({ length: count }, () => decodeName(reader, strings));
}

function decodeName(reader: ByteReader, strings: readonly string[]): string {
  return nameAt(reader, strings, reader.varint());
}

function nameAt(reader: ByteReader, strings: readonly string[], index: number): string {
  const name = strings[index];
  if (name === undefined) throw reader.corrupt(`string ${index} of ${strings.length}`);
  return name;
}

function checkId(reader: ByteReader, id: number, count: number): number {
  if (id < 0 || id >= count) throw reader.corrupt(`id ${id} of ${count}`);
  return id;
}
