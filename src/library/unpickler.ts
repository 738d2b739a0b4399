// Unpickling one value: bytes to a graph, a graph to the value.

import { UnpicklingError } from '../errors.js';
import type { ByteSource, SnapshotReader } from '../format/index.js';
import type { Graph } from '../graph/graph.js';
import { globalRegistry, type Reducer, ReducerRegistry } from '../graph/registry.js';
import type { Limits } from '../limits.js';
import { checkOptionNames, type OptionNames } from '../option-names.js';
import { tellSession, withPristineBuiltins, withSessionBuiltins } from '../realm/pristine.js';
import type { TombstoneRecord } from '../realm/tombstone.js';
import { openFile, readFileBytes } from '../store/index.js';
import { pathOf } from '../store/path-of.js';
import { ClassChoice, type ClassConflict, type OnClassConflict } from '../unpickle/class-choice.js';
import type { Allow, GlobalName, Policy } from '../unpickle/policy.js';
import type { Withheld } from '../unpickle/types.js';
import { snapshotsOn, Values } from './frames.js';
import { allowingHelp, checkLoadHelp, type LoadHelp, registryWith } from './help.js';
import { importAllowed } from './imports.js';
import { allowedReferences, type Inspection, inspectSnapshot } from './inspection.js';
import { type LazyLoad, lazyNames, lazyValue } from './lazy.js';
import {
  type ModuleName,
  Modules,
  modulesOf,
  modulesOfMeta,
  type VersionWarning,
  versionWarnings,
} from './modules.js';
import { checkOpenOptions, limitsFor, type OpenMode } from './opening.js';
import { type Findings, openDamaged } from './salvage.js';
import { Restorer } from './snapshot.js';
import { readFromStream } from './streams.js';
import { type Asked, openTrusting, ringOf } from './trusting.js';

/** Options of {@link loads}, {@link load} and {@link Unpickler}. */
export interface LoadValueOptions extends LoadHelp {
  /**
   * What may be made of the bytes. `trusted`: everything; functions and classes are evaluated. `data`: plain data;
   * functions, classes and whatever would be looked up in this process become records that say so (see
   * {@link isCaptured}). `inspect`: nothing is built, an {@link Inspection} is returned. Default: `trusted`, or `data`
   * when `allow` is given.
   */
  readonly mode?: OpenMode;
  /**
   * What `data` may look up besides: a list of `intrinsic:Math.max`, `module:acorn#parse`, `reducer:Point`, or a
   * function that is asked for each name before it is looked up.
   */
  readonly allow?: Allow;
  /**
   * Whose signature the bytes must have: public keys as `brine key` prints them, `own` for this user's, `trusted` for
   * everybody that this user trusts. Default: none is looked at.
   */
  readonly keys?: readonly string[];
  /** What the bytes were encrypted with. */
  readonly passphrase?: string;
  /** Limits that differ from those of the mode. */
  readonly limits?: Partial<Limits>;
  /** Told how many values of each sort are records, because the mode allows no more. */
  readonly onWithheld?: (withheld: Withheld) => void;
  /** Called for each value that is missing: a tombstone stands in its place. Default: none; touching one throws. */
  readonly onLoss?: (loss: TombstoneRecord) => void;
  /**
   * What becomes of a class that exists here too, with another source. `stored`: its instances keep the class that was
   * stored; both exist side by side. `current`: they get the class that is here, with the fields that were stored, and no
   * constructor runs. `migrate`: so do those of classes that have a static method `[Symbol.for('brine.migrate')]`, which
   * then gets each instance and `{ source }`, the source of the class that was stored, to bring it up to date; the others
   * stay as with `stored`. Classes with private members are never exchanged, and neither are those of subclasses that
   * were stored. Default: `stored`.
   */
  readonly onClassConflict?: OnClassConflict;
  /** The classes that are here, found by their names. Default: none. */
  readonly classes?: readonly Function[];
  /** Called for each class that was stored and is here with another source. Default: none. */
  readonly onConflict?: (conflict: ClassConflict) => void;
  /** Told of each package that is here in another version than the bytes were saved with. Default: none. */
  readonly onWarning?: (warning: VersionWarning) => void;
  /** Told now and then how many values are built, and how many there are. Default: nobody is told. */
  readonly onProgress?: (built: number, total: number) => void;
  /** Shown as the file of restored code in stack traces. Default: the file's name, or `pickle`. */
  readonly fileName?: string;
}

