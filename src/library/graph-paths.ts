// Names the way from a root to a value of a graph that was read, without building anything: `config.db.password`.
//
// The graph is walked from its roots once, when the first name is asked for. Knows nothing of live values.

import type { Graph } from '../graph/graph.js';
import { GraphSteps } from '../graph/steps.js';

const STEPS_MAX = 60;

/** The ways to values of one graph. */
export class GraphPaths {
  private readonly steps: GraphSteps;
  private readonly roots: ReadonlyMap<number, string>;
  private parents: Int32Array | undefined;

  /** @param roots  The names of roots by the ids of their values. */
  constructor(graph: Graph, roots: ReadonlyMap<number, string>) {
    this.steps = new GraphSteps(graph);
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
    const { count } = this.steps.graph;
    const parents = new Int32Array(count).fill(-1);
    const seen = new Uint8Array(count);
    const queue = [...this.roots.keys()].filter((id) => id < count);
    for (const id of queue) seen[id] = 1;
    for (let next = 0; next < queue.length; next++) {
      const id = queue[next] as number;
      this.steps.eachStep(id, (target) => {
        if (target >= count || seen[target] === 1) return false;
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
    this.steps.eachStep(parent, (target, step) => {
      if (target !== child) return false;
      found = step();
      return true;
    });
    return found;
  }
}
