// Building: a graph to live values, in two passes. First every value exists, at least as an empty shell, so that anything
// may point to anything; then everything is filled. No recursion on data; only what cannot exist without another value
// (a prototype, a bound target, a class's heritage) makes that one first, to a bounded depth.
//
// Runs registered revivers and the text of functions and classes; nothing else of the user's.
// Knows nothing of bytes or files.

import {
  BrineError,
  CorruptSnapshotError,
  LimitError,
  RestrictedError,
  TombstoneError,
  type UnpicklingError,
} from '../errors.js';
import { type Cells, type ListCells, numberAt, TAG, tagAt } from '../graph/column.js';
import { type Graph, type Segment, segmentBefore } from '../graph/graph.js';
import { createTombstone, type TombstoneRecord } from '../realm/tombstone.js';
import { bigintOf } from './bigint.js';
import type { Captured } from './captured.js';
import { CodeRows } from './code-rows.js';
import type { Builder } from './context.js';
import { reviveCustoms } from './customs.js';
import { fillProperties, finishObjects } from './fill.js';
import { FillClock } from './fill-clock.js';
import { isPlain, LARGE_GRAPH, Letting } from './letting.js';
import type { Rebuilder } from './rebuild/types.js';
import { Ref } from './rebuild/types.js';
import { reviverOf } from './revivers/index.js';
import { PENDING, type Reviver } from './revivers/types.js';
import type { BuildOptions, BuildResult } from './types.js';
import { isUnfinished } from './unfinished.js';

const MADE = { no: 0, busy: 1, yes: 2 } as const;

/** Builds the values of a graph, of which no column may be asked for afterwards. */
export function buildGraph(graph: Graph, options: BuildOptions): BuildResult {
  try {
    return new GraphBuilder(graph, options).run();
  } catch (error) {
    if (error instanceof BrineError) throw error;
    throw new CorruptSnapshotError('SNAPSHOT_STRUCTURE', `the graph cannot be built: ${messageOf(error)}`, {
      cause: error,
      hint: 'it was written by a broken or hostile program, or by a Node with other built-ins',
    });
  }
}

/** The state of one build. */
class GraphBuilder implements Builder {
  readonly graph: Graph;
  readonly options: BuildOptions;
  readonly values: unknown[];
  readonly isData: boolean;
  readonly isPlain: boolean;
  private readonly areBuiltIns: boolean;
  private readonly withheld: Partial<Record<Captured['captured'], number>> = {};
  private readonly losses: { readonly id: number; readonly record: TombstoneRecord }[] = [];
  private readonly buried = new Set<number>();
  private readonly bigints = new Map<string, bigint>();
  private readonly code: CodeRows;
  private readonly made: Uint8Array;
  private readonly starts = new Map<ListCells, Float64Array>();
  private depth = 0;
  private growthBytes = 0;
  readonly fillClock: FillClock;
  private done = 0;

  constructor(graph: Graph, options: BuildOptions) {
    this.graph = graph;
    this.options = options;
    this.isData = options.policy.mode !== 'trusted';
    this.fillClock = new FillClock(options.limits.collisionMsMax);
    const { count, externals } = graph;
    this.values = new Array<unknown>(count + externals.length).fill(undefined);
    this.made = new Uint8Array(count + externals.length);
    for (let i = 0; i < externals.length; i++) this.values[count + i] = externals[i];
    this.made.fill(MADE.yes, count);
    this.code = new CodeRows(this);
    this.areBuiltIns = graph.segments.every(isPlain);
    this.isPlain = this.areBuiltIns && count >= LARGE_GRAPH && !this.isData && options.classes === undefined;
  }

  run(): BuildResult {
    const { segments } = this.graph;
    const whole = new Set<Segment>();
    let hasCustoms = false;
    for (const { layout } of segments) if (layout.kind.name === 'custom') hasCustoms = true;
    const memory = this.isPlain ? new Letting(this) : undefined;
    // What is missing in this process is reported with the way to it, for which the columns are read.
    if (this.areBuiltIns)
      for (const segment of segments) if (segment.layout.kind.name === 'reference') this.makeSegment(segment);
    for (let i = segments.length - 1; i >= 0; i--) {
      const segment = segments[i] as Segment;
      const isWhole = !hasCustoms && this.makeWhole(segment);
      if (isWhole) whole.add(segment);
      else this.makeSegment(segment);
      const isComplete = isWhole && !isUnfinished(segment);
      if (isComplete) segment.close();
      memory?.made(i, isComplete);
    }
    const isFilled = hasCustoms ? reviveCustoms(this) : undefined;
    if (hasCustoms) for (const segment of segments) this.makeSegment(segment);
    for (const segment of segments) {
      if (!whole.has(segment)) this.fillRows(segment, 0, segment.rows, isFilled);
      else if (isUnfinished(segment)) this.reviver(segment).patch?.(this, segment);
      segment.close();
    }
    this.code.finish();
    this.options.classes?.migrate(this);
    for (const segment of segments) finishObjects(this, segment);
    const losses: TombstoneRecord[] = [];
    if (this.losses.length > 0)
      for (const { record } of this.losses.sort((a, b) => a.id - b.id)) losses.push(record);
    return { values: this.values, losses, withheld: this.withheld };
  }

