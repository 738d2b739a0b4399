// Which imported names are told apart from other names after loading: a module of the user's own is imported anew, while what
// other names hold of its code was saved by value. Knows nothing of files and of the walk.

import { pathToFileURL } from 'node:url';
import type { Binding } from '../evaluator/index.js';
import type { CodeEntry } from '../graph/code.js';
import { isPackageSpecifier } from '../graph/specifier.js';
import type { Loss } from './types.js';

/** A change for each linked name of a module whose code is saved by value as well. */
export function importedAnew(linked: readonly Binding[], codes: readonly CodeEntry[]): Loss[] {
  const urls = new Set(codes.map(({ url }) => url));
  return linked.flatMap(({ name, origin }) => {
    const specifier = origin?.specifier;
    if (specifier === undefined || isPackageSpecifier(specifier)) return [];
    if (!urls.has(new URL(specifier, pathToFileURL(`${process.cwd()}/`)).href)) return [];
    return [{ name, path: name, what: 'import', reason: REASON, hint: HINT }];
  });
}

const REASON =
  'loading imports its module anew, and what other names hold of that module was saved by value: the two share no class and no variable then';
const HINT = 'take it by `await import` or `require`: what these give is saved by value, with the rest';
