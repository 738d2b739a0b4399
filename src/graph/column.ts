// Columns: one field of all values of one layout, as tagged numbers in typed arrays.
//
// While it is written a column is a tag and a number per cell; `tagsSeen` says which tags occurred, so that encoding can
// choose the narrowest form without looking again. References, strings, bigints and blobs are numbers: ids and table
// indices. Knows nothing of values, layouts or bytes on disk.

/** What a cell holds. The numbers are those of the file. Append only. */
export const TAG = {
  undefined: 0,
  null: 1,
  false: 2,
  true: 3,
  /** A whole number in 32 bits, signed; never -0. */
  int: 4,
  double: 5,
  /** Index into the string table. */
  string: 6,
  /** Index into the string table: the bigint's digits in base 16 with a sign. */
  bigint: 7,
  /** Id of another value. */
  ref: 8,
  /** An array element that does not exist. */
  hole: 9,
  /** Index into the blob table. */
  blob: 10,
} as const;

/** How many tags there are. */
export const TAG_COUNT = 11;

const INITIAL_CELLS = 8;

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
}

/** The tag of cell `i`. */
export function tagAt(cells: Cells, i: number): number {
  return cells.uniformTag >= 0 ? cells.uniformTag : (cells.tags[i] as number);
}

/** The number of cell `i`. */
export function numberAt(cells: Cells, i: number): number {
  return cells.numbers[cells.isConstant ? 0 : i] as number;
}

/** A list per row: how long each is (whole numbers), and all items behind one another. */
export interface ListCells {
  readonly lengths: Cells;
  readonly items: Cells;
}

/** True for tags whose cells need no number. */
export function isNumberless(tag: number): boolean {
  return tag <= TAG.true || tag === TAG.hole;
}

/**
 * What a column remembers of its strings, so that those that repeat are looked up and those that do not are not: after
 * some hundred strings of which most were new, the rest go to the table unseen. Depends on the values alone.
 */
export class TextMemory {
  /** The last string and its index. */
  last: string | undefined;
  lastIndex = 0;
  /** Strings looked up, and how many of them were new. */
  asked = 0;
  fresh = 0;
  /** True when looking up does not pay. */
  isDistinct = false;
}

/** A growing column. */
export class Column {
  tags = new Uint8Array(INITIAL_CELLS);
  numbers = new Float64Array(INITIAL_CELLS);
  length = 0;
  /** Bit `1 << tag` is set for every tag that occurred. */
  tagsSeen = 0;
  readonly isConstant = false;
  /** For the walk: how strings of this column were found to repeat. */
  readonly texts = new TextMemory();

  push(tag: number, number: number): void {
    const at = this.length;
    if (at === this.tags.length) this.grow(at * 2);
    this.tags[at] = tag;
    this.numbers[at] = number;
    this.tagsSeen |= 1 << tag;
    this.length = at + 1;
  }

  /** Pushes a number under the tag that it needs. */
  number(value: number): void {
    const at = this.length;
    if (at === this.tags.length) this.grow(at * 2);
    const tag = (value | 0) === value && !(value === 0 && 1 / value < 0) ? TAG.int : TAG.double;
    this.tags[at] = tag;
    this.numbers[at] = value;
    this.tagsSeen |= 1 << tag;
    this.length = at + 1;
  }

  /** The tag of all cells, or -1. */
  get uniformTag(): number {
    const seen = this.tagsSeen;
    return seen !== 0 && (seen & (seen - 1)) === 0 ? 31 - Math.clz32(seen) : -1;
  }

  /** Makes room for `count` more cells. */
  reserve(count: number): void {
    const needed = this.length + count;
    if (needed > this.tags.length) this.grow(Math.max(needed, this.tags.length * 2));
  }

  private grow(cells: number): void {
    const tags = new Uint8Array(cells);
    tags.set(this.tags);
    this.tags = tags;
    const numbers = new Float64Array(cells);
    numbers.set(this.numbers);
    this.numbers = numbers;
  }
}

/** A growing list column. */
export class ListColumn {
  readonly lengths = new Column();
  readonly items = new Column();
}
