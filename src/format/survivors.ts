// What survives in a damaged file, and a new file of it: groups that are whole with everything they need, taken over as
// they are; a tombstone for each root that is not.
//
// Nothing of a group is taken over unless all of it is there: its sections, its texts of code, the groups it points to and
// those it has to be built with. Builds nothing and runs nothing. Knows nothing of what the roots of a session mean.

import { Column, copyCell, numberAt, TAG, tagAt } from '../graph/column.js';
import type { Link } from '../graph/graph.js';
import { KINDS } from '../graph/kinds.js';
import { RowIds } from '../graph/row-ids.js';
import type { TombstoneRecord } from '../realm/tombstone.js';
import { ByteWriter } from './bytes.js';
import { decodeCodes, encodeCodes } from './code-section.js';
import { crcOf, type Piece, SECTION, type Section, sizeOf } from './container.js';
import { missingBytes } from './free-cells.js';
import { encodeIndex, type GroupEntry, type Index } from './index-section.js';
import type { Damage, Mended } from './mend.js';
import { encodeMeta, type Meta } from './meta.js';
import { PiecesSource } from './pieces-source.js';
import type { SnapshotReader } from './reader.js';
import { sealWith } from './sealing.js';
import type { MessageSigner } from './signature-section.js';
import { encodeStripe } from './stripe.js';

/** What of the groups is lost, each with the damage that is the cause. */
export function lostGroups({ groups }: Index, { lost, lostTexts, container }: Mended): Map<number, Damage> {
  const found = new Map<number, Damage>();
  const code = lost.get(container.sections.findIndex(({ kind }) => kind === SECTION.code));
  groups.forEach(({ stripes, blobSections, codes }, number) => {
    const places = [...stripes, ...blobSections.map(({ section }) => section)];
    const section = places.map((place) => lost.get(place)).find((damage) => damage !== undefined);
    const text = codes.map((text) => (lostTexts === undefined ? code : lostTexts.get(text)));
    const damage = section ?? text.find((one) => one !== undefined);
    if (damage !== undefined) found.set(number, damage);
  });
  spread(groups, found);
  return found;
}

// Whoever points to a lost group is lost, and whoever has to be built with one.
function spread(groups: readonly GroupEntry[], lost: Map<number, Damage>): void {
  const users = new Map<number, Set<number>>();
  const use = (used: number, user: number): void => {
    const set = users.get(used);
    if (set === undefined) users.set(used, new Set([user]));
    else set.add(user);
  };
  groups.forEach(({ links, unit }, number) => {
    for (const { group } of links) use(group, number);
    use(unit, number);
    use(number, unit);
  });
  const queue = [...lost.keys()];
  for (let number = queue.pop(); number !== undefined; number = queue.pop()) {
    for (const user of users.get(number) ?? []) {
      if (lost.has(user)) continue;
      lost.set(user, lost.get(number) as Damage);
      queue.push(user);
    }
  }
}

/** A root of the new file: one that survived, under its number, or a tombstone. */
export type NewRoot =
  | { readonly name: string; readonly root: number }
  | { readonly name: string; readonly tombstone: TombstoneRecord };

/** What the new file is to have. */
export interface Rebuilding {
  /** Undefined when the index is lost: no group survives then. */
  readonly index: Index | undefined;
  readonly lost: ReadonlyMap<number, Damage>;
  readonly meta: Meta;
  readonly roots: readonly NewRoot[];
}

/** The new file. */
export interface Rebuilt {
  readonly pieces: readonly Piece[];
  /** The file without writing it. */
  readonly source: PiecesSource;
  /** What the sections that were taken over had to be, by their new places. */
  readonly digests: readonly (Uint8Array | undefined)[];
}

