// Arrays of a given length that V8 holds as packed: copies of templates, which `new Array(length)` would not be.
//
// Knows nothing of what goes into them.

const slice = Array.prototype.slice;
const apply = Reflect.apply;
const deref = WeakRef.prototype.deref;
/** Templates up to this length stay; a longer one may be collected with the garbage. */
const KEPT_MAX = 1 << 16;
/** A longer array grows from a template of this length. */
const LENGTH_MAX = 1 << 18;

type Grow<T> = (array: T[], length: number) => T[];

class Template<T> {
  private readonly grow: Grow<T>;
  private readonly kept: T[];
  private long: WeakRef<T[]> | undefined;

  constructor(kept: T[], grow: Grow<T>) {
    this.kept = kept;
    this.grow = grow;
  }

  copy(length: number): T[] {
    const most = length < LENGTH_MAX ? length : LENGTH_MAX;
    const from = most <= KEPT_MAX ? this.grow(this.kept, most) : this.longer(most);
    return apply(slice, from, [0, most]) as T[];
  }

  private longer(length: number): T[] {
    let found = this.long === undefined ? undefined : (apply(deref, this.long, []) as T[] | undefined);
    if (found === undefined) {
      found = apply(slice, this.grow(this.kept, KEPT_MAX), []) as T[];
      this.long = new WeakRef(found);
    }
    return this.grow(found, length);
  }
}

// Each sort has a loop of its own: one that has seen several sorts of arrays makes the most general of them of all.
const ints = new Template([0], (array, length) => {
  for (let i = array.length; i < length; i++) array[i] = 0;
  return array;
});
const doubles = new Template([0.5], (array, length) => {
  for (let i = array.length; i < length; i++) array[i] = 0.5;
  return array;
});
const others = new Template<unknown>([undefined], (array, length) => {
  for (let i = array.length; i < length; i++) array[i] = undefined;
  return array;
});

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
