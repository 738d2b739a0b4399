// The long loops of reading and writing columns, each a function of its own.
//
// V8 compiles a function while a loop in it runs, and throws the result away when it comes to the part behind the loop that
// it has not seen yet. What matters is the first save of a process, so nothing stands behind these loops. Knows nothing of
// what the numbers mean.

/** What {@link survey} found; overwritten by the next call. */
export const surveyed = { low: 0, high: 0, runs: 0 };

/** The least and greatest of whole numbers, 0 among them, and how many runs of numbers that follow each other they are. */
export function survey(numbers: ArrayLike<number>, length: number): void {
  let low = 0;
  let high = 0;
  let runs = 0;
  let expected = -0.5;
  for (let i = 0; i < length; i++) {
    const value = numbers[i] as number;
    if (value < low) low = value;
    if (value > high) high = value;
    if (value !== expected) runs++;
    expected = value + 1;
  }
  surveyed.low = low;
  surveyed.high = high;
  surveyed.runs = runs;
}

/** How many runs of numbers that follow each other there are, or `max` when there are as many or more. */
export function countRuns(numbers: Float64Array, length: number, max: number): number {
  let runs = 0;
  let expected = -0.5;
  for (let i = 0; i < length && runs < max; i++) {
    const value = numbers[i] as number;
    if (value !== expected) runs++;
    expected = value + 1;
  }
  return runs;
}

/** The greatest of some whole numbers, or 0. */
export function greatest(numbers: ArrayLike<number>, length: number): number {
  let high = 0;
  for (let i = 0; i < length; i++) if ((numbers[i] as number) > high) high = numbers[i] as number;
  return high;
}

/** Copies numbers. */
export function copyNumbers(from: ArrayLike<number>, to: { [index: number]: number }, length: number): void {
  for (let i = 0; i < length; i++) to[i] = from[i] as number;
}

/** How often each tag occurs; returns how many runs of equal tags there are. */
export function countTags(tags: Uint8Array, length: number, counts: Uint32Array): number {
  const words = wordsOf(tags, length);
  let runs = 0;
  let last = -1;
  let four = -1;
  for (let i = 0; i < length; ) {
    if ((i & 3) === 0 && words[i >> 2] === four) {
      const equal = (i & (BLOCK - 1)) === 0 && isBlock(tags, i, length, last) ? BLOCK : 4;
      counts[last]! += equal;
      i += equal;
      continue;
    }
    const tag = tags[i++] as number;
    counts[tag]!++;
    if (tag === last) continue;
    runs++;
    last = tag;
    four = tag * FOUR;
  }
  return runs;
}

/** So many tags are compared by V8 at once. */
const BLOCK = 1 << 12;

// True when a whole block from `at` on has one tag: it is then the same as itself one place on.
function isBlock(tags: Uint8Array, at: number, length: number, tag: number): boolean {
  const end = at + BLOCK;
  if (end > length || tags[end - 1] !== tag || tags[at + BLOCK / 2] !== tag) return false;
  return Buffer.compare(tags.subarray(at, end - 1), tags.subarray(at + 1, end)) === 0;
}

/** Four equal tags in one number: that times a tag. */
const FOUR = 0x01010101;

// Four tags a number; what is left over is not among them.
function wordsOf(tags: Uint8Array, length: number): Int32Array {
  const isAligned = tags.byteOffset % 4 === 0;
  return isAligned ? new Int32Array(tags.buffer, tags.byteOffset, length >> 2) : NO_WORDS;
}

const NO_WORDS = new Int32Array(0);

/** Writes the tag and the length of each run of equal tags. */
export function fillTagRuns(
  tags: Uint8Array,
  length: number,
  runTags: Uint8Array,
  lengths: Uint32Array,
): void {
  const words = wordsOf(tags, length);
  let run = -1;
  let last = -1;
  let four = -1;
  for (let i = 0; i < length; ) {
    if ((i & 3) === 0 && words[i >> 2] === four) {
      const equal = (i & (BLOCK - 1)) === 0 && isBlock(tags, i, length, last) ? BLOCK : 4;
      lengths[run]! += equal;
      i += equal;
      continue;
    }
    const tag = tags[i++] as number;
    if (tag !== last) {
      runTags[++run] = last = tag;
      four = tag * FOUR;
    }
    lengths[run]!++;
  }
}

