// A snapshot taken apart to what may be changed — groups, segments, cells, links — and put together again as a hostile
// program would: right checksums, right places of sections, and whatever else it likes.

import { ByteReader, ByteWriter } from '../../src/format/bytes.js';
import { encodeCodes } from '../../src/format/code-section.js';
import { type CellBounds, numbersOf, opened } from '../../src/format/columns.js';
import { SECTION } from '../../src/format/container.js';
import { FreeCells } from '../../src/format/free-cells.js';
import { openSnapshot } from '../../src/format/index.js';
import { encodeIndex, type GroupEntry, type Index } from '../../src/format/index-section.js';
import { encodeMeta } from '../../src/format/meta.js';
import { decodeStripe, encodeStripe, groupOfStripe, type StripeSegment } from '../../src/format/stripe.js';
import type { CodeEntry } from '../../src/graph/code.js';
import {
  type Cells,
  Column,
  isNumberless,
  type ListCells,
  ListColumn,
  numberAt,
  TAG,
  tagAt,
} from '../../src/graph/column.js';
import type { LayoutDraft, Link } from '../../src/graph/graph.js';
import { RowIds } from '../../src/graph/row-ids.js';
import { DEFAULT_LIMITS } from '../../src/limits.js';
import { reseal, sectionsOf } from '../helpers/reseal.js';

/** A segment of a stripe; as many rows as ids. */
export interface SegmentPart {
  readonly layout: LayoutDraft;
  readonly ids: readonly number[];
  readonly state: readonly (Column | ListColumn)[];
  readonly properties: readonly Column[];
}

/** A stripe; `group` is what it says of itself. */
export interface StripePart {
  readonly group: number;
  readonly segments: readonly SegmentPart[];
}

/** A group. */
export interface GroupPart {
  readonly values: number;
  readonly unit: number;
  readonly codes: readonly number[];
  readonly links: readonly Link[];
  readonly blobs: readonly Uint8Array[];
  readonly stripes: readonly StripePart[];
}

/** A whole snapshot. Nothing in it is changed in place, so that parts can be shared. */
export interface Parts {
  readonly meta: Uint8Array;
  readonly code: Uint8Array;
  readonly groups: readonly GroupPart[];
  readonly rootNames: readonly string[];
  readonly rootLinks: readonly Link[];
  readonly roots: Column;
}

/** Takes a snapshot apart. */
export function partsOf(snapshot: Uint8Array): Parts {
  const { index } = openSnapshot(snapshot);
  const sections = sectionsOf(snapshot);
  const bytesAt = (place: number): Buffer => (sections[place] as (typeof sections)[number]).bytes;
  const groups = index.groups.map(({ values, unit, codes, links, stripes, blobBytes, blobSections }) => {
    const bounds: CellBounds = {
      ids: values,
      blobs: blobBytes.length,
      links: links.length,
      free: new FreeCells(snapshot.length),
      limits: DEFAULT_LIMITS,
      reach: 0,
    };
    const blobs: Uint8Array[] = [];
    for (const { section, blobs: count } of blobSections) {
      const reader = new ByteReader(bytesAt(section), 'blobs');
      for (let i = 0; i < count; i++) {
        reader.align(8);
        blobs.push(reader.raw(blobBytes[blobs.length] as number));
      }
    }
    return {
      values,
      unit,
      codes,
      links,
      blobs,
      stripes: stripes.map((place) => stripePart(bytesAt(place), bounds)),
    };
  });
  const { rootNames, rootLinks, roots } = index;
  const only = (kind: number): Buffer => sections.find((section) => section.kind === kind)!.bytes;
  return {
    meta: only(SECTION.meta),
    code: only(SECTION.code),
    groups,
    rootNames,
    rootLinks,
    roots: columnOf(roots),
  };
}

function stripePart(bytes: Uint8Array, bounds: CellBounds): StripePart {
  const reader = new ByteReader(bytes, 'stripe');
  const { group, segments } = decodeStripe(reader, groupOfStripe(reader), bounds);
  return { group, segments: segments.map(segmentPart) };
}

function segmentPart({ layout, ids, state, properties }: StripeSegment): SegmentPart {
  return {
    layout,
    ids: Array.from(numbersOf(ids)),
    state: state.map((column) =>
      'lengths' in column
        ? listOf({ lengths: opened(column.lengths), items: opened(column.items) })
        : columnOf(opened(column)),
    ),
    properties: properties.map((column) => columnOf(opened(column))),
  };
}

/** A copy of cells that can be written again; `write` pushes something else for the cell `at`. */
export function columnOf(cells: Cells, at = -1, write: (column: Column) => void = () => {}): Column {
  const made = new Column();
  for (let i = 0; i < cells.length; i++) {
    const tag = tagAt(cells, i);
    if (i === at) write(made);
    else if (isNumberless(tag)) made.push(tag, 0);
    else if (tag === TAG.string || tag === TAG.bigint)
      made.push(tag, made.textIndex(cells.texts[numberAt(cells, i)] as string));
    else made.push(tag, numberAt(cells, i));
  }
  return made;
}

function listOf({ lengths, items }: ListCells): ListColumn {
  return listColumn(columnOf(lengths), columnOf(items));
}