/** Puts the new file together; sections that are taken over are read when they are used. */
export function rebuilt(
  reader: SnapshotReader,
  mended: Mended,
  { index, lost, meta, roots }: Rebuilding,
  signer?: MessageSigner,
): Rebuilt {
  const behind: (Section & { readonly offset?: number })[] = [];
  const copy = (place: number): number => {
    const { kind, bytes: length, crc, digest, stored, read } = reader.copy(place);
    const { offset } = mended.container.sections[place] as { offset: number };
    const section = { kind, isCritical: true, pieces: [{ length, read }], crc, digest, stored, offset };
    return FIRST_PLACE + behind.push(section) - 1;
  };
  const codes = new Map<number, number>();
  const codeOf = (text: number): number => {
    if (!codes.has(text)) codes.set(text, codes.size);
    return codes.get(text) as number;
  };
  const groups = (index?.groups ?? [EMPTY]).map((group, number): GroupEntry => {
    if (lost.has(number)) return { ...EMPTY, unit: number };
    return {
      ...group,
      stripes: group.stripes.map(copy),
      blobSections: group.blobSections.map(({ section, blobs }) => ({ section: copy(section), blobs })),
      codes: group.codes.map(codeOf),
    };
  });
  const column = new Column();
  const rootLinks: Link[] = [];
  const link = (to: Link): void => column.push(TAG.link, rootLinks.push(to) - 1);
  for (const root of roots) {
    if ('tombstone' in root) {
      const pieces = tombstoneStripe(groups.length, root.tombstone);
      behind.push({ kind: SECTION.stripe, isCritical: true, pieces, crc: crcOf(pieces) });
      const place = FIRST_PLACE + behind.length - 1;
      link({ group: groups.length, id: 0 });
      groups.push({ ...EMPTY, values: 1, unit: groups.length, stripes: [place] });
    } else {
      const cells = (index as Index).roots;
      if (tagAt(cells, root.root) === TAG.link)
        link((index as Index).rootLinks[numberAt(cells, root.root)] as Link);
      else copyCell(cells, root.root, column);
    }
  }
  const freeCells = groups.reduce((sum, group) => sum + group.freeCells, 0);
  const writer = new ByteWriter();
  writer.freeCells = freeCells;
  writer.bytesBefore = behind.reduce(
    (sum, { pieces, stored }) => sum + (stored?.rawBytes ?? sizeOf(pieces)),
    0,
  );
  const rootNames = roots.map(({ name }) => name);
  encodeIndex(writer, { groups, rootNames, rootLinks, roots: column });
  const first = (kind: number, pieces: Uint8Array[]): Section => {
    return { kind, isCritical: kind !== SECTION.meta, pieces, crc: crcOf(pieces) };
  };
  const sections = [
    first(SECTION.meta, [
      encodeMeta({ ...meta, values: groups.reduce((sum, { values }) => sum + values, 0) }),
    ]),
    first(SECTION.index, writer.take()),
    first(SECTION.code, encodeCodes(textsOf(mended, codes, reader))),
    ...behind,
  ];
  const zeros = missingBytes(writer.freeCells, writer.bytesBefore);
  const isSpared = meta.type === 'session' || zeros > 0 || mended.container.sections.some(isSpare);
  const spare = { isDeflated: meta.type === 'session', stripes: groups[0]?.stripes ?? [], zeros };
  const pieces = sealWith(sections, { signer, ...(isSpared && { spare }) });
  const offsets = new Map(
    behind.flatMap(({ pieces: [piece], offset }) =>
      offset === undefined ? [] : [[piece as Piece, offset] as const],
    ),
  );
  return {
    pieces,
    source: new PiecesSource(pieces, mended.source, offsets),
    digests: sections.map(({ digest }) => digest),
  };
}

/** Sections before the stripes: meta, index and code. */
const FIRST_PLACE = 3;

const EMPTY: GroupEntry = {
  values: 0,
  stripes: [],
  blobBytes: [],
  blobSections: [],
  links: [],
  freeCells: 0,
  unit: 0,
  codes: [],
};

function isSpare({ kind }: { readonly kind: number }): boolean {
  return kind === SECTION.spare;
}

// The texts that survive, by their new numbers. Those that do not were read as something else and are not asked for.
function textsOf(
  { container, source }: Mended,
  codes: ReadonlyMap<number, number>,
  { limits }: SnapshotReader,
): ReturnType<typeof decodeCodes> {
  if (codes.size === 0) return [];
  const { offset, bytes } = container.sections.find(({ kind }) => kind === SECTION.code) as {
    offset: number;
    bytes: number;
  };
  const texts = decodeCodes(source.read(offset, bytes), limits);
  return [...codes.keys()].map((text) => texts[text] as (typeof texts)[number]);
}

function tombstoneStripe(group: number, record: TombstoneRecord): Uint8Array[] {
  const text = (value: string): Column => {
    const column = new Column();
    column.push(TAG.string, column.textIndex(value));
    return column;
  };
  const isCallable = new Column();
  isCallable.push(record.isCallable ? TAG.true : TAG.false, 0);
  const ids = new RowIds();
  ids.push(0);
  const writer = new ByteWriter();
  // So that a tombstone has no cells without bytes of their own, and no part in the ration.
  writer.freeCells = Number.MAX_SAFE_INTEGER;
  encodeStripe(writer, group, [
    {
      layout: {
        kind: KINDS.tombstone,
        proto: undefined,
        flags: 0,
        keys: [],
        attributes: [],
        brands: [],
        reducer: undefined,
        version: 0,
      },
      ids,
      state: [text(record.path), text(record.what), text(record.reason), text(record.hint), isCallable],
      properties: [],
    },
  ]);
  return writer.take();
}
