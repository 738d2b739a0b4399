// Two sessions' files to one, by names: which names both have, and a new file with one of the two for each.
//
// Builds no value and runs nothing of either: names go over as the groups of the graph that they need. What one file shares
// among its names stays shared; between the files nothing is. Knows nothing of places and signatures' owners.

import { hostname } from 'node:os';
import { CorruptSnapshotError } from '../errors.js';
import {
  type MergePart,
  type MessageSigner,
  type MetaSession,
  mergeGroups,
  type Piece,
  type SnapshotReader,
  SnapshotWriter,
} from '../format/index.js';
import { numberAt, TAG, tagAt } from '../graph/column.js';
import { graphDifference } from '../graph/same-graph.js';
import { ACCESSOR_ROOT, KEPT_ROOT, nameOfRoot, PATCH_ROOT } from '../library/root-names.js';
import { Restorer } from '../library/snapshot.js';
import { BRINE_VERSION } from '../version.js';

/** One of the two files. */
export type Side = 'a' | 'b';

/** A name that both files have. */
export interface Clash {
  /** `#patches` for changes to built-ins. */
  readonly name: string;
  /** True when both have the same, so that it does not matter which is taken. */
  readonly isSame: boolean;
  /** What each has, in short. */
  readonly a: string;
  readonly b: string;
}

/** What becomes of two files. */
export interface MergePlan {
  /** Names by the file that they come from, sorted. */
  readonly taken: Readonly<Record<Side, readonly string[]>>;
}

/** Names that both have, sorted. Reads what it takes to tell whether they are the same. */
export function clashesOf(a: SnapshotReader, b: SnapshotReader): Clash[] {
  const [those, these] = [namesIn(a), namesIn(b)];
  const both = [...those.keys()].filter((name) => these.has(name)).sort();
  return both.map((name) => ({
    name,
    isSame: isSame(a, b, name),
    a: those.get(name) as string,
    b: these.get(name) as string,
  }));
}

/** The pieces of a file with the names of `plan`, signed where there is a signer. */
export function mergedPieces(
  { a, b }: Readonly<Record<Side, SnapshotReader>>,
  plan: MergePlan,
  {
    signer,
    nowMs = Date.now(),
  }: { readonly signer?: MessageSigner | undefined; readonly nowMs?: number } = {},
): Piece[] {
  const [first, second] = [partOf(a, plan.taken.a), partOf(b, plan.taken.b)];
  const sink = new SnapshotWriter();
  const index = mergeGroups(first, second, sink);
  const modules = new Map([...b.meta.modules, ...a.meta.modules].map((one) => [one.specifier, one]));
  const meta = {
    type: 'session' as const,
    brine: BRINE_VERSION,
    node: process.versions.node,
    values: index.groups.reduce((sum, { values }) => sum + values, 0),
    modules: [...modules.values()].sort((x, y) => (x.specifier < y.specifier ? -1 : 1)),
    session: { ...mergedSession({ a, b }, plan), savedAtMs: nowMs },
  };
  return sink.finish(index, meta, { signer });
}

/** What a file keeps, by name, in short. */
export function namesIn(reader: SnapshotReader): Map<string, string> {
  const { bindings, patched } = sessionIn(reader);
  const names = new Map(bindings.map(({ name, type, kind }) => [name, type || kind]));
  if (reader.index.rootNames.includes(PATCH_ROOT)) names.set(PATCH_ROOT, patched.join(', '));
  return names;
}

function sessionIn({ meta }: SnapshotReader): MetaSession {
  if (meta.session !== undefined) return meta.session;
  throw new CorruptSnapshotError('SNAPSHOT_STRUCTURE', 'it holds one value and no names', {
    hint: 'only files that a session was saved to can be merged',
  });
}

function rootsFor({ index }: SnapshotReader, name: string): number[] {
  return index.rootNames.flatMap((root, place) => {
    if (root === KEPT_ROOT) return [];
    if (root === PATCH_ROOT) return name === PATCH_ROOT ? [place] : [];
    const called = root.startsWith(ACCESSOR_ROOT) ? root.slice(ACCESSOR_ROOT.length) : nameOfRoot(root);
    return called === name ? [place] : [];
  });
}

function partOf(reader: SnapshotReader, names: readonly string[]): MergePart {
  const roots = names.flatMap((name) => rootsFor(reader, name));
  return { reader, roots, groups: new Restorer(reader).groupsOf(roots) };
}

