// Arrays of a given length that V8 holds as packed: copies of templates, which `new Array(length)` would not be.
//
// Knows nothing of what goes into them.

const slice = Array.prototype.slice;
const concat = Array.prototype.concat;
const apply = Reflect.apply;
const deref = WeakRef.prototype.deref;
/** Templates up to this length stay; a longer one may be collected with the garbage. */
const KEPT_MAX = 1 << 16;
/** A longer array grows from a template of this length. */
const LENGTH_MAX = 1 << 18;

// It grows by being put behind itself, which V8 does without a loop that would have to be compiled first, and stays packed.
class Template<T> {
  private kept: T[];
  private long: WeakRef<T[]> | undefined;

  constructor(kept: T[]) {
    this.kept = kept;
  }

  copy(length: number): T[] {
    const most = length < LENGTH_MAX ? length : LENGTH_MAX;
    let from = this.kept;
    if (most > from.length) {
      if (most > KEPT_MAX && this.long !== undefined)
        from = (apply(deref, this.long, []) as T[] | undefined) ?? from;
      while (from.length < most) from = apply(concat, from, [from]) as T[];
      if (from.length <= KEPT_MAX) this.kept = from;
      else this.long = new WeakRef(from);
    }
    return apply(slice, from, [0, most]) as T[];
  }
}

const ints = new Template([0]);
const doubles = new Template([0.5]);
const others = new Template<unknown>([undefined]);

/** Small whole numbers, to be overwritten; it has the length, or is shorter and grows when it is filled in order. */
export function packedInts(length: number): number[] {
  return ints.copy(length);
}

/** As {@link packedInts}, for doubles. */
export function packedDoubles(length: number): number[] {
  return doubles.copy(length);
}

/** As {@link packedInts}, for texts. */
export function packedTexts(length: number): string[] {
  return others.copy(length) as string[];
}

/** As {@link packedInts}, for anything. */
export function packedOthers(length: number): unknown[] {
  return others.copy(length);
}
