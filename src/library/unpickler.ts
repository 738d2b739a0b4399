// Unpickling one value: bytes to a graph, a graph to the value.

import { fileURLToPath } from 'node:url';
import { types } from 'node:util';
import { UnpicklingError } from '../errors.js';
import { type ByteSource, openSnapshot } from '../format/index.js';
import type { Graph } from '../graph/graph.js';
import { globalRegistry, RESERVED, type Reducer, ReducerRegistry } from '../graph/registry.js';
import { withPristineBuiltins, withSessionBuiltins } from '../realm/pristine.js';
import type { TombstoneRecord } from '../realm/tombstone.js';
import { openFile, readFileBytes } from '../store/index.js';
import type { OnMissing } from '../unpickle/types.js';
import { importAll } from './imports.js';
import { type LazyLoad, lazyNames, lazyValue } from './lazy.js';
import { Modules, modulesOf, modulesOfMeta } from './modules.js';
import { Restorer } from './snapshot.js';
import { readFromStream } from './streams.js';

/** Options of {@link loads}, {@link load} and {@link Unpickler}. */
export interface LoadValueOptions {
  /** Called for each value that is missing: a tombstone stands in its place. Default: none; touching one throws. */
  readonly onLoss?: (loss: TombstoneRecord) => void;
  /**
   * What becomes of a value whose reducer is not registered here: a tombstone, a {@link MissingRecord} with its state, an
   * error, or what a function makes of that record (a tombstone where it returns undefined). Whichever it is, saving it
   * again writes what was loaded. Default: `tombstone`.
   */
  readonly onMissing?: OnMissing;
  /** The value for a name that {@link DumpOptions.persistentId} gave. Default: none; such values are tombstones. */
  readonly persistentLoad?: (id: string | number | bigint) => unknown;
  /** The buffers that {@link DumpOptions.onBuffer} took, in the same order; they are used, not copied. Default: none. */
  readonly buffers?: readonly (ArrayBuffer | SharedArrayBuffer)[];
  /** Shown as the file of restored code in stack traces. Default: the file's name, or `pickle`. */
  readonly fileName?: string;
}

/** Unpickles values with a registry of reducers of its own, on top of the global one. */
export class Unpickler {
  private readonly registry = new ReducerRegistry(globalRegistry);
  private readonly options: LoadValueOptions;

  /**
   * @param options  The defaults of every call. Default: none.
   * @example
   *   new Unpickler().loads(dumps([1, 2])); // [ 1, 2 ]
   */
  constructor(options: LoadValueOptions = {}) {
    this.options = options;
    const { persistentLoad, buffers } = options;
    if (persistentLoad !== undefined)
      this.registry.reserve(RESERVED.persistent, persistentLoad as () => object);
    if (buffers !== undefined)
      this.registry.reserve(RESERVED.buffer, (index: number) => bufferAt(buffers, index));
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
    return withPristineBuiltins(() => this.build(decoded(bytes), new Modules(), 'pickle')) as T;
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
    const path = isFile ? (typeof source === 'string' ? source : fileURLToPath(source)) : undefined;
    const fileName = path?.split(/[/\\]/).at(-1) ?? 'pickle';
    const file = path === undefined ? undefined : withPristineBuiltins(() => openFile(path));
    let isKept = false;
    try {
      const bytes = file ?? (isFile ? await readFileBytes(path as string) : await readFromStream(source));
      if (options.lazy === true) {
        const late = await this.loadLazily<T>(bytes, fileName, () => file?.close());
        isKept = true;
        return late;
      }
      const opened = withPristineBuiltins(() => decoded(bytes));
      file?.close();
      const modules = new Modules();
      await modules.preload(modulesOf(opened.graph));
      return { value: withPristineBuiltins(() => this.build(opened, modules, fileName)) as T };
    } finally {
      // What is unread keeps it open.
      if (!isKept) file?.close();
    }
  }

  private async loadLazily<T>(
    bytes: Uint8Array | ByteSource,
    fileName: string,
    close: () => void,
  ): Promise<LazyLoad<T>> {
    const restorer = withPristineBuiltins(() => new Restorer(openSnapshot(bytes)));
    const { meta, index } = restorer.reader;
    const modules = new Modules();
    await modules.preload(modulesOfMeta(meta));
    const imports = await importAll(meta.session?.bindings ?? []);
    const { onLoss } = this.options;
    if (onLoss !== undefined) for (const loss of imports.losses) onLoss({ ...loss, isCallable: true });
    const build = (root: number): unknown =>
      withPristineBuiltins(() => {
        // What every group may point to comes first, so that a reviver can touch another name.
        const base = restorer.groupsOf([], [0]);
        if (base.length > 0)
          this.build({ restorer, groups: base, graph: restorer.read(base) }, modules, fileName, root);
        const groups = restorer.groupsOf([root]);
        const graph = restorer.read(groups);
        return this.build({ restorer, groups, graph }, modules, fileName, root);
      });
    const source = { restorer, build, close };
    if (meta.type === 'session') return lazyNames(source, meta.session?.bindings ?? [], imports);
    if (index.rootNames.length !== 1) throw severalRoots(index.rootNames.length);
    return lazyValue(source);
  }

  private build({ restorer, groups, graph }: Opened, modules: Modules, fileName: string, root = 0): unknown {
    const { onLoss } = this.options;
    const losses = restorer.build(groups, graph, {
      registry: this.registry,
      modules,
      fileName: this.options.fileName ?? fileName,
      ...(this.options.onMissing !== undefined && { onMissing: this.options.onMissing }),
    });
    if (onLoss !== undefined) withSessionBuiltins(() => losses.forEach((loss) => onLoss(loss)));
    return restorer.value(root);
  }
}

function bufferAt(buffers: readonly (ArrayBuffer | SharedArrayBuffer)[], index: number): object {
  const buffer = buffers[index];
  if (types.isAnyArrayBuffer(buffer)) return buffer;
  throw new UnpicklingError('UNPICKLE_OPTION', `buffer ${index} of ${buffers.length} is none`, {
    hint: 'give all buffers that `onBuffer` took, in the same order',
  });
}

/** A snapshot of one value, read and checked but not built. */
interface Opened {
  readonly restorer: Restorer;
  readonly groups: readonly number[];
  readonly graph: Graph;
}

function decoded(bytes: Uint8Array | ByteSource): Opened {
  if (!(bytes instanceof Uint8Array) && !isSource(bytes)) {
    throw new UnpicklingError('UNPICKLE_OPTION', 'loads takes the bytes of a snapshot', {
      hint: 'pass a Uint8Array or Buffer',
    });
  }
  const reader = openSnapshot(bytes);
  const { meta, index } = reader;
  if (meta.type !== 'value' || index.rootNames.length !== 1) {
    throw severalRoots(index.rootNames.length);
  }
  const restorer = new Restorer(reader);
  const groups = restorer.groupsOf([0]);
  const graph = restorer.read(groups);
  reader.codes();
  reader.checkRest();
  return { restorer, groups, graph };
}

function severalRoots(names: number): UnpicklingError {
  return new UnpicklingError('UNPICKLE_OPTION', `the snapshot holds a session of ${names} names`, {
    hint: 'load it with `.load` at the prompt, `new Session().load(path)` or `load(path, { lazy: true })`',
  });
}

function isSource(value: unknown): value is ByteSource {
  return typeof value === 'object' && value !== null && typeof (value as ByteSource).read === 'function';
}
