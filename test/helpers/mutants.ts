// Hostile snapshots from real ones: taken apart, changed in their parts, put together with right checksums. Everything
// follows from a seed.

import { bytesOf } from '../../src/format/container.js';
import { SnapshotWriter } from '../../src/format/index.js';
import { type Cells, type Column, TAG } from '../../src/graph/column.js';
import type { LayoutDraft, Link, Pointer } from '../../src/graph/graph.js';
import { KIND_BY_NUMBER, type Kind } from '../../src/graph/kinds.js';
import { globalRegistry } from '../../src/graph/registry.js';
import { dumps } from '../../src/library/index.js';
import { walk } from '../../src/pickle/walk.js';
import { withPristineBuiltins } from '../../src/realm/pristine.js';
import {
  column,
  columnOf,
  fileOf,
  type GroupPart,
  listColumn,
  type Parts,
  partsOf,
  type SegmentPart,
} from '../format/parts.js';
import { valueTable } from './value-table.js';

const BIG = /100,000|longer than|large typed|long strings|cycles through/;
/** Values of the table in a snapshot, twice. */
export interface Sample {
  /** One value of twelve samples of the table. */
  readonly whole: Uint8Array;
  /** The same as names, so that they are groups with links between them, and the last name has all. */
  readonly named: Parts;
}

/** Samples of the table, so many in each snapshot: few make small snapshots, of which many can be opened. */
export function sampleGroups(perSnapshot = 12): Sample[] {
  const table = valueTable.filter(({ name }) => !BIG.test(name));
  const found: Sample[] = [];
  for (let i = 0; i < table.length; i += perSnapshot) {
    const values = table.slice(i, i + perSnapshot).map(({ make }) => make());
    found.push({
      whole: dumps(values, { onLoss: () => {} }),
      named: partsOf(dumpsNamed([...values, values])),
    });
  }
  return found;
}

/** A snapshot of these values as names, the last of which has all. */
export function dumpsNamed(values: readonly unknown[]): Uint8Array {
  return withPristineBuiltins(() => {
    const sink = new SnapshotWriter();
    const roots = values.map((value, i) => ({ name: `name${i}`, value }));
    const { index, values: count } = walk(roots, { registry: globalRegistry, sink });
    const meta = { type: 'value', brine: '0', node: '20', values: count, modules: [] } as const;
    return Buffer.concat([...bytesOf(sink.finish(index, meta))]);
  });
}

/** Parts with one root only: the last, which leads to all others. */
export function withOneRoot(parts: Parts): Parts {
  return {
    ...parts,
    rootNames: [''],
    rootLinks: parts.rootLinks.slice(-1),
    roots: column(TAG.link, [0]),
  };
}

/** A graph that is changed. */
export type Draft = { -readonly [K in keyof Parts]: Parts[K] };
/** A number below `n`. */
export type Pick = (n: number) => number;
type Mutation = (draft: Draft, pick: Pick) => void;

function changeGroup(draft: Draft, pick: Pick, change: (group: GroupPart) => Partial<GroupPart>): void {
  const at = pick(draft.groups.length);
  draft.groups = draft.groups.map((group, i) => (i === at ? { ...group, ...change(group) } : group));
}

function changeSegment(
  draft: Draft,
  pick: Pick,
  change: (segment: SegmentPart, group: GroupPart) => Partial<SegmentPart>,
): void {
  changeGroup(draft, pick, (group) => {
    const stripe = pick(group.stripes.length);
    const stripes = group.stripes.map((one, i) => {
      if (i !== stripe || one.segments.length === 0) return one;
      const at = pick(one.segments.length);
      const segments = one.segments.map((segment, j) =>
        j === at ? { ...segment, ...change(segment, group) } : segment,
      );
      return { ...one, segments };
    });
    return { stripes };
  });
}

function changeLayout(
  draft: Draft,
  pick: Pick,
  change: (layout: LayoutDraft, group: GroupPart) => Partial<LayoutDraft>,
): void {
  changeSegment(draft, pick, ({ layout }, group) => ({ layout: { ...layout, ...change(layout, group) } }));
}

// Replaces one cell of one column by what `write` pushes.
function changeCell(
  draft: Draft,
  pick: Pick,
  write: (column: Column, group: GroupPart, texts: readonly string[]) => void,
): void {
  changeSegment(draft, pick, (segment, group) => {
    const all = [...segment.state, ...segment.properties];
    if (all.length === 0) return {};
    const at = pick(all.length);
    const old = all[at]!;
    const changed = (cells: Cells): Column =>
      columnOf(cells, pick(cells.length), (made) => write(made, group, cells.texts));
    if (!('lengths' in old)) all[at] = changed(old);
    else if (pick(8) > 0) all[at] = listColumn(old.lengths, changed(old.items));
    else all[at] = listColumn(changed(old.lengths), old.items);
    return {
      state: all.slice(0, segment.state.length),
      properties: all.slice(segment.state.length) as Column[],
    };
  });
}

