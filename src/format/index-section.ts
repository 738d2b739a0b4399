// The index: which groups there are, where their stripes and blobs lie, what they point to, and the roots. Enough to know
// which sections a root needs, and small whatever the file's size.
//
//   index  := groups:varint group × groups names:varint strings(names) links(…) column
//   group  := values:varint unit:varint freeCells:varint stripes:varint section:varint × stripes codes:varint code:varint × codes
//             blobs:varint (length:varint × blobs sections:varint (section:varint blobs:varint) × sections) links
//   links  := count:varint ids(count) groups, ids(count) values
//
// See docs/FORMAT.md.

import { LimitError } from '../errors.js';
import { type Cells, TAG, tagAt } from '../graph/column.js';
import type { Link } from '../graph/graph.js';
import type { Limits } from '../limits.js';
import { ByteReader, type ByteWriter } from './bytes.js';
import { type CellBounds, decodeCells, decodeIds, encodeCells, encodeIds } from './columns.js';
import type { FreeCells } from './free-cells.js';
import { decodeStrings, encodeStrings } from './strings.js';

/** Where a group is. Sections are places in the section table. */
export interface GroupEntry {
  readonly values: number;
  readonly stripes: readonly number[];
  /** Bytes of each blob; they lie one after the other in the blob sections. */
  readonly blobBytes: readonly number[];
  readonly blobSections: readonly { readonly section: number; readonly blobs: number }[];
  readonly links: readonly Link[];
  /** The most cells of its stripes that take no bytes of their own; see `free-cells.ts`. */
  readonly freeCells: number;
  /** Groups of one unit have to be built together: their code shares scopes or private names. */
  readonly unit: number;
  /** Numbers in the code section of the texts that the group's functions name. */
  readonly codes: readonly number[];
}

/** The content of the section. */
export interface Index {
  readonly groups: readonly GroupEntry[];
  readonly rootNames: readonly string[];
  readonly rootLinks: readonly Link[];
  readonly roots: Cells;
}

/** Writes the index. */
export function encodeIndex(writer: ByteWriter, { groups, rootNames, rootLinks, roots }: Index): void {
  writer.varint(groups.length);
  for (const group of groups) {
    writer.varint(group.values);
    writer.varint(group.unit);
    writer.varint(group.freeCells);
    writer.varint(group.stripes.length);
    for (const section of group.stripes) writer.varint(section);
    writer.varint(group.codes.length);
    for (const code of group.codes) writer.varint(code);
    writer.varint(group.blobBytes.length);
    for (const bytes of group.blobBytes) writer.varint(bytes);
    if (group.blobBytes.length > 0) {
      writer.varint(group.blobSections.length);
      for (const { section, blobs } of group.blobSections) {
        writer.varint(section);
        writer.varint(blobs);
      }
    }
    encodeLinks(writer, group.links);
  }
  writer.varint(rootNames.length);
  encodeStrings(writer, rootNames);
  encodeLinks(writer, rootLinks);
  encodeCells(writer, roots);
}

function encodeLinks(writer: ByteWriter, links: readonly Link[]): void {
  const count = links.length;
  writer.varint(count);
  const groups = new Uint32Array(count);
  const ids = new Uint32Array(count);
  for (let i = 0; i < count; i++) {
    groups[i] = (links[i] as Link).group;
    ids[i] = (links[i] as Link).id;
  }
  encodeIds(writer, groups, count);
  encodeIds(writer, ids, count);
}

/** Reads the index; every number is checked against the others. */
export function decodeIndex(bytes: Uint8Array, sections: number, free: FreeCells, limits: Limits): Index {
  const reader = new ByteReader(bytes, 'index');
  const bounds = (ids: number): CellBounds => ({ ids, blobs: 0, links: 0, free, limits, reach: 0 });
  const groupCount = reader.count(7, 'groups');
  const groups: GroupEntry[] = [];
  let total = 0;
  for (let i = 0; i < groupCount; i++) {
    const group = decodeGroup(reader, sections, groupCount, bounds);
    total += group.values;
    if (total > limits.valuesMax) throw tooManyValues(total, limits);
    groups.push(group);
  }
  const rootNames = decodeStrings(reader, reader.count(1, 'roots'), limits);
  const rootLinks = decodeLinks(reader, groupCount, bounds);
  const roots = decodeCells(reader, rootNames.length, { ...bounds(0), links: rootLinks.length });
  for (let i = 0; i < roots.length; i++)
    if (tagAt(roots, i) === TAG.hole) throw reader.corrupt('a root is no value');
  reader.end();
  for (const { links } of groups) checkLinks(reader, links, groups);
  for (let number = 0; number < groups.length; number++)
    checkUnit(reader, (groups[number] as GroupEntry).unit, number, groups);
  checkLinks(reader, rootLinks, groups);
  return { groups, rootNames, rootLinks, roots };
}

function tooManyValues(total: number, limits: Limits): LimitError {
  return new LimitError('LIMIT_EXCEEDED', `${total} values; the limit is ${limits.valuesMax}`, {
    hint: 'raise valuesMax if you trust the file',
  });
}

function decodeGroup(
  reader: ByteReader,
  sections: number,
  groupCount: number,
  bounds: (ids: number) => CellBounds,
): GroupEntry {
  const values = reader.varint();
  const unit = reader.varint();
  const freeCells = reader.varint();
  const stripes: number[] = [];
  for (let left = reader.count(1, 'stripes'); left > 0; left--) stripes.push(decodeSection(reader, sections));
  const codes: number[] = [];
  for (let left = reader.count(1, 'texts'); left > 0; left--) codes.push(reader.varint());
  const blobBytes: number[] = [];
  for (let left = reader.count(1, 'blobs'); left > 0; left--) blobBytes.push(reader.varint());
  let blobs = 0;
  const blobSections: GroupEntry['blobSections'][number][] = [];
  for (let left = blobBytes.length > 0 ? reader.count(2, 'blob sections') : 0; left > 0; left--) {
    const section = decodeSection(reader, sections);
    const count = reader.varint();
    blobs += count;
    blobSections.push({ section, blobs: count });
  }
  if (blobs !== blobBytes.length) throw reader.corrupt(`sections of ${blobs} blobs for ${blobBytes.length}`);
  return {
    values,
    unit,
    freeCells,
    stripes,
    blobBytes,
    blobSections,
    codes,
    links: decodeLinks(reader, groupCount, bounds),
  };
}

function decodeSection(reader: ByteReader, sections: number): number {
  const section = reader.varint();
  if (section >= sections) throw reader.corrupt(`section ${section} of ${sections}`);
  return section;
}

function decodeLinks(reader: ByteReader, groupCount: number, bounds: (ids: number) => CellBounds): Link[] {
  const count = reader.varint();
  if (count === 0) return [];
  const groups = decodeIds(reader, count, bounds(groupCount));
  const ids = decodeIds(reader, count, bounds(2 ** 32));
  const links: Link[] = new Array(count);
  for (let i = 0; i < count; i++) links[i] = { group: groups[i] as number, id: ids[i] as number };
  return links;
}

// A unit has the lowest number of any group in it.
function checkUnit(reader: ByteReader, unit: number, number: number, groups: readonly GroupEntry[]): void {
  if (unit > number || groups[unit]?.unit !== unit)
    throw reader.corrupt(`group ${number} is of unit ${unit}, which is none`);
}

function checkLinks(reader: ByteReader, links: readonly Link[], groups: readonly GroupEntry[]): void {
  for (const { group, id } of links) {
    const { values } = groups[group] as GroupEntry;
    if (id >= values) throw reader.corrupt(`a link to value ${id} of ${values}`);
  }
}
