// Groups of two snapshots in one: those of the first are taken over as bytes under their numbers, those of the second get the
// numbers behind them and are written anew, because a stripe says the number of its group.
//
// Builds no value and runs nothing. Knows nothing of names, only of roots.

import type { CodeEntry } from '../graph/code.js';
import { type Cells, Column, copyCell, type ListCells, numberAt, TAG, tagAt } from '../graph/column.js';
import type { GraphIndex, Link, SegmentDraftView } from '../graph/graph.js';
import { RowIds } from '../graph/row-ids.js';
import { type LateCells, numbersOf, opened } from './columns.js';
import type { GroupEntry } from './index-section.js';
import type { SnapshotReader } from './reader.js';
import type { StripeSegment } from './stripe.js';
import type { SnapshotWriter } from './writer.js';

/** What is taken of a snapshot. */
export interface MergePart {
  readonly reader: SnapshotReader;
  /** Roots, by their places in the index. */
  readonly roots: readonly number[];
  /** The groups that these need, sorted. */
  readonly groups: readonly number[];
}

/** Puts the groups of both into `sink`; returns the index of the new snapshot, the roots of the first before the others. */
export function mergeGroups(first: MergePart, second: MergePart, sink: SnapshotWriter): GraphIndex {
  const index = new MergedIndex();
  takeOver(first, sink, index);
  const start = first.reader.index.groups.length;
  const numbers = new Map(second.groups.map((number, place) => [number, start + place]));
  writeAnew(second, sink, index, (number) => numbers.get(number) as number);
  return index.finish();
}

// What is not needed of it becomes a group without values, so that all others keep their numbers.
function takeOver(part: MergePart, sink: SnapshotWriter, index: MergedIndex): void {
  const { reader, groups } = part;
  const needed = new Set(groups);
  const entries = groups.map((number) => reader.index.groups[number] as GroupEntry);
  const bytes = entries
    .flatMap(({ stripes, blobSections }) => [...stripes, ...blobSections.map(({ section }) => section)])
    .reduce((sum, place) => sum + (reader.container.sections[place]?.bytes ?? 0), 0);
  const isCopied = sink.canCopy(entries, bytes);
  reader.index.groups.forEach((entry, number) => {
    if (!needed.has(number)) return index.addGroup({ values: 0, links: [], codes: [], unit: number });
    if (isCopied) sink.copy(number, entry, (place) => reader.copy(place));
    else writeGroup(reader, number, number, sink);
    index.addGroup({ ...entry, codes: index.codesOf(reader, entry.codes) });
  });
  index.addRoots(part, (number) => number);
}

function writeAnew(
  part: MergePart,
  sink: SnapshotWriter,
  index: MergedIndex,
  numberOf: (number: number) => number,
): void {
  const { reader, groups } = part;
  for (const number of groups) {
    writeGroup(reader, number, numberOf(number), sink);
    const { values, links, codes, unit } = reader.index.groups[number] as GroupEntry;
    index.addGroup({
      values,
      links: links.map(({ group, id }) => ({ group: numberOf(group), id })),
      codes: index.codesOf(reader, codes),
      unit: numberOf(unit),
    });
  }
  index.addRoots(part, numberOf);
}

function writeGroup(reader: SnapshotReader, number: number, target: number, sink: SnapshotWriter): void {
  const { stripes, blobs } = reader.group(number);
  for (const { segments } of stripes) sink.stripe(target, segments.map(draftOf));
  for (const blob of blobs) sink.blob(target, blob);
}

function draftOf({ layout, ids, state, properties }: StripeSegment): SegmentDraftView {
  const rows = new RowIds();
  const numbers = numbersOf(ids);
  for (let row = 0; row < numbers.length; row++) rows.push(numbers[row] as number);
  return {
    layout,
    ids: rows,
    state: state.map((cells): Cells | ListCells =>
      'lengths' in cells
        ? { lengths: columnOf(cells.lengths), items: columnOf(cells.items) }
        : columnOf(cells),
    ),
    properties: properties.map(columnOf),
  };
}

function columnOf(read: Cells | LateCells): Column {
  const cells = opened(read);
  const column = new Column();
  column.reserve(cells.length);
  for (let i = 0; i < cells.length; i++) copyCell(cells, i, column);
  return column;
}

// The index of the new snapshot as it comes together.
class MergedIndex {
  private readonly groups: GraphIndex['groups'][number][] = [];
  private readonly codes: CodeEntry[] = [];
  private readonly numbers = new Map<SnapshotReader, Map<number, number>>();
  private readonly rootNames: string[] = [];
  private readonly rootLinks: Link[] = [];
  private readonly roots = new Column();

  addGroup(group: GraphIndex['groups'][number]): void {
    this.groups.push(group);
  }

  /** The new numbers of texts of code. */
  codesOf(reader: SnapshotReader, codes: readonly number[]): number[] {
    const known = this.numbers.get(reader) ?? new Map<number, number>();
    this.numbers.set(reader, known);
    return codes.map((code) => {
      if (!known.has(code)) known.set(code, this.codes.push(reader.codes()[code] as CodeEntry) - 1);
      return known.get(code) as number;
    });
  }

  addRoots({ reader, roots }: MergePart, numberOf: (group: number) => number): void {
    const { index } = reader;
    for (const root of roots) {
      this.rootNames.push(index.rootNames[root] as string);
      if (tagAt(index.roots, root) !== TAG.link) {
        copyCell(index.roots, root, this.roots);
        continue;
      }
      const { group, id } = index.rootLinks[numberAt(index.roots, root)] as Link;
      this.roots.push(TAG.link, this.rootLinks.push({ group: numberOf(group), id }) - 1);
    }
  }

  finish(): GraphIndex {
    const { groups, codes, rootNames, rootLinks, roots } = this;
    return { groups, codes, rootNames, rootLinks, roots };
  }
}
