// The web of a snapshot's values: who leads to whom, from which names, by which steps. What every question of
// understanding is answered from.
//
// Made of a graph that was read, never of live values: no question can run anything or change anything. Edges lie in two
// typed arrays and every walk is a queue, so a list a million deep is a million rows here as well.

import { type Meta, type SnapshotReader, stripesTold } from '../format/index.js';
import type { CodeEntry } from '../graph/code.js';
import { type Cells, numberAt, TAG, tagAt } from '../graph/column.js';
import type { Graph, Link } from '../graph/graph.js';
import { GraphSteps } from '../graph/steps.js';
import { ACCESSOR_ROOT, KEPT_ROOT, nameOfRoot, PATCH_ROOT } from '../library/root-names.js';
import { readingTold } from '../session/progress.js';
import type { ProgressListener } from '../session/types.js';
import { cellText, exactText, textBytesOf, typeOf } from './cell-text.js';
import { Rounds } from './rounds.js';

/** A name of a snapshot, or its one value under the empty name. */
export interface WebRoot {
  readonly name: string;
  /** The id of its value; undefined for a primitive. */
  readonly id: number | undefined;
  /** A primitive as text; empty for what has an id. */
  readonly text: string;
  /** A primitive in full; empty for what has an id. */
  readonly exact: string;
  /** What a text or a bigint takes in the file, about; 0 for everything else. */
  readonly textBytes: number;
}

/** Ways are told by so many steps at most; what is between is left out. */
const STEPS_MAX = 60;

/** The values of one snapshot with the ways between them. {@link detect} makes one; what it has besides is for questions of brine's. */
export class Web {
  /** What the snapshot says of itself. */
  readonly meta: Meta;
  /** @internal */
  readonly graph: Graph;
  /** @internal */
  readonly steps: GraphSteps;
  /** The names of the snapshot, or its one value under the empty name. */
  readonly roots: readonly WebRoot[];
  /** How far walks are is told here. */
  readonly rounds: Rounds;
  private readonly starts: Uint32Array;
  private readonly targets: Uint32Array;
  private backOnce: { readonly starts: Uint32Array; readonly sources: Uint32Array } | undefined;
  private treeOnce: Tree | undefined;
  private readonly rootOf: ReadonlyMap<string, WebRoot>;
  private readonly namesOfIds = new Map<number, string[]>();

  /** @internal */
  constructor(reader: SnapshotReader, onProgress?: ProgressListener) {
    this.meta = reader.meta;
    const { groups } = reader.index;
    const tell = stripesTold(reader, readingTold(onProgress));
    this.graph = reader.graph([...groups.keys()], () => undefined, tell);
    this.rounds = new Rounds(onProgress);
    this.steps = new GraphSteps(this.graph);
    this.roots = rootsOf(reader, this.graph);
    this.rootOf = new Map(this.roots.toReversed().map((root) => [root.name, root]));
    for (const { name, id } of this.roots) {
      if (id === undefined) continue;
      const names = this.namesOfIds.get(id);
      if (names === undefined) this.namesOfIds.set(id, [name]);
      else names.push(name);
    }
    const { starts, targets } = edgesOf(this.steps, this.rounds);
    this.starts = starts;
    this.targets = targets;
  }

  /** How many values there are. */
  get count(): number {
    return this.graph.count;
  }

  /**
   * The root of a name.
   *
   * @param name  A name; the empty one for the value of {@link dumps}.
   * @returns Undefined when there is none of that name.
   */
  root(name: string): WebRoot | undefined {
    return this.rootOf.get(name);
  }

  /**
   * The names whose value is the one with this id.
   *
   * @internal
   */
  namesOf(id: number): string[] {
    return [...(this.namesOfIds.get(id) ?? [])];
  }

  /**
   * Calls back with each value that one leads to, once for each edge.
   *
   * @internal
   */
  eachTarget(id: number, visit: (target: number) => void): void {
    for (let at = this.starts[id] as number; at < (this.starts[id + 1] as number); at++)
      visit(this.targets[at] as number);
  }

