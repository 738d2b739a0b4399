// What capturing delivers: a live function described as code, scopes and needs. The walk turns these into rows.
// Knows nothing of V8 and nothing of graphs.

import type { BindingKind, CodeEntry, ScopeForm } from '../../graph/code.js';
import type { Stray, ValueList } from './strays.js';

/** One text of code. The same object for every function of the same text and place: its identity is the memo's key. */
export class CodeNode {
  readonly entry: CodeEntry;
  constructor(entry: CodeEntry) {
    this.entry = entry;
  }
}

/** One captured variable of a scope. */
export interface CapturedBinding {
  readonly kind: BindingKind;
  /** False in the temporal dead zone: there is no value then. */
  readonly isInitialised: boolean;
  readonly value: unknown;
}

/**
 * One scope instance. The same object for every function that really shares the scope: its identity is the memo's
 * key. Bindings are added while functions that need them are described, and never removed: read nodes at the end.
 */
export class ScopeNode {
  readonly form: ScopeForm;
  /** The next scope outwards that matters. Scopes may be put in between while further functions are described. */
  parent: ScopeNode | null;
  readonly bindings = new Map<string, CapturedBinding>();
  constructor(form: ScopeForm, parent: ScopeNode | null) {
    this.form = form;
    this.parent = parent;
  }
}

/** A function of any form but class, to be rebuilt from its text inside its scope. */
export interface CapturedFunction {
  readonly kind: 'function';
  readonly code: CodeNode;
  /** The innermost scope that the function needs anything from, or null when it names globals only. */
  readonly scope: ScopeNode | null;
  /** The object whose prototype `super` looks in, for methods that use `super`; otherwise undefined. */
  readonly home: object | undefined;
  /** True when the heap was too large to look the home up, and it is the only object that holds the method. */
  readonly isHomeGuess: boolean;
  /** True when a direct eval made it and nothing tells whether it is strict: it is taken for that. */
  readonly isStrictGuess: boolean;
  /** Free names that are no captured binding: globals, by name, sorted. */
  readonly globals: readonly string[];
  /** Names of sloppy function expressions around it that it assigns to, which sloppy code ignores, sorted. */
  readonly ignoredNames: readonly string[];
  /** Captured variables that other modules may assign to, where nobody was told yet, sorted. */
  readonly movingImports: readonly string[];
}

/** A class, to be rebuilt whole. */
export interface CapturedClass {
  readonly kind: 'class';
  readonly code: CodeNode;
  readonly scope: ScopeNode | null;
  /** Values of the computed keys of the class body in source order (strings and symbols). */
  readonly computedKeys: readonly (string | symbol)[];
  readonly globals: readonly string[];
  readonly movingImports: readonly string[];
  /** True when its body has methods or accessors of instances that are not private. */
  readonly hasMembers: boolean;
}

/** A method, getter or setter that comes with its class and is never rebuilt alone. */
export interface CapturedMember {
  readonly kind: 'member';
  /** The class it was written in. */
  readonly owner: Function;
  /** The 0-based index of its element in the class body as acorn lists it (`ClassBody.body`). */
  readonly element: number;
}

/** A bound function. */
export interface CapturedBound {
  readonly kind: 'bound';
  readonly target: unknown;
  readonly thisArg: unknown;
  readonly args: readonly unknown[];
}

/** A function that cannot be captured. */
export interface Uncapturable {
  readonly kind: 'uncapturable';
  /** What it is, for people: `native function`, `function inside Node`. */
  readonly what: string;
  readonly reason: string;
  readonly hint: string;
}

/** What capturing says of one function. */
export type Captured = CapturedFunction | CapturedClass | CapturedMember | CapturedBound | Uncapturable;

/** The private members one class put on one object. */
export interface CapturedPrivates {
  /** The class that declared them; its text says which names there are. */
  readonly owner: Function;
  /** True for `static #x`: the object is then the class itself. */
  readonly isStatic: boolean;
  /** Private fields (not methods or accessors) by name with the `#`, in the order of the class body. */
  readonly fields: ReadonlyMap<string, unknown>;
}

/** What a capturing run is to do. */
export interface CaptureOptions {
  /** Globals that functions name and the platform does not bring are captured too, all or those it takes. Default: false. */
  readonly takesGlobals?: boolean | ((name: string) => boolean);
}

