// Arrays of a given length that V8 holds as packed: copies of templates, which `new Array(length)` would not be.
//
// Knows nothing of what goes into them.

const slice = Array.prototype.slice;
const concat = Array.prototype.concat;
const apply = Reflect.apply;
/** Templates grow up to this length; of them longer arrays are put together. */
const TEMPLATE_MAX = 1 << 16;
/** A longer array grows from one of this length, which copies it again and again. */
const LENGTH_MAX = 1 << 24;

// It grows by being put behind itself, which V8 does without a loop that would have to be compiled first, and stays packed.
class Template<T> {
  private kept: T[];

  constructor(kept: T[]) {
    this.kept = kept;
  }

  copy(length: number): T[] {
    const most = length < LENGTH_MAX ? length : LENGTH_MAX;
    let { kept } = this;
    if (most > kept.length && kept.length < TEMPLATE_MAX) {
      while (kept.length < most && kept.length < TEMPLATE_MAX) kept = apply(concat, kept, [kept]) as T[];
      this.kept = kept;
    }
    return most <= kept.length ? (apply(slice, kept, [0, most]) as T[]) : this.joined(most);
  }

  private joined(length: number): T[] {
    const { kept } = this;
    const more: T[][] = [];
    let left = length - kept.length;
    for (; left >= kept.length; left -= kept.length) more.push(kept);
    if (left > 0) more.push(apply(slice, kept, [0, left]) as T[]);
    return apply(concat, kept, more) as T[];
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