  /**
   * The ids of all values that lead to one, each once, in the order of their ids.
   *
   * @internal
   */
  holders(id: number): number[] {
    return [...new Set(this.holdersByEdge(id))];
  }

  /**
   * The same, once for each edge.
   *
   * @internal
   */
  holdersByEdge(id: number): Uint32Array {
    this.backOnce ??= reversed(this.starts, this.targets, this.rounds);
    const { starts, sources } = this.backOnce;
    return sources.subarray(starts[id], starts[id + 1]);
  }

  /**
   * The names that lead to any of some values.
   *
   * @internal
   */
  namesLeadingTo(ids: readonly number[]): string[] {
    const seen = new Uint8Array(this.count);
    const queue = [...ids];
    let done = 0;
    for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
      if (seen[id] === 1) continue;
      seen[id] = 1;
      this.rounds.at('following', done++, this.count);
      for (const holder of this.holdersByEdge(id)) if (seen[holder] === 0) queue.push(holder);
    }
    return this.roots.flatMap(({ name, id }) => (id !== undefined && seen[id] === 1 ? [name] : []));
  }

  /**
   * The shortest way to each value from the names.
   *
   * @internal
   */
  get tree(): Tree {
    this.treeOnce ??= this.treeFrom(this.roots.flatMap(({ id }) => (id === undefined ? [] : [id])));
    return this.treeOnce;
  }

  /**
   * The shortest ways from some values, without passing through `without`.
   *
   * @internal
   */
  treeFrom(sources: readonly number[], without = -1): Tree {
    const parents = new Int32Array(this.count).fill(-1);
    const seen = new Uint8Array(this.count);
    const order = new Uint32Array(this.count);
    let count = 0;
    for (const id of sources) {
      if (seen[id] === 1 || id === without) continue;
      seen[id] = 1;
      order[count++] = id;
    }
    for (let next = 0; next < count; next++) {
      this.rounds.at('following', next, this.count);
      const id = order[next] as number;
      for (let at = this.starts[id] as number; at < (this.starts[id + 1] as number); at++) {
        const target = this.targets[at] as number;
        if (seen[target] === 1 || target === without) continue;
        seen[target] = 1;
        parents[target] = id;
        order[count++] = target;
      }
    }
    return { parents, seen, order: order.subarray(0, count) };
  }

  /**
   * The path of a value from a name.
   *
   * @internal
   */
  pathOf(id: number): string {
    return this.pathIn(this.tree, id, (start) => this.namesOf(start)[0] ?? `value ${start}`);
  }

  /**
   * The path of a value in a tree, after the name of where it starts.
   *
   * @internal
   */
  pathIn({ parents }: Tree, id: number, nameOf: (start: number) => string): string {
    const chain = [id];
    for (let at = id; (parents[at] as number) >= 0; ) {
      at = parents[at] as number;
      chain.push(at);
    }
    chain.reverse();
    const isLong = chain.length > STEPS_MAX;
    const steps: string[] = [];
    for (let i = 1; i < chain.length; i++) {
      if (isLong && i >= STEPS_MAX / 2 && i < chain.length - STEPS_MAX / 2) {
        if (i === STEPS_MAX / 2) steps.push(` … ${chain.length - STEPS_MAX} steps … `);
        continue;
      }
      steps.push(this.stepTo(chain[i - 1] as number, chain[i] as number));
    }
    return `${nameOf(chain[0] as number)}${steps.join('')}`;
  }

  /**
   * The ids of a way in a tree, from its start to a value.
   *
   * @internal
   */
  chainIn({ parents }: Tree, id: number): number[] {
    const chain = [id];
    for (let at = parents[id] as number; at >= 0; at = parents[at] as number) chain.push(at);
    return chain.reverse();
  }

  /**
   * The step from a value to one that it leads to.
   *
   * @internal
   */
  stepTo(from: number, to: number): string {
    return this.stepsTo(from, to)[0] ?? ' → inside';
  }

  /**
   * All steps from a value to one that it leads to.
   *
   * @internal
   */
  stepsTo(from: number, to: number, max = 1): string[] {
    const found: string[] = [];
    const visit = (target: number, step: () => string): boolean => {
      if (target === to) found.push(step());
      return found.length >= max;
    };
    this.steps.eachStep(from, visit);
    if (found.length < max) this.steps.eachPointer(from, visit);
    return found;
  }

  /**
   * The name of a value's kind: `object`, `function`, `tombstone`.
   *
   * @internal
   */
  kindOf(id: number): string {
    return this.steps.segmentOf(id)?.layout.kind.name ?? 'value';
  }

  /**
   * A cell as a short text: a primitive, or what a value is.
   *
   * @internal
   */
  textOf(column: Cells, at: number): string {
    const tag = tagAt(column, at);
    if (tag === TAG.ref) return typeOf(this.steps, numberAt(column, at));
    if (tag === TAG.blob) return `${this.graph.blobs[numberAt(column, at)]?.length ?? 0} bytes`;
    return cellText(column, at);
  }

  /**
   * The text of code of a function or class.
   *
   * @internal
   */
  codeOf(id: number): CodeEntry | undefined {
    const number = this.steps.stateNumber(id, 'code');
    return number === undefined ? undefined : this.graph.codes()[number];
  }
}

