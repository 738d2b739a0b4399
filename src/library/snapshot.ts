// Opens snapshots and builds what is asked of them: groups that were not built yet, together with what they point to.
//
// Shared by values and sessions. Knows nothing of files and names of sessions.

import { UnpicklingError } from '../errors.js';
import type { GroupEntry, SnapshotReader } from '../format/index.js';
import type { CodeEntry } from '../graph/code.js';
import { numberAt, TAG, tagAt } from '../graph/column.js';
import type { Graph, Link } from '../graph/graph.js';
import type { KeptGroup } from '../pickle/types.js';
import { bigintOf } from '../unpickle/bigint.js';
import { buildGraph } from '../unpickle/build.js';
import type { BuildOptions, BuildResult } from '../unpickle/types.js';
import { GraphPaths } from './graph-paths.js';

/** Builds the roots of an open snapshot, all at once or as they are asked for; what they share stays shared. */
export class Restorer {
  readonly reader: SnapshotReader;
  private readonly built = new Set<number>();
  /** Those that are being built: a reviver may touch what is unread. */
  private readonly building = new Set<number>();
  /** The ids of each group that roots and other groups point to. */
  private readonly wanted = new Map<number, Set<number>>();
  /** Their values, where they are built. */
  private readonly kept = new Map<number, Map<number, unknown>>();
  private unitsOnce: Map<number, number[]> | undefined;

  constructor(reader: SnapshotReader) {
    this.reader = reader;
    const { groups, rootLinks } = reader.index;
    for (const { links } of groups) this.want(links);
    this.want(rootLinks);
  }

  private want(links: readonly Link[]): void {
    for (const { group, id } of links) {
      let ids = this.wanted.get(group);
      if (ids === undefined) this.wanted.set(group, (ids = new Set()));
      ids.add(id);
    }
  }

  /** The groups that have to be built before the roots have values, and `more`, in order. */
  groupsOf(roots: readonly number[], more: readonly number[] = []): number[] {
    const { groups, rootLinks, roots: cells } = this.reader.index;
    const found = new Set<number>();
    const stack: number[] = [];
    const need = (number: number): void => {
      if (found.has(number) || this.built.has(number)) return;
      found.add(number);
      stack.push(number);
    };
    for (const number of more) if (number < groups.length) need(number);
    for (const root of roots)
      if (tagAt(cells, root) === TAG.link) need((rootLinks[numberAt(cells, root)] as Link).group);
    const units = this.units();
    const seen = new Set<number>();
    for (let number = stack.pop(); number !== undefined; number = stack.pop()) {
      const { links, unit } = groups[number] as (typeof groups)[number];
      for (const link of links) need(link.group);
      if (seen.has(unit)) continue;
      seen.add(unit);
      for (const other of units.get(unit) ?? []) need(other);
    }
    return [...found].sort((a, b) => a - b);
  }

  // Groups by their unit: code that shares scopes or private names can only be made at once.
  private units(): ReadonlyMap<number, readonly number[]> {
    if (this.unitsOnce !== undefined) return this.unitsOnce;
    const units = new Map<number, number[]>();
    this.reader.index.groups.forEach(({ unit }, number) => {
      const list = units.get(unit);
      if (list === undefined) units.set(unit, [number]);
      else list.push(number);
    });
    this.unitsOnce = units;
    return units;
  }

  /** Reads groups. */
  read(groups: readonly number[]): Graph {
    return this.reader.graph(groups, ({ group, id }) => this.kept.get(group)?.get(id));
  }

  /** Builds groups that were read. Returns what is missing in them, and what was not built. */
  build(
    groups: readonly number[],
    graph: Graph,
    options: Omit<BuildOptions, 'limits' | 'nameOf' | 'pathOf'>,
  ): Pick<BuildResult, 'losses' | 'withheld'> {
    for (const group of groups) if (this.building.has(group)) throw inTheMiddle();
    const names = this.namesIn(graph);
    const { limits } = this.reader;
    for (const group of groups) this.building.add(group);
    let result: BuildResult;
    try {
      const pathOf = pathsIn(graph, names);
      const lastWanted = this.lastWanted(groups, graph);
      result = buildGraph(graph, { ...options, limits, lastWanted, nameOf: (id) => names.get(id), pathOf });
    } finally {
      for (const group of groups) this.building.delete(group);
    }
    const { values, losses, withheld } = result;
    for (const group of groups) {
      this.built.add(group);
      const kept = new Map<number, unknown>();
      for (const id of this.wanted.get(group) ?? [])
        kept.set(id, values[graph.idOf({ group, id }) as number]);
      this.kept.set(group, kept);
    }
    return { losses, withheld };
  }

