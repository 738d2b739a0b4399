// The table of things that are saved by reference: the language's and Node's own objects, Node's modules, exports of
// installed packages, and of files of the user's where the options say so.
//
// Loaded CommonJS modules are in the cache of `require`. Loaded ES modules are in no list but V8's, so they are looked for
// when the first function turns up that is in no other table. Reads own data properties only, and runs nothing: a module
// that is loaded is only asked for again. Knows nothing of the walk.

import buffer from 'node:buffer';
import { createRequire, isBuiltin } from 'node:module';
import { types } from 'node:util';
import { isPackageSpecifier, type ModuleSpace } from '../graph/specifier.js';
import { mayHaveImported } from '../realm/compile.js';
import { lazyHostName } from '../realm/host-classes.js';
import { intrinsicName, intrinsicValues } from '../realm/intrinsics.js';
import { isOfKnownScript } from '../realm/known-scripts.js';
import { provideModules } from '../realm/lazy-globals.js';
import { packageNameOf, packageOfFile, specifierOf } from '../realm/packages.js';
import { accessorReader } from './accessors.js';
import { moduleBehind } from './capture/node-modules.js';
import type { Capture } from './capture/types.js';
import { addExports, type ExportingModule, type Reference } from './exports.js';
import { fileNameFrom, type ModuleChoice } from './module-choice.js';

export type { Reference } from './exports.js';

// What every walk knows from its start: the language's own objects, which the catalogue names, and those of `node:buffer`,
// which plain data is full of.
const named = new Map<string, Reference>();
const buffers = new Map<unknown, Reference>();
// Known to a walk once it completed its tables, so that what it saves does not depend on what this process saved before.
const builtins = new Map<unknown, Reference>();
const seenBuiltins = new Set<string>();
/** Functions that were found to come from where their reference says. */
const vouched = new WeakSet<Function>();

/** What a table of modules is made of. */
export interface ModuleTableOptions {
  /** Namespaces of imported packages by specifier. */
  readonly modules: ReadonlyMap<string, object> | undefined;
  readonly choice: ModuleChoice;
  /** The capturing run, opened when it is asked for. */
  readonly capture: () => Capture;
}

/**
 * References valid for one walk. Plain data never needs the tables of modules, and filling them costs milliseconds: they
 * are filled when the first function turns up.
 */
export class ModuleTable {
  private readonly own = new Map<unknown, Reference>();
  private readonly rejected = new Set<unknown>();
  private readonly readPackages = new Set<string>();
  private readonly options: ModuleTableOptions;
  private isComplete = false;
  private hasImported = false;
  private hasPackages: boolean | undefined;

  constructor(options: ModuleTableOptions) {
    this.options = options;
    for (const [specifier, namespace] of options.modules ?? [])
      if (isPackageSpecifier(specifier) && !options.choice.isEmbedded(packageNameOf(specifier)))
        this.add({ space: 'import', name: specifier, root: namespace });
    // What cells required may be plain data that no function leads to. Nobody else's plain data pays for the look.
    if (options.modules !== undefined && Object.keys(requireBuiltin.cache).length > 0) this.complete();
  }

  /** How to save a value by reference, or undefined when it is to be saved by value, as far as is known yet. */
  find(value: unknown): Reference | undefined {
    const reference = this.known(value);
    if (reference === undefined || typeof value !== 'function' || reference.space === 'intrinsic')
      return reference;
    return this.isFromThere(value, reference) ? reference : undefined;
  }

  /** Adds Node's modules and what `require` loaded; returns false when that was done before. */
  complete(): boolean {
    if (this.isComplete) return false;
    this.isComplete = true;
    fillBuiltins();
    for (const module of requiredModules(this.options.choice)) this.add(module);
    return true;
  }

  /** Adds the ES modules that are loaded, if they may be what a value is from; returns true when something was added. */
  learnFrom(value: object): boolean {
    if (!this.hasImported && this.isUnknown(value)) {
      this.hasImported = true;
      const { choice, capture } = this.options;
      for (const module of importedModules(capture().moduleUrls(), choice)) this.add(module);
      this.learnAccessors(value);
      return true;
    }
    return this.learnAccessors(value);
  }

