// Lists of records and of numbers in a snapshot, as small tables and courses. Reads the graph; builds nothing.

import type { Web } from '../detect/index.js';
import type { MetaPlot, MetaTable } from '../format/index.js';
import { type Cells, type ListCells, numberAt, TAG, tagAt } from '../graph/column.js';
import { ATTRIBUTE, type Segment } from '../graph/graph.js';
import { thinned } from '../session/cell-output.js';
import { primitiveText, typedArrayOf, unitOf, valueText } from './value-text.js';

const ROWS_MAX = 12;
const COLUMNS_MAX = 8;
const FIELD_CHARACTERS_MAX = 60;

interface Items {
  readonly cells: Cells;
  readonly start: number;
  readonly count: number;
}

/** A list of records as a table; undefined for anything else. */
export function tableOfValue(web: Web, id: number): MetaTable | undefined {
  const items = itemsOf(web, id);
  if (items === undefined || items.count < 2) return undefined;
  const records: { readonly segment: Segment; readonly row: number }[] = [];
  for (let i = 0; i < Math.min(items.count, ROWS_MAX); i++) {
    const at = items.start + i;
    if (tagAt(items.cells, at) !== TAG.ref) return undefined;
    const record = numberAt(items.cells, at);
    const segment = web.steps.segmentOf(record);
    if (segment?.layout.kind.name !== 'object' || segment.layout.keys.length === 0) return undefined;
    records.push({ segment, row: record - segment.firstId });
  }
  const columnsOf = new Map<Segment, Map<string, Cells>>();
  for (const { segment } of records)
    if (!columnsOf.has(segment)) columnsOf.set(segment, dataColumns(segment));
  const keys = [...new Set([...columnsOf.values()].flatMap((columns) => [...columns.keys()]))];
  const columns = keys.slice(0, COLUMNS_MAX);
  return {
    columns: columns.map((key) => key.slice(0, FIELD_CHARACTERS_MAX)),
    rows: records.map(({ segment, row }) =>
      columns.map((key) => fieldText(web, columnsOf.get(segment)?.get(key), row)),
    ),
    rowsLeft: items.count - records.length,
    columnsLeft: keys.length - columns.length,
  };
}

function itemsOf(web: Web, id: number): Items | undefined {
  const segment = web.steps.segmentOf(id);
  if (segment?.layout.kind.name !== 'array') return undefined;
  const list = segment.state[0] as ListCells;
  const row = id - segment.firstId;
  return {
    cells: list.items,
    start: web.steps.startsOf(list)[row] as number,
    count: numberAt(list.lengths, row),
  };
}

function dataColumns({ layout, properties }: Segment): Map<string, Cells> {
  const columns = new Map<string, Cells>();
  let column = 0;
  layout.keys.forEach((key, at) => {
    const isAccessor = ((layout.attributes[at] as number) & ATTRIBUTE.accessor) !== 0;
    if (typeof key === 'string' && !isAccessor) columns.set(key, properties[column] as Cells);
    column += isAccessor ? 2 : 1;
  });
  return columns;
}

function fieldText(web: Web, column: Cells | undefined, row: number): string {
  if (column === undefined) return '';
  const tag = tagAt(column, row);
  const text =
    tag === TAG.ref
      ? valueText(web, numberAt(column, row)).text
      : tag === TAG.string
        ? (column.texts[numberAt(column, row)] as string)
        : primitiveText(column, row).text;
  return text.length > FIELD_CHARACTERS_MAX ? `${text.slice(0, FIELD_CHARACTERS_MAX - 1)}…` : text;
}

/** A list of numbers as its course; undefined for anything else. */
export function plotOfValue(web: Web, id: number): MetaPlot | undefined {
  const items = itemsOf(web, id);
  if (items !== undefined)
    return thinned(items.count, (i) => {
      const tag = tagAt(items.cells, items.start + i);
      return tag === TAG.int || tag === TAG.double ? numberAt(items.cells, items.start + i) : undefined;
    });
  if (web.kindOf(id) !== 'typedArray') return undefined;
  const typed = typedArrayOf(web, id);
  const read = typed === undefined ? undefined : READERS[typed.name];
  if (typed === undefined || read === undefined) return undefined;
  const unit = unitOf(typed.name);
  return thinned(typed.length, (i) => read(typed.bytes, i * unit));
}

const READERS: Readonly<Record<string, (bytes: DataView, at: number) => number>> = {
  Int8Array: (bytes, at) => bytes.getInt8(at),
  Uint8Array: (bytes, at) => bytes.getUint8(at),
  Uint8ClampedArray: (bytes, at) => bytes.getUint8(at),
  Int16Array: (bytes, at) => bytes.getInt16(at, true),
  Uint16Array: (bytes, at) => bytes.getUint16(at, true),
  Int32Array: (bytes, at) => bytes.getInt32(at, true),
  Uint32Array: (bytes, at) => bytes.getUint32(at, true),
  Float32Array: (bytes, at) => bytes.getFloat32(at, true),
  Float64Array: (bytes, at) => bytes.getFloat64(at, true),
};
