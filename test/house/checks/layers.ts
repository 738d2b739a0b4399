// The direction of imports, held. The table is the one place that says who may import whom.

import { importsOf } from './imports.js';
import type { SourceFiles } from './source-files.js';

const BASE = ['errors', 'limits', 'nearest-name', 'option-names'];
const GRAPH = [...BASE, 'realm', 'graph'];
const PICKLING = [...GRAPH, 'format', 'pickle', 'unpickle'];
const OPENING = [...PICKLING, 'store', 'trust'];

/** Who may import whom, bottom up. A layer is a folder of src/ or a file in it; it may always import itself. */
export const LAYERS: ReadonlyMap<string, readonly string[]> = new Map([
  ['visible', []],
  ['errors', ['visible']],
  ['version', []],
  ['limits', []],
  ['nearest-name', []],
  ['option-names', ['errors', 'nearest-name']],
  ['realm', BASE],
  ['graph', [...BASE, 'realm']],
  ['format', [...GRAPH, 'version']],
  ['pickle', GRAPH],
  ['unpickle', GRAPH],
  ['store', BASE],
  ['stores', [...BASE, 'realm', 'store']],
  ['trust', [...BASE, 'format', 'store']],
  ['evaluator', [...PICKLING, 'store']],
  ['library', [...OPENING, 'version']],
  ['session', [...OPENING, 'stores', 'evaluator', 'library', 'version']],
  ['detect', [...OPENING, 'evaluator', 'library', 'session', 'version']],
  ['export', [...OPENING, 'evaluator', 'library', 'session', 'detect', 'version', 'visible']],
  ['parallel', [...OPENING, 'library', 'version']],
  [
    'index',
    [
      ...OPENING,
      'stores',
      'evaluator',
      'library',
      'session',
      'detect',
      'export',
      'parallel',
      'version',
      'visible',
    ],
  ],
  [
    'cli',
    [
      ...OPENING,
      'stores',
      'evaluator',
      'library',
      'session',
      'detect',
      'export',
      'parallel',
      'index',
      'version',
      'visible',
    ],
  ],
  ['worker', [...OPENING, 'evaluator', 'library', 'session', 'parallel', 'version']],
]);

// Single files that may be imported from above, as types only.
const TYPE_ONLY_EXCEPTIONS: readonly { readonly from: string; readonly target: string }[] = [
  { from: 'realm', target: 'src/graph/code.ts' },
];

/** Imports that go against the table, reach outside src/ and cli/, or stand in a layer the table does not know. */
export function layerViolations(files: SourceFiles): readonly string[] {
  const violations: string[] = [];
  for (const path of files.keys()) {
    const layer = layerOf(path);
    const allowed = layer === undefined ? undefined : LAYERS.get(layer);
    if (layer === undefined || allowed === undefined) {
      violations.push(`${path}: no layer of this name in test/house/checks/layers.ts`);
      continue;
    }
    for (const { target, specifier, isTypeOnly, place } of importsOf(path, files)) {
      if (target === undefined) continue;
      const goal = layerOf(target);
      if (goal === layer || (goal !== undefined && allowed.includes(goal))) continue;
      if (isTypeOnly && TYPE_ONLY_EXCEPTIONS.some((e) => e.from === layer && e.target === target)) continue;
      violations.push(
        `${place}: ${layer} must not import ${goal ?? 'what is outside src/ and cli/'} (${specifier})`,
      );
    }
  }
  return violations;
}

function layerOf(path: string): string | undefined {
  const [top, second] = path.split('/');
  if (top === 'cli') return 'cli';
  return top === 'src' ? second?.replace(/\.tsx?$/u, '') : undefined;
}
