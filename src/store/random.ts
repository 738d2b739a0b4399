// Repeatable random numbers for the simulated disk: the same seed gives the same crash. Not for secrets.

/** A function that gives the next whole number of 0 … below − 1. */
export type Random = (below: number) => number;

/** A source of repeatable random numbers (mulberry32). */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}
