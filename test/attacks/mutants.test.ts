// Goal: a hostile snapshot with right checksums, opened as data, ends in a value or in one of our errors: nothing of it
// runs, nothing of this process changes, nothing hangs, memory is bounded.
// Method: mutants of real snapshots, changed in the parts of their graphs and in their bytes and sealed again, are opened in
// a process of its own without code generation, under the permission model, with traps on what these leave open. The seed is
// in the test's name. What fails becomes a file in `found/`, which is opened by every later run. `BRINE_FUZZ_RUNS` makes it
// long: 1000000 before a release.

import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fileOf } from '../format/parts.js';
import { CONFINED } from '../helpers/confined.js';
import { bundleLibrary, type LibraryBundle } from '../helpers/library-bundle.js';
import { sampleGroups } from '../helpers/mutants.js';
import { testSeed } from '../helpers/seed.js';
import { type FuzzReport, nameOf } from './child.js';

const FOUND = fileURLToPath(new URL('found', import.meta.url));
const runs = Number(process.env['BRINE_FUZZ_RUNS'] ?? 6000);
const RSS_BYTES_MAX = 512 * 2 ** 20;

let lib: LibraryBundle;
beforeAll(async () => {
  lib = await bundleLibrary(['test/attacks/child.ts']);
});
afterAll(() => lib.remove());

test(`mutants run nothing and break nothing (seed ${testSeed}, ${runs} runs)`, {
  timeout: 3_600_000,
}, async () => {
  const samples = sampleGroups().map(({ named }) => Buffer.from(fileOf(named)).toString('base64'));
  writeFileSync(join(lib.folder, 'samples.json'), JSON.stringify(samples));
  const program = `
    import { readFileSync } from 'node:fs';
    const samples = JSON.parse(readFileSync(new URL('samples.json', import.meta.url))).map((text) => Buffer.from(text, 'base64'));
    lib.setTraps();
    process.stdout.write(JSON.stringify(lib.fuzz(samples, ${testSeed}, ${runs})));`;
  const report = JSON.parse(
    await lib.run(program, { flags: [...CONFINED, '--max-old-space-size=256'], timeoutMs: 3_600_000 }),
  ) as FuzzReport;
  for (const { bytes } of report.failures) {
    mkdirSync(FOUND, { recursive: true });
    writeFileSync(join(FOUND, `${nameOf(Buffer.from(bytes, 'base64'))}.pkl`), Buffer.from(bytes, 'base64'));
  }
  const told = `${JSON.stringify(report.endings)} slowest ${Math.round(report.cpuMsMax)} ms, ${Math.round(report.rssBytesMax / 2 ** 20)} MiB`;
  if (process.env['BRINE_FUZZ_RUNS'] !== undefined) process.stderr.write(`${told}\n`);
  expect(report.failures.map(({ faults }) => faults)).toEqual([]);
  expect(report.changed).toEqual([]);
  expect(report.rssBytesMax).toBeLessThan(RSS_BYTES_MAX);
  // Mutants that are all refused at the door would test nothing behind it.
  expect(report.endings['value'], told).toBeGreaterThan(runs / 20);
  expect(report.endings['SNAPSHOT_STRUCTURE'], told).toBeGreaterThan(runs / 20);
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
