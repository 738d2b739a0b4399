// Columns: one field of all values of one layout, as tagged numbers in typed arrays.
//
// While it is written a column is a tag and a number per cell; `tagsSeen` says which tags occurred, so that encoding can
// choose the narrowest form without looking again. References, links, blobs and texts are numbers: ids and indices; the
// texts themselves lie beside the column. Knows nothing of values, layouts or bytes on disk.

import { giveNumbers, giveTags, takeNumbers, takeTags } from './rooms.js';
import { TextPool } from './text-pool.js';

/** What a cell holds. The numbers are those of the file. Append only. */
export const TAG = {
  undefined: 0,
  null: 1,
  false: 2,
  true: 3,
  /** A whole number in 32 bits, signed; never -0. */
  int: 4,
  double: 5,
  /** A text of the column. */
  string: 6,
  /** A text of the column: the bigint's digits in base 16 with a sign. */
  bigint: 7,
  /** Id of a value of the same group. */
  ref: 8,
  /** An array element that does not exist. */
  hole: 9,
  /** Index into the group's blobs. */
  blob: 10,
  /** Index into the group's links: a value of another group. */
  link: 11,
} as const;

/** How many tags there are. */
export const TAG_COUNT = 12;

const INITIAL_CELLS = 8;
/** Room grows to so many cells at least, and by so much while there are few. */
const GROWN_CELLS = 64;
const QUICK_CELLS = 1 << 18;
const QUICK = 4;
const NO_TEXTS: readonly string[] = [];
/** Whole numbers among others are written as doubles when at least one in so many is none. */
export const DOUBLES_PART = 8;

/** A column to read: a finished one, or one decoded from a file. */
export interface Cells {
  readonly length: number;
  /** The tag of all cells, or -1 when they differ; `tags` need not be looked at in the first case. */
  readonly uniformTag: number;
  readonly tags: Uint8Array;
  /** A number per cell; for a tag that needs none it means nothing. */
  readonly numbers: ArrayLike<number>;
  /** True when `numbers[0]` is the number of every cell. */
  readonly isConstant: boolean;
  /** What the numbers of strings and bigints index. */
  readonly texts: readonly string[];
  /** True when the text of cell `i` is `texts[i]`, and `numbers` need not be looked at. */
  readonly isInOrder: boolean;
  /** Set by whoever keeps `numbers`: they must not be written again. */
  isTaken?: boolean;
  /** The numbers from `saneFrom` up to this are known not to be NaN. */
  readonly sane?: number;
  readonly saneFrom?: number;
}

/** The tag of cell `i`. */
export function tagAt(cells: Cells, i: number): number {
  return cells.uniformTag >= 0 ? cells.uniformTag : (cells.tags[i] as number);
}

/** The number of cell `i`. */
export function numberAt(cells: Cells, i: number): number {
  return cells.isInOrder ? i : (cells.numbers[cells.isConstant ? 0 : i] as number);
}

/** A list per row: how long each is (whole numbers), and all items behind one another. */
export interface ListCells {
  readonly lengths: Cells;
  readonly items: Cells;
}

/** Where the list of each row begins among the items. */
export function startsOf({ lengths }: ListCells): Float64Array {
  const starts = new Float64Array(lengths.length);
  for (let row = 1; row < starts.length; row++)
    starts[row] = (starts[row - 1] as number) + numberAt(lengths, row - 1);
  return starts;
}

/** True for tags whose cells need no number. */
export function isNumberless(tag: number): boolean {
  return tag <= TAG.true || tag === TAG.hole;
}

/** A growing column. */
export class Column {
  tags: Uint8Array = new Uint8Array(INITIAL_CELLS);
  numbers: Float64Array = new Float64Array(INITIAL_CELLS);
  length = 0;
  /** Bit `1 << tag` is set for every tag that occurred. */
  tagsSeen = 0;
  readonly isConstant = false;
  readonly isInOrder = false;
  isTaken = false;
  sane = 0;
  saneFrom = 0;
  /** Set while cells tagged as doubles may be whole numbers: nobody has looked at them yet. */
  isLoose = false;
  /** How many cells it had when they were found to be doubles for whoever reads them. */
  private doublesLength = -1;
  /** What it had room for when it was emptied last. */
  private usual = 0;
  /** The texts of strings and bigints; made when the first turns up. */
  pool: TextPool | undefined = undefined;
  /** What a reference was written for last, and its place: rows next to each other often share an object. */
  lastValue: unknown = undefined;
  lastPlace = 0;
  /** What is known of the kind of object that was met last; for whoever writes references. */
  hiddenClass: unknown = undefined;
  /** The kind before that. */
  classBefore: unknown = undefined;

