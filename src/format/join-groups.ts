// Groups as they were read to one graph to be built: ids become one sequence, segment by segment, links become ids, texts
// of code get their numbers in the whole file.
//
// Where ids follow each other already, nothing is copied. Knows nothing of bytes.

import { CorruptSnapshotError } from '../errors.js';
import type { CodeEntry } from '../graph/code.js';
import { type Cells, type ListCells, numberAt, TAG, tagAt } from '../graph/column.js';
import type { Graph, Layout, LayoutDraft, Link, Pointer, Segment } from '../graph/graph.js';
import type { Numbers } from './bytes.js';
import { type CheckedList, type LateCells, numbersOf, opened } from './columns.js';
import type { GroupEntry } from './index-section.js';
import { add, greatest, isRange, lookUp, number } from './loops.js';
import type { CheckedRuns } from './runs.js';
import type { DecodedStripe, StripeSegment } from './stripe.js';

/** A group with its stripes and blobs read. */
export interface LoadedGroup {
  readonly number: number;
  readonly entry: GroupEntry;
  readonly stripes: readonly DecodedStripe[];
  readonly blobs: readonly Uint8Array[];
}

const UNSET = 0xffffffff;

/** Joins groups; `external` gives the value of a link to a group that is not among them. */
export function joinGroups(
  groups: readonly LoadedGroup[],
  external: (link: Link) => unknown,
  codes: () => readonly CodeEntry[],
): Graph {
  const ids = new Map<number, GroupIds>();
  let count = 0;
  for (const group of groups) {
    ids.set(group.number, numberGroup(group, count));
    count += group.entry.values;
  }
  const externals: unknown[] = [];
  const externalIds = new Map<string, number>();
  const idOfLink = (link: Link): number => {
    const inside = ids.get(link.group);
    if (inside !== undefined) return inside.idOf(link.id);
    const name = `${link.group}:${link.id}`;
    let id = externalIds.get(name);
    if (id === undefined) {
      id = count + externals.push(external(link)) - 1;
      externalIds.set(name, id);
    }
    return id;
  };
  const segments: Segment[] = [];
  const blobs: Uint8Array[] = [];
  for (const group of groups) {
    const join: Join = {
      ids: ids.get(group.number) as GroupIds,
      links: Uint32Array.from(group.entry.links, idOfLink),
      firstBlob: blobs.length,
      codes: group.entry.codes,
    };
    for (const { segments: own } of group.stripes)
      for (const segment of own) segments.push(joined(segment, join, segments));
    for (const blob of group.blobs) blobs.push(blob);
  }
  const idOf = ({ group, id }: Link): number | undefined => ids.get(group)?.idOf(id);
  return { segments, count, externals, blobs, idOf, codes };
}

// Ids of a group's values in the graph.
interface GroupIds {
  /** What to add to an id when all of them follow each other; undefined when the table has to be asked. */
  readonly shift: number | undefined;
  readonly table: Uint32Array | undefined;
  idOf(id: number): number;
}

function numberGroup({ entry, stripes }: LoadedGroup, first: number): GroupIds {
  let next = first;
  let isInOrder = true;
  for (const { segments } of stripes) {
    for (const { ids } of segments) {
      if (isInOrder) isInOrder = areRange(ids, next - first);
      next += ids.length;
    }
  }
  if (next - first !== entry.values) {
    throw corrupt(`stripes hold ${next - first} values of a group of ${entry.values}`);
  }
  if (isInOrder) return { shift: first, table: undefined, idOf: (id) => id + first };
  const table = new Uint32Array(entry.values).fill(UNSET);
  next = first;
  for (const { segments } of stripes) {
    for (const { ids } of segments) {
      const twice = number(numbersOf(ids), table, next, UNSET);
      if (twice >= 0) throw corrupt(`value ${twice} is there twice`);
      next += ids.length;
    }
  }
  return { shift: undefined, table, idOf: (id) => table[id] as number };
}

const NO_IDS = new Uint8Array(0);

function areRange(ids: Numbers | CheckedRuns, start: number): boolean {
  if (!('starts' in ids)) return isRange(ids, ids.length, start);
  const { starts, lengths } = ids;
  let next = start;
  for (let run = 0; run < starts.length; next += lengths[run++] as number)
    if (starts[run] !== next) return false;
  return true;
}

interface Join {
  readonly ids: GroupIds;
  readonly links: Uint32Array;
  readonly firstBlob: number;
  /** The numbers of the group's texts of code in the whole file. */
  readonly codes: readonly number[];
}

function joined(segment: StripeSegment, join: Join, before: readonly Segment[]): Segment {
  const last = before[before.length - 1];
  const firstId = last === undefined ? 0 : last.firstId + last.rows;
  return new JoinedSegment(segment, joinedLayout(segment.layout, join), firstId, join);
}

// Columns are opened when somebody asks for them, and closed when nobody does: all of a file at once would take several
// times its size. What can be wrong with them is looked at before.
class JoinedSegment implements Segment {
  readonly layout: Layout;
  readonly rows: number;
  readonly firstId: number;
  private read: StripeSegment;
  private readonly join: Join;
  private stateOnce: readonly (Cells | ListCells)[] | undefined;
  private propertiesOnce: readonly Cells[] | undefined;

  constructor(read: StripeSegment, layout: Layout, firstId: number, join: Join) {
    this.layout = layout;
    this.rows = read.rows;
    this.firstId = firstId;
    this.read = read;
    this.join = join;
    for (const { name } of layout.kind.state) if (name === 'code') this.stateOnce = this.openState();
  }

