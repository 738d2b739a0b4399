// The queue of a walk: every value in the order of discovery, the place of the value that led to it, and what was known of
// its hidden class then.
//
// Kept in chunks of one size, so that growing never copies what is there, and a run is read from one array. Knows nothing
// of what a value is.

/** How many places a chunk holds; a power of two. */
export const CHUNK = 1 << 15;
/** What a visit weighs in cells, about. */
export const VISIT_CELLS = 4;
const SHIFT = 15;
const MASK = CHUNK - 1;
/** The first chunk starts small: most walks are. */
const FIRST = 256;

/** The values of a walk by place. */
export class Places {
  count = 0;
  private readonly values: unknown[][] = [new Array(FIRST)];
  private readonly parents: Int32Array[] = [new Int32Array(FIRST)];
  private readonly classes: Uint8Array[] = [new Uint8Array(FIRST)];

  /** Adds a value; returns its place. The number of its hidden class is 0 where nobody knows it. */
  push(value: unknown, parent: number, classNumber = 0): number {
    const place = this.count++;
    const chunk = place >> SHIFT;
    const at = place & MASK;
    if (at >= (this.parents[chunk]?.length ?? 0)) this.grow(chunk, at);
    (this.values[chunk] as unknown[])[at] = value;
    (this.parents[chunk] as Int32Array)[at] = parent;
    (this.classes[chunk] as Uint8Array)[at] = classNumber;
    return place;
  }

  value(place: number): unknown {
    return (this.values[place >> SHIFT] as unknown[])[place & MASK];
  }

  /** The place of the value that led to it first; `-1 - i` for root `i`. */
  parent(place: number): number {
    return (this.parents[place >> SHIFT] as Int32Array)[place & MASK] as number;
  }

  /** The number of its hidden class when it got its place, or 0. */
  classNumber(place: number): number {
    return (this.classes[place >> SHIFT] as Uint8Array)[place & MASK] as number;
  }

  /** These numbers of the chunk that a place is in. */
  classChunk(place: number): Uint8Array {
    return this.classes[place >> SHIFT] as Uint8Array;
  }

  /** The values of the chunk that a place is in: value `i` is at `i % CHUNK`. */
  chunk(place: number): readonly unknown[] {
    return this.values[place >> SHIFT] as unknown[];
  }

  /** The first place after the chunk that a place is in, or after all. */
  chunkEnd(place: number): number {
    return Math.min(this.count, (place | MASK) + 1);
  }

  /** Forgets the places from `count` on. */
  truncate(count: number): void {
    this.count = count;
  }

  // Only the first chunk ever grows.
  private grow(chunk: number, at: number): void {
    if (chunk > 0) {
      this.values.push(new Array(CHUNK));
      this.parents.push(new Int32Array(CHUNK));
      this.classes.push(new Uint8Array(CHUNK));
      return;
    }
    const parents = new Int32Array(Math.min(CHUNK, at * 4));
    parents.set(this.parents[0] as Int32Array);
    this.parents[0] = parents;
    const classes = new Uint8Array(parents.length);
    classes.set(this.classes[0] as Uint8Array);
    this.classes[0] = classes;
  }
}
