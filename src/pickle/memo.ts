// The memo: which place each value has. V8 ends a Map at 2^24 entries, so a full one is put aside and asked last.
//
// Knows nothing of places.

/** V8's own limit is a little higher. */
const ENTRIES_MAX = 2 ** 24 - 2 ** 16;

/** A Map from values to numbers without V8's limit. */
export class Memo {
  private newest = new Map<unknown, number>();
  private readonly full: Map<unknown, number>[] = [];
  private readonly entriesMax: number;

  constructor(entriesMax = ENTRIES_MAX) {
    this.entriesMax = entriesMax;
  }

  get(value: unknown): number | undefined {
    const place = this.newest.get(value);
    return place !== undefined || this.full.length === 0 ? place : this.getOld(value);
  }

  /** Sets the number of a value; what was set before is forgotten. */
  set(value: unknown, place: number): void {
    if (this.newest.size >= this.entriesMax) {
      this.full.push(this.newest);
      this.newest = new Map();
    }
    this.newest.set(value, place);
  }

  private getOld(value: unknown): number | undefined {
    for (let i = this.full.length - 1; i >= 0; i--) {
      const place = (this.full[i] as Map<unknown, number>).get(value);
      if (place !== undefined) return place;
    }
    return undefined;
  }
}