  private lastWanted(groups: readonly number[], graph: Graph): number {
    let last = -1;
    for (const group of groups)
      for (const id of this.wanted.get(group) ?? [])
        last = Math.max(last, graph.idOf({ group, id }) as number);
    return last;
  }

  private namesIn(graph: Graph): Map<number, string> {
    const { rootNames, rootLinks, roots } = this.reader.index;
    const names = new Map<number, string>();
    for (let root = 0; root < rootNames.length; root++) {
      if (tagAt(roots, root) !== TAG.link) continue;
      const id = graph.idOf(rootLinks[numberAt(roots, root)] as Link);
      if (id !== undefined && !names.has(id)) names.set(id, rootNames[root] as string);
    }
    return names;
  }

  /** The value of a root whose groups are built. */
  value(root: number): unknown {
    const { roots, rootLinks } = this.reader.index;
    const number = numberAt(roots, root);
    switch (tagAt(roots, root)) {
      case TAG.undefined:
        return undefined;
      case TAG.null:
        return null;
      case TAG.false:
        return false;
      case TAG.true:
        return true;
      case TAG.string:
        return roots.texts[number];
      case TAG.bigint:
        return bigintOf(roots.texts[number] as string, this.reader.limits);
      case TAG.link:
        return this.kept.get((rootLinks[number] as Link).group)?.get((rootLinks[number] as Link).id);
      default:
        return number;
    }
  }

  /** Where the value of a root is, when it is in a group. */
  linkOf(root: number): Link | undefined {
    const { roots, rootLinks } = this.reader.index;
    return tagAt(roots, root) === TAG.link ? rootLinks[numberAt(roots, root)] : undefined;
  }

  /** What another snapshot has to know of a group that is taken over unbuilt. */
  keep(number: number): KeptGroup {
    const { values, unit, links, codes } = this.reader.index.groups[number] as GroupEntry;
    return {
      number,
      values,
      unit,
      links: links.map((link) =>
        this.built.has(link.group) ? { value: this.kept.get(link.group)?.get(link.id) } : { kept: link },
      ),
      codes: codes.map((code) => this.reader.codes()[code] as CodeEntry),
    };
  }

  /** Bytes of the sections of a root's own group. */
  bytesOf(root: number): number {
    const { roots, rootLinks, groups } = this.reader.index;
    if (tagAt(roots, root) !== TAG.link) return 0;
    const group = groups[(rootLinks[numberAt(roots, root)] as Link).group] as (typeof groups)[number];
    const places = [...group.stripes, ...group.blobSections.map(({ section }) => section)];
    return places.reduce((sum, place) => sum + (this.reader.container.sections[place]?.bytes ?? 0), 0);
  }

  /** Reads what a root still needs, without building it; throws as reading does. */
  check(root: number): void {
    const { index } = this.reader;
    for (const number of this.groupsOf([root])) {
      const { stripes, blobSections } = index.groups[number] as GroupEntry;
      for (const place of [...stripes, ...blobSections.map(({ section }) => section)])
        this.reader.section(place);
    }
  }

  /** True when nothing of the snapshot is left to be built. */
  get isComplete(): boolean {
    return this.built.size === this.reader.index.groups.length;
  }

  /** True when everything a root needs is built. */
  isBuilt(root: number): boolean {
    return this.groupsOf([root]).length === 0;
  }
}

/** Values that are named by the way to them: finding it takes longer the wider the graph is. */
const PATHS_MAX = 200;

// The way to a value from one of the roots; undefined for what nobody has to be told any more.
function pathsIn(graph: Graph, names: ReadonlyMap<number, string>): (id: number) => string | undefined {
  let paths: GraphPaths | undefined;
  let found = 0;
  return (id) => {
    if (++found > PATHS_MAX) return names.get(id);
    paths ??= new GraphPaths(graph, names);
    return paths.pathOf(id);
  };
}

// Building them once more would give a second value for what is one.
function inTheMiddle(): UnpicklingError {
  return new UnpicklingError('UNPICKLE_OPTION', 'a reviver touches an unread name that is being built', {
    hint: 'let the state of the reviver hold the value itself',
  });
}