/** Every one of {@link LoadValueOptions}. */
export const LOAD_NAMES: OptionNames<LoadValueOptions> = {
  mode: 'any',
  allow: 'any',
  keys: 'any',
  passphrase: 'any',
  limits: 'any',
  onWithheld: 'function',
  onLoss: 'function',
  onClassConflict: 'any',
  classes: 'any',
  onConflict: 'function',
  onWarning: 'function',
  onProgress: 'function',
  fileName: 'any',
  onMissing: 'any',
  persistentLoad: 'any',
  buffers: 'any',
};

/** Throws UNPICKLE_OPTION for what is no object or has a name that is no option. */
export function checkValueNames<Options extends object>(options: Options, names: OptionNames<Options>): void {
  checkOptionNames(
    options,
    names,
    (message, hint) => new UnpicklingError('UNPICKLE_OPTION', message, { hint }),
  );
}

const NO_OPTIONS: LoadValueOptions = {};

/** Unpickles values with a registry of reducers of its own, on top of the global one. */
export class Unpickler {
  private readonly registry: ReducerRegistry;
  private readonly options: LoadValueOptions;

  /**
   * @param options  The defaults of every call. Default: none.
   * @example
   *   new Unpickler().loads(dumps([1, 2])); // [ 1, 2 ]
   * @throws {UnpicklingError} UNPICKLE_OPTION for options of the wrong form
   */
  constructor(options?: LoadValueOptions) {
    if (options !== undefined) {
      withPristineBuiltins(() => {
        checkValueNames(options, LOAD_NAMES);
        checkOpenOptions(options);
        checkClassOptions(options);
        checkLoadHelp(options);
      });
    }
    this.options = options ?? NO_OPTIONS;
    this.registry =
      options === undefined ? new ReducerRegistry(globalRegistry) : registryWith(globalRegistry, options);
  }

  /** Registers a reducer for this unpickler only. See {@link registerReducer}. */
  registerReducer<T extends object, S>(
    constructor: abstract new (...args: any) => T,
    reducer: Reducer<T, S>,
  ): this {
    this.registry.register(constructor, reducer);
    return this;
  }

  /** Unpickles bytes to a value. See {@link loads}. */
  loads<T = unknown>(bytes: Uint8Array): T {
    return withPristineBuiltins(() => {
      const opened = this.open(bytes, 'pickle');
      if (this.options.mode === 'inspect') return inspectSnapshot(opened.reader, opened.policy);
      const value = decoded(opened);
      // Whoever allows names is asked for all of them before anything is built.
      if (opened.policy.mode === 'data') modulesNamed(value);
      if (this.options.onWarning !== undefined) this.warn(opened);
      return this.build(value, new Modules(opened.reader.meta.modules), 'pickle');
    }) as T;
  }

  /** Unpickles a file or stream. See {@link load}. */
  load<T = unknown>(
    source: string | URL | AsyncIterable<unknown>,
    options: { readonly lazy: true },
  ): Promise<LazyLoad<T>>;
  load<T = unknown>(
    source: string | URL | AsyncIterable<unknown>,
    options?: { readonly lazy?: boolean },
  ): Promise<{ value: T }>;
  async load<T>(
    source: string | URL | AsyncIterable<unknown>,
    options: { readonly lazy?: boolean } = {},
  ): Promise<{ value: T }> {
    const isFile = typeof source === 'string' || source instanceof URL;
    const path = isFile ? pathOf(source) : undefined;
    const fileName = path?.split(/[/\\]/).at(-1) ?? 'pickle';
    const file = path === undefined ? undefined : withPristineBuiltins(() => openFile(path));
    let isKept = false;
    try {
      const { fileBytesMax: bytesMax } = limitsFor(this.mode !== 'data', this.options.limits);
      const bytes =
        file ??
        (isFile ? await readFileBytes(path as string, { bytesMax }) : await readFromStream(source, bytesMax));
      const open = withPristineBuiltins(() => this.open(bytes, fileName));
      if (this.options.mode === 'inspect')
        return { value: withPristineBuiltins(() => inspectSnapshot(open.reader, open.policy)) as T };
      if (options.lazy === true) {
        const late = await this.loadLazily<T>(open, fileName, () => file?.close());
        isKept = true;
        return late;
      }
      const opened = withPristineBuiltins(() => decoded(open));
      file?.close();
      const modules = new Modules(open.reader.meta.modules);
      await modules.preload(modulesNamed(opened));
      this.warn(open);
      return { value: withPristineBuiltins(() => this.build(opened, modules, fileName)) as T };
    } finally {
      // What is unread keeps it open.
      if (!isKept) file?.close();
    }
  }

  /** Unpickles the values on a stream, one by one. See {@link loadAll}. */
  loadAll<T = unknown>(
    stream: AsyncIterable<unknown>,
    { needsEnd = false }: { readonly needsEnd?: boolean } = {},
  ): AsyncIterableIterator<T, undefined> {
    const limits = limitsFor(this.mode !== 'data', this.options.limits);
    return new Values(snapshotsOn(stream, limits, needsEnd), (bytes) => this.loadBytes<T>(bytes));
  }

