// Memory for columns that was used before: fresh memory costs a page fault for every 4096 bytes, more than writing it does.
//
// Rooms are lists by size that V8 may collect with the garbage: what a save leaves behind serves the next one if that comes
// soon. What is in a room is left over from its last use. Knows nothing of columns.

/** The largest room that is kept, in numbers: 2 to the power of this. */
const POWER_MAX = 21;
const KEPT_BYTES_MAX = 64 * 2 ** 20;

class Rooms {
  readonly tags: Uint8Array[][] = [];
  readonly numbers: Float64Array[][] = [];
  bytes = 0;

  constructor() {
    for (let power = 0; power <= POWER_MAX; power++) {
      this.tags.push([]);
      this.numbers.push([]);
    }
  }
}

let kept: WeakRef<Rooms> | undefined;
const deref = WeakRef.prototype.deref;
const apply = Reflect.apply;

function rooms(): Rooms {
  let found = kept === undefined ? undefined : (apply(deref, kept, []) as Rooms | undefined);
  if (found === undefined) {
    found = new Rooms();
    kept = new WeakRef(found);
  }
  return found;
}

// The power of two that holds so many.
function powerFor(count: number): number {
  return count <= 1 ? 0 : 32 - Math.clz32(count - 1);
}

/** Room for at least `count` tags: as many as {@link takeNumbers} gives numbers. */
export function takeTags(count: number): Uint8Array {
  const power = powerFor(count);
  if (power > POWER_MAX) return new Uint8Array(count);
  const all = rooms();
  const room = all.tags[power]?.pop();
  if (room === undefined) return new Uint8Array(2 ** power);
  all.bytes -= room.byteLength;
  return room;
}

/** Room for at least `count` numbers. */
export function takeNumbers(count: number): Float64Array {
  const power = powerFor(count);
  if (power > POWER_MAX) return new Float64Array(count);
  const all = rooms();
  const room = all.numbers[power]?.pop();
  if (room === undefined) return new Float64Array(2 ** power);
  all.bytes -= room.byteLength;
  return room;
}

/** Gives room back that nobody uses any more. */
export function giveTags(room: Uint8Array): void {
  give(room, rooms().tags);
}

/** Gives room back that nobody uses any more. */
export function giveNumbers(room: Float64Array): void {
  give(room, rooms().numbers);
}

function give<T extends Uint8Array | Float64Array>(room: T, lists: T[][]): void {
  const all = rooms();
  const power = powerFor(room.length);
  if (room.length !== 2 ** power || power > POWER_MAX || all.bytes + room.byteLength > KEPT_BYTES_MAX) return;
  all.bytes += room.byteLength;
  (lists[power] as T[]).push(room);
}
