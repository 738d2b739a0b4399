// What callers give for what a snapshot names and does not bring: values by a persistent id, buffers, and reducers; and on
// the other side, which values get such names. The same for values and for sessions.
//
// Knows nothing of files and of building.

import { types } from 'node:util';
import { PicklingError, UnpicklingError } from '../errors.js';
import { RESERVED, ReducerRegistry, type Reduction } from '../graph/registry.js';
import { type ModuleOptions, moduleOptionsProblem } from '../pickle/module-choice.js';
import { withPristineBuiltins } from '../realm/pristine.js';
import { type Allow, dataPolicy } from '../unpickle/policy.js';
import type { OnMissing } from '../unpickle/types.js';

/** What is saved otherwise than as a copy of itself. */
export interface SaveHelp extends ModuleOptions {
  /**
   * A name for a value that is not to be saved but found again by {@link LoadHelp.persistentLoad}: a database, a
   * configuration, the element of a table. Asked of every object and function but what every process has; undefined
   * means that the value is saved as usual. Default: none.
   */
  readonly persistentId?: (value: object) => string | number | bigint | undefined;
  /**
   * A reducer for the whole pickler, asked before all others: a name under which a reducer is registered where the value is
   * loaded, and the state for it. Undefined means that the value is saved as usual. Default: none.
   */
  readonly reducerOverride?: (value: object) => Reduction | undefined;
  /**
   * Takes the memory of a buffer out of the bytes: when it returns true, the buffer is not copied, and the caller hands it
   * to {@link LoadHelp.buffers} in the same order. Memory that Node's small Buffers share stays in. Default: none.
   */
  readonly onBuffer?: (buffer: ArrayBuffer | SharedArrayBuffer) => boolean;
  /** What becomes of promises that still wait: a tombstone, or a promise that never settles. Default: `tombstone`. */
  readonly pendingPromises?: 'tombstone' | 'keep';
}

/** What stands in for what a snapshot does not bring. */
export interface LoadHelp {
  /**
   * What becomes of a value whose reducer is not registered here: a tombstone, a {@link MissingRecord} with its state, an
   * error, or what a function makes of that record (a tombstone where it returns undefined). Whichever it is, saving it
   * again writes what was loaded. Default: `tombstone`.
   */
  readonly onMissing?: OnMissing;
  /** The value for a name that {@link SaveHelp.persistentId} gave. Default: none; such values are tombstones. */
  readonly persistentLoad?: (id: string | number | bigint) => unknown;
  /** The buffers that {@link SaveHelp.onBuffer} took, in the same order; they are used, not copied. Default: none. */
  readonly buffers?: readonly (ArrayBuffer | SharedArrayBuffer)[];
}

/** The options that speak for single values, as the one that the walk asks. */
export function overrideFor(options: SaveHelp): ((value: object) => Reduction | undefined) | undefined {
  const { persistentId, reducerOverride, onBuffer } = options;
  if (persistentId === undefined && reducerOverride === undefined && onBuffer === undefined) return undefined;
  let buffers = 0;
  return (value) => {
    const id = persistentId?.(value);
    if (id !== undefined) return { name: RESERVED.persistent, state: id };
    if (onBuffer !== undefined && types.isAnyArrayBuffer(value) && onBuffer(value))
      return { name: RESERVED.buffer, state: buffers++ };
    return reducerOverride?.(value);
  };
}

/** The options as the walk takes them. */
export function walkOptionsOf(help: SaveHelp): Pick<SaveHelp, 'pendingPromises' | 'embed' | 'byReference'> & {
  readonly override?: (value: object) => Reduction | undefined;
} {
  const { pendingPromises, embed, byReference } = help;
  const override = overrideFor(help);
  return {
    ...(override && { override }),
    ...(pendingPromises && { pendingPromises }),
    ...(embed && { embed }),
    ...(byReference && { byReference }),
  };
}

/** Throws PICKLE_OPTION for help with a save that has the wrong form. */
export function checkSaveHelp(options: SaveHelp): void {
  withPristineBuiltins(() => checkSaveForm(options));
}

function checkSaveForm(options: SaveHelp): void {
  const problem = moduleOptionsProblem(options);
  const wrong = (what: string, hint: string): PicklingError =>
    new PicklingError('PICKLE_OPTION', `options of the wrong form: ${what}`, { hint });
  if (problem !== undefined)
    throw wrong(problem, "for example { embed: ['lodash'], byReference: ['lib/**'] }");
  const { persistentId, reducerOverride, onBuffer, pendingPromises } = options;
  for (const [name, value] of Object.entries({ persistentId, reducerOverride, onBuffer }))
    if (value !== undefined && typeof value !== 'function')
      throw wrong(`${name} is no function`, 'give a function of one value');
  if (![undefined, 'tombstone', 'keep'].includes(pendingPromises))
    throw wrong('pendingPromises is none of its values', "give 'tombstone' or 'keep'");
}

/** Throws UNPICKLE_OPTION for help with a load that has the wrong form. */
export function checkLoadHelp(options: LoadHelp): void {
  withPristineBuiltins(() => checkLoadForm(options));
}

function checkLoadForm({ onMissing, persistentLoad, buffers }: LoadHelp): void {
  const wrong = (what: string, hint: string): UnpicklingError =>
    new UnpicklingError('UNPICKLE_OPTION', `options of the wrong form: ${what}`, { hint });
  if (typeof onMissing !== 'function' && ![undefined, 'tombstone', 'record', 'throw'].includes(onMissing))
    throw wrong('onMissing is none of its values', "give 'tombstone', 'record', 'throw' or a function");
  if (persistentLoad !== undefined && typeof persistentLoad !== 'function')
    throw wrong('persistentLoad is no function', 'give a function of one name');
  if (buffers !== undefined && !Array.isArray(buffers))
    throw wrong('buffers is no list', 'give the buffers that `onBuffer` took, in the same order');
}

/** A registry on top of another that knows what the caller gives. */
export function registryWith(base: ReducerRegistry, { persistentLoad, buffers }: LoadHelp): ReducerRegistry {
  const registry = new ReducerRegistry(base);
  if (persistentLoad !== undefined)
    registry.reserve(RESERVED.persistent, persistentLoad as (id: unknown) => object);
  if (buffers !== undefined) registry.reserve(RESERVED.buffer, (index: number) => bufferAt(buffers, index));
  return registry;
}

/** Whoever gives a function or buffers for what the file names allows that by it. */
export function allowingHelp(
  allow: Allow | undefined,
  { persistentLoad, buffers }: LoadHelp,
): Allow | undefined {
  if (persistentLoad === undefined && buffers === undefined) return allow;
  const others = dataPolicy(allow);
  return (name) => {
    if (name.space === 'reducer' && name.name === RESERVED.persistent) return persistentLoad !== undefined;
    if (name.space === 'reducer' && name.name === RESERVED.buffer) return buffers !== undefined;
    return others.allows(name);
  };
}

function bufferAt(buffers: readonly (ArrayBuffer | SharedArrayBuffer)[], index: number): object {
  const buffer = buffers[index];
  if (types.isAnyArrayBuffer(buffer)) return buffer;
  throw new UnpicklingError('UNPICKLE_OPTION', `buffer ${index} of ${buffers.length} is none`, {
    hint: 'give all buffers that `onBuffer` took, in the same order',
  });
}