function isSame(a: SnapshotReader, b: SnapshotReader, name: string): boolean {
  const [x, y] = [bindingOf(a, name), bindingOf(b, name)];
  if (JSON.stringify(x?.origin) !== JSON.stringify(y?.origin) || x?.kind !== y?.kind) return false;
  const [those, these] = [rootsFor(a, name), rootsFor(b, name)];
  if (those.length !== these.length) return false;
  return those.every((root, place) => isSameRoot(a, root, b, these[place] as number));
}

function isSameRoot(a: SnapshotReader, rootA: number, b: SnapshotReader, rootB: number): boolean {
  const [cellsA, cellsB] = [a.index.roots, b.index.roots];
  if (a.index.rootNames[rootA] !== b.index.rootNames[rootB]) return false;
  const tag = tagAt(cellsA, rootA);
  const [x, y] = [numberAt(cellsA, rootA), numberAt(cellsB, rootB)];
  if (tag !== TAG.link || tagAt(cellsB, rootB) !== TAG.link) {
    if (tag !== tagAt(cellsB, rootB)) return false;
    const isText = tag === TAG.string || tag === TAG.bigint;
    return isText ? cellsA.texts[x] === cellsB.texts[y] : tag <= TAG.true || Object.is(x, y);
  }
  const [one, other] = [graphFor(a, rootA), graphFor(b, rootB)];
  const [idA, idB] = [one.idOf(a.index.rootLinks[x]!), other.idOf(b.index.rootLinks[y]!)];
  return idA !== undefined && idB !== undefined && graphDifference(one, idA, other, idB) === undefined;
}

function graphFor(reader: SnapshotReader, root: number): ReturnType<SnapshotReader['graph']> {
  return reader.graph(new Restorer(reader).groupsOf([root]), () => undefined);
}

function bindingOf(reader: SnapshotReader, name: string): MetaSession['bindings'][number] | undefined {
  return sessionIn(reader).bindings.find((binding) => binding.name === name);
}

// Inputs of the second follow those of the first; those that both have, because they began as one session, are there once.
function mergedSession(
  readers: Readonly<Record<Side, SnapshotReader>>,
  { taken }: MergePlan,
): Omit<MetaSession, 'savedAtMs'> {
  const [a, b] = [sessionIn(readers.a), sessionIn(readers.b)];
  let shared = 0;
  while (shared < a.cells.length && isSameCell(a.cells[shared], b.cells[shared])) shared++;
  const last = a.cells.reduce((most, { number }) => Math.max(most, number), 0);
  const after = b.cells[shared - 1]?.number ?? 0;
  const renumbered = (number: number): number => (number <= after ? number : number - after + last);
  const [fromA, fromB] = [new Set(taken.a), new Set(taken.b)];
  const of = <T extends { readonly name: string }>(session: Side, list: readonly T[] = []): T[] =>
    list.filter(({ name }) => (session === 'a' ? fromA : fromB).has(name));
  const bindings = [
    ...of('a', a.bindings),
    ...of('b', b.bindings).map((one) => ({ ...one, cell: renumbered(one.cell) })),
  ];
  const leftOut = [...(a.leftOut ?? []), ...(b.leftOut ?? [])].filter(
    ({ name, path }) => path !== name || !(fromA.has(name) || fromB.has(name)),
  );
  const pins = [...of('a', a.pins), ...of('b', b.pins)];
  return {
    bindings: bindings.sort((x, y) => (x.name < y.name ? -1 : 1)),
    cells: [
      ...a.cells,
      ...b.cells.slice(shared).map((cell) => ({ ...cell, number: renumbered(cell.number) })),
    ],
    losses: [...of('a', a.losses), ...of('b', b.losses)],
    patched: [...(fromA.has(PATCH_ROOT) ? a.patched : []), ...(fromB.has(PATCH_ROOT) ? b.patched : [])],
    ...(leftOut.length > 0 && { leftOut }),
    ...(pins.length > 0 && { pins }),
    generation: 1,
    host: hostname(),
    platform: `${process.platform} ${process.arch}`,
  };
}

type MetaCell = MetaSession['cells'][number];

function isSameCell(a: MetaCell | undefined, b: MetaCell | undefined): boolean {
  if (a === undefined || b === undefined) return false;
  return a.number === b.number && a.startedAtMs === b.startedAtMs && a.source === b.source;
}