  lose(id: number, record: TombstoneRecord): void {
    this.losses.push({ id, record });
  }

  chargeGrowth(bytes: number): void {
    const { growthBytesMax } = this.options.limits;
    this.growthBytes += bytes;
    if (this.growthBytes <= growthBytesMax) return;
    const message = `buffers that may grow to ${this.growthBytes} bytes; the limit is ${growthBytesMax}`;
    throw new LimitError('LIMIT_EXCEEDED', message, { hint: 'raise growthBytesMax if you trust the file' });
  }

  withhold(sort: Captured['captured']): void {
    this.withheld[sort] = (this.withheld[sort] ?? 0) + 1;
  }

  // The one way to anything that compiles a text of the file.
  get rebuilder(): Rebuilder {
    if (this.isData)
      throw new RestrictedError(
        'RESTRICTED_CODE',
        'the snapshot is opened as data, and this would make code',
        {
          hint: 'open it as trusted if you trust whoever wrote it',
        },
      );
    return this.code.rebuilder;
  }

  isHome(id: number): boolean {
    return !this.isData && this.code.homes.has(id);
  }

  get hasHomes(): boolean {
    return !this.isData && this.code.homes.size > 0;
  }

  /** Fills rows of a segment: kind's state, properties, private fields. Doing it twice gives the same. */
  fillRows(segment: Segment, from: number, to: number, isFilled?: (id: number) => boolean): void {
    const reviver = this.reviver(segment);
    if (reviver.isInert === true) return reviver.fill?.(this, segment, from, to);
    if (isFilled !== undefined || (this.buried.size > 0 && to - from > 1)) {
      for (let row = from; row < to; row++) {
        if (isFilled?.(segment.firstId + row) !== true) this.fillRows(segment, row, row + 1);
      }
      return;
    }
    if (to - from === 1 && this.buried.has(segment.firstId + from)) return;
    reviver.fill?.(this, segment, from, to);
    if (segment.layout.kind.hasShape) fillProperties(this, segment, from, to);
    this.progress(to - from);
  }

  value(cells: Cells, i: number): unknown {
    switch (tagAt(cells, i)) {
      case TAG.undefined:
        return undefined;
      case TAG.null:
        return null;
      case TAG.false:
        return false;
      case TAG.true:
        return true;
      case TAG.int:
      case TAG.double:
        return numberAt(cells, i);
      case TAG.string:
        return cells.texts[numberAt(cells, i)];
      case TAG.bigint:
        return this.bigint(cells.texts[numberAt(cells, i)] as string);
      case TAG.ref:
        return this.values[numberAt(cells, i)];
      case TAG.blob:
        return this.graph.blobs[numberAt(cells, i)];
      default:
        throw this.corrupt('a hole outside an array');
    }
  }

  ensured(cells: Cells, i: number): unknown {
    return tagAt(cells, i) === TAG.ref ? this.ensure(numberAt(cells, i)) : this.value(cells, i);
  }

  cell(cells: Cells, i: number): unknown {
    return tagAt(cells, i) === TAG.ref ? new Ref(numberAt(cells, i)) : this.value(cells, i);
  }

  text(cells: Cells, i: number): string {
    const value = this.value(cells, i);
    if (typeof value !== 'string') throw this.corrupt('a text is expected and something else is there');
    return value;
  }

  number(cells: Cells, i: number): number {
    const value = this.value(cells, i);
    if (typeof value !== 'number') throw this.corrupt('a number is expected and something else is there');
    return value;
  }

  lists(
    list: ListCells,
    from: number,
    to: number,
    visit: (row: number, start: number, end: number) => void,
  ): void {
    let start = from === 0 ? 0 : (this.startsOf(list)[from] as number);
    for (let row = from; row < to; row++) {
      const end = start + numberAt(list.lengths, row);
      visit(row, start, end);
      start = end;
    }
  }

  // Where each list starts; only needed when rows are read one by one.
  private startsOf(list: ListCells): Float64Array {
    let starts = this.starts.get(list);
    if (starts === undefined) {
      starts = new Float64Array(list.lengths.length);
      for (let row = 1; row < starts.length; row++) {
        starts[row] = (starts[row - 1] as number) + numberAt(list.lengths, row - 1);
      }
      this.starts.set(list, starts);
    }
    return starts;
  }

