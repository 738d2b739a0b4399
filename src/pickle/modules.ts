// The table of things that are saved by reference: the language's and Node's own objects, Node's modules, and exports of
// the modules a session imported. Reads own data properties only.

import { createRequire, isBuiltin } from 'node:module';
import { types } from 'node:util';
import { isPackageSpecifier } from '../graph/specifier.js';
import { lazyHostName } from '../realm/host-classes.js';
import { forEachIntrinsic } from '../realm/intrinsics.js';

/** How another process finds a value again. */
export interface Reference {
  readonly space: 'intrinsic' | 'import' | 'require';
  /** The intrinsic's name, or the module's specifier. */
  readonly name: string;
  /** Own property names from the module's namespace or exports onwards. */
  readonly path: readonly string[];
}

const MODULE_DEPTH = 3;
const MODULE_VALUES_MAX = 20_000;

const shared = new Map<unknown, Reference>();
const seenBuiltins = new Set<string>();

/**
 * References valid for one walk. Plain data never needs the tables of modules, and filling them costs milliseconds: they
 * are filled when the first function turns up.
 */
export class ModuleTable {
  private own: Map<unknown, Reference> | undefined;
  private isComplete = false;
  private hasPackages: boolean | undefined;

  constructor(modules: ReadonlyMap<string, object> | undefined) {
    fillIntrinsics();
    for (const [specifier, namespace] of modules ?? []) {
      if (isPackageSpecifier(specifier)) addModule(this.table(), 'import', specifier, namespace);
    }
  }

  /** How to save a value by reference, or undefined when it is to be saved by value, as far as is known yet. */
  find(value: unknown): Reference | undefined {
    return shared.get(value) ?? this.own?.get(value);
  }

  /** Adds Node's modules and installed packages; returns false when that was done before. */
  complete(): boolean {
    if (this.isComplete) return false;
    this.isComplete = true;
    fillBuiltins();
    for (const { specifier, exports } of requiredPackages())
      addModule(this.table(), 'require', specifier, exports);
    return true;
  }

  /** True while there are loaded packages whose exports are not yet in the table. */
  get mayLearn(): boolean {
    if (this.isComplete) return false;
    this.hasPackages ??= packageFiles(requireBuiltin.cache).length > 0;
    return this.hasPackages;
  }

  /** The objects of the tables that are no functions. */
  *objects(): Generator<object> {
    for (const table of [shared, this.own ?? []])
      for (const [value] of table) if (typeof value === 'object') yield value as object;
  }

  /** Finds classes that Node makes when they are first asked for; like {@link complete}, when a function turns up. */
  findLazy(value: object): Reference | undefined {
    const reference = lazyHostName(value);
    if (reference !== undefined) shared.set(value, reference);
    return reference;
  }

  private table(): Map<unknown, Reference> {
    this.own ??= new Map();
    return this.own;
  }
}

function fillIntrinsics(): void {
  if (shared.size > 0) return;
  forEachIntrinsic((value, name) => shared.set(value, { space: 'intrinsic', name, path: [] }));
}

// Node's modules as they get loaded.
function fillBuiltins(): void {
  for (const name of loadedBuiltins()) {
    if (seenBuiltins.has(name)) continue;
    seenBuiltins.add(name);
    const exports: unknown = requireBuiltin(name);
    if (isObject(exports)) addModule(shared, 'require', `node:${name}`, exports);
  }
}

const requireBuiltin = createRequire(import.meta.url);

function loadedBuiltins(): string[] {
  const list = (process as unknown as { moduleLoadList: readonly string[] }).moduleLoadList;
  const names: string[] = [];
  for (const entry of list) {
    const loaded = entry.startsWith('NativeModule ') ? entry.slice(13) : '';
    const name = BEHIND_GETTERS.get(loaded) ?? loaded;
    if (name !== '' && !name.startsWith('internal/') && isBuiltin(`node:${name}`) && !DEPRECATED.has(name))
      names.push(name);
  }
  return names;
}

