// Unpickling one value: bytes to a graph, a graph to the value.

import { fileURLToPath } from 'node:url';
import { UnpicklingError } from '../errors.js';
import { decodeSnapshot } from '../format/index.js';
import { globalRegistry, type Reducer, ReducerRegistry } from '../graph/registry.js';
import { withPristineBuiltins, withSessionBuiltins } from '../realm/pristine.js';
import type { TombstoneRecord } from '../realm/tombstone.js';
import { readFileBytes } from '../store/index.js';
import { buildGraph } from '../unpickle/build.js';
import { Modules, modulesOf } from './modules.js';
import { readFromStream } from './streams.js';

/** Options of {@link loads}, {@link load} and {@link Unpickler}. */
export interface LoadValueOptions {
  /** Called for each value that is missing: a tombstone stands in its place. Default: none; touching one throws. */
  readonly onLoss?: (loss: TombstoneRecord) => void;
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
  async load<T = unknown>(source: string | URL | AsyncIterable<unknown>): Promise<{ value: T }> {
    const isFile = typeof source === 'string' || source instanceof URL;
    const path = isFile ? (typeof source === 'string' ? source : fileURLToPath(source)) : undefined;
    const bytes = isFile ? await readFileBytes(path as string) : await readFromStream(source);
    const graph = withPristineBuiltins(() => decoded(bytes));
    const modules = new Modules();
    await modules.preload(modulesOf(graph));
    const fileName = path?.split(/[/\\]/).at(-1) ?? 'pickle';
    return { value: withPristineBuiltins(() => this.build(graph, modules, fileName)) as T };
  }

  private build(graph: ReturnType<typeof decoded>, modules: Modules, fileName: string): unknown {
    const { onLoss } = this.options;
    const { roots, losses } = buildGraph(graph, {
      registry: this.registry,
      modules,
      fileName: this.options.fileName ?? fileName,
    });
    if (onLoss !== undefined) withSessionBuiltins(() => losses.forEach((loss) => onLoss(loss)));
    return roots[0];
  }
}

function decoded(bytes: Uint8Array) {
  if (!(bytes instanceof Uint8Array)) {
    throw new UnpicklingError('UNPICKLE_OPTION', 'loads takes the bytes of a snapshot', {
      hint: 'pass a Uint8Array or Buffer',
    });
  }
  const { graph, meta } = decodeSnapshot(bytes);
  if (meta.type !== 'value' || graph.rootNames.length !== 1) {
    throw new UnpicklingError(
      'UNPICKLE_OPTION',
      `the snapshot holds a session of ${graph.rootNames.length} names`,
      {
        hint: 'load it with `.load` at the prompt, or `new Session().load(path)`',
      },
    );
  }
  return graph;
}
