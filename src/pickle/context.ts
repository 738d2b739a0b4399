// What reducers see of a walk: where to write, whom to ask. The walk implements it; reducers never see the walk itself, so
// imports stay one-way.

import type { CodeEntry } from '../graph/code.js';
import type { Column, ListColumn } from '../graph/column.js';
import type { Kind } from '../graph/kinds.js';
import type { ModuleSpace } from '../graph/specifier.js';
import type { Natives } from '../realm/natives.js';
import type { Capture, ScopeNode } from './capture/types.js';
import type { Need } from './dependants.js';
import type { Reference } from './modules.js';
import type { Places } from './places.js';
import type { SegmentDraft, ShapeNode, ShapeTable } from './shape.js';
import type { Root, WalkOptions } from './types.js';

/** Why values with some prototype cannot be read. */
export interface Verdict {
  readonly what: string;
  readonly reason: string;
  readonly hint: string;
}

/** An entry of a weak collection; the value is undefined for sets and references. */
export interface WeakEntry {
  readonly key: unknown;
  readonly value: unknown;
}

/** The kinds of weak collections. */
export type WeakKind = 'weakMap' | 'weakSet' | 'weakRef';

/** A pool of Node's Buffers that Buffers led to, and the ranges they use: start and end in bytes, and the Buffer's place. */
export interface Pool {
  readonly buffer: ArrayBufferLike;
  /** The buffer's place. */
  readonly place: number;
  readonly ranges: [number, number, number][];
  /** True when something else led to it too: all of it is saved then. */
  isWhole: boolean;
}

/**
 * Reads the objects from `place` on as long as they have the exemplar's hidden class and its first key, and the stripe takes
 * them; returns the place of the first that it did not read. `values` is the chunk that they are all in.
 */
export type RunReader = (
  walk: Walk,
  values: readonly unknown[],
  place: number,
  same: Natives['haveSameMap'],
  exemplar: object,
  firstKey: string,
  columns: readonly Column[],
  end: number,
  classes: Uint8Array,
  classNumber: number,
) => number;

/** An object read before, standing for all of its hidden class. */
export interface Exemplar {
  readonly object: object;
  readonly segment: SegmentDraft;
  readonly firstKey: string;
  /** Objects read one by one like it so far; a generated reader pays after some that come in runs. */
  count: number;
  /** The place behind the last of them, and how many runs they came in. */
  next: number;
  runs: number;
  /** Whether a reader pays is looked at when there were so many. */
  decides: number;
  reader: RunReader | undefined;
  /** How many the reader is given at once. */
  runMax: number;
}

/** One walk, as reducers see it. */
export interface Walk {
  readonly roots: readonly Root[];
  readonly options: WalkOptions;
  readonly shapes: ShapeTable;
  /** Values in the order they were first seen. */
  readonly places: Places;
  /** Prototype objects of classes seen so far, whatever their `constructor` says. */
  readonly owners: Map<object, Function>;
  /** Prototypes of generators that were written before a function was met that brings them. */
  readonly ownerless: Set<object>;
  /** Objects that stand for their hidden class, last used first. */
  readonly exemplars: Exemplar[];
  /** By the number of a hidden class the exemplar of it, as far as is known. */
  readonly exemplarOf: (Exemplar | undefined)[];
  /** False when user code may have changed values since they got their places. */
  readonly areClassesKnown: boolean;
  /** Where built-ins with nothing beside their content go. */
  readonly bareNodes: Map<Kind, ShapeNode>;
  /** True when something stands above Dates, Maps and Sets that makes `for…in` unsafe; undefined until it is asked. */
  hasOddBuiltIns: boolean | undefined;
  /** True when a hole of an array could read as something inherited; undefined until it is asked. */
  hasOddHoles: boolean | undefined;
  /** The first place not yet visited of something that may have to be named rather than saved; infinite when there is none. */
  readonly nextLate: number;
  /** Goes on to the `nextLate` after this one. */
  passLate(): void;
  /** True while an object that holds a function may turn out to be what a loaded package exports. */
  readonly mayMeetExports: boolean;
  /** The capturing run; opened when the first function or class instance asks for it. */
  readonly capture: Capture;

