// Names the way from a root to a value of a graph that was read, without building anything: `config.db.password`.
//
// The graph is walked from its roots once, when the first name is asked for. Knows nothing of live values.

import { type Cells, type ListCells, numberAt, startsOf, TAG, tagAt } from '../../graph/column.js';
import { ATTRIBUTE, type Graph, type Segment } from '../../graph/graph.js';

const STEPS_MAX = 60;

/** The ways to values of one graph. */
export class GraphPaths {
  private readonly graph: Graph;
  private readonly roots: ReadonlyMap<number, string>;
  private readonly starts = new Map<ListCells, Float64Array>();
  private parents: Int32Array | undefined;

  /** @param roots  The names of roots by the ids of their values. */
  constructor(graph: Graph, roots: ReadonlyMap<number, string>) {
    this.graph = graph;
    this.roots = roots;
  }

  /** The way to a value; of one that no root of this graph leads to, its number. */
  pathOf(id: number): string {
    this.parents ??= this.walk();
    const steps: string[] = [];
    let at = id;
    for (; !this.roots.has(at) && steps.length < STEPS_MAX; at = this.parents[at] as number) {
      const parent = this.parents[at] as number;
      if (parent < 0) return `value ${id}`;
      steps.push(this.stepTo(parent, at));
    }
    if (!this.roots.has(at)) steps.push(' … ');
    return `${this.roots.get(at) ?? ''}${steps.reverse().join('')}`;
  }

  // Breadth first, so that the way is short and never a circle.
  private walk(): Int32Array {
    const parents = new Int32Array(this.graph.count).fill(-1);
    const seen = new Uint8Array(this.graph.count);
    const queue = [...this.roots.keys()].filter((id) => id < this.graph.count);
    for (const id of queue) seen[id] = 1;
    for (let next = 0; next < queue.length; next++) {
      const id = queue[next] as number;
      this.forEachStep(id, (target) => {
        if (target >= this.graph.count || seen[target] === 1) return false;
        seen[target] = 1;
        parents[target] = id;
        queue.push(target);
        return false;
      });
    }
    return parents;
  }

  private stepTo(parent: number, child: number): string {
    let found = ' → inside';
    this.forEachStep(parent, (target, step) => {
      if (target !== child) return false;
      found = step();
      return true;
    });
    return found;
  }

  // Calls back with each value that one leads to, until that returns true.
  private forEachStep(id: number, visit: (target: number, step: () => string) => boolean): void {
    const segment = this.segmentOf(id);
    if (segment === undefined) return;
    const row = id - segment.firstId;
    const { layout, state, properties } = segment;
    const names = namesOf(segment);
    for (let c = 0; c < properties.length; c++) {
      const column = properties[c] as Cells;
      if (tagAt(column, row) === TAG.ref && visit(numberAt(column, row), () => names[c] ?? ' → inside'))
        return;
    }
    const keys =
      layout.kind.name === 'map' || layout.kind.name === 'dictionary' ? (state[0] as ListCells) : undefined;
    for (const column of state) {
      if (!('lengths' in column)) {
        if (tagAt(column, row) === TAG.ref && visit(numberAt(column, row), () => '')) return;
        continue;
      }
      const start = this.startsOf(column)[row] as number;
      const end = start + numberAt(column.lengths, row);
      for (let at = start; at < end; at++) {
        if (tagAt(column.items, at) !== TAG.ref) continue;
        const step = (): string =>
          column === keys ? ' → key' : itemStep(layout.kind.name, keys, at, at - start);
        if (visit(numberAt(column.items, at), step)) return;
      }
    }
  }

  private startsOf(list: ListCells): Float64Array {
    let starts = this.starts.get(list);
    if (starts === undefined) {
      starts = startsOf(list);
      this.starts.set(list, starts);
    }
    return starts;
  }

  private segmentOf(id: number): Segment | undefined {
    const { segments } = this.graph;
    let low = 0;
    let high = segments.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((segments[middle] as Segment).firstId <= id) low = middle;
      else high = middle - 1;
    }
    for (; low >= 0; low--) {
      const segment = segments[low] as Segment;
      if (segment.rows > 0) return id < segment.firstId + segment.rows ? segment : undefined;
    }
    return undefined;
  }
}

function namesOf({ layout }: Segment): string[] {
  const names: string[] = [];
  const isScope = layout.kind.name === 'scope';
  layout.keys.forEach((key, index) => {
    const name = typeof key === 'string' ? key : 'symbol';
    const step = isScope
      ? ` → captures ${name}`
      : /^[A-Za-z_$][\w$]*$/.test(name)
        ? `.${name}`
        : `[${JSON.stringify(name)}]`;
    if (!isScope && ((layout.attributes[index] as number) & ATTRIBUTE.accessor) !== 0)
      names.push(`${step} → getter`, `${step} → setter`);
    else names.push(step);
  });
  for (const brand of layout.brands) names.push(...brand.names.map((name) => `.${name}`));
  return names;
}

function itemStep(kind: string, keys: ListCells | undefined, at: number, index: number): string {
  if (keys === undefined) return kind === 'set' ? ` → item ${index}` : `[${index}]`;
  const { items } = keys;
  const key = tagAt(items, at) === TAG.string ? (items.texts[numberAt(items, at)] as string) : undefined;
  if (kind === 'map') return key === undefined ? ' → value' : `.get(${JSON.stringify(key.slice(0, 40))})`;
  return `.${key ?? index}`;
}
