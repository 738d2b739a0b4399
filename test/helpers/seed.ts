// The seed of random tests: given, or fixed in CI so that a run repeats itself, or new every time, so that runs of people
// look somewhere new. It is part of a test's name; `BRINE_TEST_SEED` replays it.

/** The seed of this run. */
export const testSeed: number = Number(
  process.env['BRINE_TEST_SEED'] ?? (process.env['CI'] === 'true' ? 20261123 : Date.now() % 2 ** 31),
);
