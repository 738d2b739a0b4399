// Takes in what a look meets: mixes primitives, and queues each object once. Looks at the clock now and then. Knows nothing of
// what objects hold.

import type { Allowance } from './allowance.js';
import { Mixer } from './mixer.js';
import type { SlotReader } from './slots.js';

/** Thrown where a look may take no longer. */
export class OutOfTime extends Error {}

/** How many parts are looked at between two looks at the clock. */
const PARTS_A_TICK = 500;
/** Bytes that are summed in a millisecond, at least; fewer than these are not asked about. */
const BYTES_A_MS = 1e6;
const BYTES_FREE = 2e4;

const TAG = {
  undefined: 1,
  null: 2,
  true: 3,
  false: 4,
  number: 5,
  text: 6,
  bigint: 7,
  symbol: 8,
  value: 9,
  hole: 10,
};

/** What was met so far. */
export class Intake implements SlotReader {
  readonly mixer = new Mixer();
  readonly #places = new Map<object, number>();
  readonly #waiting: object[] = [];
  readonly #identityOf: (value: object) => number;
  #allowance: Allowance | undefined;
  #canStop = true;
  #parts = 0;
  /** The time is over, and nobody has been stopped. */
  isLate = false;

  constructor(identityOf: (value: object) => number) {
    this.#identityOf = identityOf;
  }

  /** The next object that was not looked into. */
  next(): object | undefined {
    return this.#waiting.pop();
  }

  /** From now on {@link OutOfTime} is thrown when the allowance is over; without one only {@link isLate} says so. */
  limit(allowance: Allowance, canStop: boolean): void {
    this.#allowance = allowance;
    this.#canStop = canStop;
    this.isLate = false;
    this.#parts = 0;
  }

  value(value: unknown): void {
    const { mixer } = this;
    if (++this.#parts > PARTS_A_TICK) this.tick();
    if (typeof value === 'number') {
      mixer.word(TAG.number);
      mixer.number(value);
    } else if (typeof value === 'string') {
      mixer.word(TAG.text);
      this.text(value);
    } else if (value === undefined) mixer.word(TAG.undefined);
    else if (value === null) mixer.word(TAG.null);
    else if (typeof value === 'boolean') mixer.word(value ? TAG.true : TAG.false);
    else if (typeof value === 'bigint') {
      mixer.word(TAG.bigint);
      this.text(value.toString(16));
    } else if (typeof value === 'symbol') this.#symbol(value);
    else {
      mixer.word(TAG.value);
      this.reference(value);
    }
  }

  text(text: string): void {
    this.#charge(text.length);
    this.mixer.text(text);
  }

  number(number: number): void {
    this.mixer.number(number);
  }

  bytes(bytes: Uint8Array): void {
    this.#charge(bytes.byteLength);
    this.mixer.bytes(bytes);
  }

  reference(value: object): void {
    let place = this.#places.get(value);
    if (place === undefined) {
      place = this.#places.size;
      this.#places.set(value, place);
      this.#waiting.push(value);
    }
    this.mixer.word(place);
  }

  /** An element that is not there. */
  hole(): void {
    this.mixer.word(TAG.hole);
    this.part();
  }

  /** Counts something that was looked at. */
  part(): void {
    if (++this.#parts > PARTS_A_TICK) this.tick();
  }

  /** Looks at the clock; `moreMs` is what comes next. */
  tick(moreMs = 0): void {
    this.#parts = 0;
    if (this.#allowance?.isOver(moreMs) !== true) return;
    if (this.#canStop) throw new OutOfTime();
    this.isLate = true;
  }

  // What is summed in one go must fit into the time that is left.
  #charge(bytes: number): void {
    if (bytes > BYTES_FREE) this.tick(bytes / BYTES_A_MS);
  }

  #symbol(value: symbol): void {
    const key = Symbol.keyFor(value);
    this.mixer.word(TAG.symbol);
    if (key !== undefined) this.mixer.text(key);
    // A symbol that is registered nowhere has an identity as objects have.
    else this.mixer.word(this.#identityOf(value as unknown as object));
  }
}
