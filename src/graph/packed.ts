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

class Template<T> {
  private readonly filler: T;
  private readonly kept: T[];
  private long: WeakRef<T[]> | undefined;

  constructor(filler: T) {
    this.filler = filler;
    this.kept = [filler];
  }

  copy(length: number): T[] {
    const most = length < LENGTH_MAX ? length : LENGTH_MAX;
    return apply(slice, most <= KEPT_MAX ? filled(this.kept, this.filler, most) : this.longer(most), [
      0,
      most,
    ]) as T[];
  }

  private longer(length: number): T[] {
    let found = this.long === undefined ? undefined : (apply(deref, this.long, []) as T[] | undefined);
    if (found === undefined) {
      found = apply(slice, filled(this.kept, this.filler, KEPT_MAX), []) as T[];
      this.long = new WeakRef(found);
    }
    return filled(found, this.filler, length);
  }
}

function filled<T>(array: T[], filler: T, length: number): T[] {
  for (let i = array.length; i < length; i++) array[i] = filler;
  return array;
}

const ints = new Template(0);
const doubles = new Template(0.5);
const texts = new Template('');
const others = new Template<unknown>(undefined);

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
  return texts.copy(length);
}

/** As {@link packedInts}, for anything. */
export function packedOthers(length: number): unknown[] {
  return others.copy(length);
}
