// Only one file talks to V8's inspector, and it is one that captures.

import { importsOf } from './imports.js';
import type { SourceFiles } from './source-files.js';

const HOME = 'src/pickle/capture/';

/** Imports of the inspector outside its folder, and every one after the first inside. Types count. */
export function inspectorViolations(files: SourceFiles): readonly string[] {
  const inside: string[] = [];
  const outside: string[] = [];
  for (const path of files.keys()) {
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
