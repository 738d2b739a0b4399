// How the tests run: every test file in a process of its own, against a fresh build of dist/.
import { mkdtempSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

/** The long runs take as long as they take. */
const timeoutMs = process.env['BRINE_TORTURE'] === '1' ? 4 * 3600_000 : 120_000;

export default defineConfig({
  test: {
    include: ['test/**/*.test.{ts,tsx}'],
    pool: 'forks',
    // One more than there are cores: many tests wait for a terminal or a process most of the time.
    maxWorkers: availableParallelism() + 1,
    globalSetup: ['test/helpers/build-once.ts'],
    testTimeout: timeoutMs,
    hookTimeout: timeoutMs,
    // The tests sign with keys of their own, whoever runs them.
    env: { BRINE_HOME: mkdtempSync(join(tmpdir(), 'brine-keys-')) },
  },
});
