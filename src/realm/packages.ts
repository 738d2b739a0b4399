// Installed packages as files: which folder and version a name leads to, which file `import` and `require` give for a
// specifier, and the other way round, which specifier leads to a file.
//
// Looks from the working directory first, then from the folder of the program: both are what a person means by "here".
// Reads manifests, runs nothing of a package. Knows nothing of graphs and values.

import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { exports as exportsOf } from 'resolve.exports';

/** What is read of a `package.json`. */
interface Manifest {
  readonly name: string;
  readonly version?: unknown;
  readonly exports?: unknown;
}

interface InstalledPackage {
  readonly folder: string;
  readonly manifest: Manifest;
}

/** How a module is loaded. */
export type ModuleSpace = 'import' | 'require';

const MARK = '/node_modules/';

/** The package that a specifier names: `@scope/name/sub` gives `@scope/name`. */
export function packageNameOf(specifier: string): string {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}

/** The package that a file belongs to, and the file's place in it; undefined outside of `node_modules`. */
export function packageOfFile(file: string): { readonly name: string; readonly inside: string } | undefined {
  const path = file.replaceAll('\\', '/');
  const at = path.lastIndexOf(MARK);
  if (at < 0) return undefined;
  const inside = path.slice(at + MARK.length);
  return { name: packageNameOf(inside), inside };
}

/** The version of the package that a specifier leads to from here, or undefined. */
export function packageVersion(specifier: string): string | undefined {
  if (/^(node:|[./]|[a-z]+:)/.test(specifier)) return undefined;
  for (const base of bases()) {
    const version = installed(packageNameOf(specifier), base)?.manifest.version;
    if (typeof version === 'string') return version;
  }
  return undefined;
}

/** What `require` of a specifier gives, as seen from here. The package may be loaded by it. */
export function requireHere(specifier: string): unknown {
  return createRequire(baseOf('require', specifier))(specifier);
}

/** The file that `import` of a package's specifier gives, as seen from here; undefined when there is none. */
export function importedFile(specifier: string): string | undefined {
  return fileOf('import', specifier);
}

/** The specifier that leads to a file of a package from here, the shortest there is; undefined when none does. */
export function specifierOf(space: ModuleSpace, file: string): string | undefined {
  const key = `${process.cwd()} ${space} ${file}`;
  let specifier = specifiers.get(key);
  if (specifier === undefined) {
    const found = packageOfFile(file);
    const all = found === undefined ? [] : candidates(found.name, found.inside);
    specifier = all.find((each) => fileOf(space, each) === file) ?? '';
    specifiers.set(key, specifier);
  }
  return specifier === '' ? undefined : specifier;
}

const specifiers = new Map<string, string>();

// — helpers —

function bases(): string[] {
  const here = `${process.cwd()}/`;
  const program: unknown = process.argv[1];
  return typeof program === 'string' && existsSync(program) ? [here, realpathSync(program)] : [here];
}

function baseOf(space: ModuleSpace, specifier: string): string {
  const all = bases();
  return all.find((base) => fileFrom(space, specifier, base) !== undefined) ?? (all[0] as string);
}

function fileOf(space: ModuleSpace, specifier: string): string | undefined {
  for (const base of bases()) {
    const file = fileFrom(space, specifier, base);
    if (file !== undefined) return file;
  }
  return undefined;
}

function fileFrom(space: ModuleSpace, specifier: string, base: string): string | undefined {
  try {
    if (space === 'require') return createRequire(base).resolve(specifier);
    const name = packageNameOf(specifier);
    const found = installed(name, base);
    if (found === undefined) return undefined;
    const file = importedFrom(found, specifier.slice(name.length), specifier, base);
    return file !== undefined && existsSync(file) ? realpathSync(file) : undefined;
  } catch {
    return undefined; // not reachable under this name
  }
}

function importedFrom(
  { folder, manifest }: InstalledPackage,
  sub: string,
  specifier: string,
  base: string,
): string | undefined {
  if (manifest.exports !== undefined && manifest.exports !== null) {
    const conditions = hasModuleSync() ? ['module-sync', 'node-addons'] : ['node-addons'];
    const found = exportsOf(manifest as never, sub === '' ? '.' : `.${sub}`, { conditions });
    return found?.[0] === undefined ? undefined : join(folder, found[0]);
  }
  return sub === '' ? createRequire(base).resolve(specifier) : join(folder, sub);
}

function hasModuleSync(): boolean {
  return (process.features as { require_module?: boolean }).require_module === true;
}

function installed(name: string, base: string): InstalledPackage | undefined {
  for (const place of createRequire(base).resolve.paths(name) ?? []) {
    const folder = join(place, name);
    const manifest = manifestIn(folder);
    if (manifest !== undefined) return { folder, manifest };
  }
  return undefined;
}

// A package that is there stays what it is for this process; one that is not may be installed while it runs.
const manifests = new Map<string, Manifest>();

function manifestIn(folder: string): Manifest | undefined {
  const known = manifests.get(folder);
  if (known !== undefined) return known;
  try {
    const manifest: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    if (typeof manifest !== 'object' || manifest === null) return undefined;
    manifests.set(folder, manifest as Manifest);
    return manifest as Manifest;
  } catch {
    return undefined; // not in this folder, or no manifest
  }
}

// Names under which a package may give a file, the shortest first.
function candidates(name: string, inside: string): string[] {
  const sub = inside.slice(name.length + 1);
  const all = new Set([name, inside.replace(/\.(js|cjs|mjs|json)$/, ''), inside]);
  if (/^index\.\w+$/.test(sub.split('/').at(-1) as string)) all.add(dirname(inside));
  for (const base of bases()) {
    const map = installed(name, base)?.manifest.exports;
    if (typeof map !== 'object' || map === null || Array.isArray(map)) continue;
    for (const [key, target] of Object.entries(map)) {
      if (!key.startsWith('.')) continue;
      for (const each of key.includes('*') ? starred(key, target, `./${sub}`) : [key])
        all.add(name + each.slice(1));
    }
  }
  return [...all].sort((a, b) => a.length - b.length || (a < b ? -1 : 1));
}

// The keys that a pattern of an `exports` map gives for a file: `./*` with `./dist/*.js` and `./dist/a.js` gives `./a`.
function starred(key: string, target: unknown, file: string): string[] {
  return targetsOf(target).flatMap((path) => {
    const [before = '', after] = path.split('*', 2);
    if (after === undefined || !file.startsWith(before) || !file.endsWith(after)) return [];
    const middle = file.slice(before.length, file.length - after.length);
    return middle === '' ? [] : [key.replace('*', middle)];
  });
}

function targetsOf(target: unknown): string[] {
  if (typeof target === 'string') return [target];
  if (typeof target !== 'object' || target === null) return [];
  return Object.values(target).flatMap(targetsOf);
}