  /**
   * Adds what the package of a file exports by accessors, which compilers write; returns true when something was added.
   * They are read, not called.
   */
  learnPackage(file: string): boolean {
    const name = packageOfFile(file)?.name;
    if (name === undefined || this.readPackages.has(name) || this.options.choice.isEmbedded(name))
      return false;
    this.readPackages.add(name);
    const before = this.own.size;
    for (const module of requiredModules(this.options.choice)) {
      if (packageNameOf(module.name) !== name) continue;
      const readAccessor = accessorReader(this.options.capture(), module.root);
      if (readAccessor !== undefined) this.add({ ...module, readAccessor });
    }
    return this.own.size > before;
  }

  /** True while an object that holds a function may turn out to be what a module exports. */
  get mayLearn(): boolean {
    return !this.isComplete || !this.hasImported;
  }

  /** The objects of the tables that are no functions. */
  *objects(): Generator<object> {
    for (const values of [intrinsicValues(), bufferTable().keys(), builtins.keys(), this.own.keys()])
      for (const value of values) if (typeof value === 'object') yield value as object;
  }

  /** Finds classes that Node makes when they are first asked for; like {@link complete}, when a function turns up. */
  findLazy(value: object): Reference | undefined {
    const reference = lazyHostName(value);
    if (reference !== undefined) this.own.set(value, reference);
    return reference;
  }

  /** The module that a namespace is of, when its exports are those of a module in the table. */
  namespaceOf(namespace: object): { readonly space: ModuleSpace; readonly name: string } | undefined {
    const [name] = Object.getOwnPropertyNames(namespace);
    if (name === undefined) return undefined;
    const found = this.find(Object.getOwnPropertyDescriptor(namespace, name)?.value);
    if (found === undefined || found.path.length !== 1) return undefined;
    const { space } = found;
    if (space !== 'import' && space !== 'importFile') return undefined;
    const isSame = Object.getOwnPropertyNames(namespace).every((key) => {
      const value: unknown = Object.getOwnPropertyDescriptor(namespace, key)?.value;
      const reference = this.own.get(value);
      return reference === undefined || (reference.name === found.name && reference.path[0] === key);
    });
    return isSame ? { space, name: found.name } : undefined;
  }

  /** Adds built-ins of another context, with those of this one that stand for them. */
  stand(twins: ReadonlyMap<object, object>): void {
    for (const [other, ours] of twins) this.own.set(other, standing(ours) as Reference);
  }

  private add(module: ExportingModule): void {
    addExports(this.own, (value) => standing(value) !== undefined || builtins.has(value), module);
  }

  private known(value: unknown): Reference | undefined {
    return (
      standing(value) ??
      (this.isComplete ? builtins.get(value) : undefined) ??
      // Asked of every object of plain data, for which it is empty.
      (this.own.size > 0 ? this.own.get(value) : undefined)
    );
  }

  private isUnknown(value: object): boolean {
    if (typeof value === 'function') return !this.isOfSession(value);
    if (types.isModuleNamespaceObject(value)) return true;
    return Object.getOwnPropertyNames(value).some((key) => {
      const held: unknown = Object.getOwnPropertyDescriptor(value, key)?.value;
      return typeof held === 'function' && this.known(held) === undefined && !this.isOfSession(held);
    });
  }

  // Code of a cell, or code that was loaded, is no export of a module. Where some of it may import, or packages are loaded, modules
  // are looked for as soon as there is any code at all: plain data of theirs then goes by reference, too.
  private isOfSession(value: object): boolean {
    this.hasPackages ??= mayHaveImported() || Object.keys(requireBuiltin.cache).length > 0;
    return !this.hasPackages && !types.isProxy(value) && isOfKnownScript(value as Function);
  }