/** The numbers of the cells with a tag, in order. */
export function gather(
  { tags, numbers, length }: { tags: Uint8Array; numbers: ArrayLike<number>; length: number },
  tag: number,
  into: Float64Array,
): void {
  let at = 0;
  for (let i = 0; i < length; i++) if (tags[i] === tag) into[at++] = numbers[i] as number;
}

/** Puts the numbers of the cells with a tag into their places. */
export function scatter(own: ArrayLike<number>, tag: number, tags: Uint8Array, numbers: Float64Array): void {
  let at = 0;
  const { length } = tags;
  for (let i = 0; i < length; i++) if (tags[i] === tag) numbers[i] = own[at++] as number;
}

/** Gives every NaN the one bit pattern of the language's own. */
export function mendNaNs(numbers: Float64Array, length: number): void {
  for (let i = 0; i < length; i++) {
    const value = numbers[i] as number;
    // biome-ignore lint/suspicious/noSelfCompare: the fastest question for NaN
    if (value !== value) numbers[i] = Number.NaN;
  }
}

/** The place of the first number that is not `first`, or `length`. */
export function firstOther(numbers: ArrayLike<number>, length: number, first: number): number {
  for (let i = 1; i < length; i++) if (!Object.is(numbers[i], first)) return i;
  return length;
}

/** Writes starts and lengths of the runs of numbers that follow each other. */
export function fillRuns(
  numbers: ArrayLike<number>,
  length: number,
  starts: Uint32Array,
  lengths: Uint32Array,
): void {
  let run = -1;
  let expected = -0.5;
  for (let i = 0; i < length; i++) {
    const value = numbers[i] as number;
    if (value !== expected) starts[++run] = value;
    lengths[run]!++;
    expected = value + 1;
  }
}

/** Writes `length` numbers from `start` on; returns the place behind them. */
export function fillRange(
  into: { [index: number]: number },
  at: number,
  start: number,
  length: number,
): number {
  for (let i = 0; i < length; i++) into[at + i] = start + i;
  return at + length;
}

/** Writes the numbers of runs that are held as a start and a length each. */
export function fillRanges(into: Uint32Array, runs: readonly number[]): void {
  let at = 0;
  for (let run = 0; run < runs.length; run += 2) {
    const start = runs[run] as number;
    const end = at + (runs[run + 1] as number);
    for (let number = start; at < end; number++) into[at++] = number;
  }
}

/** Writes starts and lengths of such runs apart. */
export function splitRuns(runs: readonly number[], starts: Uint32Array, lengths: Uint32Array): void {
  for (let run = 0; run < starts.length; run++) {
    starts[run] = runs[2 * run] as number;
    lengths[run] = runs[2 * run + 1] as number;
  }
}

/** The greatest number of such runs, or 0. */
export function greatestOfRuns(runs: readonly number[]): number {
  let high = 0;
  for (let run = 0; run < runs.length; run += 2) {
    const last = (runs[run] as number) + (runs[run + 1] as number) - 1;
    if (last > high) high = last;
  }
  return high;
}

/** What {@link lengthsOf} found; overwritten by the next call. */
export const measured = { units: 0, longest: 0 };

/** The lengths of strings into `heads`; finds their sum and the greatest. */
export function lengthsOf(strings: readonly string[], heads: Uint32Array, count: number): void {
  let units = 0;
  let longest = 0;
  for (let i = 0; i < count; i++) {
    const { length } = strings[i] as string;
    heads[i] = length;
    units += length;
    if (length > longest) longest = length;
  }
  measured.units = units;
  measured.longest = longest;
}

/** Numbers times two. */
export function doubled(numbers: Uint32Array, from: number, to: number): void {
  for (let i = from; i < to; i++) numbers[i] = (numbers[i] as number) * 2;
}

/**
 * Takes strings apart whose units lie in `units` from `at` on and whose lengths are those in `heads`: those with units of one
 * byte go to `narrow`, the others move together. The heads become lengths × 2, plus 1 for the others. Returns the place
 * behind the last of these.
 */