/** A generator object that goes on from where it stands. */
export interface CapturedGenerator {
  readonly kind: 'generator';
  readonly state: 'finished' | 'called' | 'suspended';
  readonly isAsync: boolean;
  /** For `called`: the function, and what it was called with. */
  readonly fn: Function | undefined;
  readonly receiver: unknown;
  /** The arguments of the call, or what its loops go over, outermost first. */
  readonly items: readonly unknown[];
  /** True when a loop of it over an array may be at another place than it was. */
  readonly isGuess: boolean;
  /** As of a function. */
  readonly movingImports: readonly string[];
  /** For `suspended`: the text of its function, and the innermost of its scopes. */
  readonly code: CodeNode | undefined;
  readonly scope: ScopeNode | null;
  readonly home: object | undefined;
  readonly position: number;
  readonly arguments: readonly unknown[];
}

/** An iterator over a collection, part-way. */
export interface CapturedIterator {
  /** What it goes over; undefined when it has ended. */
  readonly source: object | undefined;
  /** How many entries of the source lie before the next one. */
  readonly position: number;
  /** `entries`, `keys` or `values`. */
  readonly gives: string;
  /** True when its collection was not found: the source is a new one, with what the iterator has left. */
  readonly isCopy: boolean;
}

/** An iterator over the matches of a regular expression. */
export interface CapturedMatches {
  /** Its expression, whose `lastIndex` is the place; undefined when the iterator has ended. */
  readonly regexp: RegExp | undefined;
  /** What is looked through. */
  readonly text: string;
}

/** One capturing run; open while one value or session is pickled. */
export interface Capture {
  /**
   * Describes functions; runs none of them and leaves every variable as it was when it returns. Functions described
   * in earlier calls of the same run share scope nodes with these where they really share scopes.
   */
  describe(functions: readonly Function[]): Captured[];
  /** True for a function of the engine, of an add-on, or inside Node: one whose text nobody here wrote. */
  isForeign(fn: Function): boolean;
  /** The variables of a function's innermost scope with the values they have now; for functions of Node's. */
  closureOf(fn: Function): ReadonlyMap<string, unknown>;
  /** The same of many functions. */
  closuresOf(functions: readonly Function[]): ReadonlyMap<string, unknown>[];
  /** The URL of the script that a function stands in; empty for text without one, undefined for native functions. */
  urlOf(fn: Function): string | undefined;
  /** The URLs of the ES modules that this realm has loaded. */
  moduleUrls(): string[];
  /** The file of the module whose `require` this is, or undefined. */
  requirerOf(fn: Function): string | undefined;
  /** True when an object with this prototype may hold private members: a class with any is in the chain. */
  mayHavePrivates(proto: object): boolean;
  /** The private members of an object (or of a class: its static ones), base class first; empty when it has none. */
  privatesOf(object: object): CapturedPrivates[];
  /**
   * Notes a class whose code is saved: its private members may be on objects that it is not in the chain of. True when it
   * is new and has any for instances.
   */
  noteClass(owner: Function): boolean;
  /** True when an object has private members of a noted class that is not in its chain; `privatesOf` then gives them. */
  isStray(object: object): boolean;
  /** Those among the values that have such members and were never asked about. */
  straysAmong(values: ValueList): readonly Stray[];
  /**
   * Internal slots of objects, in the order of their names; undefined for those that an object does not have.
   * `[[Entries]]` is a list of objects with `key` (of maps) and `value`. An object that cannot be looked at has undefined.
   */
  slotsOf(objects: readonly object[], names: readonly string[]): (readonly unknown[] | undefined)[];
  /** The names of the functions that made objects, whatever their prototypes are by now; undefined where V8 does not tell. */
  makersOf(objects: readonly object[]): (string | undefined)[];
  /** Describes generator objects; runs none of them. */
  describeGenerators(objects: readonly object[]): (CapturedGenerator | Uncapturable)[];
  /** Where iterators of Maps or of Sets stand; undefined for one that cannot be told. The collections are as before. */
  iteratorsOf(
    objects: readonly object[],
    of: 'map' | 'set',
    known: () => Iterable<unknown>,
  ): (CapturedIterator | undefined)[];
  /** Where iterators over matches are; undefined for one that cannot be told. None is moved on. */
  matchesOf(iterators: readonly object[]): (CapturedMatches | undefined)[];
  /** Ends the run and frees what V8 holds for it. */
  close(): void;
}