  // A class of a package is met by its prototype first.
  private learnAccessors(value: object): boolean {
    if (typeof value === 'function') return false;
    const maker: unknown = Object.getOwnPropertyDescriptor(value, 'constructor')?.value;
    if (typeof maker !== 'function' || types.isProxy(maker) || this.known(maker) !== undefined) return false;
    const url = this.options.capture().urlOf(maker);
    return url !== undefined && this.learnPackage(url);
  }

  // Somebody may have put a function of their own under the name: that one is not what another process finds there.
  private isFromThere(fn: Function, { space, name }: Reference): boolean {
    if (vouched.has(fn)) return true;
    if (this.rejected.has(fn)) return false;
    const url = types.isProxy(fn) ? undefined : this.options.capture().urlOf(fn);
    const isRight =
      url === undefined ||
      url === '' ||
      url.startsWith('node:') ||
      space === 'importFile' ||
      space === 'requireFile' ||
      (!name.startsWith('node:') && packageOfFile(url) !== undefined);
    if (isRight) vouched.add(fn);
    else this.rejected.add(fn);
    return isRight;
  }
}

provideModules(moduleBehind);

function isIntrinsic(value: unknown): boolean {
  return intrinsicName(value) !== undefined;
}

// References to the some thousand intrinsics are made when they are asked for: the first save of a process needs a few.
function standing(value: unknown): Reference | undefined {
  const name = intrinsicName(value);
  if (name === undefined) return ofBuffer(value);
  let reference = named.get(name);
  if (reference === undefined) named.set(name, (reference = { space: 'intrinsic', name, path: [] }));
  return reference;
}

// Filling the table takes a third of what a small first save takes, so it waits for something that may be in it. The prototype
// of a method leads to the method, which is in it.
function ofBuffer(value: unknown): Reference | undefined {
  if (buffers.size === 0 && typeof value !== 'function' && !bufferObjects.has(value)) return undefined;
  return bufferTable().get(value);
}

function bufferTable(): ReadonlyMap<unknown, Reference> {
  if (buffers.size === 0) addBuiltin(buffers, isIntrinsic, 'buffer', buffer);
  return buffers;
}

// Objects of `node:buffer` that data may lead to without a function.
const bufferObjects: ReadonlySet<unknown> = new Set<unknown>([
  buffer,
  buffer.constants,
  ...['Buffer', 'SlowBuffer', 'Blob', 'File'].map(prototypeOfExport),
]);

function prototypeOfExport(name: string): unknown {
  const exported: unknown = Object.getOwnPropertyDescriptor(buffer, name)?.value;
  return typeof exported === 'function' ? exported.prototype : buffer;
}

// Node's modules as they get loaded. What is behind a getter comes when it is loaded, under the name that it would have had at once.
function fillBuiltins(): void {
  const list = moduleList();
  for (const [path, behind] of asleep) {
    if (!list.includes(`NativeModule ${behind}`)) continue;
    asleep.delete(path);
    const [name, key] = path.split('.') as [string, string];
    if (!seenBuiltins.has(name)) continue;
    const get = Object.getOwnPropertyDescriptor(getBuiltin(`node:${name}`), key)?.get;
    const root: unknown = get === undefined ? undefined : Reflect.apply(get, getBuiltin(`node:${name}`), []);
    if (isObject(root))
      addExports(builtins, isStanding, { space: 'require', name: `node:${name}`, root, at: [key] });
  }
  for (const name of loadedBuiltins(list)) {
    if (seenBuiltins.has(name)) continue;
    seenBuiltins.add(name);
    // With the prefix: some have no other name, and without it a package of that name would be loaded.
    addBuiltin(builtins, isStanding, name, getBuiltin(`node:${name}`));
  }
}

/** Getters of Node's modules, with the module that each loads, as long as that is not loaded. */
const asleep = new Map([
  ['fs.promises', 'internal/fs/promises'],
  ['crypto.webcrypto', 'internal/crypto/webcrypto'],
  ['crypto.subtle', 'internal/crypto/webcrypto'],
]);

