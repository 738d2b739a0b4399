// The walk: live values to a graph. A queue, a memo and a loop; no recursion, no user code.
//
// Every value gets a place in the queue when it is first seen and is read when its turn comes: its brand picks a reducer,
// its own properties pick a segment, its cells go to the segment's columns. Functions wait until the queue is empty and
// are then described together, because capturing is cheaper and more exact in batches.
// Runs no getter, trap or method of a value; registered reducers are the only user code.
// Knows nothing of bytes, files or sessions.

import { types } from 'node:util';
import type { CodeEntry } from '../graph/code.js';
import { Column, type ListColumn, TAG, type TextMemory } from '../graph/column.js';
import type { Graph } from '../graph/graph.js';
import { KINDS } from '../graph/kinds.js';
import { tombstoneRecord } from '../realm/tombstone.js';
import { assembleGraph } from './assemble.js';
import { openCapture } from './capture/index.js';
import type { Capture, ScopeNode } from './capture/types.js';
import { CodeTable } from './code-table.js';
import type { Exemplar, Pool, Verdict, Walk } from './context.js';
import { describeFunctions } from './functions.js';
import { ModuleTable, type Reference } from './modules.js';
import { pathOf } from './paths.js';
import { PrototypeTable } from './prototypes.js';
import { reduceObject } from './reducers/index.js';
import { readRun } from './reducers/object.js';
import { ScopeTable } from './scopes.js';
import { type SegmentDraft, type ShapeNode, ShapeTable } from './shape.js';
import type { PickleLoss, Root, WalkOptions, WalkResult } from './types.js';

const PROGRESS_EVERY = 4096;
/** After so many strings of a column it is decided whether looking the others up pays. */
const TEXTS_ASKED = 256;

const EMPTY: Graph = {
  segments: [],
  count: 0,
  strings: [],
  blobs: [],
  codes: [],
  rootNames: [],
  roots: new Column(),
};

/** Stands in the queue for what needs no visit: references and scopes. */
const SETTLED = Symbol('settled');

/** Pickles roots to a graph. */
export function walk(roots: readonly Root[], options: WalkOptions): WalkResult {
  const state = new Walker(roots, options);
  try {
    state.run();
    return state.result();
  } finally {
    state.close();
  }
}

/** The state of one walk. */
class Walker implements Walk {
  readonly roots: readonly Root[];
  readonly options: WalkOptions;
  readonly shapes = new ShapeTable();
  readonly segments: SegmentDraft[] = [];
  private readonly codes = new CodeTable();
  private readonly scopes = new ScopeTable();
  private readonly prototypes = new PrototypeTable();
  private readonly modules: ModuleTable;
  readonly losses: PickleLoss[] = [];
  readonly changes: PickleLoss[] = [];
  readonly values: unknown[] = [];
  readonly parents: number[] = [];
  readonly blobs: Uint8Array[] = [];
  /** Functions waiting to be described. */
  readonly waiting: number[] = [];
  readonly pools = new Map<ArrayBufferLike, Pool>();
  readonly owners = new Map<object, Function>();
  readonly exemplars: Exemplar[] = [];
  bareArrays: ShapeNode | undefined;
  private readonly memo = new Map<unknown, number>();
  private readonly strings: string[] = [];
  private readonly stringIndices = new Map<string, number>();
  private readonly rootColumn = new Column();
  private captureOnce: Capture | undefined;
  private next = 0;
  private nextProgress = PROGRESS_EVERY;

  constructor(roots: readonly Root[], options: WalkOptions) {
    this.roots = roots;
    this.options = options;
    this.modules = new ModuleTable(options.modules);
  }

  run(): void {
    if (this.options.isShallow === true) return this.look();
    this.roots.forEach((root, index) => {
      this.cell(this.rootColumn, root.value, -1 - index);
      this.drain();
    });
  }

