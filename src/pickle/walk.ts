// The walk: live values to a graph. A queue, a memo and a loop; no recursion, no user code.
//
// Every value gets a place in the queue when it is first seen and is read when its turn comes: its brand picks a reducer,
// its own properties pick a segment, its cells go to the segment's columns. Functions wait until the queue is empty and
// are then described together, because capturing is cheaper and more exact in batches.
// Runs no getter, trap or method of a value; registered reducers are the only user code.
// Knows nothing of bytes, files or sessions.

import { types } from 'node:util';
import type { CodeEntry } from '../graph/code.js';
import { Column, type ListColumn, TAG } from '../graph/column.js';
import type { GraphIndex, GraphSink, LayoutDraft, Link, Pointer, SegmentDraftView } from '../graph/graph.js';
import { KINDS, type Kind } from '../graph/kinds.js';
import type { RowIds } from '../graph/row-ids.js';
import type { ModuleSpace } from '../graph/specifier.js';
import { tombstoneRecord } from '../realm/tombstone.js';
import { openCapture } from './capture/index.js';
import type { Capture, ScopeNode } from './capture/types.js';
import { CodeTable } from './code-table.js';
import type { Exemplar, Pool, Verdict, Walk, WeakEntry, WeakKind } from './context.js';
import { Dependants, NEED, type Need } from './dependants.js';
import { describeFunctions } from './functions.js';
import { basePlace, type Group, GroupTable } from './groups.js';
import { reportCopied } from './iterators.js';
import { CLASSES_MAX, Memo, noteWalked } from './memo.js';
import { moduleChoice } from './module-choice.js';
import { ModuleTable, type Reference } from './modules.js';
import { pathOf } from './paths.js';
import { Places, VISIT_CELLS } from './places.js';
import { PrototypeTable, pristinePrototype } from './prototypes.js';
import { foreignReason, RealmTable } from './realms.js';
import { writePool } from './reducers/buffers.js';
import { reduceKept, reduceOverridden } from './reducers/custom.js';
import { reduceObject } from './reducers/index.js';
import { readBare, readRun } from './reducers/object.js';
import { ScopeTable } from './scopes.js';
import { type SegmentDraft, type ShapeNode, ShapeTable } from './shape.js';
import { StamperTable } from './stampers.js';
import { tellTemplateStrings } from './template-strings.js';
import type { KeptGroup, ModuleName, PickleLoss, Root, WalkOptions, WalkResult } from './types.js';
import { WeakTable } from './weak.js';

const PROGRESS_EVERY = 4096;
/** Values of another vm context that are reported one by one. */
const FOREIGN_TOLD_MAX = 200;
/** A stripe ends after about so many cells, so that the memory for what is not yet bytes is bounded. */
const STRIPE_CELLS = 1 << 20;
/** Places at and below this are pools. */
const POOL_PLACES = -(2 ** 30);

/** Stands in the queue for what needs no visit: references and scopes. */
const SETTLED = Symbol('settled');

const NO_SINK: GraphSink = { stripe: () => {}, blob: () => {} };
type GroupDraft = GraphIndex['groups'][number];

const EMPTY_INDEX: GraphIndex = {
  groups: [],
  rootNames: [],
  roots: new Column(),
  rootLinks: [],
  codes: [],
};

