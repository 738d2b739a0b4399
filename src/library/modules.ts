// Modules that a snapshot names: imported before building where there is time, required where there is none.

import { createRequire } from 'node:module';
import type { Meta } from '../format/index.js';
import { isPackageSpecifier } from '../graph/specifier.js';
import { importModule } from '../realm/compile.js';
import { withSessionBuiltins } from '../realm/pristine.js';
import type { GlobalName } from '../unpickle/policy.js';
import type { ModuleResolver } from '../unpickle/types.js';

const MapOriginal = Map;

/** A reference of a graph to a module. */
export interface ModuleName {
  readonly space: 'import' | 'require';
  readonly specifier: string;
}

/** The modules among names, each once. */
export function modulesOf(names: Iterable<GlobalName>): ModuleName[] {
  const found = new Map<string, ModuleName>();
  for (const { space, name } of names)
    if (space === 'import' || space === 'require') found.set(`${space} ${name}`, { space, specifier: name });
  return [...found.values()];
}

/** The modules that a snapshot says it needs imported: what is read late may name them. */
export function modulesOfMeta({ modules }: Meta): ModuleName[] {
  return modules
    .filter(({ isImported }) => isImported === true)
    .map(({ specifier }) => ({ space: 'import', specifier }));
}

/** Modules by the two ways there are to load them, as seen from the working directory. */
export class Modules implements ModuleResolver {
  private readonly namespaces = new MapOriginal<string, unknown>();
  private readonly failures = new MapOriginal<string, unknown>();

  /** Imports the modules of a graph, so that `resolve` has their namespaces; keeps failures for later. */
  async preload(names: readonly ModuleName[]): Promise<void> {
    for (const { space, specifier } of names) {
      if (space !== 'import' || !isPackageSpecifier(specifier) || this.namespaces.has(specifier)) continue;
      try {
        this.namespaces.set(specifier, await importModule(specifier));
      } catch (error) {
        this.failures.set(specifier, error);
      }
    }
  }

  resolve(space: 'import' | 'require', specifier: string, path: readonly string[]): unknown {
    if (!isPackageSpecifier(specifier)) throw new Error('it is neither a package nor a module of Node');
    if (space === 'require') return required(specifier);
    if (this.failures.has(specifier)) throw this.failures.get(specifier);
    if (this.namespaces.has(specifier)) return this.namespaces.get(specifier);
    return requiredNamespace(specifier, path);
  }
}

// A package may be loaded for the first time: its code is not brine's.
function required(specifier: string): unknown {
  const requireHere = createRequire(`${process.cwd()}/`);
  if (specifier.startsWith('node:')) return requireHere(specifier);
  return withSessionBuiltins((): unknown => requireHere(specifier));
}

// Without time to import, what `import` would give is put together from what `require` gives. Its exports are the same
// values; the namespace object itself exists only once it was imported.
function requiredNamespace(specifier: string, path: readonly string[]): unknown {
  const exports: unknown = required(specifier);
  if (path.length === 0)
    throw new Error('its namespace can only be had asynchronously: use load() in place of loads()');
  const isObject = (typeof exports === 'object' && exports !== null) || typeof exports === 'function';
  if (path[0] === 'default' && !(isObject && Object.hasOwn(exports, 'default'))) return { default: exports };
  return exports;
}
