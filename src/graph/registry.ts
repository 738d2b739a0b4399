// Reducers that users register, and where both sides look them up: by prototype when pickling, by name when unpickling.
// Knows nothing of the walk or of building.

import { PicklingError } from '../errors.js';
import { withPristineBuiltins } from '../realm/pristine.js';

/**
 * How instances of a class are reduced to a state and revived from it.
 *
 * Give `revive`, or `create` and `fill`. With `revive` the state is complete when it is called, except for references
 * back to the value being revived, which are filled in afterwards. With `create` and `fill` the shell exists before any
 * state does.
 *
 * @see `copyreg` and `__reduce__` of Python; `create` and `fill` are the two steps in which dill closes cycles
 */
export interface Reducer<T extends object = any, S = any> {
  /** The name in the file. Default: the class's name. */
  readonly name?: string;
  /** Other names that files may have it under: the class was renamed. Default: none. */
  readonly aliases?: readonly string[];
  /** The version of the state's form, handed to `revive` and `fill`. Default: 1. */
  readonly version?: number;
  /**
   * From a state of a version to one of the next: `{ 1: (state) => state of version 2 }`. An older state goes through all
   * that follow before it is revived; where a step is missing, `revive` and `fill` get the state with the version it has.
   */
  readonly migrations?: Readonly<Record<number, (state: any) => unknown>>;
  /** The state: any value that can be pickled. */
  reduce(value: T): S;
  revive?(state: S, version: number): T;
  create?(version: number): T;
  fill?(shell: T, state: S, version: number): void;
}

/** A reducer under the name and class it was registered for. */
export interface RegisteredReducer {
  readonly name: string;
  readonly version: number;
  readonly constructor: Function;
  readonly reducer: Reducer;
}

/** What stands in the file for a value that a reducer speaks for. */
export interface Reduction {
  /** Under which name it is revived. */
  readonly name: string;
  /** Default: 1. */
  readonly version?: number;
  readonly state: unknown;
}

/**
 * Names that brine writes itself. `@reduce`: a value whose class has the methods, its state is `[class, state]`.
 * `@persistent`: a value that is named by its state. `@buffer`: a buffer that is handed over beside the file, by its number.
 * `@host` and `@typed`: what an older Node could not make, kept for a newer one.
 */
export const RESERVED = {
  reduce: '@reduce',
  persistent: '@persistent',
  buffer: '@buffer',
  host: '@host',
  typed: '@typed',
} as const;

const MapOriginal = Map;
const prototypeOf = Object.getPrototypeOf;
const descriptorOf = Object.getOwnPropertyDescriptor;

/** A set of reducers, optionally on top of another. */
export class ReducerRegistry {
  private readonly byPrototype = new MapOriginal<object, RegisteredReducer>();
  private readonly byName = new MapOriginal<string, RegisteredReducer>();
  private readonly base: ReducerRegistry | undefined;

  constructor(base?: ReducerRegistry) {
    this.base = base;
  }

  /** Registers a reducer for a class and its subclasses; a later one of the same class or name replaces it. */
  register<T extends object, S>(constructor: abstract new (...args: any) => T, reducer: Reducer<T, S>): void {
    const prototype = descriptorOf(constructor, 'prototype')?.value as object | undefined;
    const name = reducer.name ?? (descriptorOf(constructor, 'name')?.value as unknown);
    checkReducer(reducer, prototype, name);
    const entry: RegisteredReducer = {
      name: name as string,
      version: reducer.version ?? 1,
      constructor,
      reducer,
    };
    withPristineBuiltins(() => {
      this.byPrototype.set(prototype as object, entry);
      this.byName.set(entry.name, entry);
      for (const alias of reducer.aliases ?? []) this.byName.set(alias, entry);
    });
  }

  /** Puts a reviver under one of the names that brine writes itself. */
  reserve(name: string, revive: (state: any) => object): void {
    const reducer: Reducer = { reduce: (value) => value, revive };
    this.byName.set(name, { name, version: 1, constructor: Object, reducer });
  }

  /** True when nothing is registered here or below. */
  get isEmpty(): boolean {
    return this.byPrototype.size === 0 && (this.base?.isEmpty ?? true);
  }

  /** The reducer for values with this prototype, or undefined. */
  forPrototype(start: object | null): RegisteredReducer | undefined {
    for (let proto = start; proto !== null; proto = prototypeOf(proto) as object | null) {
      const found = this.byPrototype.get(proto);
      if (found !== undefined) return found;
    }
    return this.base?.forPrototype(start);
  }

  /** The reducer of that name, or undefined. */
  forName(name: string): RegisteredReducer | undefined {
    return this.byName.get(name) ?? this.base?.forName(name);
  }
}

function checkReducer(reducer: Reducer, prototype: unknown, name: unknown): void {
  const refuse = (message: string, hint: string): never => {
    throw new PicklingError('PICKLE_OPTION', message, { hint });
  };
  if (typeof prototype !== 'object' || prototype === null) {
    refuse('a reducer was registered for something that is no class', 'pass a class or constructor function');
  }
  if (typeof name !== 'string' || name === '') {
    refuse('a reducer needs a name and its class has none', 'add `name` to the reducer');
  }
  for (const each of [name, ...(reducer.aliases ?? [])]) {
    if (typeof each !== 'string' || each.startsWith('@'))
      refuse(`${String(each)} cannot be the name of a reducer`, 'use a name that does not start with an @');
  }
  if (typeof reducer.reduce !== 'function') {
    refuse(`the reducer for ${String(name)} has no \`reduce\``, 'add `reduce(value)`, returning the state');
  }
  const isOneStep = typeof reducer.revive === 'function';
  const isTwoStep = typeof reducer.create === 'function' && typeof reducer.fill === 'function';
  if (!isOneStep && !isTwoStep) {
    refuse(
      `the reducer for ${String(name)} cannot revive`,
      'add `revive(state)`, or `create()` and `fill(shell, state)`',
    );
  }
}

/** The registry that every pickler and unpickler falls back to. */
export const globalRegistry = new ReducerRegistry();
globalRegistry.reserve(RESERVED.reduce, reviveByProtocol);

// The other half of a class's own `Symbol.for('brine.reduce')`.
function reviveByProtocol([maker, state]: readonly [Function, unknown]): object {
  const revive: unknown = Reflect.get(maker, Symbol.for('brine.revive'));
  if (typeof revive !== 'function')
    throw new TypeError(`${maker.name} has no static method [Symbol.for('brine.revive')]`);
  return Reflect.apply(revive, maker, [state]) as object;
}