  push(tag: number, number: number): void {
    const at = this.length;
    if (at === this.tags.length) this.grow(at + 1);
    this.tags[at] = tag;
    this.numbers[at] = number;
    this.tagsSeen |= 1 << tag;
    this.length = at + 1;
  }

  /** Pushes a number under the tag that it needs. */
  number(value: number): void {
    const at = this.length;
    if (at === this.tags.length) this.grow(at + 1);
    const tag = (value | 0) === value && !(value === 0 && 1 / value < 0) ? TAG.int : TAG.double;
    this.tags[at] = tag;
    this.numbers[at] = value;
    this.tagsSeen |= 1 << tag;
    this.length = at + 1;
  }

  /** The index of a text of the column, which is added when it is new. */
  textIndex(text: string): number {
    if (this.pool === undefined) this.pool = new TextPool();
    return this.pool.indexOf(text);
  }

  get texts(): readonly string[] {
    return this.pool?.texts ?? NO_TEXTS;
  }

  /** The tag of all cells, or -1. */
  get uniformTag(): number {
    if (this.isLoose) {
      if (this.areDoubles()) return TAG.double;
      this.settle();
    }
    const seen = this.tagsSeen;
    return seen !== 0 && (seen & (seen - 1)) === 0 ? 31 - Math.clz32(seen) : -1;
  }

  /** Makes room for `count` more cells. */
  reserve(count: number): void {
    const needed = this.length + count;
    if (needed > this.tags.length) this.grow(needed);
  }

  /** Empties the column and gives its room back, but for what somebody keeps. */
  clear(): void {
    this.length = 0;
    this.tagsSeen = 0;
    this.isLoose = false;
    this.doublesLength = -1;
    this.sane = 0;
    this.saneFrom = 0;
    this.pool = undefined;
    const { tags, numbers } = this;
    if (tags.length === INITIAL_CELLS && !this.isTaken) return;
    this.usual = tags.length;
    giveTags(tags);
    if (!this.isTaken) giveNumbers(numbers);
    this.isTaken = false;
    this.tags = new Uint8Array(INITIAL_CELLS);
    this.numbers = new Float64Array(INITIAL_CELLS);
  }

  // Among enough doubles whole numbers need no tag: all are written as doubles.
  private areDoubles(): boolean {
    const { tags, numbers, length, tagsSeen } = this;
    if (this.doublesLength === length) return true;
    if ((tagsSeen & ~NUMBER_TAGS) !== 0 || !hasDoubles(tags, numbers, length, length / DOUBLES_PART))
      return false;
    this.doublesLength = length;
    return true;
  }

  // Whole numbers get their tag.
  private settle(): void {
    this.isLoose = false;
    this.tagsSeen = retagged(this.tags, this.numbers, this.length);
  }

  private grow(needed: number): void {
    const { tags, numbers, length } = this;
    const before = tags.length;
    const cells = Math.max(needed, GROWN_CELLS, this.usual, before * (before < QUICK_CELLS ? QUICK : 2));
    this.tags = takeTags(cells);
    this.numbers = takeNumbers(cells);
    if (length > 0) {
      this.tags.set(length === before ? tags : tags.subarray(0, length));
      this.numbers.set(length === before ? numbers : numbers.subarray(0, length));
    }
    if (before === INITIAL_CELLS) return;
    giveTags(tags);
    giveNumbers(numbers);
  }
}

const NUMBER_TAGS = (1 << TAG.int) | (1 << TAG.double);

function hasDoubles(tags: Uint8Array, numbers: Float64Array, length: number, wanted: number): boolean {
  let doubles = 0;
  for (let i = 0; i < length && doubles < wanted; i++)
    if (tags[i] === TAG.double && !isWhole(numbers[i] as number)) doubles++;
  return doubles >= wanted;
}

function retagged(tags: Uint8Array, numbers: Float64Array, length: number): number {
  let seen = 0;
  for (let i = 0; i < length; i++) {
    if (tags[i] === TAG.double && isWhole(numbers[i] as number)) tags[i] = TAG.int;
    seen |= 1 << (tags[i] as number);
  }
  return seen;
}

/** True for a number that is a whole one in 32 bits, and not -0. */
function isWhole(value: number): boolean {
  return (value | 0) === value && (value !== 0 || 1 / value > 0);
}

/** A growing list column. */
export class ListColumn {
  readonly lengths = new Column();
  readonly items = new Column();

  clear(): void {
    this.lengths.clear();
    this.items.clear();
  }
}

/** Puts a cell into a column that is being written. */
export function copyCell(cells: Cells, i: number, into: Column): void {
  const tag = tagAt(cells, i);
  if (isNumberless(tag)) into.push(tag, 0);
  else if (tag === TAG.string || tag === TAG.bigint)
    into.push(tag, into.textIndex(cells.texts[numberAt(cells, i)] as string));
  else into.push(tag, numberAt(cells, i));
}
