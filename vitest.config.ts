// How the tests run, against a fresh build of dist/. Files that may change what the process is (its globals, its built-ins, what
// V8 knows of it) have a process each. Those that mostly start other processes take turns in a few, since loading the sources
// for each of them took a tenth of the suite's time.
import { mkdtempSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

/** The long runs take as long as they take. */
const timeoutMs = process.env['BRINE_TORTURE'] === '1' ? 4 * 3600_000 : 120_000;
const all = 'test/**/*.test.{ts,tsx}';
const together =
  'test/{attacks,cli,docs,e2e,detect,export,graph,house,library,session,snapshots,store,stores,trust}/**/*.test.{ts,tsx}';

const shared = {
  pool: 'forks',
  // One more than there are cores: many tests wait for a terminal or a process most of the time.
  maxWorkers: availableParallelism() + 1,
  testTimeout: timeoutMs,
  hookTimeout: timeoutMs,
  // The tests sign with keys of their own, whoever runs them.
  env: { BRINE_HOME: mkdtempSync(join(tmpdir(), 'brine-keys-')) },
} as const;

export default defineConfig({
  test: {
    globalSetup: ['test/helpers/build-once.ts'],
    maxWorkers: shared.maxWorkers,
    projects: [
      { test: { ...shared, name: 'together', include: [together], isolate: false } },
      // Behind the others: a process is passed on only to a file that comes next.
      {
        test: { ...shared, name: 'apart', include: [all], exclude: [together], sequence: { groupOrder: 1 } },
      },
    ],
  },
});