function pointer({ links, values }: GroupPart, pick: Pick): Pointer {
  const isLink = links.length > 0 && pick(3) === 0;
  return { isLink, number: pick(isLink ? links.length : values) };
}

function anyLink({ groups }: Draft, pick: Pick): Link {
  const group = pick(groups.length);
  return { group, id: pick(groups[group]!.values) };
}

function replaced<T>(list: readonly T[], at: number, item: T): T[] {
  return list.map((one, i) => (i === at ? item : one));
}

/** Changes of a graph's parts; each keeps the form of a file. */
export const MUTATIONS: readonly Mutation[] = [
  (draft, pick) =>
    changeLayout(draft, pick, (_, group) => ({ proto: pick(8) === 0 ? null : pointer(group, pick) })),
  (draft, pick) => changeLayout(draft, pick, () => ({ flags: pick(17) })),
  (draft, pick) =>
    changeLayout(draft, pick, ({ attributes }) => ({
      attributes: attributes.map((attribute) => (pick(3) === 0 ? pick(8) : attribute)),
    })),
  (draft, pick) =>
    changeLayout(draft, pick, ({ keys }, group) => ({
      keys: keys.map((key) =>
        pick(3) > 0 ? key : pick(2) === 0 ? pointer(group, pick) : NAMES[pick(NAMES.length)]!,
      ),
    })),
  (draft, pick) =>
    changeLayout(draft, pick, ({ brands }, group) => ({
      brands: brands.map((brand) => ({
        owner: pick(2) === 0 ? pointer(group, pick) : brand.owner,
        isStatic: pick(4) === 0 ? !brand.isStatic : brand.isStatic,
        names: pick(3) === 0 ? brand.names.map(() => `#${NAMES[pick(NAMES.length)]}`) : brand.names,
      })),
    })),
  (draft, pick) =>
    changeLayout(draft, pick, ({ brands }, group) =>
      brands.length > 0
        ? {}
        : { brands: [{ owner: pointer(group, pick), isStatic: pick(2) === 0, names: [] }] },
    ),
  // A kind with the same number of state columns of the same form.
  (draft, pick) =>
    changeLayout(draft, pick, (layout) => {
      const alike = [...KIND_BY_NUMBER.values()].filter(
        (kind) =>
          kind.state.length === layout.kind.state.length &&
          kind.state.every((state, i) => state.isList === layout.kind.state[i]!.isList),
      );
      const kind = alike[pick(alike.length)] as Kind;
      const proto = kind.hasShape ? (layout.proto ?? null) : undefined;
      return { kind, proto, reducer: kind.name === 'custom' ? 'x' : undefined };
    }),
  (draft, pick) => changeCell(draft, pick, (cells, { values }) => cells.push(TAG.ref, pick(values))),
  (draft, pick) =>
    changeCell(draft, pick, (cells, { links }) =>
      links.length > 0 ? cells.push(TAG.link, pick(links.length)) : cells.push(TAG.hole, 0),
    ),
  (draft, pick) => changeCell(draft, pick, (cells) => cells.push(pick(4), 0)),
  (draft, pick) =>
    changeCell(draft, pick, (cells) =>
      cells.push(TAG.int, [0, -1, 1, 2 ** 31 - 1, -(2 ** 31), pick(100)][pick(6)]!),
    ),
  (draft, pick) =>
    changeCell(draft, pick, (cells) =>
      cells.push(TAG.double, [Number.NaN, 1e300, 0.5, -0, Infinity][pick(5)]!),
    ),
  (draft, pick) =>
    changeCell(draft, pick, (cells, _, texts) => {
      const all = [...NAMES, ...texts];
      cells.push(TAG.string, cells.textIndex(all[pick(all.length)]!));
    }),
  (draft, pick) =>
    changeCell(draft, pick, (cells, _, texts) => {
      const all = ['0', '-1', 'ff', '-', 'x', '', '-0', 'F', 'f'.repeat(10_000), ...texts];
      cells.push(TAG.bigint, cells.textIndex(all[pick(all.length)]!));
    }),
  (draft, pick) => changeCell(draft, pick, (cells) => cells.push(TAG.hole, 0)),
  (draft, pick) =>
    changeCell(draft, pick, (cells, { blobs }) =>
      blobs.length > 0 ? cells.push(TAG.blob, pick(blobs.length)) : cells.push(TAG.undefined, 0),
    ),
  // A text of a column, wherever it stands.
  (draft, pick) =>
    changeSegment(draft, pick, ({ state, properties }) => {
      const renamed = (cells: Column): Column => {
        const { texts } = cells;
        const at = pick(texts.length);
        const name = NAMES[pick(NAMES.length)]!;
        const made = columnOf(cells);
        if (texts.length > 0) made.pool!.texts[made.pool!.texts.indexOf(texts[at]!)] = name;
        return made;
      };
      return {
        state: state.map((one) =>
          'lengths' in one ? listColumn(one.lengths, renamed(one.items)) : renamed(one),
        ),
        properties: properties.map(renamed),
      };
    }),
  // Lists of other lengths that add up to the same.
  (draft, pick) =>
    changeSegment(draft, pick, ({ state }) => ({
      state: state.map((one) => {
        if (!('lengths' in one) || one.lengths.length < 2) return one;
        const lengths = Array.from(one.lengths.numbers.subarray(0, one.lengths.length));
        const [from, to] = [pick(lengths.length), pick(lengths.length)];
        const moved = pick((lengths[from] as number) + 1);
        lengths[from]! -= moved;
        lengths[to]! += moved;
        return listColumn(column(TAG.int, lengths), one.items);
      }),
    })),
  // Two rows exchange their ids.
  (draft, pick) =>
    changeSegment(draft, pick, ({ ids }) => {
      const [a, b] = [pick(ids.length), pick(ids.length)];
      return { ids: replaced(replaced(ids, a, ids[b]!), b, ids[a]!) };
    }),
  // The ids of all segments of a stripe, dealt anew.
  (draft, pick) =>
    changeGroup(draft, pick, ({ stripes }) => {
      const at = pick(stripes.length);
      const ids = (stripes[at]?.segments ?? []).flatMap((segment) => segment.ids);
      const shift = pick(ids.length);
      let next = 0;
      return {
        stripes: stripes.map((stripe, i) =>
          i !== at
            ? stripe
            : {
                ...stripe,
                segments: stripe.segments.map((segment) => ({
                  ...segment,
                  ids: segment.ids.map(() => ids[(next++ + shift) % ids.length]!),
                })),
              },
        ),
      };
    }),
  (draft, pick) =>
    changeSegment(draft, pick, ({ ids }, { values }) => ({
      ids: replaced(ids, pick(ids.length), pick(values + 1)),
    })),
  // Segments in another order, or each in a stripe of its own.
  (draft, pick) =>
    changeGroup(draft, pick, ({ stripes }) => ({
      stripes: stripes.map((stripe) => ({ ...stripe, segments: [...stripe.segments].reverse() })),
    })),
  (draft, pick) =>
    changeGroup(draft, pick, ({ stripes }) => ({
      stripes: stripes.flatMap(({ group, segments }) => segments.map((one) => ({ group, segments: [one] }))),
    })),
  (draft, pick) => changeGroup(draft, pick, ({ values }) => ({ values: values + pick(3) - 1 })),
  (draft, pick) => changeGroup(draft, pick, () => ({ unit: pick(draft.groups.length) })),
  (draft, pick) =>
    changeGroup(draft, pick, ({ codes }) => ({ codes: replaced(codes, pick(codes.length), pick(20)) })),
  (draft, pick) =>
    changeGroup(draft, pick, ({ codes }) => ({
      codes: [...codes, [0, 2 ** 32, 2 ** 53 - 1][pick(3)]!].reverse(),
    })),
  ...[0, 1, 2].map(
    (): Mutation => (draft, pick) =>
      changeGroup(draft, pick, ({ links }) => ({
        links: replaced(links, pick(links.length), anyLink(draft, pick)),
      })),
  ),
  (draft, pick) => {
    draft.rootLinks = replaced(draft.rootLinks, pick(draft.rootLinks.length), anyLink(draft, pick));
  },
  (draft, pick) => {
    draft.roots = columnOf(draft.roots, pick(draft.roots.length), (made) => {
      const tag = pick(12);
      if (tag === TAG.string || tag === TAG.bigint)
        made.push(tag, made.textIndex(NAMES[pick(NAMES.length)]!));
      else made.push(tag, tag === TAG.link ? pick(draft.rootLinks.length) : 0);
    });
  },
];

/** Names that mean something to JavaScript. */
export const NAMES = [
  '__proto__',
  'constructor',
  'prototype',
  'then',
  'length',
  'stack',
  'name',
  '0',
  '4294967294',
  'toString',
  '',
];

/** A graph changed by mutations, as a file; undefined where even the writer refuses. */
export function mutant(
  parts: Parts,
  mutations: readonly number[],
  next: () => number,
): Uint8Array | undefined {
  const draft: Draft = { ...parts };
  const pick = (n: number): number => next() % Math.max(n, 1);
  for (const mutation of mutations) MUTATIONS[mutation % MUTATIONS.length]!(draft, pick);
  try {
    return fileOf(draft);
  } catch {
    return undefined;
  }
}