  checkPaired(a: ListCells, b: ListCells): void {
    for (let row = 0; row < a.lengths.length; row++) {
      if (numberAt(a.lengths, row) !== numberAt(b.lengths, row))
        throw this.corrupt('two lists differ in length');
    }
  }

  borrow(id: number, value: unknown): void {
    this.buried.add(id);
    this.settle(id, value);
  }

  isBuried(id: number): boolean {
    return this.buried.has(id) || id >= this.graph.count;
  }

  isMade(id: number): boolean {
    return this.made[id] === MADE.yes;
  }

  ensure(id: number): unknown {
    if (this.made[id] === MADE.yes) return this.values[id];
    const segment = this.segmentOf(id);
    if (this.made[id] === MADE.busy) throw this.corrupt(`value ${id} needs itself to exist`);
    const { dependencyDepthMax } = this.options.limits;
    if (++this.depth > dependencyDepthMax) {
      throw new LimitError(
        'LIMIT_EXCEEDED',
        `values that need each other to exist, deeper than ${dependencyDepthMax}`,
        {
          hint: 'a chain of prototypes, classes or bound functions is long; raise dependencyDepthMax if you trust the file',
        },
      );
    }
    try {
      this.make(segment, id - segment.firstId);
    } finally {
      this.depth--;
    }
    return this.values[id];
  }

  settle(id: number, value: unknown): void {
    this.values[id] = value;
    this.made[id] = MADE.yes;
  }

  bury(id: number, what: string, reason: string, hint: string, isCallable = false): void {
    const record = { path: this.nameOf(id), what, reason, hint, isCallable };
    this.lose(id, record);
    this.buried.add(id);
    this.settle(id, createTombstone(record));
  }

  segmentOf(id: number): Segment {
    return segmentBefore(this.graph.segments, id) as Segment;
  }

  corrupt(why: string): UnpicklingError | CorruptSnapshotError {
    return new CorruptSnapshotError('SNAPSHOT_STRUCTURE', `the graph contradicts itself: ${why}`, {
      hint: 'it was written by a broken or hostile program',
    });
  }

  // The way to a value, or a number where none is known.
  private nameOf(id: number): string {
    return this.options.pathOf?.(id) ?? `value ${id}`;
  }

  // Values of later segments exist by now, so most references can be put in at once.
  private makeWhole(segment: Segment): boolean {
    const reviver = this.reviver(segment);
    if (reviver.makeAll === undefined) return false;
    const { firstId, rows, layout } = segment;
    // Making the prototype may make one of the rows.
    if (typeof layout.proto === 'number') this.ensure(layout.proto);
    if (!this.isUntouched(firstId, rows)) return false;
    if (!reviver.makeAll(this, segment)) return false;
    this.made.fill(MADE.yes, firstId, firstId + rows);
    this.progress(rows);
    return true;
  }

  // Searching is V8's own work, which need not be compiled first.
  private isUntouched(firstId: number, rows: number): boolean {
    const made = rows === this.made.length ? this.made : this.made.subarray(firstId, firstId + rows);
    return !made.includes(MADE.yes) && !made.includes(MADE.busy);
  }

  private makeSegment(segment: Segment): void {
    for (let row = 0; row < segment.rows; row++) {
      if (this.made[segment.firstId + row] === MADE.no) this.make(segment, row);
    }
  }

  private make(segment: Segment, row: number): void {
    const id = segment.firstId + row;
    this.made[id] = MADE.busy;
    const value = this.created(segment, row);
    if (this.made[id] === MADE.busy && value !== PENDING) this.settle(id, value);
    else if (value === PENDING) this.made[id] = MADE.no;
  }

  // What needs something that is missing to exist is missing too; the rest is not.
  private created(segment: Segment, row: number): unknown {
    try {
      return this.reviver(segment).create(this, segment, row);
    } catch (error) {
      if (!(error instanceof TombstoneError)) throw error;
      const { name } = segment.layout.kind;
      const isCallable = name === 'bound' || name === 'function' || name === 'class';
      this.bury(segment.firstId + row, name, `it needs ${error.message}`, error.hint ?? '', isCallable);
      return this.values[segment.firstId + row];
    }
  }

  // Each text is read once, so that many cells cannot ask for the same huge number again and again.
  private bigint(text: string): bigint {
    let value = this.bigints.get(text);
    if (value === undefined) {
      value = bigintOf(text, this.options.limits);
      this.bigints.set(text, value);
    }
    return value;
  }

  private reviver(segment: Segment): Reviver {
    return reviverOf(segment.layout.kind, this.isData);
  }

  private progress(rows: number): void {
    this.done += rows;
    this.options.onProgress?.(this.done, this.graph.count);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