/** The shortest ways from some values. */
export interface Tree {
  /** By id: the value before; -1 where a way starts and for what is not reached. */
  readonly parents: Int32Array;
  /** By id: 1 for what is reached. */
  readonly seen: Uint8Array;
  /** The ids that are reached, nearest first. */
  readonly order: Uint32Array;
}

function rootsOf({ index }: SnapshotReader, graph: Graph): WebRoot[] {
  const { rootNames, rootLinks, roots } = index;
  return rootNames.flatMap((root, at) => {
    if (root === KEPT_ROOT) return [];
    const isLink = tagAt(roots, at) === TAG.link;
    const id = isLink ? graph.idOf(rootLinks[numberAt(roots, at)] as Link) : undefined;
    return [
      {
        name: shownRoot(root),
        id,
        text: isLink ? '' : cellText(roots, at),
        exact: isLink ? '' : exactText(roots, at),
        textBytes: textBytesOf(roots, at),
      },
    ];
  });
}

function shownRoot(root: string): string {
  if (root === PATCH_ROOT) return 'changes to built-ins';
  return root.startsWith(ACCESSOR_ROOT) ? root.slice(ACCESSOR_ROOT.length) : nameOfRoot(root);
}

const EDGES_TOLD = 1 << 20;

function edgesOf(steps: GraphSteps, rounds: Rounds): { starts: Uint32Array; targets: Uint32Array } {
  const { count } = steps.graph;
  const starts = new Uint32Array(count + 1);
  let targets = new Uint32Array(Math.max(16, count * 2));
  let length = 0;
  let current = 0;
  const add = (target: number): boolean => {
    if (target >= count) return false;
    if (length === targets.length) {
      const larger = new Uint32Array(length * 2);
      larger.set(targets);
      targets = larger;
    }
    targets[length++] = target;
    // One value may have most of them.
    if (length % EDGES_TOLD === 0) rounds.listener?.({ phase: 'linking', done: current, total: count });
    return false;
  };
  for (let id = 0; id < count; id++) {
    rounds.at('linking', id, count);
    current = id;
    starts[id] = length;
    steps.eachStep(id, add);
    steps.eachPointer(id, add);
  }
  starts[count] = length;
  return { starts, targets: targets.subarray(0, length) };
}

function reversed(
  starts: Uint32Array,
  targets: Uint32Array,
  rounds: Rounds,
): { starts: Uint32Array; sources: Uint32Array } {
  const back = new Uint32Array(starts.length);
  for (const target of targets) back[target + 1]! += 1;
  for (let id = 1; id < back.length; id++) back[id]! += back[id - 1] as number;
  const next = back.slice();
  const sources = new Uint32Array(targets.length);
  for (let id = 0; id + 1 < starts.length; id++) {
    rounds.at('linking', id, starts.length - 1);
    for (let at = starts[id] as number; at < (starts[id + 1] as number); at++) {
      const target = targets[at] as number;
      sources[next[target] as number] = id;
      next[target]! += 1;
    }
  }
  return { starts: back, sources };
}