function isStanding(value: unknown): boolean {
  return standing(value) !== undefined;
}

function addBuiltin(
  into: Map<unknown, Reference>,
  isKnown: (value: unknown) => boolean,
  name: string,
  exports: unknown,
): void {
  const isAsleep = (key: string): boolean => asleep.has(`${name}.${key}`);
  if (isObject(exports))
    addExports(into, isKnown, { space: 'require', name: `node:${name}`, root: exports, isAsleep });
}

const requireBuiltin = createRequire(import.meta.url);
// What `require` gives, without the namespace for `import` that it makes besides, which reads every export.
const getBuiltin = process.getBuiltinModule;

function moduleList(): readonly string[] {
  return (process as unknown as { moduleLoadList: readonly string[] }).moduleLoadList;
}

function loadedBuiltins(list: readonly string[]): string[] {
  const names: string[] = [];
  for (const entry of list) {
    const loaded = entry.startsWith('NativeModule ') ? entry.slice(13) : '';
    const name = BEHIND_GETTERS.get(loaded) ?? loaded;
    if (name !== '' && !name.startsWith('internal/') && isBuiltin(`node:${name}`) && !DEPRECATED.has(name))
      names.push(name);
  }
  // `_http_agent` is loaded before `http`, whose name it is that people know, and that lasts.
  const isInner = (name: string): number => Number(name.startsWith('_'));
  return names.sort((a, b) => isInner(a) - isInner(b));
}

// `fs.promises` and `dns.promises` are getters, which are not run; the module behind them has a name of its own.
const BEHIND_GETTERS = new Map([
  ['internal/fs/promises', 'fs/promises'],
  ['internal/dns/promises', 'dns/promises'],
]);

// Loading these prints a warning.
const DEPRECATED = new Set(['punycode', 'sys', '_stream_wrap', '_tls_common', '_tls_wrap']);

// What `require` loaded, under the specifier that leads to the same file. What it gave of an ES module is found as such.
function requiredModules(choice: ModuleChoice): ExportingModule[] {
  const found: ExportingModule[] = [];
  for (const [file, module] of Object.entries(requireBuiltin.cache)) {
    const root: unknown = module?.exports;
    if (!isObject(root) || types.isModuleNamespaceObject(root)) continue;
    const name = nameOf(file, 'require', choice);
    if (name !== undefined) found.push({ ...name, root });
  }
  return sorted(found);
}

// ES modules by their files: asking for one that is loaded gives it, and runs nothing.
function importedModules(urls: readonly string[], choice: ModuleChoice): ExportingModule[] {
  const found: ExportingModule[] = [];
  for (const url of urls) {
    const file = fileNameFrom(url);
    const name = file === undefined ? undefined : nameOf(file, 'import', choice);
    const root = name === undefined ? undefined : namespaceOf(file as string);
    if (name !== undefined && root !== undefined) found.push({ ...name, root });
  }
  return sorted(found);
}

function nameOf(
  file: string,
  space: 'import' | 'require',
  choice: ModuleChoice,
): Pick<ExportingModule, 'space' | 'name'> | undefined {
  const found = packageOfFile(file);
  if (found === undefined) {
    const path = choice.referenceTo(file);
    return path === undefined ? undefined : { space: `${space}File`, name: path };
  }
  const name = choice.isEmbedded(found.name) ? undefined : specifierOf(space, file);
  return name === undefined ? undefined : { space, name };
}

function namespaceOf(file: string): object | undefined {
  try {
    const namespace: unknown = requireBuiltin(file);
    return types.isModuleNamespaceObject(namespace) ? (namespace as object) : undefined;
  } catch {
    return undefined; // it awaits at its top level, or is being evaluated just now
  }
}

// The order in which modules were loaded does not show.
function sorted(modules: ExportingModule[]): ExportingModule[] {
  return modules.sort((a, b) => a.name.length - b.name.length || (a.name < b.name ? -1 : 1));
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}
