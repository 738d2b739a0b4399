// A table of places by a hash of what the values hold: open addressing over numbers, so that it takes a third of a Map's
// memory, and asking it touches no value.
//
// Equal hashes of different values are common: a place is only found where the value at it is the same. Knows nothing of
// how a hash is made.

import type { Places } from './places.js';

const SLOTS_FIRST = 64;
/** A value whose hash leads past so many taken slots has no place here. */
const PROBES = 16;

/** Places by hash. */
export class ContentTable {
  count = 0;
  private readonly places: Places;
  /** Two numbers a slot: the hash, and the place plus one; zero is free. */
  private slots = new Int32Array(2 * SLOTS_FIRST);
  private mask = SLOTS_FIRST - 1;
  private probes = PROBES;
  /** Where the value that was asked for last would go, or -1. */
  private free = -1;

  constructor(places: Places) {
    this.places = places;
  }

  /** The place of a value with this hash, or -1. */
  find(value: unknown, hash: number): number {
    const { slots, mask, places } = this;
    let slot = hash & mask;
    for (let left = this.probes; left > 0; left--) {
      const place = (slots[2 * slot + 1] as number) - 1;
      if (place < 0) {
        this.free = slot;
        return -1;
      }
      if (slots[2 * slot] === hash && places.value(place) === value) return place;
      slot = (slot + 1) & mask;
    }
    this.free = -1;
    return -1;
  }

  /** Adds the value that was asked for last and not found; false when there are too many of its hash. */
  add(hash: number, place: number): boolean {
    if (this.free < 0) return false;
    this.slots[2 * this.free] = hash;
    this.slots[2 * this.free + 1] = place + 1;
    this.free = -1;
    if (++this.count * 2 > this.mask) this.grow();
    return true;
  }

  /** Every place. */
  forEach(visit: (place: number) => void): void {
    const { slots } = this;
    for (let i = 1; i < slots.length; i += 2) if (slots[i] !== 0) visit((slots[i] as number) - 1);
  }

  private grow(): void {
    const { slots: old } = this;
    const mask = this.mask * 2 + 1;
    const slots = new Int32Array(2 * (mask + 1));
    let most = this.probes;
    for (let i = 0; i < old.length; i += 2) {
      if (old[i + 1] === 0) continue;
      let slot = (old[i] as number) & mask;
      let probes = 1;
      for (; slots[2 * slot + 1] !== 0; probes++) slot = (slot + 1) & mask;
      slots[2 * slot] = old[i] as number;
      slots[2 * slot + 1] = old[i + 1] as number;
      if (probes > most) most = probes;
    }
    this.slots = slots;
    this.mask = mask;
    this.probes = most;
  }
}