  private async loadBytes<T>(bytes: Uint8Array): Promise<{ value: T }> {
    const name = 'pickle';
    const open = withPristineBuiltins(() => this.open(bytes, name));
    if (this.options.mode === 'inspect')
      return { value: withPristineBuiltins(() => inspectSnapshot(open.reader, open.policy)) as T };
    const opened = withPristineBuiltins(() => decoded(open));
    const modules = new Modules(open.reader.meta.modules);
    await modules.preload(modulesNamed(opened));
    this.warn(open);
    return { value: withPristineBuiltins(() => this.build(opened, modules, name)) as T };
  }

  /** Unpickles what survives of a damaged snapshot. See {@link salvage}. */
  async salvage<T>(source: string | URL | Uint8Array | AsyncIterable<unknown>): Promise<Salvaged<T>> {
    const isFile = typeof source === 'string' || source instanceof URL;
    const path = isFile ? pathOf(source) : undefined;
    const name = path?.split(/[/\\]/).at(-1) ?? 'pickle';
    const { fileBytesMax: bytesMax } = limitsFor(this.mode !== 'data', this.options.limits);
    const bytes =
      path !== undefined
        ? await readFileBytes(path, { bytesMax })
        : source instanceof Uint8Array
          ? source
          : await readFromStream(source as AsyncIterable<unknown>, bytesMax);
    const opened = withPristineBuiltins(() => openDamaged(bytes, this.asked(name)));
    const { findings } = opened;
    if (opened.reader.meta.type === 'session') {
      const { value } = await this.loadLazily<T>(opened, name, () => undefined);
      return { ...findings, value };
    }
    const whole = withPristineBuiltins(() => decoded(opened));
    const modules = new Modules(opened.reader.meta.modules);
    await modules.preload(modulesNamed(whole));
    return { ...findings, value: withPristineBuiltins(() => this.build(whole, modules, name)) as T };
  }

  private get mode(): 'data' | 'trusted' {
    const { mode, allow } = this.options;
    return mode === 'data' || mode === 'inspect' || allow !== undefined ? 'data' : 'trusted';
  }

  private open(bytes: Uint8Array | ByteSource, name: string): OpenValue {
    if (!(bytes instanceof Uint8Array) && !isSource(bytes)) {
      throw new UnpicklingError('UNPICKLE_OPTION', 'loads takes the bytes of a snapshot', {
        hint: 'pass a Uint8Array or Buffer',
      });
    }
    return openTrusting(bytes, this.asked(name));
  }

  private asked(name: string): Asked {
    const { keys, passphrase, limits, allow } = this.options;
    // The session's own function, which may use what the session replaced.
    const asked =
      typeof allow === 'function' ? (n: GlobalName) => withSessionBuiltins(() => allow(n)) : allow;
    const ring = keys === undefined ? undefined : ringOf(keys);
    return {
      mode: this.mode,
      otherwise: 'refuse',
      ring,
      allow: this.options === NO_OPTIONS ? undefined : allowingHelp(asked, this.options),
      limits,
      passphrase,
      name,
    };
  }

  private async loadLazily<T>(
    { reader, policy }: OpenValue,
    fileName: string,
    close: () => void,
  ): Promise<LazyLoad<T>> {
    const isData = policy.mode === 'data';
    const restorer = withPristineBuiltins(() => new Restorer(reader));
    const { meta, index } = reader;
    const modules = new Modules(meta.modules);
    this.warn({ reader, policy });
    if (!isData) await modules.preload(modulesOfMeta(meta));
    const bindings = meta.session?.bindings ?? [];
    const imports = await importAllowed(bindings, meta.modules, policy);
    const { onLoss } = this.options;
    if (onLoss !== undefined) for (const loss of imports.losses) onLoss({ ...loss, isCallable: true });
    const build = (root: number): unknown =>
      withPristineBuiltins(() => {
        // What every group may point to comes first, so that a reviver can touch another name.
        const base = restorer.groupsOf([], [0]);
        if (base.length > 0)
          this.build({ restorer, groups: base, graph: restorer.read(base), policy }, modules, fileName, root);
        const groups = restorer.groupsOf([root]);
        const graph = restorer.read(groups);
        return this.build({ restorer, groups, graph, policy }, modules, fileName, root);
      });
    const source = { restorer, build, close, isData };
    if (meta.type === 'session') return lazyNames(source, bindings, imports);
    if (index.rootNames.length !== 1) throw severalRoots(index.rootNames.length);
    return lazyValue(source);
  }

