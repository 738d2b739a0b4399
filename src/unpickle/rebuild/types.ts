// What rebuilding is given: functions, classes and scopes as rows, with values named by reference.
// Knows nothing of columns or bytes.

import type { BindingKind, CodeEntry, ScopeForm } from '../../graph/code.js';
import type { RestoredGenerator } from '../../realm/restored.js';
import type { OwnNames } from './names.js';
import type { ResumeSupport } from './resume-support.js';
import type { TemplateSites } from './template-sites.js';

/** What a text needs to be told to become generated text. */
export interface UnitOptions {
  readonly names: OwnNames;
  /** True when `Symbol` in texts is the real one. */
  readonly isSymbolOurs: boolean;
  /** The templates that stand in several generated texts. */
  readonly sites: TemplateSites;
}

/** Names another value of the graph by its id. */
export class Ref {
  readonly id: number;
  constructor(id: number) {
    this.id = id;
  }
}

/** A primitive, a reference to a value of the graph (symbols too), or what brine itself gives to generators. */
export type Cell = string | number | bigint | boolean | null | undefined | Ref | ResumeSupport;

/** What all scopes of one layout have in common. */
export interface ScopeShape {
  readonly form: ScopeForm;
  readonly names: readonly string[];
  readonly kinds: readonly BindingKind[];
  /** False for a binding in the temporal dead zone. */
  readonly isInitialised: readonly boolean[];
}

/** One scope. `cells[i]` is the value of `shape.names[i]`. */
export interface ScopeRow {
  readonly shape: ScopeShape;
  readonly parent: ScopeRow | null;
  readonly cells: readonly Cell[];
}

/** One function that is not a class, a class member or bound. */
export interface FunctionRow {
  readonly id: number;
  readonly code: CodeEntry;
  readonly scope: ScopeRow | null;
  /** The object that `super` starts from, or undefined. */
  readonly home: Cell;
  /** True for a method that is never a property of its home. */
  readonly isAlone?: true;
}

/** One class. */
export interface ClassRow {
  readonly id: number;
  readonly code: CodeEntry;
  readonly scope: ScopeRow | null;
  /** What the class extends as a value when its text has `extends`; ignored otherwise. */
  readonly heritage: Cell;
  /** Strings, or references to symbols. */
  readonly computedKeys: readonly Cell[];
  /** The name that it got from where it was written, or undefined when it may have got it otherwise. */
  readonly givenName: string | undefined;
}

/** One method, getter or setter that comes with its class. */
export interface MemberRow {
  readonly id: number;
  /** The class row's id. */
  readonly owner: number;
  /** Index into `ClassBody.body` as acorn lists it. */
  readonly element: number;
}

/** One generator object that stands somewhere in its text. */
export interface GeneratorRow {
  readonly id: number;
  /** The text of its function. */
  readonly code: CodeEntry;
  readonly scope: ScopeRow | null;
  readonly home: Cell;
  /** The offset of its `yield` in the text; -1 before it has begun. */
  readonly position: number;
  /** The iterators of the loops around that place, outermost first. */
  readonly iterators: readonly Cell[];
}

/** Everything the rebuilder works on. */
export interface RebuildInput {
  readonly functions: readonly FunctionRow[];
  readonly classes: readonly ClassRow[];
  readonly members: readonly MemberRow[];
  readonly generators: readonly GeneratorRow[];
  /** Shown as the file name of restored code, for example `work.pkl`. */
  readonly fileName: string;
  /** Why a row is missing, or undefined when the file does not say that it is. */
  readonly whyMissing: (id: number) => string | undefined;
}

/** What goes on as a generator object. */
export interface RestartedGenerator {
  readonly fn: Function;
  /** What is to be remembered of the object. */
  readonly restored: RestoredGenerator;
}

/** What the rebuilder asks of the builder. */
export interface RebuildHost {
  /** The value of a cell, made at least as an empty shell; may call back into `Rebuilder.value`. */
  ensure(cell: Cell): unknown;
}

/**
 * Rebuilds code in two steps: `value(id)` makes a function or class on demand (with everything of its scope tree that
 * must exist with it), `finish()` gives all scopes their bindings once every shell exists.
 */
export interface Rebuilder {
  /**
   * The function, class or member with this id.
   *
   * @throws {UnpicklingError} `UNPICKLE_CODE` when its text is not exactly one function or class, does not compile, or
   *                           needs itself before it exists. Other rows are not affected.
   * @throws {LimitError}      `LIMIT_EXCEEDED` when its scopes nest too deeply.
   */
  value(id: number): Function;
  /** The function that goes on as generator object `id`: called and begun, it stands at the same place. */
  generator(id: number): RestartedGenerator;
  /**
   * The object that must serve as the shell of row `id` because methods with `super` were written in it, or undefined.
   * Its own properties are whatever the literal left; the builder defines all of them anew.
   */
  homeShell(id: number): object | undefined;
  /** Feeds every scope its bindings. Call once, after all shells were made. */
  finish(): void;
  /**
   * Makes an object for classes with private members, stamped by each owner (base first), running no user code.
   * `proto` becomes its prototype. `base` makes the object where the chain ends in a built-in (`class M extends Map`),
   * undefined where it is an ordinary object.
   *
   * Stamping leaves the classes' public fields on the object, without their values; they are removed again. Give the
   * `keys` the object is going to have, as `Reflect.ownKeys` will list them: fields that come first among them anyway
   * are left there, which keeps the object fast. All of them are to be defined anew in both cases.
   */
  allocateStamped(
    owners: readonly Function[],
    proto: object | null,
    base: (() => object) | undefined,
    keys?: readonly (string | symbol)[],
  ): object;
  /** Writes a private field that `allocateStamped` (or, for static ones, evaluating the class) put there. */
  writePrivate(owner: Function, object: object, isStatic: boolean, name: string, value: unknown): void;
}