  get state(): readonly (Cells | ListCells)[] {
    this.stateOnce ??= this.openState();
    return this.stateOnce;
  }

  get properties(): readonly Cells[] {
    if (this.propertiesOnce === undefined) {
      const properties: Cells[] = [];
      for (const column of this.read.properties) properties.push(joinedCells(opened(column), this.join));
      this.propertiesOnce = properties;
    }
    return this.propertiesOnce;
  }

  get reach(): number {
    const { layout, join, read } = this;
    if (join.ids.shift === undefined) return Number.POSITIVE_INFINITY;
    let reach = Math.max(read.reach + join.ids.shift, greatest(join.links, join.links.length));
    if (typeof layout.proto === 'number') reach = Math.max(reach, layout.proto);
    for (const key of layout.keys) if (typeof key !== 'string') reach = Math.max(reach, key.symbol);
    for (const { owner } of layout.brands) reach = Math.max(reach, owner);
    return reach;
  }

  close(): void {
    this.stateOnce = undefined;
    this.propertiesOnce = undefined;
  }

  drop(): void {
    this.close();
    // Reading a column throws from now on.
    this.read = { ...this.read, ids: NO_IDS, state: [], properties: [] };
  }

  private openState(): (Cells | ListCells)[] {
    const { read, join, rows } = this;
    const { kind } = this.layout;
    const state: (Cells | ListCells)[] = [];
    for (let i = 0; i < kind.state.length; i++) {
      const column = read.state[i] as Cells | LateCells | CheckedList;
      if ('lengths' in column) {
        const items = joinedCells(opened(column.items), join);
        state.push({ lengths: opened(column.lengths), items });
      } else if (kind.state[i]?.name === 'code') {
        // A generator that has finished, or has not begun, needs no text.
        state.push(joinedCodes(opened(column), { rows, isOptional: kind.name === 'generator' }, join));
      } else state.push(joinedCells(opened(column), join));
    }
    return state;
  }
}

function joinedLayout(layout: LayoutDraft, join: Join): Layout {
  const id = ({ isLink, number }: Pointer): number =>
    isLink ? (join.links[number] as number) : join.ids.idOf(number);
  return {
    ...layout,
    proto: layout.proto === null || layout.proto === undefined ? layout.proto : id(layout.proto),
    keys: layout.keys.map((key) => (typeof key === 'string' ? key : { symbol: id(key) })),
    brands: layout.brands.map((brand) => ({ ...brand, owner: id(brand.owner) })),
  };
}

function joinedCells(cells: Cells, join: Join): Cells {
  switch (cells.uniformTag) {
    case TAG.ref:
      return joinedRefs(cells, join.ids);
    case TAG.link:
      return { ...cells, uniformTag: TAG.ref, numbers: looked(cells.numbers, join.links) };
    case TAG.blob:
      return join.firstBlob === 0 ? cells : { ...cells, numbers: shifted(cells.numbers, join.firstBlob) };
    case -1:
      return isJoined(cells, join) ? cells : joinedMixed(cells, join);
    default:
      return cells;
  }
}

function joinedRefs(cells: Cells, { shift, table }: GroupIds): Cells {
  if (shift === 0) return cells;
  const numbers =
    shift === undefined ? looked(cells.numbers, table as Uint32Array) : shifted(cells.numbers, shift);
  return { ...cells, numbers };
}

function looked(numbers: ArrayLike<number>, table: Uint32Array): Uint32Array {
  const out = new Uint32Array(numbers.length);
  lookUp(numbers, table, out);
  return out;
}

function shifted(numbers: ArrayLike<number>, shift: number): Uint32Array {
  const out = new Uint32Array(numbers.length);
  add(numbers, shift, out);
  return out;
}

// True when nothing in a mixed column would become another number.
function isJoined({ numbers }: Cells, { ids, links, firstBlob }: Join): boolean {
  return numbers.length === 0 || (ids.shift === 0 && links.length === 0 && firstBlob === 0);
}

function joinedMixed(cells: Cells, join: Join): Cells {
  const { length } = cells;
  const numbers = new Float64Array(cells.numbers);
  const tags = new Uint8Array(cells.tags);
  for (let i = 0; i < length; i++) {
    const tag = tags[i];
    if (tag === TAG.ref) numbers[i] = join.ids.idOf(numbers[i] as number);
    else if (tag === TAG.blob) numbers[i] = (numbers[i] as number) + join.firstBlob;
    else if (tag === TAG.link) {
      tags[i] = TAG.ref;
      numbers[i] = join.links[numbers[i] as number] as number;
    }
  }
  return { ...cells, numbers, tags };
}

function joinedCodes(
  cells: Cells,
  { rows, isOptional }: { readonly rows: number; readonly isOptional: boolean },
  { codes }: Join,
): Cells {
  if (cells.uniformTag !== TAG.int && !isOptional) throw corrupt('a function without a number of a text');
  const numbers = new Uint32Array(rows);
  for (let row = 0; row < rows; row++) {
    const tag = tagAt(cells, row);
    if (isOptional && tag === TAG.undefined) continue;
    if (tag !== TAG.int) throw corrupt('a generator without a number of a text');
    const code = codes[numberAt(cells, row)];
    if (code === undefined || code >= 2 ** 32)
      throw corrupt('a function names a text that its group does not have');
    numbers[row] = code;
  }
  return { ...cells, numbers, isConstant: false, isInOrder: false };
}

function corrupt(why: string): CorruptSnapshotError {
  return new CorruptSnapshotError('SNAPSHOT_STRUCTURE', `the graph contradicts itself: ${why}`, {
    hint: 'it was written by a broken or hostile program',
  });
}
