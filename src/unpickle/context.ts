// What revivers see of a build: cells to read, values to make. The builder implements it; revivers never see the builder
// itself, so imports stay one-way.

import type { Cells, ListCells } from '../graph/column.js';
import type { Graph, Segment } from '../graph/graph.js';
import type { TombstoneRecord } from '../realm/tombstone.js';
import type { Captured } from './captured.js';
import type { FillClock } from './fill-clock.js';
import type { Rebuilder } from './rebuild/types.js';
import type { BuildOptions } from './types.js';

/** One build, as revivers see it. */
export interface Builder {
  readonly graph: Graph;
  readonly options: BuildOptions;
  /** Values by id; meaningful where `isMade`. */
  readonly values: unknown[];
  /** Reports that the value of an id is missing. */
  lose(id: number, record: TombstoneRecord): void;
  readonly rebuilder: Rebuilder;
  /** True when nothing may be built that could run. */
  readonly isData: boolean;
  /** True of many values that are made in the order of falling ids, by built-ins alone, of which none is asked for later. */
  readonly isPlain: boolean;
  /** Counts bytes that a buffer may grow to; throws when all of them together are too many. */
  chargeGrowth(bytes: number): void;
  /** Asked while a Map or Set is filled. */
  readonly fillClock: FillClock;
  /** Counts a value that is a record because the policy allows no more. */
  withhold(sort: Captured['captured']): void;

  /** Reads a cell. References give the value, which must have been made. */
  value(cells: Cells, i: number): unknown;
  /** Reads a cell and makes what it points to first. */
  ensured(cells: Cells, i: number): unknown;
  /** Reads a cell for the rebuilder: references stay references. */
  cell(cells: Cells, i: number): unknown;
  /** Reads a string cell; throws when it is none. */
  text(cells: Cells, i: number): string;
  /** Reads a number cell; throws when it is none. */
  number(cells: Cells, i: number): number;
  /** The lists of rows: calls back with each row and where its items start and end. */
  lists(
    list: ListCells,
    from: number,
    to: number,
    visit: (row: number, start: number, end: number) => void,
  ): void;
  /** Throws unless two list columns have lists of the same lengths. */
  checkPaired(a: ListCells, b: ListCells): void;
  isMade(id: number): boolean;
  /** Puts a value under an id that this build did not make: nothing is put on it. */
  borrow(id: number, value: unknown): void;
  /** True when nothing is to be put on the value of an id: a tombstone, or something borrowed. */
  isBuried(id: number): boolean;
  /** The value of an id, made now if need be. */
  ensure(id: number): unknown;
  /** Puts a value under an id that something else than its own row made. */
  settle(id: number, value: unknown): void;
  /** Puts a tombstone under an id: the value cannot be made here. */
  bury(id: number, what: string, reason: string, hint: string, isCallable?: boolean): void;
  /** True when methods with `super` were written in the object of this id. */
  isHome(id: number): boolean;
  /** True when there are such objects at all. */
  readonly hasHomes: boolean;
  /** The segment that holds an id. */
  segmentOf(id: number): Segment;
  /** Fills rows of a segment. Doing it twice gives the same. */
  fillRows(segment: Segment, from: number, to: number): void;
  /** The error for a graph that contradicts itself. */
  corrupt(why: string): Error;
}