  // One for each build that may be repeated; what it decides about a class it decides again.
  private classChoice(): ClassChoice | undefined {
    const { onClassConflict = 'stored', classes } = this.options;
    if (classes === undefined) return undefined;
    const byName = new Map(classes.map((one) => [nameOf(one), one]));
    return new ClassChoice(onClassConflict, (name) => byName.get(name));
  }

  private warn({ reader, policy }: OpenValue): void {
    const { onWarning } = this.options;
    if (onWarning === undefined || policy.mode === 'data') return;
    const warnings = withPristineBuiltins(() => versionWarnings(reader.meta.modules));
    tellSession(warnings, onWarning);
  }

  private build(
    { restorer, groups, graph, policy }: Decoded,
    modules: Modules,
    fileName: string,
    root = 0,
  ): unknown {
    const { onLoss, onWithheld, onConflict, onProgress } = this.options;
    const choice = this.options.classes === undefined ? undefined : this.classChoice();
    const { losses, withheld } = restorer.build(groups, graph, {
      policy,
      registry: this.registry,
      modules,
      fileName: this.options.fileName ?? fileName,
      ...(onProgress !== undefined && {
        onProgress: (built: number, total: number) => withSessionBuiltins(() => onProgress(built, total)),
      }),
      ...(choice !== undefined && { classes: choice }),
      ...(this.options.onMissing !== undefined && { onMissing: this.options.onMissing }),
    });
    if (onConflict !== undefined && choice !== undefined) tellSession(choice.conflicts, onConflict);
    if (onWithheld !== undefined) withSessionBuiltins(() => onWithheld(withheld));
    if (onLoss !== undefined) tellSession(losses, onLoss);
    return restorer.value(root);
  }
}

/** Throws UNPICKLE_OPTION when what is said about classes has the wrong form. */
function checkClassOptions({ onClassConflict, classes }: LoadValueOptions): void {
  if (![undefined, 'stored', 'current', 'migrate'].includes(onClassConflict))
    throw new UnpicklingError(
      'UNPICKLE_OPTION',
      `there is no ${JSON.stringify(onClassConflict)} for classes`,
      {
        hint: "give 'stored', 'current' or 'migrate'",
      },
    );
  if (classes !== undefined && (!Array.isArray(classes) || classes.some((one) => typeof one !== 'function')))
    throw new UnpicklingError('UNPICKLE_OPTION', 'the option classes is no list of classes', {
      hint: 'give the classes that are here, for example [Point, User]',
    });
  if (onClassConflict !== undefined && onClassConflict !== 'stored' && classes === undefined)
    throw new UnpicklingError('UNPICKLE_OPTION', `${onClassConflict} needs the classes that are here`, {
      hint: 'give them as the option classes',
    });
}

function nameOf(one: Function): unknown {
  return Object.getOwnPropertyDescriptor(one, 'name')?.value;
}

/** What {@link salvage} resolves to. */
export interface Salvaged<T = unknown> extends Findings {
  /**
   * The value; of a session's snapshot an object without a prototype that has its names. A name that did not survive has a
   * tombstone that says which bytes of the file are damaged.
   */
  readonly value: T;
}

/** A snapshot of one value, read and checked but not built. */
interface Decoded {
  readonly policy: Policy;
  readonly restorer: Restorer;
  readonly groups: readonly number[];
  readonly graph: Graph;
}

interface OpenValue {
  readonly reader: SnapshotReader;
  readonly policy: Policy;
}

function decoded({ reader, policy }: OpenValue): Decoded {
  const { meta, index } = reader;
  if (meta.type !== 'value' || index.rootNames.length !== 1) {
    throw severalRoots(index.rootNames.length);
  }
  const restorer = new Restorer(reader);
  const groups = restorer.groupsOf([0]);
  const graph = restorer.read(groups);
  reader.codes();
  reader.checkRest();
  return { restorer, groups, graph, policy };
}

// The modules that it names, as far as they may be looked up.
function modulesNamed({ restorer, graph, policy }: Decoded): ModuleName[] {
  const modules = modulesOf(allowedReferences(graph, policy));
  if (policy.mode === 'trusted') modules.push(...modulesOfMeta(restorer.reader.meta));
  return modules;
}

function severalRoots(names: number): UnpicklingError {
  return new UnpicklingError('UNPICKLE_OPTION', `the snapshot holds a session of ${names} names`, {
    hint: 'load it with `.load` at the prompt, `new Session().load(path)` or `load(path, { lazy: true })`',
  });
}

function isSource(value: unknown): value is ByteSource {
  return typeof value === 'object' && value !== null && typeof (value as ByteSource).read === 'function';
}