  // Reads every root without what it leads to; functions are not described.
  private look(): void {
    this.roots.forEach((root, index) => this.cell(this.rootColumn, root.value, -1 - index));
    const count = this.values.length;
    for (let place = 0; place < count; place++)
      if (typeof this.values[place] !== 'function') this.visit(place);
    this.waiting.length = 0;
  }

  result(): WalkResult {
    if (this.options.isShallow === true) return { graph: EMPTY, losses: this.losses, changes: this.changes };
    const graph = assembleGraph(this, {
      roots: this.rootColumn,
      codes: this.codes.entries,
      scopes: this.scopes,
      strings: () => this.strings,
    });
    return { graph, losses: this.losses, changes: this.changes };
  }

  close(): void {
    this.captureOnce?.close();
  }

  get capture(): Capture {
    this.captureOnce ??= openCapture();
    return this.captureOnce;
  }

  discover(value: unknown, parent: number): number {
    const known = this.memo.get(value);
    if (known !== undefined) return known;
    const reference = this.modules.find(value);
    const place = this.place(value, parent, reference !== undefined);
    if (reference !== undefined) this.reference(place, reference.space, reference.name, reference.path);
    return place;
  }

  place(value: unknown, parent: number, isSettled: boolean): number {
    const place = this.values.length;
    this.memo.set(value, place);
    this.values.push(isSettled ? SETTLED : value);
    this.parents.push(parent);
    return place;
  }

  placeOf(value: unknown): number | undefined {
    return this.memo.get(value);
  }

  cell(column: Column, value: unknown, parent: number): void {
    switch (typeof value) {
      case 'number':
        column.number(value);
        return;
      case 'string':
        column.push(TAG.string, this.text(column.texts, value));
        return;
      case 'boolean':
        column.push(value ? TAG.true : TAG.false, 0);
        return;
      case 'undefined':
        column.push(TAG.undefined, 0);
        return;
      case 'bigint':
        column.push(TAG.bigint, this.string(value.toString(16)));
        return;
      default:
        if (value === null) column.push(TAG.null, 0);
        else column.push(TAG.ref, this.discover(value, parent));
    }
  }

  list(column: ListColumn, values: readonly unknown[], parent: number): void {
    column.lengths.push(TAG.int, values.length);
    column.items.reserve(values.length);
    for (let i = 0; i < values.length; i++) this.cell(column.items, values[i], parent);
  }

  string(text: string): number {
    const known = this.stringIndices.get(text);
    if (known !== undefined) return known;
    const index = this.strings.push(text) - 1;
    this.stringIndices.set(text, index);
    return index;
  }

  // Index of a string of a column; looked up only while that column's strings repeat.
  private text(memory: TextMemory, text: string): number {
    if (text === memory.last) return memory.lastIndex;
    let index: number;
    if (memory.isDistinct) index = this.strings.push(text) - 1;
    else {
      const count = this.strings.length;
      index = this.string(text);
      if (index === count) memory.fresh++;
      if (++memory.asked === TEXTS_ASKED) memory.isDistinct = memory.fresh * 2 > TEXTS_ASKED;
    }
    memory.last = text;
    memory.lastIndex = index;
    return index;
  }

  blob(bytes: Uint8Array): number {
    return this.blobs.push(bytes) - 1;
  }

  row(node: ShapeNode, place: number): SegmentDraft {
    const segment = node.end((made) => {
      this.segments.push(made);
      if (made.proto !== null && made.proto !== undefined) this.discover(made.proto, place);
      for (const key of made.keys) if (typeof key === 'symbol') this.discover(key, place);
      for (const brand of made.brands) this.discover(brand.owner, place);
    });
    segment.rows.push(place);
    return segment;
  }

  bury(place: number, what: string, reason: string, hint: string): void {
    const { root, path } = pathOf(this, place);
    this.losses.push({ root, path, what, reason, hint });
    const isCallable = typeof this.values[place] === 'function';
    this.tombstone(place, { path, what, reason, hint, isCallable });
  }

