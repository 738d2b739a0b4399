// Goal: a hostile snapshot with right checksums, opened as data, ends in a value or in one of our errors: nothing of it
// runs, nothing of this process changes, nothing hangs, memory is bounded.
// Method: mutants of real snapshots, changed in the parts of their graphs and in their bytes and sealed again, are opened in
// a process of its own without code generation, under the permission model, with traps on what these leave open. The seed is
// in the test's name. What fails becomes a file in `found/`, which is opened by every later run. A million of them:
// `npm run torture:mutants`.

import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fileOf } from '../format/parts.js';
import { CONFINED } from '../helpers/confined.js';
import { bundleLibrary, type LibraryBundle } from '../helpers/library-bundle.js';
import { sampleGroups } from '../helpers/mutants.js';
import { testSeed } from '../helpers/seed.js';
import { BATCH } from './batches.js';
import { nameOf } from './child.js';
import { runCrew } from './crew.js';

const FOUND = fileURLToPath(new URL('found', import.meta.url));
const RUNS = 5_000;
const RSS_BYTES_MAX = 512 * 2 ** 20;

let lib: LibraryBundle;
beforeAll(async () => {
  lib = await bundleLibrary(['test/attacks/child.ts', 'test/attacks/batches.ts']);
});
afterAll(() => lib.remove());

test(`mutants run nothing and break nothing (seed ${testSeed}, ${RUNS} runs)`, {
  timeout: 300_000,
}, async () => {
  const report = await runCrew({
    ...{ bundle: fileURLToPath(lib.url), folder: lib.folder, seed: testSeed, runs: RUNS, batch: BATCH },
    flags: [...CONFINED, '--max-old-space-size=256'],
    samples: sampleGroups(2).map(({ named }) => Buffer.from(fileOf(named)).toString('base64')),
    processes: 1,
    silenceMsMax: 120_000,
  });
  for (const { bytes } of report.failures) {
    mkdirSync(FOUND, { recursive: true });
    writeFileSync(join(FOUND, `${nameOf(Buffer.from(bytes, 'base64'))}.pkl`), Buffer.from(bytes, 'base64'));
  }
  const told = `${JSON.stringify(report.endings)} slowest ${Math.round(report.cpuMsMax)} ms, ${Math.round(report.rssBytesMax / 2 ** 20)} MiB`;
  expect(report.failures.map(({ faults }) => faults)).toEqual([]);
  expect(report.changed).toEqual([]);
  expect(report.rssBytesMax).toBeGreaterThan(0);
  expect(report.rssBytesMax).toBeLessThan(RSS_BYTES_MAX);
  expect(report.runs).toBeGreaterThan(RUNS * 0.95);
  // Mutants that are all refused at the door would test nothing behind it.
  expect(report.endings['value'], told).toBeGreaterThan(RUNS / 20);
  expect(report.endings['SNAPSHOT_STRUCTURE'], told).toBeGreaterThan(RUNS / 20);
});

test('what mutants found before stays mended', async () => {
  const files = existsSync(FOUND) ? readdirSync(FOUND).filter((name) => name.endsWith('.pkl')) : [];
  const program = `
    import { readFileSync } from 'node:fs';
    lib.setTraps();
    const told = ${JSON.stringify(files.map((name) => join(FOUND, name)))}.map((file) => lib.attack(readFileSync(file)).faults);
    process.stdout.write(JSON.stringify([told, lib.changedBuiltins()]));`;
  const told = await lib.run(program, { flags: [...CONFINED] });
  expect(JSON.parse(told)).toEqual([files.map(() => []), []]);
  expect(files.every((name) => readFileSync(join(FOUND, name)).length > 0)).toBe(true);
});