// Exports of CommonJS packages that were loaded by `require`, under the specifier that leads to the same file.
function requiredPackages(): { specifier: string; exports: object }[] {
  const requireHere = createRequire(`${process.cwd()}/`);
  const found: { specifier: string; exports: object }[] = [];
  for (const { file, at } of packageFiles(requireHere.cache)) {
    const exports: unknown = requireHere.cache[file]?.exports;
    const specifier = specifierOf(requireHere, file, file.slice(at + 14));
    if (isObject(exports) && specifier !== undefined) found.push({ specifier, exports });
  }
  return found;
}

// Files of packages, and where their names start in the path.
function packageFiles(cache: object): { file: string; at: number }[] {
  return Object.keys(cache)
    .map((file) => ({ file, at: file.replaceAll('\\', '/').lastIndexOf('/node_modules/') }))
    .filter(({ at }) => at >= 0);
}

function specifierOf(requireHere: NodeJS.Require, file: string, inside: string): string | undefined {
  const name = inside.split('/', inside.startsWith('@') ? 2 : 1).join('/');
  for (const specifier of [name, inside.replace(/\.(js|cjs|json)$/, ''), inside]) {
    try {
      if (requireHere.resolve(specifier) === file) return specifier;
    } catch {
      // not reachable under this name
    }
  }
  return undefined;
}

// `fs.promises` and `dns.promises` are getters, which are not run; the module behind them has a name of its own.
const BEHIND_GETTERS = new Map([
  ['internal/fs/promises', 'fs/promises'],
  ['internal/dns/promises', 'dns/promises'],
]);

// Loading these prints a warning.
const DEPRECATED = new Set(['punycode', 'sys', '_stream_wrap', '_tls_common', '_tls_wrap']);

// Functions, their prototypes and the methods on these; of other objects only the module itself and what an installed
// package exports directly. Deeper objects may be state, and state is saved by value.
function addModule(
  into: Map<unknown, Reference>,
  space: 'import' | 'require',
  name: string,
  root: object,
): void {
  const queue: { object: object; path: readonly string[] }[] = [];
  const isNode = name.startsWith('node:');
  const add = (value: unknown, path: readonly string[]): void => {
    if (!isObject(value) || types.isProxy(value) || into.has(value) || shared.has(value)) return;
    const key = path.at(-1);
    const isNamed =
      path.length === 0 ||
      key === 'prototype' ||
      (path.length === 1 && (!isNode || EXPORTED_OBJECTS.has(key ?? '')));
    if ((typeof value !== 'function' && !isNamed) || key?.startsWith('_') === true) return;
    into.set(value, { space, name, path });
    if (path.length < MODULE_DEPTH && into.size < MODULE_VALUES_MAX) queue.push({ object: value, path });
  };
  add(root, []);
  for (let i = 0; i < queue.length; i++) {
    const { object, path } = queue[i] as { object: object; path: readonly string[] };
    for (const key of ownNames(object))
      add(exported(object, key, isNode && path.length === 0), [...path, key]);
  }
}

// Of Node's modules, the objects that are names for functions and constants rather than state.
const EXPORTED_OBJECTS = new Set([
  'promises',
  'constants',
  'posix',
  'win32',
  'strict',
  'types',
  'webcrypto',
  'subtle',
]);

function ownNames(object: object): string[] {
  return Object.getOwnPropertyNames(object);
}

// Some of Node's exports are getters of Node's own (`fs.promises`); nobody else's getter is called.
function exported(object: object, key: string, isNode: boolean): unknown {
  try {
    const descriptor = Object.getOwnPropertyDescriptor(object, key);
    if (descriptor?.get === undefined) return descriptor?.value;
    return isNode && EXPORTED_OBJECTS.has(key) ? Reflect.apply(descriptor.get, object, []) : undefined;
  } catch {
    return undefined; // an export that its module has not initialised yet
  }
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}
