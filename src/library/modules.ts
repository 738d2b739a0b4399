// Modules that a snapshot names: imported before building where there is time, loaded at once where there is none.

import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { types } from 'node:util';
import type { Meta, MetaModule } from '../format/index.js';
import { isModuleSpace, isPackageSpecifier, type ModuleSpace } from '../graph/specifier.js';
import { importModule } from '../realm/compile.js';
import { importedFile, packageNameOf, packageVersion, requireHere } from '../realm/packages.js';
import { withSessionBuiltins } from '../realm/pristine.js';
import type { ModuleResolver } from '../unpickle/types.js';

const MapOriginal = Map;

/** A reference of a graph to a module. */
export interface ModuleName {
  readonly space: ModuleSpace;
  readonly specifier: string;
}

/** A package that is here in another version than it was saved with. */
export interface VersionWarning {
  readonly package: string;
  /** The version it was saved with. */
  readonly saved: string;
  /** The version that is installed here. */
  readonly here: string;
  /** `saved with luxon 3.5.0, here is 3.4.1`. */
  readonly message: string;
  /** What installs the version it was saved with. */
  readonly hint: string;
}

/** The modules among names, each once. */
export function modulesOf(names: Iterable<{ readonly space: string; readonly name: string }>): ModuleName[] {
  const found = new Map<string, ModuleName>();
  for (const { space, name } of names)
    if (isModuleSpace(space)) found.set(`${space} ${name}`, { space, specifier: name });
  return [...found.values()];
}

/** The modules that a snapshot says it needs imported: what is read late may name them. */
export function modulesOfMeta({ modules }: Meta): ModuleName[] {
  return modules
    .filter(({ isImported }) => isImported === true)
    .map(({ specifier }) => ({ space: specifier.startsWith('.') ? 'importFile' : 'import', specifier }));
}

/** The packages that are here in another version than a snapshot was saved with; those that are missing are losses. */
export function versionWarnings(modules: readonly MetaModule[]): VersionWarning[] {
  const warnings = new MapOriginal<string, VersionWarning>();
  for (const { specifier, version: saved } of modules) {
    if (saved === undefined || !isPackageSpecifier(specifier)) continue;
    const name = packageNameOf(specifier);
    const here = packageVersion(specifier);
    if (here === undefined || here === saved || warnings.has(name)) continue;
    const message = `saved with ${name} ${saved}, here is ${here}`;
    warnings.set(name, { package: name, saved, here, message, hint: installLine(name, saved) });
  }
  return [...warnings.values()];
}

/** The command that installs a package. */
export function installLine(name: string, version: string | undefined): string {
  return `npm install ${name}${version === undefined ? '' : `@${version}`}`;
}

/** Modules by the ways there are to load them, as seen from the working directory. */
export class Modules implements ModuleResolver {
  private readonly namespaces = new MapOriginal<string, unknown>();
  private readonly failures = new MapOriginal<string, unknown>();
  private readonly versions: ReadonlyMap<string, string>;

  /** @param saved  What the snapshot says of its modules. */
  constructor(saved: readonly MetaModule[] = []) {
    const versions = new MapOriginal<string, string>();
    for (const { specifier, version } of saved)
      if (version !== undefined) versions.set(packageNameOf(specifier), version);
    this.versions = versions;
  }

  /** Imports the modules of a graph, so that `resolve` has their namespaces; keeps failures for later. */
  async preload(names: readonly ModuleName[]): Promise<void> {
    for (const { space, specifier } of names) {
      const isFile = space === 'importFile';
      if (!(isFile || (space === 'import' && isPackageSpecifier(specifier)))) continue;
      if (this.namespaces.has(specifier)) continue;
      try {
        const name = isFile ? pathToFileURL(resolve(specifier)).href : specifier;
        this.namespaces.set(specifier, await this.importPackage(name));
      } catch (error) {
        this.failures.set(specifier, error);
      }
    }
  }

  // Where the working directory does not have it, the folder of the program may.
  private async importPackage(specifier: string): Promise<unknown> {
    try {
      return await importModule(specifier);
    } catch (error) {
      const file = (error as { code?: unknown }).code === 'ERR_MODULE_NOT_FOUND' && importedFile(specifier);
      if (typeof file !== 'string') throw error;
      return importModule(pathToFileURL(file).href);
    }
  }

  resolve(space: ModuleSpace, specifier: string, path: readonly string[]): unknown {
    const isFile = space === 'importFile' || space === 'requireFile';
    if (!isFile && !isPackageSpecifier(specifier))
      throw new Error('it is neither a package nor a module of Node');
    if (space === 'requireFile') return requiredFile(resolve(specifier));
    if (space === 'require') return required(specifier);
    if (this.failures.has(specifier)) throw this.failures.get(specifier);
    if (this.namespaces.has(specifier)) return this.namespaces.get(specifier);
    if (isFile) return namespaceOf(requiredFile(resolve(specifier)), path);
    if (specifier.startsWith('node:')) return namespaceOf(required(specifier), path);
    const file = importedFile(specifier);
    return namespaceOf(file === undefined ? required(specifier) : requiredFile(file), path);
  }

  savedVersion(specifier: string): string | undefined {
    return this.versions.get(packageNameOf(specifier));
  }
}

// A package may be loaded for the first time: its code is not brine's.
function required(specifier: string): unknown {
  if (specifier.startsWith('node:')) return requireHere(specifier);
  return withSessionBuiltins((): unknown => requireHere(specifier));
}

function requiredFile(file: string): unknown {
  return withSessionBuiltins((): unknown => createRequire(file)(file));
}

// Of an ES module, what `require` gives has the same exports as what `import` gives, and mostly is the same. Of others, it
// is put together: the namespace itself exists only once it was imported.
function namespaceOf(given: unknown, path: readonly string[]): unknown {
  const isNamespace = types.isModuleNamespaceObject(given);
  // Node hands a stand-in to `require` when there is a default export.
  if (path.length === 0 && (!isNamespace || Object.hasOwn(given as object, '__esModule')))
    throw new Error('its namespace can only be had asynchronously: use load() in place of loads()');
  if (isNamespace || path[0] !== 'default') return given;
  return { default: given };
}