  change(place: number, what: string, reason: string, hint: string): void {
    const { root, path } = pathOf(this, place);
    this.changes.push({ root, path, what, reason, hint });
  }

  code(entry: CodeEntry): number {
    return this.codes.indexOf(entry);
  }

  referenceTo(value: unknown): Reference | undefined {
    return this.modules.find(value);
  }

  refer(place: number, space: 'import' | 'require', name: string): void {
    this.reference(place, space, name, []);
  }

  referLate(place: number, value: object): boolean {
    this.modules.complete();
    const reference = this.modules.find(value);
    if (reference !== undefined) this.reference(place, reference.space, reference.name, reference.path);
    return reference !== undefined;
  }

  mayStamp(proto: object): boolean {
    return this.prototypes.mayStamp(this, proto);
  }

  verdict(proto: object): Verdict | undefined {
    return this.prototypes.verdict(this, proto);
  }

  scope(innermost: ScopeNode, parent: number): number {
    return this.scopes.discover(this, innermost, parent);
  }

  scopeAt(place: number): ScopeNode | undefined {
    return this.scopes.at(place);
  }

  // Something that every process of the kind has.
  private reference(place: number, space: string, name: string, path: readonly string[]): void {
    const segment = this.row(this.shapes.root(KINDS.reference, undefined, 0), place);
    const [spaces, names, paths] = segment.state as [Column, Column, ListColumn];
    this.cell(spaces, space, place);
    this.cell(names, name, place);
    this.list(paths, path, place);
  }

  private tombstone(
    place: number,
    record: { path: string; what: string; reason: string; hint: string; isCallable: boolean },
  ): void {
    const segment = this.row(this.shapes.root(KINDS.tombstone, undefined, 0), place);
    const fields = [record.path, record.what, record.reason, record.hint, record.isCallable];
    fields.forEach((field, index) => this.cell(segment.state[index] as Column, field, place));
  }

  private drain(): void {
    const onProgress = this.options.onProgress;
    for (;;) {
      while (this.next < this.values.length) {
        const place = this.next;
        const after = readRun(this, place);
        if (after > place) this.next = after;
        else this.visit(this.next++);
        if (onProgress !== undefined && this.next >= this.nextProgress) {
          this.nextProgress = this.next + PROGRESS_EVERY;
          onProgress(this.next);
        }
      }
      if (this.waiting.length === 0) return;
      describeFunctions(this, this.waiting.splice(0));
    }
  }

  private visit(place: number): void {
    const value = this.values[place];
    if (value === SETTLED) return;
    if (typeof value === 'symbol') return this.visitSymbol(place, value);
    const record = tombstoneRecord(value as object);
    if (record !== undefined) return this.visitTombstone(place, record);
    if (typeof value !== 'function') return reduceObject(this, place, value as object);
    this.noteClass(value);
    if (!this.referLate(place, value)) this.waiting.push(place);
  }

  // A class and its prototype object belong together even when `constructor` was deleted or replaced. Functions are
  // described last, and instances lead to the prototype before.
  private noteClass(value: Function): void {
    if (types.isProxy(value)) return;
    const descriptor = Object.getOwnPropertyDescriptor(value, 'prototype');
    const prototype: unknown = descriptor?.value;
    if (descriptor?.writable === false && typeof prototype === 'object' && prototype !== null) {
      this.owners.set(prototype, value);
    }
  }

  private visitTombstone(place: number, record: NonNullable<ReturnType<typeof tombstoneRecord>>): void {
    this.losses.push({ root: pathOf(this, place).root, ...record });
    this.tombstone(place, record);
  }

  private visitSymbol(place: number, symbol: symbol): void {
    const segment = this.row(this.shapes.root(KINDS.symbol, undefined, 0), place);
    const key = Symbol.keyFor(symbol);
    this.cell(segment.state[0] as Column, key !== undefined, place);
    this.cell(segment.state[1] as Column, key ?? symbol.description, place);
  }
}
