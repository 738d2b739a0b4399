// Only one file of the library talks to V8's inspector, and it is one that captures. One of the command line ends with it what runs.

import { importsOf } from './imports.js';
import type { SourceFiles } from './source-files.js';

const HOME = 'src/pickle/capture/';
/** A thread of its own, in which nothing is looked at. */
const HALT = 'cli/kernel/halt.ts';

/** Imports of the inspector outside its folder, and every one after the first inside. Types count. */
export function inspectorViolations(files: SourceFiles): readonly string[] {
  const inside: string[] = [];
  const outside: string[] = [];
  for (const path of files.keys()) {
    if (path === HALT) continue;
    const found = importsOf(path, files).find((one) =>
      /^(node:)?inspector(\/promises)?$/u.test(one.specifier),
    );
    if (found !== undefined) (path.startsWith(HOME) ? inside : outside).push(found.place);
  }
  return [
    ...outside.map((place) => `${place}: imports the inspector outside ${HOME}`),
    ...inside.slice(1).map((place) => `${place}: imports the inspector, as ${inside[0]} does already`),
  ];
}