/** Pickles roots to a graph, which goes to the sink stripe by stripe. */
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
  readonly losses: PickleLoss[] = [];
  readonly changes: PickleLoss[] = [];
  readonly places = new Places();
  /** Functions waiting to be described. */
  readonly waiting: number[] = [];
  readonly templateStrings: number[] = [];
  readonly copiedIterators: number[] = [];
  readonly owners = new Map<object, Function>();
  readonly ownerless = new Set<object>();
  readonly exemplars: Exemplar[] = [];
  readonly exemplarOf: (Exemplar | undefined)[] = new Array(CLASSES_MAX + 1).fill(undefined);
  readonly bareNodes = new Map<Kind, ShapeNode>();
  areClassesKnown = true;
  hasOddBuiltIns: boolean | undefined;
  hasOddHoles: boolean | undefined;
  /** The first of `late`; never when there is none. */
  nextLate = Number.POSITIVE_INFINITY;
  /** Places not yet visited of what modules export, ascending: it was met before that was known. */
  private late: number[] = [];
  private readonly exported = new Set<number>();
  /** The number that goes with the tag that `part` returned. */
  number = 0;
  private readonly standIns: ReadonlyMap<unknown, object> | undefined;
  private readonly sink: GraphSink;
  private readonly codes = new CodeTable();
  private readonly scopes = new ScopeTable();
  private readonly weaklings = new WeakTable();
  private readonly prototypes = new PrototypeTable();
  private readonly stampers = new StamperTable();
  private readonly realms = new RealmTable();
  private readonly dependants = new Dependants();
  /** Values of other contexts that were reported. */
  private foreignTold = 0;
  private readonly modules: ModuleTable;
  private readonly memo: Memo;
  private readonly pools = new Map<ArrayBufferLike, Pool>();
  private readonly poolList: Pool[] = [];
  private readonly groups: GroupTable;
  private group: Group;
  /** Segments with rows of the stripe that is being filled. */
  private stripe: SegmentDraft[] = [];
  private readonly base = new ShapeTable();
  private readonly baseStripe: SegmentDraft[] = [];
  private baseValues = 0;
  private readonly keptGroups: { readonly number: number; readonly group: GroupDraft }[] = [];
  /** Modules that references name, each once. */
  private readonly moduleNames = new Map<string, ModuleName>();
  private readonly rootCells = new Column();
  private readonly rootLinks: Link[] = [];
  private captureOnce: Capture | undefined;
  private next = 0;
  private nextProgress = PROGRESS_EVERY;
  private weight = 0;

  constructor(roots: readonly Root[], options: WalkOptions) {
    this.roots = roots;
    this.options = options;
    this.standIns = options.standIns;
    this.memo = new Memo({ places: this.places });
    this.sink = options.sink ?? NO_SINK;
    const { modules } = options;
    this.modules = new ModuleTable({ modules, choice: moduleChoice(options), capture: () => this.capture });
    const owners = this.placeRoots();
    this.groups = new GroupTable(owners, new Set(options.kept?.map(({ number }) => number)));
    this.group = this.groups.groups[0] as Group;
    this.next = owners;
  }

  // Code first: what is data may hold on to it, and is often larger.
  private placeRoots(): number {
    const { roots } = this;
    for (const isCode of [true, false]) {
      for (let r = 0; r < roots.length; r++) {
        const value = (roots[r] as Root).value;
        const isObject = (typeof value === 'object' && value !== null) || typeof value === 'function';
        if (!isObject || (typeof value === 'function') !== isCode || this.memo.get(value) !== undefined)
          continue;
        if (this.modules.find(value) === undefined) this.place(value, -1 - r, false);
      }
    }
    return this.places.count;
  }

  run(): void {
    if (this.options.isShallow === true) return this.look();
    const { groups } = this.groups;
    for (let g = 0; g < groups.length; g++) {
      const group = groups[g] as Group;
      this.group = group;
      group.start = this.places.count;
      const value = this.places.value(group.rootPlace);
      if (!this.referKnown(group.rootPlace, value)) this.visitRoot(group.rootPlace);
      this.drain();
      group.end = this.places.count;
      // The last group's stripe takes what had to wait.
      if (g + 1 < groups.length) this.endStripe();
    }
    if (!this.weaklings.isEmpty) this.growWeak();
    if (this.copiedIterators.length > 0) reportCopied(this);
    if (this.templateStrings.length > 0) tellTemplateStrings(this, this.templateStrings, this.codes.entries);
    if (!this.stampers.isEmpty) this.losses.push(...this.stampers.losses(this));
    if (!this.scopes.isEmpty || !this.weaklings.isEmpty || this.poolList.length > 0) this.writeLate();
    this.endStripe();
    if (this.dependants.areAnyLost)
      this.losses.push(...this.dependants.losses((place) => pathOf(this, place)));
    for (let r = 0; r < this.roots.length; r++) this.writeRoot(this.roots[r] as Root, r);
    for (const kept of this.options.kept ?? []) this.keptGroups.push(this.keptGroup(kept));
    this.endBase();
  }

  private visitRoot(place: number): void {
    if (!readBare(this, place)) this.visit(place);
  }

  // What entries of weak collections lead to belongs to the last group.
  private growWeak(): void {
    while (this.weaklings.grow(this)) {
      this.group.end = Number.POSITIVE_INFINITY;
      this.drain();
      this.group.end = this.places.count;
    }
  }

  // Reads every root without what it leads to; functions are not described.
  private look(): void {
    const count = this.places.count;
    for (const group of this.groups.groups) {
      this.group = group;
      group.start = this.places.count;
      if (typeof this.places.value(group.rootPlace) !== 'function') this.visit(group.rootPlace);
      group.end = this.places.count;
    }
    this.places.truncate(count);
    this.waiting.length = 0;
  }

  // What may grow until nothing is left to visit: scopes, and memory that small Buffers share.
  private writeLate(): void {
    const late = new Map<Group, { scopes: number[]; weak: number[]; pools: Pool[] }>();
    const of = (place: number): { scopes: number[]; weak: number[]; pools: Pool[] } => {
      const group = this.groups.at(place);
      let found = late.get(group);
      if (found === undefined) late.set(group, (found = { scopes: [], weak: [], pools: [] }));
      return found;
    };
    for (const place of this.scopes.places()) of(place).scopes.push(place);
    for (const place of this.weaklings.places()) of(place).weak.push(place);
    for (const pool of this.poolList) of(pool.place).pools.push(pool);
    const last = this.group;
    const groups = [...late.keys()].sort(
      (a, b) => Number(b === last) - Number(a === last) || a.number - b.number,
    );
    for (const group of groups) {
      if (group !== this.group) {
        this.endStripe();
        this.group = group;
      }
      const { scopes, weak, pools } = late.get(group) as { scopes: number[]; weak: number[]; pools: Pool[] };
      this.scopes.write(this, scopes);
      this.weaklings.write(this, weak);
      for (const pool of pools) writePool(this, pool);
    }
  }

  private writeRoot({ value, link: kept }: Root, index: number): void {
    if (kept !== undefined) {
      this.rootCells.push(TAG.link, this.rootLinks.push(kept) - 1);
      return;
    }
    const isObject =
      (typeof value === 'object' && value !== null) ||
      typeof value === 'function' ||
      typeof value === 'symbol';
    if (!isObject) return this.cell(this.rootCells, value, -1 - index);
    const link = this.groups.linkTo(this.discover(value, -1 - index));
    this.rootCells.push(TAG.link, this.rootLinks.push(link) - 1);
  }

  // What a kept group points to has places by now: the roots led to it.
  private keptGroup({ number, values, unit, links, codes }: KeptGroup): {
    number: number;
    group: GroupDraft;
  } {
    const group = {
      values,
      unit,
      links: links.map((link) =>
        'kept' in link ? link.kept : this.groups.linkTo(this.discover(link.value, -1)),
      ),
      codes: codes.map((entry) => this.codes.indexOf(entry)),
    };
    return { number, group };
  }

  result(): WalkResult {
    const { losses, changes } = this;
    noteWalked(this.places.count);
    if (this.options.isShallow === true)
      return { index: EMPTY_INDEX, values: 0, modules: [], losses, changes };
    const groups: GroupDraft[] = [{ values: this.baseValues, links: [], codes: [], unit: 0 }];
    for (const group of this.groups.groups) {
      const { values, links, codes, unit } = group;
      groups[group.number] = { values, links, codes, unit };
    }
    for (const { number, group } of this.keptGroups) groups[number] = group;
    // A number between may belong to nobody.
    for (let number = 0; number < groups.length; number++)
      groups[number] ??= { values: 0, links: [], codes: [], unit: number };
    const rootNames: string[] = [];
    for (const { name } of this.roots) rootNames.push(name);
    const index = {
      groups,
      rootNames,
      roots: this.rootCells,
      rootLinks: this.rootLinks,
      codes: this.codes.entries,
    };
    let values = 0;
    for (const group of groups) values += group.values;
    return { index, values, modules: [...this.moduleNames.values()], losses, changes };
  }

  close(): void {
    this.captureOnce?.close();
  }

  get capture(): Capture {
    this.captureOnce ??= openCapture(this.options);
    return this.captureOnce;
  }

  discover(value: unknown, parent: number, column?: Column): number {
    const known = this.memo.get(value, column);
    if (known !== undefined) return known > POOL_PLACES ? known : this.wholePool(known);
    if (typeof value === 'symbol') return this.symbol(value);
    const reference = this.modules.find(value);
    if (reference !== undefined) return this.baseReference(value, reference);
    if (this.standIns !== undefined || typeof value === 'function') return this.place(value, parent, false);
    const place = this.places.push(value, parent, this.memo.classNumber);
    this.memo.add(value, place);
    return place;
  }

  place(value: unknown, parent: number, isSettled: boolean): number {
    if (typeof value === 'function') this.stampers.meet(value);
    const { standIns } = this;
    const queued = isSettled ? SETTLED : standIns === undefined ? value : (standIns.get(value) ?? value);
    const place = this.places.push(queued, parent);
    this.memo.set(value, place);
    return place;
  }

  placeOf(value: unknown): number | undefined {
    return this.memo.get(value);
  }

  poolOf(buffer: ArrayBufferLike): Pool | undefined {
    return this.pools.get(buffer);
  }

  addPool(buffer: ArrayBufferLike, parent: number): Pool {
    const pool: Pool = { buffer, place: this.places.push(SETTLED, parent), ranges: [], isWhole: false };
    this.memo.set(buffer, POOL_PLACES - this.poolList.length);
    this.pools.set(buffer, pool);
    this.poolList.push(pool);
    return pool;
  }

  private wholePool(known: number): number {
    const pool = this.poolList[POOL_PLACES - known] as Pool;
    pool.isWhole = true;
    return pool.place;
  }

  cell(column: Column, value: unknown, parent: number): void {
    if (typeof value === 'number') column.number(value);
    else column.push(this.part(column, value, parent), this.number);
  }

  /** The tag of a value that is no number, for a cell of the column; its number is in `number`. */
  part(column: Column, value: unknown, parent: number): number {
    switch (typeof value) {
      case 'string':
        this.weight += value.length >> 3;
        this.number = column.textIndex(value);
        return TAG.string;
      case 'boolean':
        this.number = 0;
        return value ? TAG.true : TAG.false;
      case 'undefined':
        this.number = 0;
        return TAG.undefined;
      case 'bigint':
        this.number = column.textIndex(value.toString(16));
        return TAG.bigint;
      default:
        if (value === null) {
          this.number = 0;
          return TAG.null;
        }
        if (value !== column.lastValue) {
          column.lastPlace = this.discover(value, parent, column);
          column.lastValue = value;
        }
        return this.pointTo(column.lastPlace);
    }
  }

  expectChanges(): void {
    this.areClassesKnown = false;
    this.memo.endContents();
  }

  refer(column: Column, place: number): void {
    column.push(this.pointTo(place), this.number);
  }

  private pointTo(place: number): number {
    const { group } = this;
    if (place >= group.start && place < group.end) {
      this.number = place - group.start + 1;
      return TAG.ref;
    }
    if (place === group.rootPlace) {
      this.number = 0;
      return TAG.ref;
    }
    this.number = group.link(place, this.groups.linkTo);
    return TAG.link;
  }

  tie(place: number): void {
    if (place >= 0 && this.group.idOf(place) < 0) this.group.tie(this.groups.at(place));
  }

  idOf(place: number): number {
    return this.group.idOf(place);
  }

  list(column: ListColumn, values: readonly unknown[], parent: number): void {
    const { items } = column;
    const { length } = values;
    column.lengths.push(TAG.int, length);
    items.reserve(length);
    this.weight += length;
    // The column is written through local names: what V8 knows of them stays known.
    const { tags, numbers } = items;
    let seen = items.tagsSeen;
    let at = items.length;
    for (let i = 0; i < length; i++) {
      const value = values[i];
      let tag: number;
      if (typeof value === 'number') {
        tag = (value | 0) === value && (value !== 0 || 1 / value > 0) ? TAG.int : TAG.double;
        numbers[at] = value;
      } else if (typeof value === 'string') {
        tag = TAG.string;
        numbers[at] = items.textIndex(value);
        this.weight += value.length >> 3;
      } else {
        tag = this.part(items, value, parent);
        numbers[at] = this.number;
      }
      seen |= 1 << tag;
      tags[at++] = tag;
    }
    items.tagsSeen = seen;
    items.length = at;
  }

  weigh(cells: number): void {
    this.weight += cells;
  }

  get cellsLeft(): number {
    return STRIPE_CELLS - this.weight;
  }

  blob(bytes: Uint8Array): number {
    this.sink.blob(this.group.number, bytes);
    return this.group.blobs++;
  }

  watched(bytes: Uint8Array, place: number): Uint8Array {
    const { onBytes, isQuiet } = this.options;
    if (onBytes === undefined) return bytes;
    if (isQuiet !== true) this.expectChanges();
    return onBytes(bytes, () => pathOf(this, place).path);
  }

  row(node: ShapeNode, place: number): SegmentDraft {
    const segment = node.end();
    if (!segment.isOpen) this.open(segment, place);
    segment.ids.push(this.group.idOf(place));
    return segment;
  }

  open(segment: SegmentDraft, place: number): void {
    segment.isOpen = true;
    this.stripe.push(segment);
    if (segment.proto !== null && segment.proto !== undefined) {
      this.meet(segment.proto);
      this.discover(segment.proto, place);
    }
    for (const key of segment.keys) if (typeof key === 'symbol') this.discover(key, place);
    for (const brand of segment.brands) this.tie(this.discover(brand.owner, place));
  }

  // Built-ins of another context are known before anything that inherits from them is written.
  private meet(proto: object): void {
    if (!this.realms.meet(proto)) return;
    this.modules.stand(this.realms.all);
    this.referWaiting();
  }

  homeOf(proto: object): object {
    this.meet(proto);
    return this.realms.all.get(proto) ?? proto;
  }

  isOfAnotherContext(proto: object): boolean {
    return this.realms.isForeign(proto);
  }

  // Everything read so far becomes bytes; its columns are empty again.
  private endStripe(): void {
    this.weight = 0;
    if (this.stripe.length === 0) return;
    for (const segment of this.stripe) {
      const { proto } = segment;
      if (proto !== null && proto !== undefined && this.realms.isForeign(proto)) this.reportForeign(segment);
      if (segment.brands.length > 0) this.noteInstances(segment);
    }
    const segments = this.viewsOf(this.stripe);
    if (this.options.onStripe !== undefined && this.options.isQuiet !== true) this.expectChanges();
    this.options.onStripe?.(segments, (ids, row) => this.rowPath(ids, row));
    this.sink.stripe(this.group.number, segments);
    for (const segment of this.stripe) segment.clear();
    this.stripe = [];
  }

  private viewsOf(segments: readonly SegmentDraft[]): SegmentDraftView[] {
    const views: SegmentDraftView[] = [];
    for (const segment of segments) {
      const { ids, state, properties } = segment;
      views.push({ layout: this.layoutOf(segment), ids, state, properties });
    }
    return views;
  }

  private rowPath(ids: RowIds, row: number): string {
    return pathOf(this, this.rowPlace(ids, row)).path;
  }

  private rowPlace(ids: RowIds, row: number): number {
    const id = ids.at(row);
    return id === 0 ? this.group.rootPlace : this.group.start + id - 1;
  }

  private noteInstances({ brands, ids }: SegmentDraft): void {
    for (const { owner, isStatic } of brands) {
      const on = isStatic ? -1 : (this.memo.get(owner) ?? -1);
      for (let row = 0; row < ids.length && on >= 0; row++) {
        if (!this.dependants.note(this.rowPlace(ids, row), on, NEED.instance)) break;
      }
    }
  }

  // Prototypes are reported with what inherits from them.
  private reportForeign({ kind, proto, ids }: SegmentDraft): void {
    if (kind === KINDS.prototype || kind === KINDS.tombstone) return;
    const { what, reason, hint } = foreignReason(kind.name, this.homeOf(proto as object));
    for (let row = 0; row < ids.length && this.foreignTold <= FOREIGN_TOLD_MAX; row++) {
      const isLast = ++this.foreignTold > FOREIGN_TOLD_MAX;
      this.change(this.rowPlace(ids, row), what, isLast ? `${reason}, as are others after it` : reason, hint);
    }
  }

  private layoutOf(segment: SegmentDraft): LayoutDraft {
    const { kind, proto, flags, attributes, reducer, version } = segment;
    const keys: (string | Pointer)[] = [];
    for (const key of segment.keys) keys.push(typeof key === 'string' ? key : this.pointer(key));
    const brands: LayoutDraft['brands'][number][] = [];
    for (const { owner, isStatic, names } of segment.brands)
      brands.push({ owner: this.pointer(owner), isStatic, names });
    return {
      kind,
      proto: proto === null || proto === undefined ? proto : this.pointer(proto),
      flags,
      keys,
      attributes,
      brands,
      reducer,
      version,
    };
  }

  private pointer(value: unknown): Pointer {
    const isLink = this.pointTo(this.memo.get(value) as number) === TAG.link;
    return { isLink, number: this.number };
  }

  bury(place: number, what: string, reason: string, hint: string): void {
    const { root, path } = pathOf(this, place);
    this.losses.push({ root, path, what, reason, hint });
    const value = this.places.value(place) as object;
    this.options.onBury?.(path, value);
    this.dependants.lose(place, { reason, hint });
    this.tombstone(place, { path, what, reason, hint, isCallable: typeof value === 'function' });
  }

  needs(place: number, on: number, need: Need): void {
    if (on >= 0) this.dependants.note(place, on, need);
  }

  change(place: number, what: string, reason: string, hint: string): void {
    const { root, path } = pathOf(this, place);
    this.changes.push({ root, path, what, reason, hint });
  }

  code(entry: CodeEntry): number {
    return this.group.code(entry, (one) => this.codes.indexOf(one));
  }

  referenceTo(value: unknown): Reference | undefined {
    return this.modules.find(value);
  }

  referTo(place: number, space: ModuleSpace | 'requireOf', name: string): void {
    this.reference(place, space, name, []);
  }

  namespaceOf(namespace: object): { readonly space: ModuleSpace; readonly name: string } | undefined {
    return this.modules.namespaceOf(namespace);
  }

  get mayMeetExports(): boolean {
    return this.modules.mayLearn;
  }

  passLate(): void {
    this.nextLate = this.late.shift() ?? Number.POSITIVE_INFINITY;
  }

  // What was met before the tables knew it, and waits to be visited, is a reference after all.
  private referWaiting(): void {
    for (const object of this.modules.objects()) {
      const place = this.memo.find(object);
      if (place !== undefined && place >= this.next) this.exported.add(place);
    }
    this.late = [...this.exported].filter((place) => place >= this.next).sort((a, b) => a - b);
    this.passLate();
  }

  private referKnown(place: number, value: unknown): boolean {
    const reference = this.modules.find(value);
    if (reference !== undefined) this.reference(place, reference.space, reference.name, reference.path);
    return reference !== undefined;
  }

  referLate(place: number, value: object, file?: string): boolean {
    const { modules } = this;
    const proto = typeof value === 'object' ? (Object.getPrototypeOf(value) as object | null) : null;
    if (proto !== null && this.realms.isForeign(proto)) this.meet(value);
    if (modules.complete()) this.referWaiting();
    if (modules.find(value) === undefined && modules.findLazy(value) === undefined) {
      const hasMore = file === undefined ? modules.learnFrom(value) : modules.learnPackage(file);
      if (hasMore) this.referWaiting();
    }
    return this.referKnown(place, value);
  }

  mayStamp(proto: object): boolean {
    return this.prototypes.mayStamp(this, proto);
  }

  isStray(object: object): boolean {
    return this.stampers.isStray(this, object);
  }

  isNamedElsewhere(fn: Function): boolean {
    const { modules } = this;
    if (modules.complete()) this.referWaiting();
    if (modules.find(fn) !== undefined || modules.findLazy(fn) !== undefined) return true;
    if (modules.learnFrom(fn)) this.referWaiting();
    return modules.find(fn) !== undefined;
  }

  verdict(proto: object): Verdict | undefined {
    return this.prototypes.verdict(this, proto);
  }

  weak(place: number, kind: WeakKind, entries: readonly WeakEntry[]): void {
    this.weaklings.add(this, place, kind, entries);
  }

  scope(innermost: ScopeNode, parent: number): number {
    return this.scopes.discover(this, innermost, parent);
  }

  scopeAt(place: number): ScopeNode | undefined {
    return this.scopes.at(place);
  }

  // Something that every process of the kind has.
  private reference(place: number, space: string, name: string, path: readonly string[]): void {
    this.writeReference(this.row(this.shapes.root(KINDS.reference, undefined, 0), place), {
      space,
      name,
      path,
    });
  }

  private writeReference(
    segment: SegmentDraft,
    { space, name, path }: { space: string; name: string; path: readonly string[] },
  ): void {
    if (space === 'import' || space === 'require' || space === 'importFile' || space === 'requireFile')
      this.moduleNames.set(`${space} ${name}`, { space, specifier: name });
    const [spaces, names, paths] = segment.state as [Column, Column, ListColumn];
    this.cell(spaces, space, 0);
    this.cell(names, name, 0);
    this.list(paths, path, 0);
  }

  // What every group may point to without needing another one.
  private baseReference(value: unknown, reference: Reference): number {
    const place = basePlace(this.baseValues);
    this.memo.set(value, place);
    this.writeReference(this.baseRow(KINDS.reference), reference);
    return place;
  }

  private symbol(symbol: symbol): number {
    const reference = this.modules.find(symbol);
    if (reference !== undefined) return this.baseReference(symbol, reference);
    const place = basePlace(this.baseValues);
    this.memo.set(symbol, place);
    const segment = this.baseRow(KINDS.symbol);
    const key = Symbol.keyFor(symbol);
    this.cell(segment.state[0] as Column, key !== undefined, 0);
    this.cell(segment.state[1] as Column, key ?? symbol.description, 0);
    return place;
  }

  private baseRow(kind: typeof KINDS.reference | typeof KINDS.symbol): SegmentDraft {
    const segment = this.base.root(kind, undefined, 0).end();
    if (!segment.isOpen) {
      segment.isOpen = true;
      this.baseStripe.push(segment);
    }
    segment.ids.push(this.baseValues++);
    return segment;
  }

  private endBase(): void {
    if (this.baseStripe.length === 0) return;
    this.sink.stripe(0, this.viewsOf(this.baseStripe));
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
      while (this.next < this.places.count) {
        const place = this.next;
        const after = readRun(this, place);
        if (after > place) this.next = after;
        else this.visit(this.next++);
        this.weight += (this.next - place) * VISIT_CELLS;
        if (this.weight > STRIPE_CELLS) this.endStripe();
        if (onProgress !== undefined && this.next >= this.nextProgress) {
          this.nextProgress = this.next + PROGRESS_EVERY;
          if (this.options.isQuiet !== true) this.expectChanges();
          onProgress(this.next);
        }
      }
      if (this.waiting.length === 0) return;
      describeFunctions(this, this.waiting.splice(0));
    }
  }

  private visit(place: number): void {
    const value = this.places.value(place);
    if (value === SETTLED) return;
    if (this.exported.has(place) && this.referKnown(place, value)) return;
    const record = tombstoneRecord(value as object);
    if (record !== undefined) {
      if (!reduceKept(this, place, value as object)) this.visitTombstone(place, record);
      return;
    }
    if (this.options.override !== undefined && reduceOverridden(this, place, value as object)) return;
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
    if (typeof prototype !== 'object' || prototype === null) return;
    if (descriptor?.writable === false) this.owners.set(prototype, value);
    // That of a generator function does not name it. Two functions may have been given one.
    else if (
      types.isGeneratorFunction(value) &&
      !this.owners.has(prototype) &&
      !this.ownerless.has(prototype)
    )
      if (pristinePrototype(value) !== undefined) this.owners.set(prototype, value);
  }

  private visitTombstone(place: number, record: NonNullable<ReturnType<typeof tombstoneRecord>>): void {
    this.losses.push({ root: pathOf(this, place).root, ...record });
    this.options.onBury?.(record.path, this.places.value(place) as object);
    this.dependants.lose(place, record);
    this.tombstone(place, record);
  }
}