export function parted(
  units: Uint16Array,
  at: number,
  heads: Uint32Array,
  from: number,
  to: number,
  narrow: Uint8Array,
  narrowAt: number,
): number {
  let read = at;
  let wideAt = at;
  let byteAt = narrowAt;
  // Where the wide ones begin that stand next to each other and were not moved yet.
  let runAt = at;
  for (let i = from; i < to; i++) {
    const length = heads[i] as number;
    const start = read;
    const end = start + length;
    // As if it were narrow, until a unit shows that it is not.
    while (read < end && (units[read] as number) < 0x100) narrow[byteAt++] = units[read++] as number;
    if (read < end) {
      byteAt -= read - start;
      read = end;
      heads[i] = length * 2 + 1;
      continue;
    }
    if (runAt < start) wideAt = moved(units, wideAt, runAt, start);
    runAt = end;
    heads[i] = length * 2;
  }
  return runAt < read ? moved(units, wideAt, runAt, read) : wideAt;
}

function moved(units: Uint16Array, to: number, from: number, end: number): number {
  if (to !== from) units.copyWithin(to, from, end);
  return to + end - from;
}

/** The sum of the lengths, or the first that is above `max` as a negative number. */
export function sumOf(lengths: ArrayLike<number>, max: number): number {
  let units = 0;
  for (let i = 0; i < lengths.length; i++) {
    const length = lengths[i] as number;
    if (length > max) return -length;
    units += length;
  }
  return units;
}

/** Cuts a text into pieces of given lengths. */
export function cut(joined: string, lengths: ArrayLike<number>, into: string[]): void {
  let at = 0;
  for (let i = 0; i < lengths.length; i++) {
    const end = at + (lengths[i] as number);
    into[i] = joined.substring(at, end);
    at = end;
  }
}

/** As {@link cut}, from two texts: a head is twice a length, plus 1 for a piece of `wide`. */
export function cutBoth(narrow: string, wide: string, heads: ArrayLike<number>, into: string[]): void {
  let at = 0;
  let wideAt = 0;
  for (let i = 0; i < heads.length; i++) {
    const head = heads[i] as number;
    if ((head & 1) === 0) {
      const end = at + (head >>> 1);
      into[i] = narrow.substring(at, end);
      at = end;
    } else {
      const end = wideAt + (head >>> 1);
      into[i] = wide.substring(wideAt, end);
      wideAt = end;
    }
  }
}

/** Texts by their numbers. */
export function pick(texts: readonly string[], numbers: ArrayLike<number>, into: string[]): void {
  for (let i = 0; i < into.length; i++) into[i] = texts[numbers[i] as number] as string;
}

/** The place of the first number that is not its own place, or `length`. */
export function firstOutOfOrder(numbers: ArrayLike<number>, length: number): number {
  for (let i = 0; i < length; i++) if (numbers[i] !== i) return i;
  return length;
}

/** True when no number is smaller than or equal to the one before it. */
export function isAscending(numbers: ArrayLike<number>, length: number): boolean {
  for (let i = 1; i < length; i++) if ((numbers[i] as number) <= (numbers[i - 1] as number)) return false;
  return true;
}

/** How many numbers occur, when each occurs first in the order 0, 1, 2 …; otherwise -1. */
export function countInOrder(numbers: ArrayLike<number>, length: number): number {
  let next = 0;
  for (let i = 0; i < length; i++) {
    const number = numbers[i] as number;
    if (number === next) next++;
    else if (number > next) return -1;
  }
  return next;
}

/** Numbers by a table. */
export function lookUp(numbers: ArrayLike<number>, table: Uint32Array, into: Uint32Array): void {
  for (let i = 0; i < into.length; i++) into[i] = table[numbers[i] as number] as number;
}

/** Numbers plus one. */
export function add(numbers: ArrayLike<number>, shift: number, into: Uint32Array): void {
  for (let i = 0; i < into.length; i++) into[i] = (numbers[i] as number) + shift;
}

/** True when the numbers are those from `start` on. */
export function isRange(numbers: ArrayLike<number>, length: number, start: number): boolean {
  for (let i = 0; i < length; i++) if (numbers[i] !== start + i) return false;
  return true;
}

/** Gives each number of a list the next place; returns the first that has one already, or -1. */
export function number(ids: ArrayLike<number>, table: Uint32Array, start: number, unset: number): number {
  for (let i = 0; i < ids.length; i++) {
    const id = ids[i] as number;
    if (table[id] !== unset) return id;
    table[id] = start + i;
  }
  return -1;
}
