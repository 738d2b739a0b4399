// A million hostile snapshots: mutants of real ones, sealed again with right checksums, opened as data and inspected in
// processes that may do nothing. `npm run torture:mutants -- --n 1000000 [--seed S] [--processes 2] [--minutes M]`
//
// What does what it must not becomes a file in test/attacks/found/, which every test run opens from then on. Ends with 1 when
// there was one. Prints the seed: the same seed gives the same mutants.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { bundleTests } from './bundle-tests.mjs';

const { values: given } = parseArgs({
  options: {
    n: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 30) },
    processes: { type: 'string', default: String(availableParallelism()) },
    minutes: { type: 'string', default: 'Infinity' },
  },
});
const [runs, seed, processes, minutes] = [given.n, given.seed, given.processes, given.minutes].map(Number);
if (![runs, seed, processes].every(Number.isSafeInteger) || runs < 1 || processes < 1 || !(minutes > 0)) {
  console.error('usage: npm run torture:mutants -- --n <number> [--seed S] [--processes P] [--minutes M]');
  process.exit(2);
}
const RSS_BYTES_MAX = 512 * 2 ** 20;

const folder = mkdtempSync(join(tmpdir(), 'brine-torture-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(130));
const bundle = join(folder, 'library.mjs');
await bundleTests(bundle, [
  'test/attacks/child.ts',
  'test/attacks/batches.ts',
  'test/attacks/crew.ts',
  'test/helpers/mutants.ts',
  'test/helpers/confined.ts',
  'test/format/parts.ts',
]);
const lib = await import(bundle);

console.log(`${runs} mutants from seed ${seed}, in ${processes} processes, Node ${process.versions.node}`);
const start = performance.now();
let told = 0;
const secondsSince = () => Math.round((performance.now() - start) / 1000);
const report = await lib.runCrew({
  ...{ bundle, folder, seed, runs, processes },
  batch: Math.min(lib.BATCH, runs),
  flags: [...lib.CONFINED, '--max-old-space-size=256', '--max-semi-space-size=32'],
  samples: lib.sampleGroups(2).map(({ named }) => Buffer.from(lib.fileOf(named)).toString('base64')),
  silenceMsMax: 300_000,
  isEnough: () => performance.now() - start > minutes * 60_000,
  onBatch: (sum) => {
    if (sum.runs < told + 20_000) return;
    told = sum.runs;
    console.log(`${sum.runs} opened in ${secondsSince()} s, ${sum.failures.length} failed`);
  },
});

const found = fileURLToPath(new URL('../test/attacks/found', import.meta.url));
for (const { seed: batch, number, faults, bytes } of report.failures) {
  const file = join(found, `${lib.nameOf(Buffer.from(bytes, 'base64'))}.pkl`);
  if (bytes !== '') {
    mkdirSync(found, { recursive: true });
    writeFileSync(file, Buffer.from(bytes, 'base64'));
  }
  console.log(`FAILED: mutant ${number} of seed ${batch}: ${file}\n  ${faults.join('\n  ')}`);
}
for (const name of report.changed) console.log(`FAILED: ${name} was changed`);
const mib = Math.round(report.rssBytesMax / 2 ** 20);
if (report.rssBytesMax > RSS_BYTES_MAX) console.log(`FAILED: a process had ${mib} MiB`);
console.log(
  `${report.runs} mutants opened in ${secondsSince()} s: ${report.failures.length} failed, ` +
    `slowest ${Math.round(report.cpuMsMax)} ms, largest process ${mib} MiB`,
);
console.log(
  Object.entries(report.endings)
    .map(([ending, number]) => `  ${ending}  ${number}`)
    .join('\n'),
);
const isBad = report.failures.length > 0 || report.changed.length > 0 || report.rssBytesMax > RSS_BYTES_MAX;
process.exit(isBad ? 1 : 0);