  /** Places of values that are read in batches when the queue is empty: functions, and what only V8 can look into. */
  readonly waiting: number[];
  /** Places of arrays that a tagged template may have made. */
  readonly templateStrings: number[];
  /** Iterators that were written with a copy of what they have left. */
  readonly copiedIterators: number[];
  /** Notes a weak collection, whose row is written when everything else was walked. */
  weak(place: number, kind: WeakKind, entries: readonly WeakEntry[]): void;

  /** The place of a value, which is queued when it was not seen before. Negative for what every process has. */
  discover(value: unknown, parent: number): number;
  /** Says that user code is about to run, which may change values. */
  expectChanges(): void;
  /** Writes a reference to the value at a place. */
  refer(column: Column, place: number): void;
  /** Says that the value at a place has to be built together with the group that is walked. */
  tie(place: number): void;
  /** The id, in the group that is walked, of the value at a place that belongs to it. */
  idOf(place: number): number;
  /** Begins or goes on with a segment in the stripe that is being filled. */
  open(segment: SegmentDraft, place: number): void;
  /** Says that so many cells were written at once, so that stripes stay bounded. */
  weigh(cells: number): void;
  /** How many cells more the stripe takes; it ends behind the value that goes over it. */
  readonly cellsLeft: number;
  /** The place of a value that was seen before, or undefined. */
  placeOf(value: unknown): number | undefined;
  /** Gives a value a place; a settled one needs no visit of its own. */
  place(value: unknown, parent: number, isSettled: boolean): number;
  /** The tag of a value that is no number, for a cell of the column; its number is then in `number`. */
  part(column: Column, value: unknown, parent: number): number;
  readonly number: number;
  /** Writes a value into a column. */
  cell(column: Column, value: unknown, parent: number): void;
  /** Writes a list of values into a row of a list column. */
  list(column: ListColumn, values: readonly unknown[], parent: number): void;
  /** The pool that a buffer is, or undefined for one that is not known as a pool. */
  poolOf(buffer: ArrayBufferLike): Pool | undefined;
  /** Makes a buffer a pool. */
  addPool(buffer: ArrayBufferLike, parent: number): Pool;
  /** Bytes of the value at a place as they are to be saved: whoever looks for secrets may have taken some out. */
  watched(bytes: Uint8Array, place: number): Uint8Array;
  /** Index of a new blob of the group. */
  blob(bytes: Uint8Array): number;
  /** Index of a text of code. */
  code(entry: CodeEntry): number;
  /** Adds a row for the value at `place` to the segment of a shape. */
  row(node: ShapeNode, place: number): SegmentDraft;
  /** Makes the value at `place` a tombstone and reports it. */
  bury(place: number, what: string, reason: string, hint: string): void;
  /** Says that the value at `place` cannot be made without the one at another place. */
  needs(place: number, on: number, need: Need): void;
  /** Reports that the value at `place` is saved as something a little different. */
  change(place: number, what: string, reason: string, hint: string): void;
  /** The built-in of this context that stands for one of another vm context; every other object itself. */
  homeOf(proto: object): object;
  /** True for what inherits from the built-ins of another vm context. */
  isOfAnotherContext(proto: object): boolean;
  /** How to save a value by reference, or undefined. */
  referenceTo(value: unknown): Reference | undefined;
  /** Adds a row for a module as a whole. */
  referTo(place: number, space: ModuleSpace | 'requireOf', name: string): void;
  /** The module that a namespace is of, when the table has its exports. */
  namespaceOf(namespace: object): { readonly space: ModuleSpace; readonly name: string } | undefined;
  /**
   * Asks again with the tables of modules complete, and writes the row if the value is in one: for functions, and for
   * objects that hold functions. With the `file` that a function is from, its package's accessors are read too.
   */
  referLate(place: number, value: object, file?: string): boolean;
  /** True when values with this prototype may hold private members of a class. */
  mayStamp(proto: object): boolean;
  /** True when an object has private members of a class that is not in its chain. */
  isStray(object: object): boolean;
  /** True for what is saved by its name, with the tables of modules complete. */
  isNamedElsewhere(fn: Function): boolean;
  /** Why ordinary-looking objects with this prototype cannot be read, or undefined when they can. */
  verdict(proto: object): Verdict | undefined;
  /** The place of a scope; its parents and whatever bindings they have gained are discovered too. */
  scope(innermost: ScopeNode, parent: number): number;
  /** The scope at a place, for naming paths. */
  scopeAt(place: number): ScopeNode | undefined;
}
