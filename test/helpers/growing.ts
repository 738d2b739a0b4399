// How much more work a large input is than a small one: a number that a busy machine changes little, unlike a time.

/** How often each size runs; the fastest counts. */
const ROUNDS = 3;

/**
 * Times what runs for a small size and for a large one, in turn.
 *
 * @param run    Does the work for a size; what it prepares before it calls `work` is not counted.
 * @param sizes  The small and the large one. The small one should take some milliseconds.
 * @returns      How many times the CPU time of the small one the large one takes.
 */
export function growthOf(
  run: (size: number, work: (part: () => unknown) => void) => void,
  [small, large]: readonly [number, number],
): number {
  const least = new Map([
    [small, Number.POSITIVE_INFINITY],
    [large, Number.POSITIVE_INFINITY],
  ]);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [size, before] of least) {
      run(size, (part) => {
        const start = process.cpuUsage();
        part();
        const { user, system } = process.cpuUsage(start);
        // A clock that did not move yet counts as a tick of it.
        least.set(size, Math.min(before, Math.max(100, user + system)));
      });
    }
  }
  return (least.get(large) as number) / (least.get(small) as number);
}