/** A list column of two columns. */
export function listColumn(lengths: Column, items: Column): ListColumn {
  return Object.assign(new ListColumn(), { lengths, items });
}

/** A column of numbers under one tag. */
export function column(tag: number, numbers: readonly number[]): Column {
  const made = new Column();
  for (const number of numbers) made.push(tag, number);
  return made;
}

/** A column of texts under one tag. */
export function textColumn(tag: number, texts: readonly string[]): Column {
  const made = new Column();
  for (const text of texts) made.push(tag, made.textIndex(text));
  return made;
}

/** A column of so many equal cells. */
export function same(tag: number, number: number, length: number): Column {
  return column(tag, new Array<number>(length).fill(number));
}

/** A segment with a kind's bare layout. */
export function segmentOf(
  kind: LayoutDraft['kind'],
  ids: readonly number[],
  state: SegmentPart['state'],
  proto: LayoutDraft['proto'] = null,
): SegmentPart {
  return {
    layout: { ...bareLayout(kind), proto: kind.hasShape ? proto : undefined },
    ids,
    state,
    properties: [],
  };
}

/** The layout of a kind with prototype null and nothing else. */
export function bareLayout(kind: LayoutDraft['kind']): LayoutDraft {
  return {
    kind,
    proto: kind.hasShape ? null : undefined,
    flags: 1,
    keys: [],
    attributes: [],
    brands: [],
    reducer: undefined,
    version: 0,
  };
}

/** The numbers from `first` on. */
export function range(first: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => first + i);
}

/** A group whose stripe is given by its segments. */
export function groupOf(
  number: number,
  segments: readonly SegmentPart[],
  more: Partial<GroupPart> = {},
): GroupPart {
  const values = segments.reduce((sum, { ids }) => sum + ids.length, 0);
  const stripes = [{ group: number, segments }];
  return { values, unit: number, codes: [], links: [], blobs: [], stripes, ...more };
}

/** A snapshot of groups; its root is value 0 of group 0. */
export function snapshotOf(groups: readonly GroupPart[], codes: readonly CodeEntry[] = []): Uint8Array {
  return fileOf({
    meta: encodeMeta({ type: 'value', brine: '0', node: '20', values: 0, modules: [] }),
    code: Buffer.concat(encodeCodes(codes)),
    groups,
    rootNames: [''],
    rootLinks: [{ group: 0, id: 0 }],
    roots: column(TAG.link, [0]),
  });
}

/** Puts parts together; `change` may change the index before it is written, `more` are sections behind the others. */
export function fileOf(
  parts: Parts,
  change: (index: Index) => Index = (index) => index,
  more: readonly { kind: number; isCritical: boolean; bytes: Uint8Array }[] = [],
): Uint8Array {
  const behind: { kind: number; isCritical: boolean; bytes: Uint8Array }[] = [];
  const add = (kind: number, bytes: Uint8Array): number =>
    FIRST_PLACE + behind.push({ kind, isCritical: true, bytes }) - 1;
  const groups = parts.groups.map(({ values, unit, codes, links, blobs, stripes }): GroupEntry => {
    let freeCells = 0;
    const places = stripes.map((stripe) => {
      const { bytes, free } = stripeBytes(stripe);
      freeCells += free;
      return add(SECTION.stripe, bytes);
    });
    const blobSections =
      blobs.length > 0 ? [{ section: add(SECTION.blobs, padded(blobs)), blobs: blobs.length }] : [];
    const blobBytes = blobs.map((bytes) => bytes.length);
    return { values, unit, freeCells, codes, links, stripes: places, blobBytes, blobSections };
  });
  const { rootNames, rootLinks, roots } = parts;
  const index = change({ groups, rootNames, rootLinks, roots });
  return reseal([
    { kind: SECTION.meta, isCritical: false, bytes: parts.meta },
    { kind: SECTION.index, isCritical: true, bytes: indexBytes(index) },
    { kind: SECTION.code, isCritical: true, bytes: parts.code },
    ...behind,
    ...more,
  ]);
}

/** The place of the first stripe: meta, index and code come before. */
export const FIRST_PLACE = 3;

function stripeBytes({ group, segments }: StripePart): { bytes: Uint8Array; free: number } {
  const writer = new ByteWriter();
  // As in a large file: what is equal may always be written once.
  writer.bytesBefore = 2 ** 40;
  const drafts = segments.map(({ layout, ids, state, properties }) => {
    const rows = new RowIds();
    for (const id of ids) rows.push(id);
    return { layout, ids: rows, state, properties };
  });
  encodeStripe(writer, group, drafts);
  return { bytes: Buffer.concat(writer.take()), free: writer.freeCells };
}

function padded(blobs: readonly Uint8Array[]): Uint8Array {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for (const blob of blobs) {
    const padding = (8 - (bytes % 8)) % 8;
    pieces.push(new Uint8Array(padding), blob);
    bytes += padding + blob.length;
  }
  return Buffer.concat(pieces);
}

/** The bytes of an index section. */
export function indexBytes(index: Index): Buffer {
  const writer = new ByteWriter();
  encodeIndex(writer, index);
  return Buffer.concat(writer.take());
}
