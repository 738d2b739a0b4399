// Import cycles, those of types included: code that cannot be read bottom up.

import { importsOf } from './imports.js';
import type { SourceFiles } from './source-files.js';

/** Shortest circles, `a → b → a`, until every file that is on any circle has been named. */
export function importCycles(files: SourceFiles): readonly string[] {
  const edges = new Map<string, readonly string[]>();
  for (const path of files.keys()) {
    const targets = importsOf(path, files).map((one) => one.target);
    edges.set(path, [
      ...new Set(targets.filter((target) => target !== undefined && files.has(target))),
    ] as string[]);
  }
  const cycles: string[] = [];
  const reported = new Set<string>();
  for (const start of files.keys()) {
    if (reported.has(start)) continue;
    const circle = pathBack(start, edges);
    if (circle === undefined) continue;
    for (const path of circle) reported.add(path);
    cycles.push([...circle, start].join(' → '));
  }
  return cycles;
}

// The shortest way from a file back to itself.
function pathBack(start: string, edges: ReadonlyMap<string, readonly string[]>): string[] | undefined {
  const cameFrom = new Map<string, string>();
  const queue = [start];
  for (let at = queue.shift(); at !== undefined; at = queue.shift()) {
    for (const next of edges.get(at) ?? []) {
      if (next === start) return trail(start, at, cameFrom);
      if (cameFrom.has(next)) continue;
      cameFrom.set(next, at);
      queue.push(next);
    }
  }
  return undefined;
}

function trail(start: string, end: string, cameFrom: ReadonlyMap<string, string>): string[] {
  const path = [end];
  for (let at = end; at !== start; path.unshift(at)) at = cameFrom.get(at)!;
  return path;
}
